"""``manage.py examination``: everything about an offering or a period in one sealed file."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.audit.tree.exporting import NothingSigned
from compliance.audit.tree.nodes import MissingNode
from compliance.audit.tree.packages import TrailDamaged
from compliance.desk.examination.gathering import Scope, scope_of_offering, scope_of_period
from compliance.desk.examination.writing import write_bundle
from compliance.rules.kernel.zones import zone_of
from equity.models import Offering

HOME = "QC"
"""Whose days a period is counted in."""


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-02.") from None


class Command(BaseCommand):
    """Write the bundle of one offering, or of a period, for an examiner."""

    help = "Write the sealed examination bundle of an offering or of a period."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the offering or the period, and the file."""
        parser.add_argument("offering", type=UUID, nargs="?", help="the id of the offering")
        parser.add_argument("--since", type=_day, metavar="DATE", help="the first day of a period")
        parser.add_argument("--until", type=_day, metavar="DATE", help="its last day")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, whole or not at all; raises CommandError in words."""
        at, out = timezone.now(), options["out"]
        scope = self._scope(options)
        draft = out.with_name(f".{out.name}.part")
        try:
            with draft.open("wb") as file:
                made = write_bundle(file, scope, at=at, progress=self._progress)
            draft.replace(out)
        except (NothingSigned, TrailDamaged, MissingNode, OSError) as error:
            draft.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{out}: {made.subscriptions} subscriptions, {made.documents} documents, "
            f"{made.entries} entries of the trail"
        )

    def _scope(self, options: dict[str, Any]) -> Scope:
        key, since, until = options["offering"], options["since"], options["until"]
        if (key is None) == (since is None or until is None):
            raise CommandError("Name an offering, or a period with --since and --until.")
        if key is None:
            try:
                return scope_of_period(since, until, zone_of(HOME))
            except ValueError as error:
                raise CommandError(str(error)) from error
        rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
        offering = rows.filter(pk=key).first()
        if offering is None:
            raise CommandError(f"There is no offering {key}.")
        return scope_of_offering(offering)

    def _progress(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{what}: {done} / {total}" + ("\n" if done == total else ""))
            sys.stderr.flush()
