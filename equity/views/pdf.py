"""Issued documents as answers to a request."""

from django.http import HttpRequest, HttpResponse

from documents.models import Document


def pdf_response(document: Document) -> HttpResponse:
    """The bytes of a rendered document, shown by the browser, kept by nobody on the way.

    The name of the file tells what it is and never whose.
    """
    name = f"{document.kind.replace('_', '-')}-{document.language}.pdf"
    return HttpResponse(
        bytes(document.content.pdf),
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
