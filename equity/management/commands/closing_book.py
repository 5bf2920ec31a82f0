"""``manage.py closing_book``: everything of a closed offering, as a folder and as a ZIP."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.audit.tree.nodes import MissingNode
from compliance.audit.tree.packages import NothingSigned, TrailDamaged
from equity.book.handing import write_book
from equity.book.writing import NotClosed, Step
from equity.models import Offering
from equity.papers.making import NotMade


class Command(BaseCommand):
    """Write the closing book of an offering."""

    help = "Write the closing book of a closed offering: FOLDER, and FOLDER.zip beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the offering, the folder, and for whom it is."""
        parser.add_argument("offering", type=UUID, help="the id of the offering")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        parser.add_argument(
            "--issuer", action="store_true", help="what the issuer may have: no evidence"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, whole or not at all; raises CommandError in words."""
        rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
        offering = rows.filter(pk=options["offering"]).first()
        if offering is None:
            raise CommandError(f"There is no offering {options['offering']}.")
        out: Path = options["out"]
        try:
            steps = write_book(out, offering, at=timezone.now(), issuer=options["issuer"])
            for step in steps:
                self._progress(step)
        except (NotClosed, NotMade, NothingSigned, TrailDamaged, MissingNode, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{out} and {out.name}.zip: open index.fr.html or index.en.html")

    def _progress(self, step: Step) -> None:
        if sys.stderr.isatty() and step.total:
            width = 30 * step.done // step.total
            end = "\n" if step.done == step.total else ""
            bar = "#" * width + "." * (30 - width)
            sys.stderr.write(f"\r{step.what:12} [{bar}] {step.done} / {step.total}{end}")
            sys.stderr.flush()
