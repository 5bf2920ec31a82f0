"""What a bundle is about: an offering, or a period, and the entries of the trail about it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Change, Entry
from compliance.audit.services import subject_key
from compliance.casework.models import Case
from documents.models import Document
from equity.models import Issuer, Offering, Subscription

_NEAR = 1_000_000
"""How far from its entry, in positions, a change of one transaction can stand."""


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
