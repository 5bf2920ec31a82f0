"""What a step expects is compared with what came: an expectation that is false is never green."""

import json
from pathlib import Path

import pytest

from compliance.scenarios.playing.play import play
from tests.scenarios.telling import story
from tests.scenarios.test_stories import run

HERE = Path(__file__).parent
FAILS = (HERE / "shared" / "03-fails-and-refunds.yaml").read_text(encoding="utf-8")
PAID = '{at: 2026-01-07 10:03, by: lea, do: pay, subscription: s1, expect: {trust: "2000.00"}}'


def failed(step: str, tmp_path: Path, instead_of: str = PAID) -> list[str]:
    """What did not hold of the story of an offering that fails, with one step told otherwise."""
    assert instead_of in FAILS
    path = tmp_path / "told.yaml"
    path.write_text(FAILS.replace(instead_of, step), encoding="utf-8")
    code, out, _ = run("run", "--keep", "--json", str(path))
    found = [one for row in json.loads(out)["steps"] for one in row["failed_expectations"]]
    assert code == (1 if found else 0)
    return found


def pay(expect: str) -> str:
    return f"{{at: 2026-01-07 10:03, by: lea, do: pay, subscription: s1, expect: {{{expect}}}}}"


def wait(expect: str) -> str:
    return f"{{at: 2026-01-07 10:03, do: wait, expect: {{{expect}}}}}"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("step", "told"),
    [
        (pay("subscription: agreed, subscriptions: {s1: agreed}"), []),
        (
            pay("subscription: agreed, subscriptions: {s1: binding}"),
            ["subscription s1: expected binding, came agreed"],
        ),
        (
            pay("subscription: binding, subscriptions: {s1: agreed}"),
            ["subscription s1: expected binding, came agreed"],
        ),
        (
            pay("subscriptions: {s1: agreed, s2: agreed}"),
            ["subscription s2: expected agreed, came nothing"],
        ),
    ],
)
def test_both_ways_of_expecting_a_state_are_compared(
    step: str, told: list[str], tmp_path: Path
) -> None:
    assert failed(step, tmp_path) == told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("subscription: agreed, right_ends: 2026-01-09", []),
        ("subscription: lapsed", ["subscription s1: expected lapsed, came agreed"]),
        ("right_ends: 2026-01-12", ["right_ends: expected 2026-01-12, came 2026-01-09"]),
    ],
)
def test_a_step_that_names_no_subscription_speaks_of_the_last_named(
    expect: str, told: list[str], tmp_path: Path
) -> None:
    assert failed(f"{PAID}\n  - {wait(expect)}", tmp_path) == told


@pytest.mark.django_db
def test_before_a_subscription_was_named_there_is_nothing_to_compare(tmp_path: Path) -> None:
    opened = "{at: 2026-01-06 10:00, by: coop, do: open, offering: o1}"
    step = (
        "{at: 2026-01-06 10:00, by: coop, do: open, offering: o1, expect: {subscription: agreed}}"
    )
    assert failed(step, tmp_path, opened) == ["subscription: expected agreed, came nothing"]


@pytest.mark.django_db
def test_what_was_refused_came_to_nothing() -> None:
    """Also where its name was given to no subscription before."""
    step = "at: 2026-03-03 09:00, by: marie, do: subscribe, offering: o1, as: s1, with: {units: 1}"
    _, played = play(story(f"{step}, expect: {{subscription: agreed}}"))
    assert played.steps[0].failed == ("subscription s1: expected agreed, came nothing",)


@pytest.mark.django_db
def test_an_empty_table_lists_nothing_that_could_differ(tmp_path: Path) -> None:
    """The format has each entry compared, and no more."""
    nothing = "subscriptions: {}, duties: {}, documents: {}, holdings: {}"
    assert failed(f"{PAID}\n  - {wait(nothing)}", tmp_path) == []


SAYS_WHY = [
    ("pay, subscription: s1", "nothing is left to pay"),
    ("pay, subscription: s9", "what it is about does not exist"),
    (
        "subscribe, offering: o1, as: s1, with: {units: 1}",
        "that name is taken",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("act", "why"), SAYS_WHY)
def test_a_refusal_says_why_not(act: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    step = f"{{at: 2026-01-07 10:04, by: lea, do: {act}}}"
    path.write_text(FAILS.replace(PAID, f"{PAID}\n  - {step}"), encoding="utf-8")
    _, out, _ = run("run", "--keep", "--json", str(path))
    (finding,) = json.loads(out)["steps"][9]["findings"]
    assert finding["code"] == "state.not_allowed"
    assert f"is not possible: {why}." in finding["message_en"]


@pytest.mark.django_db
def test_the_hour_that_comes_twice_is_told_with_its_offset(tmp_path: Path) -> None:
    path = tmp_path / "told.yaml"
    steps = "".join(
        f"  - {{at: 2026-11-01 {time}, do: wait}}\n"
        for time in ("00:59", "01:30", "01:30-05:00", "02:00")
    )
    path.write_text(
        f"title: Twice\nstarts: 2026-10-30 09:00\nissuers: {{a: {{}}}}\nsteps:\n{steps}"
    )
    _, out, _ = run("run", "--keep", str(path))
    assert [line[6:].split("  ✓")[0] for line in out.splitlines() if "✓ —: wait" in line] == [
        "2026-11-01 00:59",
        "2026-11-01 01:30 -0400",
        "2026-11-01 01:30 -0500",
        "2026-11-01 02:00",
    ]
