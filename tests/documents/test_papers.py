"""What each of the other nine documents must say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.rules.wording import risk_statements, statement
from documents.facts import AdviceFacts, ConversionTerms, Facts, RateTerms, SecurityFacts
from documents.facts.purchaser import QUESTIONS
from documents.samples import samples
from documents.samples.cast import ON, dealer_portal
from tests.documents.printing import statements_used

Text = Callable[[Facts], str]


def sample(kind: str, language: str = "fr") -> Any:
    return samples(language)[kind]  # type: ignore[arg-type]


def plain(words: str) -> str:
    return " ".join(words.split())


def dealer_form(language: str) -> Any:
    facts = sample("risk_acknowledgement", language)
    answers = tuple(answer for answer in facts.answers if answer.statement != "R6")
    return replace(facts, portal=dealer_portal(language), answers=answers)  # type: ignore[arg-type]


def test_the_questions_are_those_of_the_rules() -> None:
    assert QUESTIONS["exempt"] == risk_statements("exempt", ON)
    assert QUESTIONS["dealer"] == risk_statements("dealer", ON)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_exempt_form_asks_about_advice_and_does_not_speak_of_registration(
    language: Any, text: Text
) -> None:
    words = text(sample("risk_acknowledgement", language))
    # The answer stands beside the statement, so its lines are read one by one.
    assert plain(statement("R6", language, ON).text)[:50] in words
    assert plain(statement("R13", language, ON).text) not in words
    assert plain(statement("F2.2", language, ON, "exempt").text) in words


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_dealer_form_speaks_of_registration_and_does_not_ask_about_advice(
    language: Any, text: Text
) -> None:
    facts = dealer_form(language)
    words = text(facts)
    assert plain(statement("R6", language, ON).text)[:50] not in words
    assert plain(statement("F2.2", language, ON, "exempt").text) not in words
    assert plain(statement("F2.2", language, ON, "dealer").text) in words
    assert plain(statement("R13", language, ON).text) in words
    assert "R6" not in statements_used(facts)


def test_every_answer_is_printed_with_its_time(text: Text) -> None:
    words = text(sample("risk_acknowledgement"))
    assert words.count("☑ Oui") == 9
    assert "✗" not in words
    assert "4 mars 2026 à 12 h 05" in words
    assert "Signature électronique : En cliquant sur le bouton Je confirme" in words


def test_a_no_is_printed_and_said_not_to_be_enough(text: Text) -> None:
    facts = sample("risk_acknowledgement", "en")
    third = replace(facts.answers[2], yes=False)
    refused = replace(facts, answers=(*facts.answers[:2], third, *facts.answers[3:]))
    words = text(refused)
    assert words.count("☑ Yes") == 8
    assert words.count("✗ No") == 1
    assert "this acknowledgement does not allow a subscription" in words
    assert "does not allow a subscription" not in text(facts)


def test_a_statement_without_an_answer_is_printed_and_said_to_have_none(text: Text) -> None:
    facts = sample("risk_acknowledgement")
    words = text(replace(facts, answers=facts.answers[:-1]))
    assert words.count("☑ Oui") == 8
    assert words.count("Sans réponse") == 1
    assert "Document d'offre – Avant d'investir, vous devriez lire" in words
    assert "la présente reconnaissance ne permet pas de souscrire" in words


def test_the_agreement_says_how_much_until_when_and_where_to_write(text: Text) -> None:
    words = text(sample("subscription_agreement"))
    assert "100 titres de l'émetteur, soit actions ordinaires de catégorie A" in words
    assert "2 500,00 $" in words
    assert "Vous pouvez annuler sans motif jusqu'à minuit, le 6 mars 2026" in words
    assert "Écrivez au portail : conformite@portail.example" in words
    assert "plus de 90 jours" in words
    assert "sans déduction dans les 5 jours ouvrables" in words
    assert plain(statement("P9", "fr", ON).text) in words


def test_the_agreement_names_the_advice_that_raised_the_limit(text: Text) -> None:
    facts = sample("subscription_agreement", "en")
    assert "Advice on suitability" not in text(facts)
    advice = AdviceFacts(
        dealer="Courtage Nord inc.",
        registration="exempt_market_dealer",
        given_on=date(2026, 3, 3),
        reference="AV-7",
    )
    words = text(replace(facts, advice=advice, limit=Decimal("10000.00")))
    assert "Given on March 3, 2026 by Courtage Nord inc., exempt market dealer (AV-7)." in words
    assert "$10,000.00" in words


def test_braces_in_a_name_are_only_braces(text: Text) -> None:
    facts = sample("subscription_agreement")
    named = replace(facts, security=replace(facts.security, designation="actions {total} A"))
    assert "soit actions {total} A, au prix de" in text(named)


def test_the_withdrawal_is_confirmed_with_what_is_refunded_and_when(text: Text) -> None:
    words = text(sample("withdrawal_notice"))
    assert "Votre souscription est annulée." in words
    assert (
        "2 500,00 $ vous seront remboursés sans déduction, au plus tard le 12 mars 2026." in words
    )


def test_where_nothing_was_paid_nothing_is_refunded(text: Text) -> None:
    facts = replace(sample("withdrawal_notice", "en"), refund=Decimal("0.00"), refund_due_on=None)
    words = text(facts)
    assert "there is nothing to refund" in words
    assert "Amount to be refunded" not in words


def test_the_amendment_shows_each_item_before_and_after_and_the_reopened_right(text: Text) -> None:
    words = text(sample("amendment_notice"))
    assert "5.7 Montant maximal : 250 000,00 $ Montant maximal : 200 000,00 $" in words
    assert "10.1 (rien) L'équipement d'occasion" in words
    assert "Vous pouvez annuler sans motif jusqu'à minuit, le 18 mars 2026" in words
    assert "version 1, daté du 2 mars 2026" in words
    assert "version 2, daté du 16 mars 2026" in words


def test_the_confirmation_says_what_the_instrument_asks(text: Text) -> None:
    words = text(sample("purchaser_confirmation"))
    for line in (
        "Date de souscription 4 mars 2026",
        "Date de clôture 1er avril 2026",
        "Quantité 100",
        "Description du titre actions ordinaires de catégorie A",
        "Prix par titre 25,00 $",
        "Montant total payé 2 500,00 $",
        "Total des frais versés au portail 12 500,00 $",
        "Certificat A-0042",
    ):
        assert line in words
    assert "Avis de restriction à la revente" not in words


def test_a_security_without_certificate_is_confirmed_with_the_written_notice(text: Text) -> None:
    facts = sample("purchaser_confirmation", "en")
    convertible = SecurityFacts(
        kind="convertible",
        designation="convertible notes",
        price=Decimal("25.00"),
        conversion=ConversionTerms(into="common shares", ratio="1 to 1", trigger="a financing"),
    )
    without = replace(facts, security=convertible, certificate="")
    words = text(without)
    legend = statement("N1", "en", ON).render(distribution_date="April 1, 2026")
    assert plain(statement("N2", "en", ON).render(legend=legend)) in words
    assert statements_used(without) == ("N1", "N2")
    assert statements_used(facts) == ()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "kind", ["share_certificate", "cooperative_share_certificate", "bond_certificate"]
)
def test_every_certificate_bears_the_legend_on_its_face(
    kind: str, language: Any, pages: Callable[[Facts], tuple[str, ...]]
) -> None:
    facts = sample(kind, language)
    day = {
        ("fr", 4): "1er avril 2026",
        ("fr", 9): "15 septembre 2026",
        ("en", 4): "April 1, 2026",
        ("en", 9): "September 15, 2026",
    }[language, facts.distributed_on.month]
    legend = statement("N1", language, ON).render(distribution_date=day)
    assert plain(legend) in pages(facts)[0]
    assert len(pages(facts)) == 2


def test_the_share_certificate_names_holder_number_and_rights(text: Text) -> None:
    words = text(sample("share_certificate"))
    for part in (
        "Certificat n° A-0042",
        "Marie-Ève Lacœur-Bélanger",
        "100 actions ordinaires de catégorie A",
        "Droit de sortie forcée",
        "Hubert Cœurdacier",
    ):
        assert part in words


def test_the_cooperative_certificate_cites_by_law_resolution_and_section_38(text: Text) -> None:
    words = text(sample("cooperative_share_certificate"))
    assert "Loi sur les coopératives, art. 46" in words
    assert "Loi sur les coopératives, art. 38" in words
    assert "Règlement n° 4 sur le capital, adopté le 20 novembre 2025" in words
    assert "Résolution CA-2026-03, adoptée le 8 janvier 2026" in words


def test_the_bond_states_its_promise_and_every_term(text: Text) -> None:
    words = text(sample("bond_certificate"))
    assert "pour un capital de 2 000,00 $" in words
    assert "rembourser le 15 septembre 2031 au plus tard" in words
    for term in ("4,00 % par année, fixe", "simples", "semestriels", "60 mois", "12 mois"):
        assert term in words


def test_the_schedule_prints_every_payment_and_the_totals(text: Text) -> None:
    facts = sample("payment_schedule")
    words = text(facts)
    assert "1 15 mars 2027 2 000,00 $ 40,00 $ 200,00 $ 240,00 $ 1 800,00 $" in words
    assert "10 15 septembre 2031 200,00 $ 4,00 $ 200,00 $ 204,00 $ 0,00 $" in words
    assert "Total 220,00 $ 2 000,00 $ 2 220,00 $" in words
    assert "Montants indicatifs" not in words


def test_a_floating_rate_makes_the_schedule_indicative(text: Text) -> None:
    facts = sample("payment_schedule")
    floating = RateTerms(
        kind="floating",
        percent=Decimal("4.00"),
        reference="taux préférentiel",
        margin=Decimal("0.5"),
        floor=Decimal("3"),
    )
    debt = replace(facts.security.debt, rate=floating)
    words = text(replace(facts, indicative=True, security=replace(facts.security, debt=debt)))
    assert "Montants indicatifs : le taux est variable" in words
    assert "variable, 4,00 % par année à la date du présent document" in words
    assert "marge : 0,50 %" in words
    assert "plancher : 3,00 %" in words
