"""A stored decision is judged again: what was altered is named, what cannot be judged is said."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from compliance.decisions.replay import Decision, Difference
from compliance.decisions.running import Totals, replay
from tests.decisions.anything import FACTS, stored


def verdict(decision: Decision) -> Any:
    (one,) = replay([decision], Totals())
    return one


def facts_with(decision: Decision, **changes: Any) -> Decision:
    return replace(decision, facts=json.dumps({**json.loads(decision.facts), **changes}))


def finding_with(decision: Decision, code: str, **changes: Any) -> Decision:
    findings = [
        {**row, **changes} if row["code"] == code else row
        for row in json.loads(json.dumps(decision.findings))
    ]
    return replace(decision, findings=findings)


@pytest.mark.parametrize("question", FACTS)
def test_what_was_stored_agrees(question: str) -> None:
    totals = Totals()
    (one,) = replay([stored(question, FACTS[question])], totals)
    assert (one.fault, one.differences, one.changes) == ("", (), ())
    assert (totals.judged, totals.differing, totals.unjudged, totals.code) == (1, 0, 0, 0)


BROKEN: dict[str, tuple[Callable[[Decision], Decision], list[tuple[str, str, Any, Any]]]] = {
    "a fact": (
        lambda it: facts_with(it, person_live="1500.01"),
        [
            ("purchaser.limit", "met", True, False),
            ("purchaser.limit", "room", "2500.00", "999.99"),
            ("purchaser.limit", "figures.excess", "0.00", "0.01"),
            ("purchaser.limit", "figures.person_live", "0.00", "1500.01"),
            ("purchaser.minimum", "figures.total", "1000.00", "2500.01"),
            ("", "met", True, False),
        ],
    ),
    "a finding": (
        lambda it: finding_with(it, "purchaser.of_age", met=False),
        [("purchaser.of_age", "met", False, True)],
    ),
    "a room": (
        lambda it: finding_with(it, "group.cap", room="1500000.01"),
        [("group.cap", "room", "1500000.01", "1500000.00")],
    ),
    "a figure": (
        lambda it: finding_with(
            it, "purchaser.of_age", figures={"age": 35, "majority": 19, "province": "QC"}
        ),
        [("purchaser.of_age", "figures.majority", 19, 18)],
    ),
    "a finding that is gone": (
        lambda it: replace(it, findings=it.findings[1:]),
        [("portal.authorised", "finding", False, True)],
    ),
    "a finding too many": (
        lambda it: replace(
            it, findings=[*it.findings, {"code": "a.b", "met": True, "figures": {}, "room": None}]
        ),
        [("a.b", "finding", True, False)],
    ),
    "the answer as a whole": (lambda it: replace(it, met=False), [("", "met", False, True)]),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_was_altered_is_named_with_both_values(broken: str) -> None:
    alter, told = BROKEN[broken]
    found = verdict(alter(stored("subscription", FACTS["subscription"]))).differences
    assert list(found) == [Difference(*row) for row in told]


def test_the_order_of_findings_is_part_of_the_answer() -> None:
    decision = stored("subscription", FACTS["subscription"])
    (found,) = verdict(replace(decision, findings=decision.findings[::-1])).differences
    assert (found.code, found.what) == ("", "order")


def test_figures_that_were_corrected_since_are_said_and_compared_all_the_same() -> None:
    totals = Totals()
    decision = replace(stored("subscription", FACTS["subscription"]), digest="0" * 64)
    altered = finding_with(decision, "group.cap", room="1.00")
    (one,) = replay([altered], totals)
    assert [each.what for each in one.differences] == ["rulebook", "room"]
    assert (totals.differing, totals.corrected, totals.code) == (1, 1, 1)


UNJUDGED: dict[str, tuple[Callable[[Decision], Decision], str]] = {
    "another question": (lambda it: replace(it, question="payment"), "no question 'payment'"),
    "facts that are not JSON": (lambda it: replace(it, facts="{"), "the facts are not JSON"),
    "a field too many": (lambda it: facts_with(it, weight=1), "weight: is no field"),
    "a portal of no kind": (
        lambda it: facts_with(it, portal={**json.loads(it.facts)["portal"], "kind": "club"}),
        "the facts cannot be judged (KeyError)",
    ),
    "a day before the law": (lambda it: replace(it, on=date(2021, 9, 20)), "was not in force"),
    "findings that are none": (lambda it: replace(it, findings={}), "are not a list"),
    "a finding of another form": (
        lambda it: replace(it, findings=[{"code": "a.b"}]),
        "not the form of one",
    ),
    "a finding twice": (
        lambda it: replace(it, findings=[it.findings[0], it.findings[0]]),
        "there twice",
    ),
}


@pytest.mark.parametrize("case", UNJUDGED)
def test_what_cannot_be_judged_is_said_and_the_next_is_judged(case: str) -> None:
    spoil, told = UNJUDGED[case]
    fine = stored("subscription", FACTS["subscription"])
    totals = Totals()
    bad, good = replay([spoil(fine), fine], totals)
    assert told in bad.fault
    assert (good.fault, good.differences) == ("", ())
    assert (totals.unjudged, totals.judged, totals.code) == (1, 1, 2)
