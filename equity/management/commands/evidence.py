"""``manage.py evidence``: what the portal keeps of one purchaser, sealed, to be checked alone."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.accounts.roles import SYSTEM
from compliance.audit.tree.nodes import MissingNode
from compliance.audit.tree.packages import NothingSigned, TrailDamaged
from equity.evidence.gathering import PurchaserFile
from equity.evidence.handing import FORMS, Form, package_about, package_about_person
from equity.models import Offering, Subscription
from equity.papers.making import NotMade
from equity.services.evidence import hand_over
from investors.models import Person


class Command(BaseCommand):
    """Write the evidence package of a subscription, or of somebody who bought nothing."""

    help = "Write the evidence package of one purchaser: FILE.zip, or FILE.pdf with it attached."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the subscription, or the offering and the person, and the file."""
        parser.add_argument("subscription", type=UUID, nargs="?", help="the id of the subscription")
        parser.add_argument("--offering", type=UUID, help="with --person: where nothing was bought")
        parser.add_argument("--person", type=UUID, help="the id of the person")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, whole or not at all; raises CommandError in words."""
        out: Path = options["out"]
        form = FORMS.get(out.suffix.removeprefix(".").lower())
        if form is None:
            raise CommandError("Name a file that ends in .zip or in .pdf.")
        draft = out.with_name(f".{out.name}.part")
        try:
            at = timezone.now()
            data, file = self._package(options, form[0], at)
            # For its owner alone: it holds what the portal knows of a person.
            draft.unlink(missing_ok=True)
            draft.touch(mode=0o600, exist_ok=False)
            draft.write_bytes(data)
            hand_over(actor=SYSTEM, person=file.person, offering=file.offering, at=at)
            draft.replace(out)
        except (NotMade, NothingSigned, TrailDamaged, MissingNode, OSError) as error:
            draft.unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        self.stdout.write(f"{out}: {len(data)} bytes")

    def _package(
        self, options: dict[str, Any], form: Form, at: datetime
    ) -> tuple[bytes, PurchaserFile]:
        key = options["subscription"]
        offering, person = options["offering"], options["person"]
        if (key is None) == (offering is None or person is None):
            raise CommandError("Name a subscription, or --offering and --person together.")
        if key is not None:
            row = Subscription.objects.select_related("offering").filter(pk=key).first()
            if row is None:
                raise CommandError(f"There is no subscription {key}.")
            return package_about(row, form, at=at, seal=True)
        where = Offering.objects.select_related("portal", "issuer").filter(pk=offering).first()
        who = Person.objects.filter(pk=person).first()
        if where is None or who is None:
            raise CommandError("There is no such offering, or no such person.")
        if where.subscriptions.filter(person=who).exists():
            raise CommandError("This person subscribed there: name the subscription.")
        return package_about_person(where, who, form, at=at, seal=True)
