"""A sealed document still keeps the rules of PDF/A-2 and PDF/UA-1 that a seal could break."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from pyhanko.sign.fields import InvisSigSettings

from documents.seals import signing
from documents.seals.authority import Authority
from documents.seals.ring import Ring, read_ring
from documents.seals.signing import renew, seal
from tests.sealed import keyed, printed
from tests.stamping import DAY, Stamper, listening

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
PRINT, LEFT_CLEAR = 1 << 2, 1 << 0 | 1 << 1 | 1 << 5 | 1 << 8
"""Flags of an annotation: Print; and Invisible, Hidden, NoView, ToggleNoView."""


@pytest.fixture
def held(tmp_path: Path, settings: Any) -> Iterator[Ring]:
    stamper = Stamper(NOW - DAY, years=2)
    stamper.now = lambda: NOW
    stamper.trusted_in(tmp_path)
    keyed(tmp_path, NOW - DAY)
    with listening(stamper):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": stamper.address}
        yield read_ring(tmp_path)


def archived(issued: bytes, held: Ring) -> bytes:
    """A document sealed, stamped, and stamped again."""
    authority = Authority(held, lambda: NOW)
    made = seal(issued, ring=held, about="x", clock=lambda: NOW, authority=authority)
    sealed = issued + made.increment
    return sealed + renew(sealed, authority=authority).increment


def faults(pdf: bytes, issued: bytes) -> set[str]:
    """The rules that a file breaks, of those that a seal could break."""
    with pikepdf.open(BytesIO(pdf)) as now, pikepdf.open(BytesIO(issued)) as then:
        return {
            *_of_annotations(now),
            *_of_the_catalog(now, then),
            *_of_signatures(now),
        }


def _of_annotations(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        notes = page.get("/Annots", [])
        if notes and page.get("/Tabs") != "/S":
            yield "PDF/UA-1 7.18.3: the page has no order of tabs"
        for note in notes:
            flags, (left, low, right, high) = int(note.F), map(float, note.Rect)
            x0, y0, x1, y1 = map(float, page.cropbox)
            if not flags & PRINT or flags & LEFT_CLEAR:
                yield "PDF/A-2 6.3.2: flags"
            if (left, low) != (right, high) and "/AP" not in note:
                yield "PDF/A-2 6.3.3: no appearance"
            if "/A" in note or "/AA" in note:
                yield "PDF/A-2 6.4.1: an action"
            outside = right < x0 or left > x1 or high < y0 or low > y1
            if not outside and "/StructParent" not in note:
                yield "PDF/UA-1 7.18.4: a field outside a Form element"
            if not str(note.get("/TU", "")):
                yield "PDF/UA-1 7.18.1: a field without a description"


def _of_the_catalog(now: pikepdf.Pdf, then: pikepdf.Pdf) -> Iterator[str]:
    form = now.Root.AcroForm
    if form.get("/NeedAppearances", False) or "/XFA" in form:
        yield "PDF/A-2 6.4.1: a form that is drawn by the reader"
    if set(now.Root.Perms.keys()) != {"/DocMDP"}:
        yield "PDF/A-2 6.1.12: permissions"
    if now.Root.get("/Version", "/1.7") != "/1.7":
        yield "PDF/A-2 is built on PDF 1.7"
    if bytes(now.Root.Metadata.read_raw_bytes()) != bytes(then.Root.Metadata.read_raw_bytes()):
        yield "PDF/A-2 6.6.2: the metadata were written anew"
    if {**now.docinfo} != {**then.docinfo}:
        yield "PDF/A-2 6.6.3: the dictionary and the metadata differ"
    if "/Fonts" in form.get("/DR", {}):
        yield "PDF/A-2 6.2.11.4: a font"


def _of_signatures(pdf: pikepdf.Pdf) -> Iterator[str]:
    for field in pdf.Root.AcroForm.Fields:
        for reference in field.V.get("/Reference", []):
            if {"/DigestLocation", "/DigestMethod", "/DigestValue"} & set(reference.keys()):
                yield "PDF/A-2 6.1.12: a digest beside the signature"


@pytest.mark.parametrize("kind", ["share_certificate", "purchaser_confirmation"])
def test_no_rule_is_broken_by_the_seal_and_its_stamps(
    kind: str, held: Ring, tmp_path: Path
) -> None:
    issued = printed(kind, "fr").pdf
    sealed = archived(issued, held)
    assert faults(sealed, issued) == set()
    found = []
    for name, content in (("issued", issued), ("sealed", sealed)):
        (tmp_path / name).write_bytes(content)
        report = pdfua.validate(str(tmp_path / name))
        found.append({(one.rule_id, one.message) for one in report.findings})
    assert found[0] == found[1]
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.Root.AcroForm.Fields) == 3


def test_the_rules_find_a_seal_that_was_made_without_them(
    held: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = printed("purchaser_confirmation", "fr").pdf
    monkeypatch.setattr(signing, "UNSEEN", InvisSigSettings(set_hidden_flag=True))
    assert faults(archived(issued, held), issued) == {
        "PDF/A-2 6.3.2: flags",
        "PDF/UA-1 7.18.4: a field outside a Form element",
    }
    monkeypatch.undo()
    monkeypatch.setattr(signing, "_Increment", signing.IncrementalPdfFileWriter)
    assert {one.partition(":")[0] for one in faults(archived(issued, held), issued)} >= {
        "PDF/A-2 is built on PDF 1.7",
        "PDF/A-2 6.6.2",
    }
