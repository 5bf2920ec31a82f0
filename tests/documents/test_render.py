"""The same facts make the same bytes; every page is numbered, marked and self-contained."""

import logging
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.wording import statement
from documents.facts import Facts, FactsError
from documents.paper.words import fill, typeset
from documents.render import VERSIONS, Rendered, RenderError, page, render
from documents.render import _OnlyOurs as OnlyOurs
from documents.samples import samples
from tests.documents.printing import drafted, named, sample, statements_used

ROOT = Path(__file__).resolve().parents[2]
NBSP = "\N{NO-BREAK SPACE}"
EVERY = [facts for language in ("fr", "en") for facts in samples(language).values()]  # type: ignore[arg-type]

Printed = Callable[[Facts], Rendered]
Pages = Callable[[Facts], tuple[str, ...]]


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """WeasyPrint speaks up when a font, a rule or a picture is not as it should be."""
    caplog.set_level(logging.WARNING)
    yield
    assert [record.getMessage() for record in caplog.records] == []


def test_a_worker_that_ends_leaves_its_parent_its_fonts() -> None:
    program = (
        "import os, sys\n"
        "from documents.render import render\n"
        "from documents.samples import samples\n"
        "facts = samples('fr')['withdrawal_notice']\n"
        "before = render(facts.kind, facts).sha256\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    sys.exit(render(facts.kind, facts).sha256 != before)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
        "assert render(facts.kind, samples('en')[facts.kind]).pdf\n"
        "assert render(facts.kind, facts).sha256 == before\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert (shown.returncode, shown.stderr) == (0, "")


def test_other_facts_make_other_bytes(printed: Printed) -> None:
    facts = sample("share_certificate")
    assert printed(facts).sha256 != printed(replace(facts, number="A-0043")).sha256


@pytest.mark.parametrize("facts", EVERY, ids=named)
def test_every_page_bears_its_number_the_reference_and_the_digest(
    facts: Facts, pages: Pages, printed: Printed
) -> None:
    read = pages(facts)
    assert len(read) == printed(facts).pages
    of = "de" if facts.language == "fr" else "of"
    digests = set()
    for number, words in enumerate(read, start=1):
        assert f"Page {number} {of} {len(read)}" in words
        assert facts.reference in words
        digests |= set(re.findall(r"(?:Empreinte|Digest) ([0-9a-f]{16})", words))
    assert len(digests) == 1


@pytest.mark.parametrize("facts", EVERY, ids=named)
def test_an_unconfirmed_statement_marks_every_page(facts: Facts, pages: Pages) -> None:
    marked = drafted(facts)
    mark = statement("D1", facts.language, facts.wording_on).render(
        ids=", ".join(marked.unconfirmed)
    )
    for words in pages(marked):
        assert " ".join(mark.split()) in words
    for words in pages(facts):
        assert mark[:7] not in words


def test_a_demonstration_says_so_on_every_page(pages: Pages) -> None:
    facts = sample("share_certificate")
    shown = replace(facts, portal=replace(facts.portal, demonstration=True))
    for words in pages(shown):
        assert "Portail de démonstration – document sans valeur juridique" in words
    assert "démonstration" not in " ".join(pages(facts))


def test_statements_used_are_those_printed_in_the_order_of_the_form() -> None:
    used = statements_used(sample("offering_document"))
    assert used[:4] == ("F1.T", "F1.1", "P1", "P2")
    assert used[-3:] == ("F1.14", "P10", "P11")
    assert statements_used(sample("share_certificate")) == ("N1",)
    assert statements_used(sample("payment_schedule")) == ()
    # The draft mark is not itself a statement to be confirmed.
    assert "D1" not in statements_used(drafted(sample("share_certificate")))


@pytest.mark.parametrize("facts", EVERY, ids=named)
def test_the_file_is_tagged_titled_and_without_attachment_or_annotation(
    facts: Facts, printed: Printed
) -> None:
    with pikepdf.open(BytesIO(printed(facts).pdf)) as pdf:
        root = pdf.Root
        assert str(root.Lang) == facts.language
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in root
        assert "/EmbeddedFiles" not in root.get("/Names", {})
        assert all("/Annots" not in one for one in pdf.pages)
        xmp = root.Metadata.read_bytes().decode()
        assert str(pdf.docinfo["/Title"]).endswith(facts.about)
    assert 'pdfuaid:part="1"' in xmp
    assert re.search(r'pdfaid:part="2"', xmp)
    assert re.search(r'pdfaid:conformance="A"', xmp)


@pytest.mark.parametrize("facts", EVERY[:10], ids=named)
def test_only_our_fonts_are_used_and_all_are_embedded(facts: Facts, printed: Printed) -> None:
    shown = subprocess.run(
        ["pdffonts", "-"], input=printed(facts).pdf, capture_output=True, check=True
    ).stdout.decode()
    fonts = [line.split() for line in shown.splitlines()[2:]]
    assert fonts
    for font in fonts:
        assert "+Paper-" in font[0]
        assert font[-5] == "yes"  # embedded


def test_nothing_is_fetched_from_outside_the_package() -> None:
    fetcher = OnlyOurs(allowed_protocols=("file", "data"))
    inside = files("documents").joinpath("templates", "documents", "v1", "v1.css")
    assert fetcher.fetch(Path(str(inside)).as_uri()).read().startswith(b"/* Template version v1")
    traversal = Path(str(files("documents"))).as_uri() + "/../pyproject.toml"
    for address in ("https://example.org/x.png", "file:///etc/hostname", traversal, "data:text/x,"):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(address)


def test_what_people_write_is_text_and_never_markup() -> None:
    facts = sample("share_certificate")
    nasty = "<script>alert(1)</script> & <img src=https://example.org/x.png> {{ head.digest }}"
    html = page(facts.kind, replace(facts, holder=replace(facts.holder, name=nasty)))
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "{{ head.digest }}" in html


def test_facts_of_another_kind_are_refused() -> None:
    with pytest.raises(FactsError, match="not made from"):
        render("bond_certificate", sample("share_certificate"))
    with pytest.raises(FactsError, match="not made from"):
        render("prospectus", sample("share_certificate"))


def test_an_unknown_template_version_is_refused() -> None:
    with pytest.raises(FactsError, match="v0"):
        render("share_certificate", sample("share_certificate"), version="v0")


def test_a_day_without_prescribed_words_is_refused() -> None:
    facts = sample("share_certificate")
    early = replace(facts, wording_on=facts.wording_on.replace(year=2020))
    with pytest.raises(OutsideDates):
        render(early.kind, early)


def test_a_template_that_asks_for_what_is_not_there_does_not_print_a_hole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = sample("withdrawal_notice")

    def without_lead(words: Any, given: Any) -> dict[str, Any]:
        return {"address": [], "rows": [], "notice_rows": [], "portal": [], "refund": ""}

    monkeypatch.setitem(sys.modules["documents.render"].BUILDERS, "withdrawal_notice", without_lead)
    with pytest.raises(RenderError, match=r"x\.lead"):
        page(facts.kind, facts)


@pytest.mark.parametrize("version", VERSIONS)
def test_both_languages_have_the_same_labels_with_the_same_variables(version: str) -> None:
    def shape(language: str) -> dict[str, list[str]]:
        source = files("documents").joinpath("labels", f"{version}.{language}.toml")
        return dict(walk(tomllib.loads(source.read_text(encoding="utf-8")), ""))

    def walk(value: Any, path: str) -> Iterator[tuple[str, list[str]]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from walk(inner, f"{path}.{key}")
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from walk(inner, f"{path}[{index}]")
        else:
            yield path, sorted(re.findall(r"\{(\w+)\}", value))

    assert shape("fr") == shape("en")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Note : « oui »", f"Note{NBSP}: «{NBSP}oui{NBSP}»"),
        ("1 250 000,00 $ ou 5 %", f"1{NBSP}250{NBSP}000,00{NBSP}$ ou 5{NBSP}%"),
        ("en 2026 12 000 parts", f"en 2026 12{NBSP}000 parts"),
        ("Loi, art. 46", f"Loi, art.{NBSP}46"),
        ("Certificat n° 4", f"Certificat n°{NBSP}4"),
        ("Quoi? Non; oui!", "Quoi? Non; oui!"),
        ("https://exemple.example: ici", "https://exemple.example: ici"),
    ],
)
def test_french_is_typeset_with_its_no_break_spaces(before: str, after: str) -> None:
    assert typeset(before, "fr") == after
    assert typeset(after, "fr") == after


def test_english_keeps_its_own_spaces() -> None:
    assert typeset("Note: 5% of $1,000.00, s. 46", "en") == f"Note: 5% of $1,000.00, s.{NBSP}46"


def test_variables_are_filled_in_once() -> None:
    assert fill("{name} pays {total}", {"name": "{total}", "total": "5"}) == "{total} pays 5"
    with pytest.raises(KeyError):
        fill("{nobody}", {})


@pytest.mark.parametrize("facts", EVERY[:10], ids=named)
def test_every_table_says_what_its_cells_are_about(facts: Facts, printed: Printed) -> None:
    with pikepdf.open(BytesIO(printed(facts).pdf)) as pdf:
        parts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
        heads = [one for one in parts if one.S == "/TH"]
        for head in heads:
            assert str(head.A.Scope) in ("/Row", "/Column")
        for table in (one for one in parts if one.S == "/Table"):
            rows = [row for body in table.K for row in body.K]
            assert any(cell.S == "/TH" for row in rows for cell in row.K)
