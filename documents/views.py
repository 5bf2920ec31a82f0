"""The public page that says what a document is and whether it is unchanged."""

import logging
from datetime import datetime
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from compliance.web import clock
from documents.forms import VerifyForm
from documents.seals import telling
from documents.seals.ring import Ring, ring
from documents.seals.verifying import LARGEST, Answer, Verdict, verify_digest, verify_file

logger = logging.getLogger(__name__)

_AROUND = 64 * 1024
"""Room for what a browser sends around a file."""
AT_ONCE = 3
"""How many files this process holds at once; whoever comes then is asked to come again."""
_PLACES = BoundedSemaphore(AT_ONCE)
_AGAIN = 5
"""Seconds after which to send again."""


class _InMemory(FileUploadHandler):
    """Takes a file into memory and nowhere else, and stops a client that sends more than it may."""

    too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.held.write(raw_data)
        if self.held.tell() > LARGEST:
            self.too_large = True
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        name = self.file_name or "file"
        return InMemoryUploadedFile(self.held, None, name, None, file_size, None)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """What a file or a digest is, in plain words.

    Open to all, changes nothing and knows nobody, so there is nothing for a foreign page to abuse:
    hence no token, which would have to be read from a body of any size before its size is known.
    """
    if request.method != "POST":
        return render(request, "documents/pages/verify.html", {"form": VerifyForm()})
    if _too_large(request):
        return _answer(request, VerifyForm(), Verdict(Answer.TOO_LARGE), status=413)
    if int(request.headers["Content-Length"]) <= _AROUND:
        return _looked_at(request)
    # Before the body is read: what is in memory is what must stay within bounds.
    if not _PLACES.acquire(blocking=False):
        answer = _answer(request, VerifyForm(), Verdict(Answer.BUSY), status=503)
        answer.headers["Retry-After"] = str(_AGAIN)
        return answer
    try:
        return _looked_at(request)
    finally:
        _PLACES.release()


def _looked_at(request: HttpRequest) -> HttpResponse:
    taking = _InMemory(request)
    request.upload_handlers = [taking]
    form = VerifyForm(request.POST, request.FILES)
    if taking.too_large:
        return _answer(request, VerifyForm(), Verdict(Answer.TOO_LARGE), status=413)
    if not form.is_valid():
        return _answer(request, form, None, status=422)
    at, file = clock.now(), form.cleaned_data["file"]
    held = _certificates(at)
    if file:
        verdict = verify_file(file.file.getvalue(), ring=held or Ring(), at=at)
    else:
        verdict = verify_digest(form.cleaned_data["digest"], ring=held or Ring(), at=at)
    if held is None and verdict.answer is Answer.OTHER_KEY:
        return _answer(request, VerifyForm(), Verdict(Answer.NOT_NOW), status=503)
    return _answer(request, VerifyForm(), verdict)


def _certificates(at: datetime) -> Ring | None:
    """The certificates of the portal, without its key; None where they cannot be read, which is
    logged: the register still knows its own files."""
    try:
        return ring(at=at, with_key=False)
    except (ImproperlyConfigured, OSError):
        logger.exception("The certificates of the seal cannot be read.")
        return None


def _too_large(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    return not length.isdigit() or int(length) > LARGEST + _AROUND


def _answer(
    request: HttpRequest, form: VerifyForm, verdict: Verdict | None, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "verdict": verdict}
    if verdict is not None:
        context |= {
            "heading": telling.heading(verdict),
            "superseded": telling.superseded(verdict),
            "sentences": list(telling.sentences(verdict)),
            "lines": list(telling.lines(verdict)),
        }
    return render(request, "documents/pages/verify.html", context, status=status)
