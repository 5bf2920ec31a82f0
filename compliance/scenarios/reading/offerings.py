"""The keys of an offering, as `draft`, `edit` and `amend` give them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from compliance.scenarios.reading.places import Place
from compliance.scenarios.reading.securities import read_security
from compliance.scenarios.reading.story import OfferingSpec, UseOfFundsRow
from compliance.scenarios.reading.values import (
    LONGEST_USE,
    Plain,
    amount,
    anything,
    boolean,
    one_of,
    provinces,
    text,
    whole,
)
from compliance.scenarios.reading.vocabulary import LANGUAGES, item_id

LONGEST_OFFERING_DAYS = 3650


def _days(place: Place) -> int:
    """Any count that is still a period; whether it is short enough is for the rules to say."""
    return whole(place, 0, LONGEST_OFFERING_DAYS)


def _languages(place: Place) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_of(entry, LANGUAGES) for entry in place.each()))


def _use_of_funds(place: Place) -> tuple[UseOfFundsRow, ...]:
    return tuple(_use_row(entry) for entry in place.each())


def _use_row(place: Place) -> UseOfFundsRow:
    keys = place.fields(("what", "minimum", "maximum"))
    return UseOfFundsRow(
        what=text(keys.need("what"), LONGEST_USE),
        minimum=amount(keys.need("minimum")),
        maximum=amount(keys.need("maximum")),
    )


def _items(place: Place) -> Mapping[str, Plain]:
    found: dict[str, Plain] = {}
    for key, entry in place.entries().items():
        item = item_id(key)
        if item is None:
            entry.place.fail(
                f"{key[:40]!r} is not an item of Form 45-110F1",
                f"{key[:40]!r} n'est pas une rubrique de l'Annexe 45-110A1",
            )
        if item in found:
            entry.place.fail(
                f"item {item} is given twice", f"la rubrique {item} est donnée deux fois"
            )
        found[item] = anything(entry.place)
    return MappingProxyType(found)


READERS: dict[str, Callable[[Place], Any]] = {
    "security": read_security,
    "minimum": amount,
    "maximum": amount,
    "minimum_per_purchaser": amount,
    "days": _days,
    "jurisdictions": provinces,
    "languages": _languages,
    "use_of_funds": _use_of_funds,
    "group_commission": boolean,
    "items": _items,
}

OFFERING_KEYS = tuple(READERS)
AMENDABLE_KEYS = tuple(key for key in READERS if key != "security")


def read_offering(given: Mapping[str, Place]) -> OfferingSpec:
    """The offering keys among those given; each key left out stays None."""
    return OfferingSpec(**{key: read(given[key]) for key, read in READERS.items() if key in given})
