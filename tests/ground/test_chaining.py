"""The chainer: what cannot be chained waits, is told, and holds nothing else."""

import logging
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from compliance.audit.models import Entry, Horizon, Leaf
from compliance.audit.tree.chaining import CHAINER, chain
from compliance.audit.tree.checkpoints import sign
from compliance.audit.tree.verifying import CANNOT_TELL, INTACT, verify

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
COLUMNS = "id, at, actor_role, action, subject_type, subject_id, payload"
POISONS = {
    "a number with a fraction": ("'2026-03-02'", "'{\"a\": 1.5}'"),
    "a number beyond every machine": ("'2026-03-02'", "'{\"a\": 12345678901234567890}'"),
    "a list without an end": ("'2026-03-02'", "(repeat('[', 900) || repeat(']', 900))::jsonb"),
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
def test_a_row_that_has_no_canonical_form_holds_none_of_the_others(
    poison: str, caplog: pytest.LogCaptureFixture
) -> None:
    write()
    write(*POISONS[poison])
    write()
    with caplog.at_level(logging.ERROR):
        before = Leaf.objects.count()
        chain()
    positions = list(Entry.objects.order_by("position").values_list("position", flat=True))[-3:]
    chained = list(Leaf.objects.filter(index__gte=before).values_list("position", flat=True))
    assert set(positions) - set(chained) == {positions[1]}
    assert f"position {positions[1]} cannot be chained" in caplog.text
    sign(at=timezone.now() - timedelta(hours=1), every=timedelta(0))
    found = verify(at=timezone.now())
    assert found.status == CANNOT_TELL
    assert f"position {positions[1]} " in found.untold[0].words
    # It stays in sight: the horizon does not pass it.
    chain()
    chain()
    assert Horizon.objects.get(name=CHAINER).position < positions[1]


@pytest.mark.django_db
def test_the_horizon_moves_also_when_every_run_finds_something() -> None:
    for _ in range(3):
        write()
        assert chain() > 0
    last = Entry.objects.order_by("-position").values_list("position", flat=True)[0]
    assert Horizon.objects.get(name=CHAINER).candidate == last
    assert verify(at=timezone.now()).status == INTACT
