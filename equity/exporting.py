"""The file in which somebody takes their data away: JSON for programs, CSV for spreadsheets, and a
page to read, in their language."""

import csv
import io
import json
from datetime import date, datetime, tzinfo
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.template.loader import render_to_string
from django.utils import translation

from compliance.audit.actions import wording
from compliance.rules.kernel.money import format_cad, format_date, format_instant
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES, zone_of
from compliance.web.sheets import harmless
from documents.facts.shared import Language
from equity.selectors.personal import Table, tables
from equity.templatetags.equity import document_name
from investors.models import Person

_IN_MEMORY = 2 * 1024 * 1024
"""Bytes of the file that are held in memory; more of it goes to a temporary file."""
_CODES = ("kind", "state", "language", "rule", "actor", "province", "method", "value", "field")
"""Columns whose values may be codes that have a word."""


def write_export(person: Person, language: Language, at: datetime) -> IO[bytes]:
    """The ZIP of everything kept about a person, as an open file at its beginning.

    Bounded: a table has at most 5 000 rows, and a large file goes to disk. Amounts are CAD,
    instants in UTC with their offset in JSON and CSV; the page shows them as the person's clocks
    do.
    """
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed over open
    where = zone_of(person.province if person.province in PROVINCES else "QC")
    told: dict[str, Any] = {"made_at": at.isoformat(), "language": language}
    shown = []
    with translation.override(language), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for table in tables(person):
            archive.writestr(f"csv/{table.code}.csv", _csv(table))
            names = [name for name, _label in table.columns]
            told[table.code] = [
                dict(zip(names, map(plain, row), strict=True)) for row in table.rows
            ]
            shown.append(_for_page(table, names, language, where))
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1))
        name = "mes-donnees.html" if language == "fr" else "my-data.html"
        context = {"tables": shown, "at": format_instant(at, where, language), "language": language}
        archive.writestr(name, render_to_string("equity/investor/export.html", context))
    file.seek(0)
    return file


def _for_page(table: Table, names: list[str], language: Language, where: tzinfo) -> dict[str, Any]:
    """A table as the page shows it."""
    return {
        "title": table.title,
        "labels": [label for _name, label in table.columns],
        "rows": [
            [
                _shown(table.code, name, value, language, where)
                for name, value in zip(names, row, strict=True)
            ]
            for row in table.rows
        ],
    }


def plain(value: Any) -> Any:
    """A value for a program: amounts and instants as text, the rest as JSON has it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):  # an instant too
        return value.isoformat()
    return value


def cell(value: Any) -> str:
    """A value for a spreadsheet, which never runs as a formula what somebody wrote."""
    text = "" if value is None else str(plain(value))
    return text if isinstance(value, Decimal | int) else harmless(text)


def _csv(table: Table) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([str(label) for _name, label in table.columns])
    writer.writerows([cell(value) for value in row] for row in table.rows)
    # Spreadsheets take a file without the mark for one of another alphabet, and spoil the accents.
    return text.getvalue().encode("utf-8-sig")


def _shown(code: str, name: str, value: Any, language: Language, where: tzinfo) -> str:
    """A value as the page shows it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return term("yes" if value else "no", language)
    if isinstance(value, datetime):
        return format_instant(value, where, language)
    if isinstance(value, date):
        return format_date(value, language)
    if isinstance(value, Decimal):
        return format_cad(value, language)
    if name == "action":
        return wording(str(value), language)
    if code == "documents" and name == "kind":
        return document_name(str(value))
    return term(str(value), language) if name in _CODES else str(value)
