"""The amendments of an offering as a difference, and the right that each of them opens anew."""

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from compliance.web import clock
from compliance.web.language import current
from equity import moves
from equity.comparing import compared_items
from equity.models import Offering, Version
from equity.selectors import offerings
from equity.views.doors import behind_notice
from investors.actors import person_of

_SHOWN = 10
"""The latest amendments that the page compares; the offering document lists every one."""


@require_safe
@behind_notice
def amendments(request: HttpRequest, shown: Offering) -> HttpResponse:
    """What each amendment changed, the latest first; on top, the rights to cancel of who reads."""
    person, at = person_of(request.user), clock.now()
    versions = _published(shown)
    mine = []
    if person is not None:
        own = offerings.subscriptions_of(person).filter(offering=shown, state=moves.AGREED)
        mine = [one for one in own if at < one.right_ends_at]
    context = {
        "offering": shown,
        "person": person,
        "at": at,
        "mine": mine,
        "amendments": [
            {"version": after, "rows": compared_items(before, after, current())}
            for after, before in pairwise(versions)
        ],
    }
    return render(request, "equity/investor/amendments.html", context)


def _published(offering: Offering) -> list[Version]:
    """The versions that were published, the latest first, and one more to compare the last with."""
    rows = offering.versions.filter(published_at__isnull=False).prefetch_related("use_of_funds")
    return list(rows.order_by("-number")[: _SHOWN + 1])
