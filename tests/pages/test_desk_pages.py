"""Every page of the desk: officers act, examiners read, everybody else gets 404."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import RoleGrant
from compliance.casework.services import open_case
from documents.selectors import comparable_statements, documents_of
from equity.models import Subscription
from tests.factories import (
    BOUND,
    CLOSED,
    Cast,
    closed,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import (
    at,
    examiner_client,
    html,
    issuer_client,
    officer_client,
    one_heading,
    stranger,
)

pytestmark = pytest.mark.django_db


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def _subscription(cast: Cast) -> Subscription:
    return cast.offering.subscriptions.get()


OF_THE_DESK: dict[str, Callable[[Cast], tuple[object, ...]]] = {
    "queue": lambda cast: (),
    "offerings": lambda cast: (),
    "approvals": lambda cast: (),
    "staff": lambda cast: (),
    "wording": lambda cast: (),
    "cases": lambda cast: (),
    "register": lambda cast: (),
    "portals": lambda cast: (),
    "issuers": lambda cast: (),
    "persons": lambda cast: (),
    "rules": lambda cast: (),
    "dossier": lambda cast: (cast.offering.pk,),
    "trail": lambda cast: (cast.offering.pk,),
    "subscriptions": lambda cast: (cast.offering.pk,),
    "ledger": lambda cast: (cast.offering.pk,),
    "documents": lambda cast: (cast.offering.pk,),
    "worksheet": lambda cast: (cast.offering.pk,),
    "refunds": lambda cast: (cast.offering.pk,),
    "duties": lambda cast: (cast.offering.pk,),
    "subscription": lambda cast: (_subscription(cast).pk,),
    "portal": lambda cast: (cast.portal.pk,),
    "issuer": lambda cast: (cast.issuer.pk,),
    "person": lambda cast: (_subscription(cast).person_id,),
}
BY_AN_OFFICER: dict[str, Callable[[Cast], tuple[object, ...]]] = {
    "decide": lambda cast: (cast.offering.pk, "suspend"),
    "advise": lambda cast: (cast.offering.pk,),
    "withdrawal": lambda cast: (_subscription(cast).pk,),
    "late_case": lambda cast: (_subscription(cast).pk,),
    "authorisations": lambda cast: (cast.portal.pk,),
    "resources": lambda cast: (cast.portal.pk,),
    "change": lambda cast: (cast.portal.pk,),
    "calendar": lambda cast: (),
    "relate": lambda cast: (cast.issuer.pk,),
    "identify": lambda cast: (_subscription(cast).person_id,),
    "account": lambda cast: (cast.issuer.pk,),
    "statement": lambda cast: (next(iter(comparable_statements(BOUND.date()))),),
    "wording_paste": lambda cast: (next(iter(comparable_statements(BOUND.date()))),),
    "wording_import": lambda cast: (),
}
BY_POST_ONLY: dict[str, Callable[[Cast], tuple[object, ...]]] = {
    "ask_closing": lambda cast: (cast.offering.pk,),
    "approve_closing": lambda cast: (cast.offering.pk,),
    "refund_all": lambda cast: (cast.offering.pk,),
    "close_calendar": lambda cast: (),
    "ask_payout": lambda cast: (cast.offering.pk,),
    "two_officers": lambda cast: (cast.portal.pk,),
    "grant": lambda cast: (),
    "revoke": lambda cast: (RoleGrant.objects.latest("granted_at").pk,),
    "refund": lambda cast: (_subscription(cast).pk,),
}


@pytest.fixture
def cast() -> Cast:
    found = open_offering()
    subscribed(found, make_person(), units=60)
    return found


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", OF_THE_DESK)
def test_a_page_for_officers_and_examiners(cast: Cast, name: str, language: str) -> None:
    url = desk(name, *OF_THE_DESK[name](cast))
    with at(BOUND):
        for client in (officer_client(cast.asks, language), examiner_client(language)):
            response = client.get(url)
            assert response.status_code == 200
            assert one_heading(response)
        for outsider in (stranger(), issuer_client(cast)):
            assert outsider.get(url).status_code == 404
        assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", BY_AN_OFFICER)
def test_a_page_by_which_an_officer_acts(cast: Cast, name: str) -> None:
    url = desk(name, *BY_AN_OFFICER[name](cast))
    with at(BOUND):
        for language in ("fr", "en"):
            response = officer_client(cast.asks, language).get(url)
            assert response.status_code == 200
            assert one_heading(response)
        for outsider in (examiner_client(), stranger(), issuer_client(cast)):
            assert outsider.get(url).status_code == 404
            assert outsider.post(url, {}).status_code == 404


@pytest.mark.parametrize("name", BY_POST_ONLY)
def test_an_act_of_one_button_is_never_a_get(cast: Cast, name: str) -> None:
    url = desk(name, *BY_POST_ONLY[name](cast))
    with at(BOUND):
        assert officer_client(cast.asks).get(url).status_code == 405
        for outsider in (examiner_client(), stranger(), issuer_client(cast)):
            assert outsider.post(url).status_code == 404


def test_an_examiner_sees_the_dossier_without_its_acts(cast: Cast) -> None:
    with at(BOUND):
        officer = html(officer_client(cast.asks).get(desk("dossier", cast.offering.pk)))
        examiner = html(examiner_client().get(desk("dossier", cast.offering.pk)))
    for act in (desk("decide", cast.offering.pk, "suspend"), desk("advise", cast.offering.pk)):
        assert act in officer
        assert act not in examiner
    assert "examinateur" in examiner


def test_the_dossier_shows_every_rule_with_its_source_and_grade(cast: Cast) -> None:
    with at(BOUND):
        page = html(officer_client(cast.asks).get(desk("dossier", cast.offering.pk)))
    for code in ("offering.within_group_cap", "portal.authorised", "closing.withdrawal_over"):
        assert f'data-code="{code}"' in page
    assert "de mémoire" in page
    assert "Règlement 45-110, art. 5" in page
    assert "somme encore disponible" in page


def test_the_pages_of_a_closed_offering(cast: Cast) -> None:
    closed(cast)
    client = officer_client(cast.asks)
    with at(CLOSED):
        for name in ("dossier", "worksheet", "duties", "documents", "ledger", "refunds"):
            response = client.get(desk(name, cast.offering.pk))
            assert response.status_code == 200
            assert one_heading(response)
        page = html(client.get(desk("worksheet", cast.offering.pk)))
        assert "Lacœur" in page
        duty = cast.offering.duties.exclude(jurisdiction="").first()
        assert duty is not None
        assert one_heading(client.get(desk("file", duty.pk)))
        assert examiner_client().get(desk("file", duty.pk)).status_code == 404


def test_a_document_and_a_preview_are_served_to_both_roles(cast: Cast) -> None:
    with at(BOUND):
        for client in (officer_client(cast.asks), examiner_client()):
            page = client.get(desk("documents", cast.offering.pk)).context["page"]
            row = page.object_list[0]
            response = client.get(desk("document", cast.offering.pk, row.pk))
            assert response.content.startswith(b"%PDF")
        assert stranger().get(desk("document", cast.offering.pk, row.pk)).status_code == 404
        assert (
            officer_client(cast.asks).get(desk("document", cast.offering.pk, uuid4())).status_code
            == 404
        )


def test_the_documents_page_says_how_many_are_made_and_asks_again_until_all_are(cast: Cast) -> None:
    waiting = documents_of(cast.offering.pk)
    first = waiting.values_list("pk", flat=True)[0]
    with at(BOUND):
        client, url = officer_client(cast.asks), desk("documents", cast.offering.pk)
        waiting.filter(pk=first).update(sha256="5" * 64)
        page = html(client.get(url))
        assert f"Documents produits\N{NO-BREAK SPACE}: 1 sur {waiting.count()}." in page
        assert f'<progress class="made__bar" max="{waiting.count()}" value="1"' in page
        assert f'hx-get="{url}"' in page
        waiting.update(sha256="5" * 64)
        page = html(client.get(url))
        assert f": {waiting.count()} sur {waiting.count()}." in page
        assert "<progress" not in page
        assert "hx-get" not in page


def test_a_case_is_shown_to_both_and_closed_by_an_officer(cast: Cast) -> None:
    case = open_case(
        actor=cast.asks,
        kind="late_withdrawal",
        subject=_subscription(cast),
        at=BOUND,
        note="Lettre du 9 mars.",
    )
    shown, url = desk("case", case.pk), desk("decide_case", case.pk, "refuse")
    officer = officer_client(cast.asks)
    with at(BOUND):
        assert "Lettre du 9 mars." in html(examiner_client().get(shown))
        assert examiner_client().post(url, {"reason": "x"}).status_code == 404
        assert officer.post(url, {"reason": ""}).status_code == 422
        assert officer.post(url, {"reason": "Postée le 9."}).status_code == 303
        assert officer.post(url, {"reason": "Encore."}).status_code == 422
        assert "Postée le 9." in html(examiner_client().get(shown))


@pytest.mark.parametrize(("day", "status"), [("2021-09-20", 422), ("2021-09-21", 200)])
def test_the_rules_of_a_day(cast: Cast, day: str, status: int) -> None:
    with at(BOUND):
        response = officer_client(cast.asks).get(desk("rules") + f"?on={day}")
        assert response.status_code == status
        assert one_heading(response)
        bad = officer_client(cast.asks).get(desk("rules") + "?on=hier")
        assert bad.status_code == 422
    shown = html(response).replace("\u00a0", " ").replace("\u202f", " ")
    for told in ("1 500 000,00 $", "18 ans (AB,", "report.closed", "au moins 284,00 $"):
        assert (told in shown) is (status == 200), told


def test_the_rules_are_those_of_the_day_at_the_portal(cast: Cast) -> None:
    """Half past eight in the evening of September 20 in Quebec, when it is the 21st in Greenwich:
    the instrument is not in force yet."""
    with at(datetime(2021, 9, 21, 0, 30, tzinfo=UTC)):
        assert officer_client(cast.asks).get(desk("rules")).status_code == 422
    with at(datetime(2021, 9, 21, 4, 0, tzinfo=UTC)):
        assert officer_client(cast.asks).get(desk("rules")).status_code == 200


def test_nothing_is_found_at_an_address_that_never_was(cast: Cast) -> None:
    client = officer_client(cast.asks)
    for name in ("dossier", "subscription", "portal", "issuer", "person", "case"):
        assert client.get(desk(name, uuid4())).status_code == 404
    assert client.get(desk("decide", cast.offering.pk, "delete")).status_code == 404
