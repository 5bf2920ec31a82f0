"""What happened to an offering: its history, one entry of it, and two versions of its document."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from compliance.audit.tree.checkpoints import latest
from compliance.desk import selectors
from compliance.desk.case_selectors import link
from compliance.desk.history import VIEWS, about, at_positions, deeds, each, history
from compliance.desk.views.common import Desk, looking, show, the_offering
from compliance.web.language import current
from equity.comparing import compared_items
from equity.evidence.gathering import told
from equity.models import Offering

_A_PAGE = 50
_MOST_PAGES = 100_000


@looking()
def trail(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """What happened to an offering, the latest first: the decisions alone, everything folded by
    day, or every entry by itself (of one day, where the address names one)."""
    offering = the_offering(offering_id)
    view = next((name for name in VIEWS if name == request.GET.get("view")), VIEWS[0])
    day = _day(request.GET.get("day")) if view == "each" else None
    said = {"view": "" if view == VIEWS[0] else view, "day": "" if day is None else f"{day}"}
    context: dict[str, Any] = {
        "offering": offering,
        "view": view,
        "views": VIEWS,
        "day": day,
        "query": urlencode({name: value for name, value in said.items() if value}),
        "sealed": latest(),
    }
    if view == "days":
        context |= _folded(offering, request.GET.get("page"))
    else:
        rows: Any = deeds(offering) if view == "decisions" else each(offering, day)
        page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
        shown: Any = page.object_list
        if view == "each":
            shown = at_positions(shown)
        context |= {"page": page, "events": selectors.events(shown)}
    return show(request, "trail.html", desk, context)


def _folded(offering: Offering, asked: str | None) -> dict[str, Any]:
    """A page of the folded history. The rows come with how many there are, so a page that lies
    beyond the last is asked for once more."""
    number = int(asked) if asked is not None and asked.isascii() and asked.isdigit() else 1
    first = (max(1, min(number, _MOST_PAGES)) - 1) * _A_PAGE
    total, rows = history(offering, first, first + _A_PAGE)
    if not rows and first:
        total, rows = history(offering, 0, _A_PAGE)
        first = 0
    page = Paginator(range(total), _A_PAGE).get_page(first // _A_PAGE + 1)
    return {"page": page, "rows": rows}


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@looking()
def entry(request: HttpRequest, desk: Desk, offering_id: UUID, position: int) -> HttpResponse:
    """One entry of the trail of an offering: who, when, and every rule as it was judged then."""
    offering = the_offering(offering_id)
    row = about(offering, position)
    if row is None:
        raise Http404
    context = {
        "offering": offering,
        "event": selectors.events([row])[0],
        "judgements": [told(judgement) for judgement in row.judgements.all()],
        "about": link((row.subject_type, row.subject_id)),
    }
    return show(request, "entry.html", desk, context)


@looking()
def compare(request: HttpRequest, desk: Desk, offering_id: UUID) -> HttpResponse:
    """Two versions of an offering's document, item by item; the last two unless asked otherwise."""
    offering = the_offering(offering_id)
    versions = list(offering.versions.prefetch_related("use_of_funds").order_by("number"))
    by_number = {str(row.number): row for row in versions}
    after = by_number.get(request.GET.get("to", "")) or versions[-1]
    earlier = [row for row in versions if row.number < after.number]
    before = by_number.get(request.GET.get("from", "")) or (earlier or versions)[-1]
    context = {
        "offering": offering,
        "versions": versions,
        "before": before,
        "after": after,
        "rows": compared_items(before, after, current()),
    }
    return show(request, "compare.html", desk, context)
