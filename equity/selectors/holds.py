"""What holds back the money of a closing, and whom it would serve that a hold is lifted."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q, QuerySet

from compliance.casework.kinds import ISSUER, OFFERING, PERSON, SUBSCRIPTION
from compliance.casework.models import CaseFlag
from compliance.casework.selectors import holding_flags_among
from equity import moves
from equity.models import Offering, Subscription

_BOUGHT = (*sorted(moves.LIVE), moves.COMPLETED)


def holds_on(offering: Offering) -> QuerySet[CaseFlag]:
    """The flags that hold back the money of an offering's closing: those on a subscription of it
    that completed, on its person, on the offering, or on its issuer. A trigger asks the same."""
    bought = Subscription.objects.filter(offering=offering, state=moves.COMPLETED)
    held = (
        holding_flags_among(SUBSCRIPTION, bought.values("pk")),
        holding_flags_among(PERSON, bought.values("person")),
        holding_flags_among(OFFERING, (offering.pk,)),
        holding_flags_among(ISSUER, (offering.issuer_id,)),
    )
    return reduce(or_, held)


def kinds_of(flags: Iterable[CaseFlag]) -> tuple[str, ...]:
    """The kinds of the cases that flags are in, as terms, each once."""
    return tuple(sorted({f"case_{flag.case.kind}" for flag in flags}))


def persons_of(flags: Iterable[CaseFlag]) -> set[UUID]:
    """The persons whom flags are about or concern, the purchasers of subscriptions included."""
    found: set[UUID] = set()
    subscriptions = set()
    for flag in flags:
        found.update(flag.concerns)
        if flag.subject_type == PERSON:
            found.add(flag.subject_id)
        elif flag.subject_type == SUBSCRIPTION:
            subscriptions.add(flag.subject_id)
    rows = Subscription.objects.filter(pk__in=subscriptions)
    return found | set(rows.values_list("person_id", flat=True))


def issuers_of(flags: Iterable[CaseFlag]) -> set[UUID]:
    """The issuers whose money flags hold back, or would: those that they are about, and those of
    every subscription, live or completed, that they hold."""
    about: dict[str, set[UUID]] = {kind: set() for kind in (ISSUER, OFFERING, SUBSCRIPTION, PERSON)}
    for flag in flags:
        about.setdefault(flag.subject_type, set()).add(flag.subject_id)
        about[PERSON].update(flag.concerns)
    bought = Q(subscriptions__pk__in=about[SUBSCRIPTION]) | Q(
        subscriptions__person__in=about[PERSON], subscriptions__state__in=_BOUGHT
    )
    rows = Offering.objects.filter(Q(pk__in=about[OFFERING]) | bought)
    return about[ISSUER] | set(rows.values_list("issuer_id", flat=True))


def accounts_of(persons: Iterable[UUID]) -> list[AbstractBaseUser]:
    """The accounts with which persons sign in."""
    users = get_user_model()._default_manager.filter(investor_login__person__in=list(persons))
    return list(users.distinct())
