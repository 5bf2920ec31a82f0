"""The dossier of an offering: what is open to decide, what happened, and what changed."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.accounts.roles import SYSTEM
from compliance.desk.history import history
from equity.models import Issuer, Offering
from equity.services import amendments, filing, life, portals
from tests.contents import both, make_content, make_items
from tests.factories import (
    BOUND,
    OPENED,
    Cast,
    acknowledged,
    certify,
    draft_offering,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading, stranger

pytestmark = pytest.mark.django_db


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def choices(client: Client, offering: Offering) -> dict[str, str]:
    """The decisions on the dossier with why each is closed; empty where it is open."""
    found = client.get(desk("dossier", offering.pk)).context["choices"]
    return {one.name: one.why_not for one in found}


@pytest.fixture
def cast() -> Cast:
    found = open_offering()
    subscribed(found, make_person(), units=60)
    return found


def submitted() -> Cast:
    cast = draft_offering()
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    cast.fresh()
    return cast


# Deciding.


def test_what_is_open_says_nothing_and_what_is_closed_says_why() -> None:
    cast = draft_offering()
    with at(OPENED):
        client = officer_client(cast.asks)
        said = choices(client, cast.offering)
        assert list(said) == ["approve", "request_changes", "refuse"]
        assert all("pas encore soumis" in why for why in said.values())
        certify(cast)
        filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
        assert set(choices(client, cast.offering).values()) == {""}
        filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=OPENED)
        said = choices(client, cast.offering)
        assert list(said) == ["suspend", "resume", "stop"]
        assert said["stop"] == ""
        assert "pas encore ouvert" in said["suspend"]


def test_every_choice_that_is_open_is_done_and_every_closed_one_is_refused(cast: Cast) -> None:
    """What the dossier offers holds, in each state of an open offering."""
    with at(BOUND):
        client = officer_client(cast.asks)

        def post(name: str) -> int:
            return client.post(
                desk("decide", cast.offering.pk, name), {"reason": "Vérifier.", "sure": "on"}
            ).status_code

        for _state in ("open", "suspended"):
            said = choices(client, cast.offering)
            assert [name for name, why in said.items() if why] == (
                ["resume"] if _state == "open" else ["suspend"]
            )
            shut = next(name for name, why in said.items() if why)
            page = html(client.get(desk("decide", cast.offering.pk, shut)))
            assert '<form method="post" novalidate>' not in page
            assert post(shut) == 422
            assert post("suspend" if shut == "resume" else "stop") == 303
        assert choices(client, cast.offering) == {}
        assert "Il est terminé" in html(client.get(desk("dossier", cast.offering.pk)))


def test_an_approval_that_would_be_refused_is_not_offered() -> None:
    cast = submitted()
    portals.ask_two_officers(actor=SYSTEM, portal_id=cast.portal.pk, at=OPENED)
    with at(OPENED):
        client = officer_client(cast.asks)
        filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=OPENED)
        assert "un autre responsable" in choices(client, cast.offering)["approve"]
        assert choices(officer_client(cast.approves), cast.offering)["approve"] == ""
        # What has become false since the submission would refuse it.
        Issuer.objects.filter(pk=cast.issuer.pk).update(reporting=True)
        client = officer_client(cast.approves)
        assert "1 règle" in choices(client, cast.offering)["approve"]
        page = html(client.get(desk("decide", cast.offering.pk, "approve")))
        assert '<form method="post" novalidate>' not in page
        url = desk("decide", cast.offering.pk, "approve")
        assert client.post(url, {"reason": ""}).status_code == 422


def test_what_holds_an_amendment_is_said(cast: Cast) -> None:
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=make_content(),
        what="Prix.",
        at=BOUND,
    )
    with at(BOUND):
        said = choices(officer_client(cast.asks), cast.offering)
    assert "modification de l'émetteur" in said["resume"]
    assert said["stop"] == ""


def test_an_examiner_is_offered_nothing(cast: Cast) -> None:
    with at(BOUND):
        page = html(examiner_client().get(desk("dossier", cast.offering.pk)))
    assert "/decide/" not in page
    assert "choices-list" not in page


# Closing.


def test_a_closing_is_offered_only_where_it_would_be_carried_out(cast: Cast) -> None:
    with at(BOUND):
        asks, approves = officer_client(cast.asks), officer_client(cast.approves)
        url = desk("worksheet", cast.offering.pk)

        def closed(client: Client) -> tuple[str, str]:
            found = client.get(url).context
            return found["ask_closed"], found["approve_closed"]

        assert closed(asks) == ("", "")
        assert asks.post(desk("ask_closing", cast.offering.pk)).status_code == 303
        mine = closed(asks)
        assert "mêmes chiffres" in mine[0]
        assert "un autre responsable" in mine[1]
        assert closed(approves) == ("", "")
        signed = html(approves.get(url)).replace("\u00a0", " ")
        assert "Ce que signe la seconde personne : 1 500,00 $" in signed
        life.declare_concurrent(
            actor=cast.owner,
            offering_id=cast.offering.pk,
            amount=Decimal("10.00"),
            unconditional=True,
            at=BOUND,
        )
        assert "ont bougé" in closed(approves)[1]
        assert closed(asks)[0] == ""
        assert approves.post(desk("approve_closing", cast.offering.pk)).status_code == 422
        assert asks.post(desk("ask_closing", cast.offering.pk)).status_code == 303
        assert closed(approves) == ("", "")
        assert "button--closed" not in html(examiner_client().get(url))


def test_a_closing_that_a_right_still_blocks_is_not_offered(cast: Cast) -> None:
    subscribed(cast, make_person("Noé", "Roy"), at=BOUND)
    with at(BOUND):
        client = officer_client(cast.asks)
        page = client.get(desk("worksheet", cast.offering.pk))
        assert "1 règle de la clôture" in page.context["ask_closed"]
        assert desk("ask_closing", cast.offering.pk) not in html(page)
        assert client.post(desk("ask_closing", cast.offering.pk)).status_code == 422


# Rules.


def test_what_is_not_met_comes_first_and_each_rule_leads_to_its_evidence(cast: Cast) -> None:
    subscribed(cast, make_person("Noé", "Roy"), at=BOUND)
    with at(BOUND):
        client = officer_client(cast.asks)
        page = html(client.get(desk("dossier", cast.offering.pk)))
        rules = re.findall(
            r'<li class="rule--(\w+)" data-code="([a-z_.0-9]+)">(.*?)</li>', page, re.S
        )
        assert ("coming", "closing.withdrawal_over") in [(how, code) for how, code, _ in rules]
        by_code = {code: body for _how, code, body in rules}
        for code, body in by_code.items():
            (url,) = re.findall(r'rule__evidence"><a href="([^"]+)"', body)
            assert client.get(url).status_code == 200, code
        closing_rules = [how for how, code, _ in rules if code.startswith("closing.")]
        assert closing_rules == sorted(closing_rules)  # coming before met
        assert desk("ledger", cast.offering.pk) in by_code["closing.funds_in_trust"]
    # After the last day nothing is still to come.
    late = cast.fresh().last_day
    assert late is not None
    with at(BOUND + timedelta(days=(late - BOUND.date()).days + 1)):
        page = html(officer_client(cast.asks).get(desk("dossier", cast.offering.pk)))
    assert "rule--coming" not in page


# What happened.


def test_a_day_of_investors_is_one_row_between_two_deeds(cast: Cast) -> None:
    for number in range(5):
        acknowledged(
            cast, make_person(f"Anne {number}", "Roy"), at=OPENED + timedelta(hours=number)
        )
    life.suspend(
        actor=cast.asks, offering_id=cast.offering.pk, reason="x", at=OPENED + timedelta(hours=6)
    )
    acknowledged_before = history(cast.fresh(), 0, 50)[1]
    assert acknowledged_before[0].event is not None
    folded = acknowledged_before[1]
    assert folded.event is None
    assert dict(folded.counts)["Risques reconnus"] == 6
    with at(BOUND):
        client = officer_client(cast.asks)
        page = html(client.get(desk("trail", cast.offering.pk) + "?view=days"))
        assert page.count("Risques reconnus") == 1
        assert f"?view=each&amp;day={folded.day}" in page
        only = html(client.get(desk("trail", cast.offering.pk)))
        assert "Risques reconnus" not in only
        assert "Placement suspendu" in only


def test_a_day_ends_at_midnight_of_the_portal(cast: Cast) -> None:
    """A minute before and a minute after midnight in Quebec: both are the same day by UTC."""
    midnight = datetime(2026, 3, 4, tzinfo=ZoneInfo("America/Toronto"))
    for name, minutes in (("Anne", -1), ("Clara", 1)):
        acknowledged(cast, make_person(name, "Roy"), at=midnight + timedelta(minutes=minutes))
    days = [row.day.day for row in history(cast.fresh(), 0, 50)[1] if row.event is None]
    assert days == [4, 3, 2]
    with at(BOUND):
        client = officer_client(cast.asks)
        for day in (3, 4):
            page = client.get(desk("trail", cast.offering.pk) + f"?view=each&day=2026-03-0{day}")
            assert {one.what for one in page.context["events"]} >= {"Risques reconnus"}
            assert len(page.context["events"]) == 2


def test_the_history_costs_the_same_whatever_happened(cast: Cast) -> None:
    with at(BOUND):
        client = officer_client(cast.asks)
        urls = [
            desk("trail", cast.offering.pk) + query for query in ("", "?view=days", "?view=each")
        ]

        def queries() -> list[int]:
            counts = []
            for url in [*urls, desk("dossier", cast.offering.pk)]:
                with CaptureQueriesContext(connection) as caught:
                    assert client.get(url).status_code == 200
                counts.append(len(caught))
            return counts

        queries()
        few = queries()
        for number in range(12):
            subscribed(cast, make_person(f"Anne {number}", "Roy"), at=OPENED)
        life.suspend(actor=cast.asks, offering_id=cast.offering.pk, reason="x", at=BOUND)
        life.resume(actor=cast.approves, offering_id=cast.offering.pk, at=BOUND)
        assert queries() == few


def test_a_page_beyond_the_last_is_the_first_and_nonsense_is_nothing(cast: Cast) -> None:
    with at(BOUND):
        client = officer_client(cast.asks)
        url = desk("trail", cast.offering.pk)
        for query in (
            "?view=days&page=900",
            "?view=days&page=²",
            "?view=gossip",
            "?view=each&day=x",
        ):
            response = client.get(url + query)
            assert response.status_code == 200
            assert one_heading(response)
        assert client.get(url + "?view=days&page=900").context["rows"]


def test_an_entry_shows_every_rule_as_it_was_judged_then(cast: Cast) -> None:
    with at(BOUND):
        client = officer_client(cast.asks)
        events = client.get(desk("trail", cast.offering.pk)).context["events"]
        opened = next(one for one in events if one.what == "Placement ouvert")
        url = desk("entry", cast.offering.pk, opened.entry.position)
        page = client.get(url)
        assert one_heading(page)
        assert html(page).count("data-code=") == opened.met + opened.unmet > 0
        assert "de mémoire" in html(page)
        assert stranger().get(url).status_code == 404
        other = open_offering()
        assert (
            client.get(desk("entry", other.offering.pk, opened.entry.position)).status_code == 404
        )
        assert client.get(desk("entry", cast.offering.pk, 10**9)).status_code == 404


# Two versions.


def test_two_versions_are_compared_word_by_word(cast: Cast) -> None:
    changed = make_items() | {"3.1": both("Une érablière de deux mille entailles.", "A grove.")}
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=replace(make_content(), days=59, items=changed),
        what="Durée.",
        at=BOUND,
    )
    with at(BOUND):
        client = officer_client(cast.asks)
        page = client.get(desk("compare", cast.offering.pk))
        assert one_heading(page)
        assert [row.number for row in page.context["rows"]] == ["3.1", "5.3a"]
        assert re.search(r"<del>.*60.*</del><ins>.*59", html(page))
        assert "Durée." in html(page)
        assert desk("compare", cast.offering.pk) in html(
            client.get(desk("dossier", cast.offering.pk))
        )
        same = client.get(desk("compare", cast.offering.pk) + "?from=2&to=2")
        assert same.context["rows"] == ()
        wrong = client.get(desk("compare", cast.offering.pk) + "?from=9&to=x")
        assert (wrong.context["before"].number, wrong.context["after"].number) == (1, 2)
