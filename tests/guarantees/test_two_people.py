"""E4 for every act that takes two people, besides the closing (`test_four_eyes.py`).

Every attack runs as the site's own database role and is taken to where it would commit; it must be
refused by whom and in the words that belong to it, and afterwards a legitimate pair does the very
same act. Two doors by which one person could act as another do not exist in this product, and that
is looked at too: no session is taken over by another, and nobody has a token.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.approvals import services as approvals
from compliance.approvals.models import Consumption
from compliance.audit.guard.checks import check_role
from compliance.scenarios.playing.stage import scratch_database
from equity.models import Payout
from tests import factories as f
from tests.guarantees import pair_scenes
from tests.guarantees.closing_scene import SUCCEEDED, outcome
from tests.guarantees.pair_acts import ACTS
from tests.guarantees.pair_attacks import approval_by
from tests.guarantees.pair_broken import APPROVAL, SERVICES, TRIGGERS, judging
from tests.guarantees.pair_own import attacks_on
from tests.guarantees.pair_scenes import AT, Pair, as_asked, make_people, new_officer
from tests.guarantees.pair_tools import at_once, broken
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.roles import as_runtime

Told = dict[str, str]
ASKED_ANEW = sized(short=("bank details",), long=tuple(ACTS))
OURS = ("compliance", "equity", "investors", "documents")
ROOT = Path(__file__).resolve().parents[2]
SCENES = sized(short=1, long=20)
ROUNDS = sized(short=1, long=20)
TRIED_TOGETHER = 120
"""Seconds that two threads may take before they count as stuck."""


@pytest.fixture(scope="module")
def scratch(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A migrated database of its own, thrown away with whatever was committed to it."""
    with django_db_blocker.unblock(), scratch_database():
        yield


@pytest.fixture(scope="module")
def scenes(scratch: None) -> dict[str, Pair]:
    """Each act, asked for and waiting; nothing that is tried here leaves a trace."""
    with as_runtime():
        people = make_people()
        return {name: make(people) for name, make in ACTS.items()}


def given_away(of: str, pair: Pair, names: Iterable[str]) -> dict[str, str]:
    """The attacks that did not end as they must, and how they ended."""
    found, request = {}, pair.request
    for name in names:
        act, expected = attacks_on(of, pair)[name]
        ended = outcome(lambda act=act: act(pair))  # type: ignore[misc]
        pair.request = request
        if ended != expected(pair):
            found[name] = f"{ended}, not {expected(pair)}"
    return found


def test_no_attack_succeeds_and_two_people_always_do(scratch: None, report: Report) -> None:
    tried = kinds = 0
    with as_runtime():
        for _ in range(SCENES):
            people = make_people()
            for name, make in ACTS.items():
                pair = make(people)
                attacks = attacks_on(name, pair)
                assert given_away(name, pair, attacks) == {}, name
                assert pair.effects() == 0
                assert outcome(lambda pair=pair: as_asked(pair), keep=True) == SUCCEEDED, name
                assert pair.effects() == 1
                assert outcome(lambda pair=pair: as_asked(pair)) != SUCCEEDED
                tried, kinds = tried + len(attacks), max(kinds, len(attacks))
    report(
        "E4",
        figures={
            "acts that take two people": len(ACTS),
            "kinds of attack": kinds,
            "attacks": tried,
            "attacks that succeeded": 0,
            "legitimate pairs": SCENES * len(ACTS),
            "legitimate pairs that succeeded": SCENES * len(ACTS),
        },
    )


def test_the_24_hours_are_24_hours_of_any_night(scratch: None) -> None:
    """Under, at and over: around the night when Montréal's clocks skip an hour (8 March 2026)."""
    for given_at in (AT, datetime(2026, 3, 7, 14, 0, tzinfo=UTC)):
        for later, refused in (
            (timedelta(hours=24) - timedelta(microseconds=1), True),
            (timedelta(hours=24), False),
            (timedelta(hours=24, microseconds=1), False),
        ):
            with as_runtime():
                pair, at = granted_at(given_at), given_at + later
                by_service = outcome(partial(approve_at, pair, at))
                by_hand = outcome(
                    partial(approval_by(lambda p: p.people.lately.id, approved_at=at), pair)
                )
            wanted = (
                ("service: approval.not_granted_lately", "database: approval_not_granted_lately")
                if refused
                else (SUCCEEDED, SUCCEEDED)
            )
            assert (by_service, by_hand) == wanted, (given_at, later)


def granted_at(instant: datetime) -> Pair:
    """What an officer asks for who had another one appointed at that instant."""
    with patch.object(pair_scenes, "AT", instant):
        return new_officer(make_people())


def approve_at(pair: Pair, at: datetime) -> object:
    with patch.object(pair_scenes, "AT", at):
        return pair.by(pair.people.lately)


# --- Broken copies --------------------------------------------------------------------------------


def tried_on(scenes: dict[str, Pair], names: Iterable[str]) -> Told:
    """What is given away of these attacks, on the first act that each is tried on."""
    found: Told = {}
    for name in names:
        of = next(act for act, pair in scenes.items() if name in attacks_on(act, pair))
        found |= given_away(of, scenes[of], (name,))
    return found


def test_every_broken_copy_is_caught(
    scenes: dict[str, Pair], report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: dict[str, Told] = {}
    with as_runtime():
        for copy, (where, name, instead, names) in SERVICES.items():
            with monkeypatch.context() as patched:
                patched.setattr(where, name, instead)
                caught[copy] = tried_on(scenes, names)
            assert caught[copy].keys() == set(names), copy
        with monkeypatch.context() as patched:
            # Whoever works for one portal is one person: a flag that also blocks everybody else.
            patched.setattr(approvals, "judge", judging(same_person=True))
            blocked = outcome(lambda: as_asked(scenes["a payout"]))
        caught["portals compared instead of persons"] = {"a legitimate pair": blocked}
        assert blocked != SUCCEEDED
    for trigger, (table, act, names) in TRIGGERS.items():
        copy = f"the guard {trigger} off"
        with (
            broken(
                f"ALTER TABLE {table} DISABLE TRIGGER {trigger}",
                f"ALTER TABLE {table} ENABLE TRIGGER {trigger}",
            ),
            as_runtime(),
        ):
            caught[copy] = given_away(act, scenes[act], names)
            faults = " ".join(error.msg for error in check_role(connection))
        assert caught[copy].keys() == set(names), copy
        assert all(end.startswith(SUCCEEDED) for end in caught[copy].values()), caught[copy]
        assert trigger in faults, copy
    with (
        broken(
            f"ALTER TABLE {APPROVAL} DROP CONSTRAINT approval_by_two_people",
            f"ALTER TABLE {APPROVAL} ADD CONSTRAINT approval_by_two_people"
            " CHECK (asked_by <> approved_by)",
        ),
        as_runtime(),
    ):
        name = "who asked approves, by hand"
        found = given_away("an override", scenes["an override"], (name,))
    assert found
    caught["the constraint of two people on approvals dropped"] = found
    with as_runtime():
        for name, pair in scenes.items():
            assert outcome(lambda pair=pair: as_asked(pair)) == SUCCEEDED, name
    told = {copy: "; ".join(f"{k}: {v}" for k, v in ends.items()) for copy, ends in caught.items()}
    report("E4", figures={"broken copies": len(told)}, caught=told)


# --- At once --------------------------------------------------------------------------------------


def test_what_happens_at_once_is_never_what_was_not_approved(scratch: None, report: Report) -> None:
    done = races = 0
    with as_runtime():
        people = make_people()
        third = f.make_officer("Tiers Arbitre")
    for _ in range(ROUNDS):
        for name, make in ACTS.items():
            for race in ("approved twice", "asked anew", "edited"):
                if race == "asked anew" and name not in ASKED_ANEW:
                    continue
                if name == "wording" and not pair_scenes.words_left():
                    continue
                with as_runtime():
                    pair = make(people)
                against = {
                    "approved twice": partial(pair.by, third),
                    "asked anew": partial(pair.ask, third),
                    "edited": pair.change,
                }[race]
                if against is None:
                    continue
                ended = at_once(partial(as_asked, pair), against)
                assert SUCCEEDED in ended, (name, race, ended)
                assert "stuck" not in ended
                effects = pair.effects()
                if race == "approved twice":
                    assert effects == ended.count(SUCCEEDED) == 1, (name, ended)
                else:
                    assert effects == (ended[0] == SUCCEEDED), (name, ended)
                for use in Consumption.objects.filter(approval__request=pair.request):
                    assert use.digest == pair.request.digest
                    assert use.approval.asked_by == people.asks.id != use.approval.approved_by
                for payout in Payout.objects.filter(consumption__approval__request=pair.request):
                    assert str(payout.account.account_id) == pair.request.said["account"]
                done, races = done + effects, races + 1
    report("E4", figures={"races": races, "acts by two people": done, "others": 0})


# --- Doors that do not exist ----------------------------------------------------------------------


def test_nobody_takes_over_a_session_and_nobody_has_a_token() -> None:
    """Two of the twelve attacks need a door that this product does not have: an officer's session
    taken over by another (impersonation), and a token by which a program acts as its maker. Should
    one ever be added, this fails, and its attack joins the others."""
    models = {model._meta.label_lower for model in apps.get_models()}
    assert not [name for name in models if "token" in name or "impersonat" in name]
    installed = " ".join([*settings.INSTALLED_APPS, *settings.MIDDLEWARE]).lower()
    for word in ("impersonat", "hijack", "loginas", "token", "rest_framework", "oauth", "knox"):
        assert word not in installed
    code = [path for app in OURS for path in (ROOT / app).rglob("*.py")]
    assert len(code) > 200
    # Nothing of ours writes into a session who somebody is: `login` alone does, from a password,
    # and where allauth signs people in, its `perform_login`.
    keys = re.compile(r"_auth_user|HASH_SESSION_KEY|force_login")
    writers = [path.name for path in code if keys.search(path.read_text("utf-8"))]
    assert writers == []
    callers = [path.name for path in code if re.search(r"\blogin\(", path.read_text("utf-8"))]
    assert callers == ["ports.py"]
    callers = [path.name for path in code if "perform_login(" in path.read_text("utf-8")]
    assert callers == ["entering.py"]
    assert list(settings.AUTHENTICATION_BACKENDS) == ["django.contrib.auth.backends.ModelBackend"]
