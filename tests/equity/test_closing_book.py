"""The closing book: it opens from its index, is checked as a folder and as a ZIP, and the issuer's
holds nothing that is not the issuer's."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, normpath
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from compliance.audit.models import Entry
from compliance.audit.verifier import verify_audit
from documents.models import Document
from equity.book import handing, shelves
from equity.evidence import writing
from equity.services.evidence import BOOK
from tests.equity.evidence import person, reads
from tests.factories import closed, make_person, open_offering, subscribed

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Books:
    """The book of the portal and that of the issuer, each as a folder with its ZIP beside it."""

    portal: Path
    issuer: Path
    names: tuple[str, ...]
    """Who bought, and who only looked."""
    faults: tuple[str, ...]
    """What the command said where it could write nothing, and what it left there."""


@pytest.fixture(scope="module")
def books(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Books:
    """Written once; nothing of it stays in the database."""
    folder = tmp_path_factory.mktemp("books")
    with django_db_blocker.unblock(), transaction.atomic():
        cast = open_offering()
        key = str(cast.offering.pk)
        faults = [refused(key, folder / "early")]
        subscribed(cast, make_person(), units=40)
        subscribed(cast, person("Basile"), units=8)
        reads(cast, person("Lucie"))
        closed(cast)
        faults.append(refused(str(uuid4()), folder / "none"))
        faults.append(cut_off(key, folder / "portal"))
        call_command("closing_book", key, out=folder / "portal")
        faults.append(refused(key, folder / "portal"))
        call_command("closing_book", key, out=folder / "issuer", issuer=True)
        # A kill between the two names leaves the folder, and the ZIP under its other name.
        whole = (folder / "issuer.zip").read_bytes()
        (folder / "issuer.zip").replace(folder / ".issuer.zip.part")
        call_command("closing_book", key, out=folder / "issuer", issuer=True)
        assert (folder / "issuer.zip").read_bytes() == whole
        taken = Entry.objects.filter(action=BOOK).values_list("actor_role", flat=True)
        assert list(taken) == ["system", "system"]
        left = sorted(path.name for path in folder.iterdir())
        faults.append(" ".join(left))
        transaction.set_rollback(True)
    names = ("Marie Lacœur", "Basile Tremblay", "Lucie Tremblay")
    return Books(folder / "portal", folder / "issuer", names, tuple(faults))


def refused(key: str, out: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("closing_book", key, out=out)
    return str(error.value)


def cut_off(key: str, out: Path) -> str:
    """A run that dies in the middle; what it leaves is what the next one begins with."""
    original = writing.index_page

    def dies(*given: object, **named: object) -> str:
        raise OSError("No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(writing, original.__name__, dies)
        words = refused(key, out)
    assert list(out.parent.iterdir()) == []
    return words


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_cannot_be_written_is_said_and_leaves_nothing(books: Books) -> None:
    early, unknown, died, there, left = books.faults
    assert "not closed" in early
    assert "There is no offering" in unknown
    assert "No space left" in died
    assert "is there already" in there
    assert left == "issuer issuer.zip portal portal.zip"


def test_it_is_for_its_owner_alone(books: Books) -> None:
    for folder in (books.portal, books.issuer):
        assert Path(f"{folder}.zip").stat().st_mode & 0o777 == 0o600
        for path in (folder, *folder.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_it_opens_from_its_index_and_every_link_leads_somewhere(books: Books) -> None:
    for folder in (books.portal, books.issuer):
        names = set(files_of(folder))
        reached = {"index.fr.html", "index.en.html"}
        waiting = list(reached)
        while waiting:
            page = waiting.pop()
            if not page.endswith(".html"):
                continue
            text = (folder / page).read_text("utf-8")
            for link in re.findall(r'href="([^"]+)"', text):
                if link.startswith("https:"):
                    # The authorities' own pages, of which a checklist of filings tells.
                    assert page.startswith("filing/")
                    continue
                assert not re.match(r"[a-z]+:|/|#", link), link
                target = normpath(f"{dirname(page)}/{link}".lstrip("/"))
                assert target in names, (page, link)
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        # Whatever is a person's to read is reached; the rest checks it.
        assert names - reached <= {"manifest.json", "seal.note", "verify_audit.py", *names & TEXTS}


TEXTS = {"LISEZMOI.txt", "README.txt"}


def test_folder_and_zip_hold_the_same_and_are_intact(
    books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (books.portal, books.issuer):
        with ZipFile(f"{folder}.zip") as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == files_of(folder)
        began = time.monotonic()
        assert verify_audit.main([str(folder)]) == 0
        assert verify_audit.main([f"{folder}.zip"]) == 0
        assert time.monotonic() - began < 10
    for path in (books.portal / "evidence").iterdir():
        assert verify_audit.main([str(path)]) == 0
    capsys.readouterr()


def test_what_is_taken_away_or_changed_is_named(
    books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = files_of(books.portal)
    for name, words in (
        ("register.csv", "who holds the securities"),
        ("ledger.en.html", "each movement of the trust account"),
        ("evidence/00001.zip", "what that file said"),
    ):
        path = tmp_path / "less.zip"
        with ZipFile(path, "w") as archive:
            for other, data in whole.items():
                if other != name:
                    archive.writestr(other, data)
        assert verify_audit.main([str(path)]) == 1
        said = capsys.readouterr().out
        assert name in said
        assert words in said
    (spoiled := tmp_path / "spoiled").mkdir()
    for name, data in whole.items():
        (spoiled / name).parent.mkdir(parents=True, exist_ok=True)
        (spoiled / name).write_bytes(data + b" " if name == "register.csv" else data)
    assert verify_audit.main([str(spoiled)]) == 1
    assert "register.csv" in capsys.readouterr().out


def test_the_portal_has_everything_and_the_issuer_what_is_its_own(books: Books) -> None:
    portal, issuer = files_of(books.portal), files_of(books.issuer)
    assert sorted(name for name in portal if name.startswith("evidence/")) == [
        "evidence/00001.zip",
        "evidence/00002.zip",
        "evidence/other-00001.zip",
    ]
    digests = json.loads(portal["files.json"])
    with ZipFile(books.portal / "evidence" / "00001.zip") as archive:
        own = json.loads(archive.read("files.json"))
    papers = {digest for name, digest in own.items() if name.endswith(".pdf")}
    assert papers <= set(digests.values())
    for language, words in (("fr", "1 000,00 $"), ("en", "$1,000.00")):
        page = portal[f"register.{language}.html"].decode()
        assert words.replace(" ", "\u00a0") in page.replace(" ", "\u00a0")
        index = portal[f"index.{language}.html"].decode()
        assert all(name in index for name in books.names)
    kinds = {name.split("/")[0] for name in issuer if "/" in name}
    assert kinds == {"offering", "securities", "filing"}
    buyers, looked = books.names[:2], books.names[2]
    told = b"".join(data for name, data in issuer.items() if not name.endswith((".pdf", ".zip")))
    assert all(name.encode() in told for name in buyers)
    assert looked.encode() not in told
    assert b"risk_acknowledgement" not in told
    assert b"subscription" not in issuer["ledger.csv"]


def test_a_document_of_no_known_kind_has_its_shelf() -> None:
    known = Document(kind="share_certificate", person_id=uuid4())
    report = Document(kind="exempt_report", person_id=None)
    letter = Document(kind="annual_statement", person_id=uuid4())
    assert shelves.shelf_of(known) is shelves.SECURITIES
    assert shelves.shelf_of(report) is shelves.REPORTS
    assert shelves.shelf_of(letter) is shelves.PURCHASERS
    assert handing.KIND == "book"
