"""D5: every document keeps the rules of PDF/A-2 and PDF/UA-1 that a program here can judge.

Every kind, in both languages, without the draft mark and with it. Our own rules are in
`tests/documents/rules`; pdfua, qpdf and poppler judge beside them, and copies broken on purpose
judge the rules. What nobody here can judge is named in documents/README.md.
"""

import html as markup
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import pdfua
import pikepdf
import pytest

from documents.facts import KINDS, Facts
from documents.render import page
from documents.seals.ring import read_ring
from documents.seals.signing import seal
from tests.documents.breaking import Broken
from tests.documents.broken import BROKEN
from tests.documents.printing import drafted, every, named, printed, sample
from tests.documents.rules import RULES, findings, judge
from tests.documents.rules.paper import Paper
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.sealed import keyed

# The short form leaves out the draft mark in English, and shows others each kind once.
EVERY = sized(short=every()[: 3 * len(KINDS)], long=every())
ONCE = sized(
    short=[*every()[: len(KINDS) : 2], *every()[len(KINDS) + 1 : 2 * len(KINDS) : 2]], long=EVERY
)
SEALED_AT = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)
CHAPTERS = {
    "6.1": "the file as a whole",
    "6.2.11": "fonts and letters",
    "6.2": "colours and pictures",
    "6.3": "annotations, actions, attachments",
    "6.5": "annotations, actions, attachments",
    "6.8": "annotations, actions, attachments",
    "6.6": "metadata",
    "": "tags and their order",
}


@cache
def good() -> bytes:
    """The document that has everything: headings, tables, lists, pictures, and the draft mark."""
    return printed(drafted(sample("offering_document"))).pdf


@pytest.mark.parametrize("broken", BROKEN, ids=lambda one: f"{one.rule}: {one.name}")
def test_a_broken_copy_is_caught_by_its_rule(broken: Broken) -> None:
    with Paper.opened(broken.copy_of(good())) as paper:
        assert list(RULES[broken.rule](paper))


@pytest.mark.parametrize("kind", ["share_certificate", "amendment_notice"])
def test_a_sealed_document_keeps_every_rule(kind: str, tmp_path: Path) -> None:
    """The seal adds a field that is not seen, and nothing else; a field that is seen is caught."""
    keyed(tmp_path, SEALED_AT)
    issued = printed(sample(kind)).pdf
    made = seal(issued, ring=read_ring(tmp_path), about="test", clock=lambda: SEALED_AT)
    assert judge(issued + made.increment, sealed=True) == []
    assert {one.rule for one in judge(issued + made.increment)} == {"6.3 annotations"}
    with pikepdf.open(BytesIO(issued + made.increment)) as pdf:
        pdf.pages[0].obj.Annots[0].Rect = pikepdf.Array([0, 0, 90, 20])
        out = BytesIO()
        pdf.save(out, fix_metadata_version=False)
    assert "6.3 annotations" in {one.rule for one in judge(out.getvalue(), sealed=True)}


def test_every_rule_has_a_broken_copy(report: Report) -> None:
    assert {one.rule for one in BROKEN} == set(RULES)
    caught = Counter(chapter(one.rule) for one in BROKEN)
    report(
        "D5",
        figures={"documents": len(EVERY), "rules": len(RULES), "broken copies": len(BROKEN)},
        caught={name: f"{count}" for name, count in caught.items()},
    )


def chapter(rule: str) -> str:
    """The chapter that a rule belongs to, for the report."""
    return next(name for start, name in CHAPTERS.items() if rule.startswith(start))


@pytest.mark.parametrize("facts", EVERY, ids=named)
def test_a_document_keeps_every_rule_and_is_read_in_the_order_of_its_page(facts: Facts) -> None:
    """Every piece of text of the HTML is in the tree, in its order, word for word.

    The tree comes from the layout and is read through the maps of the embedded fonts, so a lost
    letter, a wrong map or a part out of its order shows here.
    """
    with Paper.opened(printed(facts).pdf) as paper:
        assert findings(paper) == []
        told = squeezed("".join(paper.text(part) for part in paper.parts if part.above is None))
    at = 0
    wanted = list(pieces(page(facts.kind, facts)))
    for piece in wanted:
        found = told.find(piece, at)
        assert found >= 0, f"{piece!r} is not read after {told[max(at - 40, 0) : at]!r}"
        at = found + len(piece)
    # Beside the words of the page: numbers of items and of pages, which the style sheet counts.
    known = sum(map(len, wanted))
    assert len(told) - known <= 60


def pieces(source: str) -> Iterator[str]:
    """The texts of a page in their order; of the margins, the first page's mark alone."""
    body = source[source.index("<body") :]
    body = re.sub(r'<div class="run-(head|foot)">.*?</div></div>', "", body, flags=re.S)
    for text in re.split(r"<[^>]*>", body):
        if squeezed(text):
            yield squeezed(markup.unescape(text))


def squeezed(text: str) -> str:
    """A text without its white space, composed."""
    return "".join(unicodedata.normalize("NFC", text).split())


def test_the_checker_of_another_finds_nothing(tmp_path: Path) -> None:
    """pdfua has 16 of the 106 rules of the profile of PDF/UA-1. One of them (empty headings) dies
    of the newest pikepdf, as its report says; ours of checkpoint 14 judges that."""
    name = tmp_path / "document.pdf"
    for facts in ONCE:
        name.write_bytes(printed(facts).pdf)
        report = pdfua.validate(str(name))
        assert report.findings == (), named(facts)
        assert {one.rule_id for one in report.skipped} <= {"UA-14-001"}
    for broken in BROKEN:
        if broken.name in ("not said to be tagged", "no words", "no language", "no title"):
            name.write_bytes(broken.copy_of(good()))
            assert pdfua.validate(str(name)).findings, broken.name


def test_qpdf_and_poppler_read_every_document(tmp_path: Path) -> None:
    for facts in ONCE:
        name = tmp_path / f"{named(facts)}.pdf"
        name.write_bytes(printed(facts).pdf)
        checked = subprocess.run(["qpdf", "--check", name], capture_output=True, text=True)
        assert (checked.returncode, checked.stderr) == (0, ""), checked.stdout
        shown = subprocess.run(["pdfinfo", name], capture_output=True, text=True, check=True)
        told = dict(re.findall(r"^([\w ]+):\s+(.*)$", shown.stdout, re.M))
        assert (told["Tagged"], told["Suspects"], told["Form"]) == ("yes", "no", "none")
        assert (told["JavaScript"], told["Encrypted"]) == ("no", "no")
        assert shown.stderr == ""
        fonts = subprocess.run(["pdffonts", name], capture_output=True, text=True, check=True)
        assert fonts.stderr == ""
        for line in fonts.stdout.splitlines()[2:]:
            assert "+Paper-" in line
            assert line.split()[-5:-2] == ["yes", "yes", "yes"]  # embedded, a subset, mapped
