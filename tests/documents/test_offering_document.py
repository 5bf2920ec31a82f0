"""Form 45-110F1 on paper: every item, in order, in both languages, nothing left out."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from compliance.rules.wording import statement
from documents.facts import AmountRow, Facts, OfferingDocumentFacts, PreviousRow
from documents.render import Rendered
from documents.samples import samples
from documents.samples.cast import ON, dealer_portal
from tests.documents.printing import statements_used

Text = Callable[[Facts], str]
Printed = Callable[[Facts], Rendered]

NUMBERED = [
    "1.1",
    "1.2",
    "2.1",
    "2.2",
    "3.1",
    "4.1",
    "4.2",
    "5.1",
    "5.2",
    "5.3a",
    "5.3b",
    "5.4",
    "5.5",
    "5.6",
    "5.7",
    "5.8",
    "5.9",
    "6.1",
    "6.2",
    "6.3",
    "6.4",
    "6.5",
    "6.6",
    "7.1",
    "7.2",
    "8.1",
    "9.1",
    "10.1",
    "10.2",
    "11.1",
    "11.2",
    "11.3",
    "12.1",
    "13.1",
    "14.1",
    "14.2",
    "14.3",
]


def sample(language: str) -> OfferingDocumentFacts:
    facts: Any = samples(language)["offering_document"]  # type: ignore[arg-type]
    assert isinstance(facts, OfferingDocumentFacts)
    return facts


def plain(words: str) -> str:
    return " ".join(words.split())


def after_contents(words: str, language: str) -> str:
    last = plain(statement("F1.14", language, ON).text)  # type: ignore[arg-type]
    return words[words.index(last) + len(last) :]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_fourteen_headings_stand_in_order_under_the_words_of_the_form(
    language: str, text: Text
) -> None:
    body = after_contents(text(sample(language)), language)
    places = []
    for number in range(1, 15):
        heading = plain(statement(f"F1.{number}", language, ON).text)  # type: ignore[arg-type]
        assert body.count(heading) == 1, heading
        places.append(body.index(heading))
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_numbered_item_is_there_in_order(language: str, text: Text) -> None:
    body = after_contents(text(sample(language)), language)
    at = 0
    for number in NUMBERED:
        found = body.find(f"{number} ", at)
        assert found >= 0, number
        at = found


@pytest.mark.parametrize("language", ["fr", "en"])
def test_fixed_statements_are_printed_word_for_word(language: str, text: Text) -> None:
    facts = sample(language)
    words = text(facts)
    for one in ("P1", "P2", "P3", "P5", "P7", "P9", "P10", "P11"):
        assert plain(statement(one, language, ON).text) in words, one  # type: ignore[arg-type]
    for one in ("P4", "P8"):
        rendered = statement(one, language, ON).render(issuer=facts.issuer.name)  # type: ignore[arg-type]
        assert plain(rendered) in words, one


def test_amounts_are_written_as_in_each_language(text: Text) -> None:
    french, english = text(sample("fr")), text(sample("en"))
    assert "50 000,00 $" in french
    assert "200 000,00 $ 8 000" in french
    assert "$200,000.00 8,000" in english
    assert "69,14 %" in french
    assert "69.14%" in english
    assert "5 % du produit brut" in french
    assert "2 mai 2026" in french
    assert "May 2, 2026" in english


def test_what_does_not_apply_says_so(text: Text) -> None:
    assert text(sample("fr")).count("Sans objet") == 2
    assert text(sample("en")).count("Not applicable") == 2


def test_an_open_item_of_a_preview_is_marked_and_its_heading_stays(text: Text) -> None:
    facts = replace(
        sample("fr"), certificate=None, overview="", maximum=None, principals=(), contact=None
    )
    words = text(facts)
    # Items 2.2, 3.1, 4.1 and 5.7, and the maximum on the cover.
    assert words.count("À compléter") == 5
    assert "Aperçu : le document n'est pas encore attesté." in words
    assert "Rubrique 14 : DATE ET ATTESTATION" in words


def test_an_item_answered_in_words_sends_to_them(text: Text) -> None:
    facts = replace(
        sample("en"), raised_before="", minimum_per_purchaser=None, in_words=("7.1", "5.8")
    )
    words = text(facts)
    assert words.count("Answered in words under item 6.1.") == 2
    assert "No minimum investment is set." not in words
    assert "To be completed" not in words


def test_the_statement_on_resources_is_printed_only_where_they_lack(text: Text) -> None:
    lacking, able = sample("en"), replace(sample("en"), lacks_resources=False)
    sentence = "We do not currently have the financial resources to pay dividends"
    assert sentence in text(lacking)
    assert sentence not in text(able)
    assert "P6" in statements_used(lacking)
    assert "P6" not in statements_used(able)


def test_the_note_on_financial_statements_is_printed_only_where_there_are_some() -> None:
    assert "P5" in statements_used(sample("fr"))
    assert "P5" not in statements_used(replace(sample("fr"), financial_statements=False))


def test_a_signature_by_hand_has_no_electronic_statement(text: Text) -> None:
    facts = sample("fr")
    assert facts.certificate is not None
    by_hand = replace(facts, certificate=replace(facts.certificate, electronic=False))
    assert "P11" not in statements_used(by_hand)
    assert "Signature électronique" not in text(by_hand)


def test_amendments_and_earlier_distributions_are_listed(text: Text) -> None:
    earlier = PreviousRow(
        issuer="Miel des Cantons inc.",
        portal="Portail d'hier",
        outcome="minimum_not_reached",
        on=ON,
    )
    facts = replace(sample("fr"), previous=(earlier,), not_applicable=("11.3",))
    words = text(facts)
    assert "16 mars 2026 L'évaporateur sera acheté d'occasion" in words
    assert "Miel des Cantons inc. Portail d'hier montant minimal non atteint 2 mars 2026" in words


def test_the_dealer_is_named_where_one_operates_the_portal(text: Text) -> None:
    facts = replace(sample("en"), portal=dealer_portal("en"))
    assert "Registered dealer – Courtage Nord inc." in text(facts)


def test_the_largest_offering_fits_its_table(text: Text) -> None:
    facts = sample("fr")
    huge = replace(facts, maximum=AmountRow(amount=Decimal("1500000.00"), units=60000))
    assert "1 500 000,00 $ 60 000" in text(huge)


def test_bookmarks_are_the_fourteen_headings(printed: Printed) -> None:
    with pikepdf.open(BytesIO(printed(sample("fr")).pdf)) as pdf, pdf.open_outline() as outline:
        titles = [plain(str(entry.title)) for entry in outline.root]
    assert titles[-14:] == [plain(statement(f"F1.{n}", "fr", ON).text) for n in range(1, 15)]


def test_the_picture_of_the_use_of_funds_can_be_read_aloud(printed: Printed) -> None:
    with pikepdf.open(BytesIO(printed(sample("fr")).pdf)) as pdf:
        spoken = [
            str(one["/Alt"])
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == pikepdf.Name("/Figure")
        ]
    assert len(spoken) == 2
    for words in spoken:
        assert "Fonds de roulement" in words
        assert "4\N{NO-BREAK SPACE}000,00\N{NO-BREAK SPACE}$ au minimum" in words
