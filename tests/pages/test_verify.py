"""The page that says what a document is: in plain words, and nothing is kept of what is sent."""

import hashlib
import re
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from compliance.web import clock
from documents import views
from documents.facts.shared import Language
from documents.models import Document
from documents.seals import judging, reading, ring
from documents.seals.ring import Ring
from documents.seals.services import running_from, seal_pending
from documents.seals.verifying import LARGEST, verify_file
from documents.selectors import archive_copy
from tests.guarantees.paper_alterations import Good, page_added
from tests.sealed import HOLDER, keyed, rendered
from tests.stamping import DAY

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PAGE = "/verify/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal that seals; the pages' clock is at NOW, and no page may unpack what it is sent."""
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(tmp_path)}
    keyed(tmp_path, NOW - DAY)
    monkeypatch.setattr(clock, "now", lambda: NOW + DAY)
    monkeypatch.setattr(judging, "PdfFileReader", None)
    return tmp_path


def sealed(**named: Any) -> bytes:
    document = rendered(NOW, **named)
    list(seal_pending(clock=running_from(NOW)))
    return archive_copy(document)


def ask(client: Client, *, language: Language = "fr", status: int = 200, **sent: Any) -> str:
    """What the page says, its white space made plain."""
    if "file" in sent:
        sent["file"] = SimpleUploadedFile("x.pdf", sent["file"], "application/pdf")
    client.cookies["django_language"] = language
    answer = client.post(PAGE, sent)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode().partition('id="content"')[2]
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_a_sealed_document_is_named_and_nobody_in_it(client: Client) -> None:
    pdf = sealed()
    said = ask(client, file=pdf)
    for words in (
        "Intact",
        "Avis de résolution",
        HOLDER,
        "seul le portail dit l&#x27;heure",
        "B-B",
    ):
        assert words in said
    assert "Unchanged" in ask(client, file=pdf, language="en")
    facts = Document.objects.get().facts
    purchaser = facts["purchaser"]["name"]
    assert purchaser
    assert facts["issuer"]["name"] in said.replace("&#x27;", "'")
    assert purchaser not in said


def test_the_copy_for_filing_and_a_digest_are_known_too(client: Client) -> None:
    pdf = sealed()
    issued = bytes(Document.objects.get().content.pdf)
    assert "copie à déposer" in ask(client, file=issued)
    for one in (pdf, issued):
        assert "Intact" in ask(client, digest=f" {hashlib.sha256(one).hexdigest().upper()} ")
    assert "Aucun document de ce portail" in ask(client, digest="0" * 64)


def test_a_document_that_was_superseded_says_by_which_and_names_no_other(client: Client) -> None:
    subject = uuid4()
    first = sealed(subject=subject)
    rendered(NOW, subject=subject, reference="Autre-référence-42")
    rendered(NOW, reference="D’une autre personne")
    said = ask(client, file=first)
    assert "Intact, mais remplacé par un document plus récent" in said
    assert "remplacé par le numéro 2, délivré le" in said
    assert "Autre-référence-42" not in said


def test_what_is_not_ours_or_was_changed_says_so_and_what_it_was(
    client: Client, folder: Path, tmp_path: Path
) -> None:
    pdf = sealed()
    issued = bytes(Document.objects.get().content.pdf)
    changed = pdf[:1000] + bytes([pdf[1000] ^ 1]) + pdf[1001:]
    assert "a été modifié depuis" in ask(client, file=changed)
    assert "Avis de résolution" in ask(client, file=changed), "which one its seal was made for"
    longer = page_added(Good(pdf, pdf, len(issued)), None)  # type: ignore[arg-type]
    said = ask(client, file=longer)
    assert "sa fin n&#x27;est pas celle" in said
    assert 'role="alert"' in said
    assert "ne porte pas de cachet" in ask(client, file=changed[: len(issued)])
    assert "sa fin n&#x27;est pas celle" in ask(client, file=issued + b"% more\n")
    keyed(tmp_path / "elsewhere", NOW - DAY)
    (folder / "current.pem").replace(folder / "kept.pem")
    assert "n&#x27;est pas celle de ce portail" in ask(client, file=changed)
    # The register knows its own file, whatever became of the certificate.
    assert "Intact" in ask(client, file=pdf)


def test_what_cannot_be_a_document_is_refused_in_words(client: Client) -> None:
    assert "Choisissez un fichier" in ask(client, status=422)
    assert "64 caractères" in ask(client, status=422, digest="abc")
    assert "Le fichier est vide" in ask(client, status=422, file=b"")
    assert "pas un PDF" in ask(client, file=b"MZ, or anything")
    bomb = b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode/Length 99>>stream\n"
    bomb += zlib.compress(bytes(50 << 20)) + b"\nendstream endobj\n/ByteRange [0 60 70 9]\n%%EOF\n"
    assert "ne porte pas de cachet" in ask(client, file=bomb)


def test_a_file_that_is_too_large_is_not_read(client: Client) -> None:
    answer = client.generic(
        "POST", PAGE, b"x", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(LARGEST * 2)
    )
    assert answer.status_code == 413
    assert "dépasse 32" in answer.content.decode()


def test_a_file_larger_than_was_announced_is_cut_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.views.LARGEST", 100_000)
    assert "dépasse 32" in ask(client, status=413, file=b"%PDF-1.7" + bytes(120_000))


@pytest.mark.parametrize("fault", ["key", "all", "not allowed"])
def test_a_key_that_cannot_be_read_is_not_needed(
    fault: str, client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor loaded: the page knows certificates. Without those it says what it can."""
    pdf = sealed()
    current = folder / "current.pem"
    text = current.read_text(encoding="ascii")
    begins = text.index("-----BEGIN CERTIFICATE")
    current.write_text("no key\n" + (text[begins:] if fault == "key" else ""), encoding="ascii")
    monkeypatch.setattr(ring, "load_pem_private_key", None)
    if fault == "not allowed":
        current.unlink()
        current.mkdir()
    assert "Intact" in ask(client, file=pdf)
    assert "Intact" in ask(client, digest=hashlib.sha256(pdf).hexdigest())
    changed = pdf[:1000] + bytes([pdf[1000] ^ 1]) + pdf[1001:]
    if fault == "key":
        assert "a été modifié depuis" in ask(client, file=changed)
    else:
        assert "ne peuvent être lus en ce moment" in ask(client, file=changed, status=503)


def test_a_few_files_at_once_and_a_digest_always(client: Client) -> None:
    """Each way out of the page gives the place back: more come one after another than at once."""
    file = b"%PDF-1.7\n" + bytes(100_000)
    for _ in range(views.AT_ONCE + 1):
        ask(client, file=file)
        ask(client, status=422, file=b"", more="x" * 100_000)
    for _ in range(views.AT_ONCE):
        assert views._PLACES.acquire(blocking=False)
    try:
        sent = SimpleUploadedFile("x.pdf", file, "application/pdf")
        assert int(client.post(PAGE, {"file": sent})["Retry-After"]) > 0
        assert "Renvoyez-le dans un instant" in ask(client, status=503, file=file)
        assert "Aucun document de ce portail" in ask(client, digest="0" * 64)
    finally:
        views._PLACES.release(views.AT_ONCE)


def test_a_file_is_in_memory_once(rf: RequestFactory) -> None:
    size = 16 << 20
    chunk = bytes(64 << 10)
    tracemalloc.start()
    try:
        taking = views._InMemory(rf.post(PAGE))
        taking.new_file("file", "x.pdf", "application/pdf", None)
        for start in range(0, size, len(chunk)):
            taking.receive_data_chunk(chunk, start)
        held = taking.file_complete(size).file.getvalue()
        verify_file(held, ring=Ring(), at=NOW)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(held) == size
    assert peak < size * 1.5


def test_a_file_that_names_one_signature_many_times_costs_no_more_than_another(
    client: Client, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = sealed()
    (one,) = reading.signatures(pdf)
    gap = pdf[one.before : one.after]
    keyed(tmp_path / "elsewhere", NOW - DAY)
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(tmp_path / "elsewhere")}
    forged = b"%PDF-1.7\n" + gap + b"/ByteRange [0 9 %d 99]" % (9 + len(gap)) * 2000
    monkeypatch.setattr(reading, "hashlib", None)
    assert len(reading.signatures(forged)) == 1
    assert "n&#x27;est pas celle de ce portail" in ask(client, file=forged)
    over = forged.replace(b"/ByteRange [0 9", b"/ByteRange [0 8", 1)
    over += b"/ByteRange [0 8 %d 9]" % (9 + len(gap))
    assert len(reading.signatures(over)) == 1


def der(tag: int, content: bytes) -> bytes:
    """A part of a signature, with a length of three bytes."""
    return bytes([tag, 0x83]) + len(content).to_bytes(3, "big") + content


SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
ARC = b"\x81" * 131_000 + b"\1"
SLOW = {
    "no signed data": der(0x30, der(0x06, ARC)),
    "within": der(0x30, SIGNED_DATA + der(0xA0, der(0x30, der(0x06, ARC)))),
    "short enough": der(0x30, SIGNED_DATA + der(0xA0, der(0x06, ARC[-30_000:]))),
    "many numbers": der(0x30, SIGNED_DATA + der(0xA0, der(0x06, b"\x81\1" * 15_000))),
    "in a string": der(0x30, SIGNED_DATA + der(0xA0, der(0x04, der(0x06, ARC[-30_000:])))),
    "another tag": der(0x30, SIGNED_DATA + der(0xA0, der(0x88, ARC[-30_000:]))),
    "many parts": der(0x30, SIGNED_DATA + der(0xA0, b"\x05\0" * 15_000)),
    "no lengths": b"\x30\x80" + SIGNED_DATA + b"\xa0\x80" * 15_000,
}


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("name", SLOW)
def test_what_takes_long_to_take_apart_is_not_taken_apart(
    name: str, broken: bool, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 copies of each, named once each; the broken copy shows them all to the library."""
    taken: list[int] = []

    def load(raw: bytes) -> None:
        taken.append(len(raw))
        raise ValueError

    gap = b"<" + SLOW[name].hex().upper().encode() + b">"
    forged = b"%PDF-1.7\n" + gap + bytes(64)
    for more in range(64):
        forged += b"/ByteRange [0 9 %d %d]" % (9 + len(gap), more)
    monkeypatch.setattr(reading.cms.ContentInfo, "load", load)
    if broken:
        monkeypatch.setattr(reading, "LARGEST", 1 << 18 << 1)
        monkeypatch.setattr(reading, "_has_the_form", lambda raw: True)
    said = ask(client, file=forged)
    assert "ne porte pas de cachet" in said
    assert bool(taken) is broken


@pytest.mark.parametrize("broken", [False, True])
def test_many_signatures_of_good_form_are_taken_apart_up_to_a_bound(
    broken: bool, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken copy has no bound over all of them; nor does one that tries the same twice."""
    taken: list[int] = []

    def load(raw: bytes) -> None:
        taken.append(len(raw))
        raise ValueError

    inside = der(0x30, SIGNED_DATA + der(0xA0, der(0x04, bytes(30_000))))
    gap = b"<" + inside.hex().upper().encode() + b">"
    forged = b"%PDF-1.7\n" + gap * 64
    for number in range(64):
        before = 9 + number * len(gap)
        forged += b"/ByteRange [0 %d %d 0]" % (before, before + len(gap)) * 2
    monkeypatch.setattr(reading.cms.ContentInfo, "load", load)
    if broken:
        monkeypatch.setattr(reading, "TOTAL", 1 << 40)
    ask(client, file=forged)
    assert (2 * sum(taken) <= 1 << 20) is not broken
    assert len(taken) == (32 if broken else 17)
