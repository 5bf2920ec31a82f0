"""``manage.py filing_folder``: what goes to each regulator after a closing, in a folder."""

from argparse import ArgumentParser
from pathlib import Path
from shutil import rmtree
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.accounts.roles import SYSTEM
from compliance.rules.kernel.findings import not_met
from equity.models import Offering
from equity.papers.making import NotMade
from equity.refusal import Refused
from equity.reports.folder import files
from equity.services.reports import hand_over


class Command(BaseCommand):
    """Write the filing folder of a closed offering."""

    help = "Write the filing folder of a closed offering. It names every purchaser: keep it safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the offering and the folder."""
        parser.add_argument("offering", type=UUID, help="the id of the offering")
        parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, whole or not at all; raises CommandError in words."""
        at, out = timezone.now(), options["out"]
        rows = Offering.objects.select_related("issuer", "portal", "in_force", "working")
        offering = rows.filter(pk=options["offering"]).first()
        if offering is None:
            raise CommandError(f"There is no offering {options['offering']}.")
        if out.exists():
            raise CommandError(f"{out} is already there; name a folder that is not.")
        draft = out.with_name(f".{out.name}.part")
        rmtree(draft, ignore_errors=True)
        try:
            # For its owner alone: the schedules say where purchasers and directors live.
            draft.mkdir(mode=0o700, parents=True)
            count = 0
            for name, content in files(offering, at=at):
                path = draft / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.touch(mode=0o600)
                path.write_bytes(content)
                count += 1
            hand_over(actor=SYSTEM, offering=offering, at=at)
            draft.replace(out)
        except Refused as refused:
            rmtree(draft, ignore_errors=True)
            reasons = " ".join(one.message("en") for one in not_met(refused.findings))
            raise CommandError(reasons) from refused
        except (NotMade, OSError) as error:
            rmtree(draft, ignore_errors=True)
            raise CommandError(str(error)) from error
        self.stdout.write(f"{out}: {count} files")
