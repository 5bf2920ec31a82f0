"""The benchmarks still run, and say what they measured: every part at a toy size, without peers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from compliance.accounts.roles import SYSTEM
from compliance.rules.ni45_110.subscription import judge
from equity import moves
from equity.models import Offering, Portal, Subscription
from equity.services import money, portals
from investors.models import Person
from tests.bench import history
from tests.bench.cases import ON, flat, random_facts
from tests.bench.life import Living
from tests.bench.page import PARTS, page
from tests.bench.peers.decision import BOOLEANS, NUMBERS, ROOMS, ROWS, TEXTS
from tests.bench.picture import picture
from tests.bench.plan import QUARTERS, Group, instant, lives, make_plan, quarter, shares
from tests.bench.targets import targets

ROOT = Path(__file__).resolve().parents[2]


def test_every_part_runs_and_writes_what_it_found(tmp_path: Path) -> None:
    """On the throwaway server of the tests: the figures mean nothing, the counts do."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "tests.bench", "--size", "toy", "--folder", str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "performance.json").read_text(encoding="utf-8"))
    assert list(results) == list(PARTS)
    assert len(list(targets(results))) == len(done.stdout.splitlines()) >= 4
    for row in results["throughput"]["figures"]["rows"]:
        assert all(row[where]["rate"] > 0 for where in ("hot", "spread", "paid"))
    assert results["history"]["figures"]["subscriptions"] == 8
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == page(results)
    ElementTree.fromstring(picture(results))


def test_the_page_and_the_picture_are_those_of_the_figures() -> None:
    results = json.loads((ROOT / "docs/performance.json").read_text(encoding="utf-8"))
    assert results
    assert list(results) == [part for part in PARTS if part in results]
    assert (ROOT / "docs/performance.md").read_text(encoding="utf-8") == page(results)
    assert (ROOT / "docs/performance.svg").read_text(encoding="utf-8") == picture(results)


def test_the_peers_are_asked_what_our_rules_decide() -> None:
    """Their table, put to Python itself, refuses and finds room as our judgement does."""
    for facts in random_facts(300):
        case = flat(facts)
        assert sorted(case) == sorted((*BOOLEANS, *NUMBERS, *TEXTS))
        found = {finding.code: finding for finding in judge(facts, on=ON)}
        refused = {row.code for row in ROWS if eval(row.refuses, {}, dict(case))}  # noqa: S307
        assert refused == {code for code, finding in found.items() if not finding.met}
        rooms = {name: eval(room, {}, dict(case)) for name, room in ROOMS.items()}  # noqa: S307
        limits = {
            "offering": "offering.room",
            "group": "group.cap",
            "purchaser": "purchaser.limit",
        }
        assert rooms == {name: found[code].room * 100 for name, code in limits.items()}


def test_the_plan_is_whole_and_the_same_every_time() -> None:
    plan = make_plan(40, 900)
    assert plan == make_plan(40, 900)
    planned = list(lives(plan))
    assert len(planned) == 40
    assert sum(len(life.purchases) for life in planned) == 900
    assert all(life.minimum <= life.maximum <= 1_500_000 for life in planned)
    assert all(one.units * life.price <= 2_500 for life in planned for one in life.purchases)
    assert sorted(group.number for share in shares(plan, 2) for group in share) == list(
        range(len(plan))
    )


class Cut(Exception):  # noqa: N818 - it stands for a kill
    """The work ends here."""


def live(living: Living, portal: Portal) -> None:
    """Live every quarter of the plan."""
    for number in range(QUARTERS):
        first, after = quarter(number)
        portals.certify_resources(
            actor=SYSTEM, portal_id=portal.pk, on=first, at=instant(first, 6), reference="A5"
        )
        living.live(first, after)


def taken_up(group: Group, told: object = lambda: None) -> Living:
    """The group as a process that has just begun finds it."""
    (living,) = history._livings([group], told)
    return living


@pytest.mark.django_db
def test_a_history_that_was_cut_short_is_taken_up_where_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history._set_up()
    portal = Portal.objects.get()
    (group,) = make_plan(1, 6)

    def cut(**_: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(money, "pay", cut)  # Between the agreement and the payment.
        with pytest.raises(Cut):
            live(taken_up(group), portal)
    assert Subscription.objects.get().paid == 0
    with pytest.raises(Cut):
        live(taken_up(group, cut), portal)  # After a subscription.
    assert 1 <= Subscription.objects.count() < 6
    live(taken_up(group), portal)
    assert Offering.objects.get().state in moves.FINAL
    (life,) = group.lives
    bought = Subscription.objects.order_by("order")
    assert [row.units for row in bought] == [purchase.units for purchase in life.purchases]
    assert [row.paid > 0 for row in bought] == [purchase.pays for purchase in life.purchases]
    assert Person.objects.count() == len({purchase.person for purchase in life.purchases})
