"""The desk's pages about one case: opening it, everything in it, every act on it, deciding it."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from compliance.casework import services
from compliance.casework.kinds import KINDS
from compliance.casework.models import Case, CaseEvidence
from compliance.casework.services.working import LARGEST
from compliance.desk.outcomes import OUTCOMES
from equity.models import Subscription
from tests.factories import (
    OPENED,
    Cast,
    make_officer,
)
from tests.ground.casework import DIGEST
from tests.pages.casework import busy_cast, flagged, opened
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
NOON = OPENED + timedelta(hours=2)


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


@pytest.fixture
def cast() -> Cast:
    return busy_cast()


# Opening.


def test_an_officer_opens_any_kind_that_fits_the_subject(cast: Cast) -> None:
    client = officer_client(cast.asks)
    url = desk("open_case", "equity.offering", cast.offering.pk)
    with at(NOON):
        page = html(client.get(url))
        assert 'value="shared_account"' in page
        assert 'value="near_match"' not in page
        wrong = client.post(url, {"kind": "near_match", "note": "Vu."})
        assert wrong.status_code == 422
        assert "kind" in wrong.context["form"].errors
        assert client.post(url, {"kind": "other", "note": ""}).status_code == 422
        done = client.post(url, {"kind": "shared_account", "note": "Vu au relevé."})
        assert done.status_code == 303
    case = Case.objects.get()
    assert (case.kind, case.subject_id) == ("shared_account", cast.offering.pk)
    with at(NOON):
        for label, pk in (
            ("equity.offering", uuid4()),
            ("accounts.user", cast.asks.id),
            ("a.b", uuid4()),
        ):
            assert client.get(desk("open_case", label, pk)).status_code == 404
        assert examiner_client().get(url).status_code == 404


# A case, and every act on it.


def test_a_case_shows_everything(cast: Cast) -> None:
    flag = flagged(cast)
    case = flag.case
    services.ask_question(actor=cast.asks, case=case, text="Est-ce vous?", at=OPENED)
    services.add_note(actor=cast.asks, case=case, text="Appelé à midi.", at=OPENED)
    services.add_evidence(
        actor=cast.asks, case=case, kind="identity", name="Permis", content=b"x", at=OPENED
    )
    services.assign_case(actor=cast.asks, case=case, to=cast.asks.id, at=OPENED)
    with at(NOON):
        page = html(officer_client(cast.asks).get(desk("case", case.pk)))
        reading = html(examiner_client().get(desk("case", case.pk)))
    for shown in (page, reading):
        for words in (
            "Identités presque semblables",
            'data-code="case.near_match"',
            "2 personnes inscrites ont en commun\u00a0: adresse électronique.",
            "Politique du portail\u00a0: dossiers",
            "Marc Lacœur",
            "Est-ce vous?",
            "Appelé à midi.",
            "Permis",
            "délai suspendu",
            "Question posée",
            "Posée à\u00a0: quelqu&#x27;un de l&#x27;extérieur",
            "Signalement</span>",
            "s'en est chargé",
        ):
            assert words in shown, words
        assert "Non respecté" not in shown
    for name in ("different_people", "same_person"):
        assert desk("decide_case", case.pk, name) in page
        assert OUTCOMES["near_match", name].say("fr") in page.replace("&#x27;", "'")
    assert desk("decide_case", case.pk, "accept") not in page
    for name in ("case_note", "case_evidence", "case_question", "case_assign"):
        assert desk(name, case.pk) in page
        assert desk(name, case.pk) not in reading


def test_work_on_a_case_button_by_button(cast: Cast) -> None:
    flag = flagged(cast)
    case, client = flag.case, officer_client(cast.asks)
    other = make_officer("Omar Haddad")

    def post(name: str, pk: object, data: dict[str, Any], status: int = 303) -> Any:
        response = client.post(desk(name, pk), data)
        assert response.status_code == status, html(response)
        if status == 422:
            assert one_heading(response)
        return response

    with at(NOON):
        post("case_note", case.pk, {"note": ""}, 422)
        post("case_note", case.pk, {"note": "Vu."})
        post("case_question", case.pk, {"asked_of": "investor:x", "question": "Qui?"}, 422)
        person = Subscription.objects.get().person_id
        post("case_question", case.pk, {"asked_of": f"investor:{person}", "question": "Qui?"})
        post("case_question", case.pk, {"asked_of": "outside", "question": "Quand?"})
        one, two = case.questions.order_by("asked_of")
        assert (one.asked_of_id, two.asked_of_id) == (person, None)
        post("case_answer", two.pk, {"answer": " "}, 422)
        post("case_answer", two.pk, {"answer": "Hier."})
        post("case_answer", two.pk, {"answer": "Hier."}, 422)
        post("case_answer", one.pk, {"answer": "Moi."})
        post("case_take", case.pk, {})
        post("case_take", case.pk, {}, 422)
        post("case_assign", case.pk, {"to": str(other.id)}, 422)
        post("case_assign", case.pk, {"to": str(other.id), "reason": "Vacances."})
        post("case_clear", flag.pk, {"reason": ""}, 422)
        post("case_clear", flag.pk, {"reason": "Deux personnes."})
        post("case_clear", flag.pk, {"reason": "Deux personnes."}, 422)
    case.refresh_from_db()
    assert (case.state, case.assignee, case.notes.count()) == ("open", other.id, 2)


ITEMS: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({}, {"file"}),
    ({"reference": "Greffe"}, {"digest"}),
    ({"reference": "Greffe", "digest": "abc"}, {"digest"}),
    ({"file": b"x", "reference": "Greffe"}, {"file"}),
    ({"file": b"x", "kind": "gossip"}, {"kind"}),
    ({"file": b"x", "name": ""}, {"name"}),
    ({"file": bytes(LARGEST + 1)}, {"file"}),
    ({"file": b"%PDF-1.7"}, set()),
    ({"reference": "Greffe", "digest": DIGEST}, set()),
)


def test_evidence_by_file_or_by_reference(cast: Cast) -> None:
    case, client = opened(cast), officer_client(cast.asks)
    for data, errors in ITEMS:
        given = {"kind": "notice", "name": "Lettre"} | data
        if "file" in given:
            given["file"] = SimpleUploadedFile("lettre.pdf", given["file"])
        before = CaseEvidence.objects.count()
        with at(NOON):
            response = client.post(desk("case_evidence", case.pk), given)
        assert response.status_code == (422 if errors else 303)
        assert CaseEvidence.objects.count() == before + (not errors)
        if errors:
            assert set(response.context["form"].errors) == errors


def test_the_bytes_of_evidence_are_saved_and_never_shown(cast: Cast) -> None:
    case = opened(cast)
    script = b"<script>alert(1)</script>"
    item = services.add_evidence(
        actor=cast.asks, case=case, kind="notice", name="Lettre", content=script, at=OPENED
    )
    url = desk("evidence", item.pk)
    for client in (officer_client(cast.asks), examiner_client()):
        response = client.get(url)
        assert response.content == script
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
    assert stranger().get(url).status_code == 404
    there = services.add_evidence(
        actor=cast.asks,
        case=case,
        kind="notice",
        name="Lettre",
        reference="Greffe",
        digest=DIGEST,
        at=OPENED,
    )
    assert officer_client(cast.asks).get(desk("evidence", there.pk)).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["case_note", "case_evidence", "case_question", "case_take", "case_assign", "decide_case"],
)
def test_nobody_but_an_officer_acts(cast: Cast, name: str) -> None:
    case = opened(cast)
    url = desk(name, case.pk, "refuse") if name == "decide_case" else desk(name, case.pk)
    for client in (examiner_client(), stranger(), issuer_client(cast)):
        assert client.post(url, {"reason": "x", "note": "x"}).status_code == 404
    assert officer_client(cast.asks).get(desk("case_note", case.pk)).status_code == 405
    assert Case.objects.get().state == "open"


def test_the_queue_says_what_each_case_is_about_and_where_one_is(cast: Cast) -> None:
    case = opened(cast)
    with at(NOON):
        page = html(officer_client(cast.asks).get(desk("queue")))
    assert desk("case", case.pk) in page
    assert f"Marie Lacœur · {cast.issuer.name}" in page
    assert page.count('aria-current="page"') == 1
    assert f'href="{desk("queue")}" aria-current="page"' in page


# Deciding.


def test_a_decision_asks_for_what_it_needs_and_says_what_it_does(cast: Cast) -> None:
    case, client = opened(cast), officer_client(cast.asks)
    url = desk("decide_case", case.pk, "accept")
    with at(NOON):
        page = client.get(url)
        assert "Lettre du 9 mars." in html(page)
        assert OUTCOMES["late_withdrawal", "accept"].say("fr") in html(page).replace("&#x27;", "'")
        assert list(page.context["form"].fields) == ["day", "time", "reason"]
        assert client.get(desk("decide_case", case.pk, "uphold")).status_code == 404
        sent = {"day": "2026-03-02", "time": "10:30", "reason": "Le cachet en fait foi."}
        missing = client.post(url, sent)
        assert missing.status_code == 422
        assert "Il manque une pièce" in html(missing)
        services.add_evidence(
            actor=cast.asks, case=case, kind="notice", name="Lettre", content=b"x", at=OPENED
        )
        early = client.post(url, sent | {"time": "09:00"})
        assert early.status_code == 422
        assert 'data-code="state.not_allowed"' in html(early)
        assert client.post(url, {"reason": "Vu."}).status_code == 422
        assert client.post(url, sent).status_code == 303
        assert client.post(url, sent).status_code == 422
        shown = html(client.get(desk("case", case.pk)))
    assert Subscription.objects.get().state == "withdrawn"
    assert "Le cachet en fait foi." in shown
    assert "Avis envoyé à temps" in shown
    assert desk("decide_case", case.pk, "accept") not in shown


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_page_for_each_of_its_decisions(cast: Cast, kind: str) -> None:
    subjects = {
        "equity.subscription": Subscription.objects.get(),
        "equity.offering": cast.offering,
        "investors.person": Subscription.objects.get().person,
        "equity.issuer": cast.issuer,
    }
    case = opened(cast, kind, subject=subjects[KINDS[kind].subjects[0]])
    with at(NOON):
        for choice in KINDS[kind].decisions:
            for language in ("fr", "en"):
                response = officer_client(cast.asks, language).get(
                    desk("decide_case", case.pk, choice.code)
                )
                assert one_heading(response) == choice.say(language).replace("'", "&#x27;")


def test_a_flag_that_stood_is_cleared_in_the_case_that_follows(cast: Cast) -> None:
    flag, client = flagged(cast), officer_client(cast.asks)
    with at(NOON):
        decision = desk("decide_case", flag.case_id, "same_person")
        assert client.post(decision, {"reason": "Même permis."}).status_code == 303
        clear, given = desk("case_clear", flag.pk), {"reason": "Fusionnées."}
        assert client.post(clear, given).status_code == 422
        url = re.search(
            r'href="([^"]*follows=[^"]*)"', html(client.get(desk("case", flag.case_id)))
        )
        assert url is not None
        assert client.post(url[1], {"kind": "near_match", "note": "Suite."}).status_code == 303
        later = Case.objects.exclude(pk=flag.case_id).get()
        assert later.follows_id == flag.case_id
        assert clear in html(client.get(desk("case", later.pk)))
        assert client.post(clear, given)["Location"] == desk("case", later.pk)
    assert later.notes.get().text == "Fusionnées."


@pytest.mark.parametrize("named", ["x", str(UUID(int=3))])
def test_a_case_follows_none_that_is_not_there(cast: Cast, named: str) -> None:
    url = desk("open_case", "equity.offering", cast.offering.pk) + f"?follows={named}"
    with at(NOON):
        done = officer_client(cast.asks).post(url, {"kind": "other", "note": "Vu."})
    assert done.status_code == 303
    assert Case.objects.get().follows is None


def test_cases_stand_where_their_subject_is_shown(cast: Cast) -> None:
    row = Subscription.objects.get()
    on = {
        "dossier": opened(cast, "other", subject=cast.offering),
        "subscription": opened(cast),
        "person": opened(cast, "other", subject=row.person),
    }
    pages = {"dossier": cast.offering.pk, "subscription": row.pk, "person": row.person_id}
    with at(NOON):
        for name, case in on.items():
            assert desk("case", case.pk) in html(
                officer_client(cast.asks).get(desk(name, pages[name]))
            )


def test_nothing_is_at_an_address_that_never_was(cast: Cast) -> None:
    client, nobody = officer_client(cast.asks), UUID(int=7)
    for name in ("case", "evidence"):
        assert client.get(desk(name, nobody)).status_code == 404
    for name in ("case_note", "case_evidence", "case_question", "case_assign", "case_answer"):
        assert client.post(desk(name, nobody)).status_code == 404
    assert client.post(desk("case_clear", 0)).status_code == 404
