"""What a bundle tells of each subscription: what was shown, answered, judged, and what followed."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Change, Entry, Judgement
from compliance.audit.services import subject_key
from compliance.audit.tree.leaves import with_judgements
from compliance.casework.models import Case
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import Language
from compliance.rules.regimes import rulebook_on
from compliance.rules.wording import Shelf, packaged, risk_statements
from documents.models import Document
from documents.shelf import known
from equity.models import Issuer, Offering, Posting, Subscription, Version, WithdrawalRight
from equity.selectors.clock import portal_day
from investors.models import EntryAcknowledgement, Reading
from investors.risks import Answered

_BATCH = 200
_NEAR = 1_000_000
"""How far from its entry, in positions, a change of one transaction can stand."""
_AMOUNT = re.compile(r"-?\d+\.\d\d")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Told:
    """One judgement as it was recorded, its findings readable in any language."""

    question: str
    on: date
    rulebook: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the trail about a subscription, with its judgements."""

    entry: Entry
    judgements: tuple[Told, ...]


@dataclass(slots=True)
class SubscriptionFile:
    """Everything about one subscription."""

    subscription: Subscription
    entries_shown: list[EntryAcknowledgement] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    rights: list[WithdrawalRight] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    papers: list[Document] = field(default_factory=list)
    shelf: Shelf = field(default_factory=packaged)

    def answers(self, language: Language) -> list[tuple[str, str, bool | None]]:
        """Each risk statement: its id, the words that were answered, in a language, and the
        answer."""
        subscription = self.subscription
        kind = subscription.offering.portal.kind
        given: Mapping[str, Any] = subscription.acknowledgement.answers
        on = portal_day(subscription.offering.portal, subscription.acknowledgement.at)
        shown = Answered(subscription.acknowledgement, kind, on, self.shelf)
        return [
            (row, shown.words(row, language), given.get(row)) for row in risk_statements(kind, on)
        ]


def subscription_files(offering: Offering) -> Iterator[SubscriptionFile]:
    """The file of each subscription of an offering, in the order of agreement; memory is bounded
    and the number of questions grows with batches, not with rows."""
    rows = offering.subscriptions.select_related(
        "person", "version", "acknowledgement", "advice", "offering__portal"
    ).order_by("order")
    after = -1
    while page := list(rows.filter(order__gt=after)[:_BATCH]):
        yield from _files(page)
        after = page[-1].order


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


@dataclass(frozen=True, slots=True)
class Scope:
    """What a bundle is about: offerings, and entries of the trail."""

    offerings: tuple[Offering, ...]
    entries: QuerySet[Entry]
    since: date | None = None
    until: date | None = None

    @property
    def positions(self) -> list[int]:
        """The positions of the entries, of every change made in their transactions, and of those
        of the documents: they get their bytes, and the digest of these, after the act."""
        # Near them too: transactions are counted anew in another server, after a restore.
        of_entry = self.entries.filter(
            transaction=OuterRef("transaction"),
            position__gte=OuterRef("position") - _NEAR,
            position__lte=OuterRef("position") + _NEAR,
        )
        changes = Change.objects.filter(
            Exists(of_entry), transaction__in=self.entries.values("transaction")
        )
        papers = Document.objects.filter(offering_id__in=[one.pk for one in self.offerings])
        of_papers = Change.objects.filter(
            table=Document._meta.db_table,
            row__in=papers.annotate(row=Cast("pk", CharField())).values("row"),
        )
        return sorted(
            {
                position
                for rows in (self.entries, changes, of_papers)
                for position in rows.values_list("position", flat=True)
            }
        )


def scope_of_offering(offering: Offering) -> Scope:
    """Everything about one offering, whenever it happened: the acts on it and on its subscriptions,
    the cases about any of them, and what two people agreed on about them or its issuer."""
    kind, key = subject_key(offering)
    own = Q(subject_type=kind, subject_id=key) | Q(
        subject_type=Subscription._meta.label_lower,
        subject_id__in=offering.subscriptions.values("pk"),
    )
    issuer = Q(subject_type=Issuer._meta.label_lower, subject_id=offering.issuer_id)
    about = own
    for model, rows in (
        (Case, Case.objects.filter(own)),
        (ApprovalRequest, ApprovalRequest.objects.filter(own | issuer)),
    ):
        about |= Q(subject_type=model._meta.label_lower, subject_id__in=rows.values("pk"))
    return Scope((offering,), Entry.objects.filter(about))


def scope_of_period(since: date, until: date, zone: tzinfo) -> Scope:
    """Every entry from the beginning of one day to the end of another, and each offering that
    something happened to in between, whole. Raises ValueError when the days are turned round."""
    if until < since:
        raise ValueError("A period ends on the day it begins, or later.")
    start = datetime.combine(since, time.min, zone)
    end = datetime.combine(until + timedelta(days=1), time.min, zone)
    entries = Entry.objects.filter(at__gte=start, at__lt=end)
    subjects = entries.values("subject_id")
    through = Subscription.objects.filter(pk__in=subjects).values("offering")
    touched = Offering.objects.filter(Q(pk__in=subjects) | Q(pk__in=through))
    rows = touched.select_related("issuer", "portal", "in_force", "working").order_by("created_at")
    return Scope(tuple(rows), entries, since, until)


def _files(page: list[Subscription]) -> list[SubscriptionFile]:
    shelf = known().shelf
    files = {row.pk: SubscriptionFile(row, shelf=shelf) for row in page}
    persons = {row.person_id for row in page}
    offering = page[0].offering
    entries = Entry.objects.filter(
        Q(subject_type=Subscription._meta.label_lower, subject_id__in=files)
        | Q(subject_id=offering.pk, actor_role="investor", actor_id__in=persons)
    ).order_by("position")
    by_person: dict[Any, list[UUID]] = defaultdict(list)
    for row in page:
        by_person[row.person_id].append(row.pk)
    for act in acts_of(with_judgements(entries)):
        about = act.entry.subject_id
        for pk in [about] if about in files else by_person[act.entry.actor_id]:
            files[pk].acts.append(act)
    _add(files, by_person, offering)
    return list(files.values())


def _add(
    files: dict[UUID, SubscriptionFile], by_person: Mapping[Any, list[UUID]], offering: Offering
) -> None:
    for right in WithdrawalRight.objects.filter(subscription__in=files).order_by("pk"):
        files[right.subscription_id].rights.append(right)
    postings = Posting.objects.filter(subscription__in=files).select_related("entry")
    for posting in postings.order_by("entry__at", "pk"):
        files[posting.subscription_id].postings.append(posting)
    shown = EntryAcknowledgement.objects.filter(person__in=by_person, portal_id=offering.portal_id)
    for row in shown.order_by("at"):
        for pk in by_person[row.person_id]:
            files[pk].entries_shown.append(row)
    readings = Reading.objects.filter(person__in=by_person, offering_id=offering.pk)
    for reading in readings.order_by("at"):
        for pk in by_person[reading.person_id]:
            files[pk].readings.append(reading)
    papers = Document.objects.filter(offering_id=offering.pk, person_id__in=by_person)
    for paper in papers.order_by("issued_at", "kind", "language"):
        owners = by_person[paper.person_id]
        for pk in [paper.subject_id] if paper.subject_id in files else owners:
            files[pk].papers.append(paper)


def versions_of(offering: Offering) -> dict[UUID, Version]:
    """The published versions of an offering's document, by their id."""
    published = offering.versions.exclude(published_at=None)
    return {version.pk: version for version in published}


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
