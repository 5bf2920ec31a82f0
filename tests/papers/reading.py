"""What every test of the papers asks: the documents of an offering, and their facts."""

from collections import Counter
from uuid import UUID

from documents.facts import Facts, from_json
from documents.models import Document


def issued(offering_id: UUID) -> Counter[tuple[str, str]]:
    """How many documents of each kind and language an offering has."""
    rows = Document.objects.filter(offering_id=offering_id).values_list("kind", "language")
    return Counter(rows)


def facts_of(offering_id: UUID, kind: str, language: str = "fr") -> Facts:
    """The frozen facts of the latest document of a kind."""
    document = Document.objects.filter(
        offering_id=offering_id, kind=kind, language=language
    ).latest("issued_at", "number")
    return from_json(kind, document.facts)
