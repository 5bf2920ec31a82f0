"""An investor asks, complains and is asked: their own page, and nobody else's."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.roles import ActorNotAllowed
from compliance.casework import services
from compliance.casework.models import Case
from compliance.casework.selectors import issuer_answer
from compliance.casework.trouble import CaseRefused
from compliance.desk.outcomes import decide
from compliance.outbox.models import Message
from equity.models import Offering
from equity.services.asking import ask_desk
from equity.sweeps import work_on_cases
from tests.factories import (
    OPENED,
    draft_offering,
    investor_actor,
    investor_user,
    issuer_actor,
    issuer_user,
    make_issuer,
    make_officer,
    make_person,
    subscribed,
)
from tests.pages.investing import Visit, text_of, visit
from tests.pages.issuing import (
    at,
    client_of,
    issuer_client,
    issuing,
    officer_client,
    one_heading,
    stranger,
)
from tests.pages.test_investor_amendments import amend, business

pytestmark = pytest.mark.django_db
NOON = OPENED + timedelta(hours=2)
ASKED = reverse("equity:asked")
QUESTION = {"kind": "question", "text": "Que fait l'érablière en été?"}


def other_investor() -> Client:
    return client_of(investor_user(make_person("Anne", email="anne@courriel.example")))


def asked_one(seen: Visit) -> Case:
    """A question that the person has asked."""
    with at(NOON):
        assert seen.post("ask", QUESTION).status_code == 303
    return Case.objects.get()


def test_a_question_about_an_offering() -> None:
    seen = visit()
    with at(NOON):
        assert seen.url("ask") in text_of(seen.get("offering"))
        assert one_heading(seen.get("ask")) == "Poser une question ou porter plainte"
        for wrong in ({"kind": "question", "text": " "}, {"text": "Quoi?"}, {"kind": "insider"}):
            assert seen.post("ask", wrong).status_code == 422
        assert seen.post("ask", QUESTION | {"text": "x" * 2001}).status_code == 422
        assert not Case.objects.exists()
    case = asked_one(seen)
    assert (case.kind, case.subject_id) == ("question", seen.cast.offering.pk)
    assert (case.opened_by_role, case.opened_by) == ("investor", seen.person.pk)
    with at(NOON):
        page = text_of(seen.client.get(ASKED))
    assert "Que fait l'érablière en été?" in page
    assert "Nous comptons répondre au plus tard le 5 mars 2026." in page


@pytest.mark.parametrize("kind", ["question", "complaint"])
def test_a_complaint_about_ones_own_subscription(kind: str) -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person)
    url = reverse("equity:ask_about", args=[mine.pk])
    with at(NOON):
        page = text_of(seen.client.get(reverse("equity:subscription", args=[mine.pk])))
        assert url in page
        assert seen.client.post(url, {"kind": kind, "text": "Rien reçu."}).status_code == 303
    case = Case.objects.get()
    assert (case.kind, case.subject_id) == (kind, mine.pk)


def test_nobody_asks_about_what_they_may_not_see() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person)
    about = reverse("equity:ask_about", args=[mine.pk])
    hidden = reverse("equity:ask", args=[draft_offering().offering.pk])
    other = other_investor()
    with at(NOON):
        assert other.get(about).status_code == 404
        assert other.post(about, QUESTION).status_code == 404
        assert seen.client.get(hidden).status_code == 404
        for client in (stranger(), client_of(issuer_user(seen.cast.issuer))):
            assert client.get(ASKED).status_code == 404
            assert client.post(seen.url("ask"), QUESTION).status_code == 404
        assert Client().get(ASKED).status_code == 302
    assert not Case.objects.exists()


def test_the_service_refuses_what_no_page_asks() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person)
    marie, anne = investor_actor(seen.person), investor_actor(make_person("Anne"))
    given = {"offering_id": seen.cast.offering.pk, "kind": "question", "text": "Quoi?", "at": NOON}
    for actor in (issuer_actor(make_issuer()), make_officer("Omar Haddad")):
        with pytest.raises(ActorNotAllowed):
            ask_desk(actor=actor, **given)
    with pytest.raises(ActorNotAllowed):
        ask_desk(actor=anne, subscription_id=mine.pk, **given)
    for wrong in ({"kind": "insider"}, {"text": "\n"}):
        with pytest.raises(CaseRefused):
            ask_desk(actor=marie, **(given | wrong))
    with pytest.raises(Offering.DoesNotExist):
        ask_desk(actor=marie, **(given | {"offering_id": draft_offering().offering.pk}))
    assert not Case.objects.exists()
    assert ask_desk(actor=marie, key="k", **given) == ask_desk(actor=marie, key="k", **given)


def test_the_answer_stands_on_the_page_of_who_asked_and_nowhere_else() -> None:
    seen = visit()
    case = asked_one(seen)
    given = {"reason": "Public.", "answer": "Du miel."}
    decide(actor=seen.cast.asks, case=case, outcome="answer", at=NOON, **given)
    with at(NOON):
        page = text_of(seen.client.get(ASKED))
        assert "Du miel." in page
        assert "Public." not in page
        assert "Du miel." not in text_of(other_investor().get(ASKED))
        assert "Du miel." not in text_of(seen.get("offering"))
        assert "Aucune question n'a encore reçu" in text_of(seen.get("offering"))


def test_an_answer_for_everybody_stands_on_the_page_of_the_offering() -> None:
    seen = visit()
    case = asked_one(seen)
    given = {"reason": "Utile.", "answer": "Du miel.", "question": "Que se passe-t-il l'été?"}
    decide(actor=seen.cast.asks, case=case, outcome="publish", at=NOON, **given)
    with at(NOON):
        page = text_of(seen.get("offering"))
    assert "Que se passe-t-il l'été?" in page
    assert "Du miel." in page
    assert "Que fait l'érablière en été?" not in page


def test_what_was_closed_without_an_answer_says_so() -> None:
    seen = visit()
    with at(NOON):
        seen.post("ask", {"kind": "complaint", "text": "Oubliez."})
    case = Case.objects.get()
    decide(actor=seen.cast.asks, case=case, outcome="withdrawn", reason="Retirée.", at=NOON)
    with at(NOON):
        assert "Dossier clos." in text_of(seen.client.get(ASKED))


def test_the_person_is_asked_told_by_mail_and_answers_once() -> None:
    seen = visit()
    case = asked_one(seen)
    question = services.ask_question(
        actor=seen.cast.asks,
        case=case,
        text="De quelle année parlez-vous?",
        asked_of="investor",
        asked_of_id=seen.person.pk,
        at=NOON,
    )
    url, other = reverse("equity:reply", args=[question.pk]), other_investor()
    assert work_on_cases(NOON).done["mails_written"] == 1
    assert "De quelle année" not in Message.objects.get(event="case_question").body
    with at(NOON):
        page = text_of(seen.client.get(ASKED))
        assert "De quelle année parlez-vous?" in page
        assert "Nous attendons une réponse avant de poursuivre." in page
        assert "De quelle année" not in text_of(other.get(ASKED))
        assert other.post(url, {"answer": "2025"}).status_code == 404
        assert seen.client.post(reverse("equity:reply", args=[uuid4()])).status_code == 404
        assert seen.client.get(url).status_code == 405
        assert seen.client.post(url, {"answer": " "}).status_code == 422
        assert seen.client.post(url, {"answer": "2025"}).status_code == 303
        assert seen.client.post(url, {"answer": "2026"}).status_code == 422
        assert "De quelle année" not in text_of(seen.client.get(ASKED))
    question.refresh_from_db()
    assert question.answer == "2025"
    case.refresh_from_db()
    assert case.state == "open"


def test_the_issuer_is_asked_told_by_mail_and_answers_once() -> None:
    seen = visit()
    user, issuer = issuer_user(seen.cast.issuer), seen.cast.issuer
    question = services.ask_question(
        actor=seen.cast.asks,
        case=asked_one(seen),
        text="Est-ce exact?",
        asked_of="issuer",
        asked_of_id=seen.cast.issuer.pk,
        at=NOON,
    )
    work_on_cases(NOON)
    assert Message.objects.get(event="case_question").recipient_id == user.pk
    page = reverse("equity:issuer_asked", args=[issuer.pk])
    url = reverse("equity:issuer_reply", args=[issuer.pk, question.pk])
    client, other = client_of(user), make_issuer(name="Autre inc.")
    elsewhere = client_of(issuer_user(other, "Éva Autre"))
    with at(NOON):
        assert page in text_of(client.get(reverse("equity:issuer", args=[issuer.pk])))
        assert "Est-ce exact?" in text_of(client.get(page))
        assert one_heading(client.get(page)) == "Questions du portail"
        for stray in (elsewhere, seen.client, stranger()):
            assert stray.get(page).status_code == stray.post(url).status_code == 404
        theirs = reverse("equity:issuer_reply", args=[other.pk, question.pk])
        assert elsewhere.post(theirs, {"answer": "Non."}).status_code == 404
        assert client.post(url, {"answer": " "}).status_code == 422
        assert client.post(url, {"answer": "Oui."}).status_code == 303
        assert client.post(url, {"answer": "Non."}).status_code == 422
        assert "Aucune question ne vous attend." in text_of(client.get(page))
    question.refresh_from_db()
    assert (question.answer, question.answered_by_role) == ("Oui.", "issuer")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pages_in_both_languages(language: str) -> None:
    seen = visit()
    asked_one(seen)
    seen.client.cookies["django_language"] = language
    with at(NOON):
        for page in (seen.client.get(ASKED), seen.get("ask")):
            assert page.status_code == 200
            assert one_heading(page)


@pytest.mark.parametrize(
    "address",
    [
        "marie@courriel.example",
        "514 555-0100",
        "(514) 555-0100",
        "+1 514.555.0100",
        "5145550100",
        "514\u00a0555\u00a00100",
    ],
)
def test_a_question_holds_no_address_and_nothing_typed_is_lost(address: str) -> None:
    seen = visit()
    text = f"Écrivez-moi au {address}, merci."
    with at(NOON):
        response = seen.post("ask", {"kind": "question", "text": text})
        page = text_of(response)
        assert response.status_code == 422
        assert "Retirez les adresses électroniques et les numéros de téléphone" in page
        assert f"Écrivez-moi au {address}".replace("\u00a0", " ") in page
        assert not Case.objects.exists()
        # A complaint is read at the desk alone, and may say how to reach who complains.
        assert seen.post("ask", {"kind": "complaint", "text": text}).status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        "Les 1 500 000,00 $ du plafond, est-ce pour 2026-2027?",
        "La référence S-34AD-FF1E-7887 est-elle à moi?",
        "Le compte 12345678901234 est-il le vôtre?",
        "Est-ce @ la ferme?",
    ],
)
def test_what_is_no_address_is_not_taken_for_one(text: str) -> None:
    with at(NOON):
        assert visit().post("ask", {"kind": "question", "text": text}).status_code == 303


def test_a_public_answer_says_whether_the_issuer_was_asked_and_never_who_asked() -> None:
    seen = visit()
    case = asked_one(seen)
    assert issuer_answer(case) == ""
    question = services.ask_question(
        actor=seen.cast.asks,
        case=case,
        text="Est-ce exact?",
        asked_of="issuer",
        asked_of_id=seen.cast.issuer.pk,
        at=NOON,
    )
    services.answer_question(actor=seen.cast.owner, question=question, text="Du miel.", at=NOON)
    url = reverse("desk:decide_case", args=[case.pk, "publish"])
    with at(NOON):
        form = officer_client(seen.cast.asks).get(url).context["form"]
        assert form["answer"].value() == "Du miel."
        assert form["question"].value() is None
        given = {"reason": "Utile.", "answer": "Du miel.", "question": "Et l'été?"}
        decide(actor=seen.cast.asks, case=case, outcome="publish", at=NOON, **given)
        page = text_of(seen.get("offering"))
        visitor = Client()
        visitor.post(seen.url("entry"))
        public = text_of(visitor.get(seen.url("offering")))
    for shown in (page, public):
        assert "D'après la réponse de l'émetteur, publiée par le portail" in shown
        assert "Que fait l'érablière en été?" not in shown
        assert seen.person.family_name not in shown
    assert "Se connecter pour poser une question" in public
    assert 'href="mailto' not in public


def test_a_material_answer_is_everybodys_and_the_issuer_is_told_to_amend() -> None:
    seen = visit()
    case, cast = asked_one(seen), seen.cast
    given = {"reason": "Fait important.", "answer": "Le four est loué.", "question": "Le four?"}
    owner = issuer_client(cast)
    with at(NOON):
        assert "Le document doit être modifié" not in text_of(owner.get(issuing("issuing", cast)))
        decide(actor=cast.asks, case=case, outcome="publish_and_amend", at=NOON, **given)
        told = text_of(owner.get(issuing("issuing", cast)))
        public = text_of(seen.get("offering"))
    assert cast.fresh().state == "open"
    assert "Le document doit être modifié" in told
    assert "Le four est loué." in told
    assert issuing("issuing_amend", cast) in told
    assert "Le four est loué." in public
    # The page of the offering promises no amendment: only the issuer can make one.
    assert "doit être modifié" not in public
    assert work_on_cases(NOON).done["mails_written"] == 2
    mail = Message.objects.get(event="amendment_needed")
    assert "recommence" in mail.body
    assert "Le four est loué" not in mail.body
    assert work_on_cases(NOON).done["mails_written"] == 0
    amend(seen, when=NOON + timedelta(minutes=1), items=business("Le four est loué."))
    with at(NOON + timedelta(minutes=2)):
        assert "Le document doit être modifié" not in text_of(owner.get(issuing("issuing", cast)))
