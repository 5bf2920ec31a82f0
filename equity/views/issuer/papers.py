"""Documents as PDF, in the browser: rendered when first asked for, from their frozen facts."""

from datetime import datetime

from django.http import HttpResponse

from documents.facts.shared import Language
from documents.models import Document
from documents.render import render
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


def pdf_of(document: Document, *, at: datetime) -> HttpResponse:
    """An issued document; rendered now when nothing has rendered it yet."""
    done = render_document(document.pk, at=at)
    kind = document.kind.replace("_", "-")
    return inline(bytes(done.content.pdf), f"{kind}-{document.language}-{str(document.pk)[:8]}")


def preview_of(
    offering: Offering, version: Version, language: Language, *, at: datetime
) -> HttpResponse:
    """A version that is not published yet, as its document would read; raises FactsError where it
    holds what no document can say."""
    facts = preview_facts(offering, version, language, at=at)
    return inline(render(facts.kind, facts).pdf, f"preview-{language}-{str(version.pk)[:8]}")
