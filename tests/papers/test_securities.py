"""The name of a security in words, and its particulars, in both languages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from documents.paper.parts import rate_lines
from documents.paper.words import Words
from documents.samples import samples
from equity import words
from equity.models import Version
from equity.papers.debt import payments
from equity.papers.security import designation, security_facts
from tests.factories import PARTICULARS, PRICES, both

NBSP = "\N{NO-BREAK SPACE}"


def version(kind: str, **changes: Any) -> Version:
    given = {**PARTICULARS.get(kind, {}), **changes}
    price = Decimal(PRICES.get(kind, "1.00"))
    return Version(security_kind=kind, price=price, particulars=given)


@pytest.mark.parametrize(
    ("kind", "changes", "fr", "en"),
    [
        ("common_share", {}, "actions ordinaires de catégorie A", "Class A common shares"),
        ("common_share", {"class": ""}, "actions ordinaires", "common shares"),
        (
            "preferred_share",
            {"class": "B, série 1"},
            "actions privilégiées de catégorie B, série 1",
            "Class B, série 1 preference shares",
        ),
        (
            "convertible",
            {},
            "titres convertibles en actions ordinaires",
            "securities convertible into common shares",
        ),
        (
            "community_bond",
            {},
            f"obligations communautaires, coupures de 500{NBSP}$, 4{NBSP}%, 5{NBSP}ans",
            f"community bonds, denominations of $500, 4%, 5{NBSP}years",
        ),
        (
            "debt",
            {"rate": {"kind": "floating", "percent": "6.25"}, "term_months": 18},
            f"titres de créance, coupures de 500{NBSP}$, taux variable, 18{NBSP}mois",
            f"debt securities, denominations of $500, floating rate, 18{NBSP}months",
        ),
        ("cooperative_share", {}, "parts privilégiées", "preferred shares"),
        ("cooperative_share", {"class": "social"}, "parts sociales", "common shares"),
        (
            "cooperative_share",
            {"class": "B"},
            "parts privilégiées de catégorie B",
            "Class B preferred shares",
        ),
        (
            "partnership_unit",
            {},
            "parts de société en commandite",
            "limited partnership units",
        ),
        (
            "debt",
            {"designation": both("billets verts", "green notes")},
            "billets verts",
            "green notes",
        ),
    ],
)
def test_designation(kind: str, changes: dict[str, Any], fr: str, en: str) -> None:
    one = version(kind, **changes)
    assert (designation(one, "fr"), designation(one, "en")) == (fr, en)


def test_restrictions_in_parts_or_in_words() -> None:
    parts = version("common_share").particulars | {
        "restrictions": {"tag_along": both("Oui, dit-on.", "Yes, they say.")}
    }
    share = security_facts(version("common_share", **parts), "en").share
    assert share is not None
    assert (share.tag_along, share.transfer) == ("Yes, they say.", "")
    share = security_facts(version("common_share", restrictions="Aucune"), "fr").share
    assert share is not None
    assert (share.tag_along, share.transfer) == ("", "Aucune")


def test_a_particular_without_a_field_is_printed_under_its_name() -> None:
    share = security_facts(version("preferred_share", redemption="Après cinq ans"), "fr").share
    assert share is not None
    assert share.transfer.endswith(f"Rachat ou remboursement{NBSP}: Après cinq ans")


@pytest.mark.parametrize(
    ("votes", "words"), [("1", "1 vote par action"), (10, "10 votes par action")]
)
def test_a_number_of_votes_is_a_sentence(votes: Any, words: str) -> None:
    share = security_facts(version("common_share", votes=votes), "fr").share
    assert share is not None
    assert share.votes == words


@pytest.mark.parametrize(
    ("changes", "ratio"),
    [
        ({"discount": "20"}, f"escompte de 20{NBSP}%"),
        ({"discount": None, "ratio": "1.5"}, "1,5 action par titre"),
        ({"discount": None, "ratio": "deux pour une"}, "deux pour une"),
    ],
)
def test_a_conversion_by_ratio_or_discount(changes: dict[str, Any], ratio: str) -> None:
    conversion = security_facts(version("convertible", **changes), "fr").conversion
    assert conversion is not None
    assert (conversion.ratio, conversion.expires_on) == (ratio, date(2031, 3, 2))


def test_a_conversion_that_expires_in_words() -> None:
    one = version("convertible", expiry=both("cinq ans après la clôture", "in five years"))
    conversion = security_facts(one, "fr").conversion
    assert conversion is not None
    assert conversion.expires_on is None
    assert conversion.trigger.endswith(f"Expiration{NBSP}: cinq ans après la clôture")


def test_a_bond_gets_its_dates_from_the_closing_or_from_its_own_day_of_issue() -> None:
    closed_on = date(2026, 3, 31)
    debt = security_facts(version("community_bond"), "fr").debt
    assert debt is not None
    assert (debt.issued_on, debt.matures_on) == (None, None)
    debt = security_facts(version("community_bond", term_months=11), "fr", issued_on=closed_on).debt
    assert debt is not None
    assert (debt.issued_on, debt.matures_on) == (closed_on, date(2027, 2, 28))
    one = version("community_bond", issue_date="2026-04-15")
    debt = security_facts(one, "fr", issued_on=closed_on).debt
    assert debt is not None
    assert (debt.issued_on, debt.matures_on) == (date(2026, 4, 15), date(2031, 4, 15))


@pytest.mark.parametrize("given", [False, "none", "Aucune", ""])
def test_no_security_given_leaves_the_debt_unsecured(given: Any) -> None:
    debt = security_facts(version("debt", security_given=given), "fr").debt
    assert debt is not None
    assert debt.security_given == ""


def test_a_by_law_and_a_resolution_with_their_days() -> None:
    one = version(
        "cooperative_share",
        by_law={"number": "4", "on": "2025-11-20"},
        board_resolution={"text": both("Résolution 3", "Resolution 3"), "date": "2026-01-08"},
    )
    terms = security_facts(one, "en").cooperative
    assert terms is not None
    assert (terms.by_law, terms.by_law_on) == ("4", date(2025, 11, 20))
    assert (terms.resolution, terms.resolution_on) == ("Resolution 3", date(2026, 1, 8))
    assert (terms.interest_limit, terms.share_type) == ("5% per year", "preferred")


CODES = ("never", "profit", "closed", "officer", "development", "preferred", "monthly", "simple")


@pytest.mark.parametrize("word", CODES)
def test_a_word_of_the_issuer_is_no_code_where_no_code_stands(word: str) -> None:
    """ "Never", said of a renewal, is not that operations were never conducted."""
    share = security_facts(
        version("common_share", votes=word, dividends=word, restrictions={"tag_along": word}), "fr"
    ).share
    assert share is not None
    assert (share.votes, share.dividends, share.tag_along) == (word, word, word)
    debt = security_facts(version("debt", renewal=word, early_redemption=word), "en").debt
    assert debt is not None
    assert (debt.renewal, debt.early_by_issuer) == (word, word)
    conversion = security_facts(version("convertible", trigger=word), "en").conversion
    assert conversion is not None
    assert conversion.trigger == word


def test_a_code_is_told_in_words_where_it_stands() -> None:
    given = {"converts_into": {"kind": "preferred_share", "class": "B"}}
    facts = security_facts(version("convertible", **given), "fr")
    assert facts.conversion is not None
    assert facts.conversion.into == "actions privilégiées de catégorie B"
    assert words.said("director", "fr", "position") == "administrateur"
    assert words.said([{"outcome": "withdrawn"}], "en") == "outcome: withdrawn"
    assert words.said(["never"], "fr", "6.4") == "jamais d'activité"
    assert words.said("never", "fr") == "never"


def test_the_kind_it_converts_into_is_not_printed_beside_its_words() -> None:
    given = {"converts_into": "actions ordinaires", "converts_into_kind": "common_share"}
    conversion = security_facts(version("convertible", **given, trigger="Un tour"), "fr").conversion
    assert conversion is not None
    assert (conversion.into, conversion.trigger) == ("actions ordinaires", "Un tour")


CLOSED = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("dates", "issued", "matures", "months"),
    [
        ({}, CLOSED, date(2031, 3, 6), 60),
        ({"issue_date": "2026-04-01"}, date(2026, 4, 1), date(2031, 4, 1), 60),
        (
            {"issue_date": "2026-04-01", "maturity_date": "2031-04-15"},
            date(2026, 4, 1),
            date(2031, 4, 15),
            60,
        ),
        ({"maturity_date": "2028-12-31"}, CLOSED, date(2028, 12, 31), 33),
        ({"maturity_date": "2026-03-20"}, CLOSED, date(2031, 3, 6), 60),  # no month away: the term
        ({"maturity_date": "à convenir"}, CLOSED, date(2031, 3, 6), 60),
    ],
)
def test_a_debt_matures_on_the_day_that_its_issuer_named(
    dates: dict[str, str], issued: date, matures: date, months: int
) -> None:
    given = version("debt", term_months=60, **dates)
    debt = security_facts(given, "fr", issued_on=CLOSED).debt
    assert debt is not None
    assert (debt.issued_on, debt.matures_on, debt.term_months) == (issued, matures, months)
    rows = payments(debt, given.particulars, Decimal(1000))
    assert rows[-1].due_on == matures


@pytest.mark.parametrize(
    ("floor", "percent"), [("3", "4.00"), ("4", "4.00"), ("4.01", "4.01"), (None, "4.00")]
)
def test_a_floating_rate_pays_its_floor_at_least(floor: str | None, percent: str) -> None:
    rate = {"kind": "floating", "percent": "4", "reference": "Prime", "margin": "0", "floor": floor}
    given = version("debt", rate=rate, payments="yearly", day_count="30/360", interest="simple")
    debt = security_facts(given, "fr", issued_on=CLOSED).debt
    assert debt is not None
    first = payments(debt, given.particulars, Decimal(1000))[0]
    assert first.interest == Decimal(percent) * 10


@pytest.mark.parametrize(
    ("rate", "percent", "least"),
    [
        ({"percent": "4.5", "margin": "1", "floor": "2"}, "4.5", False),
        ({"margin": "1.5", "floor": "2"}, "2", True),
        ({"margin": "2.5", "floor": "2"}, "2.5", True),
        ({"margin": "-0.25"}, "0", True),
        ({"margin": "1", "reference": "Prime (6,95 % le 1er septembre)"}, "1", True),
        ({"percent": "4", "floor": "5"}, "5", False),
    ],
)
def test_a_floating_rate_without_that_of_today_says_the_least(
    rate: dict[str, str], percent: str, least: bool
) -> None:
    given = version("debt", rate={"kind": "floating", "reference": "Prime", **rate})
    debt = security_facts(given, "fr", issued_on=CLOSED).debt
    assert debt is not None
    assert (debt.rate.percent, debt.rate.least) == (Decimal(percent), least)
    rows = payments(debt, given.particulars, Decimal(1000))
    assert rows
    assert all(row.indicative for row in rows)
    told = rate_lines(Words(samples("fr")["bond_certificate"], "v1"), debt)[0]
    assert told.startswith("variable, au moins") is least
