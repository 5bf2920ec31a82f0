"""Who asks for an act and who approves it, as people and not as accounts."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.roles import Actor
from compliance.accounts.selectors import display_name
from compliance.approvals.people import account, one_person
from compliance.approvals.selectors import granted_lately
from compliance.vault.indexes import blind_index
from equity.models import ClosingRequest, IssuerMember, Offering, Principal


def same_person(approver: Actor, request: ClosingRequest, at: datetime) -> bool:
    """Whether the approver counts as who asked: by the account, by the investor that both accounts
    sign in as, or because one gave the other their role within the last 24 hours. What no two
    accounts have in common is not known here."""
    assert approver.id is not None
    return (
        approver.id == request.asked_by
        or one_person(account(approver.id), account(request.asked_by))
        or granted_lately(approver.id, request.asked_by, at)
    )


def principal(offering: Offering, approver: Actor, request: ClosingRequest) -> bool:
    """Whether one of the two is on the issuer's side (``on_the_side_of``)."""
    assert approver.id is not None
    return on_the_side_of(
        offering.issuer_id, [approver.id, request.asked_by], names=[approver.name]
    )


def on_the_side_of(issuer_id: UUID, officers: Iterable[UUID], *, names: Iterable[str] = ()) -> bool:
    """Whether one of these officers bears the name of a principal of the issuer, or has an account
    that acts for it. ``names`` are further names under which they act."""
    accounts = _accounts(officers)
    known = {*names, *(display_name(one) for one in accounts)}
    indexes = [blind_index("principal.name", name, strip_accents=True) for name in known if name]
    return (
        Principal.objects.filter(issuer=issuer_id, name_index__in=indexes).exists()
        or IssuerMember.objects.filter(
            issuer=issuer_id, user_id__in=[one.pk for one in accounts]
        ).exists()
    )


def _accounts(officers: Iterable[UUID]) -> list[AbstractBaseUser]:
    """The accounts of officers, as far as they have one."""
    found = (account(officer) for officer in officers)
    return [one for one in found if one is not None]
