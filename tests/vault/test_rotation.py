"""Rotation of the data keys: everything moves, nothing is lost, and it can be cut short."""

import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from compliance.sealing.aead import SealBroken, key_id_of
from compliance.vault import rotation
from compliance.vault.keys import ring
from compliance.vault.rotation import count_by_key, rotate, sealed_tables
from tests.vault_app.models import Letter, Reply

OLD, NEW, INDEX = "01" + "a5" * 31, "02" + "a5" * 31, "03" + "a5" * 31
BEFORE = f"active = old; old = {OLD}; index = {INDEX}"
BOTH = f"active = new; old = {OLD}; new = {NEW}; index = {INDEX}"
AFTER = f"active = new; new = {NEW}; index = {INDEX}"


@pytest.fixture
def keys(settings):
    def use(spec: str) -> None:
        settings.COMPLIANCE = settings.COMPLIANCE | {"DATA_KEYS": spec}

    use(BEFORE)
    return use


def letters(count: int) -> list[Letter]:
    return Letter.objects.bulk_create(
        Letter(addressee=f"Person {n}", remark=None if n % 2 else f"r{n}") for n in range(count)
    )


def run(**options: object) -> str:
    out = io.StringIO()
    call_command("rotate_data_keys", stdout=out, **options)
    return out.getvalue()


def letter_table() -> rotation.SealedTable:
    (table,) = [table for table in sealed_tables() if table.model is Letter]
    return table


@pytest.mark.django_db
def test_after_a_rotation_the_old_key_can_go(keys) -> None:
    letters(7)
    Reply.objects.create(addressee="Reply", remark="r", days=1)
    keys(BOTH)
    said = run(batch_size=3)
    assert "vault_app_letter: 8 rows rewritten" in said
    assert "vault_app_letter: 13 values under new" in said
    assert "Nothing lies under old any more." in said
    keys(AFTER)
    for n in range(7):
        letter = Letter.objects.get(addressee_index=f"person {n}")
        assert letter.addressee == f"Person {n}"
        assert letter.remark == (None if n % 2 else f"r{n}")
    assert Reply.objects.get().remark == "r"


@pytest.mark.django_db
def test_a_second_run_rewrites_nothing(keys) -> None:
    letters(3)
    keys(BOTH)
    run()
    before = list(Letter.objects.order_by("pk").values_list("addressee"))
    assert "rewritten" not in run()
    after = list(Letter.objects.order_by("pk").values_list("addressee"))
    assert [value.data for (value,) in before] == [value.data for (value,) in after]


@pytest.mark.django_db
def test_an_interrupted_rotation_goes_on_where_it_was(keys) -> None:
    letters(10)
    keys(BOTH)
    table = letter_table()
    steps = rotate(table, ring=ring(), using="default", batch_size=4)
    assert next(steps).rewritten == 4
    steps.close()
    counts = count_by_key(table, using="default")
    assert counts["new"] + counts["old"] == 15
    assert counts["old"] > 0
    said = run()
    assert "vault_app_letter: 6 rows rewritten" in said
    assert count_by_key(table, using="default") == {"new": 15}


@pytest.mark.django_db
def test_the_report_changes_nothing(keys) -> None:
    letters(2)
    keys(BOTH)
    said = run(report=True)
    assert "vault_app_letter: 3 values under old" in said
    assert count_by_key(letter_table(), using="default") == {"old": 3}


@pytest.mark.django_db
def test_a_broken_row_is_named_and_stops_no_other(keys) -> None:
    broken, *others = letters(3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_app_letter SET addressee = "
            "set_byte(addressee, 20, get_byte(addressee, 20) # 1) WHERE id = %s",
            [broken.pk],
        )
    keys(BOTH)
    with pytest.raises(CommandError, match=rf"1 row.*retire no key(.|\n)*{broken.pk}"):
        run(batch_size=1)
    with pytest.raises(SealBroken):
        _ = Letter.objects.get(pk=broken.pk).addressee
    for letter in others:
        (value,) = Letter.objects.filter(pk=letter.pk).values_list("addressee", flat=True)
        assert key_id_of(value.data) == "new"


@pytest.mark.django_db
def test_a_row_under_a_key_that_is_gone_is_named(keys) -> None:
    letters(1)
    keys(AFTER)
    with pytest.raises(CommandError, match="'old', which the key ring does not hold"):
        run()
    with pytest.raises(CommandError, match="at least 1"):
        run(batch_size=0)


@pytest.mark.django_db
def test_an_unreadable_header_is_counted_apart(keys) -> None:
    letters(1)
    with connection.cursor() as cursor:
        cursor.execute(r"UPDATE vault_app_letter SET remark = '\x09'::bytea")
    assert count_by_key(letter_table(), using="default") == {"old": 1, "?": 1}


@pytest.mark.django_db(transaction=True)
def test_a_change_made_while_the_rotation_runs_is_not_lost(keys) -> None:
    (letter,) = letters(1)
    keys(BOTH)
    reached = threading.Event()

    def rotate_meanwhile() -> None:
        reached.set()
        try:
            list(rotate(letter_table(), ring=ring(), using="default"))
        finally:
            connections.close_all()

    with transaction.atomic():
        mine = Letter.objects.select_for_update().get(pk=letter.pk)
        mine.remark = "changed meanwhile"
        mine.save()
        other = threading.Thread(target=rotate_meanwhile)
        other.start()
        reached.wait(5)
        other.join(0.3)
        assert other.is_alive(), "the rotation waits for the row that is being changed"
    other.join(10)
    assert not other.is_alive()
    again = Letter.objects.get(pk=letter.pk)
    assert again.remark == "changed meanwhile"
    assert count_by_key(letter_table(), using="default") == {"new": 2}
