"""The lists that Form 45-106F1 chooses from, on a day: codes and their labels (``codes.toml``).

Source: Form 45-106F1 as recalled (items 1 to 9 and its Schedule 1); every list says its grade.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Protocol, TypeVar

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade

EXEMPTION: Final = "ni45_110_5"
"""The exemption of every distribution of this portal: NI 45-110 s. 5."""
OTHER: Final = "OTH"
"""The security code that wants a description."""
_NAICS: Final = re.compile(r"[1-9][0-9]{5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of the form: its codes in their order, with their labels in both languages."""

    name: str
    item: str
    title_fr: str
    title_en: str
    labels: Mapping[str, tuple[str, str]]
    grade: Grade
    reviewed: date
    start: date
    until: date | None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes, in the order of the form."""
        return tuple(self.labels)

    def title(self, language: str) -> str:
        """What the list is of, in ``fr`` or ``en``."""
        return self.title_fr if language == "fr" else self.title_en

    def label(self, code: str, language: str) -> str:
        """What a code means; KeyError for one that is not in the list."""
        return self.labels[code][0 if language == "fr" else 1]


@dataclass(frozen=True, slots=True)
class KindCodes:
    """The security codes that one kind of security may take. ``choose``: the kind alone does not
    tell which, and whoever issues the security says so."""

    kind: str
    codes: tuple[str, ...]
    choose: bool
    grade: Grade
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """An exemption as items 7 f and e1 of the form name it."""

    code: str
    cited: str
    """As it stands in column e1 of Schedule 1."""
    label_fr: str
    label_fr_qc: str
    label_en: str
    grade: Grade
    start: date
    until: date | None

    def label(self, language: str, jurisdiction: str) -> str:
        """As it is named in a jurisdiction: in Quebec the instrument is a regulation."""
        if language != "fr":
            return self.label_en
        return self.label_fr_qc if jurisdiction == "QC" else self.label_fr


class _Dated(Protocol):
    @property
    def start(self) -> date: ...

    @property
    def until(self) -> date | None: ...


_Row = TypeVar("_Row", bound=_Dated)


def code_list(name: str, on: date) -> CodeList:
    """The list of that name in force on a day. Raises OutsideDates where there is none."""
    return _in_force((one for one in _lists() if one.name == name), f"list {name}", on)


def security_codes(kind: str, on: date) -> KindCodes:
    """The codes that a kind of security may take. Raises OutsideDates where there are none."""
    return _in_force((one for one in _kinds() if one.kind == kind), f"kind {kind}", on)


def exemption(on: date, code: str = EXEMPTION) -> Exemption:
    """An exemption by its code, on a day. Raises OutsideDates where there is none."""
    return _in_force((one for one in _exemptions() if one.code == code), f"exemption {code}", on)


def security_code(kind: str, chosen: str, on: date) -> str:
    """The code of a kind of security: the chosen one where the kind may take it, else the first;
    empty where somebody has to choose. Raises OutsideDates."""
    possible = security_codes(kind, on)
    if chosen in possible.codes:
        return chosen
    return "" if possible.choose else possible.codes[0]


def naics(text: str) -> bool:
    """Whether a text has the form of a NAICS code: six digits, of which the first is no zero."""
    return _NAICS.fullmatch(text) is not None


def _in_force(rows: Iterable[_Row], what: str, on: date) -> _Row:
    for row in rows:
        if row.start <= on and (row.until is None or on <= row.until):
            return row
    raise OutsideDates(f"The {what} of Form 45-106F1 is not known on {on.isoformat()}.")


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    source = files("compliance.rules.ni45_106").joinpath("codes.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _rows(name: str) -> list[dict[str, Any]]:
    return [{**_data()["defaults"], **row} for row in _data()[name]]


@lru_cache(maxsize=1)
def _lists() -> tuple[CodeList, ...]:
    return tuple(
        CodeList(
            name=row["name"],
            item=row["item"],
            title_fr=row["title_fr"],
            title_en=row["title_en"],
            labels={one["code"]: (one["fr"], one["en"]) for one in row["codes"]},
            grade=Grade(row["grade"]),
            reviewed=row["reviewed"],
            start=row["from"],
            until=row.get("until"),
        )
        for row in _rows("list")
    )


@lru_cache(maxsize=1)
def _kinds() -> tuple[KindCodes, ...]:
    return tuple(
        KindCodes(
            kind=row["kind"],
            codes=tuple(row["codes"]),
            choose=row.get("choose", False),
            grade=Grade(row["grade"]),
            start=row["from"],
            until=row.get("until"),
        )
        for row in _rows("kind")
    )


@lru_cache(maxsize=1)
def _exemptions() -> tuple[Exemption, ...]:
    return tuple(
        Exemption(
            code=row["code"],
            cited=row["cited"],
            label_fr=row["label_fr"],
            label_fr_qc=row["label_fr_qc"],
            label_en=row["label_en"],
            grade=Grade(row["grade"]),
            start=row["from"],
            until=row.get("until"),
        )
        for row in _rows("exemption")
    )
