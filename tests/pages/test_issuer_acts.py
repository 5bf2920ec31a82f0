"""What an issuer does through the pages: build, certify, submit, open, amend, publish, withdraw."""

from decimal import Decimal

import pytest
from django.urls import reverse

from equity.content import content_of
from equity.forms.items import BY_KEY, SECTIONS
from equity.models import Offering
from equity.services import filing
from tests.factories import (
    BOUND,
    OPENED,
    draft_offering,
    make_content,
    make_issuer,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, html, issuer_client, issuing, rows_data

pytestmark = pytest.mark.django_db

TERMS = {
    "minimum": "50 000,00",
    "maximum": "250 000 $",
    "minimum_per_purchaser": "0",
    "days": "60",
    "jurisdictions": ["QC", "ON"],
    "languages": ["fr", "en"],
    "group_commission": "no",
}
CERTIFICATE = {"name": "Aline Roy", "position": "présidente", "agreed": "on"}


def test_a_draft_is_started_with_what_it_cannot_be_without() -> None:
    portal, issuer = make_portal(), make_issuer()
    from_cast = draft_offering(portal=portal, issuer=issuer)
    client = issuer_client(from_cast)
    posted = {
        "kind": "community_bond",
        "price": "500",
        "minimum": "3000",
        "maximum": "100000",
        "days": "45",
        "jurisdictions": ["QC"],
        "languages": ["fr"],
        "portal": str(portal.pk),
    }
    with at(OPENED):
        url = reverse("equity:offering_new", args=(issuer.pk,))
        response = client.post(url, posted)
    assert response.status_code == 303
    made = Offering.objects.exclude(pk=from_cast.offering.pk).get()
    assert response["Location"] == reverse("equity:issuing", args=(made.pk,))
    content = content_of(made.document)
    assert (content.security_kind, content.price) == ("community_bond", Decimal("500.00"))
    assert content.languages == ("fr",)


def test_terms_are_stored_as_they_are_typed_in_french() -> None:
    cast = draft_offering()
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_section", cast, "terms"), {**TERMS, "then": "security"}
        )
    assert response.status_code == 303
    assert response["Location"] == issuing("issuing_section", cast, "security")
    content = content_of(cast.fresh().document)
    assert (content.minimum, content.maximum) == (Decimal("50000.00"), Decimal("250000.00"))
    assert content.group_commission is False


@pytest.mark.parametrize("key", [*(section.key for section in SECTIONS), "offering", "", "x"])
def test_saving_goes_where_the_button_says(key: str) -> None:
    cast = draft_offering()
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_section", cast, "terms"), {**TERMS, "then": key}
        )
    place = issuing("issuing_section", cast, key if key in BY_KEY else "terms")
    assert response["Location"] == (issuing("issuing", cast) if key == "offering" else place)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum", "beaucoup"),
        ("minimum", "-1"),
        ("minimum", "10,005"),
        ("minimum", "0"),
        ("maximum", "9" * 30),
        ("days", "0"),
        ("days", "soixante"),
        ("jurisdictions", ["QC", "XX"]),
        ("languages", ["de"]),
        ("minimum", "5\x0000"),
    ],
)
def test_bad_terms_are_told_at_their_field_and_nothing_is_stored(field: str, value: object) -> None:
    cast = draft_offering()
    before = content_of(cast.offering.document)
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_section", cast, "terms"), {**TERMS, field: value}
        )
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {field}
    assert "field__error" in html(response)
    assert content_of(cast.fresh().document) == before


@pytest.mark.parametrize("price", ["vingt-cinq", "-25", "25,005", "0"])
def test_a_bad_price_is_told_at_its_field(price: str) -> None:
    cast = draft_offering()
    before = content_of(cast.offering.document)
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_section", cast, "security"), {"kind": "common_share", "price": price}
        )
    assert response.status_code == 422
    assert "price" in response.context["price_form"].errors
    assert content_of(cast.fresh().document) == before


@pytest.mark.parametrize("text", ["long " * 2_100_000, "un\x07deux", "un\u202edeux"])
def test_a_text_too_long_or_unseen_is_told_at_its_field(text: str) -> None:
    cast = draft_offering()
    before = content_of(cast.offering.document)
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_section", cast, "overview"), {"item_3_1-text_fr": text}
        )
    assert response.status_code == 422
    assert "text_fr" in response.context["answers"][0].inner.errors
    assert len(response.content) < 200_000
    assert content_of(cast.fresh().document) == before


def test_answers_are_kept_by_language_and_a_blank_one_is_missing_again() -> None:
    cast = draft_offering()
    client, url = issuer_client(cast), issuing("issuing_section", cast, "overview")
    with at(OPENED):
        client.post(url, {"item_3_1-text_fr": "Du sirop.", "item_3_1-text_en": "Syrup."})
        assert cast.fresh().document.items["3.1"] == {"fr": "Du sirop.", "en": "Syrup."}
        client.post(url, {"item_3_1-text_fr": "", "item_3_1-text_en": ""})
        assert "3.1" not in cast.fresh().document.items
        assert "3.1 " in html(client.get(issuing("issuing", cast)))


def test_rows_and_questions_are_kept_in_the_shapes_of_the_document() -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    data: dict[str, str] = {}
    for letter in "abc":
        data |= {f"item_4_2{letter}-yes": "no"} | rows_data(f"item_4_2{letter}_row", [{}, {}])
    told = {"subject": "Hubert", "details_fr": "Faillite.", "details_en": "Bankruptcy."}
    data |= {"item_4_2d-yes": "yes"} | rows_data("item_4_2d_row", [told, {}])
    with at(OPENED):
        url = issuing("issuing_section", cast, "principals")
        assert client.post(url, data).status_code == 303
    items = cast.fresh().document.items
    assert items["4.2a"] == []
    assert items["4.2d"] == [
        {"subject": "Hubert", "details": {"fr": "Faillite.", "en": "Bankruptcy."}}
    ]


def test_a_no_that_describes_something_is_asked_about() -> None:
    cast = draft_offering()
    data: dict[str, str] = {}
    for letter in "abcd":
        data |= {f"item_4_2{letter}-yes": "no"} | rows_data(f"item_4_2{letter}_row", [{}])
    data |= rows_data("item_4_2a_row", [{"subject": "Hubert", "details_fr": "Fraude."}])
    with at(OPENED):
        response = issuer_client(cast).post(issuing("issuing_section", cast, "principals"), data)
    assert response.status_code == 422
    assert "yes" in response.context["answers"][0].errors


def test_use_of_funds_keeps_the_order_asked_for() -> None:
    cast = draft_offering()
    rows = [
        {"what": "Toit", "minimum": "400", "maximum": "40000", "ORDER": "2"},
        {"what": "Four", "minimum": "600", "maximum": "60000", "ORDER": "1"},
        {"what": "", "minimum": "", "maximum": "", "ORDER": ""},
    ]
    data = {"item_7_1-text_fr": "Rien."} | rows_data("use", rows) | rows_data("item_7_2p_row", [{}])
    with at(OPENED):
        response = issuer_client(cast).post(issuing("issuing_section", cast, "funds"), data)
    assert response.status_code == 303
    assert [row.what for row in cast.fresh().document.use_of_funds.all()] == ["Four", "Toit"]


def test_the_particulars_of_a_bond_are_kept_in_one_piece() -> None:
    cast = draft_offering("community_bond")
    posted = {
        "kind": "community_bond",
        "price": "500",
        "rate_kind": "fixed",
        "rate_percent": "4,25",
        "interest": "simple",
        "day_count": "30/360",
        "payments": "yearly",
        "term_months": "60",
        "repayment": "bullet",
        "redemption_by_issuer_fr": "Après 24 mois.",
    }
    with at(OPENED):
        response = issuer_client(cast).post(issuing("issuing_section", cast, "security"), posted)
    assert response.status_code == 303
    particulars = cast.fresh().document.particulars
    assert particulars["rate"] == {"kind": "fixed", "percent": "4.25"}
    assert particulars["early_redemption"] == {"redemption_by_issuer": {"fr": "Après 24 mois."}}
    assert "renewal" not in particulars


def test_opening_a_section_and_saving_it_unchanged_changes_nothing() -> None:
    """What the form shows is what is stored: nobody loses an answer by looking at it."""
    cast = draft_offering("community_bond")
    client, before = issuer_client(cast), content_of(cast.offering.document)
    with at(OPENED):
        for key in ("terms", "security"):
            url = issuing("issuing_section", cast, key)
            context = client.get(url).context
            posted: dict[str, object] = {"kind": "community_bond"}
            for name in ("form", "price_form", "particulars"):
                form = context.get(name)
                if form is not None:
                    posted |= {
                        bound.html_name: bound.value()
                        for bound in form
                        if bound.value() is not None
                    }
            assert client.post(url, posted).status_code == 303
    after = content_of(cast.fresh().document)
    assert after == before


def test_a_refused_submission_says_each_reason_with_its_section() -> None:
    cast = draft_offering(content=make_content(minimum=Decimal("200000.00")))
    with at(OPENED):
        response = issuer_client(cast).post(issuing("issuing_submit", cast))
    page = html(response)
    assert response.status_code == 422
    assert 'data-code="offering.amounts_consistent"' in page
    assert 'data-code="document.certified"' in page
    assert "Annexe 45-110A1, rubriques 5.7 et 7.2" in page
    assert issuing("issuing_section", cast, "terms") in page
    assert cast.fresh().state == "draft"


def test_certify_submit_and_open_through_the_pages() -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    with at(OPENED):
        page = html(client.get(issuing("issuing_certify", cast)))
        assert "statement" in page
        assert client.post(issuing("issuing_certify", cast), {"name": "x"}).status_code == 422
        assert cast.fresh().document.certified_at is None
        assert client.post(issuing("issuing_certify", cast), CERTIFICATE).status_code == 303
        assert cast.fresh().document.certifier["position"] == "présidente"
        assert client.post(issuing("issuing_submit", cast)).status_code == 303
        assert cast.fresh().state == "submitted"
        assert client.get(issuing("issuing_section", cast, "terms")).status_code == 404
        filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=OPENED)
        assert client.post(issuing("issuing_open", cast)).status_code == 303
    assert cast.fresh().state == "open"


def test_an_amendment_from_its_words_to_its_publication() -> None:
    cast = open_offering()
    marie = subscribed(cast, make_person())
    client = issuer_client(cast)
    with at(BOUND):
        response = client.post(issuing("issuing_amend", cast), {"what": "Moins de titres."})
        assert response.status_code == 303
        assert cast.fresh().state == "suspended"
        terms = {**TERMS, "minimum": "1000", "maximum": "50000"}
        client.post(issuing("issuing_section", cast, "terms"), terms)
        page = html(client.get(issuing("issuing_changes", cast)))
        assert "100 000,00 $" in page.replace("\u00a0", " ").replace("\u202f", " ")
        assert client.get(issuing("issuing_section", cast, "security")).status_code == 200
        locked = client.post(issuing("issuing_section", cast, "security"), {"price": "1"})
        assert locked.status_code == 404
        refused = client.post(issuing("issuing_publish", cast))
        assert refused.status_code == 422
        rows = [{"what": "Four", "minimum": "1000", "maximum": "50000", "ORDER": "1"}]
        funds = rows_data("use", rows) | rows_data("item_7_2p_row", [{}])
        client.post(
            issuing("issuing_section", cast, "funds"),
            {"item_7_1-text_fr": "Rien.", "item_7_1-text_en": "Nothing."} | funds,
        )
        client.post(issuing("issuing_certify", cast), CERTIFICATE)
        assert client.post(issuing("issuing_publish", cast)).status_code == 303
    assert cast.fresh().state == "open"
    assert cast.fresh().document.maximum == Decimal("50000.00")
    marie.refresh_from_db(fields=["right_ends_on"])
    assert marie.right_ends_on.isoformat() == "2026-03-09"


def test_a_lower_minimum_with_live_money_is_refused_in_words() -> None:
    cast = open_offering()
    subscribed(cast, make_person())
    client = issuer_client(cast)
    with at(BOUND):
        client.post(issuing("issuing_amend", cast), {"what": "Moins."})
        response = client.post(
            issuing("issuing_section", cast, "terms"), {**TERMS, "minimum": "500"}
        )
    assert response.status_code == 422
    assert 'data-code="amendment.terms_locked"' in html(response)
    assert cast.fresh().working.minimum == Decimal("1000.00")  # type: ignore[union-attr]


def test_concurrent_money_takes_the_place_of_what_was_said_before() -> None:
    cast = open_offering()
    client = issuer_client(cast)
    with at(BOUND):
        url = issuing("issuing_concurrent", cast)
        assert client.post(url, {"amount": "5000"}).status_code == 422
        client.post(url, {"amount": "5000", "unconditional": "no"})
        client.post(url, {"amount": "7500,50", "unconditional": "yes"})
    amounts = cast.offering.concurrent.order_by("pk").values_list("amount", "unconditional")
    assert list(amounts) == [(Decimal("5000.00"), False), (Decimal("7500.50"), True)]


def test_withdrawing_asks_twice_and_gives_everything_back() -> None:
    cast = open_offering()
    marie = subscribed(cast, make_person())
    client = issuer_client(cast)
    with at(BOUND):
        assert client.post(issuing("issuing_cancel", cast), {}).status_code == 422
        assert cast.fresh().state == "open"
        given = {"reason": "Un autre financement.", "sure": "on"}
        assert client.post(issuing("issuing_cancel", cast), given).status_code == 303
    assert cast.fresh().state == "cancelled"
    assert cast.offering.subscriptions.get(pk=marie.pk).state == "released"


def test_another_issuers_member_cannot_act_on_it() -> None:
    cast, other = draft_offering(), draft_offering()
    client = issuer_client(other)
    with at(OPENED):
        for name in ("issuing_submit", "issuing_open", "issuing_publish", "issuing_cancel"):
            assert client.post(issuing(name, cast), {"sure": "on"}).status_code == 404
        url = issuing("issuing_section", cast, "terms")
        assert client.post(url, TERMS).status_code == 404
    assert cast.fresh().state == "draft"
