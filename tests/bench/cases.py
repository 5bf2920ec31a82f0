"""Random subscriptions to be judged: the facts for our rules, and flat for the peers."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.dates import months_before
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.facts import (
    AuthorisationFacts,
    PortalFacts,
    SubscriptionFacts,
    WindowFacts,
)
from compliance.rules.ni45_110.portal import DEALER, EXEMPT

ON = date(2026, 3, 2)
_NEVER = 9_999_999
"""A day that no comparison with today reaches: not delivered, not confirmed."""
_STATEMENTS = ("R1", "R2", "R3", "R4", "R5", "R6", "R7")
_SELDOM = 0.04
"""How often each thing is not as it should be: about half of the cases are accepted."""


def random_facts(count: int, *, seed: int = 45_110) -> list[SubscriptionFacts]:
    """``count`` cases, the same for a seed."""
    draw = random.Random(seed)
    return [_facts(draw) for _ in range(count)]


def _facts(draw: random.Random) -> SubscriptionFacts:
    def seldom() -> bool:
        return draw.random() < _SELDOM

    province = "QC" if draw.random() < 0.7 else draw.choice([*PROVINCES, "US"])
    jurisdictions = tuple({"QC", province} - {"US"}) if not seldom() else ("ON",)
    maximum = Decimal(draw.randrange(50_000, 1_500_001, 25)) + Decimal("0.00")
    live = (
        maximum - 25 if seldom() else Decimal(draw.randrange(0, int(maximum), 25)) + Decimal("0.00")
    )
    begins = datetime(2026, 5, 31, 4, tzinfo=UTC)
    ends = begins + timedelta(days=1) if seldom() else datetime(2026, 3, 5, 5, tzinfo=UTC)
    answers = dict.fromkeys(_STATEMENTS, True)
    if seldom():
        answers[draw.choice(_STATEMENTS)] = False
    return SubscriptionFacts(
        state="open" if not seldom() else "suspended",
        last_day=ON + timedelta(days=30) if not seldom() else ON - timedelta(days=1),
        amount=Decimal(draw.randrange(25, 2_501, 25)) + Decimal("0.00"),
        maximum=maximum,
        live=live,
        window=_window(draw),
        person_live=Decimal("2400.00") if seldom() else Decimal("0.00"),
        advised=draw.random() < 0.1,
        minimum_per_purchaser=Decimal("1000.00") if seldom() else Decimal("0.00"),
        organisation=draw.random() < 0.1,
        age=draw.choice([None, 17, 18]) if seldom() else draw.randrange(19, 90),
        province=province,
        jurisdictions=jurisdictions,
        identified=not seldom(),
        languages_read=draw.choice([(), ("en",)]) if seldom() else ("en", "fr"),
        answers=None if seldom() else answers,
        asked_statements=_STATEMENTS,
        right_ends=ends,
        right_ends_on=ends.date(),
        ninetieth_begins=begins,
        ninetieth_day=begins.date(),
        suitable=not seldom(),
        missing_particulars=("telephone",) if seldom() else (),
        entry_acknowledged=not seldom(),
        head_office="QC",
        portal=_portal(draw),
    )


def _window(draw: random.Random) -> WindowFacts:
    """What the group closed: nothing as a rule, else so much that the cap is near."""
    if draw.random() > _SELDOM:
        return WindowFacts(Decimal("0.00"), date(2025, 3, 2), None)
    return WindowFacts(Decimal("1400000.00"), date(2025, 3, 2), date(2026, 9, 2))


def _portal(draw: random.Random) -> PortalFacts:
    """A portal that was let in everywhere, but for now and then a place or an old certificate."""
    told = date(2026, 1, 5)
    entries = [_let_in(place, told) for place in PROVINCES]
    if draw.random() < _SELDOM:
        entries[:] = [replace(entry, registered=False, confirmed=None) for entry in entries]
    return PortalFacts(
        kind=DEALER if draw.random() < 0.2 else EXEMPT,
        demonstration=False,
        purchaser_fee=False,
        authorisations=tuple(entries),
        f5_certified=date(2025, 8, 1) if draw.random() < _SELDOM else told,
        principals=frozenset({"p1"}),
    )


def _let_in(place: str, told: date) -> AuthorisationFacts:
    return AuthorisationFacts(
        place, registered=True, f3_delivered=told, f4_delivered=told, confirmed=told
    )


def flat(facts: SubscriptionFacts) -> dict[str, Any]:
    """The case as ``peers/decision.py`` describes it."""
    places = {p for p in (facts.head_office, *facts.jurisdictions) if p in PROVINCES}
    stands = [entry for entry in facts.portal.authorisations if entry.jurisdiction in places]
    everywhere = len(stands) == len(places)
    answers = facts.answers or {}
    return {
        "on": ON.toordinal(),
        "state": facts.state,
        "last_day": facts.last_day.toordinal() if facts.last_day else 0,
        "amount": _cents(facts.amount),
        "maximum": _cents(facts.maximum),
        "live": _cents(facts.live),
        "closed": _cents(facts.window.closed),
        "person_live": _cents(facts.person_live),
        "advised": facts.advised,
        "minimum": _cents(facts.minimum_per_purchaser),
        "organisation": facts.organisation,
        "age": -1 if facts.age is None else facts.age,
        "province": facts.province,
        "offered_here": facts.province in facts.jurisdictions,
        "identified": facts.identified,
        "read_french": "fr" in facts.languages_read,
        "read_any": bool(facts.languages_read),
        "acknowledged": facts.answers is not None,
        "unanswered": sum(answers.get(row) is not True for row in facts.asked_statements),
        "right_ends": int(facts.right_ends.timestamp()),
        "ninetieth_begins": int(facts.ninetieth_begins.timestamp())
        if facts.ninetieth_begins
        else 0,
        "suitable": facts.suitable,
        "missing": len(facts.missing_particulars),
        "entry_acknowledged": facts.entry_acknowledged,
        "dealer": facts.portal.kind == DEALER,
        "registered": everywhere and all(entry.registered for entry in stands),
        "told": _latest(d for entry in stands for d in (entry.f3_delivered, entry.f4_delivered)),
        "confirmed": _latest(entry.confirmed for entry in stands),
        "f5": facts.portal.f5_certified.toordinal() if facts.portal.f5_certified else 0,
        "f5_oldest": months_before(ON, 6).toordinal(),
    }


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _latest(days: Iterable[date | None]) -> int:
    """The latest of the days, or one that no comparison reaches when any is missing."""
    known = list(days)
    return max((day.toordinal() if day else _NEVER for day in known), default=_NEVER)
