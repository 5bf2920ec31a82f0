"""Schedules 1 and 2 as spreadsheets, for the regulators alone.

Every cell that takes a code, a day, a number or a yes is validated, so that who corrects a cell by
hand is told at once. A text is a text, whatever sign it begins with: no spreadsheet runs it as a
formula, also after somebody edited it. The same rows make the same bytes.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from compliance.rules.kernel.money import cad
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_106 import codes
from equity.reports.schedules import NO, PEOPLE, PURCHASERS, YES, Column, Value

_FIRST: Final = 6
"""The first row of the table; above it the issuer, the day, the codes and the labels."""
_LONGEST: Final = 250
_WIDEST: Final = 42
_REFUSED: Final = {
    "yes_no": "Y ou N. / Y or N.",
    "security_code": "Un code de la feuille Codes. / A code of the sheet Codes.",
    "province": "Un code de la feuille Codes. / A code of the sheet Codes.",
    "day": "AAAA-MM-JJ. / YYYY-MM-DD.",
    "count": "Un nombre entier, au moins 1. / A whole number, at least 1.",
    "amount": "Un montant positif, au cent. / A positive amount, to the cent.",
    "text": f"Au plus {_LONGEST} caractères. / At most {_LONGEST} characters.",
}


def schedule_1(kept: Mapping[str, Any]) -> bytes:
    """Schedule 1 (XLSX): every purchaser, from the rows kept with a report."""
    title = "Annexe 45-106A1, appendice 1 / Form 45-106F1, Schedule 1"
    return _book(title, "Schedule 1", kept, (), PURCHASERS, kept["purchasers"])


def schedule_2(kept: Mapping[str, Any]) -> bytes:
    """Schedule 2 (XLSX): directors, executive officers, promoters and control persons."""
    title = "Annexe 45-106A1, appendice 2 / Form 45-106F1, Schedule 2"
    chief = (
        ("Chef de la direction, courriel / Chief executive officer, e-mail", kept["chief_email"]),
        (
            "Chef de la direction, téléphone / Chief executive officer, telephone",
            kept["chief_telephone"],
        ),
    )
    return _book(title, "Schedule 2", kept, chief, PEOPLE, kept["people"])


def _book(
    title: str,
    name: str,
    kept: Mapping[str, Any],
    more: Sequence[tuple[str, str]],
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
) -> bytes:
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    certified = date.fromisoformat(kept["certified_on"])
    with xlsxwriter.Workbook(content, options) as book:
        # Without it, the file tells when it was made, and no two are alike.
        made = datetime(certified.year, certified.month, certified.day, tzinfo=UTC)
        book.set_properties({"title": title, "created": made.replace(tzinfo=None)})
        sheet = _Sheet(book, name)
        sheet.head(title, kept["issuer"], certified, more)
        sheet.table(columns, rows, certified)
        _codes(book, certified)
    return content.getvalue()


class _Sheet:
    """The sheet of a schedule, being written."""

    def __init__(self, book: Any, name: str) -> None:
        self.sheet = book.add_worksheet(name)
        self.bold = book.add_format({"bold": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.label = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
        )
        text = {"num_format": "@", "quote_prefix": True}
        self.text = book.add_format(text)
        self.styles = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "amount": book.add_format({"num_format": "0.00"}),
            "count": book.add_format({"num_format": "0"}),
        }

    def head(
        self, title: str, issuer: str, certified: date, more: Sequence[tuple[str, str]]
    ) -> None:
        """What is said once per file."""
        self.sheet.write_string(0, 0, title, self.title)
        self.sheet.write_string(1, 0, "Nom de l'émetteur / Name of issuer", self.bold)
        self.sheet.write_string(1, 3, issuer, self.text)
        self.sheet.write_string(2, 0, "Date de l'attestation / Certification date", self.bold)
        self.sheet.write_datetime(2, 3, certified, self.styles["day"])
        for place, (label, value) in enumerate(more):
            self.sheet.write_string(1 + place, 5, label, self.bold)
            self.sheet.write_string(1 + place, 9, value, self.text)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Value]], on: date) -> None:
        """The columns, their validation, and the rows; the head stays in sight."""
        for place, column in enumerate(columns):
            label = f"{column.fr} / {column.en}"
            self.sheet.write_string(_FIRST - 2, place, column.code, self.bold)
            self.sheet.write_string(_FIRST - 1, place, label, self.label)
            longest = max((len(str(row[place] or "")) for row in rows), default=0)
            style = self.styles.get(column.kind, self.text)
            self.sheet.set_column(place, place, min(max(14, longest + 2), _WIDEST), style)
            last = _FIRST + max(len(rows), 1) - 1
            self.sheet.data_validation(_FIRST, place, last, place, _validation(column, place, on))
        for number, row in enumerate(rows, start=_FIRST):
            for place, (column, value) in enumerate(zip(columns, row, strict=True)):
                self.cell(number, place, column, value)
        self.sheet.freeze_panes(_FIRST, 1)
        self.sheet.repeat_rows(_FIRST - 2, _FIRST - 1)
        self.sheet.set_landscape()

    def cell(self, row: int, place: int, column: Column, value: Value) -> None:
        """One cell, by what its column holds; what is empty stays so."""
        if value in (None, ""):
            return
        style = self.styles.get(column.kind, self.text)
        if column.kind == "day":
            self.sheet.write_datetime(row, place, date.fromisoformat(str(value)), style)
        elif column.kind == "amount":
            # The Decimal itself: by way of a float, 0.07 is written as 0.07000000000000001.
            self.sheet.write_number(row, place, cad(str(value)), style)
        elif column.kind == "count":
            self.sheet.write_number(row, place, int(str(value)), style)
        else:
            self.sheet.write_string(row, place, str(value), style)


def _validation(column: Column, place: int, on: date) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "error_title": column.code,
        "error_message": _REFUSED[column.kind],
        "ignore_blank": True,
    }
    if column.kind == "yes_no":
        return rule | {"validate": "list", "source": [YES, NO]}
    if column.kind == "security_code":
        return rule | {"validate": "list", "source": _range(0, len(_known(on).codes))}
    if column.kind == "province":
        return rule | {"validate": "list", "source": _range(3, len(PROVINCES))}
    if column.kind == "day":
        first = date(2000, 1, 1)
        return rule | {"validate": "date", "criteria": ">=", "value": first}
    if column.kind == "count":
        return rule | {"validate": "integer", "criteria": ">=", "value": 1}
    if column.kind == "amount":
        cell = xl_rowcol_to_cell(_FIRST, place)
        exact = f"=AND(ISNUMBER({cell}),{cell}>0,ROUND({cell},2)={cell})"
        return rule | {"validate": "custom", "value": exact}
    return rule | {"validate": "length", "criteria": "<=", "value": _LONGEST}


def _known(on: date) -> codes.CodeList:
    return codes.code_list("security_code", on)


def _range(column: int, length: int) -> str:
    first = xl_rowcol_to_cell(1, column, row_abs=True, col_abs=True)
    last = xl_rowcol_to_cell(length, column, row_abs=True, col_abs=True)
    return f"=Codes!{first}:{last}"


def _codes(book: Any, on: date) -> None:
    """The sheet that the lists of the table point at, with what each code means."""
    sheet, bold = book.add_worksheet("Codes"), book.add_format({"bold": True})
    known = _known(on)
    sheet.write_string(0, 0, f"{known.title('fr')} / {known.title('en')}", bold)
    for row, code in enumerate(known.codes, start=1):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, f"{known.label(code, 'fr')} / {known.label(code, 'en')}")
    sheet.write_string(0, 3, "Province ou territoire / Province or territory", bold)
    for row, (code, place) in enumerate(sorted(PROVINCES.items()), start=1):
        sheet.write_string(row, 3, code)
        sheet.write_string(row, 4, f"{place.fr} / {place.en}")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 60)
    sheet.set_column(3, 3, 16)
    sheet.set_column(4, 4, 50)
