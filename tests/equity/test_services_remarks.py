"""Changes asked item by item: who may ask, what is kept, and what an answer is worth."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.audit.models import Entry
from equity import moves
from equity.mails.facts import offering_facts
from equity.models import Remark, RemarkAnswer
from equity.refusal import Refused
from equity.remarking import ITEMS, LONGEST_REMARK, MOST_REMARKS
from equity.selectors.remarks import latest_request, requests_of
from equity.services import filing
from equity.services.remarks import RemarkError, answer_remark, ask_changes
from tests.factories import OPENED, Cast, certify, draft_offering, issuer_actor, make_issuer

pytestmark = pytest.mark.django_db

TOLD = (("10.1", "Dites ce que le gel a coûté."), ("", "Relisez l'anglais."))


def submitted() -> Cast:
    cast = draft_offering()
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    return cast


def asked(cast: Cast, remarks: object = TOLD) -> None:
    ask_changes(
        actor=cast.asks,
        offering_id=cast.offering.pk,
        remarks=remarks,  # type: ignore[arg-type]
        at=OPENED,
    )


def test_each_remark_is_kept_with_its_item_and_waits() -> None:
    cast = submitted()
    asked(cast)
    assert cast.fresh().state == moves.CHANGES_REQUESTED
    request = latest_request(cast.offering)
    assert request is not None
    assert [(told.item, told.remark.text) for told in request.waiting] == list(TOLD)
    assert {told.remark.version_id for told in request.remarks} == {cast.offering.working_id}
    entry = Entry.objects.filter(action="equity:offering:remark").get()
    assert entry.payload["items"] == ["", "10.1"]
    assert "gel" not in str(entry.payload)


def test_an_answer_stands_until_a_later_one_and_both_are_kept() -> None:
    cast = submitted()
    asked(cast)
    remark = Remark.objects.get(item="10.1")
    for hours, text in ((1, "C'est fait."), (2, "  Voir 10.1, troisième risque. ")):
        answer_remark(
            actor=cast.owner, remark_id=remark.pk, text=text, at=OPENED + timedelta(hours=hours)
        )
    request = latest_request(cast.fresh())
    assert request is not None
    assert [told.item for told in request.waiting] == [""]
    answer = request.remarks[0].answer
    assert answer is not None
    assert answer.text == "Voir 10.1, troisième risque."
    assert RemarkAnswer.objects.filter(remark=remark).count() == 2


def test_a_second_request_has_its_own_number_and_the_first_stays() -> None:
    cast = submitted()
    asked(cast)
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    asked(cast, [("2.1", "Le téléphone manque.")])
    requests = requests_of(cast.fresh())
    assert [(one.number, len(one.remarks)) for one in requests] == [(2, 1), (1, 2)]


@pytest.mark.parametrize(
    ("remarks", "why"),
    [
        ([], "none"),
        ([("10.1", " \n ")], "empty"),
        ([("15.1", "Quoi?")], "item"),
        ([("1.1", "Un énoncé prescrit ne se change pas.")], "item"),
        ([("10.1", "a" * (LONGEST_REMARK + 1))], "long"),
        ([("10.1", "a")] * (MOST_REMARKS + 1), "many"),
    ],
)
def test_what_is_no_remark_asks_for_nothing(remarks: list[tuple[str, str]], why: str) -> None:
    cast = submitted()
    with pytest.raises(RemarkError) as error:
        asked(cast, remarks)
    assert error.value.why == why
    assert cast.fresh().state == moves.SUBMITTED
    assert not Remark.objects.exists()


def test_at_the_limits_remarks_are_kept() -> None:
    cast = submitted()
    asked(cast, [("10.1", "a" * LONGEST_REMARK)] * MOST_REMARKS)
    assert Remark.objects.count() == MOST_REMARKS


def test_every_item_of_the_form_that_an_issuer_writes_may_be_remarked_on() -> None:
    cast = submitted()
    asked(cast, [(item, "À revoir.") for item in ITEMS])
    assert list(Remark.objects.values_list("item", flat=True)) == list(ITEMS)


def test_only_an_officer_asks_and_only_the_issuer_answers() -> None:
    cast = submitted()
    with pytest.raises(Refused):
        ask_changes(actor=cast.owner, offering_id=cast.offering.pk, remarks=TOLD, at=OPENED)
    asked(cast)
    remark = Remark.objects.get(item="")
    for actor in (cast.asks, issuer_actor(make_issuer(name="Une autre inc."))):
        with pytest.raises(Refused) as error:
            answer_remark(actor=actor, remark_id=remark.pk, text="Oui.", at=OPENED)
        assert error.value.findings[0].code == "actor.not_allowed"
    assert not RemarkAnswer.objects.exists()


def test_nothing_is_asked_before_it_is_submitted_nor_answered_after() -> None:
    cast = draft_offering()
    with pytest.raises(Refused):
        asked(cast)
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    asked(cast)
    certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
    remark = Remark.objects.get(item="")
    with pytest.raises(Refused) as error:
        answer_remark(actor=cast.owner, remark_id=remark.pk, text="Tard.", at=OPENED)
    assert error.value.findings[0].code == "state.not_allowed"


def test_asked_twice_under_one_key_it_is_asked_once() -> None:
    cast = submitted()
    for _time in range(2):
        ask_changes(
            actor=cast.asks, offering_id=cast.offering.pk, remarks=TOLD, at=OPENED, key="une-fois"
        )
    assert Remark.objects.count() == 2


@pytest.mark.parametrize("table", ["equity_remark", "equity_remarkanswer"])
def test_neither_is_ever_changed_or_removed(table: str) -> None:
    cast = submitted()
    asked(cast)
    answer_remark(
        actor=cast.owner,
        remark_id=Remark.objects.first().pk,
        text="Oui.",
        at=OPENED,  # type: ignore[union-attr]
    )
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_letter_names_the_items_and_not_the_words() -> None:
    cast = submitted()
    asked(cast)
    entry = Entry.objects.get(action="equity:offering:request_changes")
    facts = offering_facts(cast.fresh(), entry, "fr")
    assert (facts["remarks"], facts["items"]) == ("2", "10.1")
    assert "gel" not in str(facts)
