"""What this floor knows of the people behind accounts, handed to approvals at start-up."""

from collections.abc import Collection, Hashable
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.approvals.people import know
from investors.models import Login


def persons_of(accounts: Collection[AbstractBaseUser]) -> dict[Hashable, UUID]:
    """The person who signs in with each of these accounts, by the account's key."""
    keys = [account.pk for account in accounts]
    logins = Login.objects.filter(user_id__in=keys)
    return dict(logins.values_list("user_id", "person_id"))


know(persons_of)
