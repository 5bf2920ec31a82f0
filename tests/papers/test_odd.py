"""Whatever the rules let through is printed: free text, lists, numbers, nonsense."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.rules.kernel.findings import not_met
from compliance.rules.ni45_110.items import ANSWERED
from compliance.rules.ni45_110.security import REQUIRED
from documents.facts import missing_items
from documents.facts.letters import unprintable
from documents.render import page
from equity.models import Version
from equity.papers.debt import debt_terms, payments
from equity.papers.offering import certified, offering_facts
from equity.papers.security import security_facts
from equity.refusal import Refused
from tests.factories import (
    KINDS,
    OPENED,
    Cast,
    draft_offering,
    make_content,
    make_issuer,
    make_items,
    open_offering,
)
from tests.papers.reading import facts_of

pytestmark = pytest.mark.django_db

ONE_LINE = "Voir l'annexe au siège de l'émetteur"
LETTERS = [sign for sign in map(chr, range(0xD800)) if not unprintable(sign)]
plain = st.one_of(
    st.booleans(),
    st.integers(-5, 10**13),
    # What no form lets through (tests/documents/test_letters.py) is not tried here.
    st.text(st.sampled_from(LETTERS), max_size=30).filter(lambda text: not unprintable(text)),
    st.sampled_from(
        ["not_applicable", "oui", "Aucun", "4 %", "28 000,00 $", "2026-02-31", "5 ans"]
    ),
)
keys = st.sampled_from(
    ["fr", "en", "name", "subject", "details", "yes", "units", "percent", "a", "heading", "text"]
)
answers = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)


def document(cast: Cast, version: Version, language: Any = "fr") -> Any:
    facts = offering_facts(cast.offering, version, language, at=OPENED)
    return certified(facts, cast.offering, version)


def in_force(cast: Cast) -> Version:
    assert cast.offering.in_force is not None
    return cast.offering.in_force


def test_free_text_everywhere_is_printed_word_for_word() -> None:
    content = make_content(items=dict.fromkeys(ANSWERED, ONE_LINE))
    cast = open_offering(content=content)
    facts = facts_of(cast.offering.pk, "offering_document")
    html = page("offering_document", facts)
    assert html.count("Voir l'annexe".replace("'", "&#x27;")) >= len(ANSWERED)
    assert missing_items(facts) == ()
    assert facts.contact is not None
    assert facts.contact.name == ONE_LINE
    assert facts.rights.other == ONE_LINE
    (row,) = facts.disclosures
    assert row.subject == "L'émetteur et ses principaux intéressés"
    assert (row.a.yes, row.a.details) == (True, ONE_LINE)
    assert {"6.4", "6.6", "8.1", "11.3"} <= set(facts.in_words)


def test_an_address_answered_in_words_stands_with_the_address() -> None:
    content = make_content(items=make_items() | {"2.1": "1420, rang du Ruisseau\nEntrée B"})
    cast = open_offering(content=content)
    facts = facts_of(cast.offering.pk, "offering_document")
    assert facts.issuer.address == (
        "1420, rang du Ruisseau",
        "Saint-Ferdinand (Québec)  G0N 1N0",
        "Entrée B",
    )
    assert facts.in_words == ()


def test_what_the_document_answers_goes_before_the_issuers_own_file() -> None:
    told = {"address": "2, rue Neuve\nLévis", "telephone": "418 555-0199"}
    cast = open_offering(content=make_content(items=make_items() | {"2.1": told}))
    facts = facts_of(cast.offering.pk, "offering_document")
    assert facts.issuer.address == ("2, rue Neuve", "Lévis")
    assert facts.issuer.telephone == "418 555-0199"


def test_an_issuer_without_a_telephone_says_so_and_still_opens() -> None:
    cast = open_offering(issuer=make_issuer(telephone=""))
    facts = facts_of(cast.offering.pk, "offering_document")
    assert facts.in_words == ("2.1",)
    assert (facts.business[-1].heading, facts.business[-1].text) == ("Rubrique 2.1", "Sans objet")


def test_not_applicable_everywhere_is_an_answer() -> None:
    cast = open_offering(content=make_content(items=dict.fromkeys(ANSWERED, "Sans objet")))
    facts = facts_of(cast.offering.pk, "offering_document")
    assert set(facts.not_applicable) >= {"5.6", "6.3", "6.6", "7.1", "8.1", "9.1", "11.2", "11.3"}
    assert facts.overview == "Sans objet"
    assert not any(answer.yes for row in facts.disclosures for answer in (row.a, row.b, row.c))
    page("offering_document", facts)


def test_an_empty_list_is_an_answer_to_every_item() -> None:
    cast = open_offering(content=make_content(items={item: [] for item in ANSWERED}))
    facts = facts_of(cast.offering.pk, "offering_document")
    assert missing_items(facts) == ()
    assert facts.risks[0].text == "Aucun"
    page("offering_document", facts)


def test_an_answer_to_an_item_that_is_not_asked_is_not_lost() -> None:
    content = make_content()
    cast = open_offering(content=make_content(items={**content.items, "5.9": "Un mot de plus."}))
    facts = facts_of(cast.offering.pk, "offering_document")
    assert (facts.business[-1].heading, facts.business[-1].text) == (
        "Rubrique 5.9",
        "Un mot de plus.",
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(items=st.dictionaries(st.sampled_from([*ANSWERED, "4.1", "4.2", "7.2"]), answers))
def test_no_answer_stops_a_document(items: dict[str, Any], odd_cast: Cast) -> None:
    version = in_force(odd_cast)
    version.items = items
    for language in ("fr", "en"):
        page("offering_document", document(odd_cast, version, language))


@pytest.fixture
def odd_cast() -> Cast:
    return open_offering()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_particular_stops_a_document(data: st.DataObject, odd_cast: Cast) -> None:
    version = in_force(odd_cast)
    kind = version.security_kind = data.draw(st.sampled_from(KINDS))
    names = [name for name in REQUIRED[kind] if name != "price"]
    version.particulars = {name: data.draw(answers) for name in names}
    facts = document(odd_cast, version, "fr")
    assert facts.security.designation
    page("offering_document", facts)
    dated = security_facts(version, "en", issued_on=OPENED.date())
    if dated.debt is not None:
        payments(dated.debt, version.particulars, Decimal("2000.00"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(particulars=st.dictionaries(st.sampled_from(["occupation", "held", "percent"]), answers))
def test_no_principal_stops_a_document(particulars: dict[str, Any], odd_cast: Cast) -> None:
    person = odd_cast.issuer.principals.first()
    person.particulars = particulars
    person.save()
    page("offering_document", document(odd_cast, in_force(odd_cast)))


def test_a_word_that_is_no_code_is_printed_in_a_draft_and_never_filed() -> None:
    given = {**make_content("debt").particulars, "payments": "tous les deux mois"}
    terms = replace(debt_terms(given, "fr"), issued_on=OPENED.date())
    assert "Paiements\N{NO-BREAK SPACE}: tous les deux mois" in terms.rank
    assert payments(terms, given, Decimal(1000)) == ()
    with pytest.raises(Refused) as refusal:
        open_offering("debt", content=make_content("debt", particulars=given))
    (finding,) = not_met(refusal.value.findings)
    assert (finding.code, finding.figures["missing"]) == ("security.terms_complete", ("payments",))


def test_a_rate_of_another_kind_promises_nothing() -> None:
    given = {"rate": {"kind": "step_up", "percent": "4", "reference": "selon l'année"}}
    terms = debt_terms(given, "fr")
    assert (terms.rate.kind, terms.rate.percent) == ("floating", Decimal(4))
    assert "step_up" in terms.rate.reference


def test_a_security_that_converts_has_its_box_of_item_5_5_ticked() -> None:
    for kind, ticked in (("convertible", "Actions ordinaires"), ("common_share", "")):
        cast = draft_offering(kind)
        assert cast.offering.working is not None
        facts = offering_facts(cast.offering, cast.offering.working, "fr", at=OPENED)
        assert facts.rights.conversion == ticked
        items = {**make_items(), "5.5": {"conversion": "Comme dit plus haut"}}
        cast = draft_offering(kind, content=make_content(kind, items=items))
        assert cast.offering.working is not None
        facts = offering_facts(cast.offering, cast.offering.working, "fr", at=OPENED)
        assert facts.rights.conversion == "Comme dit plus haut"
