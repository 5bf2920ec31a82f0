"""Annual statements: what was issued, and the holders who still wait for theirs."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from documents.models import Document
from equity.models import AnnualStatement, Holding, Issuer
from equity.papers.statement import STATEMENT

Pair = tuple[UUID, UUID]
"""The ids of an issuer and of a holder."""
_A_BATCH = 200


def _waiting(year: int) -> QuerySet[Holding]:
    """What was held at the end of a year by whoever has no statement of it."""
    given = AnnualStatement.objects.filter(
        issuer=OuterRef("issuer"), person=OuterRef("person"), year=year
    )
    return Holding.objects.filter(~Exists(given), issued_on__lte=date(year, 12, 31))


def count_waiting(year: int) -> int:
    """How many statements of a year are still to be issued."""
    pairs = _waiting(year).order_by().values_list("issuer", "person").distinct()
    return pairs.count()


def waiting(year: int) -> Iterator[list[Holding]]:
    """What each holder without a statement held of an issuer at the end of a year, one list after
    the other, by issuer and holder. A batch at a time is in memory, whatever their number; one that
    is issued meanwhile by somebody else may come all the same."""
    last: Pair | None = None
    while True:
        rows = _waiting(year).order_by("issuer", "person")
        if last is not None:
            rows = rows.filter(Q(issuer__gt=last[0]) | Q(issuer=last[0], person__gt=last[1]))
        pairs = list(rows.values_list("issuer", "person").distinct()[:_A_BATCH])
        if not pairs:
            return
        yield from _held(pairs, year)
        last = pairs[-1]


def _held(pairs: list[Pair], year: int) -> Iterator[list[Holding]]:
    wanted = Q(pk__in=[])
    for issuer, some in groupby(pairs, key=lambda pair: pair[0]):
        wanted |= Q(issuer=issuer, person__in=[person for _issuer, person in some])
    rows = (
        Holding.objects.filter(wanted, issued_on__lte=date(year, 12, 31))
        .select_related("issuer", "person", "offering__issuer", "offering__portal")
        .select_related("offering__in_force")
        .order_by("issuer", "person", "issued_on", "number")
    )
    for _pair, held in groupby(rows, key=lambda row: (row.issuer_id, row.person_id)):
        yield list(held)


def statements_of(issuer: Issuer, year: int | None = None) -> QuerySet[AnnualStatement]:
    """The statements given to the holders of an issuer, the last year first; of one year only."""
    rows = AnnualStatement.objects.filter(issuer=issuer).select_related("person")
    if year is not None:
        rows = rows.filter(year=year)
    return rows.order_by("-year", "issued_at", "pk")


def papers_by_statement(statements: list[AnnualStatement]) -> dict[UUID, list[Document]]:
    """The documents of statements, French first; without their facts."""
    papers = Document.objects.filter(
        subject_type=STATEMENT, subject_id__in=[row.pk for row in statements]
    )
    found: dict[UUID, list[Document]] = {}
    for paper in papers.defer("facts").order_by("-language"):
        found.setdefault(paper.subject_id, []).append(paper)
    return found
