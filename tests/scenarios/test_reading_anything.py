"""Whatever a file holds, reading it ends in a Story or in a ScenarioError, and in nothing else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.scenarios.reading import ScenarioError, read_text
from compliance.scenarios.reading.story import Story

HERE = Path(__file__).parent
TEXTS = tuple(
    path.read_text(encoding="utf-8")
    for path in [*sorted((HERE / "shared").glob("*.yaml")), HERE / "bad" / "good.yaml"]
)
WORDS = st.sampled_from(
    [
        *(
            "true",
            "false",
            "yes",
            "ON",
            "null",
            "~",
            "''",
            "0",
            "-1",
            "007",
            "1.5",
            "1e400",
            ".nan",
        ),
        *("9" * 5000, "0x1f", "2026-02-30", "2026-03-08 02:30", "0001-01-01 00:00", "9999-12-31"),
        *("9999-12-31 23:59-23:59", "2026-03-02 10:00+99:99", "[]", "{}", "[[]]", "{a: 1, a: 2}"),
        *(
            "&a [1]",
            "*a",
            "!!int 3",
            "!x y",
            '"\\U7fffffff"',
            '"\\xZZ"',
            "|",
            ">-",
            "? ",
            "<<",
            "@",
        ),
        *(
            "o1",
            "s1",
            "marie",
            "coop",
            "odile",
            "draft",
            "wait",
            "refund",
            "QC",
            "US",
            "\u2028",
            "é",
        ),
    ]
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def attempt(text: str) -> Story | ScenarioError:
    try:
        return read_text(text, "any.yaml")
    except ScenarioError as error:
        return error


def reads(text: str) -> None:
    answer = attempt(text)
    if isinstance(answer, Story):
        assert all(step.at >= answer.starts for step in answer.steps)
        return
    assert answer.file == "any.yaml"
    assert 1 <= answer.line <= text.count("\n") + text.count("\u2028") + 2
    assert answer.message_en
    assert answer.message_fr


def _tokens(text: str) -> list[tuple[int, int]]:
    """Where the words of a file begin and end."""
    places, start = [], None
    for index, sign in enumerate(text + " "):
        inside = not sign.isspace() and sign not in ",{}[]"
        if inside and start is None:
            start = index
        elif not inside and start is not None:
            places.append((start, index))
            start = None
    return places


PLACES = tuple(_tokens(text) for text in TEXTS)


@st.composite
def changed_words(draw: st.DrawFn) -> str:
    """A good file with one to three words replaced, doubled or dropped."""
    which = draw(st.integers(0, len(TEXTS) - 1))
    text, places = TEXTS[which], PLACES[which]
    picked = draw(st.sets(st.integers(0, len(places) - 1), min_size=1, max_size=3))
    for index in sorted(picked, reverse=True):
        start, end = places[index]
        word = text[start:end]
        new = draw(st.one_of(WORDS, st.just(""), st.just(f"{word} {word}"), st.text(max_size=6)))
        if word.endswith(":") and draw(st.booleans()):
            new += ":"
        text = text[:start] + new + text[end:]
    return text


@st.composite
def changed_lines(draw: st.DrawFn) -> str:
    """A good file with a line dropped, doubled, moved or cut."""
    lines = draw(st.sampled_from(TEXTS)).split("\n")
    index = draw(st.integers(0, len(lines) - 1))
    change = draw(st.sampled_from(["drop", "double", "move", "cut", "indent"]))
    line = lines[index]
    if change == "double":
        lines.insert(index, line)
    elif change == "cut":
        lines[index] = line[: draw(st.integers(0, len(line)))]
    elif change == "indent":
        lines[index] = draw(st.sampled_from([" ", "\t", "    "])) + line
    else:
        del lines[index]
        if change == "move":
            lines.insert(draw(st.integers(0, len(lines))), line)
    return "\n".join(lines)


@QUICK
@given(changed_words())
def test_a_file_with_changed_words(text: str) -> None:
    reads(text)


@QUICK
@given(changed_lines())
def test_a_file_with_changed_lines(text: str) -> None:
    reads(text)


@QUICK
@given(st.text(max_size=60))
def test_a_file_of_anything(text: str) -> None:
    reads(text)


@QUICK
@given(st.text(alphabet="ab:{}[],-&*!|>%#?'\"\n\t \\x0~", max_size=60))
def test_a_file_of_the_signs_of_yaml(text: str) -> None:
    reads(text)


@pytest.mark.parametrize("text", TEXTS)
def test_the_files_that_are_changed_are_good(text: str) -> None:
    assert read_text(text).steps
