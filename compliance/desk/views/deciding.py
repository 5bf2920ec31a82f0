"""What an officer decides about an offering: one page an act, with its reason."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.approvals.selectors import standing_request
from compliance.desk import selectors
from compliance.desk.choices import approve_closing_closed, ask_closing_closed, choices
from compliance.desk.evidence import evidence_of
from compliance.desk.forms import AdviceForm, ReasonForm
from compliance.desk.views.common import Desk, act, acting, looking, show, the_offering
from compliance.rules.kernel.findings import not_met
from compliance.web import clock
from compliance.web.acting import done, sent
from equity import moves
from equity.actions import OFFERING_APPROVAL
from equity.models import Offering
from equity.services import closing, filing, life, subscribing
from equity.views.issuer.standing import judged


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of one button: its service, what it does in words, and what it asks for."""

    service: Any
    title: str | Promise
    effect: str | Promise
    said: str | Promise
    needs_reason: bool = True
    final: bool = False


DECISIONS = {
    "approve": Decision(
        filing.approve,
        gettext_lazy("Approve the offering"),
        gettext_lazy("Every filing rule is judged again; the issuer may then open it."),
        gettext_lazy("The offering is approved."),
        needs_reason=False,
    ),
    "refuse": Decision(
        filing.refuse,
        gettext_lazy("Refuse the offering"),
        gettext_lazy("The offering ends here. The issuer reads the reason."),
        gettext_lazy("The offering is refused."),
        final=True,
    ),
    "suspend": Decision(
        life.suspend,
        gettext_lazy("Suspend the offering"),
        gettext_lazy("No subscription is taken. Rights of withdrawal and days go on."),
        gettext_lazy("The offering is suspended."),
    ),
    "resume": Decision(
        life.resume,
        gettext_lazy("Resume the offering"),
        gettext_lazy("It is open again, unless an amendment holds it."),
        gettext_lazy("The suspension is over."),
        needs_reason=False,
    ),
    "stop": Decision(
        life.stop,
        gettext_lazy("Stop the offering for good"),
        gettext_lazy("It has failed: every payment is due back without deduction."),
        gettext_lazy("The offering is stopped, and every payment is due back."),
        final=True,
    ),
}


def dossier_url(offering: Offering) -> str:
    """The address of an offering's dossier."""
    return reverse("desk:dossier", args=(offering.pk,))


@acting()
def decide(request: HttpRequest, desk: Desk, offering_id: UUID, name: str) -> HttpResponse:
    """One decision: its effect, its reason, and the rules it will be judged by."""
    decision = DECISIONS.get(name)
    if decision is None:
        raise Http404
    offering, at = the_offering(offering_id), clock.now()
    posted = request.POST if request.method == "POST" else None
    form = ReasonForm(posted, needed=decision.needs_reason, final=decision.final)
    context: dict[str, Any] = {
        "offering": offering,
        "decision": decision,
        "form": form,
    }
    if name == "approve" and offering.working is not None:
        context["findings"] = judged(offering, offering.working, at)
        context["two"] = offering.portal.approval_officers > 1
        context["waits"] = standing_request(OFFERING_APPROVAL, offering)
        context["evidence"] = evidence_of(offering, at)
    context["why_not"] = _why_not(desk, offering, name, context)
    if posted is None:
        return show(request, "decide.html", desk, context)
    if not form.is_valid():
        return show(request, "decide.html", desk, context, status=422)
    outcome = act(
        lambda: decision.service(
            actor=desk.actor,
            offering_id=offering.pk,
            at=at,
            reason=form.cleaned_data["reason"],
            key=sent(request),
            **({"seen": posted.get("seen", "")} if name == "approve" else {}),
        )
    )
    if outcome.refused or outcome.answer is None:
        return show(
            request, "decide.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    if name == "approve" and outcome.answer.subject.state == moves.SUBMITTED:
        said = _("You approved it, the first of two. Another officer approves the same content.")
        return done(request, dossier_url(offering), said)
    return done(request, dossier_url(offering), str(decision.said))


def _why_not(desk: Desk, offering: Offering, name: str, context: dict[str, Any]) -> str:
    """Why the decision is closed now, as the dossier says it; empty where it is open."""
    found = choices(
        offering,
        unmet=len(not_met(context.get("findings", ()))),
        waits=context.get("waits"),
        officer=desk.actor.id,
    )
    closed = _("The state of the offering does not allow this now.")
    return next((one.why_not for one in found if one.name == name), closed)


@looking()
def worksheet(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """The closing as it would be made now: who completes, who lapses, the totals, the rules."""
    return _worksheet(request, desk, the_offering(offering_id))


def _worksheet(
    request: HttpRequest, desk: Desk, offering: Offering, *, reasons: Any = (), status: int = 200
) -> HttpResponse:
    if offering.first_available is None:
        raise Http404
    sheet = None if offering.state in moves.FINAL else selectors.worksheet(offering, clock.now())
    context = {
        "offering": offering,
        "sheet": sheet,
        "closing": getattr(offering, "closing", None) if offering.state == moves.CLOSED else None,
        "evidence": evidence_of(offering, clock.now()),
        "holdings": offering.holdings.select_related("person")[:200],
        "may_ask": offering.state in moves.OFFERING_MOVES["ask_closing"].sources,
        "may_approve": offering.state in moves.OFFERING_MOVES["approve_closing"].sources,
        **_closed(offering, sheet, desk),
        "reasons": reasons,
    }
    return show(request, "worksheet.html", desk, context, status=status)


def _closed(offering: Offering, sheet: selectors.Worksheet | None, desk: Desk) -> dict[str, Any]:
    """Why the closing cannot be asked for, or approved, by whoever looks; empty where it can."""
    if sheet is None:
        return {}
    # A right that ended is found by the next sweep, or by the act itself, which then judges anew:
    # until then the page must not say that what the act would do is closed.
    ended = offering.subscriptions.filter(state=moves.AGREED, right_ends_at__lte=clock.now())
    findings = () if ended.exists() else sheet.findings
    stands = sheet.request is not None
    mine = sheet.request is not None and sheet.request.asked_by == desk.actor.id
    facts = {"mine": mine, "changed": sheet.changed}
    return {
        "ask_closed": ask_closing_closed(findings, **facts),
        "approve_closed": approve_closing_closed(findings, **facts) if stands else "",
    }


@acting("POST")
def ask_closing(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Ask for the closing with the figures as they now stand."""
    offering = the_offering(offering_id)
    outcome = act(
        lambda: closing.ask_closing(
            actor=desk.actor, offering_id=offering.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        return _worksheet(request, desk, offering, reasons=outcome.reasons, status=422)
    return done(
        request,
        reverse("desk:worksheet", args=(offering.pk,)),
        _("The closing is asked for. Another officer approves exactly these figures."),
    )


@acting("POST")
def approve_closing(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Approve the closing that another officer asked for."""
    offering = the_offering(offering_id)
    outcome = act(
        lambda: closing.approve_closing(
            actor=desk.actor, offering_id=offering.pk, at=clock.now(), key=sent(request)
        )
    )
    if outcome.refused:
        return _worksheet(request, desk, offering, reasons=outcome.reasons, status=422)
    return done(
        request,
        reverse("desk:worksheet", args=(offering.pk,)),
        _("The distribution is closed: the securities are issued and the duties begin."),
    )


@acting()
def advise(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Record a registered dealer's word on suitability."""
    offering = the_offering(offering_id)
    if "advise" not in moves.offering_moves_from(
        offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
    ):
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = AdviceForm(posted)
    context: dict[str, Any] = {"offering": offering, "form": form}
    if posted is None:
        return show(request, "advise.html", desk, context)
    found = selectors.persons_at(form.cleaned_data["email"]) if form.is_valid() else []
    if form.is_valid() and len(found) != 1:
        form.add_error("email", _not_one(len(found)))
    if not form.is_valid():
        return show(request, "advise.html", desk, context, status=422)
    given = form.cleaned_data
    outcome = act(
        lambda: subscribing.advise(
            actor=desk.actor,
            offering_id=offering.pk,
            person_id=found[0].pk,
            dealer=given["dealer"],
            registration=given["registration"],
            suitable=given["suitable"],
            at=clock.now(),
            key=sent(request),
        )
    )
    if outcome.refused:
        return show(
            request, "advise.html", desk, {**context, "reasons": outcome.reasons}, status=422
        )
    return done(request, dossier_url(offering), _("The advice is recorded."))


def _not_one(count: int) -> str:
    if count == 0:
        return _("Nobody is recorded with this e-mail.")
    return _("Several persons have this e-mail: open the right one from the search.")
