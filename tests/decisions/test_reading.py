"""Facts written and read back are the same bytes, and facts that are not those are faults."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import settings
from hypothesis import strategies as st

from compliance.audit.discretion import canonical_text
from compliance.decisions.reading import FactsError, read_facts
from compliance.decisions.writing import plain_facts
from compliance.rules.ni45_110.questions import QUESTIONS
from tests.decisions.anything import FACTS, any_of


@pytest.mark.parametrize("question", QUESTIONS)
@settings(max_examples=60, deadline=None)
@whatever(data=st.data())
def test_what_was_written_is_read_and_written_to_the_same_bytes(
    question: str, data: st.DataObject
) -> None:
    kind = QUESTIONS[question].facts
    facts = data.draw(any_of(kind))
    written = canonical_text(plain_facts(facts))
    again = read_facts(kind, json.loads(written))
    assert again == facts
    assert canonical_text(plain_facts(again)) == written


FAULTS: list[tuple[str, Any, str]] = [
    ("amount", 1000, "amount: is not an amount, written as a text"),
    ("amount", "1e3", "amount: is not an amount, written as a text"),
    ("amount", "01.00", "amount: is not an amount, written as a text"),
    ("amount", "NaN", "amount: is not an amount, written as a text"),
    ("age", True, "age: is not a whole number"),
    ("age", 35.0, "age: is not a whole number"),
    ("advised", 1, "advised: is not true or false"),
    ("advised", None, "advised: is not true or false"),
    ("last_day", "20260302", "last_day: is not a day"),
    ("last_day", "2026-02-30", "last_day: is not a day"),
    ("last_day", "2026-03-02T00:00:00Z", "last_day: is not a day"),
    ("right_ends", "2026-03-05T05:00:00", "right_ends: is not an instant in UTC"),
    ("right_ends", "2026-03-05T05:00:00+00:00", "right_ends: is not an instant in UTC"),
    ("jurisdictions", "QC", "jurisdictions: is not a list"),
    ("jurisdictions", ["QC", 1], "jurisdictions[1]: is not a text"),
    ("answers", [], "answers: is not an object"),
    ("answers", {"R1": "yes"}, "answers.R1: is not true or false"),
    ("portal", None, "portal: is not the object of a PortalFacts"),
    ("portal", {"kind": "exempt"}, "portal.authorisations: is missing"),
    ("window", {"closed": "0.00", "window_start": "2025-03-02"}, "window.returns_on: is missing"),
]


@pytest.mark.parametrize(("name", "value", "told"), FAULTS)
def test_a_field_of_another_form_is_named(name: str, value: Any, told: str) -> None:
    plain = json.loads(canonical_text(plain_facts(FACTS["subscription"])))
    with pytest.raises(FactsError) as fault:
        read_facts(QUESTIONS["subscription"].facts, {**plain, name: value})
    assert str(fault.value) == f"{told}."


def test_a_field_missing_or_unknown_is_named_wherever_it_is() -> None:
    kind = QUESTIONS["approval"].facts
    plain = json.loads(canonical_text(plain_facts(FACTS["approval"])))
    plain["closing"]["completing"][1]["paid"] = True
    with pytest.raises(FactsError, match=r"^closing\.completing\[1\]\.paid: is no field of"):
        read_facts(kind, plain)
    del plain["closing"]["completing"][1]["paid"]
    del plain["closing"]["portal"]["authorisations"][0]["confirmed"]
    told = r"^closing\.portal\.authorisations\[0\]\.confirmed: is missing"
    with pytest.raises(FactsError, match=told):
        read_facts(kind, plain)
    with pytest.raises(FactsError, match=r"^the facts: is not the object of a ApprovingFacts"):
        read_facts(kind, [])


def test_a_set_that_names_one_twice_is_a_fault() -> None:
    plain = json.loads(canonical_text(plain_facts(FACTS["closing"])))
    plain["issuer"]["group_principals"] = ["i1", "i1"]
    with pytest.raises(FactsError, match=r"^issuer\.group_principals: names one thing twice"):
        read_facts(QUESTIONS["closing"].facts, plain)


class Light(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Lit:
    light: Light


def test_a_value_of_an_enum_and_a_hint_that_facts_do_not_use() -> None:
    assert read_facts(Lit, {"light": "red"}) == Lit(Light.RED)
    with pytest.raises(FactsError, match=r"^light: is none of the values of Light"):
        read_facts(Lit, {"light": "green"})
    with pytest.raises(TypeError, match="cannot be read back into <class 'float'>"):
        read_facts(float, 1.0)
