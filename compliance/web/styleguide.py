"""The component page: each element of the pages once, so that a new page is assembled from them.

Served at /styleguide/ on a developer's machine and in a demonstration, never in production.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110.book import rulebook
from compliance.web.fields import Amount, Day, LongText, Text, YesNo
from compliance.web.pictures import Level, Picture, Point, Upright

ON = date(2026, 3, 2)
TOKENS = ("ink", "ink-soft", "line", "shade", "brand", "brand-pale", "honey", "honey-pale", "bad")
STATES = ("draft", "submitted", "changes_requested", "open", "suspended", "closed", "failed")


class SampleForm(forms.Form):
    """One field of each kind, some of which are wrong."""

    name = Text(label=gettext_lazy("A line of text"), help_text=gettext_lazy("With its help."))
    amount = Amount(label=gettext_lazy("An amount"))
    day = Day(label=gettext_lazy("A day"))
    answer = YesNo(label=gettext_lazy("A question to be answered"))
    story = LongText(label=gettext_lazy("A long text"), required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, with sample content that no database holds."""
    messages.success(request, _("A message after an act that was carried out."))
    messages.warning(request, _("A message that asks for attention."))
    context: dict[str, Any] = {
        "tokens": TOKENS,
        "states": STATES,
        "form": SampleForm({"name": "Érablière du Ruisseau inc.", "amount": "deux mille"}),
        "reasons": [_finding(met=False)],
        "judged": [_finding(met=False), _finding(met=True)],
        "figures": _figures(),
        "progress": [Decimal(each) for each in ("56000", "40000", "100000", "34000")],
        "events": _events(),
        "days": _days(),
        "room": _room(),
        "before": _("The oven will be bought for the bakery this summer."),
        "after": _("The oven will be rented for the bakery for three years."),
    }
    return render(request, "web/styleguide.html", context)


def _finding(*, met: bool) -> Finding:
    total = Decimal("150.00") if met else Decimal("75.00")
    short = max(Decimal(0), Decimal("100.00") - total)
    return rulebook(ON).finding(
        "purchaser.minimum", met=met, minimum=Decimal("100.00"), total=total, shortfall=short
    )


def _figures() -> list[tuple[str, str | int, str | Promise]]:
    return [
        (_("Investors"), 43, ""),
        (_("To subscribe"), _("40 days left"), _("last day: January 5, 2027")),
    ]


def _events() -> list[tuple[str, str, str, bool]]:
    return [
        (_("March 2, 2026"), _("The offering opened"), "", True),
        (_("May 31, 2026"), _("Last day to close"), _("After it, everything is refunded."), False),
    ]


def _days() -> Picture:
    values = (0, 2500, 1000, 0, 4000, 1500, 3000)
    points = [
        Point(f"{ON + timedelta(days=number)}", (Decimal(value), Decimal(value) / 2))
        for number, value in enumerate(values)
    ]
    return Picture(_("Bars by day"), _("Day"), (_("Subscribed"), _("Paid")), tuple(points))


def _room() -> Picture:
    values = (1_500_000, 1_200_000, 900_000, 1_100_000)
    first = ON.toordinal()
    points = [
        Point(f"{ON + timedelta(days=90 * number)}", (Decimal(value),), first + 90 * number)
        for number, value in enumerate(values)
    ]
    return Picture(
        _("Stairs over time"),
        _("From"),
        (_("Room"),),
        tuple(points),
        levels=(Level(_("Cap"), Decimal(1_500_000)),),
        uprights=(Upright(_("Today"), first + 100),),
    )
