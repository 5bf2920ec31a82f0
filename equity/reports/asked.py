"""What Form 45-106F1 asks of an issuer and no other page has: which answers, of which shape, and
which of them are still missing.

Answers are kept as plain JSON: days and amounts as text, codes of ``compliance.rules.ni45_106``.
Those about a principal stand under ``people``, by the principal's name as it is compared.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from compliance.rules.kernel.money import MoneyError, cad
from compliance.rules.ni45_106 import codes

_YEAR_END: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_LEI: Final = re.compile(r"[0-9A-Z]{18}[0-9]{2}", re.ASCII)
_PROFILE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_LONGEST: Final = 200

TEXTS: Final = (
    "previous_name",
    "certifier_name",
    "certifier_title",
    "certifier_telephone",
    "certifier_email",
    "contact_name",
    "contact_title",
    "contact_telephone",
    "contact_email",
    "chief_telephone",
    "chief_email",
    "portal_nrd",
)
"""Answers in words, each on one line."""
FLAGS: Final = ("has_profile", "portal_paid", "contact_same")
"""Answers yes or no."""
LISTS: Final = ("mining_stage", "invests_mainly_in", "employees", "asset_size")
"""Answers that are codes of a list of the same name."""
PERSON_TEXTS: Final = (
    "family_name",
    "given_name",
    "secondary_names",
    "street",
    "municipality",
    "province",
    "postal_code",
    "country",
    "heads",
)
"""What is asked of a principal, in words. Of an organisation, ``family_name`` is its legal name and
``heads`` says who directs it."""
PERSON_FLAGS: Final = ("control", "entity")
RELATIONSHIPS: Final = "relationships"
_ADDRESS: Final = ("street", "municipality", "postal_code", "country")

ITEMS: Final[Mapping[str, str]] = {
    "naics": "5 a",
    "mining_stage": "5 a",
    "invests_mainly_in": "5 a",
    "employees": "5 b",
    "has_profile": "5 c",
    "profile_number": "5 c",
    "head_office": "5 d",
    "formed_on": "5 e",
    "year_end": "5 e",
    "asset_size": "5 h",
    "security_code": "7 d",
    "portal_paid": "8",
    "portal_cash": "8",
    "people": "9",
    "certifier_name": "10",
    "certifier_title": "10",
    "certifier_telephone": "10",
    "certifier_email": "10",
    "contact_same": "11",
    "contact_name": "11",
    "contact_title": "11",
    "contact_telephone": "11",
    "contact_email": "11",
    "addresses": "S2",
}
"""What has to be there before a report is issued, and the item of the form that it belongs to; S2
is Schedule 2."""


class WrongAnswer(ValueError):  # noqa: N818 - it says what happened; a page tells it
    """An answer is not of the shape that the form wants; ``name`` says which. Its value is not
    repeated: it may be somebody's address."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"The answer {name} is not of the shape that Form 45-106F1 wants.")


def person_key(name: str) -> str:
    """A principal's name as it is compared: declared again in other letters, it is the same
    person."""
    return " ".join(name.split()).casefold()


def checked(answers: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The answers that were given, each of its shape; those left empty are left out.

    ``on`` is the day whose lists count. Raises WrongAnswer for another shape, another code, or a
    name that nothing asks for.
    """
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if name == "people":
            found[name] = {key: _person(one, on) for key, one in value.items()}
        elif value not in (None, ""):
            if not _fits(name, value, on):
                raise WrongAnswer(name)
            found[name] = value
    return found


def _person(given: Mapping[str, Any], on: date) -> dict[str, Any]:
    known = codes.code_list("relationship", on).codes
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == RELATIONSHIPS:
            fits = isinstance(value, list) and set(value) <= set(known)
        elif name in PERSON_FLAGS:
            fits = isinstance(value, bool)
        else:
            fits = name in PERSON_TEXTS and _line(value)
        if not fits:
            raise WrongAnswer(name)
        if value not in ("", []):
            found[name] = value
    return found


def _fits(name: str, value: Any, on: date) -> bool:
    if name in FLAGS:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if name in LISTS:
        return value in codes.code_list(name, on).codes
    shape = _SHAPES.get(name)
    return shape(value, on) if shape is not None else name in TEXTS and _line(value)


def _line(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()


def _day(value: str, on: date) -> bool:
    try:
        return date(1600, 1, 1) <= date.fromisoformat(value) <= on
    except ValueError:
        return False


def _month_and_day(value: str) -> bool:
    try:
        # A leap year, so that 29 February is a day.
        return bool(_YEAR_END.fullmatch(value) and date.fromisoformat(f"2024-{value}"))
    except ValueError:
        return False


def _amount(value: str) -> bool:
    try:
        return cad(value) >= 0
    except MoneyError:
        return False


_SHAPES: Final[Mapping[str, Callable[[str, date], bool]]] = {
    "naics": lambda value, on: codes.naics(value),
    "lei": lambda value, on: _LEI.fullmatch(value) is not None,
    "profile_number": lambda value, on: _PROFILE.fullmatch(value) is not None,
    "year_end": lambda value, on: _month_and_day(value),
    "portal_cash": lambda value, on: _amount(value),
    "formed_on": _day,
    "security_code": lambda value, on: value in codes.code_list("security_code", on).codes,
}


def lacking(
    answers: Mapping[str, Any],
    *,
    principals: tuple[str, ...],
    security_kind: str,
    head_office_known: bool,
    on: date,
) -> tuple[str, ...]:
    """The names (keys of ``ITEMS``) of what a report still lacks, in the order of the form.

    ``principals`` are the names that the issuer declared; each is named for item 9 and has an
    address for Schedule 2.
    """
    needed = [name for name in ITEMS if _needed(name, answers, security_kind, on)]
    missing = [name for name in needed if answers.get(name) in (None, "")]
    people = answers.get("people", {})
    rows = [people.get(person_key(name), {}) for name in principals]
    if not rows or not all(map(_named, rows)):
        missing.append("people")
    if not rows or not all(map(_at_home, rows)):
        missing.append("addresses")
    if not head_office_known:
        missing.append("head_office")
    return tuple(name for name in ITEMS if name in missing)


def _needed(name: str, answers: Mapping[str, Any], security_kind: str, on: date) -> bool:
    if name in ("people", "addresses", "head_office"):
        return False  # looked at apart
    if name == "profile_number":
        return answers.get("has_profile") is True
    if name == "portal_cash":
        return answers.get("portal_paid") is True
    if name.startswith("contact_") and name != "contact_same":
        return answers.get("contact_same") is False
    if name == "security_code":
        return not codes.security_code(security_kind, str(answers.get(name, "")), on)
    return True


def _named(row: Mapping[str, Any]) -> bool:
    name = bool(row.get("family_name")) and bool(row.get("given_name") or row.get("entity"))
    return name and bool(row.get(RELATIONSHIPS) or row.get("control"))


def _at_home(row: Mapping[str, Any]) -> bool:
    abroad = str(row.get("country", "")).strip().casefold() != "canada"
    return all(row.get(name) for name in _ADDRESS) and bool(abroad or row.get("province"))
