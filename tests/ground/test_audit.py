"""The trail: written with the deed, never changed, discreet, and summed up in one root."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.audit import actions
from compliance.audit.actions import Action, UnknownAction, register, registered, wording
from compliance.audit.discretion import NotDiscreet, canonical_text, discreet
from compliance.audit.models import Entry, Judgement
from compliance.audit.selectors import count, head, trail
from compliance.audit.services import Judged, record
from compliance.audit.tree.leaves import canonical
from compliance.rules.kernel.catalogue import Rule
from compliance.rules.kernel.findings import Finding
from compliance.sealing.canonical import CanonicalError, canonical_bytes
from compliance.sealing.merkle import EMPTY_ROOT, root_of

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
INVESTOR = Actor(Role.INVESTOR, uuid.UUID(int=7), "Marie Côté")
OFFERING = ("equity.offering", uuid.UUID(int=1))
TAG = "tests:thing:done"


@pytest.fixture(autouse=True)
def _tag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "_register", dict(actions._register))
    register(Action(TAG, fr="Chose faite", en="Thing done"))


def finding(code: str, *, met: bool, room: Decimal | None = None, **figures: object) -> Finding:
    rule = object.__new__(Rule)
    object.__setattr__(rule, "code", code)
    return Finding(rule, met, figures, room)


def judged(*findings: Finding, question: str = "subscription") -> Judged:
    return Judged(
        question=question,
        on=date(2026, 3, 2),
        rulebook_digest="ab" * 32,
        facts={"province": "QC", "amount": Decimal("2500.00"), "born": None, "dealer": False},
        findings=findings,
    )


def write(**changed: object) -> Entry:
    arguments = {"actor": INVESTOR, "action": TAG, "subject": OFFERING, "at": AT} | changed
    with transaction.atomic():
        return record(**arguments)


@pytest.mark.django_db
def test_an_entry_tells_who_did_what_to_what_and_when() -> None:
    entry = write(payload={"amount": Decimal("25.00"), "on": date(2026, 3, 2), "parts": (1, 2)})
    again = Entry.objects.get(pk=entry.pk)
    assert again.at == AT
    assert (again.actor_role, again.actor_id) == ("investor", INVESTOR.id)
    assert (again.subject_type, again.subject_id) == OFFERING
    assert again.payload == {"amount": "25.00", "on": "2026-03-02", "parts": [1, 2]}
    assert again.position == entry.position > 0
    assert write().position > entry.position


@pytest.mark.django_db
def test_an_entry_keeps_every_judgement_with_its_findings() -> None:
    refused = finding("purchaser.limit", met=False, room=Decimal("100.00"), used=Decimal("2400"))
    met = finding("offering.open", met=True, on=date(2026, 3, 2), missing=("QC", "ON"))
    entry = write(judgements=[judged(met, refused), judged(met, question="portal")])
    first, second = Judgement.objects.filter(entry=entry).order_by("rank")
    assert (first.question, first.met, second.question, second.met) == (
        "subscription",
        False,
        "portal",
        True,
    )
    assert first.findings[1] == {
        "code": "purchaser.limit",
        "met": False,
        "figures": {"used": "2400.00"},
        "room": "100.00",
    }
    assert first.findings[0]["figures"] == {"on": "2026-03-02", "missing": ["QC", "ON"]}
    assert first.facts == '{"amount":"2500.00","born":null,"dealer":false,"province":"QC"}'
    assert first.rulebook_digest == "ab" * 32
    assert first.on == date(2026, 3, 2)


@pytest.mark.django_db
def test_one_statement_for_an_entry_and_one_for_all_its_judgements() -> None:
    with transaction.atomic():
        with CaptureQueriesContext(connection) as alone:
            record(actor=SYSTEM, action=TAG, subject=OFFERING, at=AT)
        with CaptureQueriesContext(connection) as judging:
            record(
                actor=SYSTEM,
                action=TAG,
                subject=OFFERING,
                at=AT,
                judgements=[judged(finding("a.b", met=True)) for _ in range(5)],
            )
    assert len(alone) == 1
    assert len(judging) == 2


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(TransactionManagementError, match=r"transaction\.atomic"):
        record(actor=SYSTEM, action=TAG, subject=OFFERING, at=AT)
    assert count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_when_its_deed_is_rolled_back() -> None:
    with transaction.atomic():
        write()
        assert count() == 1
        transaction.set_rollback(True)
    assert count() == 0
    write()
    assert count() == 1


@pytest.mark.django_db
def test_the_subject_is_a_row_or_a_pair(marie: User) -> None:
    for subject in (marie, (User, marie.pk), ("compliance_accounts.user", str(marie.pk))):
        write(subject=subject)
    mine = [entry for entry in trail(marie) if entry.action == TAG]
    assert len(mine) == 3
    assert {entry.subject_type for entry in mine} == {"compliance_accounts.user"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"action": "tests:thing:undone"}, UnknownAction, "No action"),
        ({"at": datetime(2026, 3, 2)}, ValueError, "time zone"),  # noqa: DTZ001 - refused
        ({"subject": ("offering", uuid.UUID(int=1))}, ValueError, r"app\.model"),
        ({"subject": ("equity.offering", "one")}, ValueError, "UUID"),
        ({"payload": {"amount": 2.5}}, CanonicalError, "float"),
        ({"payload": {"name": "Marie Côté"}}, NotDiscreet, r"value\.name"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(changed, error, words) -> None:
    with pytest.raises(error, match=words):
        write(**changed)
    assert count() == 0


@pytest.mark.django_db
def test_a_judgement_with_personal_data_is_refused_before_the_entry_is_written() -> None:
    for wrong in (
        judged(finding("a.b", met=True, who="Marie Côté")),
        Judged("q", date(2026, 3, 2), "", {"email": "marie@exemple.ca"}, ()),
    ):
        with transaction.atomic():
            with pytest.raises(NotDiscreet):
                record(actor=SYSTEM, action=TAG, subject=OFFERING, at=AT, judgements=[wrong])
            assert count() == 0


@pytest.mark.parametrize(
    "text",
    ["Marie Côté", "marie@exemple.ca", "two words", "é", "a" * 201, "line\n", "1 rue X", "a,b c"],
)
def test_the_trail_holds_no_sentence_name_or_address(text: str) -> None:
    for value in (text, [text], {"k": text}, {text: 1}, {"a": [{"b": text}]}):
        with pytest.raises(NotDiscreet) as refusal:
            discreet(value)
        assert text not in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 200,
        "2500.00",
        "2026-03-02T14:00:00Z",
        "6b1c1c62-9d3b-4d3c-8f6a-0c2f5a6d7e8f",
        "duty.file_exempt_report",
        "5(1)(c)",
        "ab" * 32,
    ],
)
def test_ids_codes_amounts_and_dates_are_held(text: str) -> None:
    assert discreet({"k": [text, 1, True, None]}) == {"k": [text, 1, True, None]}


codes = st.text("abcXYZ019_.:+-/=#()*%", max_size=6)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | codes,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(codes, inner, max_size=6),
        max_leaves=15,
    )
)
def test_the_fast_canonical_text_of_discreet_values_is_the_general_one(value: object) -> None:
    assert canonical_text(value).encode() == canonical_bytes(value)


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["compliance_audit_entry", "compliance_audit_judgement"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "UPDATE {} SET id = id WHERE false",
        "DELETE FROM {}",
        "TRUNCATE {} CASCADE",
        "INSERT INTO {0} OVERRIDING SYSTEM VALUE TABLE {0} ON CONFLICT (id) DO UPDATE SET id=NULL",
    ],
)
def test_the_database_refuses_to_change_or_forget(table: str, statement: str) -> None:
    write(judgements=[judged(finding("a.b", met=True))])
    with connection.cursor() as cursor:
        # Else TRUNCATE fails already because the foreign keys of this transaction are unchecked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert count() == 1


@pytest.mark.django_db
def test_every_route_of_the_orm_is_refused_too() -> None:
    entry = write(judgements=[judged(finding("a.b", met=True))])
    judgement = Judgement.objects.get()
    attempts = [
        lambda: Entry.objects.update(action="x:y:z"),
        lambda: Judgement.objects.all().delete(),
        lambda: judgement.delete(),
        lambda: Judgement.objects.filter(pk=judgement.pk).update(met=False),
        lambda: Entry.objects.bulk_update([entry], ["action"]),
        lambda: entry.save(),
    ]
    for attempt in attempts:
        with (
            pytest.raises(DatabaseError, match=r"append-only|only be updated to DEFAULT"),
            transaction.atomic(),
        ):
            attempt()
    assert Entry.objects.get().action == TAG


@pytest.mark.django_db
def test_nobody_chooses_a_position() -> None:
    write()
    early = Entry(
        position=-5,
        at=AT,
        actor_role="system",
        action=TAG,
        subject_type="a.b",
        subject_id=uuid.uuid4(),
        payload={},
    )
    with pytest.raises(DatabaseError, match="position"), transaction.atomic():
        early.save(force_insert=True)
    columns = "id, at, actor_role, actor_id, action, subject_type, subject_id, payload"
    for position in (-5, 10_000, "(SELECT max(position) FROM compliance_audit_entry)"):
        with (
            pytest.raises(DatabaseError, match=r"not chosen|duplicate key"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"INSERT INTO compliance_audit_entry (position, {columns}) OVERRIDING SYSTEM VALUE "
                f"SELECT {position}, gen_random_uuid(), {columns[4:]} FROM compliance_audit_entry"
            )
    assert count() == 1


@pytest.mark.django_db
def test_the_database_knows_the_roles_and_who_has_an_id() -> None:
    for role, key in (("nobody", uuid.uuid4()), ("officer", None), ("system", uuid.uuid4())):
        with pytest.raises(DatabaseError, match="audit_entry"), transaction.atomic():
            Entry.objects.create(
                at=AT,
                actor_role=role,
                actor_id=key,
                action=TAG,
                subject_type="a.b",
                subject_id=uuid.uuid4(),
                payload={},
            )


@pytest.mark.django_db
def test_the_trail_of_one_subject_is_in_order_with_its_judgements_in_three_queries() -> None:
    other = ("equity.offering", uuid.UUID(int=2))
    for n in range(4):
        write(payload={"n": n}, judgements=[judged(finding("a.b", met=True))])
        write(subject=other)
    with CaptureQueriesContext(connection) as queries:
        told = [(entry.payload["n"], len(entry.judgements.all())) for entry in trail(OFFERING)]
    assert told == [(0, 1), (1, 1), (2, 1), (3, 1)]
    assert len(queries) == 2


@pytest.mark.django_db
def test_the_head_is_the_root_over_all_entries_in_order() -> None:
    assert head() == EMPTY_ROOT.hex()
    entries = [write(payload={"n": n}) for n in range(3)]
    entries.append(write(judgements=[judged(finding("a.b", met=True))]))
    expected = root_of(canonical(entry) for entry in entries).hex()
    assert head() == expected
    assert count() == 4
    write()
    assert head() != expected


@pytest.mark.django_db
def test_the_head_moves_with_every_altered_byte_order_and_loss() -> None:
    for n in range(3):
        write(payload={"n": n}, judgements=[judged(finding("a.b", met=True))])
    before = head()
    for tampering in (
        "UPDATE compliance_audit_entry SET payload = '{\"n\": 9}' WHERE payload = '{\"n\": 1}'",
        "UPDATE compliance_audit_entry SET at = at + interval '1 microsecond'",
        "UPDATE compliance_audit_entry SET actor_id = gen_random_uuid()",
        "UPDATE compliance_audit_judgement SET met = false",
        "UPDATE compliance_audit_judgement SET facts = replace(facts, 'QC', 'ON')",
        "DELETE FROM compliance_audit_judgement WHERE rank = 0",
        "UPDATE compliance_audit_entry SET position = DEFAULT WHERE payload = '{\"n\": 0}'",
    ):
        with transaction.atomic():  # The owner may switch triggers off: the tree shows it.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE compliance_audit_entry DISABLE TRIGGER USER")
                cursor.execute("ALTER TABLE compliance_audit_judgement DISABLE TRIGGER USER")
                cursor.execute(tampering)
                assert cursor.rowcount > 0
            assert head() != before
            transaction.set_rollback(True)
        assert head() == before


def test_the_words_are_apart_from_the_tag() -> None:
    assert wording(TAG, "fr") == "Chose faite"
    assert wording(TAG, "en") == "Thing done"
    with pytest.raises(ValueError, match="fr and en"):
        wording(TAG, "de")
    with pytest.raises(UnknownAction):
        wording("tests:thing:undone", "fr")


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (Action("tests:thing", "a", "b"), "not an action tag"),
        (Action("tests:thing:Done", "a", "b"), "not an action tag"),
        (Action("tests:thing:" + "d" * 69, "a", "b"), "not an action tag"),
        (Action("tests:thing:done", "Autre chose", "b"), "different words"),
        (Action("tests:thing:other", " ", "b"), "both languages"),
        (Action("tests:thing:other", "a", ""), "both languages"),
    ],
)
def test_a_malformed_or_clashing_action_is_not_registered(action: Action, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        register(action)
    assert wording(TAG, "fr") == "Chose faite"


def test_the_apps_actions_are_found_at_start_up() -> None:
    tags = {action.tag for action in registered()}
    assert {"accounts:role:grant", "accounts:user:create", "casework:case:open"} <= tags
    register(Action("tests:thing:" + "d" * 68, "a", "b"))
