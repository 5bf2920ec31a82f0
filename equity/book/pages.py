"""The pages of a closing book: an index in each language, the register and the ledger to read."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum
from django.template.loader import render_to_string
from django.utils import translation

from compliance import VERSION
from compliance.audit.models import SignedCheckpoint
from equity.book.shelves import PURCHASERS, SECURITIES, SHELVES, Shelf
from equity.book.tables import BATCH, holdings_of, postings_of
from equity.models import Closing, Offering, Subscription
from equity.selectors.figures import offering_figures
from equity.words import LANGUAGES


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the book, as the index lists it."""

    name: str
    shelf: Shelf
    kind: str
    language: str
    issued_at: datetime
    sha256: str
    subject_id: UUID
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class Purchaser:
    """A subscription of the book, as the index lists it, with its evidence."""

    order: int
    pk: UUID
    person_id: UUID
    name: str
    province: str
    state: str
    amount: Decimal
    evidence: str


@dataclass(slots=True)
class Listed:
    """What the index lists."""

    papers: list[Paper] = field(default_factory=list)
    purchasers: list[Purchaser] = field(default_factory=list)
    others: list[tuple[str, UUID, str]] = field(default_factory=list)
    """Who bought nothing: name, id and evidence."""
    made: list[tuple[Shelf, str]] = field(default_factory=list)

    def add_purchaser(self, row: Subscription, evidence: str) -> None:
        """A subscription with its evidence."""
        self.purchasers.append(
            Purchaser(
                row.order,
                row.pk,
                row.person_id,
                row.person.display_name,
                row.province,
                row.state,
                row.amount,
                evidence,
            )
        )


def book_pages(
    offering: Offering,
    listed: Listed,
    proof: SignedCheckpoint,
    *,
    entries: int,
    issuer: bool,
) -> Iterator[tuple[str, str]]:
    """Each page by its name: the same three in each language."""
    closing = Closing.objects.get(offering=offering)
    shelves, found = _shelves(listed), _papers_of(listed)
    context = {
        "offering": offering,
        "closing": closing,
        "figures": offering_figures(offering, closing.closed_at),
        "duties": list(offering.duties.filter(subscription=None).order_by("due_on", "code")),
        "listed": listed,
        "purchasers": [(one, found(one.pk, one.person_id)) for one in listed.purchasers],
        "others": [(name, path, found(pk)) for name, pk, path in listed.others],
        "entries": entries,
        "proof": proof,
        "issuer": issuer,
        "version": VERSION,
        "where": offering.portal.province,
    }
    for language in LANGUAGES:
        with translation.override(language):
            told = context | {
                "language": language,
                "other": "en" if language == "fr" else "fr",
                "shelves": [(one.title(language), papers, made) for one, papers, made in shelves],
            }
            yield f"index.{language}.html", render_to_string("equity/book/index.html", told)
            register = told | {"holdings": holdings_of(offering).iterator(BATCH)}
            yield (
                f"register.{language}.html",
                render_to_string("equity/book/register.html", register),
            )
            postings = postings_of(offering)
            sums = postings.order_by("account").values("account").annotate(sum=Sum("amount"))
            ledger = told | {"postings": postings.iterator(BATCH), "sums": list(sums)}
            yield f"ledger.{language}.html", render_to_string("equity/book/ledger.html", ledger)


def _shelves(listed: Listed) -> list[tuple[Shelf, list[Paper], list[str]]]:
    """The shelves that hold something of the offering itself, in their order; what is a person's
    stands in the table of the purchasers, where there is one."""
    found: list[tuple[Shelf, list[Paper], list[str]]] = []
    by_shelf: dict[str, list[Paper]] = defaultdict(list)
    for paper in listed.papers:
        by_shelf[paper.shelf.code].append(paper)
    for shelf in SHELVES:
        if shelf in (PURCHASERS, SECURITIES) and listed.purchasers:
            continue
        papers = by_shelf[shelf.code]
        made = [path for where, path in listed.made if where.code == shelf.code]
        if papers or made:
            found.append((shelf, papers, made))
    known = {shelf.code for shelf in SHELVES}
    for shelf in dict.fromkeys(where for where, _ in listed.made):
        if shelf.code not in known:
            found.append((shelf, [], [path for where, path in listed.made if where == shelf]))
    return found


def _papers_of(listed: Listed) -> Callable[..., list[Paper]]:
    """The documents about one of several subjects: a subscription, or a person, whose the
    acknowledgement of risks is."""
    of_subject: dict[UUID, list[Paper]] = defaultdict(list)
    for paper in listed.papers:
        if paper.person_id is not None:
            of_subject[paper.subject_id].append(paper)
    return lambda *keys: [paper for key in keys for paper in of_subject.get(key, ())]
