"""``manage.py render_documents``: make every document that was issued and has no bytes yet."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone

from compliance.audit import clock
from compliance.audit.guard.fitness import UnfitError, require_fit
from compliance.audit.guard.trouble import in_words
from documents.management.bar import Bar
from documents.services import FAILED
from documents.workers import LOST, RENDERED, StoppedError, cores, render_waiting, waiting_count


class Command(BaseCommand):
    """The sweep of documents by hand, on all processors, with a bar for whoever waits."""

    help = (
        "Makes every document that was issued and has no bytes yet. It may be interrupted and "
        "started again, and run beside another: nothing is made twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--workers``."""
        parser.add_argument(
            "--workers", type=int, default=0, metavar="N", help="processes; all processors if 0"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them; raises CommandError in words where that did not go to its end."""
        if options["workers"] < 0:
            raise CommandError("--workers is 0 or more.")
        try:
            require_fit()
        except UnfitError as error:
            raise CommandError(str(error)) from error
        reading = clock.read(timezone.now())
        if reading.wrong:
            raise CommandError(reading.wrong)
        bar = Bar("documents", waiting_count())
        try:
            done = render_waiting(
                at=reading.at, workers=options["workers"] or cores(), told=bar.forward
            )
        except (StoppedError, DatabaseError) as error:
            words = in_words(error) or str(error)
            raise CommandError(f"{words}. The next run goes on where this one ended.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. The next run goes on where this one ended.") from None
        finally:
            bar.end()
        self.stdout.write(f"{done[RENDERED]:,} documents made")
        if done[LOST] or done[FAILED]:
            raise CommandError(
                f"{done[FAILED]:,} failed, and {done[LOST]:,} workers were lost; what those had in "
                "hand was tried again one by one. The log says why. The next run tries what failed."
            )
