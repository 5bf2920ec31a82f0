"""What stands in the tree, byte for byte: a changed byte needs a new version beside the old."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

from compliance.audit.models import Change, Entry, Judgement
from compliance.audit.tree.leaves import canonical

AT = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=-5)))


def entry(judgements: list[Judgement]) -> Entry:
    made = Entry(
        id=uuid.UUID(int=3),
        position=12,
        transaction=9,
        at=AT,
        actor_role="system",
        action="equity:offering:open",
        subject_type="equity.offering",
        subject_id=uuid.UUID(int=1),
        payload={"n": 1, "amount": "25.00"},
    )
    made.told_judgements = judgements  # type: ignore[attr-defined]
    return made


def test_the_canonical_form_of_an_entry_is_frozen() -> None:
    assert canonical(entry([])) == (
        b'{"action":"equity:offering:open","actor":{"id":null,"role":"system"},'
        b'"at":"2026-03-02T14:00:00.000005Z","id":"00000000-0000-0000-0000-000000000003",'
        b'"judgements":[],"kind":"entry","payload":{"amount":"25.00","n":1},"position":12,'
        b'"subject":{"id":"00000000-0000-0000-0000-000000000001","type":"equity.offering"},'
        b'"transaction":9,"version":1}'
    )


def test_the_canonical_form_of_a_judgement_is_frozen() -> None:
    judgement = Judgement(
        rank=0,
        question="subscription",
        on=datetime(2026, 3, 2, tzinfo=UTC).date(),
        rulebook_digest="ab" * 32,
        facts='{"amount":"25.00","born":null}',
        findings=[{"code": "purchaser.limit", "met": True, "figures": {}, "room": "5.00"}],
        met=True,
    )
    assert (
        b'"judgements":[{"facts":{"amount":"25.00","born":null},"findings":[{"code":'
        b'"purchaser.limit","figures":{},"met":true,"room":"5.00"}],"met":true,'
        b'"on":"2026-03-02","question":"subscription","rulebook":"' + b"ab" * 32 + b'"}]'
    ) in canonical(entry([judgement]))


def test_the_canonical_form_of_a_change_is_frozen() -> None:
    change = Change(
        position=13,
        transaction=9,
        at=AT,
        role="compliance",
        table="equity_offering",
        row="00000000-0000-0000-0000-000000000001",
        operation="update",
        salt=uuid.UUID(int=5),
        before={"state": "approved"},
        after={"state": "open"},
    )
    assert canonical(change) == (
        b'{"after":{"state":"open"},"at":"2026-03-02T14:00:00.000005Z",'
        b'"before":{"state":"approved"},"kind":"change","operation":"update","position":13,'
        b'"role":"compliance","row":"00000000-0000-0000-0000-000000000001",'
        b'"table":"equity_offering","transaction":9,"version":1}'
    )
