"""Rules about fonts and letters: embedded, mapped to characters, as wide as said, none a box."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from tests.documents.rules import rule
from tests.documents.rules.paper import Paper

FORBIDDEN = {"", "\0", "\ufeff", "\ufffe", "\ufffd"}
PRIVATE = (0xE000, 0xF8FF)


def used(paper: Paper) -> dict[str, set[int]]:
    """The codes that are shown in each font."""
    shown: dict[str, set[int]] = defaultdict(set)
    for content in paper.contents:
        for run in content.runs:
            shown[run.font].update(run.codes)
    return shown


def described(font: Any) -> Any:
    """The font inside a composite font, or None."""
    inside = font.get(Name.DescendantFonts)
    return inside[0] if isinstance(inside, Array) and len(inside) == 1 else None


@rule("6.2.11.4 fonts embedded")
def embedded(paper: Paper) -> Iterator[str]:
    if not paper.fonts:
        yield "no page has a font"
    for name, font in paper.fonts.items():
        inside = described(font)
        if inside is None or font.get(Name.Subtype) != Name.Type0:
            yield f"{name} is no composite font"
        elif Name.FontFile2 not in inside.get(Name.FontDescriptor, {}):
            yield f"{name} is not embedded"
        elif inside.get(Name.CIDToGIDMap) != Name.Identity or font.Encoding != Name("/Identity-H"):
            yield f"{name} does not number its glyphs plainly"
        elif not str(font.BaseFont)[8:].startswith("Paper-"):
            yield f"{name} is {font.BaseFont}, which is none of ours"


@rule("6.2.11.7 letters have characters")
def mapped(paper: Paper) -> Iterator[str]:
    """Also Matterhorn 10-001: what is shown can be read back, and none of it is private."""
    for name, shown in used(paper).items():
        meaning = paper.meanings.get(name, {})
        for code in sorted(shown):
            text = meaning.get(code, "")
            if text in FORBIDDEN or any(PRIVATE[0] <= ord(one) <= PRIVATE[1] for one in text):
                yield f"glyph {code} of {name} stands for {text!r}"


@rule("6.2.11.8 no box for a letter")
def no_box(paper: Paper) -> Iterator[str]:
    """Also Matterhorn 31-030: glyph 0 is the box that stands for a letter that is missing."""
    for name, shown in used(paper).items():
        if 0 in shown:
            yield f"{name} shows a box where a letter is missing"
        font = paper.fonts.get(name)
        glyphs = program(font)
        missing = [code for code in shown if not glyphs or code >= len(glyphs)]
        if missing:
            yield f"{name} shows glyphs that its file has not: {missing}"


@rule("6.2.11.5 widths as in the font")
def widths(paper: Paper) -> Iterator[str]:
    for name, shown in used(paper).items():
        font = paper.fonts.get(name)
        glyphs = program(font)
        inside = described(font) if font is not None else None
        declared = declared_widths(inside) if inside is not None else {}
        for code in sorted(shown):
            if code < len(glyphs) and abs(declared.get(code, 1000) - glyphs[code]) > 1:
                yield f"glyph {code} of {name}: {declared.get(code)} and not {glyphs[code]:.0f}"
                break


def declared_widths(inside: Any) -> dict[int, float]:
    """The widths that a font says its glyphs have, in thousandths."""
    found: dict[int, float] = {}
    start: int | None = None
    for one in inside.get(Name.W, []):
        if isinstance(one, Array):
            assert start is not None
            found.update({start + at: float(width) for at, width in enumerate(one)})
            start = None
        else:
            start = int(one)
    return found


def program(font: Any) -> tuple[float, ...]:
    """The widths that the glyphs of an embedded font have, in thousandths; empty without one."""
    inside = described(font) if isinstance(font, Dictionary) else None
    file = None if inside is None else inside.get(Name.FontDescriptor, {}).get(Name.FontFile2)
    return () if file is None else _measured(file.read_bytes())


@lru_cache(maxsize=64)
def _measured(raw: bytes) -> tuple[float, ...]:
    font = TTFont(BytesIO(raw), lazy=True)
    advance, per_em = font["hmtx"], font["head"].unitsPerEm
    return tuple(1000 * advance.metrics[name][0] / per_em for name in font.getGlyphOrder())
