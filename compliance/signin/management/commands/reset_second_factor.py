"""Take the second factor from an account whose owner has lost theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.accounts.roles import SYSTEM
from compliance.accounts.selectors import account_of
from compliance.signin.factors import reset


class Command(BaseCommand):
    """`manage.py reset_second_factor odile@exemple.example --verified`"""

    help = (
        "Take every second factor from an account, end its sessions and write to its owner, who "
        "sets up a new one at the next sign-in. The trail says that it was done here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="what the account signs in with")
        parser.add_argument(
            "--verified",
            action="store_true",
            help="say that the owner's identity was verified by another road than e-mail",
        )

    def handle(self, *args: Any, email: str, verified: bool, **options: Any) -> None:
        if not verified:
            raise CommandError(
                "Whoever holds a password and gets the second factor taken away holds the account. "
                "Verify by a road that you know (in person, by telephone) that its owner asks, "
                "then say so with --verified."
            )
        user = account_of(email)
        if user is None:
            raise CommandError("No account signs in with this address.")
        number = reset(actor=SYSTEM, user=user, at=timezone.now())
        self.stdout.write(f"{number} taken away; sessions ended; the owner is written to.")
