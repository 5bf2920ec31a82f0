"""The issuer answers what the report asks, issues it and takes the folder; officers look on."""

import io
import re
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pikepdf
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import User
from compliance.audit.models import Entry
from documents import services as documents
from documents.models import Document
from documents.render import Rendered
from equity.models import ExemptReport, IssuerMember, ReportDetails
from tests import factories as f
from tests.pages.issuing import (
    at,
    client_of,
    examiner_client,
    html,
    issuer_client,
    issuing,
    officer_client,
    one_heading,
    stranger,
)
from tests.reports.scene import AFTER, ANSWERS, answered, in_three_provinces, issued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One blank page for every document: what is printed is the matter of other tests."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        file = io.BytesIO()
        pdf.save(file)
    blank = Rendered(pdf=file.getvalue(), sha256="0" * 64, pages=1)
    monkeypatch.setattr(documents, "render", lambda kind, facts, version: blank)


def typed(**changed: str) -> dict[str, Any]:
    """What a browser posts: everything that is asked, as people type it."""
    yes_no = {True: "yes", False: "no"}
    said = {name: yes_no.get(value, value) for name, value in ANSWERS.items()}
    home = {
        "street": "1420, rang du Ruisseau",
        "municipality": "Saint-Ferdinand",
        "province": "QC",
        "postal_code": "G0N 1N0",
        "country": "Canada",
    }
    aline = {"family_name": "Roy", "given_name": "Aline", "relationships": ["D", "P"], **home}
    hubert = {"family_name": "Cœurdacier", "given_name": "Hubert", "relationships": ["O"], **home}
    people = {f"p0-{name}": value for name, value in aline.items()}
    people |= {f"p1-{name}": value for name, value in hubert.items()}
    return {**said, "portal_cash": "675,00", **people, **changed}


def text(response: HttpResponse) -> str:
    """The words of a page."""
    plain = re.sub(r"<[^>]+>", " ", html(response))
    return " ".join(plain.replace("\u00a0", " ").replace("&#x27;", "'").split())


def shown(client: Client, cast: f.Cast) -> dict[str, str]:
    """What the page posts of what it showed."""
    page = html(client.get(issuing("issuing_filings", cast)))
    [seen] = re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
    return {"seen": seen}


def content_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_from_the_first_answer_to_the_folder() -> None:
    cast = in_three_provinces()
    client = issuer_client(cast)
    with at(AFTER):
        page = client.get(issuing("issuing_filings", cast))
        assert one_heading(page) == "Dépôts après la clôture"
        words = text(page)
        for expected in (
            "10 avril 2026",
            "au moins 284,00 $",
            "Le droit a changé depuis pour ces territoires : Québec.",
            "2 200,00 $",
            "Il manque encore",
            "10 Qui atteste : courriel",
            "Elle n'est pas encore délivrée.",
        ):
            assert expected in words, expected
        assert "Attester et délivrer" not in words
        details = issuing("filing_details", cast)
        assert one_heading(client.get(details)) == "Ce que la déclaration demande"
        assert client.post(details, typed()).status_code == 303
        page = client.get(issuing("issuing_filings", cast))
        assert "Tout y est" in text(page)
        assert "atteste : Aline Marguerite Roy , présidente." in text(page)
        assert client.post(issuing("filing_issue", cast), shown(client, cast)).status_code == 303
        report = ExemptReport.objects.get()
        assert report.number == 1
        folder = client.post(issuing("filing_folder", cast))
        assert folder["Cache-Control"] == "private, no-store"
        names = ZipFile(io.BytesIO(content_of(folder))).namelist()
        assert "QC/confidential/schedule-1.xlsx" in names
        page = client.get(issuing("issuing_filings", cast))
        assert "Déclaration 1 (français, PDF)" in text(page)
        assert "Délivrer une déclaration modifiée" in text(page)
        again = client.post(issuing("filing_issue", cast), shown(client, cast))
        assert again.status_code == 422
        assert "Donnez la date à laquelle" in text(again)
        later = {"filed_on": "2026-03-13", **shown(client, cast)}
        assert client.post(issuing("filing_issue", cast), later).status_code == 303
    kept = ReportDetails.objects.get().answers
    assert {name: kept[name] for name in ANSWERS} == ANSWERS
    assert kept["people"]["aline roy"]["relationships"] == ["D", "P"]
    assert ExemptReport.objects.count() == 2
    assert Entry.objects.filter(action="equity:report:hand_over").count() == 1


def test_a_wrong_answer_is_told_at_its_field_and_nothing_is_lost() -> None:
    cast = f.open_offering()
    client = issuer_client(cast, "en")
    wrong = {
        "naics": "1119",
        "year_end": "31-12",
        "formed_on": "2999-01-01",
        "profile_number": "12A",
        "certifier_email": "nobody",
        "lei": "short",
        "employees": "seven",
    }
    with at(AFTER):
        page = client.post(issuing("filing_details", cast), typed(**wrong))
    assert page.status_code == 422
    words = text(page)
    for expected in (
        "A NAICS code has six digits.",
        "Write a month and a day, such as 12-31.",
        "Write a day that has passed",
        "Write the digits of the number",
        "Write an e-mail address",
        "An LEI has 18 letters or digits",
    ):
        assert expected in words, expected
    assert 'value="1119"' in html(page)
    assert "1420, rang du Ruisseau" in html(page)
    assert not ReportDetails.objects.exists()


def test_a_second_offering_shows_the_answers_of_the_first_and_keeps_none_by_itself() -> None:
    cast = in_three_provinces()
    answered(cast, previous_name="Érablière Roy")
    other = f.open_offering(issuer=cast.issuer, portal=cast.portal)
    client = issuer_client(other)
    page = client.get(issuing("filing_details", other))
    assert 'value="111994"' in html(page)
    assert "Érablière Roy" not in html(page)
    assert "de votre dernière déclaration" in text(page)
    assert ReportDetails.objects.count() == 1


def test_whoever_does_not_certify_is_not_offered_the_button_and_is_refused() -> None:
    cast = in_three_provinces()
    answered(cast)
    client = issuer_client(cast)
    IssuerMember.objects.update(part="accountant")
    with at(AFTER):
        assert "Attester et délivrer" not in text(client.get(issuing("issuing_filings", cast)))
        refused = client.post(issuing("filing_issue", cast), {"seen": "0" * 64})
    assert refused.status_code == 422
    assert not ExemptReport.objects.exists()


def test_what_a_colleague_changed_after_the_page_was_shown_is_not_certified() -> None:
    cast = in_three_provinces()
    answered(cast)
    client, address = issuer_client(cast), issuing("filing_issue", cast)
    with at(AFTER):
        seen = shown(client, cast)
        answered(cast, certifier_name="Hubert Cœurdacier")
        for posted in (seen, {}):
            refused = client.post(address, posted)
            assert refused.status_code == 422
            assert 'data-code="report.as_shown"' in html(refused)
        assert not ExemptReport.objects.exists()
        # A purchaser who moves on is another Schedule 1.
        seen = shown(client, cast)
        person = cast.offering.subscriptions.get(order=1).person
        person.telephone = "514 555-0100"
        person.save()
        assert client.post(address, seen).status_code == 422
        seen = shown(client, cast)
        assert client.post(address, seen).status_code == 303
        # The report that it was shown for is issued: a second one amends, and is looked at anew.
        amends = {**seen, "filed_on": "2026-03-13"}
        assert client.post(address, amends).status_code == 422
    assert ExemptReport.objects.count() == 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_draft_is_shown_before_anything_is_issued(language: str) -> None:
    cast = in_three_provinces()
    draft = issuer_client(cast).get(issuing("filing_draft", cast, language))
    assert draft["Content-Type"] == "application/pdf"
    assert draft.content.startswith(b"%PDF")
    assert not Document.objects.filter(kind="exempt_distribution_report").exists()
    assert issuer_client(cast).get(issuing("filing_draft", cast, "de")).status_code == 404


def test_before_the_closing_the_answers_can_be_given_and_nothing_else() -> None:
    cast = f.open_offering()
    client = issuer_client(cast)
    page = client.get(issuing("issuing_filings", cast))
    assert "Il n'y a rien à déclarer avant la clôture." in text(page)
    assert client.post(issuing("filing_details", cast), typed()).status_code == 303
    assert client.get(issuing("filing_draft", cast, "fr")).status_code == 404
    assert client.post(issuing("filing_folder", cast)).status_code == 404
    assert client.post(issuing("filing_issue", cast)).status_code == 422
    draft = f.draft_offering()
    for name in ("issuing_filings", "filing_details"):
        assert issuer_client(draft).get(issuing(name, draft)).status_code == 404


def test_officers_and_examiners_look_and_only_officers_take_the_folder() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    page, folder = (
        reverse(f"desk:{name}", args=(cast.offering.pk,)) for name in ("filings", "filing_folder")
    )
    officer, examiner = officer_client(cast.asks, "en"), examiner_client("en")
    with at(AFTER):
        shown = officer.get(page)
        assert one_heading(shown) == "Filings"
        assert "Report 1 (French, PDF)" in text(shown)
        assert "Take the folder" in text(shown)
        assert "Take the folder" not in text(examiner.get(page))
        assert examiner.post(folder).status_code == 404
        taken = officer.post(folder)
        assert ZipFile(io.BytesIO(content_of(taken))).testzip() is None
        duties = reverse("desk:duties", args=(cast.offering.pk,))
        assert page in html(officer.get(duties))
    entry = Entry.objects.get(action="equity:report:hand_over")
    assert entry.actor_id == cast.asks.id
    open_one = f.open_offering()
    assert officer.get(reverse("desk:filings", args=(open_one.offering.pk,))).status_code == 404


def test_everybody_else_gets_the_page_of_what_does_not_exist() -> None:
    cast = in_three_provinces()
    investor = f.investor_user(cast.offering.subscriptions.get(order=1).person)
    outsiders = (stranger(), client_of(investor), issuer_client(f.draft_offering()))
    paths = [issuing(name, cast) for name in ("issuing_filings", "filing_details")]
    paths.append(issuing("filing_draft", cast, "fr"))
    for client in outsiders:
        assert {client.get(path).status_code for path in paths} == {404}
        for name in ("filing_folder", "filing_issue"):
            assert client.post(issuing(name, cast)).status_code == 404
    assert {Client().get(path).status_code for path in paths} == {302}
    nothing = reverse("equity:issuing_filings", args=(UUID(int=7),))
    assert issuer_client(cast).get(nothing).status_code == 404
    assert not Entry.objects.filter(action="equity:report:hand_over").exists()
    assert User.objects.exists()
