"""Which open offerings still print older words than those in force: their document was frozen with
them, and stays so until it is amended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from compliance.rules.wording import Shelf, Statement, packaged
from documents.models import Document
from documents.shelf import Known
from equity import moves
from equity.models import Offering

DOCUMENT = "offering_document"
PRINTED_FORM = "45-110F1"
"""The form whose words the offering document prints. Those of the others are shown as they stand:
the risks on the page that asks them, the legend on the certificate that is made."""

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Use:
    """An open offering whose document prints older words of a statement."""

    offering_id: UUID
    issuer: str
    older: Statement


def older_words(on: date, standing: Known) -> Mapping[Key, tuple[Use, ...]]:
    """The open offerings that print older words, by the id, the kind of portal and the language of
    the statement; two questions, whatever the number of offerings.

    A document that was frozen before its words were kept so is taken to print the packaged words.
    """
    rows = Offering.objects.filter(state__in=sorted(moves.OPENED)).select_related(
        "issuer", "portal"
    )
    opened = {row.pk: row for row in rows.order_by("issuer__name", "pk")}
    papers = (
        Document.objects.filter(kind=DOCUMENT, offering_id__in=opened)
        .order_by("offering_id", "language", "-number")
        .distinct("offering_id", "language")
        .values_list("offering_id", "language", "wording")
    )
    printed: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
    for offering_id, language, wording in papers:
        assert offering_id is not None  # It is one of those that were asked for.
        printed[offering_id][language] = wording
    found: dict[Key, list[Use]] = defaultdict(list)
    for pk, offering in opened.items():
        for language, wording in printed[pk].items():
            for older in _older(wording, language, offering.portal.kind, on, standing.shelf):
                key = (older.id, older.applies_to or "", language)
                found[key].append(Use(pk, offering.issuer.name, older))
    return {key: tuple(uses) for key, uses in found.items()}


def _older(wording: list[str], language: str, kind: str, on: date, shelf: Shelf) -> list[Statement]:
    """The statements that a document prints in other words than those in force."""
    now = _printed(language, kind, on, shelf)
    digests = wording or [
        one.version_digest for one in _printed(language, kind, on, packaged()).values()
    ]
    read = (shelf.by_digest[digest] for digest in digests if digest in shelf.by_digest)
    return [
        one for one in read if one.id in now and one.version_digest != now[one.id].version_digest
    ]


@lru_cache(maxsize=32)
def _printed(language: str, kind: str, on: date, shelf: Shelf) -> Mapping[str, Statement]:
    """The prescribed statements of the offering document, by id."""
    rows = shelf.statements_of(PRINTED_FORM, "fr" if language == "fr" else "en", on, kind)
    return {one.id: one for one in rows if one.prescribed}
