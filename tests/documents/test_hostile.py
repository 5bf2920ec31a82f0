"""What people write is text: it fetches nothing, draws nothing, and stays on the page."""

import dataclasses
import html as markup
import re
import subprocess
import typing
from base64 import b64encode
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from weasyprint.urls import FatalURLFetchingError

from documents.facts import KINDS
from documents.facts.codec import hints
from documents.paper.pictures import bar
from documents.render import LARGEST_PICTURE, page, render
from documents.render import _OnlyOurs as OnlyOurs
from tests.documents.printing import sample

TEMPLATES = Path(str(files("documents"))) / "templates" / "documents" / "v1"
NASTY = (
    '<img src="https://example.org/x.png">',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    "<style>body{background:url(file:///etc/passwd)}</style>",
    "<object data='file:///etc/passwd'></object><link rel=attachment href='file:///etc/hostname'>",
    "{{ head.digest }}{% include 'documents/v1/base.html' %}",
    "</title><script>alert(1)</script>&nbsp;",
)
_USES = {n: f'<use href="#g{n - 1}"/>' * 10 for n in range(1, 9)}
_TEN_TIMES = "".join(f'<g id="g{n}">{uses}</g>' for n, uses in _USES.items())
BOMB = f'<svg xmlns="http://www.w3.org/2000/svg">{_TEN_TIMES}<!--{"x" * LARGEST_PICTURE}--></svg>'
LONG_WORD = "Hippopotomonstrosesquippedaliophobie" * 4
LONG_TEXT = "Les fonds serviront à moderniser la cabane à sucre et l'évaporateur. " * 182
"""2 002 words."""


def kinds_of_fields(kind: Any, seen: set[Any]) -> None:
    """Every plain type that facts of a kind are made of."""
    for inner in typing.get_args(kind):
        if inner not in (Ellipsis, type(None)) and not isinstance(inner, str):
            kinds_of_fields(inner, seen)
    if dataclasses.is_dataclass(kind):
        for field in hints(kind).values():  # type: ignore[arg-type]
            kinds_of_fields(field, seen)
    elif not typing.get_args(kind):
        seen.add(kind)


def test_no_fact_is_a_picture_or_a_file() -> None:
    """Nobody can supply a picture: facts are words, numbers and days, and nothing else."""
    seen: set[Any] = set()
    for kind in KINDS.values():
        kinds_of_fields(kind, seen)
    assert seen == {str, int, bool, Decimal, date, datetime}


def test_the_only_pictures_of_the_templates_are_the_bars_that_we_draw() -> None:
    sources = {one.name: one.read_text(encoding="utf-8") for one in TEMPLATES.glob("*.html")}
    found = [
        src for text in sources.values() for src in re.findall(r'<img[^>]*src="([^"]*)"', text)
    ]
    assert found == ["{{ x.item7.bar_minimum }}", "{{ x.item7.bar_maximum }}"]
    for name, text in sources.items():
        assert not re.search(r"\|\s*safe|autoescape|<(object|embed|iframe|video|link|a)\b", text), (
            name
        )
    assert len(bar([Decimal(1)] * 60)) < LARGEST_PICTURE


def strings(value: Any, text: str) -> Any:
    """The same facts with a text at the end of all that has a space: codes and days have none."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for name, kind in hints(type(value)).items():
            given = getattr(value, name)
            if kind is str and " " in given:
                changed[name] = given + text
            elif kind == tuple[str, ...] and name in ("address", "details"):
                changed[name] = tuple(one + text for one in given)
            elif dataclasses.is_dataclass(given):
                changed[name] = strings(given, text)
        return replace(value, **changed)
    return value


@pytest.mark.parametrize("kind", [one for one in KINDS if one != "evidence_summary"])
def test_markup_in_any_fact_is_printed_as_it_was_typed(kind: str) -> None:
    facts = strings(sample(kind), "".join(NASTY))
    source = page(kind, facts)
    plain = page(kind, sample(kind))
    for tag in ("<img", "<style", "<object", "<script", "<link", "<title"):
        assert source.count(tag) == plain.count(tag), tag
    assert markup.escape(NASTY[0]) in source
    assert "{{ head.digest }}" in source


def test_printing_it_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    fetch = OnlyOurs.fetch

    def told(self: OnlyOurs, url: str, headers: Any = None) -> Any:
        asked.append(url)
        return fetch(self, url, headers)

    monkeypatch.setattr(OnlyOurs, "fetch", told)
    made = render("withdrawal_notice", strings(sample("withdrawal_notice"), "".join(NASTY)))
    assert made.pages
    assert [url for url in asked if not url.startswith("file://")] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "http://127.0.0.1:8000/",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/svg+xml,<svg/>",
        "data:text/css,*{}",
        "data:image/svg+xml;base64," + b64encode(BOMB.encode()).decode(),
    ],
    ids=lambda address: address[:40],
)
def test_an_address_from_elsewhere_and_a_bomb_are_refused_in_words(address: str) -> None:
    fetcher = OnlyOurs(allowed_protocols=("file", "data"))
    with pytest.raises(FatalURLFetchingError, match="may not fetch"):
        fetcher.fetch(address)


def stretched(kind: str) -> Any:
    """The sample of a kind with the longest words and texts that forms let through."""
    facts: Any = sample(kind)
    issuer = replace(facts.issuer, name=f"Coopérative {LONG_WORD}", address=(LONG_WORD,))
    facts = replace(facts, issuer=issuer)
    for field in ("holder", "purchaser"):
        if hasattr(facts, field):
            person = replace(getattr(facts, field), name=LONG_WORD, address=(LONG_WORD, "Laval"))
            facts = replace(facts, **{field: person})
    if kind == "amendment_notice":
        row = replace(facts.changes[0], before=LONG_TEXT, after=f"{LONG_WORD} {LONG_TEXT}")
        facts = replace(facts, changes=(row,))
    elif kind == "offering_document":
        facts = replace(facts, overview=LONG_TEXT, restrictions=LONG_WORD)
    if kind == "bond_certificate":
        security = replace(facts.security, designation=f"obligations {LONG_WORD}")
        facts = replace(facts, security=security)
    return facts


@pytest.mark.parametrize("kind", ["offering_document", "amendment_notice", "bond_certificate"])
def test_long_words_and_long_texts_stay_on_the_page_and_whole(kind: str) -> None:
    facts = stretched(kind)
    made = render(kind, facts)
    shown = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=made.pdf, capture_output=True, check=True
    ).stdout.decode()
    width, height, count = 0.0, 0.0, 0
    for line in shown.splitlines():
        if size := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            width, height = map(float, size.groups())
        elif word := re.search(r'xMin="(.*)" yMin="(.*)" xMax="(.*)" yMax="(.*)">(.*)<', line):
            left, top, right, bottom = map(float, word.groups()[:4])
            assert 20 < left < right < width - 20, line
            assert 10 < top < bottom < height - 10, line
            count += word[5] == "serviront"
    wanted = {"offering_document": 182, "amendment_notice": 364, "bond_certificate": 0}
    assert count == wanted[kind]
