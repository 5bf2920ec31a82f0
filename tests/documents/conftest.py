"""Prints each document once per run and reads it back with poppler."""

import subprocess
from collections.abc import Callable
from functools import cache

import pytest

from documents.facts import Facts, facts_digest
from documents.render import Rendered, render

_FACTS: dict[str, Facts] = {}


@cache
def _printed(digest: str) -> Rendered:
    facts = _FACTS[digest]
    return render(facts.kind, facts)


@cache
def _pages(digest: str) -> tuple[str, ...]:
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=_printed(digest).pdf,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(text.split("\f")[:-1])


@pytest.fixture
def printed() -> Callable[[Facts], Rendered]:
    """The document made of these facts."""

    def make(facts: Facts) -> Rendered:
        digest = facts_digest(facts)
        _FACTS[digest] = facts
        return _printed(digest)

    return make


@pytest.fixture
def pages(printed: Callable[[Facts], Rendered]) -> Callable[[Facts], tuple[str, ...]]:
    """The text of every page, its white space reduced to single plain spaces."""

    def read(facts: Facts) -> tuple[str, ...]:
        printed(facts)
        return tuple(" ".join(page.split()) for page in _pages(facts_digest(facts)))

    return read


@pytest.fixture
def text(pages: Callable[[Facts], tuple[str, ...]]) -> Callable[[Facts], str]:
    """The text of the whole document."""

    def read(facts: Facts) -> str:
        return " ".join(pages(facts))

    return read
