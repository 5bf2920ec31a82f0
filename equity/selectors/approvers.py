"""Who asks for a closing and who approves it, as people and not as accounts."""

from django.contrib.auth.models import AbstractBaseUser

from compliance.accounts.roles import Actor, Role
from compliance.accounts.selectors import display_name, staff_user
from compliance.vault.indexes import blind_index
from equity.models import ClosingRequest, IssuerMember, Offering, Principal
from investors.models import Login


def same_person(approver: Actor, request: ClosingRequest) -> bool:
    """Whether the approver is who asked: by the account, or by the investor that both accounts
    sign in as. What no two accounts have in common is not known here."""
    if approver.id == request.asked_by:
        return True
    logins = Login.objects.filter(
        user_id__in=[account.pk for account in _accounts(approver, request)]
    )
    people = list(logins.values_list("person_id", flat=True))
    return len(people) != len(set(people))


def principal(offering: Offering, approver: Actor, request: ClosingRequest) -> bool:
    """Whether one of the two is on the issuer's side: bears the name of one of its principals, or
    has an account that acts for it."""
    accounts = _accounts(approver, request)
    names = {approver.name, *(display_name(account) for account in accounts)}
    indexes = [blind_index("principal.name", name, strip_accents=True) for name in names if name]
    return (
        Principal.objects.filter(issuer=offering.issuer, name_index__in=indexes).exists()
        or IssuerMember.objects.filter(
            issuer=offering.issuer, user_id__in=[account.pk for account in accounts]
        ).exists()
    )


def _accounts(approver: Actor, request: ClosingRequest) -> list[AbstractBaseUser]:
    """The accounts of the two officers, as far as they have one."""
    found = (staff_user(approver), staff_user(Actor(Role.OFFICER, request.asked_by)))
    return [account for account in found if account is not None]
