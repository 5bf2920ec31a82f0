"""Findings about who acts, in which state, and with whose money."""

import tomllib
from datetime import date
from importlib.resources import files
from typing import get_args

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.findings import not_met, plain
from compliance.rules.kernel.grades import Grade
from compliance.rules.ni45_110 import acts
from tests.rules.given import ON

NBSP = "\N{NO-BREAK SPACE}"


def test_actor_not_allowed() -> None:
    finding = acts.actor_not_allowed("approve", on=ON)
    assert (finding.code, finding.met, finding.room) == ("actor.not_allowed", False, None)
    assert finding.figures == {"move": "approve"}
    assert f"«{NBSP}approuver{NBSP}»" in finding.message("fr")
    assert "“approve”" in finding.message("en")


def test_state_not_allowed_says_the_state_and_the_moves_it_has() -> None:
    finding = acts.state_not_allowed("open", "draft", ("edit", "submit"), on=ON)
    assert (finding.code, finding.met) == ("state.not_allowed", False)
    assert finding.figures == {
        "move": "open",
        "state": "draft",
        "moves": ("edit", "submit"),
        "why": "state",
    }
    assert f"«{NBSP}ébauche{NBSP}»" in finding.message("fr")
    assert "modifier l'ébauche, soumettre" in finding.message("fr")
    assert "“draft”" in finding.message("en")


def test_a_move_with_the_name_of_a_state_is_told_as_a_move() -> None:
    """``open`` and ``draft`` name a state and a move; each is said in its own words."""
    finding = acts.state_not_allowed("open", "open", ("draft",), on=ON)
    assert f"«{NBSP}ouvrir{NBSP}»" in finding.message("fr")
    assert f"«{NBSP}ouvert{NBSP}»" in finding.message("fr")
    assert "préparer" in finding.message("fr")


def test_a_move_that_the_state_has_says_why_not() -> None:
    finding = acts.state_not_allowed("pay", "agreed", ("withdraw",), on=ON, why="nothing_owed")
    assert finding.message("en") == (
        "The action “pay” is not possible: nothing is left to pay. State: “agreed”. "
        "Other possible actions: withdraw."
    )
    assert f"n'est pas possible{NBSP}: il ne reste rien à payer. État{NBSP}:" in finding.message(
        "fr"
    )


def test_a_state_without_a_move_left() -> None:
    finding = acts.state_not_allowed("submit", "refused", (), on=ON)
    assert finding.message("en").endswith("Other possible actions: none.")
    assert finding.message("fr").endswith(f"Autres actions possibles{NBSP}: néant.")


def test_of_nothing_no_state_is_told() -> None:
    finding = acts.state_not_allowed("draft", "", (), on=ON, why="name_taken")
    assert finding.message("en") == "The action “draft” is not possible: that name is taken."


def test_every_reason_has_words_and_every_words_a_reason() -> None:
    text = files("compliance.rules.kernel").joinpath("terms.toml").read_text(encoding="utf-8")
    written = {code.removesuffix("_why") for code in tomllib.loads(text) if code.endswith("_why")}
    assert written == set(get_args(acts.Reason))


@pytest.mark.parametrize("from_purchaser", [True, False])
def test_payment_from_the_purchaser(from_purchaser: bool) -> None:
    finding = acts.payment_from_purchaser(from_purchaser, on=ON)
    assert finding.code == "payment.from_purchaser"
    assert finding.met is from_purchaser
    assert not_met([finding]) == (() if from_purchaser else (finding,))


def test_every_act_is_a_policy_of_the_portal() -> None:
    for finding in (
        acts.actor_not_allowed("approve", on=ON),
        acts.state_not_allowed("open", "draft", (), on=ON),
        acts.payment_from_purchaser(from_purchaser=False, on=ON),
    ):
        assert finding.rule.grade is Grade.POLICY
        assert "45-110" not in finding.citation("fr") + finding.citation("en")


def test_plain_is_json() -> None:
    told = plain(acts.state_not_allowed("open", "draft", ("edit",), on=ON))
    assert told["figures"] == {
        "move": "open",
        "state": "draft",
        "moves": ["edit"],
        "why": "state",
    }
    assert (told["code"], told["met"], told["room"]) == ("state.not_allowed", False, None)


def test_before_the_instrument() -> None:
    with pytest.raises(OutsideDates):
        acts.actor_not_allowed("approve", on=date(2021, 9, 20))
