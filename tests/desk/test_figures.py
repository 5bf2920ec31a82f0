"""Every figure that a rule compares has a name in words: none is shown as the code spells it."""

import ast
from pathlib import Path

from compliance.desk.figures import NAMES

ROOT = Path(__file__).resolve().parents[2] / "compliance"
OTHERWISE_SHOWN = {"met", "on", "room"}
"""Not figures: the answer, the day it is given for, and the room, which has a place of its own."""


def figures_of(path: Path) -> set[str]:
    """The names of the figures in the findings that a file makes."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return {
        keyword.arg
        for call in calls
        if getattr(call.func, "attr", "") == "finding"
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in OTHERWISE_SHOWN
    }


def test_every_figure_has_a_name_in_words() -> None:
    files = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "casework").rglob("*.py")]
    found = set().union(*map(figures_of, files))
    assert {"limit", "total", "shortfall"} <= found
    assert found - set(NAMES) == set()
