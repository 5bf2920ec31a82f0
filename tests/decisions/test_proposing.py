"""Under proposed figures: who would be refused or accepted, by how much, and nothing else moves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from compliance.accounts.roles import Role
from compliance.decisions.proposing import Change, Proposal
from compliance.decisions.replay import Decision
from compliance.decisions.running import Totals, Verdict, replay
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.proposals import ProposalError, proposed
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110 import subscription
from compliance.rules.ni45_110.book import REGIME, rulebook
from compliance.rules.ni45_110.facts import ApprovingFacts
from compliance.rules.ni45_110.questions import JUDGED_BY, QUESTIONS
from tests.decisions.anything import FACTS, PERSON, stored
from tests.rules import given

D = given.D


def toml(name: str, value: str, start: str = "2026-01-01", more: str = "") -> str:
    return f'[[figure]]\nname = "{name}"\nfrom = {start}\nvalue = {value}\n{more}\n'


def under(text: str, *decisions: Decision) -> tuple[list[Verdict], Totals]:
    totals = Totals()
    return list(replay(decisions, totals, Proposal(text))), totals


def agreed(person_live: str = "0.00", closed: str = "0.00", **changes: Any) -> Decision:
    facts = given.subscription(
        person_live=D(person_live), window=given.window(closed), live=D("400.00"), **changes
    )
    return stored("subscription", facts, role=Role.INVESTOR)


@pytest.mark.parametrize(
    ("cap", "turned", "excess"),
    [("1400.01", False, "0.00"), ("1400.00", False, "0.00"), ("1399.99", True, "0.01")],
)
def test_a_tighter_cap_refuses_from_the_cent_on_which_it_is_passed(
    cap: str, turned: bool, excess: str
) -> None:
    (verdict,), totals = under(toml("issuer_group_cap", f'"{cap}"'), agreed())
    assert (verdict.fault, verdict.differences) == ("", ())
    if not turned:
        assert verdict.changes == ()
        assert (totals.refused, totals.moved) == (0, {"group.cap": 1})
        return
    room = (D("1499600.00"), D(cap) - D("400.00"))
    over = (D("0.00"), D(excess))
    assert verdict.changes == (Change("group.cap", (True, False), room, over, (str(PERSON),)),)
    assert (totals.refused, totals.accepted, totals.code) == (1, 0, 0)
    assert (totals.turned, totals.excess) == ({"group.cap": 1}, {"group.cap": D(excess)})


def test_a_wider_cap_accepts_what_was_refused() -> None:
    """Only an offering that was judged again keeps what it was refused for."""
    facts = given.filing(window=given.window("1400000.00"))
    (verdict,), totals = under(toml("issuer_group_cap", "2500000"), stored("filing", facts))
    (change,) = verdict.changes
    assert (change.code, change.met) == ("offering.within_group_cap", (False, True))
    assert (change.room, change.excess) == (
        (D("100000.00"), D("1100000.00")),
        (D("150000.00"), D("0.00")),
    )
    assert change.persons == ()  # An officer's act.
    assert (totals.refused, totals.accepted, totals.excess) == (0, 1, {})


@pytest.mark.parametrize(
    ("start", "more", "turned"),
    [
        ("2026-03-01", "", True),
        ("2026-03-02", "until = 2026-03-02", True),
        ("2026-03-03", "", False),
        ("2026-03-01", "until = 2026-03-01", False),
    ],
)
def test_a_proposed_value_holds_on_its_days_alone(start: str, more: str, turned: bool) -> None:
    (verdict,), _ = under(toml("purchaser_limit", "999", start, more), agreed())
    assert bool(verdict.changes) is turned


def test_the_purchasers_over_a_limit_are_named_at_a_closing() -> None:
    rows = (given.row("m", "1000.00"), given.row("n", "2500.00"), given.row("a", "4000.00"))
    advised = replace(rows[2], advised=True)
    facts = given.closing(completing=(*rows[:2], advised), trust=D("7500.00"))
    facts = replace(facts, paid_live=D("7500.00"), release=D("7500.00"))
    approving = ApprovingFacts(facts, given.approval())
    for question, told in (("closing", facts), ("approval", approving)):
        (verdict,), totals = under(
            toml("purchaser_limit", "2000") + toml("purchaser_limit_advised", "3500"),
            stored(question, told),
        )
        (change,) = verdict.changes
        assert (change.code, change.persons) == ("closing.purchaser_limits", ("a", "n"))
        assert totals.excess == {"closing.purchaser_limits": D("500.00")}


def test_each_decision_is_tried_alone_and_totals_add_up() -> None:
    text = toml("purchaser_limit", "1500")
    verdicts, totals = under(text, agreed("500.00"), agreed("600.00"), agreed("1500.00"))
    assert [len(verdict.changes) for verdict in verdicts] == [0, 1, 1]
    assert (totals.judged, totals.refused) == (3, 2)
    assert totals.excess == {"purchaser.limit": D("1100.00")}


def test_nothing_that_judges_for_real_comes_upon_a_proposal() -> None:
    before = (rulebook(given.ON), rulebook(given.ON).digest, REGIME.figures["issuer_group_cap"])
    facts = FACTS["subscription"]
    judged = subscription.judge(facts, on=given.ON)
    during: list[tuple[Finding, ...]] = []

    def meanwhile() -> Iterator[Decision]:
        for _ in range(2):
            yield agreed()
            during.append(subscription.judge(facts, on=given.ON))

    list(replay(meanwhile(), Totals(), Proposal(toml("issuer_group_cap", "1"))))
    assert during == [judged, judged]
    assert before == (
        rulebook(given.ON),
        rulebook(given.ON).digest,
        REGIME.figures["issuer_group_cap"],
    )


class Watching(Rulebook):
    """A rulebook that remembers which figures it was asked for."""

    __slots__ = ("asked",)

    def __init__(self, on: date) -> None:
        super().__init__(REGIME, on)
        self.asked: set[str] = set()

    def amount(self, name: str) -> Decimal:
        self.asked.add(name)
        return super().amount(name)

    def count(self, name: str) -> int:
        self.asked.add(name)
        return super().count(name)

    def table(self, name: str) -> Any:
        self.asked.add(name)
        return super().table(name)


def test_the_figures_that_can_be_tried_are_those_that_judgements_read() -> None:
    """All but the 90 days, by which facts are made too: a stored last day would not move."""
    book = Watching(given.ON)
    for question, facts in FACTS.items():
        QUESTIONS[question].judge(facts, book)
    assert book.asked == JUDGED_BY | {"distribution_days"}


BAD: dict[str, tuple[str, str]] = {
    "no TOML": ("cap: 2500000", "This is not TOML"),
    "nothing": ("", "Figures are proposed in tables"),
    "another table": ("[cap]\nvalue = 1", "Figures are proposed in tables"),
    "no day": ('[[figure]]\nname = "issuer_group_cap"\nvalue = 1', "has a name, a day"),
    "a key too many": (toml("issuer_group_cap", "1", more="note = 1"), "and nothing else"),
    "an unknown figure": (toml("issuer_cap", "1"), "There is no figure 'issuer_cap'"),
    "a name that is none": (toml("x", "1").replace('"x"', "3"), "There is no figure 3"),
    "a figure that makes facts": (toml("distribution_days", "60"), "also makes facts"),
    "a figure of duties": (toml("refund_business_days", "3"), "not among the figures"),
    "another unit": (toml("issuer_group_cap", "1", more='unit = "days"'), "is in CAD, not in"),
    "a float": (toml("issuer_group_cap", "2500000.0"), "never a float"),
    "an amount in words": (toml("issuer_group_cap", '"2 500 000"'), "is not an amount"),
    "a third decimal": (toml("issuer_group_cap", '"0.001"'), "is not an amount"),
    "below zero": (toml("issuer_group_cap", "-1"), "below zero"),
    "days below zero": (toml("portal_notice_days", "-1"), "a whole number from 0"),
    "days as a text": (toml("portal_notice_days", '"30"'), "a whole number from 0"),
    "days beyond the calendar": (toml("portal_notice_days", "1201"), "from 0 to 1200"),
    "yes for days": (toml("portal_notice_days", "true"), "a whole number from 0"),
    "one age for all": (toml("age_of_majority", "18"), "needs a value for each of AB, BC"),
    "a province missing": (toml("age_of_majority", "{QC = 18}"), "needs a value for each of"),
    "a day before the law": (toml("issuer_group_cap", "1", "2021-09-20"), "2021-09-21, on which"),
    "days out of order": (
        toml("issuer_group_cap", "1", more="until = 2025-12-31"),
        "the days are in order",
    ),
    "an instant": (toml("issuer_group_cap", "1", "2026-01-01T00:00:00"), "is a day, written as"),
    "a day in quotes": (toml("issuer_group_cap", "1", '"2026-01-01"'), "is a day, written as"),
    "two values for a day": (
        toml("issuer_group_cap", "1") + toml("issuer_group_cap", "2", "2026-06-01"),
        "is given two values for 2026-06-01",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_a_sentence(case: str) -> None:
    text, told = BAD[case]
    with pytest.raises(ProposalError) as fault:
        Proposal(text)
    assert told in str(fault.value)
    assert str(fault.value).endswith(".")


def test_a_proposed_value_leaves_the_other_days_as_they_were() -> None:
    cap = "issuer_group_cap"
    more = f"until = {given.ON.isoformat()}"
    regime = proposed(REGIME, toml(cap, "7", given.ON.isoformat(), more), allowed=JUDGED_BY)
    found = [Rulebook(regime, given.ON + timedelta(days=days)).amount(cap) for days in (-1, 0, 1)]
    assert found == [D("1500000.00"), D("7.00"), D("1500000.00")]
    ever = toml(cap, "7", REGIME.start.isoformat(), "until = 9999-12-31")
    assert [
        value.value for value in proposed(REGIME, ever, allowed=JUDGED_BY).figures[cap].values
    ] == [D("7.00")]
