"""One box that finds persons, issuers, subscriptions, offerings, cases and requests.

What is typed is compared as a whole: an e-mail, a telephone number or a name by its blind index,
because they are sealed; an amount to the cent; an id by itself or by its first eight characters,
as letters and calendars show it. An issuer, which is public, is found by a part of its name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.approvals import acts
from compliance.approvals.models import ApprovalRequest
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case
from compliance.rules.kernel.money import format_cad
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES
from compliance.web.fields import Amount
from compliance.web.language import current
from compliance.web.templatetags.web import capital
from equity.models import Issuer, Offering, Principal, Subscription
from investors.likeness import telephone_key
from investors.models import Person

MOST = 20
"""How many of one sort are shown at most."""
_START = re.compile(r"[0-9a-f]{8}", re.ASCII)
_NEQ = re.compile(r"[0-9]{10}", re.ASCII)
_SHORTEST = 2
_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its name, a word more, and its page."""

    name: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Sort:
    """The things of one sort that were found; `more` when there are others."""

    title: str | Promise
    hits: tuple[Hit, ...]
    more: bool


def find(typed: str) -> list[Sort]:
    """Everything that what was typed names, sort by sort; sorts without anything are left out."""
    text = " ".join(typed.split())
    if len(text) < _SHORTEST:
        return []
    return [sort for sort in _sorts(text) if sort.hits]


def _sorts(text: str) -> Iterator[Sort]:
    span, amount = _span(text), _amount(text)
    yield _persons(text, span)
    yield _issuers(text, span)
    yield _principals(text)
    yield _offerings(span)
    yield _subscriptions(span, amount)
    yield _cases(span)
    yield _requests(span)


Span = tuple[UUID, UUID] | None


def _span(text: str) -> Span:
    """The first and the last id that what was typed may be the beginning of; None for no id."""
    lowered = text.lower()
    try:
        found = UUID(lowered)
    except ValueError:
        if not _START.fullmatch(lowered):
            return None
        return UUID(lowered + "0" * 24), UUID(lowered + "f" * 24)
    return found, found


def _amount(text: str) -> Decimal | None:
    try:
        found = Amount().clean(text)
    except ValidationError:
        return None
    return found if isinstance(found, Decimal) else None


def _sort(title: str | Promise, rows: QuerySet[Any] | None, hit: Any) -> Sort:
    found = [] if rows is None else list(rows[: MOST + 1])
    return Sort(title, tuple(hit(row) for row in found[:MOST]), len(found) > MOST)


def _orders(text: str) -> set[str]:
    """A name as it was typed, and with the family name put last: "Roy, Anne", "Roy Anne"."""
    words = text.replace(",", " ").split()
    found = {text, " ".join(words)}
    if len(words) > 1:
        found |= {" ".join([*words[1:], words[0]]), " ".join([words[-1], *words[:-1]])}
    return found


def _by_name(text: str) -> Q:
    wanted = Q()
    for name in _orders(text):
        wanted |= Q(name_index=name)
    return wanted


def _persons(text: str, span: Span) -> Sort:
    wanted = _by_name(text)
    if "@" in text:
        wanted |= Q(email_index=text)
    number = telephone_key(text)
    if number is not None and len(number) >= _DIGITS and not re.search(r"[a-z]", text.lower()):
        wanted |= Q(telephone_index=number)
    if span is not None:
        wanted |= Q(pk__range=span)
    rows = Person.objects.filter(wanted).order_by("created_at", "pk")

    def hit(row: Person) -> Hit:
        place = PROVINCES.get(row.province)
        note = row.province if place is None else str(getattr(place, current()))
        return Hit(row.display_name, note, reverse("desk:person", args=(row.pk,)))

    return _sort(_("Persons"), rows, hit)


def _issuers(text: str, span: Span) -> Sort:
    wanted = Q(name__icontains=text)
    neq = text.replace(" ", "")
    if _NEQ.fullmatch(neq):
        wanted |= Q(neq=neq)
    if span is not None:
        wanted |= Q(pk__range=span)
    rows = Issuer.objects.filter(wanted).order_by("name", "pk")
    return _sort(
        _("Issuers"),
        rows,
        lambda row: Hit(row.name, row.neq, reverse("desk:issuer", args=(row.pk,))),
    )


def _principals(text: str) -> Sort:
    rows = Principal.objects.filter(_by_name(text)).select_related("issuer").order_by("pk")
    return _sort(
        _("Principals of issuers"),
        rows,
        lambda row: Hit(row.name, row.issuer.name, reverse("desk:issuer", args=(row.issuer_id,))),
    )


def _offerings(span: Span) -> Sort:
    rows = Offering.objects.select_related("issuer").order_by("-created_at", "pk")
    return _sort(
        _("Offerings"),
        None if span is None else rows.filter(pk__range=span),
        lambda row: Hit(
            row.issuer.name,
            capital(term(row.state, current())),
            reverse("desk:dossier", args=(row.pk,)),
        ),
    )


def _subscriptions(span: Span, amount: Decimal | None) -> Sort:
    wanted = Q()
    if span is not None:
        wanted |= Q(pk__range=span)
    if amount is not None:
        wanted |= Q(amount=amount) | Q(paid=amount)
    rows = Subscription.objects.filter(wanted).select_related("person", "offering__issuer")

    def hit(row: Subscription) -> Hit:
        state = term(row.state, current())
        note = f"{row.offering.issuer.name} · {format_cad(row.amount, current())} · {state}"
        return Hit(row.person.display_name, note, reverse("desk:subscription", args=(row.pk,)))

    found = rows.order_by("-agreed_at", "pk") if wanted else None
    return _sort(_("Subscriptions"), found, hit)


def _cases(span: Span) -> Sort:
    rows = Case.objects.order_by("-opened_at", "pk")
    return _sort(
        _("Cases"),
        None if span is None else rows.filter(pk__range=span),
        lambda row: Hit(KINDS[row.kind].say(current()), "", reverse("desk:case", args=(row.pk,))),
    )


def _requests(span: Span) -> Sort:
    rows = ApprovalRequest.objects.order_by("-asked_at", "pk")
    return _sort(
        _("Approvals"),
        None if span is None else rows.filter(pk__range=span),
        lambda row: Hit(
            acts.act(row.act).title(current()), "", reverse("desk:approval", args=(row.pk,))
        ),
    )
