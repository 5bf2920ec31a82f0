"""Everything that is kept about one person, as tables for that person to take away.

Nothing of anybody else is in them: of a case only what the person wrote and was told, of an
offering only its issuer's name. What the portal found by comparing persons (flags) is not here: it
speaks of others too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.accounts.roles import Role
from compliance.audit.models import Entry
from compliance.audit.services import subject_key
from compliance.casework.models import CaseQuestion
from compliance.casework.selectors import opened_by
from documents.selectors import documents_for_person
from documents.shelf import known
from equity.models import Duty, Holding, JournalEntry, Offering, Posting, WithdrawalRight
from equity.selectors import offerings
from equity.selectors.clock import portal_day
from investors.actors import investor_actor
from investors.models import Person
from investors.risks import Answered

_MOST = 5_000
"""The rows of one table; more would be a mistake of ours and not somebody's investments."""

Row = tuple[Any, ...]
Column = tuple[str, str | Promise]


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of record: its code, its title, its columns, and its rows in their order."""

    code: str
    title: str | Promise
    columns: tuple[Column, ...]
    rows: list[Row]


_PARTICULARS = (
    "kind",
    "language",
    "first_name",
    "family_name",
    "legal_name",
    "signatory",
    "born",
    "street",
    "municipality",
    "province",
    "postal_code",
    "telephone",
    "email",
    "registrant",
    "created_at",
)
_ISSUER, _AT, _AMOUNT = ("issuer", _("Issuer")), ("at", _("When")), ("amount", _("Amount"))
_KIND, _STATE = ("kind", _("Kind")), ("state", _("State"))
_SUBSCRIPTION = ("subscription", _("Subscription"))


def tables(person: Person) -> Iterator[Table]:
    """The tables of a person, one at a time; each is asked for when it is wanted."""
    for code, title, columns, rows in _TABLES:
        found: list[Row] = []
        for row in rows(person):
            if len(found) == _MOST:
                break
            found.append(row)
        yield Table(code, title, columns, found)


def _profile(person: Person) -> Iterable[Row]:
    return [(name, getattr(person, name)) for name in _PARTICULARS]


def _accounts(person: Person) -> Iterable[Row]:
    rows = person.logins.select_related("user").order_by("pk")
    return ((str(row.user_id), getattr(row.user, "email", "")) for row in rows)


def _identifications(person: Person) -> Iterable[Row]:
    rows = person.identifications.order_by("verified_at")
    return ((row.verified_at, row.method, row.expires_on) for row in rows)


def _entries(person: Person) -> Iterable[Row]:
    rows = person.entries.order_by("at", "pk")
    return ((row.at, row.portal_kind, row.language, row.statement_digest) for row in rows)


def _readings(person: Person) -> Iterable[Row]:
    rows = list(person.readings.order_by("at", "pk")[:_MOST])
    names = offerings.offering_names({row.offering_id for row in rows})
    return (
        (row.at, names.get(row.offering_id, ""), row.language, str(row.version_id)) for row in rows
    )


def _answers(person: Person) -> Iterable[Row]:
    rows = list(person.acknowledgements.order_by("at", "pk")[:_MOST])
    held = Offering.objects.filter(pk__in={row.offering_id for row in rows})
    about = {one.pk: one for one in held.select_related("issuer", "portal")}
    shelf = known().shelf
    for row in rows:
        portal, name = about[row.offering_id].portal, about[row.offering_id].issuer.name
        shown = Answered(row, portal.kind, portal_day(portal, row.at), shelf)
        for code, answer in row.answers.items():
            yield (row.at, name, code, shown.words(code, row.language), answer)


def _advice(person: Person) -> Iterable[Row]:
    rows = list(person.advice.order_by("given_at", "pk")[:_MOST])
    names = offerings.offering_names({row.offering_id for row in rows})
    return (
        (row.given_at, names.get(row.offering_id, ""), row.dealer, row.registration, row.suitable)
        for row in rows
    )


def _subscriptions(person: Person) -> Iterable[Row]:
    return (
        (
            str(row.pk),
            row.offering.issuer.name,
            row.agreed_at,
            row.units,
            row.amount,
            row.paid,
            row.state,
            row.province,
            row.insider,
            row.right_ends_at,
            row.ended_at,
        )
        for row in offerings.subscriptions_of(person).order_by("agreed_at", "order")
    )


def _rights(person: Person) -> Iterable[Row]:
    rows = WithdrawalRight.objects.filter(subscription__person=person).order_by("from_at", "pk")
    return ((str(row.subscription_id), row.from_at, row.ends_at, row.rule) for row in rows)


def _money(person: Person) -> Iterable[Row]:
    rows = Posting.objects.filter(subscription__person=person, account="trust")
    kinds = {
        JournalEntry.Kind.PAYMENT: "payment",
        JournalEntry.Kind.REFUND_PAID: "refund",
        JournalEntry.Kind.RELEASE: "release",
        JournalEntry.Kind.CORRECTION: "correction",
    }
    for row in rows.select_related("entry").order_by("entry__at", "pk"):
        kind = kinds[JournalEntry.Kind(row.entry.kind)]
        yield (row.entry.at, str(row.subscription_id), kind, row.amount)


def _refunds(person: Person) -> Iterable[Row]:
    rows = Duty.objects.filter(subscription__person=person).order_by("created_at", "pk")
    return (
        (str(row.subscription_id), row.amount, row.event_on, row.due_on, row.done_at)
        for row in rows
    )


def _holdings(person: Person) -> Iterable[Row]:
    rows = Holding.objects.filter(person=person).select_related("issuer")
    return (
        (row.issuer.name, row.security_kind, row.number, row.units, row.amount, row.issued_on)
        for row in rows.order_by("issued_on", "number")
    )


def _documents(person: Person) -> Iterable[Row]:
    return (
        (row.issued_at, row.kind, row.language, str(row.pk), row.sha256)
        for row in documents_for_person(person.pk).defer("facts")
    )


def _asked(person: Person) -> Iterable[Row]:
    for row in opened_by(investor_actor(person)).order_by("opened_at", "pk"):
        decision = getattr(row, "decision", None)
        answer = "" if decision is None else decision.answer or ""
        yield (row.opened_at, row.kind, row.note, row.closed_at, answer)


def _replied(person: Person) -> Iterable[Row]:
    rows = CaseQuestion.objects.filter(asked_of=Role.INVESTOR.value, asked_of_id=person.pk)
    return (
        (row.asked_at, row.text, row.answered_at, row.answer or "")
        for row in rows.order_by("asked_at", "pk")
    )


def _trail(person: Person) -> Iterable[Row]:
    kind, key = subject_key(person)
    mine = [*person.subscriptions.values_list("pk", flat=True)]
    own = Entry.objects.filter(subject_type=kind, subject_id=key)
    about = Entry.objects.filter(subject_type="equity.subscription", subject_id__in=mine)
    rows = sorted([*own, *about], key=lambda row: row.position)
    return ((row.position, row.at, row.action, row.actor_role) for row in rows)


_Rows = Callable[[Person], Iterable[Row]]
_TABLES: tuple[tuple[str, str | Promise, tuple[Column, ...], _Rows], ...] = (
    (
        "profile",
        _("Who you are"),
        (("field", _("Particular")), ("value", _("What you gave"))),
        _profile,
    ),
    (
        "accounts",
        _("Accounts that you sign in with"),
        (("account", _("Account")), ("email", _("E-mail address"))),
        _accounts,
    ),
    (
        "identifications",
        _("Verifications of your identity"),
        (_AT, ("method", _("Method")), ("expires_on", _("Current until"))),
        _identifications,
    ),
    (
        "entry_notices",
        _("Entry notices acknowledged"),
        (_AT, _KIND, ("language", _("Language")), ("digest", _("Digest of the words"))),
        _entries,
    ),
    (
        "readings",
        _("Offering documents opened"),
        (_AT, _ISSUER, ("language", _("Language")), ("version", _("Version"))),
        _readings,
    ),
    (
        "risk_answers",
        _("Risk statements answered"),
        (
            _AT,
            _ISSUER,
            ("statement", _("Statement")),
            ("words", _("Words")),
            ("answer", _("Answer")),
        ),
        _answers,
    ),
    (
        "advice",
        _("Advice recorded for you"),
        (
            _AT,
            _ISSUER,
            ("dealer", _("Dealer")),
            ("registration", _("Registration")),
            ("suitable", _("Suitable")),
        ),
        _advice,
    ),
    (
        "subscriptions",
        _("Subscriptions"),
        (
            _SUBSCRIPTION,
            _ISSUER,
            ("agreed_at", _("Agreed")),
            ("units", _("Number")),
            _AMOUNT,
            ("paid", _("Paid")),
            _STATE,
            ("province", _("Residence")),
            ("insider", _("Insider")),
            ("right_ends_at", _("Right to cancel until")),
            ("ended_at", _("Ended")),
        ),
        _subscriptions,
    ),
    (
        "withdrawal_rights",
        _("Rights to cancel"),
        (
            _SUBSCRIPTION,
            ("from_at", _("From")),
            ("ends_at", _("Until")),
            ("rule", _("Counted by")),
        ),
        _rights,
    ),
    (
        "money",
        _("Money in trust"),
        (_AT, _SUBSCRIPTION, _KIND, _AMOUNT),
        _money,
    ),
    (
        "refunds",
        _("Refunds"),
        (
            _SUBSCRIPTION,
            _AMOUNT,
            ("event_on", _("Due since")),
            ("due_on", _("To be paid by")),
            ("done_at", _("Paid")),
        ),
        _refunds,
    ),
    (
        "holdings",
        _("Securities"),
        (
            _ISSUER,
            _KIND,
            ("number", _("Number in the register")),
            ("units", _("Number")),
            _AMOUNT,
            ("issued_on", _("Issued")),
        ),
        _holdings,
    ),
    (
        "documents",
        _("Documents"),
        (
            _AT,
            _KIND,
            ("language", _("Language")),
            ("document", _("Document")),
            ("sha256", _("Digest (SHA-256)")),
        ),
        _documents,
    ),
    (
        "asked",
        _("What you asked and complained of"),
        (
            _AT,
            _KIND,
            ("text", _("Your words")),
            ("closed_at", _("Answered")),
            ("answer", _("Answer")),
        ),
        _asked,
    ),
    (
        "questions",
        _("What you were asked"),
        (
            _AT,
            ("text", _("Question")),
            ("answered_at", _("Answered")),
            ("answer", _("Your answer")),
        ),
        _replied,
    ),
    (
        "trail",
        _("What the audit trail records of it"),
        (
            ("position", _("Entry")),
            _AT,
            ("action", _("What happened")),
            ("actor", _("By whom")),
        ),
        _trail,
    ),
)
