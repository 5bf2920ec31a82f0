"""What is an investor's own beside their subscriptions: securities, their payments, what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet

from documents.facts import PaymentScheduleFacts, from_json
from documents.models import Document
from equity import moves
from equity.models import Holding, Offering, Subscription
from equity.selectors import offerings
from investors.models import Person, Reading, RiskAcknowledgement

_SCHEDULE = "payment_schedule"


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a bond, as its schedule reckons it; the issuer pays it, not the portal."""

    number: int
    due_on: date
    interest: Decimal
    principal: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Schedule:
    """The payments of a bond in their order; indicative where its rate floats."""

    document: UUID
    indicative: bool
    payments: tuple[Payment, ...]

    def next_after(self, on: date) -> Payment | None:
        """The next payment that falls due on the day or later; None after the last."""
        return next((one for one in self.payments if one.due_on >= on), None)


def looked_at_only(person: Person) -> QuerySet[Offering]:
    """The offerings whose document a person opened, or whose risks they answered, without buying;
    the latest first."""
    opened = Reading.objects.filter(person=person).values("offering_id")
    answered = RiskAcknowledgement.objects.filter(person=person).values("offering_id")
    bought = Subscription.objects.filter(person=person).values("offering_id")
    return (
        Offering.objects.filter(Q(pk__in=opened) | Q(pk__in=answered))
        .exclude(pk__in=bought)
        .select_related("issuer", "portal")
        .order_by("-created_at", "pk")
    )


def holdings_of(person: Person) -> QuerySet[Holding]:
    """The securities of a person, the latest first."""
    return (
        Holding.objects.filter(person=person)
        .select_related("issuer", "offering__portal", "subscription")
        .order_by("-issued_on", "-number", "pk")
    )


def papers_of(subscriptions: Iterable[UUID], person: Person) -> dict[UUID, list[Document]]:
    """The documents of subscriptions that are the person's, by subscription, the latest first."""
    rows = Document.objects.filter(subject_id__in=list(subscriptions), person_id=person.pk)
    found: dict[UUID, list[Document]] = {}
    for row in rows.order_by("-issued_at", "kind", "language"):
        found.setdefault(row.subject_id, []).append(row)
    return found


def schedule_among(papers: Iterable[Document], language: str) -> Schedule | None:
    """The schedule of payments among the documents of a subscription, in the language where it was
    issued in it; None where the security has none."""
    found = [one for one in papers if one.kind == _SCHEDULE]
    if not found:
        return None
    chosen = next((one for one in found if one.language == language), found[0])
    facts = from_json(chosen.kind, chosen.facts)
    assert isinstance(facts, PaymentScheduleFacts)
    return Schedule(
        document=chosen.pk,
        indicative=facts.indicative,
        payments=tuple(
            Payment(row.number, row.due_on, row.interest, row.principal, row.total)
            for row in facts.payments
        ),
    )


def to_pay(person: Person) -> QuerySet[Subscription]:
    """The live subscriptions that are not paid in full, the oldest first."""
    rows = offerings.subscriptions_of(person).filter(state__in=sorted(moves.LIVE))
    return rows.filter(paid__lt=F("amount")).order_by("agreed_at", "order")
