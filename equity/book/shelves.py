"""What stands on which shelf of a closing book, and which shelves are the issuer's.

A document is put by its kind; one of a kind that no shelf names stands with the reports, or with
the purchaser whose it is. Whoever makes files that are not issued documents adds a shelf of files.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from documents.facts.security import CERTIFICATES
from documents.models import Document
from equity.models import Offering


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of the book, with its title, and whether the issuer gets it."""

    code: str
    fr: str
    en: str
    issuer: bool = True
    kinds: frozenset[str] = frozenset()

    def title(self, language: str) -> str:
        """Its title in a language."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Files:
    """Files that are made for the book, by their name inside the shelf."""

    shelf: Shelf
    made: Callable[[Offering, datetime], Iterable[tuple[str, bytes]]]


OFFERING = Shelf(
    "offering", "Document d'offre", "Offering document", kinds=frozenset({"offering_document"})
)
SECURITIES = Shelf(
    "securities",
    "Confirmations, certificats et tableaux",
    "Confirmations, certificates and schedules",
    kinds=frozenset({"purchaser_confirmation", "payment_schedule", *CERTIFICATES}),
)
PURCHASERS = Shelf(
    "purchasers", "Documents des souscripteurs", "Documents of the purchasers", issuer=False
)
REPORTS = Shelf("reports", "Rapports et annexes", "Reports and forms")
SHELVES = (OFFERING, REPORTS, SECURITIES, PURCHASERS)
"""In the order of the book."""
MADE: tuple[Files, ...] = ()
"""Shelves of files that are not issued documents."""


def shelf_of(paper: Document) -> Shelf:
    """The shelf on which a document stands."""
    for shelf in SHELVES:
        if paper.kind in shelf.kinds:
            return shelf
    return REPORTS if paper.person_id is None else PURCHASERS
