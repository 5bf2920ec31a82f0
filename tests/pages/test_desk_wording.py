"""The officer's pages of the prescribed wording: the official words put in, compared, confirmed."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from compliance.approvals.models import ApprovalRequest
from compliance.desk.views import wording as views
from compliance.rules.wording import packaged, statement
from compliance.rules.wording.resource import LARGEST, write_resource
from documents.models import WordingVersion
from documents.selectors import comparable_statements
from documents.shelf import known
from equity.models import Subscription
from investors.models import RiskAcknowledgement
from tests import factories as f
from tests.equity.test_services_amendments import amended
from tests.pages.investing import Visit, text_of, visit, yes_to_all
from tests.pages.issuing import at, examiner_client, html, officer_client, one_heading
from tests.pages.test_desk_approvals import approves, desk, pair
from tests.pages.test_sent_twice import twice
from tests.papers.test_wording import R1, confirm, put_in, resource

pytestmark = pytest.mark.django_db

DAY = f.BOUND.date()
OFFICIAL = b"%PDF-1.7 official"
DIGEST = hashlib.sha256(OFFICIAL).hexdigest()
P7 = statement("P7", "fr", DAY)
NEW = "Vous pourriez ne jamais revendre ces titres."
WORDS = {
    "text": NEW,
    "effective_from": "2021-09-21",
    "source": "Annexe 45-110A1, Bulletin de l'AMF",
    "source_sha256": DIGEST,
    "reference": "",
    "grade": "verified",
}


def file_of(**changes: str) -> bytes:
    """Form 45-110F1 in French as it goes out, with its head filled in and one statement other."""
    text = write_resource("45-110F1", "fr", packaged(), on=DAY)
    pairs = {
        'source = ""': 'source = "Bulletin de l\'AMF"',
        'source_sha256 = ""': f'source_sha256 = "{DIGEST}"',
        P7.text: NEW,
    }
    for old, new in (pairs | changes).items():
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def upload(client: Client, content: bytes, official: bytes | None = OFFICIAL) -> Any:
    sent: dict[str, Any] = {"file": SimpleUploadedFile("libelles.toml", content)}
    if official is not None:
        sent["official"] = SimpleUploadedFile("annexe.pdf", official)
    return client.post(desk("wording_import"), sent)


def keep(client: Client, looked: Any, **changes: str) -> Any:
    """What the second form of the page sends."""
    fields = {name: looked.context[name] for name in ("content", "checked")}
    return client.post(desk("wording_import"), {"then": "keep", **fields, **changes})


def test_words_are_pasted_looked_at_put_in_and_confirmed() -> None:
    first, second = pair()
    page = desk("wording_paste", P7.version_digest)
    with at(f.BOUND):
        assert P7.text.replace("'", "&#x27;") in html(first.get(page))
        looked = first.post(page, WORDS)
        assert looked.status_code == 200
        told = html(looked)
        assert "<ins>" in told
        assert "Verser ces mots" in told
        assert not WordingVersion.objects.exists()
        twice(first, page, WORDS | {"then": "keep"})
        row = WordingVersion.objects.get()
        version = desk("wording_version", row.pk)
        for language in ("fr", "en"):
            assert one_heading(
                officer_client(f.make_officer(f"Ida {language}"), language).get(version)
            )
        assert "ne sont montrés à personne" in html(first.get(version))
        waiting = html(second.get(desk("approval", ApprovalRequest.objects.get(standing=True).pk)))
        for said in (NEW, P7.text.replace("'", "&#x27;"), DIGEST, "21 septembre 2021", "vérifié"):
            assert said in waiting
        assert approves(second).status_code == 303
        assert known().shelf.statement("P7", "fr", DAY).text == NEW
        past = html(
            first.get(desk("statement", known().shelf.statement("P7", "fr", DAY).version_digest))
        )
        for said in ("Tels que livrés avec le logiciel", "en vigueur", "Omar H.", "<del>"):
            assert said in past
        # The old words are no longer a statement that anybody compares.
        assert first.get(desk("statement", P7.version_digest)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "<b>Titres</b>"}, "text"),
        ({"text": "Titres de la sociÃ©tÃ©"}, "text"),
        ({"text": "Titres de {issuer}"}, "text"),
        ({"effective_from": "2021-09-20"}, "effective_from"),
        ({"effective_from": "hier"}, "effective_from"),
        ({"source": " "}, "source"),
        ({"source_sha256": "abc"}, "source_sha256"),
        ({"source_sha256": ""}, "grade"),
        ({"grade": "policy"}, "grade"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    wrong: dict[str, str], field: str
) -> None:
    first, _second = pair()
    page = desk("wording_paste", P7.version_digest)
    with at(f.BOUND):
        for then in ({}, {"then": "keep"}):
            answer = first.post(page, WORDS | wrong | then)
            assert answer.status_code == 422
            assert list(answer.context["form"].errors) == [field]
            kept = {**WORDS, **wrong}["reference" if field == "text" else "text"]
            assert kept.replace("'", "&#x27;") in html(answer)
    assert not WordingVersion.objects.exists()


def test_the_words_in_force_are_not_put_in_again() -> None:
    first, _second = pair()
    page = desk("wording_paste", P7.version_digest)
    with at(f.BOUND):
        told = html(first.post(page, WORDS | {"text": P7.text}))
        assert "Ce sont déjà les mots en vigueur" in told
        # Asked for all the same, it counts as the comparison that it is.
        assert first.post(page, WORDS | {"text": P7.text, "then": "keep"}).status_code == 303
    assert not WordingVersion.objects.exists()
    assert ApprovalRequest.objects.filter(standing=True).count() == 1


def test_a_file_is_looked_at_and_put_in_whole() -> None:
    first, second = pair()
    with at(f.BOUND):
        answer = first.get(desk("wording_file", "45-110F1", "fr"))
        assert answer["Content-Disposition"] == 'attachment; filename="wording-45-110F1-fr.toml"'
        assert answer.content.decode() == write_resource("45-110F1", "fr", packaged(), on=DAY)
        looked = upload(first, file_of())
        assert looked.status_code == 200
        told = html(looked)
        assert "1 énoncé en d'autres mots" in told
        assert "36 énoncés dans les mots en vigueur" in told
        assert "confirmer 37 énoncés" in told
        assert not WordingVersion.objects.exists()
        # A file that was not looked at, or altered since, is not put in.
        for altered in ({"content": "QQ=="}, {"checked": "x"}, {"content": "é"}):
            assert keep(first, looked, **altered).status_code == 422
        assert not WordingVersion.objects.exists()
        assert keep(first, looked).status_code == 303
        assert WordingVersion.objects.get().text == NEW
        assert ApprovalRequest.objects.filter(standing=True).count() == 37
        again = html(upload(second, file_of()))
        assert "Il n'y a rien à verser" in again
        assert "content" not in keep(second, looked).context


def test_what_is_wrong_with_a_file_is_said_and_nothing_is_put_in() -> None:
    first, _second = pair()
    with at(f.BOUND):
        for content, official, said in (
            (file_of(), None, "Joignez aussi cette source"),
            (file_of(), b"%PDF another", "Ce n&#x27;est pas le texte"),
            (b"\xff", OFFICIAL, "ne se lit pas"),
            (b"", OFFICIAL, "La première ligne doit dire"),
            (b"#" * (LARGEST + 1), OFFICIAL, "a plus de 256"),
            (file_of(**{'id = "P7"': 'id = "P77"'}), OFFICIAL, "P77"),
        ):
            answer = upload(first, content, official)
            assert answer.status_code == 422
            assert said in html(answer), said
        assert first.post(desk("wording_import"), {}).status_code == 422
        assert first.get(desk("wording_file", "45-106F9", "fr")).status_code == 404
        assert first.get(desk("wording_file", "45-110F1", "de")).status_code == 404
    assert not WordingVersion.objects.exists()


def test_the_list_says_which_open_offerings_print_older_words() -> None:
    """Until they are amended, and no longer: the amended document is issued in the words in force.
    What nobody confirmed makes nothing older."""
    cast = f.open_offering()
    client, listed_at = officer_client(cast.asks), f"{desk('wording')}?form=45-110F1"
    old = {"P7": NEW, "P9": "Deux jours ouvrables pour annuler."}
    with at(f.BOUND):
        requests = put_in(cast.asks, resource(old), at=f.BOUND).asked
        assert "d'autres mots ont été versés" in html(client.get(listed_at))
        assert "imprime d'anciens" not in html(client.get(listed_at))
        for request in requests:
            confirm(cast.approves, request, at=f.BOUND)
        digest = known().shelf.statement("P7", "fr", DAY).version_digest
        listed = html(client.get(listed_at))
        assert listed.count("1 placement en cours imprime d'anciens mots") == 2
        told = html(client.get(desk("statement", digest)))
        assert cast.issuer.name in told
        assert "Faites-le modifier" in told
        amended(cast)
        assert "anciens mots" not in html(client.get(listed_at))
        assert "Faites-le modifier" not in html(client.get(desk("statement", digest)))
    for language in ("fr", "en"):
        with at(f.BOUND):
            shown = examiner_client(language).get(desk("wording"))
        assert one_heading(shown)
        # An examiner is led to nothing that they may not see.
        assert desk("statement", digest) not in html(shown)
    assert digest in comparable_statements(DAY)


def test_the_progress_counts_every_text() -> None:
    first, _second = pair()
    with at(f.BOUND):
        shown = first.get(desk("wording"))
    total = len(comparable_statements(DAY))
    assert (shown.context["confirmed"], shown.context["total"]) == (0, total)
    assert f"<strong>0</strong> sur {total}" in html(shown)


def test_answers_to_a_page_whose_words_changed_meanwhile_are_asked_for_anew() -> None:
    """The page in front of the person has other words than those that would be recorded."""
    seen: Visit = visit()
    with at(f.OPENED):
        seen.get("document")
        answers = yes_to_all(seen)
        asked = {
            row.id: row.text
            for row in known().shelf.statements_of("45-110F2", "fr", DAY, "exempt")
            if row.answered
        }
        file = resource(asked | {"R1": R1}, form="45-110F2")
        for request in put_in(seen.cast.asks, file).asked:
            confirm(seen.cast.approves, request)
        response = seen.post("risks", answers)
        assert response.status_code == 422
        page = text_of(response)
        assert "ont changé depuis que vous avez ouvert la page" in page
        assert R1 in page
        assert "checked" not in page
        assert not RiskAcknowledgement.objects.exists()
        # A page that says nothing of what it showed is no better.
        assert seen.post("risks", answers | {"seen": ""}).status_code == 422
        assert seen.post("risks", yes_to_all(seen)).status_code == 303
    assert RiskAcknowledgement.objects.count() == 1
    assert not Subscription.objects.exists()


def test_the_words_are_those_of_the_day_in_quebec(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list and the page that it leads to ask for the words of one day, also in the evening."""
    first, _second = pair()
    days: list[date] = []

    def asked(on: date, *given: Any) -> Any:
        days.append(on)
        return comparable_statements(on, *given)

    monkeypatch.setattr(views, "comparable_statements", asked)
    digest = next(iter(comparable_statements(DAY)))
    with at(datetime(2026, 3, 3, 1, 30, tzinfo=UTC)):
        assert first.get(desk("statement", digest)).status_code == 200
        assert first.get(desk("wording_paste", digest)).status_code == 200
    assert days == [date(2026, 3, 2)] * 2
