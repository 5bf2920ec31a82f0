"""The lawyer's page lists every rule and duty; citations and grades stand in the data only."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from compliance.rules.ni45_110 import book
from compliance.rules.ni45_110.duties import DUTIES

README = Path(book.__file__).parents[1] / "README.md"
_FILED = "Judged when an offering is submitted, approved and opened"
SECTIONS = {
    f"{_FILED}, and when an amendment is published": {"filing", "amendment"},
    "Judged at subscription": {"subscription"},
    "Judged at closing": {"closing"},
    "Judged elsewhere": {"act", "amend"},
}


def section(title: str) -> list[str]:
    """The lines under a heading, up to the next one."""
    text = README.read_text(encoding="utf-8").split(f"# {title}\n", 1)[1]
    return text.split("\n#", 1)[0].strip().splitlines()


def table(heading: str, rows: Iterable[tuple[str, str]]) -> list[str]:
    """A table of codes and what they ask."""
    return [f"| code | {heading} |", "|---|---|", *(f"| `{code}` | {it} |" for code, it in rows)]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_rule_under_where_it_is_judged(title: str) -> None:
    rules = book.REGIME.rules.values()
    asked = [(rule.code, rule.title_en) for rule in rules if SECTIONS[title] & set(rule.judged)]
    assert section(title) == table("met when", asked)


def test_every_rule_is_somewhere() -> None:
    text = README.read_text(encoding="utf-8")
    assert [code for code in book.REGIME.rules if f"| `{code}` |" not in text] == []


def test_every_duty() -> None:
    duties = [(duty.code, duty.title_en) for duty in DUTIES.values()]
    assert section("Duties with a due day") == table("what is to be done", duties)
