"""Every page of the table answers, in French and in English, lightly and within its policy."""

import gzip
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.atlas.looking import client_of
from tests.atlas.pages import FILES, PUBLIC, Page, all_pages
from tests.atlas.world import EXAMINER, ISSUERS, World
from tests.pages.issuing import html, one_heading

pytestmark = pytest.mark.django_db

PAGES = all_pages()
WEIGHT = 150_000
"""Bytes of a page with what it loads, as sent, without its pictures."""
PERSONAL = frozenset(
    f"equity:{name}" for name in ("subscription", "withdraw", "ask_about", "holding")
)
"""Pages of one investor and of nobody else."""
_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on|javascript:", re.I)
_LOADED = re.compile(r'(?:src|href)="/static/([^"]+\.(?:js|css))"')
_DUMMY = {"uuid": uuid4(), "int": 1, "str": "x", "slug": "x"}


def patterns(found: URLResolver, spaces: tuple[str, ...] = ()) -> list[tuple[str, URLPattern]]:
    """Every address of the site, with its full name."""
    rows: list[tuple[str, URLPattern]] = []
    for one in found.url_patterns:
        if isinstance(one, URLResolver):
            rows += patterns(one, spaces + ((one.namespace,) if one.namespace else ()))
        else:
            rows.append((":".join((*spaces, one.name or "")), one))
    return rows


def test_the_table_has_every_address_that_answers(world: World) -> None:
    told = {page.name for page in PAGES} | FILES
    every = dict(patterns(get_resolver()))
    assert told <= set(every), "the table names an address that is not there"
    missing = []
    for name in sorted(set(every) - told):
        converters = every[name].pattern.converters
        given = {key: _DUMMY[_kind(one)] for key, one in converters.items()}
        answer = client_of(world, "odile").get(reverse(name, kwargs=given))
        if answer.status_code != 405:
            missing.append(name)
    assert missing == [], "they answer GET and are not in the table"


def _kind(converter: object) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_answers_within_its_policy(world: World, language: str) -> None:
    faults = []
    for page in PAGES:
        answer = client_of(world, page.who, language).get(page.address(world))
        if answer.status_code != 200:
            faults.append(f"{page.key}: status {answer.status_code}")
            continue
        text = html(answer)
        one_heading(answer)
        assert f'<html lang="{language}-CA"' in text
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        faults += [f"{page.key}: {found}" for found in _INLINE.findall(text)]
        if (weight := _weight(text)) > WEIGHT:
            faults.append(f"{page.key}: {weight} bytes")
    assert not faults, "\n".join(faults)


def test_no_page_opens_for_whom_it_is_not(world: World) -> None:
    """With the ids of what is there: by ids that name nothing, every page is closed."""
    faults, asked = [], 0
    for page in PAGES:
        for who in outsiders(page):
            asked += 1
            answer = client_of(world, who).get(page.address(world))
            if answer.status_code != (404 if who else 302):
                faults.append(f"{page.key} for {who or 'nobody'}: status {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert asked > 300


def outsiders(page: Page) -> tuple[str, ...]:
    """Whose the page is not: none, where it is of whoever asks."""
    if page.name.startswith("desk:"):
        return (PUBLIC, "marie", "ferme", "costumerie")
    if page.who in ISSUERS and page.name != "equity:home":
        other = ISSUERS[ISSUERS.index(page.who) - 1]
        return (PUBLIC, other, "marie", "odile", EXAMINER)
    if page.name in PERSONAL:
        return (PUBLIC, "paul", "ferme", "odile", EXAMINER)
    return ("odile",) if page.name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else ()


def _weight(text: str) -> int:
    """The page, and the files that it loads as a browser asks for them: compressed, and the fonts
    of French and English."""
    files = [Path(finders.find(name) or "") for name in set(_LOADED.findall(text))]
    assert any(path.name == "site.css" for path in files)
    loaded = sum(len(gzip.compress(path.read_bytes())) for path in files)
    fonts = Path(finders.find("web/fonts") or "")
    return len(text.encode()) + loaded + sum(p.stat().st_size for p in fonts.glob("*-latin-[46]*"))


def test_each_page_has_a_name_of_its_own() -> None:
    keys = [page.key for page in PAGES]
    assert [key for key in keys if keys.count(key) > 1] == []
