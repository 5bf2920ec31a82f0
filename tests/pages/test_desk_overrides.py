"""The override of a hold at the desk: asked for on the case, read and approved, then paid out."""

import pytest

from compliance.casework.models import CaseFlag, Override
from equity.models import Payout
from tests import factories as f
from tests.equity.test_services_overrides import WHY, closed_with, flag_on
from tests.pages.issuing import at, examiner_client, html, issuer_client, officer_client, stranger
from tests.pages.test_desk_approvals import approves, desk, standing
from tests.pages.test_sent_twice import twice

pytestmark = pytest.mark.django_db


def test_a_payout_says_what_holds_it_and_two_officers_override_the_hold() -> None:
    cast, rows = closed_with()
    flag = flag_on(rows[0].person, concerns=(rows[1].person_id,))
    first, second = officer_client(cast.asks), officer_client(cast.approves)
    paying, case = desk("payout", cast.offering.pk), desk("case", flag.case_id)
    asking = desk("case_override", flag.case_id)
    with at(f.CLOSED):
        held = html(first.get(paying))
        assert case in held
        assert rows[0].person.display_name in held
        assert "Ce qui retient cet argent" in held
        refused = first.post(desk("ask_payout", cast.offering.pk))
        assert refused.status_code == 422
        assert 'data-code="payout.not_held"' in html(refused)
        assert first.post(asking, {"reason": " "}).status_code == 422
        twice(first, case, {"reason": WHY}, to=asking)
        waits = desk("approval", standing().pk)
        assert waits in html(first.get(case))
        read = html(second.get(waits))
        people = (rows[0].person, rows[1].person)
        for words in (WHY, cast.issuer.name, standing().digest, *(p.display_name for p in people)):
            assert words in read
        assert "2 personnes inscrites" in read
        assert 'data-code="approval.another_person"' in html(first.get(waits))
        assert approves(second).status_code == 303
        after = html(first.get(case))
        assert WHY in after
        assert asking not in after
        assert "blocage levé par deux responsables" in after
        assert "Ce qui retient" not in html(first.get(paying))
        assert first.post(desk("ask_payout", cast.offering.pk)).status_code == 303
        assert approves(second).status_code == 303
    assert (Override.objects.count(), Payout.objects.count()) == (1, 1)
    assert CaseFlag.objects.get().override == Override.objects.get()


def test_who_asks_for_an_override_and_when_there_is_nothing_to_override() -> None:
    cast, rows = closed_with()
    flag = flag_on(rows[0])
    asking, case = desk("case_override", flag.case_id), desk("case", flag.case_id)
    with at(f.CLOSED):
        client = officer_client(cast.asks, "en")
        assert "Ask to override the hold" in html(client.get(case))
        assert client.get(asking).status_code == 405
        for outsider in (examiner_client(), stranger(), issuer_client(cast)):
            assert outsider.post(asking, {"reason": WHY}).status_code == 404
        assert asking not in html(examiner_client().get(case))
        client.post(desk("case_clear", flag.pk), {"reason": "Son compte."})
        again = client.post(asking, {"reason": WHY})
    assert again.status_code == 422
    assert 'data-code="override.holds"' in html(again)
