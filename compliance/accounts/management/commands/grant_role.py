"""Name an officer or an examiner as the installation: the first two officers come from here."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import SYSTEM, Role
from compliance.accounts.selectors import account_of
from compliance.accounts.services import AccountError, grant_role


class Command(BaseCommand):
    """`manage.py grant_role officer odile@exemple.example`"""

    help = (
        "Give an account a role, as the installation. From the second officer on, officers name "
        "the next ones at the desk, two together."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=RoleGrant.GrantedRole.values)
        parser.add_argument("email", help="what the account signs in with")

    def handle(self, *args: Any, role: str, email: str, **options: Any) -> None:
        user = account_of(email)
        if user is None:
            raise CommandError("Nobody signs in with this address.")
        try:
            grant_role(actor=SYSTEM, user=user, role=Role(role), at=timezone.now())
        except AccountError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The account holds the role {role} from now on.")
