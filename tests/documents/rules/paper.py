"""A file as the rules read it: its parts, its pieces of content, its structure tree."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_TEXT = "Tj TJ ' \""
_PAINTS = "S s f F f* B B* b b* sh Do BI EI INLINE_IMAGE"
TEXT = frozenset(_TEXT.split())
PAINTS = TEXT | frozenset(_PAINTS.split())
DEEPEST = 28


@dataclass(slots=True)
class Run:
    """Text that one operator shows: its font, its glyphs, and what it stands in."""

    font: str
    codes: list[int]
    mcid: int | None


@dataclass(slots=True)
class Content:
    """What the content of a page (or of a form or pattern) does."""

    runs: list[Run] = field(default_factory=list)
    mcids: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    operators: Counter[str] = field(default_factory=Counter)
    drawn: list[tuple[str, bool]] = field(default_factory=list)
    """XObjects by their names, and whether each is drawn within tagged content."""
    deepest: int = 0


class Paper:
    """An opened file."""

    def __init__(self, raw: bytes, pdf: pikepdf.Pdf, *, sealed: bool = False) -> None:
        self.raw, self.pdf, self.sealed = raw, pdf, sealed
        self.root: Any = pdf.Root

    @classmethod
    @contextmanager
    def opened(cls, raw: bytes, *, sealed: bool = False) -> Iterator["Paper"]:
        with pikepdf.open(BytesIO(raw)) as pdf:
            yield cls(raw, pdf, sealed=sealed)

    @cached_property
    def dictionaries(self) -> list[Any]:
        """Every dictionary and stream of the file, those inside others included."""
        found: list[Any] = []
        for one in self.pdf.objects:
            _gather(one, found, 0)
        return found

    @cached_property
    def xmp(self) -> str:
        """The metadata packet."""
        packet = self.root.get(Name.Metadata)
        return packet.read_bytes().decode() if isinstance(packet, Stream) else ""

    @cached_property
    def contents(self) -> list[Content]:
        """What each page does."""
        return [read_content(page) for page in self.pdf.pages]

    @cached_property
    def parts(self) -> list["Part"]:
        """The structure tree in reading order, with the depth and ancestry of each part."""
        tree = self.root.get(Name.StructTreeRoot)
        found: list[Part] = []
        if tree is not None:
            for one in kids(tree):
                _walk(one, None, found)
        return found

    @cached_property
    def fonts(self) -> dict[str, Any]:
        """Every font that a page may use, by its name in the resources."""
        return {
            name: font
            for page in self.pdf.pages
            for name, font in page.obj.get(Name.Resources, {}).get(Name.Font, {}).items()
        }

    @cached_property
    def meanings(self) -> dict[str, dict[int, str]]:
        """Of each font, the characters that each code stands for."""
        return {
            name: to_unicode(font.ToUnicode.read_bytes())
            for name, font in self.fonts.items()
            if Name.ToUnicode in font
        }

    @cached_property
    def words(self) -> dict[tuple[int, int], str]:
        """The text of each piece of marked content, by page (from 0) and its number."""
        found: dict[tuple[int, int], str] = defaultdict(str)
        for number, content in enumerate(self.contents):
            for run in content.runs:
                if run.mcid is not None:
                    meaning = self.meanings.get(run.font, {})
                    found[number, run.mcid] += "".join(meaning.get(c, "\ufffd") for c in run.codes)
        return found

    @cached_property
    def page_numbers(self) -> dict[tuple[int, int], int]:
        return {page.obj.objgen: number for number, page in enumerate(self.pdf.pages)}

    def text(self, part: "Part") -> str:
        """The words of a part and of all below it, in reading order."""
        instead = part.node.get(Name.ActualText)
        if instead is not None:
            return str(instead)
        told = [self.words.get((self.page_of(part), piece), "") for piece in part.pieces]
        return (
            "".join(told)
            if not part.children
            else "".join([*told, *(self.text(child) for child in part.children)])
        )

    def page_of(self, part: "Part") -> int:
        """The page of a part, from 0; -1 where none is named."""
        page = part.node.get(Name.Pg)
        return -1 if page is None else self.page_numbers.get(page.objgen, -1)


@dataclass(slots=True)
class Part:
    """A part of the structure tree."""

    node: Any
    kind: str
    above: "Part | None"
    pieces: list[int] = field(default_factory=list)
    children: list["Part"] = field(default_factory=list)

    def within(self, kind: str) -> bool:
        """Whether it stands in a part of that kind."""
        above = self.above
        while above is not None and above.kind != kind:
            above = above.above
        return above is not None


def kids(node: Any) -> list[Any]:
    """What stands right below a node of the tree."""
    below = node.get(Name.K, [])
    return list(below) if isinstance(below, Array) else [below]


def _walk(node: Any, above: Part | None, found: list[Part]) -> None:
    part = Part(node, str(node.get(Name.S, "")).lstrip("/"), above)
    found.append(part)
    if above is not None:
        above.children.append(part)
    for one in kids(node):
        if isinstance(one, int):
            part.pieces.append(one)
        elif isinstance(one, Dictionary) and one.get(Name.Type) == Name.MCR:
            part.pieces.append(int(one.MCID))
        elif isinstance(one, Dictionary) and one.get(Name.Type) != Name.OBJR:
            _walk(one, part, found)


def _gather(one: Any, found: list[Any], depth: int) -> None:
    """An object and what is written inside it; what it refers to has its own turn."""
    if isinstance(one, Stream | Dictionary):
        found.append(one)
        values = (
            list(one.values()) if isinstance(one, Dictionary) else list(one.stream_dict.values())
        )
    elif isinstance(one, Array):
        values = list(one)
    else:
        return
    for value in values:
        if isinstance(value, Dictionary | Array) and not value.is_indirect and depth < 20:
            _gather(value, found, depth + 1)


def read_content(page: Any) -> Content:
    """What the streams of a page do; a form or a pattern is one stream."""
    streams = page.obj.get(Name.Contents, [])
    total = Content()
    for stream in streams if isinstance(streams, Array) else [streams]:
        one = _read(stream.read_bytes())
        total.runs += one.runs
        total.mcids += one.mcids
        total.faults += one.faults
        total.operators += one.operators
        total.drawn += one.drawn
        total.deepest = max(total.deepest, one.deepest)
    return total


@lru_cache(maxsize=16)
def _cached(_: str, raw: bytes) -> Content:
    with pikepdf.new() as scratch:
        return _Reader().read(pikepdf.parse_content_stream(Stream(scratch, raw)))


def _read(raw: bytes) -> Content:
    # The ornaments are the same thousands of lines under every certificate.
    if len(raw) > 40_000 and raw.startswith(b"/Artifact BMC"):
        return _cached(sha256(raw).hexdigest(), raw)
    with pikepdf.new() as scratch:
        return _Reader().read(pikepdf.parse_content_stream(Stream(scratch, raw)))


class _Reader:
    """Reads operators one after the other, and remembers what each stands in."""

    def __init__(self) -> None:
        self.content = Content()
        self.stack: list[int | str] = []
        self.font = ""
        self.depth = 0

    def read(self, instructions: Any) -> Content:
        content = self.content
        for instruction in instructions:
            name = str(instruction.operator)
            content.operators[name] += 1
            if name in ("BMC", "BDC"):
                self._begin(instruction.operands)
            elif name == "EMC":
                self._end()
            elif name in ("q", "Q"):
                self._nest(name)
            elif name == "Tf":
                self.font = str(instruction.operands[0])
            elif name in PAINTS:
                self._paint(name, instruction.operands)
        if self.stack:
            content.faults.append("marked content is not ended")
        if self.depth:
            content.faults.append("q and Q do not match")
        return content

    def _begin(self, operands: Any) -> None:
        tag = str(operands[0])
        number = (
            operands[1].get(Name.MCID)
            if len(operands) > 1 and isinstance(operands[1], Dictionary)
            else None
        )
        mark: int | str = tag if number is None else int(number)
        tagged = any(isinstance(one, int) for one in self.stack)
        if tag == "/Artifact" and tagged:
            self.content.faults.append("an artifact within tagged content")
        if isinstance(mark, int):
            self.content.mcids.append(mark)
            if tagged or "/Artifact" in self.stack:
                self.content.faults.append(f"piece {mark} within other marked content")
        self.stack.append(mark)

    def _end(self) -> None:
        if self.stack:
            self.stack.pop()
        else:
            self.content.faults.append("marked content ends that did not begin")

    def _nest(self, name: str) -> None:
        self.depth += 1 if name == "q" else -1
        self.content.deepest = max(self.content.deepest, self.depth)
        if self.depth < 0:
            self.content.faults.append("q and Q do not match")

    def _paint(self, name: str, operands: Any) -> None:
        mcid = next((one for one in reversed(self.stack) if isinstance(one, int)), None)
        if mcid is None and "/Artifact" not in self.stack:
            self.content.faults.append(f"{name} paints what is neither tagged nor an artifact")
        if name == "Do":
            self.content.drawn.append((str(operands[0]), mcid is not None))
        if name in TEXT:
            self.content.runs.append(Run(self.font, codes(operands), mcid))


def codes(operands: Any) -> list[int]:
    """The two-byte codes that an operator shows."""
    shown = b""
    for one in operands:
        for piece in one if isinstance(one, Array) else [one]:
            if isinstance(piece, pikepdf.String):
                shown += bytes(piece)
    return [int.from_bytes(shown[at : at + 2], "big") for at in range(0, len(shown), 2)]


def to_unicode(cmap: bytes) -> dict[int, str]:
    """The characters that the codes of a font stand for, as its map says."""
    found = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>", block):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    return found
