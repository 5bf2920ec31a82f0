#!/usr/bin/env python3
"""Write GUARANTEES.md from docs/guarantees/promises.toml and docs/guarantees/last-run.json.

The words are data in both languages; the figures are those that the last run wrote. `--print` shows
the page instead of writing it.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "guarantees"
PAGE = ROOT / "GUARANTEES.md"
NBSP = "\u00a0"

Row = dict[str, Any]

LABELS = {
    "fr": {
        "means": "Ce que cela veut dire pour vous",
        "issuer": "Émetteur",
        "investor": "Investisseur",
        "officer": "Responsable de la conformité",
        "when": "Tient quand",
        "not_covered": "Ne couvre pas",
        "built": "Comment c'est fait",
        "tests": "Comment nous essayons de le briser",
        "last": "Dernier passage",
        "caught": "Copies brisées exprès, que les tests ont attrapées",
        "check": "Vérifiez vous-même",
        "never": "pas encore essayé",
        "long": "forme longue",
        "short": "forme courte",
        "none": "aucune",
        "colon": f"{NBSP}: ",
    },
    "en": {
        "means": "What this means for you",
        "issuer": "Issuer",
        "investor": "Investor",
        "officer": "Compliance officer",
        "when": "It holds when",
        "not_covered": "It does not cover",
        "built": "How it is built",
        "tests": "How we try to break it",
        "last": "Last run",
        "caught": "Copies broken on purpose, which the tests caught",
        "check": "Check it yourself",
        "never": "not tried yet",
        "long": "long form",
        "short": "short form",
        "none": "none",
        "colon": ": ",
    },
}


def page(book: Row, kept: Row) -> str:
    """The whole page, from the words and the figures."""
    lines = [*_head(book, kept)]
    for promise in book["promise"]:
        lines += ["", f"## {promise['id']}", ""]
        for language in ("fr", "en"):
            lines += _promise(promise, book, kept, language)
    lines += ["", *_known(book)]
    return "\n".join(lines).rstrip() + "\n"


def _head(book: Row, kept: Row) -> Iterator[str]:
    machine = kept.get("machine", {})
    told = ", ".join(str(machine[key]) for key in ("system", "memory") if key in machine)
    cores = machine.get("cores", "?")
    yield from ("# Garanties · Guarantees", "")
    yield book["intro"]["fr"].strip()
    yield ""
    yield book["intro"]["en"].strip()
    yield ""
    yield "| | Promesse | Promise | tests |"
    yield "|---|---|---|---|"
    for promise in book["promise"]:
        link = f"[{promise['id']}](#{promise['id'].lower()})"
        titles = f"{promise['fr']['title']} | {promise['en']['title']}"
        yield f"| {link} | {titles} | {', '.join(promise['tests'])} |"
    yield ""
    told = f"{told}, Python {machine.get('python', '?')}."
    yield f"Machine{NBSP}: {cores} cœurs, {told} · Machine: {cores} cores, {told}"


def _promise(promise: Row, book: Row, kept: Row, language: str) -> Iterator[str]:
    words, labels = promise[language], LABELS[language]
    colon = labels["colon"]
    yield from (f"### {words['title']}", "")
    yield f"**{labels['means']}**"
    yield ""
    for person in ("issuer", "investor", "officer"):
        yield f"- *{labels[person]}*{colon}{words[person]}"
    yield ""
    for field in ("when", "not_covered", "built"):
        yield f"- **{labels[field]}**{colon}{words[field]}"
    yield from _tests(promise, book, kept, language)
    command = f"`make guarantee-{promise['id'].removeprefix('G-')}`"
    yield f"- **{labels['check']}**{colon}{command}"
    yield ""


def _tests(promise: Row, book: Row, kept: Row, language: str) -> Iterator[str]:
    """How it is tried, what the last run counted, and what it caught."""
    labels, known = LABELS[language], {test["id"]: test for test in book["test"]}
    yield f"- **{labels['tests']}**{labels['colon'].rstrip()}"
    caught: list[str] = []
    for name in promise["tests"]:
        yield f"  - {name}{labels['colon']}{known[name][language]}"
        row = kept["tests"].get(name)
        if row is None:
            yield f"    - {labels['last']}{labels['colon']}{labels['never']}"
            continue
        when = f"{row['day']}, {row['commit']}, {row['seconds']} s"
        if not known[name].get("one_form"):
            when += f", {labels[row['form']]}"
        yield f"    - {labels['last']}{labels['colon']}{when}"
        for figures in row["figures"]:
            told = (_figure(key, value, book, language) for key, value in figures.items())
            yield f"      - {', '.join(told)}"
        caught += [translated(copy, book, language) for copy in row["caught"]]
    many = "; ".join(caught) or labels["none"]
    yield f"- **{labels['caught']} ({len(caught)})**{labels['colon']}{many}"


def _figure(name: str, value: str | int, book: Row, language: str) -> str:
    number = isinstance(value, int)
    text = f"{value:,}" if number else str(value)
    if number and language == "fr":
        text = text.replace(",", NBSP)
    return f"{translated(name, book, language)}{LABELS[language]['colon']}{text}"


def translated(name: str, book: Row, language: str) -> str:
    """The name of a figure or of a broken copy in that language; the reports speak English."""
    return name if language == "en" else book["words"].get(name, name)


def _known(book: Row) -> Iterator[str]:
    yield from ("## Défauts connus · Known failures", "")
    yield f"{book['known']['fr'].strip()} · {book['known']['en'].strip()}"
    yield ""
    yield "| version | défaut · failure | trouvé par · found by |"
    yield "|---|---|---|"
    for row in book["failure"]:
        yield f"| {row['version']} | {row['fr']} · {row['en']} | {row['found']} |"


def main() -> None:
    """Write the page, or print it."""
    book = tomllib.loads((FOLDER / "promises.toml").read_text(encoding="utf-8"))
    text = page(book, json.loads((FOLDER / "last-run.json").read_text(encoding="utf-8")))
    if "--print" in sys.argv:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
