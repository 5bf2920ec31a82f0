"""GUARANTEES.md says what was run, in both languages, and promises nothing that has no test."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "guarantees"
HERE = Path(__file__).parent
BOOK: dict[str, Any] = tomllib.loads((FOLDER / "promises.toml").read_text(encoding="utf-8"))
KEPT: dict[str, Any] = json.loads((FOLDER / "last-run.json").read_text(encoding="utf-8"))
FIELDS = {"title", "issuer", "investor", "officer", "when", "not_covered", "built"}
BOASTS = re.compile(
    r"tamper[- ]?proof|inviolable|unhackable|impiratable|100\s*%\s*(secure|sécuritaire)"
    r"|fully compliant|entièrement conforme",
    re.IGNORECASE,
)


def told(*arguments: str) -> str:
    """What the writer of the page prints."""
    return subprocess.run(
        [sys.executable, str(ROOT / "tools" / "guarantees_page.py"), *arguments],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_page_is_what_the_words_and_the_last_run_make() -> None:
    assert (ROOT / "GUARANTEES.md").read_text(encoding="utf-8") == told("--print"), (
        "run `python tools/guarantees.py write`"
    )


def test_every_promise_is_whole_in_both_languages() -> None:
    for promise in BOOK["promise"]:
        for language in ("fr", "en"):
            assert set(promise[language]) == FIELDS, promise["id"]
            assert all(text.strip() for text in promise[language].values())
    ids = [promise["id"] for promise in BOOK["promise"]]
    assert len(ids) == len(set(ids))


def test_every_test_that_is_named_is_there_and_reports_under_its_name() -> None:
    known = {test["id"] for test in BOOK["test"]}
    assert {name for promise in BOOK["promise"] for name in promise["tests"]} == known
    for test in BOOK["test"]:
        files = [HERE / name for name in test["files"]]
        source = "".join(file.read_text(encoding="utf-8") for file in files)
        assert re.search(rf'report\(\s*"{test["id"]}"', source), test["id"]
        assert test["fr"].strip()
        assert test["en"].strip()


@pytest.mark.parametrize("promise", BOOK["promise"], ids=lambda promise: promise["id"])
def test_a_promise_that_was_tried_caught_a_broken_copy(promise: dict[str, Any]) -> None:
    ran = [KEPT["tests"][name] for name in promise["tests"] if name in KEPT["tests"]]
    assert ran, f"{promise['id']} was never tried: run `make guarantees`"
    assert any(row["caught"] for row in ran)


def test_every_figure_and_every_broken_copy_has_its_french_name() -> None:
    names = {
        name
        for row in KEPT["tests"].values()
        for name in (*row["caught"], *(key for figures in row["figures"] for key in figures))
    }
    assert sorted(names - set(BOOK["words"])) == []


def test_french_is_written_as_in_quebec() -> None:
    french = "\n".join(
        line for line in told("--print").splitlines() if not line.startswith(("#", "|"))
    )
    for promise in BOOK["promise"]:
        for text in promise["fr"].values():
            assert text in french or text == promise["fr"]["title"]
            assert not re.search(r"[^\u00a0\d]:(?!\d)| [;!?»$%]|« ", text), text


def test_nothing_boasts() -> None:
    pages = [ROOT / "README.md", ROOT / "GUARANTEES.md", *(ROOT / "docs").rglob("*.md")]
    for app in ("compliance", "equity", "investors", "documents"):
        pages += (ROOT / app).rglob("*.html")
        pages += (ROOT / app).rglob("*.po")
    assert len(pages) > 50
    boasts = [page.name for page in pages if BOASTS.search(page.read_text(encoding="utf-8"))]
    assert boasts == []
