"""The rules in force on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from compliance.desk.forms import DayForm
from compliance.desk.law_words import fee_in_words, figure_in_words, late_fee_in_words
from compliance.desk.rules_in_force import report_in_force
from compliance.desk.views.common import Desk, looking, show
from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.money import Language
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.book import REGIME, rulebook
from compliance.web import clock
from compliance.web.language import current
from equity.selectors.clock import day_of_portals

_FIGURES = REGIME.figures


@looking()
def rules(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every figure and rule in force on a day, with its source and how sure we are of it."""
    given = request.GET if request.GET.get("on") else None
    today = day_of_portals(clock.now())
    form = DayForm(given, initial={"on": today})
    on = form.cleaned_data["on"] if given is not None and form.is_valid() else today
    context: dict[str, Any] = {"form": form, "on": on}
    try:
        book = rulebook(on)
    except OutsideDates:
        form = DayForm({"on": on.isoformat()})
        form.add_error("on", _("Regulation 45-110 was not in force on that day."))
        return show(request, "rules.html", desk, {**context, "form": form}, status=422)
    context |= _told(book, on, current())
    status = 422 if given is not None and not form.is_valid() else 200
    return show(request, "rules.html", desk, context, status=status)


def _told(book: Rulebook, on: date, language: Language) -> dict[str, Any]:
    """What is in force on a day, in the language of the page."""
    report, fees = report_in_force(on)
    return {
        "figures": [
            (
                _FIGURES[name].title_fr if language == "fr" else _FIGURES[name].title_en,
                figure_in_words(value.value, _FIGURES[name].unit, language),
                value.citation_fr if language == "fr" else value.citation_en,
                value,
            )
            for name, value in book.values.items()
        ],
        "tables": [
            (_("Rules"), _rules(book.rules.values(), language)),
            (_("Rules of the report of exempt distribution"), _rules(report, language)),
        ],
        "fees": [
            {
                "line": line,
                "regulator": line.regulator(language),
                "fee": fee_in_words(line, language),
                "more": [
                    told
                    for told in (line.note(language), late_fee_in_words(line, language))
                    if told
                ],
                "as_of": line.as_of(language),
                "source": line.source,
            }
            for line in fees
        ],
        "digest": book.digest,
    }


def _rules(rules: Iterable[Rule], language: Language) -> list[tuple[Rule, str, str]]:
    """Rules with their title and where each stands."""
    return [
        (rule, rule.title(language), rule.citation_fr if language == "fr" else rule.citation_en)
        for rule in rules
    ]
