"""The due day of every duty, counted from its event."""

from datetime import date

import pytest

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.ni45_110 import duties
from compliance.rules.ni45_110.book import REGIME

CODES = (
    "duty.refund",
    "duty.file_offering_document",
    "duty.file_exempt_report",
    "duty.confirm_purchasers",
    "duty.inform_issuer",
    "duty.notify_amendment",
    "duty.certify_resources",
    "duty.retain",
)


def test_the_duties_of_the_rulebook() -> None:
    assert tuple(duties.DUTIES) == CODES
    assert {code: duty.per for code, duty in duties.DUTIES.items()} == {
        "duty.refund": "subscription",
        "duty.file_offering_document": "jurisdiction",
        "duty.file_exempt_report": "jurisdiction",
        "duty.confirm_purchasers": "offering",
        "duty.inform_issuer": "offering",
        "duty.notify_amendment": "offering",
        "duty.certify_resources": "portal",
        "duty.retain": "offering",
    }
    for duty in duties.DUTIES.values():
        assert duty.binds in {"issuer", "portal"}
        assert duty.figure == "" or duty.figure in REGIME.figures
        assert duty.title_fr != duty.title_en
        assert (duty.title("fr"), duty.title("en")) == (duty.title_fr, duty.title_en)


@pytest.mark.parametrize(
    ("code", "event", "due"),
    [
        ("duty.file_offering_document", date(2026, 3, 11), date(2026, 4, 10)),
        ("duty.file_exempt_report", date(2026, 3, 11), date(2026, 4, 10)),
        ("duty.confirm_purchasers", date(2026, 3, 11), date(2026, 4, 10)),
        ("duty.inform_issuer", date(2026, 3, 11), date(2026, 3, 26)),
        ("duty.notify_amendment", date(2026, 3, 11), date(2026, 3, 11)),
        ("duty.certify_resources", date(2026, 3, 11), date(2026, 9, 11)),
        ("duty.certify_resources", date(2026, 8, 31), date(2027, 2, 28)),
        ("duty.retain", date(2026, 3, 11), date(2034, 3, 11)),
        ("duty.retain", date(2028, 2, 29), date(2036, 2, 29)),
        ("duty.file_exempt_report", date(2026, 12, 15), date(2027, 1, 14)),
        ("duty.file_exempt_report", date(2028, 2, 1), date(2028, 3, 2)),
        ("duty.inform_issuer", date(2026, 12, 11), date(2026, 12, 26)),  # no holiday moves it
    ],
)
def test_due_days(code: str, event: date, due: date) -> None:
    assert duties.due_on(code, event) == due


def test_the_month_end_cuts_the_retention_of_a_leap_day() -> None:
    """Eight years after 29 February 2092 there is none: 2100 is a common year."""
    assert duties.due_on("duty.retain", date(2092, 2, 29)) == date(2100, 2, 28)


def test_a_refund_has_a_count_of_its_own() -> None:
    with pytest.raises(ValueError, match="business days"):
        duties.due_on("duty.refund", date(2026, 3, 11))


def test_a_duty_of_a_day_before_the_instrument() -> None:
    with pytest.raises(OutsideDates):
        duties.due_on("duty.retain", date(2021, 9, 20))
    with pytest.raises(KeyError):
        duties.due_on("duty.unknown", date(2026, 3, 11))
