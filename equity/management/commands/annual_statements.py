"""``manage.py annual_statements YEAR``: the statement of a year to every holder who has none."""

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.audit.guard.fitness import UnfitError, require_fit
from documents.services import FAILED
from equity.selectors.statements import count_waiting
from equity.services.statements import YearNotOver, issue_statements


class Command(BaseCommand):
    """Issue what is missing; may be stopped and run again, also by two at once."""

    help = "Issue the annual statements of a year that holders have not been given yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the year."""
        parser.add_argument("year", type=int, metavar="YEAR", help="a year that is over: 2026")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue them; raises CommandError in words where it cannot, or where some failed."""
        year, at = options["year"], timezone.now()
        if not 2021 <= year <= 9998:
            raise CommandError(f"{year} is not a year of this instrument: it begins in 2021.")
        done: Counter[str] = Counter()
        try:
            require_fit()
            total = count_waiting(year)
            for number, statement in enumerate(
                issue_statements(year=year, at=at, done=done), start=1
            ):
                done["issued"] += statement is not None
                self._progress(number, max(total, number))
        except (UnfitError, YearNotOver) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write("\nStopped. What is issued stays; run it again for the rest.")
        self.stdout.write(f"Annual statements of {year} issued: {done['issued']:,}.")
        if done[FAILED]:
            raise CommandError(f"Not issued: {done[FAILED]:,}. The log says why; run it again.")

    def _progress(self, done: int, total: int) -> None:
        if not sys.stderr.isatty() or (done % 20 and done != total):
            return
        filled = 30 * done // total
        bar = f"[{'#' * filled}{'.' * (30 - filled)}]"
        sys.stderr.write(f"\r{bar} {done:,} / {total:,}" + ("\n" if done == total else ""))
        sys.stderr.flush()
