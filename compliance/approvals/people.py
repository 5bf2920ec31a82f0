"""Whether two accounts are one person, as far as anybody knows.

Who a person is is known a floor above, where identity is verified. That floor hands over its
knowledge at start-up (`know`); until it does, an account is all that is known of a person.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import staff_user

Persons = Callable[[Collection[AbstractBaseUser]], Mapping[Hashable, UUID]]
"""The verified person of each of these accounts, by the account's key; none for the others."""

_known: list[Persons] = []


def know(persons: Persons) -> None:
    """Take over what a floor above knows of who signs in; asked at every approval."""
    if persons not in _known:
        _known.append(persons)


def account(officer: UUID) -> AbstractBaseUser | None:
    """The account of an officer by the id that requests and approvals keep; None when unknown."""
    return staff_user(Actor(Role.OFFICER, officer))


def one_person(one: AbstractBaseUser | None, other: AbstractBaseUser | None) -> bool:
    """Whether two accounts are the same account, or belong to one verified person."""
    if one is None or other is None:
        return False
    if one.pk == other.pk:
        return True
    for persons in _known:
        found = persons([one, other])
        if one.pk in found and found[one.pk] == found.get(other.pk):
            return True
    return False
