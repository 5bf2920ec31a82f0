"""Guidance for each item of Form 45-110F1: the one place where it is read (``guidance.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from compliance.rules.kernel.grades import Grade
from documents.facts.shared import Language
from documents.paper.words import typeset

_CITATION = {"fr": "Annexe 45-110A1, rubrique {}", "en": "Form 45-110F1, item {}"}


@dataclass(frozen=True, slots=True)
class Guide:
    """What is said beside one item, in one language."""

    item: str
    asks: str
    """What the form asks, in our words."""
    how: str
    example: str
    citation: str
    grade: str
    """How sure we are of what the form asks, in words."""


@cache
def guide(item: str, language: Language) -> Guide | None:
    """The guidance about an item; None for an item that has none."""
    told = _read().get(item)
    if told is None:
        return None
    number = item.rstrip("pd") if item.startswith("7.2") else item
    return Guide(
        item=item,
        **{name: typeset(told[name][language], language) for name in ("asks", "how", "example")},
        citation=_CITATION[language].format(number),
        grade=Grade(told["grade"]).label(language),
    )


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(files("equity").joinpath("guidance.toml").read_text(encoding="utf-8"))


def guided_items() -> tuple[str, ...]:
    """The items that have guidance, in the order of the file."""
    return tuple(_read())
