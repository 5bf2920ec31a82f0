"""Documents as PDF, in the browser: rendered when first asked for, from their frozen facts."""

from datetime import datetime

from django.http import HttpResponse

from documents.facts.shared import Language
from documents.models import Document
from documents.render import render
from documents.selectors import archive_copy
from documents.services import render_document
from equity.models import Offering, Version
from equity.papers.preview import preview_facts

_PDF = "application/pdf"


def inline(content: bytes, name: str) -> HttpResponse:
    """A PDF shown in the browser and never kept by anything between: it may be personal."""
    assert name.isascii()
    response = HttpResponse(content, content_type=_PDF)
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def pdf_of(document: Document, *, at: datetime, filing: bool = False) -> HttpResponse:
    """An issued document, with its seal where it has one; rendered now when nothing has rendered it
    yet. The copy for filing has no seal: what is filed may have no annotation."""
    done = render_document(document.pk, at=at)
    name = f"{document.kind.replace('_', '-')}-{document.language}-{str(document.pk)[:8]}"
    if filing:
        return inline(bytes(done.content.pdf), f"{name}-filing")
    return inline(archive_copy(done), name)


def preview_of(
    offering: Offering, version: Version, language: Language, *, at: datetime
) -> HttpResponse:
    """A version that is not published yet, as its document would read; raises FactsError where it
    holds what no document can say."""
    facts = preview_facts(offering, version, language, at=at)
    return inline(render(facts.kind, facts).pdf, f"preview-{language}-{str(version.pk)[:8]}")
