"""YAML 1.2 into a tree of nodes that know their line; nothing is turned into a Python value here.

The tree is built from the parser's events rather than by a constructor, for three reasons. A plain
scalar keeps its text, so that `ON` is Ontario, `2026-03-02 09:00` a time of the portal and `25.10`
a float that an amount refuses instead of a rounded number. Nothing in a file can name a Python
type. And size, depth and the growth of aliases are bounded while reading, before a small file has
become a large tree.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from compliance.scenarios.reading.errors import ScenarioError

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

STRING_TAGS = frozenset({"tag:yaml.org,2002:str", "!"})
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

# The parser of the library answers a broken escape or directive with these instead of its own
# error.
PARSER_FAILURES = (YAMLError, ValueError, OverflowError, TypeError, LookupError, AttributeError)

Kind = Literal["text", "int", "bool", "float", "null"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written; `plain` is false when it stands in quotes or in a block."""

    text: str
    plain: bool
    line: int
    size: int = 1
    height: int = 1

    @property
    def kind(self) -> Kind:
        """What a plain scalar is by the core schema of YAML 1.2, with `true` and `false` alone as
        booleans."""
        if not self.plain:
            return "text"
        if self.text in ("true", "false"):
            return "bool"
        if self.text in NULLS:
            return "null"
        if WHOLE.fullmatch(self.text):
            return "int"
        return "float" if FLOAT.fullmatch(self.text) else "text"

    @property
    def whole(self) -> int:
        """The number of a scalar whose kind is ``int``: in tens, or in eights after ``0o``, or in
        sixteens after ``0x``; a leading zero says nothing."""
        return int(self.text, 0 if self.text[:2] in ("0o", "0x") else 10)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of nodes."""

    items: tuple["Node", ...]
    line: int
    size: int
    height: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Pairs as written: a key given twice is still here twice."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int
    size: int
    height: int


Node = Scalar | Listing | Mapping


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read."""

    is_mapping: bool
    line: int
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)

    def path(self) -> str:
        if not self.is_mapping:
            return f"[{len(self.nodes) + 1}]"
        if len(self.nodes) % 2 == 0:
            return ""
        key = self.nodes[-1]
        return f".{key.text}" if isinstance(key, Scalar) else ""


class _Builder:
    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None
        self.size = 0
        self.line = 1

    def fail(self, line: int, english: str, french: str) -> NoReturn:
        key = "".join(frame.path() for frame in self.open).removeprefix(".")
        raise ScenarioError(self.file, line, key, english, french)

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1
        self.line = line
        if isinstance(event, DocumentStartEvent):
            self._start(event, line)
        elif isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, AliasEvent):
            self._alias(event.anchor, line)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._refuse_tag(event.tag, line)
            self._bound(1, 1, line)
            is_mapping = isinstance(event, MappingStartEvent)
            self.open.append(_Open(is_mapping, line, event.anchor))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._end()

    def _start(self, event: DocumentStartEvent, line: int) -> None:
        if self.root is not None:
            self.fail(line, "one file holds one story", "un fichier contient un seul récit")
        if event.version is not None and tuple(event.version) != (1, 2):
            self.fail(line, "a scenario is YAML 1.2", "un scénario est en YAML 1.2")

    def _refuse_tag(self, tag: object, line: int) -> None:
        if tag is not None:
            self.fail(
                line, f"tags such as {tag} are refused", f"les étiquettes comme {tag} sont refusées"
            )

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        plain = event.style is None and bool(event.implicit[0])
        if event.tag is not None and event.tag not in STRING_TAGS:
            self._refuse_tag(event.tag, line)
        self._bound(1, 1, line)
        if plain and not event.value:
            line = self._key_line(line)
        node = Scalar(event.value, plain, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        self._add(node)

    def _key_line(self, line: int) -> int:
        """The line of a key without a value; the parser puts that value where the next thing is."""
        frame = self.open[-1] if self.open else None
        waits = frame is not None and frame.is_mapping and len(frame.nodes) % 2 == 1
        return frame.nodes[-1].line if frame is not None and waits else line

    def _alias(self, name: str, line: int) -> None:
        node = self.anchors.get(name)
        if node is None:
            self.fail(
                line,
                f"the alias *{name} names nothing that is complete here",
                f"l'alias *{name} ne désigne rien de complet ici",
            )
        self._bound(node.size, node.height, line)
        self._add(node)

    def _bound(self, size: int, height: int, line: int) -> None:
        """Count what a node adds, aliases as if written out, so that a few lines cannot grow
        without end."""
        self.size += size
        if self.size > MAX_NODES:
            self.fail(line, "the file holds too many values", "le fichier contient trop de valeurs")
        if len(self.open) + height > MAX_DEPTH:
            self.fail(
                line, "the file is nested too deeply", "le fichier est imbriqué trop profondément"
            )

    def _end(self) -> None:
        frame = self.open.pop()
        nodes = frame.nodes
        size = 1 + sum(node.size for node in nodes)
        height = 1 + max((node.height for node in nodes), default=0)
        built: Node
        if frame.is_mapping:
            keys = [node for node in nodes[::2] if isinstance(node, Scalar)]
            built = Mapping(tuple(zip(keys, nodes[1::2], strict=True)), frame.line, size, height)
        else:
            built = Listing(tuple(nodes), frame.line, size, height)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = built
        self._add(built)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        if frame.is_mapping and len(frame.nodes) % 2 == 0 and not isinstance(node, Scalar):
            self.fail(node.line, "a key is a word, not a list", "une clé est un mot, non une liste")
        frame.nodes.append(node)


def parse(text: str, file: str) -> Node:
    """The tree of one YAML 1.2 document.

    Raises ScenarioError, with the line and as far as known the key, for broken YAML, control
    characters, more than one document, tags, and whatever is too large, too deep or grows too much
    through aliases.
    """
    control = CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        code = f"U+{ord(control.group()):04X}"
        raise ScenarioError(
            file, line, "", f"control character {code}", f"caractère de commande {code}"
        )
    builder = _Builder(file)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except PARSER_FAILURES as error:
        _refuse_syntax(builder, error)
    if builder.root is None:
        builder.fail(1, "the file is empty", "le fichier est vide")
    return builder.root


def _refuse_syntax(builder: _Builder, error: Exception) -> NoReturn:
    line, problem = builder.line, type(error).__name__
    if isinstance(error, MarkedYAMLError):
        problem = str(error.problem or error.context or problem)
        # What never ends is missed at the end of the file, but belongs where it began.
        endless = "end" in problem and error.context_mark is not None
        mark = error.context_mark if endless else error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else line
    if r"'\t'" in problem:
        builder.fail(
            line,
            "a tab cannot stand here; indent with spaces",
            "une tabulation ne peut se trouver ici; employez des espaces",
        )
    builder.fail(line, f"not YAML 1.2: {problem}", f"ce n'est pas du YAML 1.2\u00a0: {problem}")


def decode(raw: bytes, file: str) -> str:
    """The text of a file; raises ScenarioError when it is too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        megabytes = MAX_BYTES // 1_000_000
        raise ScenarioError(
            file,
            1,
            "",
            f"the file is larger than {megabytes} MB",
            f"le fichier dépasse {megabytes}\u00a0Mo",
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            file, line, "", "the file is not UTF-8", "le fichier n'est pas en UTF-8"
        ) from error
