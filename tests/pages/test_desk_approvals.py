"""What two officers do together at the desk, from the first one's page to the second one's."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import RoleGrant
from compliance.accounts.roles import SYSTEM, Role
from compliance.accounts.selectors import is_examiner, is_officer
from compliance.accounts.services import revoke_role
from compliance.approvals import acts
from compliance.approvals import services as approvals
from compliance.approvals.acts import Act
from compliance.approvals.models import ApprovalRequest
from documents.models import WordingConfirmation
from documents.selectors import comparable_statements, unconfirmed_statements
from equity.models import AccountInForce, IssuerAccount, Payout
from equity.selectors.money import payments_of
from equity.services import bank_details, filing, portals
from tests import factories as f
from tests.pages.issuing import (
    at,
    examiner_client,
    html,
    issuer_client,
    officer_client,
    one_heading,
    stranger,
)
from tests.pages.test_sent_twice import twice

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "institution": "815",
    "transit": "12 345",
    "number": "1234-567",
    "holder": "Érablière du Ruisseau inc.",
}
COMPARED = {"source": "Recueil des lois, 2021, p. 12", "source_digest": "a" * 64, "sure": "on"}


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def standing() -> ApprovalRequest:
    return ApprovalRequest.objects.get(standing=True)


def approves(client: Client, **instead: str) -> Any:
    """The second officer reads the page and presses its button, with what stands on it."""
    row = standing()
    page = html(client.get(desk("approval", row.pk)))
    [seen] = re.findall(r'name="seen" value="([0-9a-f]{64})"', page)
    assert seen == row.digest
    return client.post(desk("approve", row.pk), {"seen": seen} | instead)


def pair() -> tuple[Client, Client]:
    return officer_client(f.make_officer("Odile Côté")), officer_client(f.make_officer("Omar H."))


def test_a_new_officer_is_proposed_by_one_and_approved_by_another() -> None:
    first, second = pair()
    nora = f.make_user("Nora Nouvelle")
    with at(f.BOUND):
        answer = first.post(desk("grant"), {"email": nora.email, "role": "officer"})
        assert (answer.status_code, answer["Location"]) == (303, desk("approvals"))
        assert not is_officer(nora)
        assert "Nora Nouvelle" in html(second.get(desk("approvals")))
        mine = html(first.get(desk("approval", standing().pk)))
        assert 'data-code="approval.another_person"' in mine
        assert 'name="seen"' not in mine
        shown = html(second.get(desk("approval", standing().pk)))
        for told in ("Nora Nouvelle", nora.email, "Odile Côté", standing().digest):
            assert told in shown
        refused = first.post(desk("approve", standing().pk), {"seen": standing().digest})
        assert refused.status_code == 422
        assert "vous-même" in html(refused)
        assert approves(second).status_code == 303
        assert is_officer(nora)
        assert html(second.get(desk("staff"))).count("deux responsables") == 1
        gone = html(second.get(desk("approval", ApprovalRequest.objects.get().pk)))
        assert "ne tient plus" in gone
        assert 'type="submit"' not in gone.split("<main", 1)[1]


def test_an_examiner_is_named_by_one_and_a_role_is_taken_away_by_one() -> None:
    first, _second = pair()
    elise = f.make_user("Élise Regard")
    with at(f.BOUND):
        answer = twice(
            first,
            desk("staff"),
            {"email": elise.email, "role": "examiner"},
            to=desk("grant"),
        )
        assert answer["Location"] == desk("staff")
        assert is_examiner(elise)
        grant = RoleGrant.objects.get(user=elise)
        twice(first, desk("staff"), to=desk("revoke", grant.pk))
    assert not is_examiner(elise)


@pytest.mark.parametrize(
    ("email", "role", "status"),
    [
        ("personne@exemple.example", "officer", 422),
        ("odile.côté@exemple.example", "officer", 422),
        ("pas une adresse", "officer", 422),
        ("odile.côté@exemple.example", "issuer", 422),
        ("odile.côté@exemple.example", "examiner", 303),
    ],
)
def test_to_whom_a_role_is_given(email: str, role: str, status: int) -> None:
    _first, second = pair()
    with at(f.BOUND):
        answer = second.post(desk("grant"), {"email": email, "role": role})
    assert answer.status_code == status


def test_where_there_is_one_officer_the_installation_names_the_second() -> None:
    alone = officer_client(f.make_officer("Odile Côté"))
    nora = f.make_user("Nora Nouvelle")
    with at(f.BOUND):
        assert "manage.py grant_role officer" in html(alone.get(desk("staff")))
        answer = alone.post(desk("grant"), {"email": nora.email, "role": "officer"})
        assert answer.status_code == 422
        last = alone.post(desk("revoke", RoleGrant.objects.get().pk))
        assert last.status_code == 422
        assert "dernier responsable" in html(last)
    assert RoleGrant.objects.get().revoked_at is None
    assert not ApprovalRequest.objects.exists()


def test_a_statement_loses_its_draft_mark_in_that_language_alone() -> None:
    first, second = pair()
    day = f.BOUND.date()
    read = next(one for one in comparable_statements(day).values() if one.id == "R1")
    assert read.id in unconfirmed_statements("exempt", [read.language], day)
    page = desk("statement", read.version_digest)
    with at(f.BOUND):
        shown = html(first.get(page))
        assert 'lang="fr"' in shown
        assert 'lang="en"' in shown
        for wrong in ({"source": ""}, {"source_digest": "A" * 64}, {"sure": ""}):
            assert first.post(page, COMPARED | wrong).status_code == 422
        twice(first, page, COMPARED)
        assert "Odile Côté" in html(second.get(page))
        assert approves(second).status_code == 303
        confirmed = html(second.get(page))
        for told in ("Odile Côté", "Omar H.", COMPARED["source"], COMPARED["source_digest"]):
            assert told in confirmed
        assert first.post(page, COMPARED).status_code == 422
        assert first.get(desk("statement", "0" * 64)).status_code == 404
    other = "en" if read.language == "fr" else "fr"
    assert read.id not in unconfirmed_statements("exempt", [read.language], day)
    assert read.id in unconfirmed_statements("exempt", [other], day)
    assert read.grade == comparable_statements(day)[read.version_digest].grade
    assert WordingConfirmation.objects.count() == 1


def test_an_issuer_proposes_its_account_and_two_officers_pay_the_closing_to_it() -> None:
    cast = f.open_offering()
    for name in ("Anne", "Clara"):
        f.subscribed(cast, f.make_person(name), units=50)
    f.closed(cast)
    first, second = officer_client(cast.asks), officer_client(cast.approves)
    owner, pk = issuer_client(cast), cast.offering.pk
    with at(f.CLOSED):
        assert desk("ask_payout", pk) not in html(first.get(desk("payout", pk)))
        nothing = first.post(desk("ask_payout", pk))
        assert nothing.status_code == 422
        assert 'data-code="payout.account_in_force"' in html(nothing)
        mine = reverse("equity:account", args=(cast.issuer.pk,))
        assert one_heading(owner.get(mine))
        assert owner.post(mine, ACCOUNT | {"number": "12a"}).status_code == 422
        twice(owner, mine, ACCOUNT)
        proposed = IssuerAccount.objects.get()
        assert (proposed.number, proposed.transit, proposed.last_two) == ("1234567", "12345", "67")
        assert "finit par 67" in html(owner.get(mine))
        assert "1234567" not in html(owner.get(mine))
        twice(first, desk("account", cast.issuer.pk), to=desk("ask_account", proposed.pk))
        waiting = html(second.get(desk("account", cast.issuer.pk)))
        assert "attend une seconde personne</span>" in waiting
        assert desk("ask_account", proposed.pk) not in waiting
        assert "1234567" in html(second.get(desk("approval", standing().pk)))
        assert approves(second).status_code == 303
        assert AccountInForce.objects.get().account == proposed
        assert "67" in html(owner.get(mine))
        twice(first, desk("payout", pk), to=desk("ask_payout", pk))
        assert approves(second).status_code == 303
        paid = Payout.objects.get()
        assert paid.amount == paid.closing.amount
        assert "•••• 67" in html(first.get(desk("payout", pk)))
        again = first.post(desk("ask_payout", pk))
        assert 'data-code="payout.closed"' in html(again)
        assert first.post(desk("ask_account", proposed.pk)).status_code == 422


def test_an_account_that_changes_meanwhile_is_not_paid_to() -> None:
    cast = f.open_offering()
    for name in ("Anne", "Clara"):
        f.subscribed(cast, f.make_person(name), units=50)
    f.closed(cast)
    first, second = officer_client(cast.asks), officer_client(cast.approves)
    with at(f.CLOSED):
        for number in ("1111111", "2222222"):
            first.post(desk("account", cast.issuer.pk), ACCOUNT | {"number": number})
            newest = IssuerAccount.objects.latest("proposed_at")
            newest = next(one for one in IssuerAccount.objects.all() if one.number == number)
            first.post(desk("ask_account", newest.pk))
            if number == "1111111":
                approves(second)
                first.post(desk("ask_payout", cast.offering.pk))
                payout = standing()
        change = ApprovalRequest.objects.get(standing=True, act="bank_details")
        second.post(desk("approve", change.pk), {"seen": change.digest})
        refused = second.post(desk("approve", payout.pk), {"seen": payout.digest})
    assert refused.status_code == 422
    assert 'data-code="approval.unchanged"' in html(refused)
    assert not Payout.objects.exists()


def test_an_offering_of_a_portal_that_asks_for_two_officers() -> None:
    cast = f.draft_offering()
    first, second = officer_client(cast.asks), officer_client(cast.approves)
    f.certify(cast)
    filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    decide = desk("decide", cast.offering.pk, "approve")
    with at(f.OPENED):
        twice(first, desk("portal", cast.portal.pk), to=desk("two_officers", cast.portal.pk))
        assert "Deux responsables" in html(first.get(desk("portal", cast.portal.pk)))
        assert "exige deux responsables" in html(first.get(decide))
        said = first.post(decide, {"reason": ""}, follow=True)
        assert "en premier des deux" in html(said)
        assert cast.fresh().state == "submitted"
        again = first.post(decide, {"reason": ""})
        assert 'data-code="approval.another_person"' in html(again)
        stale = second.post(decide, {"reason": "", "seen": "0" * 64})
        assert 'data-code="approval.unchanged"' in html(stale)
        bare = second.post(desk("approve", standing().pk))
        assert bare.status_code == 422
        assert standing().digest in html(second.get(decide))
        assert approves(second).status_code == 303
    assert cast.fresh().state == "approved"


def test_sent_back_to_the_issuer_the_first_approval_no_longer_stands() -> None:
    cast = f.draft_offering()
    portals.ask_two_officers(actor=SYSTEM, portal_id=cast.portal.pk, at=f.OPENED)
    f.certify(cast)
    given = {"offering_id": cast.offering.pk, "at": f.OPENED}
    filing.submit(actor=cast.owner, **given)
    filing.approve(actor=cast.asks, **given)
    filing.request_changes(actor=cast.approves, reason="Le plan.", **given)
    assert not ApprovalRequest.objects.filter(standing=True).exists()
    filing.submit(actor=cast.owner, **given)
    filing.approve(actor=cast.approves, **given)
    assert cast.fresh().state == "submitted"


def test_a_request_is_ended_and_what_stands_elsewhere_is_not_approved_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = pair()
    monkeypatch.setitem(acts._table, "elsewhere", Act("elsewhere", "A", "A", "B.", "B."))
    odile = RoleGrant.objects.first()
    assert odile is not None
    actor = f.make_officer("Tierce Personne")
    request = approvals.ask(
        actor=actor, act="elsewhere", subject=odile, content={"hold": "h1"}, at=f.OPENED
    )
    with at(f.BOUND):
        page = html(second.get(desk("approval", request.pk)))
        assert "h1" in page
        assert 'name="seen"' not in page
        seen = {"seen": request.digest}
        assert second.post(desk("approve", request.pk), seen).status_code == 404
        twice(first, desk("approval", request.pk), to=desk("withdraw", request.pk))
        assert first.post(desk("withdraw", request.pk)).status_code == 422
    assert not ApprovalRequest.objects.get().standing


def test_who_sees_and_who_acts() -> None:
    cast = f.open_offering()
    account = bank_details.propose_account(
        actor=cast.asks,
        issuer_id=cast.issuer.pk,
        institution="815",
        transit="12345",
        number="1234567",
        holder="X",
        at=f.OPENED,
    ).subject
    row = bank_details.ask_account(actor=cast.asks, account_id=account.pk, at=f.OPENED).subject
    with at(f.BOUND):
        for language in ("fr", "en"):
            assert one_heading(
                officer_client(cast.approves, language).get(desk("approval", row.pk))
            )
        looks = examiner_client()
        page = html(looks.get(desk("approval", row.pk)))
        assert 'type="submit"' not in page.split("<main", 1)[1]
        for outsider in (stranger(), issuer_client(cast)):
            assert outsider.get(desk("approval", row.pk)).status_code == 404
        for outsider in (looks, stranger(), issuer_client(cast)):
            for name in ("approve", "withdraw"):
                assert outsider.post(desk(name, row.pk), {"seen": row.digest}).status_code == 404
            assert outsider.post(desk("ask_account", account.pk)).status_code == 404
        officer = officer_client(cast.approves)
        assert officer.get(desk("approval", uuid4())).status_code == 404
        assert officer.get(desk("payout", cast.offering.pk)).status_code == 404
        assert (
            issuer_client(f.draft_offering(issuer=f.make_issuer(name="Y")))
            .get(reverse("equity:account", args=(cast.issuer.pk,)))
            .status_code
            == 404
        )
    assert row.standing


def test_a_payment_in_error_is_taken_back_by_two() -> None:
    cast = f.open_offering()
    row = f.subscribed(cast, f.make_person(), units=20)
    first, second = officer_client(cast.asks), officer_client(cast.approves)
    payment = payments_of(row).get()
    page = desk("correct", row.pk, payment.entry_id)
    with at(f.OPENED):
        assert page in html(first.get(desk("subscription", row.pk)))
        assert page not in html(examiner_client().get(desk("subscription", row.pk)))
        for outsider in (examiner_client(), stranger(), issuer_client(cast)):
            assert outsider.get(page).status_code == 404
            assert outsider.post(page, {"reason": "returned"}).status_code == 404
        assert one_heading(first.get(page))
        assert first.get(desk("correct", row.pk, uuid4())).status_code == 404
        for wrong in ("", "because"):
            assert first.post(page, {"reason": wrong}).status_code == 422
        twice(first, page, {"reason": "returned"})
        assert "revenu impayé" in html(second.get(desk("approval", standing().pk)))
        assert approves(second).status_code == 303
        assert "Paiement repris" in html(first.get(desk("ledger", cast.offering.pk)))
        assert page not in html(first.get(desk("subscription", row.pk)))
    row.refresh_from_db(fields=["paid"])
    assert row.paid == 0


def test_a_role_that_ended_between_the_two_is_told() -> None:
    first, second = pair()
    nora = f.make_user("Nora Nouvelle")
    with at(f.BOUND):
        first.post(desk("grant"), {"email": nora.email, "role": "officer"})
        odile = RoleGrant.objects.order_by("granted_at", "pk").get(holder=standing().asked_by)
        revoke_role(actor=SYSTEM, user=odile.user, role=Role.OFFICER, at=f.BOUND)
        answer = second.post(desk("approve", standing().pk), {"seen": standing().digest})
    assert answer.status_code == 422
    assert 'data-code="approval.by_officers"' in html(answer)
    assert not is_officer(nora)
