"""What the portal says of itself: Form 45-110F5 as a document, and the one that counts on a day."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES
from compliance.rules.wording.resource import prescribed_of
from compliance.rules.wording.wording import statement
from documents.confirming import WordingFault, compare_wording
from documents.models import Document
from documents.selectors import unconfirmed_statements
from equity.models import Portal
from equity.selectors.facts import portal_facts
from equity.selectors.portal_papers import own_paper, resources_papers
from equity.services.portals import certify_resources
from tests import factories as f
from tests.pages.issuing import at, officer_client
from tests.papers.test_wording import confirm, put_in, resource

pytestmark = pytest.mark.django_db

DAY = f.OPENED.date()


def certified(cast: f.Cast, on: date = DAY) -> list[Document]:
    """The papers of a certificate that an officer records."""
    certify_resources(
        actor=cast.asks,
        portal_id=cast.portal.pk,
        at=f.OPENED,
        on=on,
        reference="A5",
    )
    return resources_papers(cast.portal, [on]).get(on, [])


def test_a_certificate_is_issued_in_both_languages_with_its_due_day() -> None:
    cast = f.draft_offering()
    papers = certified(cast)
    assert [paper.language for paper in papers] == ["fr", "en"]
    due = cast.portal.duties.get(code=CERTIFY_RESOURCES, done_at=None)
    for paper in papers:
        assert (paper.offering_id, paper.person_id) == (None, None)
        assert paper.facts["sufficient_until"] == due.due_on.isoformat() == "2026-09-02"
        # An officer records it, and signs it for nobody.
        assert paper.facts["signed"] is None
        # Every statement is one that nobody has confirmed: the paper is a draft.
        assert paper.facts["unconfirmed"][-2:] == ["F5.C1", "F5.D"]


def test_the_same_day_told_again_issues_nothing_more() -> None:
    cast = f.draft_offering()
    assert certified(cast) == certified(cast)


def test_a_dealer_issues_none() -> None:
    cast = f.draft_offering()
    Portal.objects.filter(pk=cast.portal.pk).update(kind="dealer")
    assert certified(cast) == []


@pytest.mark.parametrize("kind", ["share_certificate", "portal_resources_certificate"])
def test_only_papers_of_the_portal_are_of_no_offering(kind: str) -> None:
    paper = certified(f.draft_offering())[0]
    of_one = uuid4() if kind.startswith("portal") else None
    wrong = Document.objects.filter(pk=paper.pk)
    with pytest.raises(IntegrityError, match="of_an_offering_or_of_none"), transaction.atomic():
        wrong.update(kind=kind, offering_id=of_one)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_placeholder_cannot_be_compared_with_an_official_text(language: str) -> None:
    words = statement("F5.C1", language, DAY)  # type: ignore[arg-type]
    assert words.kind == "placeholder"
    with pytest.raises(WordingFault):
        compare_wording(
            actor=f.draft_offering().asks,
            text_digest=words.version_digest,
            source="Règlement 45-110",
            source_digest="0" * 64,
            at=f.OPENED,
        )


def test_the_certificate_that_counts_is_the_last_one_of_the_day_that_is_judged() -> None:
    cast = f.draft_offering()
    own = cast.portal.f5_certificates.earliest("certified_on").certified_on
    early = own - timedelta(days=400)
    for day in (early, DAY):
        certified(cast, on=day)
    told = {
        own - timedelta(days=401): None,
        early: early,
        own - timedelta(days=1): early,
        own: own,
        DAY - timedelta(days=1): own,
        DAY: DAY,
        DAY + timedelta(days=90): DAY,
    }
    # The broken copy, which took the latest whatever day was judged, would tell five of them wrong.
    assert sum(told[day] != max(filter(None, told.values())) for day in told) == 5
    with CaptureQueriesContext(connection) as asked:
        assert {day: portal_facts(cast.portal, day).f5_certified for day in told} == told
    assert len(asked) == len(told)


def test_the_page_hands_the_documents_out_and_no_other_portal_does() -> None:
    cast = f.draft_offering()
    paper = certified(cast)[0]
    other = f.make_portal(name="Autre portail (exemple)")
    client, url = officer_client(cast.asks), document_url(cast.portal, paper)
    with at(f.OPENED):
        page = client.get(reverse("desk:portal", args=[cast.portal.pk]))
        assert url in page.content.decode()
        answer = client.get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert client.get(document_url(other, paper)).status_code == 404
        # The duty that this certificate did shows it too; the one it left waits for the next.
        shown = {duty.event_on: papers for duty, _title, papers in page.context["duties"]}
    assert shown[date(2026, 1, 5)][0].pk == paper.pk
    assert shown[DAY] == []
    assert own_paper(other, paper.pk) is None


def document_url(portal: Portal, paper: Document) -> str:
    return reverse("desk:portal_document", args=[portal.pk, paper.pk])


def test_the_mark_goes_once_the_official_words_were_put_in_and_confirmed_by_another() -> None:
    """French only: the English paper keeps its mark, and so does the one issued before."""
    cast = f.draft_offering()
    before = certified(cast)
    texts = {one.id: one.text for one in prescribed_of("45-110F5", "fr")}
    official = "Le portail atteste qu'il dispose des ressources nécessaires. (exemple)"
    given = resource(texts | {"F5.C1": official}, form="45-110F5")
    for request in put_in(cast.asks, given).asked:
        confirm(cast.approves, request)
    french, english = certified(cast)
    assert french.facts["unconfirmed"] == []
    assert official in {one["text"] for one in french.facts["wording"]}
    assert (french.supersedes, english) == (before[0], before[1])
    assert french.facts["supersedes"] == before[0].facts["reference"]
    assert french.facts["reference"] == before[0].facts["reference"] + "-2"
    assert english.facts["unconfirmed"] == before[1].facts["unconfirmed"] != []
    assert "F5.C1" in Document.objects.get(pk=before[0].pk).facts["unconfirmed"]
    # No offering waits for the words of the portal's own forms.
    assert not {one for one in unconfirmed_statements("exempt", ["en"], DAY) if one[:2] == "F5"}
