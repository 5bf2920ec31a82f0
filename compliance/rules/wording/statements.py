"""Reads the statements of Forms 45-110F1 and 45-110F2 and of the notices shown beside them.

Sources: the forms of NI 45-110 (in force from 2021-09-21), NI 45-102 s. 2.5 for the legend. How
sure we are of each line stands in the data, per language.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language

PortalKind = str

PORTAL_KINDS: Final = ("exempt", "dealer")
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
PLACEHOLDER: Final = "placeholder"
"""The kind of a statement that stands for words nobody has seen: it is never confirmed."""
_STATUSES: Final = ("unconfirmed", "confirmed")
VARIABLE: Final = re.compile(r"\{([a-z_]+)\}")


class WordingError(ValueError):
    """A statement was asked for, or filled in, in a way that it does not allow."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement in one language, in the words that hold on a day."""

    id: str
    language: Language
    text: str
    """The words, with ``{names}`` where something is filled in (``render``)."""
    grade: Grade
    """How sure we are of these words in this language."""
    form: str
    """``45-110F1``, ``45-110F2``, ``45-102``, ``entry notice`` or ``draft mark``."""
    item: str
    version_digest: str
    """SHA-256 of id, variant, language and words: what a confirmation or an answer speaks of."""
    kind: str
    """``heading``, ``label``, ``question``, ``statement``, ``notice``, or ``placeholder``:
    words that nobody has seen belong here, and it can never be confirmed."""
    prescribed: bool
    """Whether the form is believed to prescribe these very words."""
    answered: bool
    """Whether the purchaser answers it, yes or no (Form 45-110F2)."""
    applies_to: str | None
    """The kind of portal it is for; None where it is for both."""
    status: str
    """``unconfirmed`` until the packaged words were compared with the official text."""
    confidence: str
    """V, S, h, m, l or ours, as explained at the head of the data files."""
    variables: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    note: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The pieces between semicolons: some labels of Form 45-110F1 are lists of headings."""
        return tuple(self.text.split("; "))

    def holds(self, on: date) -> bool:
        """Say whether these words are the ones in force on the day ``on``."""
        return self.effective_from <= on and (
            self.effective_until is None or on <= self.effective_until
        )

    def render(self, **values: str) -> str:
        """Return the words with every variable filled in; as ``fill_in`` does."""
        return fill_in(self.id, self.text, values)


def variables_of(text: str) -> tuple[str, ...]:
    """Return the names between braces, each once, in the order in which they come."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def fill_in(id: str, text: str, values: Mapping[str, str]) -> str:
    """Return the words of a statement with every variable filled in.

    Raises WordingError when one is missing, empty or unknown: a statement with a hole in it would
    be served as if it were the prescribed one.
    """
    variables = variables_of(text)
    if wrong := set(values) ^ set(variables):
        raise WordingError(
            f"{id} is filled in with {', '.join(variables) or 'nothing'}; "
            f"wrong or missing: {', '.join(sorted(wrong))}."
        )
    if empty := [name for name, value in values.items() if not value.strip()]:
        raise WordingError(f"{id} cannot be filled in with an empty {empty[0]}.")
    # Not str.format: a company's name may hold braces, and must not be read as a variable.
    return VARIABLE.sub(lambda found: values[found[1]], text)


def words_digest(id: str, applies_to: str | None, language: str, text: str) -> str:
    """SHA-256, in hexadecimal, of one statement in one language: its ``version_digest``.

    The kind of portal is part of it, because one id may have a variant for each.
    """
    identity = json.dumps([id, applies_to, language, text], ensure_ascii=False)
    return hashlib.sha256(identity.encode()).hexdigest()


def parse_statements(text: str) -> tuple[Statement, ...]:
    """Read the text of a data file; WordingError, in words, where a line does not hold together."""
    found: list[Statement] = []
    for row in tomllib.loads(text)["statement"]:
        found.extend(_versions(row))
    return tuple(found)


def _versions(row: Mapping[str, Any]) -> Iterator[Statement]:
    id_, applies_to = row["id"], row.get("applies_to")
    if applies_to not in (None, *PORTAL_KINDS):
        raise WordingError(f"{id_}: applies_to is 'exempt' or 'dealer', not {applies_to!r}.")
    last: date | None = None
    for index, version in enumerate(row["version"]):
        start = version["from"]
        if index and (last is None or start <= last):
            raise WordingError(f"{id_}: the version of {start} begins before the last one ended.")
        last = version.get("until")
        if version["status"] not in _STATUSES:
            raise WordingError(f"{id_}: {version['status']!r} is not a status.")
        for language in LANGUAGES:
            yield _statement(row, version, language)


def _statement(row: Mapping[str, Any], version: Mapping[str, Any], language: Language) -> Statement:
    text = version[language]
    variables = tuple(row.get("variables", {}))
    if set(VARIABLE.findall(text)) != set(variables):
        raise WordingError(
            f"{row['id']} ({language}): the names between braces are not those of `variables`."
        )
    return Statement(
        id=row["id"],
        language=language,
        text=text,
        grade=Grade(version[f"grade_{language}"]),
        form=row["form"],
        item=row["item"],
        version_digest=words_digest(row["id"], row.get("applies_to"), language, text),
        kind=row["kind"],
        prescribed=row["prescribed"],
        answered=row.get("answered", False),
        applies_to=row.get("applies_to"),
        status=version["status"],
        confidence=version[f"confidence_{language}"],
        variables=variables,
        effective_from=version["from"],
        effective_until=version.get("until"),
        note=row.get("note", ""),
    )
