"""Files that are no scenario: each refusal names the line and the key."""

import re
from pathlib import Path

import pytest

from compliance.scenarios.reading import ScenarioError, read_story, read_text
from compliance.scenarios.reading.yaml_nodes import MAX_BYTES, MAX_DEPTH

BAD_FILES = Path(__file__).parent / "bad"
GOOD = (BAD_FILES / "good.yaml").read_text(encoding="utf-8")


def _table() -> dict[str, tuple[str, str, int, str]]:
    """The rows of the table: what is replaced in GOOD, by what, and where it is refused."""
    rows = {}
    for row in (BAD_FILES / "table.txt").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            name, old, new, line, key = row.split("|")
            old, new = (_unescaped(field[1:-1]) for field in (old, new))
            rows[name.strip()] = (old, new, int(line), key.strip())
    return rows


def _unescaped(field: str) -> str:
    for written, meant in ((r"\n", "\n"), (r"\t", "\t"), (r"\x07", "\x07")):
        field = field.replace(written, meant)
    return field


BAD = _table()


def test_the_story_that_the_bad_ones_come_from_is_good() -> None:
    assert len(read_text(GOOD).steps) == 12


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_at_its_line_and_key(name: str) -> None:
    old, new, line, key = BAD[name]
    assert old in GOOD
    with pytest.raises(ScenarioError) as refused:
        read_text(GOOD.replace(old, new, 1), "bad.yaml")
    error = refused.value
    assert (error.file, error.line, error.key) == ("bad.yaml", line, key)
    assert error.message_en
    assert error.message_fr != error.message_en


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("refused: [purchaser.limits]", "'purchaser.limits' is not known here (did you mean "),
        ("documents: {offering_documnet: 1}", "(did you mean offering_document?)"),
        ("duties: {duty.refunds: 2026-04-13}", "(did you mean duty.refund?)"),
    ],
)
def test_the_nearest_known_word_is_offered(expect: str, told: str) -> None:
    step = f"  - {{at: 2026-03-03 09:00, do: wait, expect: {{{expect}}}}}\n"
    with pytest.raises(ScenarioError, match=re.escape(told)):
        read_text(f"title: T\nstarts: 2026-03-02 09:00\nissuers: {{a: {{}}}}\nsteps:\n{step}")


def test_a_step_before_the_one_before_it_is_told_with_both_times() -> None:
    steps = "".join(f"  - {{at: 2026-03-03 {time}, do: wait}}\n" for time in ("09:00", "10:00Z"))
    told = "this (2026-03-03 05:00:00 -0500) is before the step before it, or before the start "
    with pytest.raises(ScenarioError, match=re.escape(f"{told}(2026-03-03 09:00:00 -0500)")):
        read_text(f"title: T\nstarts: 2026-03-02 09:00\nissuers: {{a: {{}}}}\nsteps:\n{steps}")


def test_the_nearest_known_key_is_offered() -> None:
    with pytest.raises(ScenarioError, match=re.escape("unknown key (did you mean demonstration?)")):
        read_text(GOOD.replace("demonstration", "demonstation", 1))


@pytest.mark.parametrize(
    "text", ["", "\n", "# nothing\n", "- a\n", "words\n", "[]\n", "null\n", "1\n"]
)
def test_what_is_no_mapping_is_no_story(text: str) -> None:
    with pytest.raises(ScenarioError):
        read_text(text)


def test_a_file_of_aliases_upon_aliases_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(ScenarioError, match="too many values"):
        read_text("\n".join(lines))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_nested_without_end_is_refused(opening: str) -> None:
    with pytest.raises(ScenarioError, match="nested too deeply"):
        read_text("title: " * (opening != "- ") + opening * (MAX_DEPTH + 1) + "\n")


def test_a_file_that_is_too_large_is_refused_and_one_just_under_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    room = MAX_BYTES - len(GOOD.encode())
    path.write_text(GOOD + "#" * room, encoding="utf-8")
    assert read_story(path).title == "A story"
    path.write_text(GOOD + "#" * (room + 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"larger than 2 MB"):
        read_story(path)


def test_a_file_that_is_not_utf_8_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("title: x\nstarts: Érable\n".encode("latin-1"))
    with pytest.raises(ScenarioError) as refused:
        read_story(path)
    assert (refused.value.line, refused.value.message_en) == (2, "the file is not UTF-8")
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ScenarioError, match="not UTF-8"):
        read_story(path)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_story(path).steps == read_text(GOOD).steps
