"""Every page of the issuer: it works in both languages, with one heading; a stranger gets 404."""

import pytest
from django.test import Client
from django.urls import reverse

from equity.forms.items import SECTIONS
from equity.services import life
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    closed,
    draft_offering,
    issuer_user,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, client_of, html, issuer_client, issuing, one_heading, stranger

pytestmark = pytest.mark.django_db

DRAFT_PAGES = ["issuing", "issuing_certify", "issuing_concurrent", "issuing_cancel"]
OPEN_PAGES = ["issuing", "issuing_amend", "issuing_documents", "issuing_duties"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", DRAFT_PAGES)
def test_a_page_of_a_draft(name: str, language: str) -> None:
    cast = draft_offering()
    with at(OPENED):
        response = issuer_client(cast, language).get(issuing(name, cast))
        assert response.status_code == 200
        assert one_heading(response)
        assert f'lang="{language}-CA"' in html(response)
        assert stranger().get(issuing(name, cast)).status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", OPEN_PAGES)
def test_a_page_of_an_open_offering(name: str, language: str) -> None:
    cast = open_offering()
    with at(BOUND):
        response = issuer_client(cast, language).get(issuing(name, cast))
        assert response.status_code == 200
        assert one_heading(response)
        assert stranger().get(issuing(name, cast)).status_code == 404


@pytest.mark.parametrize("key", [section.key for section in SECTIONS])
def test_each_section_shows_what_is_stored(key: str) -> None:
    cast = draft_offering()
    with at(OPENED):
        response = issuer_client(cast).get(issuing("issuing_section", cast, key))
        assert response.status_code == 200
        assert one_heading(response)
        assert stranger().get(issuing("issuing_section", cast, key)).status_code == 404


@pytest.mark.parametrize(
    "kind", ["convertible", "community_bond", "cooperative_share", "partnership_unit"]
)
def test_the_security_asks_the_particulars_of_its_kind(kind: str) -> None:
    cast = draft_offering()
    url = issuing("issuing_section", cast, "security")
    with at(OPENED):
        page = html(issuer_client(cast).get(f"{url}?kind={kind}"))
    wanted = {
        "convertible": "converts_into",
        "community_bond": "rate_percent",
        "cooperative_share": "board_resolution_fr",
        "partnership_unit": "agreement_en",
    }[kind]
    assert f'name="{wanted}"' in page


def test_my_issuers_go_to_the_only_one_and_list_several() -> None:
    one, other = draft_offering(), draft_offering()
    user = issuer_user(one.issuer)
    client = client_of(user)
    response = client.get(reverse("equity:issuer_home"))
    assert response.status_code == 302
    assert response["Location"] == reverse("equity:issuer", args=(one.issuer.pk,))
    other.issuer.members.create(user=user)
    assert one_heading(client.get(reverse("equity:issuer_home"))) == "Mes émetteurs"


def test_somebody_without_an_issuer_is_told_who_records_them() -> None:
    response = stranger().get(reverse("equity:issuer_home"))
    assert response.status_code == 200
    assert "responsable de la conformité" in html(response)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_an_issuer(language: str) -> None:
    cast = draft_offering()
    client = issuer_client(cast, language)
    url = reverse("equity:issuer", args=(cast.issuer.pk,))
    assert one_heading(client.get(url)) == cast.issuer.name
    assert "Hubert Cœurdacier" in html(client.get(url))
    for name, args in (("principal_new", ()), ("principal_edit", (0,)), ("offering_new", ())):
        page = reverse(f"equity:{name}", args=(cast.issuer.pk, *args))
        assert one_heading(client.get(page))
        assert stranger().get(page).status_code == 404
    assert stranger().get(url).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to_whatever_the_address() -> None:
    cast = draft_offering()
    known = Client().get(issuing("issuing", cast))
    unknown = Client().get(reverse("equity:issuing", args=(cast.issuer.pk,)))
    assert known.status_code == unknown.status_code == 302
    assert "sign-in" in known["Location"]
    assert "sign-in" in unknown["Location"]


@pytest.mark.parametrize("name", ["issuing_submit", "issuing_open", "issuing_publish"])
def test_an_act_of_one_button_is_never_a_get(name: str) -> None:
    cast = draft_offering()
    assert issuer_client(cast).get(issuing(name, cast)).status_code == 405
    assert stranger().post(issuing(name, cast)).status_code == 404


def test_a_preview_is_a_pdf_in_each_language_of_the_document() -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    with at(OPENED):
        response = client.get(issuing("issuing_preview", cast, "fr"))
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert response["Cache-Control"] == "private, no-store"
        assert client.get(issuing("issuing_preview", cast, "de")).status_code == 404
        assert stranger().get(issuing("issuing_preview", cast, "fr")).status_code == 404


def test_purchasers_are_named_after_the_closing_and_not_before() -> None:
    cast = open_offering()
    marie = make_person("Marie", "Zwietochowska")
    subscribed(cast, marie, units=40)
    client = issuer_client(cast)
    with at(BOUND):
        for name in ("issuing", "issuing_documents", "issuing_duties"):
            assert "Zwietochowska" not in html(client.get(issuing(name, cast)))
        assert client.get(issuing("issuing_holders", cast)).status_code == 404
        own = {row.person_id for row in _documents(client, cast)}
        assert own == {None}
    closed(cast)
    with at(CLOSED):
        page = client.get(issuing("issuing_holders", cast))
        assert "Zwietochowska" in html(page)
        assert one_heading(page) == "Registre des porteurs"
        assert marie.pk in {row.person_id for row in _documents(client, cast)}
        assert stranger().get(issuing("issuing_holders", cast)).status_code == 404


def _documents(client: Client, cast: object) -> list[object]:
    return list(client.get(issuing("issuing_documents", cast)).context["documents"])  # type: ignore[arg-type]


def test_a_document_is_served_and_a_purchasers_is_not_before_the_closing() -> None:
    cast = open_offering()
    subscribed(cast, make_person())
    client = issuer_client(cast)
    with at(BOUND):
        (row, *_) = _documents(client, cast)
        response = client.get(issuing("issuing_document", cast, row.pk))  # type: ignore[attr-defined]
        assert response.content.startswith(b"%PDF")
        agreement = cast.offering.subscriptions.get().pk
        assert client.get(issuing("issuing_document", cast, agreement)).status_code == 404


def test_a_final_offering_has_no_acts_left() -> None:
    cast = open_offering()
    life.cancel(actor=cast.owner, offering_id=cast.offering.pk, at=BOUND, reason="Fini.")
    client = issuer_client(cast)
    with at(BOUND):
        page = html(client.get(issuing("issuing", cast)))
        assert "Fini." in page
        for name in ("issuing_cancel", "issuing_concurrent", "issuing_amend", "issuing_certify"):
            assert issuing(name, cast) not in page
            assert client.get(issuing(name, cast)).status_code == 404
