"""D3: the same facts and template version give the same page and the same bytes, years later.

Golden digests hold every kind in both languages; the files of a version are held by their own; and
a new version, for one kind, leaves the old one as it was.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import documents.render
from documents import versions
from documents.errors import RenderError
from documents.facts import KINDS, Facts, FactsError
from documents.models import Document, DocumentContent
from documents.paper import words
from documents.render import render
from documents.services import first_document, render_document
from tests.documents.golden import digest_of_page, golden, name_of, pinned, system
from tests.documents.printing import every, named, printed, sample
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized

ROOT = Path(__file__).resolve().parents[2]
EVERY = every()
# The short form prints all but the draft mark in English; its pages are compared all the same.
PRINTED = sized(short=EVERY[: 3 * len(KINDS)], long=EVERY)
KEPT = golden()
AT = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)
DATA = ("templates", "labels", "fonts", "digests")
LETTERS = 20


def test_the_libraries_are_those_that_the_digests_were_made_with() -> None:
    other = {
        name: f"{version} and not {KEPT['pinned'].get(name)}"
        for name, version in pinned().items()
        if KEPT["pinned"].get(name) != version
    }
    assert other == {}, "look at every document, then run `python -m tests.documents.golden`"


@pytest.mark.parametrize("facts", EVERY, ids=named)
def test_a_page_is_what_it_was(facts: Facts) -> None:
    assert digest_of_page(facts) == KEPT["pages"][name_of(facts)], (
        "a template, a label, a builder, a prescribed statement or the sample was changed; where "
        "that was meant, look at the document, then run `python -m tests.documents.golden`"
    )


def test_the_bytes_are_what_they_were() -> None:
    """On a machine with other libraries of the system than any known: the same ones each time."""
    made = {name_of(facts): printed(facts).sha256 for facts in PRINTED}
    kept = KEPT["bytes"].get(system())
    if kept is None:
        kept = {name_of(facts): render(facts.kind, facts).sha256 for facts in PRINTED}
    assert made == {name: kept[name] for name in made}


def test_nothing_is_golden_that_is_not_a_sample() -> None:
    names = {name_of(facts) for facts in EVERY}
    assert set(KEPT["pages"]) == names
    for kept in KEPT["bytes"].values():
        assert set(kept) == names
    assert KEPT["bytes"]


PROGRAM = """
import sys
from tests.documents.printing import every, named
from documents.render import render
for facts in every()[int(sys.argv[1]) : int(sys.argv[2]) : int(sys.argv[3])]:
    print(named(facts), render(facts.kind, facts).sha256)
"""


def test_another_process_with_another_clock_language_seed_and_no_fonts_makes_the_same_bytes(
    tmp_path: Path,
) -> None:
    # Every third in the short form, in the long one all there is.
    chosen = sized(short=(0, 2 * len(KINDS), 3), long=(0, len(EVERY), 1))
    nothing = tmp_path / "fonts.conf"
    nothing.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    shown = subprocess.run(
        # That there are no fonts is said, and is what is tried.
        [sys.executable, "-W", "ignore:No fonts configured", "-c", PROGRAM, *map(str, chosen)],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONHASHSEED": "4242",
            "TZ": "Asia/Tokyo",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "HOME": "/nonexistent",
            "FONTCONFIG_FILE": str(nothing),
        },
        capture_output=True,
        text=True,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    made = dict(line.split() for line in shown.stdout.splitlines())
    assert made == {named(one): printed(one).sha256 for one in EVERY[slice(*chosen)]}


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of all that documents are made of, where the code looks for it while the test runs."""
    place = tmp_path / "documents"
    for name in DATA:
        shutil.copytree(str(files("documents").joinpath(name)), place / name)
    for module in (versions, documents.render, words):
        monkeypatch.setattr(module, "HERE", place)
    forget()
    yield place
    forget()


def forget() -> None:
    """What the code remembers of the files it read."""
    for remembered in (documents.render._engine, documents.render._press, words.labels):
        remembered.cache_clear()


def letters_of(place: Path) -> list[Path]:
    """Twenty files of v1, of every sort."""
    found = [one for one in versions.files_of("v1") if one.stat().st_size > 60]
    sorts = (".html", ".css", ".toml", ".ops", ".svg", ".ttf")
    chosen = [one for sort in sorts for one in found if one.suffix == sort][
        :: len(found) // LETTERS
    ]
    assert len(chosen) >= LETTERS
    assert {one.suffix for one in chosen} == set(sorts)
    return chosen[:LETTERS]


def turned(file: Path) -> bytes:
    """A file with one letter changed in its middle."""
    raw = bytearray(file.read_bytes())
    at = next(at for at in range(len(raw) // 2, len(raw)) if chr(raw[at]).isalnum())
    raw[at] = ord("x") if raw[at] != ord("x") else ord("y")
    return bytes(raw)


def test_the_files_are_those_that_were_written_down() -> None:
    assert versions.differing("v1") == [], "run `python -m documents.versions write v1`"


def test_one_letter_changed_in_a_version_that_was_used_asks_for_a_new_one(
    copy: Path, report: Report
) -> None:
    versions.close("v1")
    versions.require_unchanged("v1")
    caught = 0
    for file in letters_of(copy):
        good = file.read_bytes()
        file.write_bytes(turned(file))
        name = str(file.relative_to(copy))
        with pytest.raises(RenderError, match="is not the file that v1 was made with") as refused:
            versions.require_unchanged("v1")
        assert str(refused.value).startswith(name)
        forget()
        with pytest.raises(RenderError, match="is not the file"):
            render("share_certificate", sample("share_certificate"))
        with pytest.raises(RenderError, match="closed"):
            versions.write("v1")
        assert len(versions.differing("v1")) == 1
        file.write_bytes(good)
        caught += 1
    (copy / "templates" / "documents" / "v1" / "one_more.html").write_text("new")
    assert versions.differing("v1") == [
        "templates/documents/v1/one_more.html is not written down for v1"
    ]
    report(
        "D3",
        figures={
            "documents": len(EVERY),
            "template versions": len(versions.VERSIONS),
            "files of a version, with their digests": len(versions.digests_of("v1")),
        },
        caught={"a changed letter in a template, a label, an ornament or a font": f"{caught}"},
    )


def test_an_open_version_may_change_and_is_written_down_again(copy: Path) -> None:
    sheet = copy / "templates" / "documents" / "v1" / "v1.css"
    sheet.write_bytes(turned(sheet))
    assert versions.differing("v1") == [
        "templates/documents/v1/v1.css is not the file that v1 was made with"
    ]
    versions.require_unchanged("v1")
    versions.write("v1")
    assert versions.differing("v1") == []


@pytest.mark.parametrize("damage", ["gone", "damaged", "empty"])
def test_a_font_that_is_gone_is_named_and_no_other_takes_its_place(damage: str, copy: Path) -> None:
    font = copy / "fonts" / "SourceSans3-Semibold.ttf"
    if damage == "gone":
        font.unlink()
    else:
        font.write_bytes(turned(font) if damage == "damaged" else b"")
    with pytest.raises(RenderError, match=r"^fonts/SourceSans3-Semibold\.ttf is"):
        render("share_certificate", sample("share_certificate"))


@pytest.mark.django_db
def test_a_document_that_cannot_be_made_is_not_half_made(copy: Path) -> None:
    document = frozen(sample("share_certificate"))
    font = copy / "fonts" / "SourceSerif4-Regular.ttf"
    kept = font.read_bytes()
    font.unlink()
    with pytest.raises(RenderError, match="gone"):
        render_document(document.pk, at=AT)
    document.refresh_from_db()
    assert (document.sha256, document.pages, document.rendered_at) == ("", None, None)
    assert not DocumentContent.objects.exists()
    font.write_bytes(kept)
    assert render_document(document.pk, at=AT).sha256 == printed(sample("share_certificate")).sha256


def frozen(facts: Facts) -> Document:
    """A document issued with those facts, not yet rendered."""
    document = first_document(
        facts=facts, offering_id=uuid4(), subject=("test", uuid4()), person_id=None, at=AT
    )
    document.save()
    return document


def second_version(place: Path) -> None:
    """A new look of the share certificate alone, as README.md of the documents says."""
    templates = place / "templates" / "documents"
    (templates / "v2").mkdir()
    for one in (templates / "v1").iterdir():
        if one.stem in ("base", "share_certificate") or one.suffix in (".ops", ".svg", ".css"):
            name = one.name.replace("v1", "v2")
            (templates / "v2" / name).write_bytes(one.read_bytes().replace(b"/v1/", b"/v2/"))
        elif one.name.startswith("_"):
            (templates / "v2" / one.name).write_bytes(one.read_bytes().replace(b"/v1/", b"/v2/"))
    for language in ("fr", "en"):
        old = (place / "labels" / f"v1.{language}.toml").read_text(encoding="utf-8")
        new = old.replace("Le présent certificat atteste que", "Nous attestons que")
        (place / "labels" / f"v2.{language}.toml").write_text(new, encoding="utf-8")


@pytest.mark.django_db
def test_a_new_version_of_one_kind_leaves_every_old_document_as_it_was(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts: Any = sample("share_certificate")
    before = frozen(facts)
    assert before.template == "v1"

    second_version(copy)
    for module in (versions, documents.render):
        monkeypatch.setattr(module, "VERSIONS", ("v1", "v2"))
    versions.write("v2")
    assert versions.latest("share_certificate") == "v2"
    assert versions.latest("bond_certificate") == "v1"

    # Issued before, rendered after: the words that were shown, to the byte.
    assert render_document(before.pk, at=AT).sha256 == printed(facts).sha256
    after = frozen(facts)
    assert after.template == "v2"
    assert "Nous attestons que" in documents.render.page(facts.kind, facts, version="v2")
    assert "Nous attestons que" not in documents.render.page(facts.kind, facts, version="v1")
    assert render_document(after.pk, at=AT).sha256 != printed(facts).sha256
    with pytest.raises(FactsError, match="'v2' has no bond_certificate"):
        render("bond_certificate", sample("bond_certificate"), version="v2")
    # The first version does not know of the second: its files are what they were.
    assert versions.differing("v1") == []
