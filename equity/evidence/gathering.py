"""What is kept of one purchaser in one offering: shown, answered, judged, and what followed.

One source for the evidence package of a purchaser and for the examination bundle of an offering.
Somebody who looked, answered and bought nothing has a file too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from compliance.audit.models import Entry, Judgement
from compliance.audit.tree.leaves import with_judgements
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import Language
from compliance.rules.regimes import rulebook_on
from compliance.rules.wording import Shelf, packaged, risk_statements
from documents.models import Document
from documents.selectors import statement_named
from documents.shelf import known
from equity.models import Offering, Posting, Subscription, Version, WithdrawalRight
from equity.selectors.clock import portal_day
from investors.models import (
    Advice,
    EntryAcknowledgement,
    Identification,
    Person,
    Reading,
    RiskAcknowledgement,
)
from investors.risks import Answered

_BATCH = 200
_SUBSCRIPTION = Subscription._meta.label_lower
_AMOUNT = re.compile(r"-?\d+\.\d\d")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AROUND = ("person", "version", "acknowledgement", "advice", "offering__portal", "offering__issuer")


@dataclass(frozen=True, slots=True)
class Told:
    """One judgement as it was recorded, its findings readable in any language."""

    question: str
    on: date
    rulebook: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the trail about a purchaser's part, with its judgements."""

    entry: Entry
    judgements: tuple[Told, ...]


@dataclass(slots=True, kw_only=True)
class PurchaserFile:
    """Everything about one person in one offering, whether or not they subscribed."""

    offering: Offering
    person: Person
    identifications: list[Identification] = field(default_factory=list)
    entries_shown: list[EntryAcknowledgement] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    acknowledgements: list[RiskAcknowledgement] = field(default_factory=list)
    """Form 45-110F2 each time it was answered, also where nothing followed."""
    advised: list[Advice] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    rights: list[WithdrawalRight] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    papers: list[Document] = field(default_factory=list)
    shelf: Shelf = field(default_factory=packaged)
    """The prescribed words that are known today."""

    @property
    def bought(self) -> Subscription | None:
        """The subscription it is about; None for somebody who bought nothing."""
        return None

    def answers_of(
        self, given: RiskAcknowledgement, language: Language
    ) -> list[tuple[str, str, bool | None]]:
        """Each risk statement: its id, the words that were answered, in a language, and the
        answer."""
        kind, on = self.offering.portal.kind, portal_day(self.offering.portal, given.at)
        answers: Mapping[str, Any] = given.answers
        shown = self.answered(given)
        return [
            (row, shown.words(row, language), answers.get(row)) for row in risk_statements(kind, on)
        ]

    def answered(self, given: RiskAcknowledgement) -> Answered:
        """The words that were shown when these answers were given."""
        portal = self.offering.portal
        return Answered(given, portal.kind, portal_day(portal, given.at), self.shelf)

    @property
    def notices(self) -> list[tuple[EntryAcknowledgement, str]]:
        """The entry notices that were acknowledged, each in its very words; no words where the
        program no longer has them."""
        found = [
            (row, statement_named(row.statement_digest, self.shelf)) for row in self.entries_shown
        ]
        return [(row, "" if words is None else words.text) for row, words in found]


@dataclass(slots=True, kw_only=True)
class SubscriptionFile(PurchaserFile):
    """Everything about one subscription."""

    subscription: Subscription

    @classmethod
    def of(cls, row: Subscription) -> "SubscriptionFile":
        """The file of a subscription, still empty."""
        return cls(offering=row.offering, person=row.person, subscription=row)

    @property
    def bought(self) -> Subscription | None:
        """The subscription."""
        return self.subscription

    def answers(self, language: Language) -> list[tuple[str, str, bool | None]]:
        """The answers that the agreement rests on, as `answers_of`."""
        return self.answers_of(self.subscription.acknowledgement, language)


def subscription_files(offering: Offering) -> Iterator[SubscriptionFile]:
    """The file of each subscription of an offering, in the order of agreement; memory is bounded
    and the number of questions grows with batches, not with rows."""
    rows = offering.subscriptions.select_related(*_AROUND).order_by("order")
    after = -1
    while page := list(rows.filter(order__gt=after)[:_BATCH]):
        files = [SubscriptionFile.of(row) for row in page]
        _fill(files)
        yield from files
        after = page[-1].order


def subscription_file(subscription: Subscription) -> SubscriptionFile:
    """The file of one subscription."""
    row = Subscription.objects.select_related(*_AROUND).get(pk=subscription.pk)
    file = SubscriptionFile.of(row)
    _fill([file])
    return file


def person_file(offering: Offering, person: Person) -> PurchaserFile:
    """The file of somebody in an offering in which they bought nothing."""
    file = PurchaserFile(offering=offering, person=person)
    _fill([file])
    return file


def others_files(offering: Offering) -> Iterator[PurchaserFile]:
    """The file of each person who opened the document or answered Form 45-110F2 and did not
    subscribe, the earliest recorded first; memory is bounded."""
    bought = offering.subscriptions.values("person")
    came = Q(pk__in=Reading.objects.filter(offering_id=offering.pk).values("person")) | Q(
        pk__in=RiskAcknowledgement.objects.filter(offering_id=offering.pk).values("person")
    )
    rows = Person.objects.filter(came).exclude(pk__in=bought).order_by("created_at", "pk")
    waiting = list(rows.values_list("pk", flat=True))
    for first in range(0, len(waiting), _BATCH):
        found = Person.objects.in_bulk(waiting[first : first + _BATCH])
        files = [PurchaserFile(offering=offering, person=one) for one in found.values()]
        _fill(files)
        yield from files


def told(judgement: Judgement) -> Told:
    """A judgement of the trail with its findings as values again."""
    return Told(
        judgement.question,
        judgement.on,
        judgement.rulebook_digest,
        tuple(_finding(row, judgement.on) for row in judgement.findings),
    )


def acts_of(entries: Iterable[Entry]) -> list[Act]:
    """Entries, with their judgements read, as acts."""
    return [
        Act(entry, tuple(told(row) for row in entry.told_judgements))  # type: ignore[attr-defined]
        for entry in entries
    ]


def versions_of(offering: Offering) -> dict[UUID, Version]:
    """The published versions of an offering's document, by their id."""
    published = offering.versions.exclude(published_at=None)
    return {version.pk: version for version in published}


def _fill(files: Sequence[PurchaserFile]) -> None:
    """Read everything about the files of one offering, a question for each kind of row."""
    if not files:
        return
    offering = files[0].offering
    shelf = known().shelf
    of_subscription = {file.bought.pk: file for file in files if file.bought is not None}
    of_person: dict[Any, list[PurchaserFile]] = defaultdict(list)
    for file in files:
        file.shelf = shelf
        of_person[file.person.pk].append(file)
    entries = Entry.objects.filter(
        Q(subject_type=_SUBSCRIPTION, subject_id__in=of_subscription)
        | Q(subject_id=offering.pk, actor_role="investor", actor_id__in=of_person)
    ).order_by("position")
    for act in acts_of(with_judgements(entries)):
        one = of_subscription.get(act.entry.subject_id)
        for file in of_person[act.entry.actor_id] if one is None else [one]:
            file.acts.append(act)
    for right in WithdrawalRight.objects.filter(subscription__in=of_subscription).order_by("pk"):
        of_subscription[right.subscription_id].rights.append(right)
    postings = Posting.objects.filter(subscription__in=of_subscription).select_related("entry")
    for posting in postings.order_by("entry__at", "pk"):
        of_subscription[posting.subscription_id].postings.append(posting)
    _fill_of_persons(of_person, offering)
    papers = Document.objects.filter(offering_id=offering.pk, person_id__in=of_person)
    for paper in papers.order_by("issued_at", "kind", "language"):
        one = of_subscription.get(paper.subject_id)
        if one is not None:
            one.papers.append(paper)
        elif paper.subject_type != _SUBSCRIPTION:
            for file in of_person[paper.person_id]:
                file.papers.append(paper)


def _fill_of_persons(of_person: Mapping[Any, list[PurchaserFile]], offering: Offering) -> None:
    """What belongs to a person, and so to each of their files."""
    rows = {"person__in": of_person}
    here = {**rows, "offering_id": offering.pk}
    for identified in Identification.objects.filter(**rows).order_by("verified_at", "pk"):
        for file in of_person[identified.person_id]:
            file.identifications.append(identified)
    shown = EntryAcknowledgement.objects.filter(**rows, portal_id=offering.portal_id)
    for entry in shown.order_by("at", "pk"):
        for file in of_person[entry.person_id]:
            file.entries_shown.append(entry)
    for reading in Reading.objects.filter(**here).order_by("at", "pk"):
        for file in of_person[reading.person_id]:
            file.readings.append(reading)
    for answered in RiskAcknowledgement.objects.filter(**here).order_by("at", "pk"):
        for file in of_person[answered.person_id]:
            file.acknowledgements.append(answered)
    for advice in Advice.objects.filter(**here).order_by("given_at", "pk"):
        for file in of_person[advice.person_id]:
            file.advised.append(advice)


def _finding(row: Mapping[str, Any], on: date) -> Finding:
    """A stored finding; amounts, with their two decimals, and days are values again."""
    rule = rulebook_on(on).regime.rules[row["code"]]
    figures = {name: _value(value) for name, value in row["figures"].items()}
    room = None if row["room"] is None else Decimal(row["room"])
    return Finding(rule, bool(row["met"]), figures, room)


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(item) for item in value)
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    return value
