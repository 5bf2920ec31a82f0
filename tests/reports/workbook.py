"""A small independent reader of XLSX: the standard library, and what ISO/IEC 29500 says."""

import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it holds, by which format it is shown, and whether it is marked as a text."""

    value: Any
    format: str
    quoted: bool
    formula: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """A validation: its kind, where it holds, what it allows."""

    kind: str
    where: str
    operator: str
    allowed: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its cells by address, its validations, the first row that scrolls."""

    name: str
    cells: dict[str, Cell]
    validations: tuple[Validation, ...]
    frozen: str

    def value(self, address: str) -> Any:
        """What a cell holds; None for an empty one."""
        cell = self.cells.get(address)
        return None if cell is None else cell.value

    def row(self, number: int, columns: int) -> list[Any]:
        """The values of a row."""
        return [self.value(f"{letters(place)}{number}") for place in range(columns)]

    def of_column(self, place: int) -> Validation:
        """The validation of a column."""
        return next(
            one for one in self.validations if re.match(rf"{letters(place)}\d+(:|$)", one.where)
        )


def letters(place: int) -> str:
    """The letters of a column by its place from 0."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def read(content: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by name."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name) for name in archive.namelist()}
    book = ElementTree.fromstring(parts["xl/workbook.xml"])
    names = [one.get("name", "") for one in book.iter(f"{_MAIN}sheet")]
    strings = _strings(parts.get("xl/sharedStrings.xml"))
    styles = _styles(parts["xl/styles.xml"])
    return {
        name: _sheet(name, parts[f"xl/worksheets/sheet{number}.xml"], strings, styles)
        for number, name in enumerate(names, start=1)
    }


def _strings(part: bytes | None) -> list[str]:
    if part is None:
        return []
    root = ElementTree.fromstring(part)
    return ["".join(t.text or "" for t in one.iter(f"{_MAIN}t")) for one in root]


def _styles(part: bytes) -> list[tuple[str, bool]]:
    root = ElementTree.fromstring(part)
    formats = {
        one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")
    }
    built_in = {"0": "General", "1": "0", "2": "0.00", "49": "@"}
    used = root.find(f"{_MAIN}cellXfs")
    assert used is not None
    return [
        (
            formats.get(one.get("numFmtId"), built_in.get(str(one.get("numFmtId")), "?")),
            one.get("quotePrefix") == "1",
        )
        for one in used
    ]


def _sheet(name: str, part: bytes, strings: list[str], styles: list[tuple[str, bool]]) -> Sheet:
    root = ElementTree.fromstring(part)
    cells = {}
    for one in root.iter(f"{_MAIN}c"):
        raw = one.findtext(f"{_MAIN}v")
        shown, quoted = styles[int(one.get("s", "0"))]
        formula = one.find(f"{_MAIN}f") is not None
        if raw is None:
            continue
        value: Any = strings[int(raw)] if one.get("t") == "s" else Decimal(raw)
        if shown == "yyyy-mm-dd":
            value = date(1899, 12, 30) + timedelta(days=int(value))
        cells[str(one.get("r"))] = Cell(value, shown, quoted, formula)
    validations = tuple(
        Validation(
            kind=one.get("type", ""),
            where=one.get("sqref", ""),
            operator=one.get("operator", "between"),
            allowed=one.findtext(f"{_MAIN}formula1") or "",
            message=one.get("error", ""),
        )
        for one in root.iter(f"{_MAIN}dataValidation")
    )
    pane = root.find(f".//{_MAIN}pane")
    return Sheet(name, cells, validations, "" if pane is None else pane.get("topLeftCell", ""))
