"""Sealing is work that is found: once for each document, by one worker, whatever happens to it."""

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import algos, tsp
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from documents.models import Document, Seal, SealStamp
from documents.seals import services
from documents.seals.reading import signatures
from documents.seals.ring import DEMONSTRATION, RingError, install, new_key, read_ring, ring
from documents.seals.services import running_from, seal_pending, stamp_pending
from documents.seals.signing import Sealed, seal
from documents.selectors import archive_copy
from equity.sweeps import seal_documents
from tests.sealed import HOLDER, keyed, printed, rendered
from tests.stamping import DAY, YEAR, Stamper, listening

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """A folder of keys with one key in it; no authority."""
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(tmp_path / "seal")}
    keyed(tmp_path / "seal", NOW - DAY)
    return tmp_path / "seal"


@pytest.fixture
def stamper(folder: Path, settings: Any) -> Iterator[Stamper]:
    """An authority that is configured and trusted, with its clock at NOW."""
    made = Stamper(NOW - DAY, years=2)
    made.now = lambda: NOW + SECOND
    made.trusted_in(folder)
    with listening(made):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": made.address}
        yield made


def sealed(clock: Any = None) -> list[Seal]:
    return list(seal_pending(clock=clock or running_from(NOW)))


@pytest.mark.django_db
def test_without_a_key_nothing_is_sealed_and_with_one_each_document_once(
    settings: Any, tmp_path: Path
) -> None:
    first, second = rendered(NOW), rendered(NOW, reference="Autre")
    assert sealed() == []
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(tmp_path)}
    key = keyed(tmp_path, NOW - DAY)
    assert seal_documents(NOW).done == {"documents_sealed": 2, "seals_stamped": 0}
    assert seal_documents(NOW).done == {"documents_sealed": 0, "seals_stamped": 0}
    for document in (first, second):
        whole, issued = archive_copy(document), bytes(document.content.pdf)
        assert whole.startswith(issued)
        assert hashlib.sha256(issued).hexdigest() == document.sha256
        assert hashlib.sha256(whole).hexdigest() == document.seal.sha256
        (made,) = signatures(whole)
        assert made.promised == made.digest == document.seal.covered
        assert (made.end, made.fingerprint) == (len(whole), key.fingerprint)
        assert (document.seal.level, document.seal.stamped_at) == ("B-B", None)
        assert abs(document.seal.sealed_at - NOW) < timedelta(minutes=1)


def test_a_thread_that_is_inside_a_loop_seals_too(folder: Path) -> None:
    """As those of an asynchronous server are."""
    paper = printed("withdrawal_notice", "fr").pdf

    async def sealed() -> Sealed:
        return seal(paper, ring=read_ring(folder), about="essai", clock=lambda: NOW)

    assert asyncio.run(sealed()).level == "B-B"


@pytest.mark.django_db
def test_an_authority_stamps_the_seal_and_the_whole_file(stamper: Stamper) -> None:
    document = rendered(NOW)
    (made,) = sealed()
    assert (made.level, made.stamped_at, made.stamp_ends) == ("B-LTA", NOW + SECOND, stamper.until)
    assert not made.time_uncertain
    seal, stamp = signatures(archive_copy(document))
    assert seal.token is not None
    assert stamp.is_stamp
    assert stamper.list_of_revoked()[3:60] in archive_copy(document), "the list is in the file"


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["nothing", "\x30\x00", "other", "stranger", "revoked"])
def test_an_authority_that_cannot_be_believed_leaves_no_seal_and_is_asked_again(
    fault: str, stamper: Stamper, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rendered(NOW)
    if fault == "other":
        stamper.instead = stamper.answer(_query(b"something else"))
    elif fault == "stranger":
        for path in (folder / "authorities").iterdir():
            path.unlink()
    elif fault == "revoked":
        stamper.revoked = (NOW - DAY / 2,)
    else:
        stamper.instead = fault.encode("latin-1")
    done: Counter[str] = Counter()
    assert list(seal_pending(clock=running_from(NOW), done=done)) == []
    assert done == {"failed": 1}
    assert Seal.objects.count() == 0
    stamper.instead, stamper.revoked = None, ()
    stamper.trusted_in(folder)
    assert len(sealed()) == 1


def _query(data: bytes) -> bytes:
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "hashed_message": hashlib.sha256(data).digest(),
        }
    )
    query = {"version": 1, "message_imprint": imprint, "cert_req": True}
    return bytes(tsp.TimeStampReq(query).dump())


@pytest.mark.django_db(transaction=True)
def test_many_workers_seal_each_document_once_and_one_that_dies_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [rendered(NOW, reference=f"Essai {number}") for number in range(3)]
    killed, real = [], services.seal

    def dies(issued: bytes, **named: Any) -> Any:
        made = real(issued, **named)
        if not killed:
            killed.append(made)
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(services, "seal", dies)
    with pytest.raises(KeyboardInterrupt):
        sealed()
    assert Seal.objects.count() == 0
    made: list[Seal] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        try:
            made.extend(seal_pending(clock=running_from(NOW)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.document_id for one in made) == sorted(one.pk for one in documents)
    assert Seal.objects.count() == 3


@pytest.mark.django_db
def test_a_seal_is_stamped_anew_before_its_last_stamp_ends_and_not_earlier(
    stamper: Stamper, folder: Path, settings: Any
) -> None:
    document = rendered(NOW)
    sealed()
    early, late = stamper.until - 100 * DAY, stamper.until - 80 * DAY
    successor = Stamper(NOW, years=6, title="Autre autorité")
    successor.trusted_in(folder)
    with listening(successor):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": successor.address}
        successor.now = stamper.now = lambda: late
        assert list(stamp_pending(clock=running_from(early))) == []
        (made,) = stamp_pending(clock=running_from(late))
        assert list(stamp_pending(clock=running_from(late))) == []
    assert (made.number, made.stamped_at, made.stamp_ends) == (1, late, successor.until)
    whole = archive_copy(document)
    assert hashlib.sha256(whole).hexdigest() == made.sha256
    assert [one.is_stamp for one in signatures(whole)] == [False, True, True]
    assert whole.startswith(bytes(document.content.pdf))


@pytest.mark.django_db
def test_what_was_sealed_without_an_authority_is_stamped_once_there_is_one(
    folder: Path, settings: Any
) -> None:
    document = rendered(NOW)
    sealed()
    assert list(stamp_pending(clock=running_from(NOW))) == []
    stamper = Stamper(NOW, years=2)
    stamper.now = lambda: NOW + SECOND
    stamper.trusted_in(folder)
    with listening(stamper):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": stamper.address}
        (made,) = stamp_pending(clock=running_from(NOW))
    assert made.stamped_at == NOW + SECOND
    assert SealStamp.objects.count() == 1
    assert len(signatures(archive_copy(document))) == 2


def test_a_key_is_replaced_whole_and_the_certificate_before_stays(tmp_path: Path) -> None:
    first = keyed(tmp_path, NOW)
    second = keyed(tmp_path, NOW)
    held = read_ring(tmp_path)
    assert held.key is not None
    assert {(one.fingerprint, one.current) for one in held.known} == {
        (first.fingerprint, False),
        (second.fingerprint, True),
    }
    assert (tmp_path / "current.pem").stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in (tmp_path / "former" / f"{first.fingerprint}.pem").read_bytes()
    mixed = new_key(HOLDER, at=NOW).split(b"-----BEGIN CERTIFICATE")[0]
    certificate = (tmp_path / "former" / f"{first.fingerprint}.pem").read_bytes()
    for wrong, words in ((b"", "not a private key"), (mixed + certificate, "not that of its key")):
        with pytest.raises(RingError, match=words):
            install(tmp_path, wrong)
    assert read_ring(tmp_path).known[0].fingerprint == second.fingerprint
    assert [path.name for path in tmp_path.rglob(".*")] == []


def test_a_demonstration_makes_its_own_key_and_says_so_and_a_portal_does_not(
    settings: Any, tmp_path: Path
) -> None:
    asked = {"SEAL_FOLDER": str(tmp_path), "PORTAL": HOLDER}
    settings.COMPLIANCE = settings.COMPLIANCE | asked | {"DEMONSTRATION": False}
    assert ring(at=NOW).key is None
    settings.COMPLIANCE = settings.COMPLIANCE | {"DEMONSTRATION": True}
    (made,) = ring(at=NOW).known
    assert made.demonstration
    assert DEMONSTRATION in made.certificate.subject.rfc4514_string()
    assert ring(at=NOW).known[0].fingerprint == made.fingerprint, "made once"
    (tmp_path / "broken.txt").write_text("nonsense\n", encoding="ascii")
    with pytest.raises(ImproperlyConfigured, match="not a fingerprint and an instant"):
        ring(at=NOW)


@pytest.mark.django_db
def test_a_certificate_that_ended_seals_nothing(folder: Path) -> None:
    rendered(NOW)
    done: Counter[str] = Counter()
    assert list(seal_pending(clock=running_from(NOW + 6 * YEAR), done=done)) == []
    assert done == {"failed": 1}
    assert Document.objects.filter(seal__isnull=True).count() == 1
