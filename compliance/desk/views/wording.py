"""Prescribed wording: how it stands, its history, the official words put in and confirmed."""

import base64
import hashlib
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.approvals.selectors import standing_request
from compliance.desk.views.common import Desk, act, acting, looking, show
from compliance.desk.wording_forms import CompareForm, FileForm, WordsForm
from compliance.desk.wording_history import history
from compliance.desk.wording_told import CONFIRMED, STANDINGS, STATES, forms, shown
from compliance.desk.wording_uses import older_words
from compliance.rules.kernel.money import Language
from compliance.rules.wording import Statement
from compliance.rules.wording.checking import Fault, WordsRefused
from compliance.rules.wording.resource import (
    FORMS,
    Resource,
    checked_head,
    one_entry,
    prescribed_of,
    read_resource,
    write_resource,
)
from compliance.web import clock
from compliance.web.acting import done, sent
from compliance.web.language import current
from documents import confirming
from documents.actions import WORDING
from documents.importing import NEW, TO_CONFIRM, WAITS, changes_of, check_source, import_wording
from documents.models import WordingConfirmation, WordingVersion
from documents.selectors import LANGUAGES, comparable_statements, statement_subject
from documents.shelf import day_of_words, known

_SALT = "wording:checked"
_KEEP = "keep"
_MOST = 25
"""How many open offerings that print older words are named; all are counted."""


@looking()
def wording(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every prescribed statement in use, form by form, and how it stands in each language; of one
    form or one standing where the address asks for it."""
    every = forms(day_of_words(clock.now()), current())
    code, state = request.GET.get("form", ""), request.GET.get("state", "")
    code = code if code in {form.code for form in every} else ""
    state = state if state in STATES else ""
    texts = [text.state for form in every for line in form.lines for text in line.texts]
    context = {
        "forms": shown(every, code, state),
        "every": every,
        "code": code,
        "state": state,
        "states": [(one, STANDINGS[one], texts.count(one)) for one in STATES],
        "confirmed": texts.count(CONFIRMED),
        "total": len(texts),
        "done_width": round(1000 * texts.count(CONFIRMED) / len(texts)),
        "written_in": LANGUAGES,
    }
    return show(request, "wording.html", desk, context)


@acting("GET", "HEAD", "POST")
def statement(request: HttpRequest, desk: Desk, text_digest: str) -> HttpResponse:
    """One statement in both languages, its history, and who prints older words; an officer says
    that they compared it."""
    at, standing = clock.now(), known()
    on = day_of_words(at)
    used = comparable_statements(on, standing)
    read = _read(used, text_digest)
    uses = older_words(on, standing)
    posted = request.POST if request.method == "POST" else None
    form = CompareForm(posted)
    context: dict[str, Any] = {
        "read": read,
        "beside": [
            each
            for each in used.values()
            if (each.id, each.applies_to) == (read.id, read.applies_to)
        ],
        "past": history(read),
        "uses": uses.get((read.id, read.applies_to or "", read.language), ()),
        "most": _MOST,
        "confirmed": WordingConfirmation.objects.filter(text_digest=text_digest)
        .order_by("-confirmed_at")
        .first(),
        "waits": standing_request(WORDING, statement_subject(text_digest)),
        "form": form,
    }
    if posted is None:
        return show(request, "statement.html", desk, context)
    return _compare(request, desk, "statement.html", context, text_digest, None)


@acting("GET", "HEAD", "POST")
def version(request: HttpRequest, desk: Desk, version_id: UUID) -> HttpResponse:
    """Words that somebody put in, beside those in force on their first day; an officer says that
    they compared them."""
    row = get_object_or_404(WordingVersion.objects.select_related("confirmation"), pk=version_id)
    posted = request.POST if request.method == "POST" else None
    kind = row.applies_to or "exempt"
    language: Language = "fr" if row.language == "fr" else "en"
    context: dict[str, Any] = {
        "row": row,
        "before": known().shelf.statement(row.statement, language, row.effective_from, kind),
        "confirmed": getattr(row, "confirmation", None),
        "waits": standing_request(WORDING, row),
        "form": CompareForm(posted),
    }
    if posted is None:
        return show(request, "wording_version.html", desk, context)
    return _compare(request, desk, "wording_version.html", context, row.text_digest, row.pk)


def _compare(
    request: HttpRequest,
    desk: Desk,
    template: str,
    context: dict[str, Any],
    text_digest: str,
    version_id: UUID | None,
) -> HttpResponse:
    form: CompareForm = context["form"]
    if not form.is_valid():
        return show(request, template, desk, context, status=422)
    given = {} if version_id is None else {"version_id": version_id}
    try:
        outcome = act(
            lambda: confirming.compare_wording(
                actor=desk.actor,
                text_digest=text_digest,
                source=form.cleaned_data["source"],
                source_digest=form.cleaned_data["source_digest"],
                at=clock.now(),
                key=sent(request),
                **given,
            )
        )
    except confirming.WordingFault:
        form.add_error(None, _("Two people confirmed these words already."))
        return show(request, template, desk, context, status=422)
    if outcome.refused:
        context["reasons"] = outcome.reasons
        return show(request, template, desk, context, status=422)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


@acting("GET", "HEAD", "POST")
def paste(request: HttpRequest, desk: Desk, text_digest: str) -> HttpResponse:
    """Put in other words of one statement, pasted from the official text: what differs is shown
    first, then it is asked for."""
    on = day_of_words(clock.now())
    read = _read(comparable_statements(on), text_digest)
    posted = request.POST if request.method == "POST" else None
    form = WordsForm(posted, initial={"text": read.text})
    context: dict[str, Any] = {"read": read, "form": form}
    if posted is None:
        return show(request, "wording_paste.html", desk, context)
    if not form.is_valid():
        return show(request, "wording_paste.html", desk, context, status=422)
    try:
        resource = _pasted(form, read)
        context["changes"] = changes_of(resource)
        if posted.get("then") != _KEEP:
            return show(request, "wording_paste.html", desk, context)
        return _put_in(request, desk, resource, "wording_paste.html", context)
    except WordsRefused as refused:
        form.tell(refused.faults)
        return show(request, "wording_paste.html", desk, context, status=422)


def _pasted(form: WordsForm, read: Statement) -> Resource:
    given = {name: value for name, value in form.cleaned_data.items() if name != "text"}
    about = {"form": read.form, "language": read.language}
    head = checked_head(given | about, on=day_of_words(clock.now()))
    one = next(
        each
        for each in prescribed_of(read.form, read.language)
        if (each.id, each.applies_to) == (read.id, read.applies_to)
    )
    return one_entry(head, one, form.cleaned_data["text"])


@acting("GET", "HEAD", "POST")
def put_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put in the words of a file that came back: what differs is shown first, statement by
    statement, then it is asked for, all or none."""
    posted = request.method == "POST"
    form = FileForm(request.POST or None, request.FILES or None) if posted else FileForm()
    context: dict[str, Any] = {"form": form}
    if not posted:
        return show(request, "wording_import.html", desk, context)
    try:
        if request.POST.get("then") == _KEEP:
            content = _checked(request)
            if content is not None:
                resource = read_resource(content, on=day_of_words(clock.now()))
                return _put_in(request, desk, resource, "wording_import.html", context)
        if not form.is_valid():
            return show(request, "wording_import.html", desk, context, status=422)
        context |= _looked_at(form)
    except WordsRefused as refused:
        context["faults"] = _sentences(refused.faults)
        return show(request, "wording_import.html", desk, context, status=422)
    return show(request, "wording_import.html", desk, context)


def _looked_at(form: FileForm) -> dict[str, Any]:
    """What a file would change, and the file itself with a mark that its source was checked."""
    content = form.content
    resource = read_resource(content, on=day_of_words(clock.now()))
    check_source(resource.head, form.official_content)
    changes = changes_of(resource)
    return {
        "head": resource.head,
        "changes": [one for one in changes if one.standing in (NEW, WAITS)],
        "same": [one for one in changes if one.standing not in (NEW, WAITS)],
        "new": sum(one.standing == NEW for one in changes),
        "asks": sum(one.standing in (NEW, TO_CONFIRM) for one in changes),
        "content": base64.b64encode(content).decode(),
        "checked": signing.dumps(hashlib.sha256(content).hexdigest(), salt=_SALT),
    }


def _checked(request: HttpRequest) -> bytes | None:
    """The file that was just looked at, whose source was compared then; None for any other."""
    try:
        content = base64.b64decode(request.POST.get("content", ""), validate=True)
        said = signing.loads(request.POST.get("checked", ""), salt=_SALT)
    except (ValueError, signing.BadSignature):
        return None
    return content if said == hashlib.sha256(content).hexdigest() else None


def _put_in(
    request: HttpRequest, desk: Desk, resource: Resource, template: str, context: dict[str, Any]
) -> HttpResponse:
    """Ask for it. What is wrong with the words is told by the page: WordsRefused goes up."""
    outcome = act(
        lambda: import_wording(
            actor=desk.actor, resource=resource, at=clock.now(), key=sent(request)
        )
    )
    imported = outcome.answer
    if outcome.refused or imported is None:
        return show(request, template, desk, context | {"reasons": outcome.reasons}, status=422)
    if not imported.asked:
        said = _("The words are kept. Somebody compares them with the official text first.")
        return done(request, reverse("desk:wording_version", args=[imported.versions[0]]), said)
    said = _("It is asked for. Another officer approves it.")
    return done(request, reverse("desk:approvals"), said)


def _sentences(faults: tuple[Fault, ...]) -> list[str]:
    return [fault.message(current()) for fault in faults]


@looking()
def file(request: HttpRequest, desk: Desk, form: str, language: str) -> HttpResponse:
    """The words of a form in force, as a file to be corrected and sent back."""
    if form not in FORMS or language not in LANGUAGES:
        raise Http404
    chosen: Language = "fr" if language == "fr" else "en"
    text = write_resource(form, chosen, known().shelf, on=day_of_words(clock.now()))
    answer = HttpResponse(text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="wording-{form}-{language}.toml"'
    return answer


def _read(used: Any, text_digest: str) -> Statement:
    """The statement in force of these words; Http404 for any other."""
    read: Statement | None = used.get(text_digest)
    if read is None:
        raise Http404
    return read
