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
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language

PortalKind = str

_FILES: Final = ("form_45_110f1.toml", "form_45_110f2.toml", "form_45_106f1.toml", "other.toml")
_PORTAL_KINDS: Final = ("exempt", "dealer")
_LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")
_STATUSES: Final = ("unconfirmed", "confirmed")
_VARIABLE: Final = re.compile(r"\{([a-z_]+)\}")


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
    """``heading``, ``label``, ``question``, ``statement``, ``notice``, or ``placeholder``: words
    that nobody has seen belong here, and it can never be confirmed."""
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
        """Return the words with every variable filled in.

        Raises WordingError when one is missing, empty or unknown: a statement with a hole in it
        would be served as if it were the prescribed one.
        """
        if wrong := set(values) ^ set(self.variables):
            raise WordingError(
                f"{self.id} is filled in with {', '.join(self.variables) or 'nothing'}; "
                f"wrong or missing: {', '.join(sorted(wrong))}."
            )
        if empty := [name for name, value in values.items() if not value.strip()]:
            raise WordingError(f"{self.id} cannot be filled in with an empty {empty[0]}.")
        # Not str.format: a company's name may hold braces, and must not be read as a variable.
        return _VARIABLE.sub(lambda found: values[found[1]], self.text)


def statement(
    id: str, language: Language, on: date, portal_kind: PortalKind | None = None
) -> Statement:
    """Return a statement in the words in force on ``on``.

    ``portal_kind`` chooses between the variants of a statement that has two (F2.2), and refuses
    one that is not for that kind of portal (R6, R13, E1, E2). Raises WordingError for an unknown
    id or language, a missing or wrong kind, OutsideDates for a day without words.
    """
    _check(language, portal_kind)
    same_id = _by_id().get((id, language), ())
    if not same_id:
        raise WordingError(f"There is no statement {id!r}.")
    fitting = [s for s in same_id if portal_kind is None or s.applies_to in (None, portal_kind)]
    if not fitting:
        raise WordingError(f"{id} is not used on a portal of kind {portal_kind!r}.")
    if len({s.applies_to for s in fitting}) > 1:
        raise WordingError(f"{id} differs by kind of portal: say which, 'exempt' or 'dealer'.")
    for candidate in fitting:
        if candidate.holds(on):
            return candidate
    first = min(s.effective_from for s in fitting)
    raise OutsideDates(
        f"The statement {id} has no words on {on.isoformat()}: they are known from "
        f"{first.isoformat()}."
    )


def statements_of(
    form: str, language: Language, on: date, portal_kind: PortalKind
) -> tuple[Statement, ...]:
    """Return every statement of a form for a kind of portal, in the order of the form.

    Raises WordingError for an unknown form, OutsideDates for a day on which it has no words.
    """
    _check(language, portal_kind)
    of_form = [s for s in _all() if s.form == form and s.language == language]
    if not of_form:
        raise WordingError(f"There is no form {form!r}.")
    found = tuple(s for s in of_form if s.applies_to in (None, portal_kind) and s.holds(on))
    if not found:
        raise OutsideDates(f"The form {form} has no words on {on.isoformat()}.")
    return found


def risk_statements(portal_kind: PortalKind, on: date) -> tuple[str, ...]:
    """Return the ids of Form 45-110F2 that a purchaser answers, each separately, in order.

    R1 to R9; without R6 (no advice) on a portal operated by a registered dealer.
    Raises as ``statements_of`` does.
    """
    return _risk_ids(portal_kind, on)


def statement_ids() -> tuple[str, ...]:
    """Return every id once, in the order of the data files."""
    return tuple(dict.fromkeys(s.id for s in _all()))


def statements_by_digest() -> Mapping[str, Statement]:
    """Return every statement there ever was, in each language, by its ``version_digest``."""
    return {s.version_digest: s for s in _all()}


def parse_statements(text: str) -> tuple[Statement, ...]:
    """Read the text of a data file; WordingError, in words, where a line does not hold together."""
    found: list[Statement] = []
    for row in tomllib.loads(text)["statement"]:
        found.extend(_versions(row))
    return tuple(found)


def _versions(row: Mapping[str, Any]) -> Iterator[Statement]:
    id_, applies_to = row["id"], row.get("applies_to")
    if applies_to not in (None, *_PORTAL_KINDS):
        raise WordingError(f"{id_}: applies_to is 'exempt' or 'dealer', not {applies_to!r}.")
    last: date | None = None
    for index, version in enumerate(row["version"]):
        start = version["from"]
        if index and (last is None or start <= last):
            raise WordingError(f"{id_}: the version of {start} begins before the last one ended.")
        last = version.get("until")
        if version["status"] not in _STATUSES:
            raise WordingError(f"{id_}: {version['status']!r} is not a status.")
        for language in _LANGUAGES:
            yield _statement(row, version, language)


def _statement(row: Mapping[str, Any], version: Mapping[str, Any], language: Language) -> Statement:
    text = version[language]
    variables = tuple(row.get("variables", {}))
    if set(_VARIABLE.findall(text)) != set(variables):
        raise WordingError(
            f"{row['id']} ({language}): the names between braces are not those of `variables`."
        )
    identity = json.dumps([row["id"], row.get("applies_to"), language, text], ensure_ascii=False)
    return Statement(
        id=row["id"],
        language=language,
        text=text,
        grade=Grade(version[f"grade_{language}"]),
        form=row["form"],
        item=row["item"],
        version_digest=hashlib.sha256(identity.encode()).hexdigest(),
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


@lru_cache(maxsize=1)
def _all() -> tuple[Statement, ...]:
    folder = resources.files("compliance.rules.wording")
    return tuple(
        found
        for name in _FILES
        for found in parse_statements(folder.joinpath(name).read_text(encoding="utf-8"))
    )


@lru_cache(maxsize=1)
def _by_id() -> Mapping[tuple[str, str], tuple[Statement, ...]]:
    found: dict[tuple[str, str], list[Statement]] = {}
    for one in _all():
        found.setdefault((one.id, one.language), []).append(one)
    return {key: tuple(same) for key, same in found.items()}


@lru_cache(maxsize=1024)
def _risk_ids(portal_kind: PortalKind, on: date) -> tuple[str, ...]:
    """Remembered, since every subscription asks for it."""
    form = statements_of("45-110F2", "fr", on, portal_kind)
    return tuple(s.id for s in form if s.answered)


def _check(language: str, portal_kind: str | None) -> None:
    if language not in _LANGUAGES:
        raise WordingError(f"{language!r} is not a language of the forms; it is 'fr' or 'en'.")
    if portal_kind not in (None, *_PORTAL_KINDS):
        raise WordingError(f"{portal_kind!r} is not a kind of portal: 'exempt' or 'dealer'.")
