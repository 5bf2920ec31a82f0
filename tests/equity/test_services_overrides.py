"""What holds back the money of a closing, and the override of a hold, beyond what E4 tries."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import transaction

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Entry
from compliance.casework.kinds import FLAGS
from compliance.casework.models import Case, CaseFlag, OverrideReason
from compliance.casework.rules import Likeness, casebook, near_match, third_party
from compliance.casework.selectors import holding_flags
from compliance.casework.services import CaseRefused, clear_flag, open_case, raise_case, settle_case
from compliance.rules.kernel.terms import term
from equity.models import Payout, Subscription
from equity.refusal import Refused
from equity.selectors.holds import holds_on
from equity.services import money, overrides, payouts
from tests import factories as f
from tests.equity.acts_of_two import asked_account, second
from tests.equity.test_services_two_people import bank_details

pytestmark = pytest.mark.django_db
WHY = "Deux sœurs; pièces vues."


def flag_on(
    subject: object, matter: str = "m", concerns: tuple = (), at: object = f.CLOSED
) -> CaseFlag:
    """A holding flag, whatever it is about."""
    return raise_case(
        actor=SYSTEM,
        finding=near_match(Likeness(2, "email"), casebook(f.CLOSED.date())),
        subject=subject,
        matter=matter,
        concerns=concerns,
        at=at,
    )


def closed_with(withdrawn: bool = False) -> tuple[f.Cast, list[Subscription]]:
    """A closed offering with two completed subscriptions, an account in force; and one that was
    withdrawn, where asked."""
    cast = f.open_offering()
    rows = [f.subscribed(cast, f.make_person(name), units=50) for name in ("Anne", "Clara")]
    if withdrawn:
        rows.append(f.subscribed(cast, f.make_person("Wanda"), units=5))
        money.withdraw(
            actor=f.investor_actor(rows[2].person), subscription_id=rows[2].pk, at=f.OPENED
        )
    second(bank_details.approve_account, cast, asked_account(cast))()
    f.closed(cast)
    return cast, rows


def ask_payout(cast: f.Cast) -> ApprovalRequest:
    return payouts.ask_payout(actor=cast.asks, offering_id=cast.offering.pk, at=f.CLOSED).subject


def pay_out(cast: f.Cast) -> Payout:
    request = ask_payout(cast)
    return payouts.approve_payout(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=f.CLOSED
    ).subject


def ask(cast: f.Cast, case: Case, reason: str = WHY) -> ApprovalRequest:
    return overrides.ask_override(
        actor=cast.asks, case_id=case.pk, reason=reason, at=f.CLOSED
    ).subject


def approve(cast: f.Cast, request: ApprovalRequest) -> object:
    return overrides.approve_override(
        actor=cast.approves, request_id=request.pk, seen=request.digest, at=f.CLOSED
    ).subject


SUBJECTS: dict[str, tuple[Callable[[f.Cast, list[Subscription]], object], bool]] = {
    "a completed subscription": (lambda cast, rows: rows[0], True),
    "a person of one": (lambda cast, rows: rows[1].person, True),
    "the offering": (lambda cast, rows: cast.offering, True),
    "the issuer": (lambda cast, rows: cast.issuer, True),
    "a withdrawn subscription": (lambda cast, rows: rows[2], False),
    "the person of one": (lambda cast, rows: rows[2].person, False),
    "another issuer": (lambda cast, rows: f.make_issuer(name="Autre inc."), False),
    "a subscription by the offering's id": (
        lambda cast, rows: ("equity.subscription", cast.offering.pk),
        False,
    ),
}


def test_what_holds_the_money_of_a_closing() -> None:
    cast, rows = closed_with(withdrawn=True)
    for name, (subject, held) in SUBJECTS.items():
        with transaction.atomic():
            flag_on(subject(cast, rows))
            assert holds_on(cast.fresh()).exists() is held, name
            if held:
                with pytest.raises(Refused) as refusal:
                    ask_payout(cast)
                [found] = [one for one in refusal.value.findings if not one.met]
                assert (found.code, found.figures["flags"]) == ("payout.not_held", 1), name
                assert "identités presque semblables" in found.message("fr")
                assert "(nearly matching identities)" in found.message("en")
            else:
                assert pay_out(cast).amount == cast.fresh().closing.amount, name
            transaction.set_rollback(True)


def test_a_person_whom_a_flag_concerns_holds_too_and_a_flag_that_does_not_hold_does_not() -> None:
    cast, rows = closed_with()
    twin = f.make_person("Zoé")
    flag = flag_on(twin, concerns=(rows[0].person_id,))
    assert list(holds_on(cast.fresh())) == [flag]
    with pytest.raises(Refused, match=r"payout\.not_held"):
        ask_payout(cast)
    clear_flag(actor=cast.asks, flag=flag, reason="Vu.", at=f.CLOSED)
    assert pay_out(cast)


def test_a_flag_that_came_after_the_payout_was_asked_for_holds_it() -> None:
    cast, rows = closed_with()
    request = ask_payout(cast)
    flag = flag_on(rows[0].person)
    given = {"actor": cast.approves, "request_id": request.pk, "seen": request.digest}
    with pytest.raises(Refused, match=r"payout\.not_held"):
        payouts.approve_payout(**given, at=f.CLOSED)
    approve(cast, ask(cast, flag.case))
    assert payouts.approve_payout(**given, at=f.CLOSED).subject.amount > 0


def test_an_override_lifts_the_flags_that_it_names_and_no_later_one() -> None:
    cast, rows = closed_with()
    flag, other = flag_on(rows[0].person), flag_on(rows[0].person, "m2")
    row = approve(cast, ask(cast, flag.case))
    assert set(row.flags.all()) == {flag, other}
    assert not holding_flags(rows[0].person).exists()
    flag.refresh_from_db()
    assert flag.cleared_at is None  # it stays, and a decision may still confirm or clear it
    assert flag.case.state == Case.State.OPEN
    later = flag_on(rows[0].person, "m3")
    assert list(holds_on(cast.fresh())) == [later]
    with pytest.raises(Refused, match=r"payout\.not_held"):
        ask_payout(cast)
    assert list(approve(cast, ask(cast, flag.case)).flags.all()) == [later]
    assert pay_out(cast)


def test_what_a_decision_confirmed_holds_on_and_is_overridden_after_it() -> None:
    cast, rows = closed_with()
    flag = flag_on(rows[0].person)
    settle_case(
        actor=cast.asks, case=flag.case, outcome="same_person", reason="Permis.", at=f.CLOSED
    )
    assert list(holds_on(cast.fresh())) == [flag]
    decided = Case.objects.get(pk=flag.case_id)
    later = open_case(
        actor=cast.asks, kind="near_match", subject=rows[0].person, at=f.CLOSED, follows=decided
    )
    for case in (decided, later):  # asked for in either of the two
        asked = ask(cast, case)
        assert asked.said["flags"] == [flag.pk]
    approve(cast, asked)
    assert pay_out(cast)


def test_what_is_asked_for_binds_the_words_the_flags_and_whom_they_serve() -> None:
    cast, rows = closed_with()
    elsewhere = f.open_offering(issuer=f.make_issuer(name="Autre inc."))
    flag = flag_on(rows[0].person)
    request = ask(cast, flag.case)
    said = request.said
    given = OverrideReason.objects.get(pk=said["reason"])
    assert given.reason == WHY
    assert WHY not in request.content
    assert said["words"] == bytes(given.reason_index).hex()
    assert (said["flags"], said["persons"]) == ([flag.pk], [str(rows[0].person_id)])
    assert said["issuers"] == [str(cast.issuer.pk)]
    f.subscribed(elsewhere, rows[0].person, units=1)
    with pytest.raises(Refused, match=r"approval\.unchanged"):
        approve(cast, request)
    again = ask(cast, flag.case)
    assert len(again.said["issuers"]) == 2
    approve(cast, again)
    entries = Entry.objects.filter(subject_id=flag.case_id, action__contains="override")
    assert [one.action for one in entries.order_by("position")] == [
        "casework:case:ask_override",
        "casework:case:ask_override",
        "casework:case:override",
    ]


def test_who_asks_and_what_for() -> None:
    cast, rows = closed_with()
    flag = flag_on(rows[0])
    given = {"case_id": flag.case_id, "at": f.CLOSED}
    for actor in (SYSTEM, cast.owner, Actor(Role.EXAMINER, cast.asks.id)):
        with pytest.raises(Refused, match=r"actor\.not_allowed"):
            overrides.ask_override(actor=actor, reason=WHY, **given)
    with pytest.raises(CaseRefused, match="words"):
        overrides.ask_override(actor=cast.asks, reason=" ", **given)
    with pytest.raises(Case.DoesNotExist):
        overrides.ask_override(actor=cast.asks, reason=WHY, case_id=uuid4(), at=f.CLOSED)
    clear_flag(actor=cast.asks, flag=flag, reason="Vu.", at=f.CLOSED)
    with pytest.raises(Refused, match=r"override\.holds"):
        ask(cast, flag.case)
    assert not OverrideReason.objects.exists()


def test_every_kind_of_case_that_holds_has_its_words() -> None:
    holding = {flag.kind for flag in FLAGS.values() if flag.holding}
    assert holding
    for kind in holding:
        for language in ("fr", "en"):
            assert term(f"case_{kind}", language) != f"case_{kind}"


def test_a_payment_of_a_third_party_holds_its_own_closing() -> None:
    cast, rows = closed_with()
    raise_case(
        actor=SYSTEM,
        finding=third_party(rows[0].amount, casebook(f.CLOSED.date())),
        subject=rows[0],
        matter="t",
        at=f.CLOSED,
    )
    with pytest.raises(Refused) as refusal:
        ask_payout(cast)
    assert "paiement d'un tiers" in refusal.value.findings[-1].message("fr")
