"""An answer to a risk statement stays under the words that were shown, whatever came after them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.rules.wording import packaged, risk_statements
from documents.shelf import known
from equity.selectors.personal import _answers
from equity.services import subscribing
from investors.risks import Answered, risks_digest
from tests import factories as f
from tests.papers.reading import facts_of
from tests.papers.test_wording import LATER, R1, confirm, printed, put_in, resource

pytestmark = pytest.mark.django_db


def test_an_answer_to_words_is_never_shown_under_the_next_ones() -> None:
    cast, day = f.open_offering(), f.OPENED.date()
    asked = {one: known().shelf.statement(one, "fr", day, "exempt").text
             for one in risk_statements("exempt", day)}  # fmt: skip
    person = f.make_person("Anne")
    row = f.acknowledged(cast, person)
    old = facts_of(cast.offering.pk, "risk_acknowledgement")
    done = put_in(cast.asks, resource(asked | {"R1": R1}, form="45-110F2"))
    for request in done.asked:
        confirm(cast.approves, request, at=LATER)
    again = f.acknowledged(cast, person, at=LATER + timedelta(hours=1))
    new = facts_of(cast.offering.pk, "risk_acknowledgement")
    assert (printed(old, "R1"), printed(new, "R1")) == (asked["R1"], R1)
    words = [told[3] for told in _answers(person) if told[2] == "R1"]
    assert words == [asked["R1"], R1]
    # Also where the clocks of two machines differ: the digest decides, and not the instant.
    row.at = LATER + timedelta(days=1)
    again.at = f.OPENED
    now = known().shelf
    assert Answered(row, "exempt", day, now).words("R1", "fr") == asked["R1"]
    assert Answered(again, "exempt", day, now).words("R1", "fr") == R1
    row.statements_digest = "0" * 64
    assert "reconnaissance" in Answered(row, "exempt", day, now).words("R1", "fr")


def test_an_answer_to_words_that_changed_meanwhile_is_not_taken() -> None:
    cast, day = f.open_offering(), f.OPENED.date()
    person = f.make_person("Anne")
    seen = risks_digest(packaged(), "exempt", "fr", day)
    asked = {one: known().shelf.statement(one, "fr", day, "exempt").text
             for one in risk_statements("exempt", day)}  # fmt: skip
    given: dict[str, Any] = {
        "actor": f.investor_actor(person),
        "offering_id": cast.offering.pk,
        "answers": dict.fromkeys(asked, True),
        "at": LATER,
    }
    for request in put_in(cast.asks, resource(asked | {"R1": R1}, form="45-110F2")).asked:
        confirm(cast.approves, request)
    with pytest.raises(subscribing.WordsMovedError):
        subscribing.acknowledge_risks(seen=seen, **given)
    assert not person.acknowledgements.exists()
    subscribing.acknowledge_risks(seen=risks_digest(known().shelf, "exempt", "fr", day), **given)


def test_a_subscription_asks_about_the_wording_along_with_the_offering_and_no_more() -> None:
    cast = f.open_offering()
    (request,) = put_in(cast.asks, resource({"P7": "Vous pourriez ne jamais revendre."})).asked
    confirm(cast.approves, request)
    f.subscribed(cast, f.make_person("Anne"), paid=False)
    clara = f.make_person("Clara")
    f.acknowledged(cast, clara)
    with CaptureQueriesContext(connection) as caught:
        subscribing.subscribe(
            actor=f.investor_actor(clara),
            offering_id=cast.offering.pk,
            units=4,
            insider=False,
            at=LATER,
        )
    asked = [one["sql"] for one in caught if "documents_wording" in one["sql"]]
    assert [sql for sql in asked if "equity_offering" not in sql] == []
    facts = facts_of(cast.offering.pk, "subscription_agreement")
    assert printed(facts, "P7") == "Vous pourriez ne jamais revendre."
