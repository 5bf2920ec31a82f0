"""An investor's own space: what needs doing now, the securities they hold, their data to take."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from compliance.casework.selectors import questions_to
from compliance.rules.kernel.money import format_cad
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.web import clock
from compliance.web.language import current
from documents.models import Document
from equity import moves
from equity.models import Holding, Subscription
from equity.papers.closing import certificate_number
from equity.selectors import offerings, own
from equity.services.exporting import export_data
from equity.views.money_line import money_line
from investors.actors import investor_actor, investor_only
from investors.models import Person
from investors.selectors import identified, missing_particulars

_PAGE = 20
_FEW = 5

Step = dict[str, Any]


@require_safe
@investor_only
def space(request: HttpRequest, person: Person) -> HttpResponse:
    """What needs doing now, what runs and waits by itself, and where the rest is."""
    at = clock.now()
    running = list(
        offerings.subscriptions_of(person).filter(state=moves.AGREED, right_ends_at__gt=at)[:_FEW]
    )
    verified = identified(person, _day_at(person, at))
    context = {
        "person": person,
        "at": at,
        "todo": [
            *_profile_steps(person),
            *_questions(person),
            *_amended(running),
            *_unpaid(person),
        ],
        "running": running,
        "verified": verified,
        "latest": [
            {"subscription": one, "line": money_line(one, at)}
            for one in offerings.subscriptions_of(person)[:_FEW]
        ],
    }
    return render(request, "equity/investor/space.html", context)


def _day_at(person: Person, at: datetime) -> date:
    """The day it is where the person lives."""
    return local_date(at, zone_of(person.province if person.province in PROVINCES else "QC"))


def _profile_steps(person: Person) -> list[Step]:
    """The particulars that the law asks and the person has not given yet, in one line."""
    lacks_birth = person.kind == Person.Kind.PERSON and not person.born
    if not missing_particulars(person) and not lacks_birth:
        return []
    return [
        {
            "what": _("Complete your profile: it is asked of every purchaser."),
            "label": _("Complete my profile"),
            "url": reverse("investors:profile"),
        }
    ]


def _questions(person: Person) -> list[Step]:
    count = questions_to(investor_actor(person)).count()
    if not count:
        return []
    what = ngettext(
        "%(count)d question of the portal waits for your answer.",
        "%(count)d questions of the portal wait for your answer.",
        count,
    )
    return [{"what": what % {"count": count}, "label": _("Answer"), "url": reverse("equity:asked")}]


def _amended(running: list[Subscription]) -> list[Step]:
    """Amendments since the agreement, while the right that they opened still runs."""
    return [
        {
            "what": _("%(issuer)s: the offering document was amended. Read what changed.")
            % {"issuer": one.offering.issuer.name},
            "label": _("See what changed"),
            "url": reverse("equity:amendments", args=[one.offering_id]),
        }
        for one in running
        if one.version_id != one.offering.in_force_id
    ]


def _unpaid(person: Person) -> list[Step]:
    return [
        {
            "what": _("%(issuer)s: %(owed)s is still to be paid before the closing.")
            % {"issuer": one.offering.issuer.name, "owed": format_cad(one.owed, current())},
            "label": _("How to pay"),
            "url": reverse("equity:subscription", args=[one.pk]),
        }
        for one in own.to_pay(person)[:_FEW]
    ]


@require_safe
@investor_only
def holdings(request: HttpRequest, person: Person) -> HttpResponse:
    """The securities issued to the person, with their certificate and their next payment."""
    page = Paginator(own.holdings_of(person), _PAGE).get_page(request.GET.get("page"))
    papers = own.papers_of([row.subscription_id for row in page], person)
    today = _day_at(person, clock.now())
    rows = [_held(row, papers.get(row.subscription_id, []), today) for row in page]
    context = {"person": person, "page": page, "rows": rows}
    return render(request, "equity/investor/holdings.html", context)


def _held(row: Holding, papers: list[Document], today: date) -> dict[str, Any]:
    schedule = own.schedule_among(papers, current())
    return {
        "holding": row,
        "certificate": certificate_number(row),
        "papers": [one for one in papers if one.kind.endswith("certificate")],
        "schedule": schedule,
        "next": None if schedule is None else schedule.next_after(today),
    }


@require_safe
@investor_only
def holding(request: HttpRequest, person: Person, holding_id: UUID) -> HttpResponse:
    """One holding with every payment of its schedule; somebody else's does not exist."""
    mine = get_object_or_404(own.holdings_of(person), pk=holding_id)
    papers = own.papers_of([mine.subscription_id], person).get(mine.subscription_id, [])
    today = _day_at(person, clock.now())
    context = {"person": person, "today": today, **_held(mine, papers, today), "all": papers}
    return render(request, "equity/investor/holding.html", context)


@require_POST
@investor_only
def my_data(request: HttpRequest, person: Person) -> FileResponse:
    """Everything kept about the person, as a ZIP in the language of the page. An act, because that
    it was handed over is recorded."""
    file = export_data(
        actor=investor_actor(person), person=person, language=current(), at=clock.now()
    )
    return FileResponse(
        file,
        as_attachment=True,
        filename="mes-donnees-my-data.zip",
        content_type="application/zip",
        headers={"Cache-Control": "private, no-store"},
    )
