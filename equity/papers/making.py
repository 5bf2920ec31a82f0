"""Making a document that somebody waits for, so that one that cannot be made is named."""

from datetime import datetime
from uuid import UUID

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.wording.statements import WordingError
from documents.errors import RenderError
from documents.facts import FactsError
from documents.models import Document
from documents.services import render_document

UNMAKEABLE = (RenderError, FactsError, WordingError, OutsideDates)
"""What keeps a document from being made, whoever tries again."""


class NotMade(RuntimeError):  # noqa: N818 - it says what is the case
    """A document that cannot be made, by its kind and number; what was asked for with it is not
    handed over either."""

    def __init__(self, kind: str, number: int, language: str, reason: object) -> None:
        super().__init__(f"The document {kind}, number {number} ({language}): {reason}")
        self.kind, self.number = kind, number


def make_document(document_id: UUID, *, at: datetime) -> Document:
    """As ``documents.services.render_document``; raises NotMade where it cannot be made."""
    try:
        return render_document(document_id, at=at)
    except UNMAKEABLE as error:
        row = Document.objects.only("kind", "number", "language").get(pk=document_id)
        raise NotMade(row.kind, row.number, row.language, error) from error
