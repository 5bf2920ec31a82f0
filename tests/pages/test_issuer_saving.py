"""Saved as one types: what the answer brings, and that no window writes over another unseen."""

from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client

from compliance.audit.models import Entry
from equity.content import Part, content_of, part_digest
from equity.models import Offering
from equity.refusal import Refused
from equity.services import amendments
from equity.services.sections import StaleSection, save_section
from tests.factories import (
    BOUND,
    OPENED,
    Cast,
    certify,
    draft_offering,
    issuer_actor,
    make_content,
    make_issuer,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, html, issuer_client, issuing, rows_data, stranger

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
OVERVIEW = Part(items=("3.1",))
OTHER_PAGE = "5f0c1f5e-6f2e-4d0a-9a52-0d2b8c0d9a11"


def said(french: str, english: str = "") -> dict[str, str]:
    return {"item_3_1-text_fr": french, "item_3_1-text_en": english or french}


def typed(client: Client, cast: Cast, data: dict[str, str], key: str = "overview") -> HttpResponse:
    with at(OPENED):
        return client.post(issuing("issuing_section", cast, key), data, headers=HTMX)  # type: ignore[return-value]


def overview_of(cast: Cast) -> object:
    return cast.fresh().document.items["3.1"]


def seen(cast: Cast, part: Part = OVERVIEW) -> str:
    return part_digest(content_of(cast.fresh().document), part)


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Enregistré à 10\xa0h"), ("en", "Saved at 10:00\xa0a.m.")]
)
def test_what_is_typed_is_stored_and_the_answer_says_when(language: str, words: str) -> None:
    cast = draft_offering()
    response = typed(issuer_client(cast, language), cast, {**said("Du sirop."), "seen": seen(cast)})
    assert response.status_code == 200
    page = html(response)
    assert words in page
    assert seen(cast) in page
    for place in ("section-keys", "missing", "missing-bar", "elsewhere"):
        assert f'id="{place}" hx-swap-oob="innerHTML"' in page
    assert "<h1" not in page
    assert overview_of(cast) == {"fr": "Du sirop.", "en": "Du sirop."}


def test_saving_the_same_again_stores_nothing_and_keeps_the_certificate() -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    typed(client, cast, said("Du sirop."))
    certify(cast)
    entries = Entry.objects.count()
    assert typed(client, cast, said("Du sirop.")).status_code == 200
    assert Entry.objects.count() == entries
    assert cast.fresh().document.certified_at == OPENED
    typed(client, cast, said("Du sirop et du beurre."))
    assert cast.fresh().document.certified_at is None


def test_a_later_window_is_told_with_both_texts_and_writes_over_nothing() -> None:
    cast = draft_offering()
    client, before = issuer_client(cast), seen(cast)
    typed(client, cast, {**said("Première fenêtre."), "seen": before})
    response = typed(client, cast, {**said("Seconde fenêtre."), "seen": before})
    assert response.status_code == 422
    page = html(response)
    assert "Première fenêtre." in page
    assert "Seconde fenêtre." in page
    assert overview_of(cast) == {"fr": "Première fenêtre.", "en": "Première fenêtre."}
    assert 'id="section-keys"' not in page


def test_without_javascript_the_later_window_keeps_its_text_and_chooses() -> None:
    cast = draft_offering()
    client, before = issuer_client(cast), seen(cast)
    url = issuing("issuing_section", cast, "overview")
    with at(OPENED):
        client.post(url, {**said("Première."), "seen": before})
        response = client.post(url, {**said("Seconde."), "seen": before})
        assert response.status_code == 409
        page = html(response)
        assert "Première." in page
        assert ">\nSeconde.</textarea>" in page
        assert f'name="seen" value="{before}"' in page
        over = response.context["over"]
        chosen = client.post(url, {**said("Seconde."), "seen": before, "over": over})
    assert chosen.status_code == 303
    assert overview_of(cast) == {"fr": "Seconde.", "en": "Seconde."}


def test_a_choice_is_for_the_text_that_was_shown_and_no_other() -> None:
    cast = draft_offering()
    client, before = issuer_client(cast), seen(cast)
    typed(client, cast, {**said("Première."), "seen": before})
    over = seen(cast)
    typed(client, cast, {**said("Troisième."), "seen": over})
    data = {**said("Seconde."), "seen": before, "over": over}
    assert typed(client, cast, data).status_code == 422
    assert overview_of(cast) == {"fr": "Troisième.", "en": "Troisième."}


def test_a_page_whose_answer_was_lost_is_not_another_window() -> None:
    cast = draft_offering()
    client, before = issuer_client(cast), seen(cast)
    mine = {"seen": before, "once": OTHER_PAGE}
    typed(client, cast, {**said("Un."), **mine})
    assert typed(client, cast, {**said("Un, deux."), **mine}).status_code == 200
    assert overview_of(cast) == {"fr": "Un, deux.", "en": "Un, deux."}
    typed(client, cast, {**said("Ailleurs."), "seen": seen(cast), "once": str(cast.issuer.pk)})
    assert typed(client, cast, {**said("Un, deux, trois."), **mine}).status_code == 422


def test_two_sections_saved_from_old_pages_both_stay() -> None:
    cast = draft_offering()
    client, before = issuer_client(cast), seen(cast)
    other = Part(items=("2.1", "2.2"))
    both = {"seen": seen(cast, other), "item_2_1-address": "1, rue A", "item_2_1-telephone": "1"}
    typed(client, cast, {**said("Du sirop."), "seen": before})
    assert typed(client, cast, both, "issuer").status_code == 200
    items = cast.fresh().document.items
    assert items["3.1"] == {"fr": "Du sirop.", "en": "Du sirop."}
    assert items["2.1"] == {"address": "1, rue A", "telephone": "1"}


def test_lines_are_not_lost_when_a_page_is_saved_twice() -> None:
    """The page still counts the lines it began with; then they are as they were stored."""
    cast = draft_offering()
    client = issuer_client(cast)
    lines = [
        {"heading_fr": "Gel", "text_fr": "Un printemps chaud nuit.", "text_en": "Frost hurts."},
        {"text_fr": "Le prix baisse.", "text_en": "Prices fall."},
    ]
    data = rows_data("item_10_1_row", lines) | {"item_10_2-yes": "no"}
    uses = [{"what": "Four", "minimum": "1000", "maximum": "100000", "ORDER": ""}]
    funds = rows_data("use", uses) | rows_data("item_7_2p_row", [{}])
    for _time in range(2):
        assert typed(client, cast, data, "risks").status_code == 200
        assert typed(client, cast, funds, "funds").status_code == 200
        version = cast.fresh().document
        assert [row["text"]["fr"] for row in version.items["10.1"]] == [
            "Un printemps chaud nuit.",
            "Le prix baisse.",
        ]
        assert [row.what for row in version.use_of_funds.all()] == ["Four"]


def test_what_cannot_be_read_is_named_with_its_field_and_nothing_is_stored() -> None:
    cast = draft_offering()
    before = content_of(cast.offering.document)
    data = {"minimum": "beaucoup", "maximum": "10,005", "days": "60", "jurisdictions": "QC"}
    response = typed(issuer_client(cast), cast, data, "terms")
    assert response.status_code == 422
    page = html(response)
    assert 'href="#id_minimum"' in page
    assert 'href="#id_maximum"' in page
    assert 'id="section-keys"' not in page
    assert content_of(cast.fresh().document) == before


def test_figures_are_judged_again_by_the_rules_after_each_save() -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    data = {
        "minimum": "1 000",
        "maximum": "1 500 000,01",
        "minimum_per_purchaser": "0",
        "days": "91",
        "jurisdictions": ["QC"],
        "languages": ["fr", "en"],
        "group_commission": "no",
    }
    page = html(typed(client, cast, data, "terms"))  # type: ignore[arg-type]
    assert 'data-code="offering.within_group_cap"' in page
    unmet = page.split('data-code="offering.within_group_cap"')[0].rsplit("<li", 1)[1]
    assert "finding--unmet" in unmet
    page = html(typed(client, cast, {**data, "maximum": "1 500 000"}, "terms"))  # type: ignore[arg-type]
    met = page.split('data-code="offering.within_group_cap"')[0].rsplit("<li", 1)[1]
    assert "finding--met" in met


def test_an_amendment_is_saved_as_one_types_and_a_locked_term_is_refused() -> None:
    cast = open_offering()
    subscribed(cast, make_person())
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=make_content("common_share"),
        what="Le risque du gel.",
        at=BOUND,
    )
    client = issuer_client(cast)
    with at(BOUND):
        url = issuing("issuing_section", cast, "overview")
        assert client.post(url, said("Du beurre."), headers=HTMX).status_code == 200
        version = Offering.objects.get().working
        assert version is not None
        assert version.items["3.1"] == {"fr": "Du beurre.", "en": "Du beurre."}
        assert version.what == "Le risque du gel."
        terms = {
            "minimum": str(version.minimum - Decimal(25)),
            "maximum": str(version.maximum),
            "minimum_per_purchaser": "0",
            "days": "60",
            "jurisdictions": version.jurisdictions,
            "languages": version.languages,
            "group_commission": "no",
        }
        response = client.post(issuing("issuing_section", cast, "terms"), terms, headers=HTMX)
        assert response.status_code == 422
        assert "Non enregistré" in html(response)
        assert "Politique" in html(response)
        kept = Offering.objects.get().working
        assert kept is not None
        assert kept.minimum == version.minimum
        security = issuing("issuing_section", cast, "security")
        assert client.post(security, {"price": "1"}, headers=HTMX).status_code == 404


def test_who_is_signed_out_or_a_stranger_stores_nothing() -> None:
    cast = draft_offering()
    before = content_of(cast.offering.document)
    assert typed(Client(), cast, said("Moi.")).status_code == 401
    assert typed(stranger(), cast, said("Moi.")).status_code == 404
    assert content_of(cast.fresh().document) == before


def test_the_service_refuses_by_role_state_and_staleness() -> None:
    cast = draft_offering()
    given = {
        "offering_id": cast.offering.pk,
        "part": OVERVIEW,
        "values": {},
        "answers": {"3.1": {"fr": "Un.", "en": "One."}},
        "at": OPENED,
    }
    with pytest.raises(StaleSection) as stale:
        save_section(actor=cast.owner, seen="0" * 64, **given)  # type: ignore[arg-type]
    assert stale.value.now == content_of(cast.offering.document)
    for actor in (cast.asks, issuer_actor(make_issuer(name="Une autre inc."))):
        with pytest.raises(Refused):
            save_section(actor=actor, **given)  # type: ignore[arg-type]
    opened = open_offering()
    with pytest.raises(Refused):
        save_section(actor=opened.owner, **{**given, "offering_id": opened.offering.pk})  # type: ignore[arg-type]
