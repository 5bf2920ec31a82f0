"""The figures a finding compared, with their names in words."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import format_cad, format_date
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES
from compliance.web.language import current

NAMES: dict[str, Promise] = {
    "advised": _("advised by a registered dealer"),
    "age": _("age"),
    "alike": _("what they have in common"),
    "amount": _("amount"),
    "cap": _("cap"),
    "changed": _("figures have changed"),
    "closed": _("closed in the window"),
    "closing_day": _("closing day"),
    "common": _("common principals"),
    "completing": _("subscriptions that complete"),
    "concurrent": _("concurrent money"),
    "converts_into": _("converts into"),
    "count": _("how many"),
    "days": _("days"),
    "declared": _("declared"),
    "demonstration": _("demonstration portal"),
    "difference": _("difference"),
    "excess": _("excess"),
    "head_office": _("head office"),
    "hours": _("hours"),
    "incomplete": _("incomplete"),
    "jurisdictions": _("jurisdictions"),
    "kind": _("kind"),
    "languages": _("languages"),
    "last_day": _("last day"),
    "last_end": _("last right ends"),
    "limit": _("limit"),
    "limit_advised": _("limit with advice"),
    "live": _("live subscriptions"),
    "live_rights": _("live rights"),
    "majority": _("age of majority"),
    "margin": _("margin under the limit"),
    "maximum": _("maximum"),
    "minimum": _("minimum"),
    "minimum_after": _("minimum after"),
    "minimum_before": _("minimum before"),
    "missing": _("missing"),
    "months": _("months"),
    "move": _("act"),
    "moves": _("acts that may be done"),
    "near": _("just under the limit"),
    "ninetieth_day": _("90th day"),
    "others": _("other distributions"),
    "outlive": _("rights that outlive the 90th day"),
    "over": _("purchasers over the limit"),
    "paid_binding": _("paid and binding"),
    "paid_live": _("paid for live subscriptions"),
    "percent": _("percent of the purchasers"),
    "person_live": _("already subscribed in this offering"),
    "persons": _("persons"),
    "price": _("price"),
    "price_after": _("price after"),
    "price_before": _("price before"),
    "principal": _("principal of the issuer"),
    "problems": _("problems"),
    "province": _("province"),
    "purchasers": _("purchasers"),
    "rate_kind": _("rate"),
    "refunds_due": _("refunds due"),
    "release": _("released to the issuer"),
    "returns_on": _("room returns on"),
    "right_ends": _("right of withdrawal ends"),
    "rights_end": _("last rights end"),
    "same_person": _("same person"),
    "shortfall": _("shortfall"),
    "signs": _("signs"),
    "state": _("state"),
    "threshold": _("checked from"),
    "threshold_percent": _("checked from this percentage"),
    "total": _("total"),
    "trust": _("in trust"),
    "unanswered": _("without a yes"),
    "unconfirmed": _("statements not confirmed"),
    "unconfirmed_count": _("how many"),
    "use_maximum": _("use of funds at the maximum"),
    "use_minimum": _("use of funds at the minimum"),
    "wanted": _("wanted"),
    "why": _("reason"),
    "wider_count": _("wider links"),
    "window_start": _("window from"),
    "year": _("year"),
}

_IN_THE_SENTENCE = frozenset({"wanted", "why"})
"""Whole clauses rather than figures: the sentence of the finding holds them already."""


def figure_rows(finding: Finding) -> list[tuple[str, str]]:
    """Each figure that a rule compared, by its name, in the language of the page."""
    return [
        (str(NAMES.get(name, name.replace("_", " "))), in_words(value))
        for name, value in finding.figures.items()
        if value not in (None, (), "") and name not in _IN_THE_SENTENCE
    ]


def in_words(value: Any) -> str:
    """One figure as people read it in the language of the page."""
    language = current()
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    if isinstance(value, Decimal):
        return format_cad(value, language)
    if isinstance(value, date):
        return format_date(value, language)
    if isinstance(value, str):
        return getattr(PROVINCES[value], language) if value in PROVINCES else term(value, language)
    if isinstance(value, Iterable):
        return ", ".join(in_words(each) for each in value) or "—"
    return str(value)
