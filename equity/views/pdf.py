"""Issued documents as answers to a request."""

from django.http import HttpRequest, HttpResponse

from documents.models import Document
from documents.selectors import archive_copy


def pdf_response(document: Document) -> HttpResponse:
    """A rendered document, with its seal where it has one, shown by the browser, kept by nobody on
    the way. What is sealed begins with the bytes that were issued.

    The name of the file tells what it is and never whose.
    """
    name = f"{document.kind.replace('_', '-')}-{document.language}.pdf"
    return HttpResponse(
        archive_copy(document),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
            "Content-Language": document.language,
        },
    )


def fetched_ahead(request: HttpRequest) -> bool:
    """Whether a browser fetches this before anybody asked to see it."""
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return "prefetch" in purpose.lower()
