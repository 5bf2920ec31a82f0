"""Queries compiled once and rows written together say and do what the ORM does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry, Judgement
from compliance.audit.services import entry_rows
from compliance.prepared.cursor import numbered
from compliance.prepared.journeys import fewer_journeys
from compliance.prepared.queries import PreparedQuery
from compliance.prepared.writing import insert_together
from equity.models import Offering
from investors.models import Identification, Person
from tests import factories as f

pytestmark = pytest.mark.django_db


def _offerings(offering: UUID) -> QuerySet[Offering]:
    return (
        Offering.objects.filter(pk=offering)
        .select_related("issuer", "portal")
        .annotate(principals=Count("issuer__principals"), year_ahead=F("last_day"))
    )


def person_row(**fields: object) -> Person:
    return Person(province="QC", created_at=f.OPENED, **fields)


def identification(person: Person, expires_on: date | None = None) -> Identification:
    return Identification(person=person, method="mail", verified_at=f.OPENED, expires_on=expires_on)


def test_a_prepared_query_answers_as_the_queryset() -> None:
    casts = [f.open_offering(), f.open_offering("community_bond")]
    prepared: PreparedQuery[Offering] = PreparedQuery(_offerings, offering=UUID)
    for cast in (*casts, *casts):
        told, asked = prepared.one(offering=cast.offering.pk), _offerings(cast.offering.pk).get()
        for field in Offering._meta.concrete_fields:
            assert getattr(told, field.attname) == getattr(asked, field.attname)
        assert told.principals == asked.principals == 2  # type: ignore[attr-defined]
        assert told.year_ahead == asked.year_ahead  # type: ignore[attr-defined]
        with CaptureQueriesContext(connection) as queries:
            assert (told.issuer.name, told.portal.name) == (cast.issuer.name, cast.portal.name)
        assert len(queries) == 0


def test_sealed_values_open_and_days_compare() -> None:
    person = f.make_person("Zoé", "Lacœur")
    identification(person, date(2026, 3, 2)).save()

    def current(person: UUID, on: date) -> QuerySet[Person]:
        return Person.objects.filter(pk=person, identifications__expires_on__gte=on)

    prepared: PreparedQuery[Person] = PreparedQuery(current, person=UUID, on=date)
    (found,) = prepared.all(person=person.pk, on=date(2026, 3, 2))
    assert found.display_name == "Zoé Lacœur"
    assert list(prepared.all(person=person.pk, on=date(2026, 3, 3))) == []
    with pytest.raises(ObjectDoesNotExist):
        prepared.one(person=uuid4(), on=date(2026, 3, 2))


def test_a_value_that_does_not_reach_the_statement_is_refused() -> None:
    prepared: PreparedQuery[Person] = PreparedQuery(
        lambda person, kind: Person.objects.filter(pk=person), person=UUID, kind=str
    )
    with pytest.raises(ValueError, match="does not use kind"):
        prepared.one(person=uuid4(), kind="person")


def test_only_kinds_that_can_be_marked_are_taken() -> None:
    prepared: PreparedQuery[Person] = PreparedQuery(
        lambda number: Person.objects.filter(pk=number), number=int
    )
    with pytest.raises(ValueError, match="not int"):
        prepared.one(number=1)


def test_places_are_numbered_and_percent_signs_stay() -> None:
    assert numbered("SELECT '10%%', %s, '%%s', %s") == "SELECT '10%', $1, '%s', $2"


def test_rows_of_several_models_are_written_by_one_statement() -> None:
    person = person_row(first_name="Léo", email="leo@courriel.example")
    with CaptureQueriesContext(connection) as queries:
        insert_together(person, identification(person), identification(person, date(2030, 1, 1)))
    assert len(queries) == 1
    saved = Person.objects.get(email_index="leo@courriel.example")
    assert saved.first_name == "Léo"
    expected = {None, date(2030, 1, 1)}
    assert set(saved.identifications.values_list("expires_on", flat=True)) == expected
    assert not person._state.adding


def test_an_entry_written_together_gets_its_position_and_its_place_in_the_trail() -> None:
    person = f.make_person()
    last = Entry.objects.latest("position").position
    entry, *judgements = entry_rows(
        actor=SYSTEM, action="investors:person:register", subject=person, at=f.OPENED
    )
    insert_together(entry, *judgements)
    assert Entry.objects.get(pk=entry.pk).position > last
    assert not Judgement.objects.filter(entry=entry.pk).exists()


def test_all_rows_or_none() -> None:
    person = person_row()
    twin = person_row(id=person.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together(person, identification(person), twin)
    assert not Person.objects.filter(pk=person.pk).exists()
    with pytest.raises(ValueError, match="nothing to insert"):
        insert_together()


@pytest.mark.django_db(transaction=True)
def test_with_fewer_journeys_a_failure_still_rolls_everything_back() -> None:
    kept, lost = person_row(), person_row()
    with fewer_journeys(), transaction.atomic():
        insert_together(kept)
    with pytest.raises(IntegrityError), fewer_journeys(), transaction.atomic():
        insert_together(lost, person_row(id=kept.pk))
    assert set(Person.objects.values_list("pk", flat=True)) == {kept.pk}
    # The connection is fit for work, with and without.
    with fewer_journeys(), transaction.atomic():
        insert_together(lost)
    assert Person.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_checked_at_the_commit_is_refused_at_the_commit() -> None:
    stray = identification(person_row())
    with pytest.raises(IntegrityError), fewer_journeys(), transaction.atomic():
        insert_together(stray)
    assert not Identification.objects.exists()


def test_inside_a_transaction_failures_are_known_at_once() -> None:
    person = f.make_person()
    with fewer_journeys(), pytest.raises(IntegrityError), transaction.atomic():
        insert_together(person_row(id=person.pk))
    assert Person.objects.filter(pk=person.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_query_prepared_by_one_thread_serves_another() -> None:
    person = f.make_person()
    prepared: PreparedQuery[Person] = PreparedQuery(
        lambda person: Person.objects.filter(pk=person), person=UUID
    )
    assert prepared.one(person=person.pk) == person
    found: list[Person] = []

    def ask() -> None:
        try:
            found.append(prepared.one(person=person.pk))
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [person]
    assert found[0].created_at - person.created_at == timedelta(0)


def test_our_statements_are_prepared_and_nobody_elses() -> None:
    person = f.make_person()
    prepared: PreparedQuery[Person] = PreparedQuery(
        lambda person: Person.objects.filter(pk=person), person=UUID
    )
    for _ in range(3):
        prepared.one(person=person.pk)
        Person.objects.get(pk=person.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE NOT from_sql")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert sum('FROM "investors_person"' in statement for statement in kept) == 1
    assert all("$1" in statement for statement in kept)


class Away(Exception):  # noqa: N818 - it stands for a refusal
    """What an act raises that has nothing to do with the database."""


@contextmanager
def _left_in_the_middle(link: psycopg.Connection) -> Iterator[None]:
    """A pipeline as it ends when the server crashed: its failure is logged, and the link waits for
    an answer that never comes (seen under fire; only a crash of the whole server makes it so)."""
    try:
        yield
    finally:
        link.pgconn.send_query(b"SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_with_fewer_journeys_a_lost_link_is_never_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Connection, "pipeline", _left_in_the_middle)
        with pytest.raises(Away), fewer_journeys():
            raise Away
    assert User.objects.count() == 0
