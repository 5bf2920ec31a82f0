"""No process leaves its unpacked fonts behind for ever, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from documents.unpacked import PREFIX, YOUNG, UnpackedFonts, remove_abandoned

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def unpacked(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{PREFIX}*"))


def grow_old(place: Path, seconds: int = YOUNG + 1) -> None:
    then = time.time() - seconds
    os.utime(place, (then, then))


def render_and_die(folder: Path) -> Path:
    """Render in a process that is killed; returns the fonts that it left behind."""
    program = (
        "import os, signal\n"
        "from documents.render import render\n"
        "from documents.samples import samples\n"
        "facts = samples('fr')['withdrawal_notice']\n"
        "assert render(facts.kind, facts).pdf\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder)},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    (left,) = unpacked(folder)
    return left


def test_what_a_killed_process_left_is_removed_by_the_next_one(folder: Path) -> None:
    left = render_and_die(folder)
    assert len(list(left.iterdir())) > 1
    assert [place for place in folder.iterdir() if place != left] == []
    grow_old(left)
    fonts = UnpackedFonts()
    assert unpacked(folder) == [fonts.folder]


@pytest.mark.parametrize(("seconds", "kept"), [(YOUNG - 5, True), (YOUNG + 5, False)])
def test_what_is_young_is_left_alone(folder: Path, seconds: int, kept: bool) -> None:
    left = folder / f"{PREFIX}young"
    left.mkdir()
    grow_old(left, seconds)
    assert remove_abandoned() == int(not kept)
    assert left.exists() is kept


def test_what_is_held_stays_however_old(folder: Path) -> None:
    fonts = UnpackedFonts()
    grow_old(fonts.folder)
    assert remove_abandoned() == 0
    assert unpacked(folder) == [fonts.folder]


def test_a_worker_that_lives_holds_the_fonts_with_its_dead_parent(folder: Path) -> None:
    fonts = UnpackedFonts()
    assert fonts._held is not None
    place, held = fonts.folder, os.dup(fonts._held)
    fonts.owner = -1
    del fonts
    grow_old(place)
    assert remove_abandoned() == 0
    os.close(held)
    grow_old(place)
    assert remove_abandoned() == 1
    assert unpacked(folder) == []


def test_whoever_has_done_with_its_fonts_removes_them(folder: Path) -> None:
    fonts = UnpackedFonts()
    assert unpacked(folder) == [fonts.folder]
    del fonts
    assert unpacked(folder) == []


def test_a_link_put_there_by_somebody_else_leads_nowhere(folder: Path) -> None:
    precious = folder / "precious"
    precious.mkdir()
    (precious / "kept").write_text("kept")
    grow_old(precious)
    (folder / f"{PREFIX}link").symlink_to(precious)
    assert remove_abandoned() == 0
    assert [place.name for place in precious.iterdir()] == ["kept"]


def test_the_folder_of_another_user_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = folder / f"{PREFIX}theirs"
    left.mkdir(mode=0o777)
    grow_old(left)
    monkeypatch.setattr(os, "geteuid", lambda: left.stat().st_uid + 1)
    assert remove_abandoned() == 0
    assert left.exists()


def test_nothing_that_lies_in_a_folder_is_opened(folder: Path) -> None:
    """A pipe, which would keep whoever opens it waiting for ever."""
    left = folder / f"{PREFIX}pipe"
    left.mkdir()
    os.mkfifo(left / "held")
    grow_old(left)
    assert remove_abandoned() == 1
    (folder / f"{PREFIX}file").write_text("no folder")
    assert remove_abandoned() == 0
