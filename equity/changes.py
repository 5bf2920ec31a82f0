"""What differs between two versions of an offering, item by item of Form 45-110F1."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.money import cad, format_cad
from compliance.rules.kernel.terms import term
from documents.facts.shared import Language
from equity import words
from equity.content import Content, content_of
from equity.models import Version
from equity.words import said

Change = tuple[str, str, str]

_DAYS = ("{} jours", "{} days")
_LANGUAGES = {"fr": ("français", "French"), "en": ("anglais", "English")}
_COMMISSION = ("Somme versée au groupe de l'émetteur", "Paid to the issuer group")


def changes(before: Version, after: Version, language: Language) -> tuple[Change, ...]:
    """Each item that differs between two versions, as ``differences`` tells it."""
    return differences(content_of(before), content_of(after), language)


def differences(before: Content, after: Content, language: Language) -> tuple[Change, ...]:
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


def _content(content: Content, language: Language) -> dict[tuple[str, str], str]:
    """Every item in words, by its id and the part of it that is compared by itself."""
    found = dict(_terms(content, language))
    for name, value in content.particulars.items():
        if name == "converts_into_kind":
            continue  # For the rules; the words of ``converts_into`` are what people read.
        of_cooperative = name == "class" and content.security_kind == "cooperative_share"
        text = said(value, language, "share_type" if of_cooperative else name)
        title = words.sentence(words.label(name, language))
        found["5.4", name] = words.colon(title, text, language) if text else ""
    for item, value in content.items.items():
        found[item, ""] = _answer(item, value, language)
    return found


def _answer(item: str, value: Any, language: Language) -> str:
    if value in ([], {}, ()):
        return words.pick(words.NONE, language)
    return said(value, language, item)


def _terms(content: Content, language: Language) -> Iterator[tuple[tuple[str, str], str]]:
    # In one order, whatever order they were ticked in: the same places are no change.
    places = sorted(words.province(code, language) for code in content.jurisdictions)
    yield ("5.2", ""), ", ".join(places)
    spoken = (words.pick(_LANGUAGES.get(one, (one, one)), language) for one in content.languages)
    title = words.sentence(words.label("languages", language))
    yield ("5.2", "languages"), words.colon(title, ", ".join(sorted(spoken)), language)
    yield ("5.3a", ""), words.pick(_DAYS, language).format(content.days)
    yield ("5.4", ""), term(content.security_kind, language)
    for name in ("minimum", "maximum", "price"):
        title = words.sentence(words.label(name, language))
        amount = _cad(getattr(content, name), language)
        yield ("5.7", name), words.colon(title, amount, language) if amount else ""
    yield ("5.8", ""), _cad(content.minimum_per_purchaser, language)
    yield ("7.2", "uses"), _uses(content, language)
    if content.group_commission:
        yield ("9.1", "group"), words.pick(_COMMISSION, language)


def _uses(content: Content, language: Language) -> str:
    """The use of funds, a paragraph a line: what for, at the minimum and at the maximum."""
    lines = []
    for use in content.use_of_funds:
        low, high = _cad(use.minimum, language), _cad(use.maximum, language)
        names = ("{} au minimum, {} au maximum", "{} at the minimum, {} at the maximum")
        lines.append(words.colon(use.what, words.pick(names, language).format(low, high), language))
    return "\n\n".join(lines)


def _cad(value: Decimal | None, language: Language) -> str:
    return "" if value is None else format_cad(cad(value), language)
