"""The picture of the states in the docs is what the table of moves draws."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from equity import moves
from tests.equity.grid import OFFERING_ROWS, SUBSCRIPTION_ROWS

ROOT = Path(__file__).resolve().parents[2]
TOOL = "tools/draw_states.py"


def run(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(root / TOOL), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_the_committed_picture_and_page_are_up_to_date() -> None:
    answer = run("--check")
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("name", ["states.svg", "states.md"])
def test_a_stale_one_is_told(name: str, tmp_path: Path) -> None:
    """The same tool over a copy of the docs with one word changed."""
    for part in ("tools", "docs"):
        (tmp_path / part).mkdir()
    for package in ("equity", "compliance"):
        (tmp_path / package).symlink_to(ROOT / package)
    (tmp_path / TOOL).write_text((ROOT / TOOL).read_text(encoding="utf-8"), encoding="utf-8")
    for each in ("states.svg", "states.md"):
        text = (ROOT / "docs" / each).read_text(encoding="utf-8")
        changed = text.replace("withdrawn", "gone") if each == name else text
        (tmp_path / "docs" / each).write_text(changed, encoding="utf-8")
    answer = run("--check", root=tmp_path)
    assert answer.returncode == 1, answer.stderr
    assert f"docs/{name} is not" in answer.stdout


def test_every_state_and_every_move_that_changes_one_is_drawn() -> None:
    text = (ROOT / "docs" / "states.svg").read_text(encoding="utf-8")
    drawn = [node.text for node in ET.fromstring(text).iter() if node.tag.endswith("text")]
    for state in (*moves.OFFERING_STATES, *moves.SUBSCRIPTION_STATES):
        assert state.replace("_", " ") in drawn
    for row in (*OFFERING_ROWS.values(), *SUBSCRIPTION_ROWS.values()):
        changes = any(targets - {state} for state, targets in row.cells.items())
        if changes and row.move != "cancel":
            assert row.move.replace("_", " ") in drawn
    lines = text.count("marker-end")
    pairs = {
        (state, to)
        for rows in (OFFERING_ROWS, SUBSCRIPTION_ROWS)
        for row in rows.values()
        for state, targets in row.cells.items()
        for to in targets
        if state != to
    }
    assert lines == len(pairs)
