"""Evidence as an answer to a request."""

from django.http import HttpResponse

from equity.evidence.handing import FORMS


def evidence_response(data: bytes, form: str) -> HttpResponse:
    """A package to be kept, by nobody on the way; its name tells what it is and never whose."""
    return HttpResponse(
        data,
        content_type=FORMS[form][1],
        headers={
            "Content-Disposition": f'attachment; filename="preuve-evidence.{form}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
