"""What the portal asked to change, on the issuer's pages: read, answered, and nobody else's."""

import pytest

from equity.models import Remark, RemarkAnswer
from equity.services import filing
from equity.services.remarks import ask_changes
from tests.factories import OPENED, Cast, certify, draft_offering
from tests.pages.issuing import at, html, issuer_client, issuing, one_heading, stranger

pytestmark = pytest.mark.django_db

TOLD = (
    ("10.1", "Dites ce que le gel a coûté."),
    ("5.7", "Le prix est-il juste?"),
    ("", "Relisez."),
)


def asked() -> Cast:
    cast = draft_offering()
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    ask_changes(actor=cast.asks, offering_id=cast.offering.pk, remarks=TOLD, at=OPENED)
    return cast


@pytest.mark.parametrize(("language", "said"), [("fr", "3 attendent"), ("en", "3 wait")])
def test_the_offering_says_what_waits_and_the_section_shows_its_own(
    language: str, said: str
) -> None:
    cast = asked()
    client = issuer_client(cast, language)
    with at(OPENED):
        assert said in html(client.get(issuing("issuing", cast)))
        page = html(client.get(issuing("issuing_section", cast, "risks")))
        terms = html(client.get(issuing("issuing_section", cast, "terms")))
        every = client.get(issuing("issuing_remarks", cast))
    assert "Dites ce que le gel" in page
    assert "Le prix est-il juste?" not in page
    assert "Le prix est-il juste?" in terms
    assert all(text in html(every) for _item, text in TOLD)
    one_heading(every)


def test_an_answer_is_recorded_and_leads_back_to_its_section() -> None:
    cast = asked()
    client, remark = issuer_client(cast), Remark.objects.get(item="10.1")
    with at(OPENED):
        url = issuing("issuing_answer", cast, remark.pk)
        response = client.post(url, {"text": "Troisième risque.", "then": "risks"})
        assert response["Location"] == issuing("issuing_section", cast, "risks")
        response = client.post(url, {"text": "Voir 10.1.", "then": "//ailleurs"})
        assert response["Location"] == issuing("issuing_remarks", cast)
        assert "2 attendent" in html(client.get(issuing("issuing", cast)))
    assert sorted(RemarkAnswer.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("text", ["", "   ", "a" * 2001, "un\x07deux"])
def test_a_bad_answer_is_told_and_what_was_typed_stays(text: str) -> None:
    cast = asked()
    remark = Remark.objects.get(item="")
    with at(OPENED):
        response = issuer_client(cast).post(
            issuing("issuing_answer", cast, remark.pk), {"text": text}
        )
    assert response.status_code == 422
    assert "field__error" in html(response)
    assert text[:2000].strip() in html(response)
    assert not RemarkAnswer.objects.exists()


def test_once_submitted_again_the_answers_are_read_and_no_more_written() -> None:
    cast = asked()
    client, remark = issuer_client(cast), Remark.objects.get(item="")
    with at(OPENED):
        url = issuing("issuing_answer", cast, remark.pk)
        client.post(url, {"text": "C'est relu."})
        certify(cast)
        filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
        page = html(client.get(issuing("issuing_remarks", cast)))
        assert "C&#x27;est relu." in page
        assert "<textarea" not in page
        response = client.post(url, {"text": "Encore."})
    assert response.status_code == 422
    assert RemarkAnswer.objects.count() == 1


def test_nobody_else_reads_or_answers_and_an_offering_without_requests_has_no_such_page() -> None:
    cast, other = asked(), draft_offering()
    remark = Remark.objects.get(item="")
    with at(OPENED):
        for who in (stranger(), issuer_client(other)):
            assert who.get(issuing("issuing_remarks", cast)).status_code == 404
            url = issuing("issuing_answer", cast, remark.pk)
            assert who.post(url, {"text": "Moi."}).status_code == 404
        mine = issuer_client(other)
        assert mine.get(issuing("issuing_remarks", other)).status_code == 404
        url = issuing("issuing_answer", other, remark.pk)
        assert mine.post(url, {"text": "Moi."}).status_code == 404


def test_the_page_of_remarks_asks_as_much_of_the_database_with_few_and_with_many(
    django_assert_max_num_queries: object,
) -> None:
    cast = asked()
    client = issuer_client(cast)
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    ask_changes(
        actor=cast.asks, offering_id=cast.offering.pk, remarks=[("2.1", "x")] * 60, at=OPENED
    )
    with at(OPENED), django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(issuing("issuing_remarks", cast))
