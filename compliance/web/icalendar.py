"""Writing a calendar of whole days that any calendar program reads (RFC 5545, RFC 7986)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
_OCTETS = 75
"""The longest line, its end not counted (RFC 5545, 3.1)."""
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class WholeDay:
    """Something on a day. ``uid`` never changes, and ``sequence`` grows with each revision."""

    uid: str
    day: date
    summary: str
    description: str
    url: str
    sequence: int
    revised_at: datetime
    category: str


def calendar(name: str, language: str, days: Iterable[WholeDay]) -> bytes:
    """The calendar as bytes; ``language`` is ``fr`` or ``en``, ``revised_at`` aware instants."""
    lines = "".join(f"{_folded(line)}\r\n" for line in _lines(name, language, days))
    return lines.encode()


def _lines(name: str, language: str, days: Iterable[WholeDay]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//equity-compliance//duties//EN"
    yield "CALSCALE:GREGORIAN"
    yield "METHOD:PUBLISH"
    yield f"NAME;LANGUAGE={language}-CA:{_text(name)}"
    # What the programs read that came before RFC 7986.
    yield f"X-WR-CALNAME:{_text(name)}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:PT6H"
    for one in days:
        yield from _event(one, language)
    yield "END:VCALENDAR"


def _event(one: WholeDay, language: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(one.uid)}"
    yield f"SEQUENCE:{one.sequence}"
    yield f"DTSTAMP:{one.revised_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"
    # The end is not part of it: one day (RFC 5545, 3.6.1).
    yield f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={language}-CA:{_text(one.summary)}"
    if one.description:
        yield f"DESCRIPTION;LANGUAGE={language}-CA:{_text(one.description)}"
    yield f"CATEGORIES:{_text(one.category)}"
    yield f"URL:{one.url}"
    # A day on which something is due leaves the officer free.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(value: str) -> str:
    """A text as RFC 5545, 3.3.11 writes it, without the characters that it does not allow."""
    plain = "".join(sign for sign in value if sign == "\n" or (sign >= " " and sign != "\x7f"))
    return plain.translate(_ESCAPED)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece, octets = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > _OCTETS:
            pieces.append(piece)
            # The space that begins a further piece counts too.
            piece, octets = " ", 1
        piece, octets = piece + sign, octets + size
    return "\r\n".join((*pieces, piece))
