"""The calendar is read back by a small reader of our own, written from RFC 5545 alone."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.web.icalendar import WholeDay, calendar

AT = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=-5)))


def one(**changes: object) -> WholeDay:
    told = {
        "uid": "6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c01",
        "day": date(2026, 3, 31),
        "summary": "Déposer le document d'offre",
        "description": "",
        "url": "https://portail.exemple.ca/bureau/",
        "sequence": 0,
        "revised_at": AT,
        "category": "duty.refund",
    }
    return WholeDay(**{**told, **changes})  # type: ignore[arg-type]


def content_lines(raw: bytes) -> list[str]:
    """RFC 5545, 3.1: lines end in CRLF; a line that begins with a space goes on with the last."""
    assert raw.endswith(b"\r\n")
    lines = raw[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    whole: list[bytes] = []
    for line in lines:
        # Each piece alone is text: no character is cut in two.
        line.decode()
        if line[:1] == b" ":
            whole[-1] += line[1:]
        else:
            whole.append(line)
    return [line.decode() for line in whole]


def text_of(value: str) -> str:
    """RFC 5545, 3.3.11, backwards; a bare comma or semicolon would end the value."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def read(raw: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The properties of the calendar, and those of each event, by name without parameters."""
    own: dict[str, str] = {}
    events: list[dict[str, str]] = []
    inside = own
    first, *lines, last = content_lines(raw)
    assert (first, last) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    for line in lines:
        if line == "BEGIN:VEVENT":
            assert inside is own
            inside = {}
        elif line == "END:VEVENT":
            events.append(inside)
            inside = own
        else:
            named, value = line.split(":", 1)
            name = named.split(";")[0]
            assert name not in inside
            inside[name] = value
    assert inside is own
    return own, events


def test_a_calendar_and_its_days() -> None:
    own, (event,) = read(calendar("Échéances", "fr", [one()]))
    assert (own["VERSION"], own["CALSCALE"], own["METHOD"]) == ("2.0", "GREGORIAN", "PUBLISH")
    assert own["PRODID"]
    assert own["NAME"] == own["X-WR-CALNAME"] == "Échéances"
    assert event["UID"] == "6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c01"
    assert (event["DTSTART"], event["DTEND"]) == ("20260331", "20260401")
    assert event["DTSTAMP"] == "20260302T143000Z"
    assert (event["SEQUENCE"], event["TRANSP"]) == ("0", "TRANSPARENT")
    assert "DESCRIPTION" not in event
    lines = content_lines(calendar("Due days", "en", [one()]))
    assert "DTSTART;VALUE=DATE:20260331" in lines
    assert any(line.startswith("SUMMARY;LANGUAGE=en-CA:") for line in lines)


def test_no_day_is_a_calendar_all_the_same() -> None:
    assert read(calendar("x", "fr", []))[1] == []


@pytest.mark.parametrize("length", range(60, 76))
def test_a_line_is_folded_at_75_octets_and_no_character_is_cut(length: int) -> None:
    summary = "a" * length + "éœ€𝄞" * 30
    assert read(calendar("x", "fr", [one(summary=summary)]))[1][0]["SUMMARY"] == summary


@settings(max_examples=200, deadline=None)
@given(texts=st.lists(st.text(max_size=120), min_size=1, max_size=3))
def test_whatever_is_said_is_read_back(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    _, events = read(
        calendar("x", "fr", [one(summary=text, description="d" + text) for text in texts])
    )
    shown = ["".join(s for s in text if s == "\n" or (s >= " " and s != "\x7f")) for text in texts]
    assert [text_of(event["SUMMARY"]) for event in events] == shown
    assert [text_of(event["DESCRIPTION"]) for event in events] == ["d" + text for text in shown]


def test_an_instant_is_told_in_utc() -> None:
    _, (event,) = read(calendar("x", "fr", [one(revised_at=datetime(2026, 1, 1, tzinfo=UTC))]))
    assert event["DTSTAMP"] == "20260101T000000Z"
