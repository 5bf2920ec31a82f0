"""Prints each document once per run and reads it back with poppler."""

import subprocess
from collections.abc import Callable
from functools import cache

import pytest

from documents.facts import Facts, facts_digest
from documents.render import Rendered
from tests.documents import printing

_FACTS: dict[str, Facts] = {}


@cache
def _pages(digest: str) -> tuple[str, ...]:
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=printing.printed(_FACTS[digest]).pdf,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(text.split("\f")[:-1])


@pytest.fixture
def printed() -> Callable[[Facts], Rendered]:
    """The document made of these facts."""
    return printing.printed


@pytest.fixture
def pages() -> Callable[[Facts], tuple[str, ...]]:
    """The text of every page, its white space reduced to single plain spaces."""

    def read(facts: Facts) -> tuple[str, ...]:
        digest = facts_digest(facts)
        _FACTS[digest] = facts
        return tuple(" ".join(page.split()) for page in _pages(digest))

    return read


@pytest.fixture
def text(pages: Callable[[Facts], tuple[str, ...]]) -> Callable[[Facts], str]:
    """The text of the whole document."""

    def read(facts: Facts) -> str:
        return " ".join(pages(facts))

    return read
