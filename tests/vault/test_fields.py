"""Sealed fields on a real table: what is stored, what opens, and what is refused in words."""

import pickle
import uuid

import pytest
from django.core.exceptions import FieldError, ValidationError
from django.core.management import CommandError, call_command
from django.core.serializers import serialize
from django.db import connection, models, transaction
from django.db.models import F
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext, isolate_apps

from compliance.sealing.aead import SealBroken
from compliance.vault.fields import Sealed, SealedBytesField, SealedJSONField, SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel
from tests.vault_app.models import Letter, Reply

pytestmark = pytest.mark.django_db


def stored(letter: Letter, column: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM vault_app_letter WHERE id = %s", [letter.pk])
        value = cursor.fetchone()[0]
        return None if value is None else bytes(value)


def test_what_was_saved_is_read_back_and_lies_sealed() -> None:
    letter = Letter.objects.create(
        addressee="Marie Côté",
        remark="À suivre",
        particulars={"rooms": [1, 2], "pet": None},
        scan=b"\x00\xff",
    )
    again = Letter.objects.get(pk=letter.pk)
    assert again.addressee == "Marie Côté"
    assert again.remark == "À suivre"
    assert again.particulars == {"rooms": [1, 2], "pet": None}
    assert again.scan == b"\x00\xff"
    for column in ("addressee", "remark", "particulars", "scan"):
        lying = stored(letter, column)
        assert lying is not None
        assert lying.startswith(b"\x01\x04test")
        assert b"Marie" not in lying


def test_nothing_and_the_empty_text_are_two_values() -> None:
    empty = Letter.objects.create(addressee="a", remark="", particulars={}, scan=b"")
    nothing = Letter.objects.create(addressee="b", remark=None)
    assert stored(nothing, "remark") is None
    assert stored(empty, "remark") is not None
    again = Letter.objects.get(pk=empty.pk)
    assert (again.remark, again.particulars, again.scan) == ("", {}, b"")
    again = Letter.objects.get(pk=nothing.pk)
    assert (again.remark, again.particulars, again.scan) == (None, None, None)
    assert Letter.objects.get(remark__isnull=True) == nothing
    assert Letter.objects.filter(remark__isnull=False).get() == empty


def test_a_value_is_opened_when_read_and_not_before() -> None:
    letter = Letter.objects.create(addressee="a", remark="r")
    again = Letter.objects.get(pk=letter.pk)
    assert isinstance(again.__dict__["addressee"], Sealed)
    assert again.addressee == "a"
    assert again.__dict__["addressee"] == "a"
    assert "sealed value" in repr(again.__dict__["remark"])


def test_values_do_not_print() -> None:
    Letter.objects.create(addressee="Marie")
    (row,) = Letter.objects.values("addressee")
    assert "Marie" not in str(row)
    assert isinstance(row["addressee"], Sealed)


def test_deferred_fields_are_loaded_when_read() -> None:
    letter = Letter.objects.create(addressee="a", remark="r")
    again = Letter.objects.defer("remark").get(pk=letter.pk)
    assert again.get_deferred_fields() == {"remark"}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert again.remark == "r"
        assert again.remark == "r"
    assert len(queries) == 1
    again = Letter.objects.only("posted").get(pk=letter.pk)
    again.posted = True
    again.save()
    assert Letter.objects.get(pk=letter.pk).addressee == "a"
    assert Letter.objects.get(posted=True) == letter


def test_refresh_and_pickle_keep_the_value() -> None:
    letter = Letter.objects.create(addressee="a", remark="r")
    letter.remark = "unsaved"
    letter.refresh_from_db()
    assert letter.remark == "r"
    again = pickle.loads(pickle.dumps(Letter.objects.get(pk=letter.pk)))
    assert again.remark == "r"


def test_saving_what_was_never_read_keeps_the_stored_bytes() -> None:
    letter = Letter.objects.create(addressee="a", remark="r")
    before = stored(letter, "remark")
    again = Letter.objects.get(pk=letter.pk)
    again.save()
    assert stored(letter, "remark") == before
    assert again.remark == "r"
    again.save()
    assert stored(letter, "remark") != before
    assert Letter.objects.get(pk=letter.pk).remark == "r"


def test_a_ciphertext_moved_to_another_row_or_column_does_not_open() -> None:
    one = Letter.objects.create(addressee="one", remark="first")
    two = Letter.objects.create(addressee="two", remark="second")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vault_app_letter SET remark = %s WHERE id = %s", [stored(one, "remark"), two.pk]
        )
        cursor.execute("UPDATE vault_app_letter SET remark = addressee WHERE id = %s", [one.pk])
    for letter in (one, two):
        with pytest.raises(SealBroken, match=f"vault_app_letter.remark:{letter.pk}"):
            _ = Letter.objects.get(pk=letter.pk).remark
    # What cannot be opened is not written back either.
    with pytest.raises(SealBroken):
        Letter.objects.get(pk=two.pk).save()


def test_a_row_copied_under_a_new_key_must_be_read_first() -> None:
    # The scan has no blind index, which would read it: the field alone must notice.
    letter = Letter.objects.create(addressee="one", scan=b"first")
    copy = Letter.objects.get(pk=letter.pk)
    copy.pk, copy._state.adding, copy.addressee = uuid.uuid4(), True, "two"
    with pytest.raises(SealBroken, match=f"scan:{copy.pk}"), transaction.atomic():
        copy.save()
    copy = Letter.objects.get(pk=letter.pk)
    assert copy.scan == b"first"
    copy.pk, copy._state.adding, copy.addressee = uuid.uuid4(), True, "two"
    copy.save()
    assert Letter.objects.get(pk=copy.pk).scan == b"first"


def test_bulk_create_seals_and_indexes() -> None:
    letters = Letter.objects.bulk_create(
        Letter(addressee=f"Person {n}", remark=None if n else "r") for n in range(5)
    )
    for n, letter in enumerate(letters):
        again = Letter.objects.get(addressee_index=f"PERSON {n}")
        assert again == letter
        assert again.addressee == f"Person {n}"


def test_a_child_table_shares_its_parents_columns() -> None:
    reply = Reply.objects.create(addressee="Zoé", remark="r", days=3)
    again = Reply.objects.get(addressee_index="zoe")
    assert (again.addressee, again.days) == ("Zoé", 3)
    assert Letter.objects.get(pk=reply.pk).remark == "r"


@pytest.mark.parametrize(
    "condition",
    [
        {"remark": "r"},
        {"remark": None},
        {"remark__in": ["r"]},
        {"remark__icontains": "r"},
        {"remark__gt": "r"},
        {"particulars__rooms": 1},
        {"scan": b"x"},
    ],
)
def test_a_sealed_field_is_not_filtered_on(condition: dict[str, object]) -> None:
    with pytest.raises(FieldError, match=r"vault_app\.Letter\..*BlindIndexField"):
        Letter.objects.filter(**condition)


def test_update_and_bulk_update_and_fixtures_are_refused_in_words() -> None:
    letter = Letter.objects.create(addressee="a", remark="r")
    for refused in ({"remark": "x"}, {"remark": F("addressee")}, {"scan": b"x"}):
        words = r"Letter\.(remark|scan) is sealed for one row"
        with pytest.raises(FieldError, match=words), transaction.atomic():
            Letter.objects.update(**refused)
    letter.remark = "x"
    with pytest.raises(FieldError, match="bulk_update"), transaction.atomic():
        Letter.objects.bulk_update([letter], ["remark"])
    with pytest.raises(FieldError, match="pg_dump"):
        serialize("json", [letter])
    letter.remark = F("addressee")
    with pytest.raises(FieldError, match="takes text: not F"), transaction.atomic():
        letter.save()
    assert Letter.objects.update(remark=None) == 1
    assert Letter.objects.get().remark is None


def test_the_wrong_type_is_refused_before_it_is_sealed() -> None:
    for wrong in ({"remark": 5}, {"particulars": {"a": 1.5}}, {"scan": "text"}):
        with pytest.raises(FieldError, match=r"takes (text|plain JSON|bytes)"):
            Letter.objects.create(addressee="a", **wrong)


def test_a_form_edits_a_sealed_field_and_checks_its_length() -> None:
    letter = Letter.objects.create(addressee="Marie", remark="r")
    form_class = modelform_factory(Letter, fields=["addressee", "remark", "particulars"])
    form = form_class(
        {"addressee": "Zoé", "remark": "", "particulars": '{"a": 1}'},
        instance=Letter.objects.get(pk=letter.pk),
    )
    assert form.initial["addressee"] == "Marie"
    form.save()
    again = Letter.objects.get(addressee_index="zoe")
    assert (again.remark, again.particulars) == (None, {"a": 1})
    assert form_class({"addressee": "x" * 40}).is_valid()
    assert "addressee" in form_class({"addressee": "x" * 41}).errors
    assert "addressee" in form_class({"addressee": ""}).errors
    with pytest.raises(ValidationError, match="float"):
        Letter(addressee="a", particulars={"a": 1.5}).full_clean()


def test_the_index_finds_and_keeps_out_the_same_text() -> None:
    letter = Letter.objects.create(addressee="Marie Côté", remark="Rue")
    assert Letter.objects.get(addressee_index=" marie  COTE ") == letter
    assert Letter.objects.get(addressee_index=letter.addressee_index) == letter
    assert Letter.objects.get(addressee_index__in=["x", "Marie Cote"]) == letter
    assert not Letter.objects.filter(addressee_index="marie").exists()
    assert not Letter.objects.filter(remark_index="Marie Côté").exists()
    assert len(letter.addressee_index) == 32
    with pytest.raises(ValidationError) as refusal:
        Letter(addressee="MARIE COTE", addressee_index="MARIE COTE").full_clean()
    assert "addressee_index" in refusal.value.error_dict
    for lookup in ("startswith", "gt", "contains"):
        with pytest.raises(FieldError, match="equality only"):
            Letter.objects.filter(**{f"addressee_index__{lookup}": "m"})


def test_the_index_follows_its_source_also_with_update_fields() -> None:
    letter = Letter.objects.create(addressee="Marie", remark="r")
    letter.addressee, letter.remark = "Zoé", None
    letter.save(update_fields=["addressee", "remark"])
    assert Letter.objects.get(addressee_index="zoe") == letter
    assert not Letter.objects.filter(addressee_index="marie").exists()
    assert Letter.objects.get(remark_index__isnull=True) == letter
    Letter.objects.update_or_create(pk=letter.pk, defaults={"addressee": "Ève"})
    assert Letter.objects.get(addressee_index="eve") == letter


def test_the_index_is_not_written_by_hand() -> None:
    letter = Letter.objects.create(addressee="Marie")
    for refused in ("Marie", b"x" * 32, F("remark_index")):
        with pytest.raises(FieldError, match="computed from addressee"), transaction.atomic():
            Letter.objects.update(addressee_index=refused)
    with pytest.raises(FieldError, match="bulk_update"), transaction.atomic():
        Letter.objects.bulk_update([letter], ["addressee_index"])
    letter.addressee_index = b"forged"
    letter.save()
    assert Letter.objects.get(addressee_index="marie") == letter


def test_the_fields_survive_a_migration() -> None:
    for name in ("addressee", "addressee_index", "remark", "remark_index", "particulars", "scan"):
        field = Letter._meta.get_field(name)
        copy = field.clone()
        assert copy.deconstruct()[1:] == field.deconstruct()[1:]
        assert type(copy) is type(field)


@isolate_apps("tests.vault_app")
def test_the_checks_name_what_is_wrong_with_a_model() -> None:
    class Counted(models.Model):
        text = SealedTextField()
        text_index = BlindIndexField(source="texte", purpose="t")

        class Meta:
            app_label = "vault_app"

    class Undefaulted(models.Model):
        id = models.UUIDField(primary_key=True)
        scan = SealedBytesField()

        class Meta:
            app_label = "vault_app"

    class Indexed(SealedModel):
        one = SealedTextField(unique=True)
        two = SealedJSONField(db_index=True)
        three = SealedTextField(db_default="x")
        fine = SealedTextField()

        class Meta:
            app_label = "vault_app"

    def found(model: type[models.Model]) -> list[tuple[str, str]]:
        messages = [m for m in model.check() if m.id and m.id.startswith("compliance_vault")]
        return [(m.obj.name, m.id.removeprefix("compliance_vault.")) for m in messages]

    assert found(Counted) == [("text", "E001"), ("text_index", "E003"), ("text_index", "E004")]
    assert found(Undefaulted) == [("scan", "E001")]
    assert found(Indexed) == [("one", "E002"), ("two", "E002"), ("three", "E002")]
    assert found(Letter) == []
    assert found(Reply) == []


@isolate_apps("tests.vault_app")
def test_models_of_one_abstract_parent_bind_to_their_own_tables() -> None:
    class Paper(SealedModel):
        text = SealedTextField()

        class Meta:
            abstract = True
            app_label = "vault_app"

    class Bill(Paper):
        class Meta:
            app_label = "vault_app"

    class Note(Paper):
        class Meta:
            app_label = "vault_app"

    for model, table in ((Bill, "vault_app_bill"), (Note, "vault_app_note")):
        paper = model()
        assert model.text.field.context_for(paper) == f"{table}.text:{paper.pk}".encode()


def test_a_renamed_table_keeps_its_values_under_the_old_label() -> None:
    field = SealedTextField(seal_label="old_table.old_column", name="remark")
    field.model = Letter
    assert field.context_of(uuid.UUID(int=1)).startswith(b"old_table.old_column:00000000")
    assert field.deconstruct()[3]["seal_label"] == "old_table.old_column"


def test_an_installation_without_keys_does_not_pass_the_checks(settings) -> None:
    call_command("check")
    for keys, words in ((None, "is empty"), ("active = k", "no `index"), ("file:/nowhere", "read")):
        settings.COMPLIANCE = settings.COMPLIANCE | {"DATA_KEYS": keys}
        with pytest.raises((CommandError, SystemExit), match=words):
            call_command("check")
