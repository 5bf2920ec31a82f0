"""The ways in which a sealed file is altered or forged, each a function of a good file.

What an attacker may do is done: bytes are changed, pages added, what a page shows replaced,
signatures taken from elsewhere, keys and authorities of one's own used, and a real authority asked
to stamp the result.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]")
_SHOWN = b"BT /F0 24 Tf 72 300 Td (1 000 000,00 $) Tj ET"


@dataclass(frozen=True, slots=True)
class Good:
    """A good file, and another one by the same portal of the same form."""

    sealed: bytes
    other: bytes
    issued: int
    """How many of its first bytes were issued; the seal comes after."""


def page_byte(good: Good, dice: random.Random) -> bytes:
    """One bit of what a page shows."""
    with pikepdf.open(BytesIO(good.sealed)) as pdf:
        shown = pdf.pages[0].Contents
        parts = list(shown) if isinstance(shown, pikepdf.Array) else [shown]
        return _flipped_in_stream(good.sealed, dice.choice(parts), dice)


def font_byte(good: Good, dice: random.Random) -> bytes:
    """One bit of a font."""
    with pikepdf.open(BytesIO(good.sealed)) as pdf:
        fonts = [
            one
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
        ]
        found = fonts[0].get("/FontFile3") or fonts[0].get("/FontFile2")
        return _flipped_in_stream(good.sealed, found, dice)


def any_byte(good: Good, dice: random.Random) -> bytes:
    """One bit of what was issued, anywhere."""
    return _flipped(good.sealed, dice.randrange(good.issued), dice)


def seal_byte(good: Good, dice: random.Random) -> bytes:
    """One bit of the increment that is covered by the seal."""
    (before, _, _), *_ = _gaps(good.sealed)
    return _flipped(good.sealed, dice.randrange(good.issued, before), dice)


def gap_filled(good: Good, dice: random.Random) -> bytes:
    """One digit of the room that is left beside the signature, which nothing covers."""
    before, after, _ = _gaps(good.sealed)[-1]
    room = len(good.sealed[before:after].rstrip(b">").rstrip(b"0"))
    return _put(good.sealed, dice.randrange(before + room + 2, after - 2), b"7")


def small_letters(good: Good, dice: random.Random) -> bytes:
    """A digit of the signature written as a small letter."""
    before, after, _ = _gaps(good.sealed)[-1]
    places = [at for at in range(before, after) if good.sealed[at : at + 1] in b"ABCDEF"]
    at = dice.choice(places)
    return _put(good.sealed, at, good.sealed[at : at + 1].lower())


def signature_byte(good: Good, dice: random.Random) -> bytes:
    """One digit of the last signature itself: that of the seal, or of a time stamp."""
    before, after, _ = _gaps(good.sealed)[-1]
    length = len(good.sealed[before:after].rstrip(b">").rstrip(b"0"))
    at = dice.randrange(before + length - 100, before + length - 10)
    digit = b"%X" % (int(good.sealed[at : at + 1], 16) ^ 1)
    return _put(good.sealed, at, digit)


def page_added(good: Good, dice: random.Random) -> bytes:
    """A page more, added as an increment."""
    writer = IncrementalPdfFileWriter(BytesIO(good.sealed))
    shown = writer.add_object(generic.StreamObject(stream_data=_SHOWN))
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 612, 792)))
    writer.insert_page(PageObject(contents=shown, media_box=box))
    return _written(writer)


def page_replaced(good: Good, dice: random.Random) -> bytes:
    """A shadow: the page stays, and an increment says that it shows something else."""
    writer = IncrementalPdfFileWriter(BytesIO(good.sealed))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=_SHOWN))
    writer.update_container(page)
    return _written(writer)


def note_laid_over(good: Good, dice: random.Random) -> bytes:
    """A shadow: a box of text is laid over the page as an annotation."""
    writer = IncrementalPdfFileWriter(BytesIO(good.sealed))
    name = generic.NameObject
    box = generic.ArrayObject(map(generic.NumberObject, (72, 300, 400, 340)))
    note = generic.DictionaryObject(
        {
            name("/Type"): name("/Annot"),
            name("/Subtype"): name("/FreeText"),
            name("/Rect"): box,
            name("/Contents"): generic.TextStringObject("1 000 000,00 $"),
            name("/DA"): generic.TextStringObject("/Helv 24 Tf 0 g"),
        }
    )
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Annots"] = generic.ArrayObject([*page["/Annots"], writer.add_object(note)])
    writer.update_container(page)
    return _written(writer)


def seal_of_another(good: Good, dice: random.Random) -> bytes:
    """The signature of another document of the portal, put in the place of this one's."""
    return _taken_from(good, 0)


def stamp_of_another(good: Good, dice: random.Random) -> bytes:
    """The time stamp of another document, put in the place of this one's."""
    return _taken_from(good, -1)


def end_cut(good: Good, dice: random.Random) -> bytes:
    """The end cut off."""
    return good.sealed[: -dice.randrange(1, 400)]


def something_after(good: Good, dice: random.Random) -> bytes:
    """Bytes after the end, which viewers pass over."""
    return good.sealed + b"% " + dice.randbytes(8).hex().encode() + b"\n"


Way = Callable[[Good, random.Random], bytes]
WAYS: Mapping[str, Way] = {
    "a byte of a page": page_byte,
    "a byte of a font": font_byte,
    "a byte anywhere": any_byte,
    "a byte of the increment": seal_byte,
    "gap filled": gap_filled,
    "digits in small letters": small_letters,
    "a byte of the signature": signature_byte,
    "page added": page_added,
    "page replaced": page_replaced,
    "note laid over": note_laid_over,
    "another seal put in": seal_of_another,
    "end cut off": end_cut,
    "bytes after the end": something_after,
}
"""Ways to alter any sealed file. Those with keys and authorities of their own are in the test."""


def _gaps(pdf: bytes) -> list[tuple[int, int, int]]:
    found = [tuple(map(int, match.groups())) for match in _RANGE.finditer(pdf)]
    return sorted((before, after, after + length) for _, before, after, length in found)


def _taken_from(good: Good, number: int) -> bytes:
    before, after, _ = _gaps(good.sealed)[number]
    there, until, _ = _gaps(good.other)[number]
    taken = good.other[there:until].strip(b"<>").rstrip(b"0")
    taken += b"0" * (len(taken) % 2)
    room = after - before - 2
    assert len(taken) <= room
    return good.sealed[:before] + b"<" + taken.ljust(room, b"0") + b">" + good.sealed[after:]


def _flipped_in_stream(pdf: bytes, stream: pikepdf.Object, dice: random.Random) -> bytes:
    number, _ = stream.objgen
    start = pdf.index(b"stream\n", pdf.index(b"\n%d 0 obj" % number)) + 7
    return _flipped(pdf, dice.randrange(start, pdf.index(b"endstream", start) - 1), dice)


def _flipped(pdf: bytes, at: int, dice: random.Random) -> bytes:
    return _put(pdf, at, bytes([pdf[at] ^ 1 << dice.randrange(8)]))


def _put(pdf: bytes, at: int, byte: bytes) -> bytes:
    return pdf[:at] + byte + pdf[at + 1 :]


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
