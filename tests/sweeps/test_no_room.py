"""Sweeps on a full disk, and while the database goes away: told in words, done when it is back."""

import errno
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from compliance.audit import clock
from compliance.audit.guard.fitness import AwayError
from compliance.outbox.delivery import MOST_ATTEMPTS, deliver
from compliance.outbox.models import Heard
from documents import services
from documents.models import Document, DocumentContent
from documents.render import Rendered
from equity import sweeps
from equity.models import Offering
from equity.sweeps import Swept, render_documents, sweep_all
from tests.factories import OPENED, open_offering
from tests.filling import refusing
from tests.sweeps.test_delivery import put

LATER = OPENED + timedelta(minutes=1)
FULL = "The database has no room left on its disk (53100)"
PICTURE = Rendered(pdf=b"%PDF-1.7", sha256="5" * 64, pages=1)


@pytest.fixture(autouse=True)
def heard(caplog: pytest.LogCaptureFixture) -> None:
    """Warnings too, which a production shows."""
    caplog.set_level(logging.WARNING)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Two documents that have no bytes; what they would look like is of no matter here."""
    monkeypatch.setattr(services, "render", lambda *args, **kwargs: PICTURE)
    open_offering()
    first, second, *others = Document.objects.order_by("issued_at", "pk")
    Document.objects.filter(pk__in=[one.pk for one in others]).update(sha256="elsewhere")
    return [first, second]


def without_bytes() -> set[object]:
    return set(Document.objects.filter(sha256="").values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_document_without_room_is_told_in_words_and_holds_no_other(
    waiting: list[Document], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = waiting
    with refusing(DocumentContent, condition=f"NEW.document_id = '{first.pk}'"):
        assert render_documents(LATER).done == {"documents_rendered": 1, "failed": 1}
    (told,) = caplog.records
    assert told.getMessage().endswith(f"{FULL}.")
    assert str(first.pk) in told.getMessage()
    assert (told.levelno, told.exc_info) == (logging.WARNING, None)
    assert without_bytes() == {first.pk}
    assert DocumentContent.objects.get().document_id == second.pk
    assert render_documents(LATER).done == {"documents_rendered": 1}
    assert without_bytes() == set()


@pytest.mark.django_db
def test_a_disk_without_room_for_what_a_document_is_made_of(
    waiting: list[Document], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_room(*args: object, **kwargs: object) -> Rendered:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(services, "render", no_room)
        assert render_documents(LATER).done == {"documents_rendered": 0, "failed": 2}
    assert {(one.levelno, one.exc_info) for one in caplog.records} == {(logging.WARNING, None)}
    assert render_documents(LATER).done == {"documents_rendered": 2}


@pytest.mark.django_db
def test_a_bug_keeps_its_stack_trace(
    waiting: list[Document], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(services, "render", lambda *args, **kwargs: 1 / 0)
    assert render_documents(LATER).done["failed"] == 2
    assert all(one.exc_info and one.levelno == logging.ERROR for one in caplog.records)


@pytest.mark.django_db
def test_every_sweep_that_meets_the_full_disk_leaves_its_work_for_the_next(
    waiting: list[Document],
) -> None:
    open_offering()
    end = OPENED + timedelta(days=100)
    with refusing(Heard), refusing(Offering, "UPDATE"):
        told, trouble = StringIO(), StringIO()
        for swept in sweep_all(at=end):
            assert swept.trouble == "", swept
            if swept.sweep in ("time", "mails"):
                assert swept.done["failed"] > 0
                assert sum(swept.done.values()) == swept.done["failed"]
        call_command("tick", stdout=told, stderr=trouble)
    assert "tick: mails: failed" in told.getvalue()
    assert not Heard.objects.exists()
    again = {swept.sweep: swept.done for swept in sweep_all(at=end)}
    assert again["time"]["failed"] == again["mails"]["failed"] == 0
    assert again["time"]["last_day_passed"] == 2
    assert again["mails"]["mails_written"] > 0


@pytest.mark.django_db(transaction=True)
def test_a_server_that_ends_the_connection_is_told_once_and_the_others_work(
    waiting: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def ended(*args: object, **kwargs: object) -> Rendered:
        seen.append(args)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (number,) = cursor.fetchone()
        known = connection.get_connection_params()
        names = ("host", "port", "user", "password", "dbname")
        given = {name: known[name] for name in names if name in known}
        with psycopg.connect(**given, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [number])
        return PICTURE

    with monkeypatch.context() as going:
        going.setattr(services, "render", ended)
        found = list(sweep_all(at=LATER))
    assert len(seen) == 1, "the next document would meet the same: the sweep is over"
    told = [one for one in found if one.trouble]
    assert [one.sweep for one in told] == ["render_documents"]
    assert told[0].trouble.startswith("The database does not answer: ")
    assert "Nothing is lost" in told[0].trouble
    assert next(one for one in found if one.sweep == "mails").done["mails_written"] > 0
    assert len(without_bytes()) == 2
    assert render_documents(LATER).done == {"documents_rendered": 2}


@pytest.mark.django_db
def test_a_process_of_its_own_says_that_the_database_is_away_and_goes_on_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds: list[str] = []
    answers = iter([None, AwayError("The database does not answer."), None])

    def fit() -> None:
        if error := next(answers):
            raise error

    def swept(*, at: object) -> Iterator[Swept]:
        rounds.append("swept")
        return iter(())

    def pause(seconds: int) -> None:
        rounds.append(f"slept {seconds}")
        if len(rounds) > 4:
            raise KeyboardInterrupt

    monkeypatch.setattr("equity.management.commands.tick.require_fit", fit)
    monkeypatch.setattr("equity.management.commands.tick.sweep_all", swept)
    monkeypatch.setattr("compliance.audit.clock.read", clock.Reading)
    monkeypatch.setattr("time.sleep", pause)
    trouble = StringIO()
    call_command("tick", every=30, stdout=StringIO(), stderr=trouble)
    assert rounds == ["swept", "slept 30", "slept 30", "swept", "slept 30"]
    assert trouble.getvalue().count("The database does not answer. Nothing is lost") == 1


class FullDisk(EmailBackend):
    """Writes mails to a disk without room."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.django_db
def test_a_mail_that_finds_no_room_waits_however_long_and_costs_no_attempt(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    message = put()
    settings.EMAIL_BACKEND = "tests.sweeps.test_no_room.FullDisk"
    for _ in range(MOST_ATTEMPTS + 1):
        done = deliver()
        assert (done.sent, done.refused, done.given_up) == (0, 0, 0)
        assert done.trouble.startswith("The disk has no room left. The messages wait")
    message.refresh_from_db()
    assert (message.attempts, message.claim, message.last_error) == (0, None, "no_room")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver().sent == 1
    assert len(mailoutbox) == 1


@pytest.mark.django_db
def test_a_sweep_that_fails_by_a_bug_is_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(at: object) -> Swept:
        raise KeyError("a bug")

    monkeypatch.setattr(sweeps, "SWEEPS", (broken,))
    (swept,) = sweep_all(at=LATER)
    assert swept.trouble == "broken failed (KeyError); see the log."
    assert caplog.records[0].exc_info
