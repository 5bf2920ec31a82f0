"""Acts on pages: run a service, then a page that says why not, or a redirect that says it is done.

outcome = attempt(lambda: subscribing.subscribe(actor=..., at=clock.now(), ...), Refused)
if outcome.refused:
    return refused(request, "equity/investor/subscribe.html", context, outcome)
return done(request, reverse(...), _("Your subscription is agreed."))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from compliance.rules.kernel.findings import Finding, not_met

Answer = TypeVar("Answer")

NOT_ALLOWED = "actor.not_allowed"


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


def attempt(act: Callable[[], Answer], refusal: type[Exception]) -> Outcome[Answer]:
    """Run an act; a refusal of the given class, which carries ``findings``, becomes an outcome.

    Raises Http404 when it is the actor who may not: a page never tells that something exists to
    somebody who may not see it. Any other exception passes.
    """
    try:
        return Outcome(answer=act())
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
