"""A first check of ten questions, for anybody, before any work: nothing that is said is stored."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from compliance.rules.kernel.findings import not_met
from compliance.rules.kernel.money import CENT
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.rules.ni45_110 import first_check as rules
from compliance.rules.ni45_110.first_check import FirstFacts
from compliance.web import clock
from equity.forms.first_check import FirstCheckForm
from equity.models import Portal
from equity.selectors.clock import portal_day
from equity.selectors.facts import portal_facts
from equity.views.issuer.common import issuers_of

CARRIED = ("kind", "maximum", "jurisdictions", "languages", "portal")
"""The answers that a draft takes over; none of them says who answered."""
_STEPS: dict[str, str | Promise] = {
    "issuer.head_office_in_canada": _("Look at the rules of the country of the head office."),
    "issuer.not_reporting": _("Ask a securities lawyer which exemptions a reporting issuer has."),
    "issuer.not_investment_fund": _("Ask a securities lawyer how a fund may be offered."),
    "issuer.has_operations": _("Come back once the business has operations of its own."),
    "offering.within_group_cap": _("Lower the maximum to the room left, or wait for more room."),
    "security.eligible": _("Choose one of the eligible securities."),
    "document.french_available": _("Plan for the document in French, beside any other language."),
    "offering.one_at_a_time": _("Wait until the other offering is closed, withdrawn or failed."),
    "portal.authorised": _("Leave out the places where the portal is not authorised, or ask it."),
}
"""The one next step against each thing that is in the way."""


@require_http_methods(["GET", "HEAD", "POST"])
def first_check(request: HttpRequest) -> HttpResponse:
    """Ten questions, and what the rules say of the answers; a page that keeps nothing."""
    portals = [(str(row.pk), row.name) for row in Portal.objects.order_by("name")]
    posted = request.POST if request.method == "POST" else None
    form = FirstCheckForm(posted, portals=portals, initial={"languages": ["fr"]})
    if posted is None:
        return render(request, "equity/issuer/first_check.html", {"form": form})
    if not form.is_valid():
        return render(request, "equity/issuer/first_check.html", {"form": form}, status=422)
    return render(request, "equity/issuer/first_check.html", {"form": form, **_judged(form)})


def _judged(form: FirstCheckForm) -> dict[str, Any]:
    """The findings, the fee in dollars, and the way on."""
    given, at = form.cleaned_data, clock.now()
    portal = Portal.objects.get(pk=given["portal"]) if given["portal"] else None
    on = local_date(at, zone_of("QC")) if portal is None else portal_day(portal, at)
    facts = FirstFacts(
        head_office=given["head_office"],
        reporting=given["reporting"],
        investment_fund=given["investment_fund"],
        has_operations=given["has_operations"],
        maximum=given["maximum"],
        raised=given["raised"],
        raised_on=given["raised_on"],
        security_kind=given["kind"],
        jurisdictions=tuple(given["jurisdictions"]),
        languages=tuple(given["languages"]),
        other_active=given["other_active"],
        portal=None if portal is None else portal_facts(portal, on),
    )
    findings = rules.judge(facts, on=on)
    fee = None
    if given["fee"]:
        fee = (given["maximum"] * Decimal(given["fee"]) / 100).quantize(CENT)
    carried = {name: given[name] for name in CARRIED}
    carried["maximum"] = f"{given['maximum']:.2f}"
    return {
        "judged": True,
        "unmet": not_met(findings),
        "met": [finding for finding in findings if finding.met],
        "steps": {code: (words, "#form") for code, words in _STEPS.items()},
        "fee": fee,
        "left": None if fee is None else given["maximum"] - fee,
        "neq": given["neq"],
        "in_quebec": given["head_office"] == "QC",
        "carry": f"{reverse('equity:offering_start')}?{urlencode(carried, doseq=True)}",
    }


@login_required
@require_safe
def offering_start(request: HttpRequest) -> HttpResponse:
    """Carry the answers into a new draft: of the only issuer at once, else of a chosen one."""
    mine = issuers_of(request.user)  # type: ignore[arg-type]
    query = request.GET.urlencode()
    if len(mine) == 1:
        return redirect(f"{reverse('equity:offering_new', args=(mine[0].pk,))}?{query}")
    return render(request, "equity/issuer/choose.html", {"issuers": mine, "query": query})
