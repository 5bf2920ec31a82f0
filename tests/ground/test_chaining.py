"""The chainer: what cannot be chained waits, is told, and holds nothing else."""

import uuid
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from compliance.audit import horizon
from compliance.audit.models import Entry, Horizon, Leaf
from compliance.audit.tree import chaining
from compliance.audit.tree.chaining import CHAINER, chain
from compliance.audit.tree.verifying import INTACT, verify

COLUMNS = "id, at, actor_role, action, subject_type, subject_id, payload"
NOT_REFUSED = "a list without an end"
"""The constraint does not look at how deep a payload is nested."""
POISONS = {
    "a number with a fraction": ("'2026-03-02'", "'{\"a\": 1.5}'"),
    "a number beyond every machine": ("'2026-03-02'", "'{\"a\": 12345678901234567890}'"),
    NOT_REFUSED: ("'2026-03-02'", "(repeat('[', 900) || repeat(']', 900))::jsonb"),
    "a day that never comes": ("'infinity'", "'{}'"),
    "a day that no calendar has": ("'290000-01-01'", "'{}'"),
}


def write(at: str = "'2026-03-02'", payload: str = "'{}'") -> None:
    """An entry past the services, as somebody with the site's own connection could write it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO compliance_audit_entry ({COLUMNS}) VALUES"
            f" (%s, {at}, 'system', 'a:b:c', 'a.b', %s, {payload})",
            [uuid.uuid4(), uuid.uuid4()],
        )


@pytest.mark.django_db
@pytest.mark.parametrize("poison", POISONS)
def test_a_row_that_has_no_canonical_form_holds_none_of_the_others(poison: str) -> None:
    write()
    if poison != NOT_REFUSED:
        with pytest.raises(DatabaseError, match="audit_entry_readable"), transaction.atomic():
            write(*POISONS[poison])
    with connection.cursor() as cursor:
        # As the owner, who may take the constraint away.
        cursor.execute("ALTER TABLE compliance_audit_entry DROP CONSTRAINT audit_entry_readable")
    write(*POISONS[poison])
    write()
    positions = list(Entry.objects.order_by("position").values_list("position", flat=True))
    run = chain()
    assert (run.added, run.unreadable) == (len(positions) - 1, [positions[-2]])
    chained = set(Leaf.objects.values_list("position", flat=True))
    assert set(positions) - chained == {positions[-2]}
    # It stays in sight: the horizon does not pass it.
    chain()
    assert chain().unreadable == [positions[-2]]
    assert Horizon.objects.get(name=CHAINER).position < positions[-2]


@pytest.mark.django_db
def test_the_horizon_moves_also_when_every_run_finds_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Transactions of other tests, on the same server, must not hold it.
    numbers = count(1)
    monkeypatch.setattr(horizon, "_transaction_numbers", lambda: (n := next(numbers), n))
    for _ in range(3):
        write()
        assert chain().added > 0
    last = Entry.objects.order_by("-position").values_list("position", flat=True)[0]
    assert Horizon.objects.get(name=CHAINER).candidate == last
    assert verify(at=timezone.now()).status == INTACT


@pytest.mark.django_db
def test_the_horizon_moves_also_when_every_look_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = count(1)
    monkeypatch.setattr(horizon, "_transaction_numbers", lambda: (n := next(numbers), n))
    monkeypatch.setattr(chaining, "BATCH", 2)
    look = chaining.waiting

    def more_comes(after: int, limit: int, up_to: int = 2**63 - 1) -> list[int]:
        found = look(after, limit, up_to)
        if limit == 2 and Entry.objects.count() < 12:
            for _ in found:
                write()
        return found

    monkeypatch.setattr(chaining, "waiting", more_comes)
    for _ in range(4):
        write()
    chain()
    first = Entry.objects.order_by("position").values_list("position", flat=True)[0]
    full = Horizon.objects.get(name=CHAINER).position
    assert full > first
    assert verify(at=timezone.now()).status == INTACT
