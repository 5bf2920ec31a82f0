"""What a step expects, checked against the words the format knows."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from compliance.scenarios.reading.places import Place, refuse_word
from compliance.scenarios.reading.story import Expectation
from compliance.scenarios.reading.values import amount, boolean, check_name, day, one_of, whole
from compliance.scenarios.reading.vocabulary import (
    DOCUMENT_KINDS,
    DUTIES,
    OFFERING_STATES,
    RULE_CODES,
    SUBSCRIPTION_STATES,
)

Value = TypeVar("Value")

AMOUNTS = ("raised", "binding", "paid", "group_room", "refunds_due", "trust")
EXPECT_KEYS = (
    "refused",
    "done",
    "room",
    "offering",
    "subscription",
    "subscriptions",
    "right_ends",
    "duties",
    "documents",
    "holdings",
    *AMOUNTS,
)


def _table(
    place: Place, keys: Collection[str] | None, read: Callable[[Place], Value]
) -> Mapping[str, Value]:
    """A mapping whose keys are known words, or short names where `keys` is None."""
    found: dict[str, Value] = {}
    for key, entry in place.entries().items():
        if keys is None:
            check_name(entry.place, key)
        elif key not in keys:
            refuse_word(entry.place, key, keys)
        found[key] = read(entry.place)
    return MappingProxyType(found)


def _refused(values: Mapping[str, Place]) -> frozenset[str] | None:
    """The codes a step must be refused with; empty when it must be accepted, None when nothing is
    said."""
    refused, done = values.get("refused"), values.get("done")
    codes = frozenset(one_of(code, RULE_CODES) for code in refused.each()) if refused else None
    if done is None:
        return codes
    if not boolean(done):
        done.fail(
            "done is true or left out; what is refused is said with refused",
            "done vaut true ou est omis; un refus se dit avec refused",
        )
    if codes:
        done.fail(
            "a step is not both done and refused", "une étape n'est pas à la fois faite et refusée"
        )
    return frozenset()


def _readers(people: Collection[str]) -> dict[str, Callable[[Place], Any]]:
    return {
        "room": lambda place: _table(place, RULE_CODES, amount),
        "offering": lambda place: one_of(place, OFFERING_STATES),
        "subscription": lambda place: one_of(place, SUBSCRIPTION_STATES),
        "subscriptions": lambda place: _table(
            place, None, lambda entry: one_of(entry, SUBSCRIPTION_STATES)
        ),
        "right_ends": day,
        "duties": lambda place: _table(place, DUTIES, day),
        "documents": lambda place: _table(place, DOCUMENT_KINDS, lambda entry: whole(entry, 0)),
        "holdings": lambda place: _table(place, people, lambda entry: whole(entry, 0)),
        **dict.fromkeys(AMOUNTS, amount),
    }


def read_expectation(place: Place, people: Collection[str]) -> Expectation:
    """The `expect` of a step; raises ScenarioError for an unknown key, code, state, kind, duty or
    person."""
    values = place.fields(EXPECT_KEYS).values
    readers = _readers(people)
    found = {key: readers[key](value) for key, value in values.items() if key in readers}
    return Expectation(line=place.line, refused=_refused(values), **found)
