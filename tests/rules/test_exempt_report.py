"""The arithmetic of Form 45-106F1: tables that add up, codes, fees, and where it is filed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_106 import codes, fees, report
from compliance.rules.ni45_106.report import Line
from compliance.rules.ni45_110.security import ELIGIBLE

ON = date(2026, 3, 2)
D = Decimal


def a_line(number: int, who: str, where: str, units: int, price: str = "25.00") -> Line:
    cents = D(price)
    return Line(str(number), who, where, "CMS", units, cents, cents * units)


LINES = (
    a_line(1, "marie", "QC", 100),
    a_line(2, "paul", "ON", 20),
    a_line(3, "marie", "QC", 4),
    a_line(4, "anne", "NB", 8),
    a_line(5, "marie", "ON", 2),
)


def test_the_summary_by_hand() -> None:
    found = report.summary(LINES)
    assert [(one.jurisdiction, one.purchasers, one.amount) for one in found.rows] == [
        ("NB", 1, D("200.00")),
        ("ON", 2, D("550.00")),
        ("QC", 1, D("2600.00")),
    ]
    assert (found.purchasers, found.amount) == (3, D("3350.00"))
    assert report.filed_in("BC", LINES) == ("BC", "NB", "ON", "QC")
    assert report.filed_in("ON", LINES) == ("NB", "ON", "QC")
    [row] = report.securities(LINES)
    assert (row.code, row.units, row.lowest, row.highest) == ("CMS", 134, D("25.00"), D("25.00"))


def some_lines() -> st.SearchStrategy[list[Line]]:
    one = st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from(sorted(PROVINCES)),
        st.integers(1, 400),
        st.sampled_from(["0.01", "0.10", "1.00", "24.95", "333.33"]),
        st.sampled_from(["CMS", "OTH", "BND"]),
    )
    return st.lists(one, min_size=1, max_size=40).map(
        lambda rows: [
            replace(a_line(n, who, where, units, price), security_code=code)
            for n, (who, where, units, price, code) in enumerate(rows)
        ]
    )


@settings(max_examples=60, deadline=None)
@given(some_lines(), st.sampled_from(sorted(PROVINCES)))
def test_every_table_adds_up_whoever_bought_where(lines: list[Line], head: str) -> None:
    found, paid = report.summary(lines), sum(line.amount for line in lines)
    assert found.amount == paid == sum(row.amount for row in found.rows)
    assert paid == sum(row.amount for row in report.securities(lines))
    assert found.purchasers == len({line.purchaser for line in lines})
    assert all(0 < row.purchasers <= found.purchasers for row in found.rows)
    assert max(row.purchasers for row in found.rows) <= found.purchasers
    assert {row.jurisdiction for row in found.rows} | {head} == set(report.filed_in(head, lines))
    released = {line.subscription: line.amount for line in lines}
    assert report.adds_up(lines, released).met
    asked = report.fees_of(head, lines, ON)
    assert [one.line.jurisdiction for one in asked] == list(report.filed_in(head, lines))
    assert sum(one.proceeds for one in asked) == paid
    assert all((one.amount is None) == (one.status == "not_seen") for one in asked)


Judge = Callable[[tuple[Line, ...], Mapping[str, Decimal]], Finding]
RELEASED = {line.subscription: line.amount for line in LINES}
WRONG = {
    "a cent less": {**RELEASED, "4": D("199.99")},
    "a cent moved from one to another": {**RELEASED, "1": D("2499.99"), "3": D("100.01")},
    "one that was never reported": {**RELEASED, "9": D("50.00")},
    "one that was never released": {one: RELEASED[one] for one in "1234"},
}


def all_seen(judge: Judge) -> bool:
    """Whether a judge refuses every difference above."""
    return not any(judge(LINES, released).met for released in WRONG.values())


def test_a_difference_is_refused_with_both_amounts() -> None:
    assert all_seen(report.adds_up)
    found = report.adds_up(LINES, WRONG["a cent less"])
    assert found.message("en").startswith(
        "The summary of the report says $3,350.00 and the trust ledger $3,349.99: 1 subscription"
    )
    assert "3 350,00 $" in found.message("fr").replace("\u00a0", " ")
    assert "3 349,99 $" in found.message("fr").replace("\u00a0", " ")


def test_a_judge_of_the_totals_alone_would_not_see_them_all() -> None:
    def totals_alone(lines: tuple[Line, ...], released: Mapping[str, Decimal]) -> Finding:
        same = report.summary(lines).amount == sum(released.values())
        return report.adds_up(lines, RELEASED if same else released)

    assert not all_seen(totals_alone)


def test_what_is_lacking_is_named_once_each_in_its_order() -> None:
    assert report.items_complete(()).met
    found = report.items_complete(("5 a", "5 b", "5 a"))
    assert not found.met
    assert "5 a, 5 b" in found.message("en")
    assert "5 a, 5 b" in found.message("fr")


def test_every_kind_of_security_has_its_codes() -> None:
    known = codes.code_list("security_code", ON)
    for kind in sorted(ELIGIBLE):
        possible = codes.security_codes(kind, ON)
        assert possible.codes
        assert set(possible.codes) <= set(known.codes)
        assert all(len(code) == 3 for code in possible.codes)
        assert codes.security_code(kind, possible.codes[-1], ON) == possible.codes[-1]
    assert codes.security_code("common_share", "", ON) == "CMS"
    assert codes.security_code("community_bond", "WNT", ON) == "BND"
    assert codes.security_code("convertible", "", ON) == ""
    assert codes.security_code("cooperative_share", "", ON) == codes.OTHER
    assert codes.security_codes("cooperative_share", ON).grade is Grade.POLICY


def test_lists_are_dated_and_said_in_both_languages() -> None:
    for name in (
        "report_type",
        "certifying_party",
        "invests_mainly_in",
        "mining_stage",
        "employees",
        "asset_size",
        "security_code",
        "relationship",
    ):
        found = codes.code_list(name, ON)
        assert found.title("fr") != found.title("en")
        assert len(set(found.codes)) == len(found.codes) > 1
        assert all(found.label(code, lang) for code in found.codes for lang in ("fr", "en"))
        assert found.grade is not Grade.VERIFIED
        with pytest.raises(OutsideDates, match=r"not known on 2023-06-08"):
            codes.code_list(name, date(2023, 6, 8))
    with pytest.raises(OutsideDates):
        codes.security_codes("warrant", ON)


def test_the_exemption_is_named_as_each_jurisdiction_does() -> None:
    found = codes.exemption(ON)
    assert found.label("fr", "QC").startswith("Règlement 45-110, art. 5")
    assert found.label("fr", "NB").startswith("Norme canadienne 45-110")
    assert found.label("en", "QC") == found.label("en", "ON")


@pytest.mark.parametrize(
    ("text", "met"),
    [("111999", True), ("031110", False), ("11199", False), ("1119990", False), ("11١999", False)],
)
def test_naics_is_judged_by_its_form_alone(text: str, met: bool) -> None:
    assert codes.naics(text) is met


@pytest.mark.parametrize(
    ("where", "proceeds", "amount"),
    [
        ("BC", "0.00", "200.00"),
        ("BC", "666666.67", "200.00"),
        ("BC", "1000000.00", "300.00"),
        ("BC", "1000016.67", "300.01"),
        ("AB", "800000.00", "200.00"),
        ("AB", "1500000.00", "375.00"),
        ("MB", "1500000.00", "25.00"),
        ("ON", "500.00", "500.00"),
        ("QC", "500.00", "284.00"),
        ("QC", "1500000.00", "375.00"),
        ("NB", "500.00", "0.00"),
        ("NS", "500.00", "28.65"),
        ("NL", "500.00", "50.00"),
    ],
)
def test_fees_by_hand(where: str, proceeds: str, amount: str) -> None:
    assert fees.fee(where, D(proceeds), ON).amount == D(amount)


def test_what_was_not_seen_is_never_nothing() -> None:
    table = {line.jurisdiction: line for line in fees.fee_lines()}
    assert set(table) == set(PROVINCES)
    unseen = {where for where, line in table.items() if line.status == "not_seen"}
    assert unseen == {"SK", "PE", "YT", "NT", "NU"}
    asked = [fees.fee(where, D("900000.00"), ON) for where in sorted(table)]
    found = fees.total(asked)
    assert found.not_seen == tuple(sorted(unseen))
    assert found.out_of_date == ("QC",)
    assert found.seen == D("270.00") + D("225.00") + 25 + 50 + D("28.65") + 500 + 284
    for line in table.values():
        assert line.regulator("fr")
        assert line.regulator("en")
        seen = line.status != "not_seen"
        assert line.grade is (Grade.SECONDARY if seen else None)
        assert bool(line.source) is seen
        # Nothing is asked only where the source says so in words.
        assert (line.minimum == 0) is line.note("en").startswith("No fee is asked")
        assert bool(line.as_of("fr")) is bool(line.as_of("en")) is seen
    with pytest.raises(OutsideDates):
        fees.fee_line("QC", date(2021, 9, 20))
    with pytest.raises(OutsideDates):
        fees.fee_line("US", ON)


def test_late_fees_by_hand() -> None:
    due = date(2026, 4, 2)  # a Thursday; Good Friday follows
    line = {one.jurisdiction: one for one in fees.fee_lines()}
    assert fees.late_fee(line["AB"], due_on=due, filed_on=due) == D("0.00")
    assert fees.late_fee(line["AB"], due_on=due, filed_on=date(2026, 4, 6)) == D("400.00")
    assert fees.late_fee(line["AB"], due_on=due, filed_on=date(2026, 5, 6)) == D("1000.00")
    assert fees.late_fee(line["ON"], due_on=due, filed_on=date(2026, 4, 7)) == D("200.00")
    assert fees.late_fee(line["ON"], due_on=due, filed_on=date(2027, 4, 7)) == D("5000.00")
    assert fees.late_fee(line["NB"], due_on=due, filed_on=date(2026, 4, 30)) == D("100.00")
    assert fees.late_fee(line["BC"], due_on=due, filed_on=date(2026, 4, 30)) == D("0.00")
    assert fees.late_fee(line["QC"], due_on=due, filed_on=date(2026, 4, 30)) is None


SEEN = 'status = "seen"\nas_of_fr = "2020"\nas_of_en = "2020"\n'


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('status = "not_seen"\nminimum = "1.00"', "exactly where one was seen"),
        ('status = "seen"', "exactly where one was seen"),
        ('status = "seen"\nminimum = "1.00"', "as of when"),
        ('status = "free"', "no status"),
        ('status = "not_seen"\ngrade = "secondary"', "grade exactly where"),
        (SEEN + 'minimum = "1.00"', "grade exactly where"),
        (SEEN + 'minimum = "1.00"\ngrade = "secondary"', "names the source"),
        (SEEN + 'minimum = "0.00"\ngrade = "secondary"\nsource = "A sheet"', "fee of nothing"),
    ],
)
def test_a_line_that_does_not_hold_together_is_refused(wrong: str, told: str) -> None:
    text = (
        "[defaults]\nfrom = 2021-09-21\nreviewed = 2026-11-26\n"
        '[[fee]]\njurisdiction = "QC"\nregulator_fr = "A"\nregulator_en = "A"\n'
        f"[[fee.value]]\n{wrong}\n"
    )
    with pytest.raises(ValueError, match=told):
        fees.parse_fees(text)
