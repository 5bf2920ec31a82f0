"""A node together with where it stands, so that every refusal names the file, the line and the
key."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from compliance.scenarios.reading.errors import ScenarioError
from compliance.scenarios.reading.yaml_nodes import Listing, Mapping, Node, Scalar

NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Place:
    """A node, the path of the key that holds it, and the line of that key."""

    node: Node
    path: str
    file: str

    @property
    def line(self) -> int:
        return self.node.line

    def fail(self, english: str, french: str) -> NoReturn:
        """Raise ScenarioError for this node."""
        raise ScenarioError(self.file, self.line, self.path, english, french)

    def under(self, key: str) -> str:
        """The path of a key inside this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def scalar(self) -> Scalar:
        """The node as a single value; an empty one, a list or a mapping is refused."""
        if not isinstance(self.node, Scalar):
            self.fail("a single value is expected here", "une seule valeur est attendue ici")
        if self.node.kind == "null":
            self.fail("this key has no value", "cette clé n'a pas de valeur")
        return self.node

    def each(self) -> tuple["Place", ...]:
        """The entries of a list, counted from 1 in their paths."""
        if not isinstance(self.node, Listing):
            self.fail("a list is expected here", "une liste est attendue ici")
        return tuple(
            Place(node, f"{self.path}[{number}]", self.file)
            for number, node in enumerate(self.node.items, start=1)
        )

    def entries(self) -> dict[str, "Entry"]:
        """The keys of a mapping in their order; a key given twice is refused."""
        if not isinstance(self.node, Mapping):
            self.fail("a mapping is expected here", "une suite de clés est attendue ici")
        found: dict[str, Entry] = {}
        for key, node in self.node.pairs:
            path = self.under(key.text)
            if key.text in found:
                first = found[key.text].key_line
                raise ScenarioError(
                    self.file,
                    key.line,
                    path,
                    f"this key is given twice, first on line {first}",
                    f"cette clé est donnée deux fois, d'abord à la ligne {first}",
                )
            found[key.text] = Entry(Place(node, path, self.file), key.line)
        return found

    def fields(self, allowed: Iterable[str]) -> "Fields":
        """The keys of a mapping that may hold only the keys given; another one is refused."""
        known = sorted(allowed)
        entries = self.entries()
        for name, entry in entries.items():
            if name not in known:
                refuse_key(self.file, entry, name, known)
        return Fields(self, {name: entry.place for name, entry in entries.items()})


@dataclass(frozen=True, slots=True)
class Entry:
    """What a key holds, and the line the key itself is on."""

    place: Place
    key_line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """The known keys of one mapping."""

    place: Place
    values: dict[str, Place]

    def get(self, key: str) -> Place | None:
        """What the key holds; None when it was left out."""
        return self.values.get(key)

    def need(self, key: str) -> Place:
        """What the key holds; the mapping without it is refused."""
        value = self.values.get(key)
        if value is None:
            place = self.place
            raise ScenarioError(
                place.file,
                place.line,
                place.under(key),
                "this key is missing",
                "cette clé manque",
            )
        return value


def refuse_key(file: str, entry: Entry, name: str, known: Iterable[str]) -> NoReturn:
    """Refuse an unknown key, with the nearest known one or all of them."""
    english, french = _instead(name, known, "connues") or (
        "no key is known here",
        "aucune clé n'est connue ici",
    )
    raise ScenarioError(
        file,
        entry.key_line,
        entry.place.path,
        f"unknown key ({english})",
        f"clé inconnue ({french})",
    )


def refuse_word(place: Place, word: str, known: Iterable[str]) -> NoReturn:
    """Refuse a word that is none of those known, with the nearest of them or all of them."""
    english, french = _instead(word, known, "connus") or (
        "nothing is known here",
        "rien n'est connu ici",
    )
    place.fail(
        f"{word[:60]!r} is not known here ({english})",
        f"{word[:60]!r} n'est pas connu ici ({french})",
    )


def _instead(word: str, known: Iterable[str], known_fr: str) -> tuple[str, str] | None:
    """What could have been written, in English and in French; None where nothing could."""
    listed = sorted(known)
    near = get_close_matches(word, listed, n=1)
    if near:
        return f"did you mean {near[0]}?", f"vouliez-vous dire {near[0]}?"
    if not listed:
        return None
    every = ", ".join(listed)
    return f"known here: {every}", f"{known_fr} ici{NBSP}: {every}"
