"""Tables as files: CSV that spreadsheets of the reader's language open, and XLSX.

What people typed may begin with a sign that a spreadsheet takes for a formula, and run it on the
machine of whoever opens the file. In CSV such a text gets an apostrophe in front; in XLSX it is
written as a text, which no spreadsheet calculates.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from compliance.web.language import current

_BOM = "\ufeff"
"""Without it, a spreadsheet reads UTF-8 as the alphabet of its own country."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula, full-width forms included."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60

Cell = str | int | Decimal | date | None


def csv_response(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """A CSV file in UTF-8 with its mark; in French, columns end with a semicolon and decimals stand
    after a comma, as spreadsheets set for French Canada read them."""
    french = current() == "fr"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([_plain(str(one), french=french) for one in headings])
    writer.writerows([_plain(cell, french=french) for cell in row] for row in rows)
    return _attached(f"{_BOM}{text.getvalue()}".encode(), "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_response(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """An XLSX file of one sheet: amounts and days are numbers and days, texts are texts."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        styles = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            str: book.add_format({"text_wrap": False}),
        }
        sheet = book.add_worksheet()
        widths = [len(str(one)) for one in headings]
        sheet.write_row(0, 0, [str(one) for one in headings], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, styles)
                widths[column] = min(max(widths[column], len(str(cell or ""))), _WIDEST)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width + 2)
        sheet.freeze_panes(1, 0)
    return _attached(content.getvalue(), _XLSX, f"{name}.xlsx")


def _plain(cell: Cell, *, french: bool) -> str:
    """A cell as text: numbers of ours as they are, a typed text never as a formula."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", ",") if french else f"{cell:.2f}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int):
        return str(cell)
    return harmless(cell)


def harmless(text: str) -> str:
    """A text that somebody typed, so that no spreadsheet runs it as a formula."""
    # Spreadsheets skip spaces before they look for the sign.
    hidden = text.lstrip(" \u00a0").startswith(_FORMULA) or text.startswith(_FORMULA)
    return f"'{text}" if hidden else text


def _write(sheet: Any, row: int, column: int, cell: Cell, styles: dict[type, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, Decimal):
        # A spreadsheet knows no other number than a float; two decimals of it are exact to the eye.
        sheet.write_number(row, column, float(cell), styles[Decimal])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, styles[date])
    elif isinstance(cell, int):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, cell, styles[str])


def _attached(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file that is saved and never kept by anything between: it may be personal."""
    assert name.isascii()
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
