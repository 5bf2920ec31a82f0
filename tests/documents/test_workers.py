"""Documents made by several processes: once each, whoever is killed and whatever fails."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection

from documents import services, workers
from documents.models import Document, DocumentContent
from documents.render import Rendered
from documents.samples import samples
from documents.services import FAILED, first_document, render_some
from documents.workers import LOST, PEAK_KIB, RENDERED, render_waiting, waiting_count
from tests.documents.deadly import DEADLY, serve_until_deadly
from tests.factories import OPENED

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
KIND = "withdrawal_notice"


def issue(count: int) -> list[UUID]:
    """Documents that wait for their bytes."""
    facts = samples("fr")[KIND]
    made = [
        first_document(
            facts=facts, offering_id=uuid4(), subject=("s", uuid4()), person_id=None, at=OPENED
        )
        for _ in range(count)
    ]
    Document.objects.bulk_create(made)
    return [one.pk for one in made]


def spoil(pk: UUID) -> None:
    """Facts that no template can set: a key is missing."""
    document = Document.objects.get(pk=pk)
    document.facts = {name: fact for name, fact in document.facts.items() if name != "issuer"}
    document.save(update_fields=["facts"])


def whole() -> None:
    """Each document has its bytes, once, and they are those that its row names."""
    assert waiting_count() == 0
    assert DocumentContent.objects.count() == Document.objects.count()
    (expected,) = set(Document.objects.values_list("sha256", flat=True))
    assert len(expected) == 64


def test_workers_make_each_document_once_and_none_holds_the_others() -> None:
    ids = issue(24)
    spoil(ids[3])
    told: list[int] = []
    done = render_waiting(at=OPENED, workers=2, told=told.append)
    assert (done[RENDERED], done[FAILED], done[LOST]) == (23, 1, 0)
    assert sum(told) == 24
    # A worker is as large as Django and the fonts, whatever it made.
    assert 0 < done[PEAK_KIB] < 300 * 1024
    assert set(Document.objects.filter(sha256="").values_list("pk", flat=True)) == {ids[3]}


def halves() -> int:
    """Documents whose row names bytes that are not there, and bytes whose row names none."""
    ready = set(Document.objects.exclude(sha256="").values_list("pk", flat=True))
    return len(ready ^ set(DocumentContent.objects.values_list("document_id", flat=True)))


def test_what_a_worker_that_is_killed_had_in_hand_is_made_in_the_same_run() -> None:
    issue(32)

    def kill(more: int) -> None:
        if not killed:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)

    killed: list[int] = []
    done = render_waiting(at=OPENED, workers=2, told=kill)
    assert done[LOST] == len(killed) == 1
    assert done[FAILED] == 0
    assert halves() == 0
    whole()


@pytest.mark.parametrize("broken", [False, True])
def test_a_document_that_kills_its_worker_holds_no_other(
    broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken copy leaves the seven beside it to the next run, where it kills again."""
    ids = issue(16)
    deadly = Document.objects.get(pk=ids[3])
    deadly.facts["reference"] = DEADLY
    deadly.save(update_fields=["facts"])
    monkeypatch.setattr(workers, "serve", serve_until_deadly)
    if broken:
        monkeypatch.setattr(workers._Crew, "_hand_out_again", lambda self, order: None)
    told: list[int] = []
    done = render_waiting(at=OPENED, workers=2, told=told.append)
    left = set(Document.objects.filter(sha256="").values_list("pk", flat=True))
    assert deadly.pk in left
    assert halves() == 0
    if broken:
        assert (done[RENDERED], done[LOST], len(left)) == (8, 1, 8)
    else:
        assert (done[RENDERED], done[FAILED], done[LOST], len(left)) == (15, 1, 2, 1)
        assert sum(told) == 16


def test_another_run_at_the_same_time_takes_what_is_free_and_doubles_nothing() -> None:
    ids = issue(32)
    taken: list[Document] = []

    def compete(more: int) -> None:
        if not taken:
            taken.extend(render_some(ids[16:24], at=OPENED))

    done = render_waiting(at=OPENED, workers=2, told=compete)
    assert taken
    assert (done[RENDERED] + len(taken), done[FAILED]) == (32, 0)
    whole()


def test_a_run_that_is_killed_is_gone_on_with(tmp_path: Path) -> None:
    """The command itself is killed: its workers end by themselves, with nothing half done."""
    issue(48)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.sweeps.worker_settings",
        "SWEEPS_DATABASE": str(connection.settings_dict["NAME"]),
        "SWEEPS_BROKER": "memory://",
    }
    command = [sys.executable, "manage.py", "render_documents", "--workers", "2"]
    with (tmp_path / "told").open("w") as told:
        run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=told, stderr=told)
        try:
            wait_until(lambda: waiting_count() < 48 or run.poll() is not None)
            assert run.poll() is None, (tmp_path / "told").read_text()
        finally:
            run.kill()
            run.wait()
    wait_until(lambda: not held())
    assert 0 < waiting_count() < 48
    assert halves() == 0
    assert render_waiting(at=OPENED, workers=1)[FAILED] == 0
    whole()


def held() -> int:
    """Transactions of others in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND state LIKE '%in transaction%'"
        )
        (count,) = cursor.fetchone()
    return int(count)


def wait_until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not there():
        assert time.monotonic() < until
        time.sleep(0.05)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(("order", "held"), [("?", 1), ("issued_at", 20)])
def test_a_document_that_kills_this_very_process_holds_nobody_for_good(
    monkeypatch: pytest.MonkeyPatch, order: str, held: int
) -> None:
    """The broken copy begins with the oldest each time, and never gets past it."""
    ids = issue(20)
    Document.objects.filter(pk=ids[0]).update(issued_at=OPENED - timedelta(days=1))
    waiting = services._waiting

    def render_or_die(document: Document) -> Rendered:
        if document.pk == ids[0]:
            raise Killed
        return Rendered(b"%PDF", "ab" * 32, 1)

    monkeypatch.setattr(services, "_rendered", render_or_die)
    monkeypatch.setattr(services, "_waiting", lambda _: waiting(order))
    for _ in range(200):
        with suppress(Killed):
            list(services.render_pending(at=OPENED))
        if waiting_count() == 1:
            break
    assert waiting_count() == held
    assert halves() == 0


@pytest.mark.parametrize("broken", [False, True])
def test_bytes_and_row_are_written_together_or_not_at_all(
    broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken copy writes without a transaction, and leaves bytes that no row names."""
    (pk,) = issue(1)
    picture = Rendered(pdf=b"%PDF-1.7", sha256="5" * 64, pages=1)

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(services, "render", lambda *args, **kwargs: picture)
        patch.setattr(Document.objects, "bulk_update", die)
        if broken:
            patch.setattr(services.transaction, "atomic", nullcontext)
            patch.setattr(
                Document.objects, "select_for_update", lambda **kwargs: Document.objects.all()
            )
        with pytest.raises(Killed):
            render_some([pk], at=OPENED)
    assert (halves() == 0) is not broken
