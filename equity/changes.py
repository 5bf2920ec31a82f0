"""What differs between two versions of an offering, item by item of Form 45-110F1."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import cad, format_cad
from compliance.rules.kernel.terms import term
from documents.facts.shared import Language
from equity import words
from equity.models import Version
from equity.words import said

Change = tuple[str, str, str]

_DAYS = ("{} jours", "{} days")
_LANGUAGES = {"fr": ("français", "French"), "en": ("anglais", "English")}
_COMMISSION = ("Somme versée au groupe de l'émetteur", "Paid to the issuer group")


def changes(before: Version, after: Version, language: Language) -> tuple[Change, ...]:
    """Each item that differs: its id, its words before, its words after, in the form's order.

    An empty text is nothing before, or nothing left. Principals are the issuer's and belong to no
    version, so they are not compared.
    """
    old, new = _content(before, language), _content(after, language)
    found = [
        (item, old.get((item, part), ""), new.get((item, part), ""))
        for item, part in dict.fromkeys([*old, *new])
    ]
    return tuple(
        sorted((one for one in found if one[1] != one[2]), key=lambda one: words.item_order(one[0]))
    )


def _content(version: Version, language: Language) -> dict[tuple[str, str], str]:
    """Every item in words, by its id and the part of it that is compared by itself."""
    found = dict(_terms(version, language))
    for name, value in version.particulars.items():
        text = said(value, language)
        title = words.sentence(words.label(name, language))
        found["5.4", name] = words.colon(title, text, language) if text else ""
    for item, value in version.items.items():
        found[item, ""] = _answer(value, language)
    return found


def _answer(value: Any, language: Language) -> str:
    if value in ([], {}, ()):
        return words.pick(words.NONE, language)
    return said(value, language)


def _terms(version: Version, language: Language) -> Iterator[tuple[tuple[str, str], str]]:
    places = (words.province(code, language) for code in version.jurisdictions)
    yield ("5.2", ""), ", ".join(places)
    spoken = (words.pick(_LANGUAGES.get(one, (one, one)), language) for one in version.languages)
    title = words.sentence(words.label("languages", language))
    yield ("5.2", "languages"), words.colon(title, ", ".join(sorted(spoken)), language)
    yield ("5.3a", ""), words.pick(_DAYS, language).format(version.days)
    yield ("5.4", ""), term(version.security_kind, language)
    for name in ("minimum", "maximum", "price"):
        title = words.sentence(words.label(name, language))
        amount = _cad(getattr(version, name), language)
        yield ("5.7", name), words.colon(title, amount, language) if amount else ""
    yield ("5.8", ""), _cad(version.minimum_per_purchaser, language)
    yield ("7.2", "uses"), _uses(version, language)
    if version.group_commission:
        yield ("9.1", "group"), words.pick(_COMMISSION, language)


def _uses(version: Version, language: Language) -> str:
    """The use of funds, a paragraph a line: what for, at the minimum and at the maximum."""
    lines = []
    for use in version.use_of_funds.all():
        low, high = _cad(use.minimum, language), _cad(use.maximum, language)
        names = ("{} au minimum, {} au maximum", "{} at the minimum, {} at the maximum")
        lines.append(words.colon(use.what, words.pick(names, language).format(low, high), language))
    return "\n\n".join(lines)


def _cad(value: Decimal | None, language: Language) -> str:
    return "" if value is None else format_cad(cad(value), language)
