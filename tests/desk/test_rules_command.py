"""``manage.py rules``: every figure and rule in force on a day, for people and for programs."""

import json
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_106.report import catalogue
from compliance.rules.ni45_110.book import REGIME, rulebook
from compliance.rules.ni45_110.duties import DUTIES
from compliance.rules.startup_orders_2015.book import REGIME as ORDERS
from compliance.web import clock
from tests import factories as f

NBSP = "\N{NO-BREAK SPACE}"
_PARTS = ("figures", "rules", "duties", "report_rules")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rules", *arguments, stdout=out)
    return out.getvalue()


def told(*arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("--json", *arguments))
    return answer


def test_everything_in_force_as_json() -> None:
    answer = told("--on", "2026-03-02")
    assert answer["on"] == "2026-03-02"
    assert answer["regime"] == "ni45-110"
    assert answer["digest"] == rulebook(f.OPENED.date()).digest
    assert [row["name"] for row in answer["figures"]] == list(REGIME.figures)
    assert [row["code"] for row in answer["rules"]] == list(REGIME.rules)
    assert [row["code"] for row in answer["duties"]] == list(DUTIES)
    assert answer["holidays"]["grade"] == "recalled"
    assert {row["grade"] for row in answer["holidays"]["extra_days"]} == {"policy"}


def test_one_figure_whole() -> None:
    figures = {row["name"]: row for row in told("--on", "2026-03-02")["figures"]}
    assert figures["purchaser_limit"] == {
        "name": "purchaser_limit",
        "value": "2500.00",
        "unit": "CAD",
        "binds": "purchaser",
        "citation_fr": "Règlement 45-110, art. 5",
        "citation_en": "NI 45-110, s. 5",
        "grade": "secondary",
        "from": "2021-09-21",
        "until": None,
        "reviewed": "2026-11-23",
        "title_fr": "Limite par souscripteur et par placement",
        "title_en": "Limit per purchaser and distribution",
    }
    assert figures["age_of_majority"]["value"]["BC"] == 19
    assert figures["distribution_days"]["value"] == 90


def test_a_duty_says_what_it_is_counted_by() -> None:
    duties = {row["code"]: row for row in told("--on", "2026-03-02")["duties"]}
    refund = duties["duty.refund"]
    assert (refund["value"], refund["unit"], refund["grade"]) == (5, "business days", "recalled")
    assert duties["duty.notify_amendment"]["value"] is None


def test_what_a_report_is_judged_by_and_what_it_costs() -> None:
    answer = told("--on", "2026-03-02")
    assert [row["code"] for row in answer["report_rules"]] == list(catalogue())
    fees = {row["jurisdiction"]: row for row in answer["report_fees"]}
    assert sorted(fees) == sorted(PROVINCES)
    assert fees["ON"] | {"source": "", "link": ""} == {
        "jurisdiction": "ON",
        "regulator_fr": "Commission des valeurs mobilières de l'Ontario",
        "regulator_en": "Ontario Securities Commission",
        "link": "",
        "status": "seen",
        "minimum": "500.00",
        "percent": None,
        "late": {
            "flat": "0.00",
            "per_day": "100.00",
            "days": "business",
            "most": "5000.00",
            "most_per": "filing",
        },
        "as_of_fr": "feuilles non datées, vers 2016 à 2022",
        "as_of_en": "undated sheets, about 2016 to 2022",
        "note_fr": "",
        "note_en": "",
        "source": "",
        "grade": "secondary",
        "from": "2021-09-21",
        "until": None,
        "reviewed": "2026-11-26",
    }
    assert fees["SK"]["minimum"] is fees["SK"]["late"] is fees["SK"]["grade"] is None


@pytest.mark.parametrize("on", ["2015-05-14", "2018-06-01", "2021-09-20"])
def test_an_old_date_shows_the_orders_of_its_day(on: str) -> None:
    answer = told("--on", on)
    assert answer["regime"] == "startup-crowdfunding-orders"
    assert (answer["from"], answer["until"]) == ("2015-05-14", "2021-09-20")
    assert {row["name"]: row["value"] for row in answer["figures"]} == {
        "distribution_cap": "250000.00",
        "distributions_per_calendar_year": 2,
        "purchaser_limit": "1500.00",
        "distribution_days": 90,
        "withdrawal_hours": 48,
    }
    assert [row["code"] for row in answer["rules"]] == list(ORDERS.rules)
    assert answer["duties"] == answer["report_rules"] == answer["report_fees"] == []


def test_the_first_day_of_the_instrument() -> None:
    assert told("--on", "2021-09-21")["regime"] == "ni45-110"


def test_before_the_first_regime_a_sentence_and_exit_1() -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rules", "--on", "2015-05-13", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert out.getvalue() == ""
    assert "2015-05-13" in err.getvalue()
    assert err.getvalue().strip().endswith(".")


@pytest.mark.parametrize("text", ["2026", "02/03/2026", "2026-02-30", "demain"])
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="is not a day"):
        call_command("rules", "--on", text)


def test_the_page_in_french() -> None:
    page = run("--on", "2026-03-02")
    assert f"Règlement 45-110{NBSP}: état au 2 mars 2026" in page
    assert f"issuer_group_cap  1{NBSP}500{NBSP}000,00{NBSP}$" in page
    assert "Règlement 45-110, art. 5 · de seconde main" in page
    assert "3 avril 2026 · Vendredi saint" in page
    assert "Autorité des marchés financiers · feuille non datée, vers 2016 à 2022" in page
    assert "on n'a pas trouvé si le financement participatif coûte moins cher." in page
    assert "Osler, fee sheet; takeitpublicservices.com/exempt-reports · de seconde main" in page
    assert "\nSK  non vus\n" in page
    assert " : " not in page


def test_the_page_in_english() -> None:
    page = run("--on", "2026-03-02", "--language", "en")
    assert "NI 45-110: as of March 2, 2026" in page
    assert "issuer_group_cap  $1,500,000.00" in page
    assert "18 years (AB, MB, ON, PE, QC, SK); 19 years (BC, NB, NL, NS, NT, NU, YT)" in page
    for code in (*REGIME.figures, *REGIME.rules, *DUTIES, *catalogue()):
        assert f"\n{code}" in page
    assert "binds: dealer" in page


def test_every_line_has_its_grade_on_the_page() -> None:
    page = run("--on", "2026-03-02", "--language", "en")
    answer = told("--on", "2026-03-02")
    graded = [row for part in _PARTS for row in answer[part]]
    for grade, label in (("verified", "verified"), ("policy", "portal policy")):
        wanted = sum(row["grade"] == grade for row in graded)
        assert page.count(f" · {label} · binds") == wanted


@pytest.mark.django_db
def test_today_is_the_portals_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half past midnight in Montréal is still yesterday in Vancouver."""
    at = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert told()["on"] == "2026-03-02"  # no portal yet: at home
    f.make_portal(province="BC")
    assert told()["on"] == "2026-03-01"
    f.make_portal(province="NL")
    assert told()["on"] == "2026-03-01"  # the earliest day at any
