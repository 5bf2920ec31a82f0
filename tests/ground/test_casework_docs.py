"""docs/casework.md says what the code does: its tables are held to the code, line by line."""

from datetime import date
from pathlib import Path

import pytest

from compliance.casework.kinds import EVIDENCE, FLAGS, KINDS, QUEUES, Priority
from compliance.casework.rules import REGIME, casebook
from compliance.desk.outcomes import OUTCOMES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "casework.md"
DAY = date(2026, 11, 26)
_QUEUES = {word.code: word.en for word in QUEUES}
_EVIDENCE = {word.code: word.en.lower() for word in EVIDENCE}


def kind_rows() -> list[str]:
    """A line for each kind: queue, priority, service level."""
    return [
        f"| {kind.en} (`{kind.code}`) | {_QUEUES[kind.queue]} | "
        f"{Priority(kind.priority).name.lower()} | {kind.days} |"
        for kind in KINDS.values()
    ]


def decision_rows() -> list[str]:
    """A line for each decision: what it needs and what it does."""
    rows = []
    for kind in KINDS.values():
        for choice in kind.decisions:
            needs = [_EVIDENCE[one] for one in choice.evidence]
            does = OUTCOMES[kind.code, choice.code].en
            rows.append(f"| {kind.en} | {choice.en} | {', '.join(needs) or '—'} | {does} |")
    return rows


def figure_rows() -> list[str]:
    """A line for each threshold in force."""
    book = casebook(DAY)
    return [
        f"| {figure.title_en} (`{name}`) | {value_of(book.value(name).value, figure.unit)} | "
        f"{book.value(name).start} |"
        for name, figure in REGIME.figures.items()
    ]


def value_of(value: object, unit: str) -> str:
    return f"{value} {unit}"


def flag_rows() -> list[str]:
    """A line for each flag: the kind it opens, its priority, whether it holds."""
    return [
        f"| `{flag.code}` | {KINDS[flag.kind].en} | {Priority(flag.priority).name.lower()} | "
        f"{'yes' if flag.holding else 'no'} |"
        for flag in FLAGS.values()
    ]


@pytest.mark.parametrize("rows", [kind_rows, decision_rows, figure_rows, flag_rows])
def test_the_page_has_every_line_of_the_table_in_its_order(rows) -> None:
    page, expected = PAGE.read_text(encoding="utf-8").splitlines(), rows()
    assert expected
    start = page.index(expected[0])
    assert page[start : start + len(expected)] == expected
    assert not page[start + len(expected)].startswith("|")
