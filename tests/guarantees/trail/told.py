"""Entries and changes that no database holds: what the canonical forms are tried with."""

import uuid
from datetime import UTC, date, datetime, timedelta

from compliance.audit.models import Change, Entry, Judgement
from compliance.audit.tree.leaves import Told, canonical
from compliance.sealing.canonical import canonical_bytes

BEGINNING = datetime(2026, 3, 2, 14, 0, 0, 5, tzinfo=UTC)


def told(number: int, seed: int = 0) -> Told:
    """What stands in the tree at an index: two entries, one with a judgement, then two changes."""
    kinds = (_entry, _judged, _changed, _added)
    return kinds[number % 4](number, seed)


def leaf(number: int, seed: int = 0) -> bytes:
    """Its canonical bytes."""
    return canonical(told(number, seed))


def _id(kind: int, number: int, seed: int) -> uuid.UUID:
    return uuid.UUID(int=(kind << 120) | (seed << 64) | number)


def _at(number: int) -> datetime:
    return BEGINNING + timedelta(seconds=number, microseconds=number)


def _entry(number: int, seed: int) -> Entry:
    made = Entry(
        id=_id(1, number, seed),
        # Some numbers are drawn and never used: what was rolled back.
        position=number + number // 50 + 1,
        transaction=1000 + number,
        at=_at(number),
        actor_role="investor",
        actor_id=_id(2, number % 40, seed),
        action="equity:subscription:pay",
        subject_type="equity.subscription",
        subject_id=_id(3, number, seed),
        payload={"amount": f"{number % 2500}.00", "order": number, "on": "2026-03-02"},
    )
    made.told_judgements = []  # type: ignore[attr-defined]
    return made


def _judged(number: int, seed: int) -> Entry:
    entry = _entry(number, seed)
    facts = {"amount": f"{number % 2500}.00", "born": None, "dealer": False, "province": "QC"}
    finding = {"code": "purchaser.limit", "met": True, "figures": {"used": "0"}, "room": "2500.00"}
    entry.told_judgements = [  # type: ignore[attr-defined]
        Judgement(
            id=_id(4 + rank, number, seed),
            entry=entry,
            rank=rank,
            question="subscription",
            on=date(2026, 3, 2),
            rulebook_digest="ab" * 32,
            facts=canonical_bytes(facts | {"rank": rank}).decode(),
            findings=[finding],
            met=True,
        )
        for rank in range(2)
    ]
    return entry


def _changed(number: int, seed: int) -> Change:
    return Change(
        position=number + number // 50 + 1,
        transaction=1000 + number,
        at=_at(number),
        role="compliance",
        table="equity_subscription",
        row=str(_id(3, number, seed)),
        operation="update",
        salt=_id(6, number, seed),
        before={"state": "agreed", "paid": "0"},
        after={"state": "binding", "paid": f"{number % 2500}.00"},
    )


def _added(number: int, seed: int) -> Change:
    made = _changed(number, seed)
    made.operation, made.before = "insert", None
    made.after = {"state": "agreed", "order": number, "email": f"sha256:{number:064x}"}
    return made
