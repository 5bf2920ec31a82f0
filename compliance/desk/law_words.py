"""Figures and fees of the law as people read them, on a page and in a terminal."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import Language, format_cad
from compliance.rules.ni45_106.fees import FeeLine, Late

_UNITS = {
    "calendar days": ("jours civils", "calendar days"),
    "business days": ("jours ouvrables", "business days"),
    "months": ("mois", "months"),
    "years": ("ans", "years"),
    "hours": ("heures", "hours"),
    "distributions": ("placements", "distributions"),
    "years, by province": ("ans", "years"),
}
_WORDS = {
    "fr": {
        "not_seen": "non vus",
        "least": "au moins {fee}",
        "greater": "{minimum} ou {percent}\N{NO-BREAK SPACE}% de ce qui est placé auprès des"
        " souscripteurs de ce territoire, le plus élevé des deux",
        "late_not_seen": "droits de retard\N{NO-BREAK SPACE}: non vus",
        "late_nothing": "droits de retard\N{NO-BREAK SPACE}: aucun",
        "late": "droits de retard\N{NO-BREAK SPACE}: {more}",
        "calendar": "{amount} par jour civil",
        "business": "{amount} par jour ouvrable",
        "year": "{late}, au plus {most} par année",
        "filing": "{late}, au plus {most} par dépôt",
        "": "{late}, au plus {most}",
    },
    "en": {
        "not_seen": "not seen",
        "least": "at least {fee}",
        "greater": "the greater of {minimum} and {percent}% of what is distributed to purchasers"
        " there",
        "late_not_seen": "late fee: not seen",
        "late_nothing": "late fee: none",
        "late": "late fee: {more}",
        "calendar": "{amount} a calendar day",
        "business": "{amount} a business day",
        "year": "{late}, at most {most} a year",
        "filing": "{late}, at most {most} a filing",
        "": "{late}, at most {most}",
    },
}


def figure_in_words(value: Any, unit: str, language: Language) -> str:
    """A figure of a rulebook with its unit, in ``fr`` or ``en``; of a table by place, each value
    once with the places that have it."""
    if unit == "CAD":
        return format_cad(Decimal(value), language)
    named = _UNITS[unit][0 if language == "fr" else 1]
    if not isinstance(value, Mapping):
        return f"{value} {named}"
    places: dict[int, list[str]] = {}
    for place, each in value.items():
        places.setdefault(each, []).append(place)
    parts = (f"{each} {named} ({', '.join(sorted(at))})" for each, at in places.items())
    return "; ".join(sorted(parts))


def fee_in_words(line: FeeLine, language: Language) -> str:
    """What a report costs in one jurisdiction, in ``fr`` or ``en``; never zero for what nobody saw.

    An amount that has changed since it was seen is told as a least.
    """
    words = _WORDS[language]
    if line.minimum is None:
        return words["not_seen"]
    fee = format_cad(line.minimum, language)
    if line.percent is not None:
        fee = words["greater"].format(minimum=fee, percent=_percent(line.percent, language))
    return words["least"].format(fee=fee) if line.status == "out_of_date" else fee


def late_fee_in_words(line: FeeLine, language: Language) -> str:
    """What a late report costs more in one jurisdiction; empty where not even the fee was seen."""
    words = _WORDS[language]
    if line.minimum is None:
        return ""
    if line.late is None:
        return words["late_not_seen"]
    more = _late(line.late, language)
    return words["late"].format(more=more) if more else words["late_nothing"]


def _late(late: Late, language: Language) -> str:
    words = _WORDS[language]
    parts = []
    if late.flat:
        parts.append(format_cad(late.flat, language))
    if late.per_day:
        parts.append(words[late.days].format(amount=format_cad(late.per_day, language)))
    told = " + ".join(parts)
    if told and late.most is not None:
        most = format_cad(late.most, language)
        return words[late.most_per].format(late=told, most=most)
    return told


def _percent(value: Decimal, language: Language) -> str:
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if language == "fr" else text
