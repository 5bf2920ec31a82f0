"""Acts on pages: run a service, then a page that says why not, or a redirect that says it is done.

key = sent(request)
outcome = attempt(lambda: subscribing.subscribe(actor=..., key=key, at=clock.now(), ...), Refused)
if outcome.refused:
    return refused(request, "equity/investor/subscribe.html", context, outcome)
return done(request, reverse(...), _("Your subscription is agreed."))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from compliance.idempotency.services import KeyReused, Sent, body_digest
from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.findings import Finding, not_met
from compliance.rules.kernel.grades import Grade

Answer = TypeVar("Answer")

NOT_ALLOWED = "actor.not_allowed"
ONCE = "once"
"""The hidden field of every form that acts: ``{% once %}`` writes it with a fresh key."""
_NOT_SENT = (ONCE, "csrfmiddlewaretoken")

_FIRST_WRITTEN = date(2026, 11, 25)
SENT_BEFORE = Finding(
    Rule(
        code="form.sent_before",
        judged=("act",),
        binds="portal",
        citation_fr="Politique du portail\u00a0: envois répétés",
        citation_en="Portal policy: what is sent again",
        grade=Grade.POLICY,
        start=_FIRST_WRITTEN,
        until=None,
        reviewed=_FIRST_WRITTEN,
        title_fr="Un même formulaire n'est traité qu'une fois.",
        title_en="One form is carried out once.",
        met_fr="Ce formulaire n'a pas été envoyé auparavant.",
        met_en="This form was not sent before.",
        unmet_fr=(
            "Ce formulaire a déjà été envoyé avec un autre contenu, qui a été traité. Le présent "
            "envoi n'a rien changé. Vérifiez où en sont les choses, puis envoyez-le de nouveau si "
            "c'est bien ce que vous voulez."
        ),
        unmet_en=(
            "This form was already sent with other content, which was carried out. Sending it now "
            "changed nothing. Check where things stand, then send it again if that is what you "
            "want."
        ),
        reading="",
    ),
    met=False,
)
"""What a page says of a key that comes back with another body. A matter of pages, not of law: no
regime has this rule, and no judgement ever holds it."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Answer]):
    """What came of an act: its answer, or the findings that refuse it."""

    answer: Answer | None = None
    findings: tuple[Finding, ...] = ()
    """Everything that was judged, when the act was refused; empty otherwise."""

    @property
    def refused(self) -> bool:
        return bool(self.findings)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that are not met."""
        return not_met(self.findings)


def sent(request: HttpRequest, *, corrects: bool = False) -> Sent | None:
    """What a service is given as ``key``: the key of the form, and what was sent with it.

    Sent twice, a form gets the same answer twice, whatever has changed meanwhile. With other
    content it is refused; or, where ``corrects``, it is another request: for pages that replace
    what is stored, to which people go back and correct. None for a form without the field, which
    no page of ours lacks: it is carried out, unprotected. Raises BadRequest on a key of no page.
    """
    once = request.POST.get(ONCE)
    if not once:
        return None
    try:
        key = str(UUID(once))
    except ValueError as error:
        raise BadRequest("The key of the form is none that a page gave.") from error
    body: list[Any] = [
        request.path,
        {name: values for name, values in request.POST.lists() if name not in _NOT_SENT},
    ]
    if request.FILES:
        body.append({name: _bytes(files) for name, files in request.FILES.lists()})
    if corrects:
        key = f"{key}.{body_digest(ONCE, body).hex()}"
    return Sent(key, body)


def _bytes(files: list[UploadedFile]) -> list[bytes]:
    """What was in each file, which is left to be read again."""
    found = []
    for file in files:
        file.seek(0)
        found.append(file.read())
        file.seek(0)
    return found


def attempt(
    act: Callable[[], Answer],
    refusal: type[Exception] | tuple[type[Exception], ...] = KeyReused,
) -> Outcome[Answer]:
    """Run an act; a refusal of a given class, which carries ``findings``, becomes an outcome, and
    so does a form that was sent before with other content.

    Raises Http404 when it is the actor who may not: a page never tells that something exists to
    somebody who may not see it. Any other exception passes.
    """
    try:
        return Outcome(answer=act())
    except KeyReused:
        return Outcome(findings=(SENT_BEFORE,))
    except refusal as error:
        findings: tuple[Finding, ...] = tuple(getattr(error, "findings", ()))
        if not findings:
            raise
        if any(finding.code == NOT_ALLOWED for finding in not_met(findings)):
            raise Http404 from error
        return Outcome(findings=findings)


def refused(
    request: HttpRequest, template: str, context: Mapping[str, Any], outcome: Outcome[Any]
) -> HttpResponse:
    """The page again with the reasons (status 422), as ``reasons`` in its context; the base
    template's component ``{% findings reasons %}`` shows them."""
    return render(request, template, {**context, "reasons": outcome.reasons}, status=422)


def invalid(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page again with the errors at the fields of its form (status 422)."""
    return render(request, template, dict(context), status=422)


class SeeOther(HttpResponseRedirect):
    """A redirect after an act: the browser asks for the next page with GET (status 303)."""

    status_code = 303


def done(request: HttpRequest, url: str, message: str = "") -> HttpResponse:
    """A redirect (status 303) after an accepted act, with a message for the next page."""
    if message:
        messages.success(request, message)
    return SeeOther(url)
