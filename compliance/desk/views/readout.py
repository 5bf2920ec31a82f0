"""Helping somebody by telephone: everything that is read out to them, and what they still lack.

Nothing is recorded here and nothing is answered in anybody's place: Form 45-110F2 ends with the
purchaser's own electronic signature (statement R10), and no text that the rulebook holds says that
another hand may give it. The call itself is written down as a case about the person.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from compliance.desk.views.common import Desk, acting, show, the_offering
from compliance.rules.kernel.findings import not_met
from compliance.rules.ni45_110 import subscription as rules
from compliance.web import clock
from documents.shelf import known
from equity import moves
from equity.models import Offering
from equity.selectors.clock import portal_day
from equity.selectors.room import room_of
from equity.selectors.shown import entry_notice, filled_in
from equity.selectors.subscribing import would_be
from equity.services.subscribing import default_language
from investors.models import Person


@acting("GET", "HEAD")
def readout(request: HttpRequest, desk: Desk, person_id: UUID, offering_id: UUID) -> HttpResponse:
    """What an officer reads out to a person by telephone about an offering, in their language."""
    person, offering = get_object_or_404(Person, pk=person_id), the_offering(offering_id)
    at = clock.now()
    on = portal_day(offering.portal, at)
    context: dict[str, Any] = {"person": person, "offering": offering}
    if offering.state not in moves.OPENED:
        return show(request, "readout.html", desk, context)
    language: Any = default_language(offering, person)
    wanted = would_be(offering.pk, person, units=1, insider=False, at=at)
    findings = rules.judge(wanted.facts, on=on)
    kind: Any = offering.portal.kind
    context |= {
        "language": language,
        "lacking": not_met(findings),
        "room": room_of(wanted, findings, _price(offering)),
        "right": wanted.right,
        "notice": entry_notice(offering.portal, on, language),
        "statements": filled_in(
            known().shelf.statements_of("45-110F2", language, on, kind),
            offering,
            person,
            language,
        ),
    }
    return show(request, "readout.html", desk, context)


def _price(offering: Offering) -> Any:
    return offering.document.price or 0
