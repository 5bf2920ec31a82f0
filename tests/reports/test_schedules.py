"""Schedules 1 and 2 as another program reads them: cells, validations, no formula, same bytes."""

from datetime import date
from decimal import Decimal

import pytest

from compliance.rules.ni45_106 import codes
from equity.reports.gathering import distribution
from equity.reports.schedules import PEOPLE, PURCHASERS, frozen
from equity.reports.sheets import schedule_1, schedule_2
from tests.reports.scene import AFTER, answered, in_three_provinces, issued
from tests.reports.workbook import Sheet, letters, read

FIRST = 7
"""The first row of the table, as spreadsheets count."""
ROWS = [
    ["=Lacœur", "Marie", None, None, "18, rue des Érables", "Rimouski", "QC", "G5L 1A1", "Canada",
     "+1 581 555-0101", "@marie", date(2026, 3, 11), 40, "CMS", "1000.00", "NI 45-110 5",
     None, None, None, None, None, "N", "Y", "Portail"],
    ["Savoie", "Anne", None, None, "-1, rue Main", "Moncton", "NB", "E1C 1A1", "Canada",
     "506 555-0100", "a@b.example", date(2026, 3, 11), 3, "OTH", "0.07", "NI 45-110 5",
     None, None, None, None, None, "Y", "N", None],
]  # fmt: skip
KEPT = {
    "issuer": "=cmd|' /C calc'!A0",
    "certified_on": "2026-03-13",
    "chief_email": "aline@exemple.example",
    "chief_telephone": "418 555-0142",
    "purchasers": [
        [one.isoformat() if isinstance(one, date) else one or "" for one in row] for row in ROWS
    ],
    "people": [
        ["Roy", "Aline", "", "1420, rang", "Lévis", "QC", "G0N 1N0", "Canada", "Y", "", ""],
        ["", "", "", "1, rue A", "Québec", "QC", "G1R 2T9", "Canada", "Y", "Fiducie X", "+Jean"],
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def purchasers() -> dict[str, Sheet]:
    return read(schedule_1(KEPT))


def test_every_cell_is_read_back_as_it_was_kept(purchasers: dict[str, Sheet]) -> None:
    sheet = purchasers["Schedule 1"]
    for number, row in enumerate(ROWS, start=FIRST):
        found = sheet.row(number, len(PURCHASERS))
        assert found == [
            Decimal(str(one)) if place in (12, 14) else one for place, one in enumerate(row)
        ]
    assert sheet.row(FIRST + len(ROWS), len(PURCHASERS)) == [None] * len(PURCHASERS)
    assert sheet.value("D2") == KEPT["issuer"]
    assert sheet.value("D3") == date(2026, 3, 13)
    assert sheet.row(5, len(PURCHASERS)) == [one.code for one in PURCHASERS]
    wanted = "b1 b2 b3 b4 c1 c2 c3 c4 c5 c6 c7 d1 d2 d3 d4 e1 e2 e3 e3 e3 e4 f1 f2 f3"
    assert " ".join(one.code for one in PURCHASERS) == wanted
    assert sheet.row(6, 1) == ["Nom de famille / Family name"]


def test_no_text_is_a_formula_nor_becomes_one_when_it_is_edited(
    purchasers: dict[str, Sheet],
) -> None:
    for sheet in [*purchasers.values(), *read(schedule_2(KEPT)).values()]:
        assert not [at for at, cell in sheet.cells.items() if cell.formula]
        if sheet.name == "Codes":
            continue
        typed = [
            cell for at, cell in sheet.cells.items()
            if int(at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) >= FIRST and isinstance(cell.value, str)
        ]  # fmt: skip
        assert typed
        assert {(cell.format, cell.quoted) for cell in typed} == {("@", True)}


def test_amounts_have_two_decimals_days_are_days_and_the_head_stays(
    purchasers: dict[str, Sheet],
) -> None:
    sheet = purchasers["Schedule 1"]
    assert {sheet.cells[f"O{FIRST + n}"].format for n in range(2)} == {"0.00"}
    assert {sheet.cells[f"L{FIRST + n}"].format for n in range(2)} == {"yyyy-mm-dd"}
    assert sheet.frozen == f"B{FIRST}"


def test_every_column_is_validated_by_what_it_holds(purchasers: dict[str, Sheet]) -> None:
    sheet, listed = purchasers["Schedule 1"], purchasers["Codes"]
    assert len(sheet.validations) == len(PURCHASERS)
    for place, column in enumerate(PURCHASERS):
        one = sheet.of_column(place)
        assert one.where == f"{letters(place)}{FIRST}:{letters(place)}{FIRST + len(ROWS) - 1}"
        assert one.message
        kind, operator, allowed = one.kind, one.operator, one.allowed
        match column.kind:
            case "yes_no":
                assert (kind, allowed) == ("list", '"Y,N"')
            case "security_code":
                assert kind == "list"
                assert listing(listed, allowed) == list(
                    codes.code_list("security_code", date(2026, 3, 13)).codes
                )
            case "province":
                assert (kind, len(listing(listed, allowed))) == ("list", 13)
                assert {"QC", "ON", "NB"} <= set(listing(listed, allowed))
            case "day":
                assert (kind, operator, allowed) == ("date", "greaterThanOrEqual", "36526")
            case "count":
                assert (kind, operator, allowed) == ("whole", "greaterThanOrEqual", "1")
            case "amount":
                assert (kind, allowed) == ("custom", "AND(ISNUMBER(O7),O7>0,ROUND(O7,2)=O7)")
            case _:
                assert (kind, operator, allowed) == ("textLength", "lessThanOrEqual", "250")
    people = read(schedule_2(KEPT))["Schedule 2"]
    assert len(people.validations) == len(PEOPLE)
    assert people.of_column(8).allowed == '"Y,N"'


def listing(sheet: Sheet, reference: str) -> list[str]:
    """The cells that a list points at."""
    first, last = reference.removeprefix("Codes!").replace("$", "").split(":")
    column = first[0]
    return [sheet.value(f"{column}{n}") for n in range(int(first[1:]), int(last[1:]) + 1)]


def test_schedule_2_says_where_people_live_and_who_controls() -> None:
    sheet = read(schedule_2(KEPT))["Schedule 2"]
    assert sheet.row(FIRST, 9) == [
        "Roy", "Aline", None, "1420, rang", "Lévis", "QC", "G0N 1N0", "Canada", "Y",
    ]  # fmt: skip
    assert sheet.row(FIRST + 1, 11)[9:] == ["Fiducie X", "+Jean"]
    assert sheet.value("J2") == "aline@exemple.example"
    assert sheet.value("J3") == "418 555-0142"


def test_the_same_rows_make_the_same_bytes() -> None:
    assert schedule_1(KEPT) == schedule_1(KEPT)
    assert schedule_2(KEPT) != schedule_2({**KEPT, "issuer": "Another"})


def test_a_cell_holds_what_no_spreadsheet_may_choke_on() -> None:
    odd = "ᐃᓄᒃᑎᑐᑦ \u0645\u0631\u062d\u0628\u0627 🍁 <b>&\"' " + "x" * 3000
    row = list(KEPT["purchasers"][0])  # type: ignore[index]
    row[0] = odd
    sheet = read(schedule_1({**KEPT, "purchasers": [row]}))["Schedule 1"]
    assert sheet.value(f"A{FIRST}") == odd


@pytest.mark.django_db
def test_the_schedule_of_a_distribution_adds_up_to_its_summary() -> None:
    cast = in_three_provinces()
    answered(cast)
    row = issued(cast)
    found = distribution(cast.offering, AFTER)
    sheet = read(schedule_1(row.schedules))["Schedule 1"]
    rows = [sheet.row(FIRST + n, len(PURCHASERS)) for n in range(4)]
    paid: dict[str, Decimal] = {}
    for one in rows:
        paid[one[6]] = paid.get(one[6], Decimal(0)) + one[14]
    assert paid == {line.jurisdiction: line.amount for line in found.summary.rows}
    assert [one[:4] for one in rows] == [
        ["=Lacœur", "Marie", None, None],
        ["=Lacœur", "Marie", None, None],
        [None, None, None, "Gestion Paul inc."],
        ["Savoie", "Anne", None, None],
    ]
    assert {tuple(one[21:]) for one in rows} == {("N", "N", cast.portal.name)}
    assert row.schedules == frozen(found, row.certified_on)
