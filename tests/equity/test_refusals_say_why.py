"""What a state has and is refused all the same: the refusal says why, and what else is left."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import duties as known
from equity.models import Duty, GroupEdge
from equity.refusal import Refused
from equity.services import amendments, duties, filing, issuers, life, money, subscribing
from tests import factories as f

pytestmark = pytest.mark.django_db
SOON = f.OPENED + timedelta(minutes=30)


@pytest.fixture
def cast() -> f.Cast:
    return f.open_offering()


def refused(act: Callable[[], object]) -> Finding:
    with pytest.raises(Refused) as refusal:
        act()
    (finding,) = refusal.value.findings
    assert finding.code == "state.not_allowed"
    assert "_" not in finding.message("fr") + finding.message("en")
    return finding


def why(act: Callable[[], object]) -> str:
    return str(refused(act).figures["why"])


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("0.00", "other_amount"), ("100.00", ""), ("100.01", "other_amount")],
)
def test_a_payment_of_another_amount(cast: f.Cast, amount: str, reason: str) -> None:
    marie = f.make_person()
    one = f.subscribed(cast, marie, units=4, paid=False)
    assert one.owed == Decimal("100.00")

    def pay(amount: Decimal) -> None:
        actor = f.investor_actor(marie)
        money.pay(actor=actor, subscription_id=one.pk, amount=amount, at=SOON)

    if reason:
        assert why(lambda: pay(Decimal(amount))) == reason
    else:
        pay(Decimal(amount))
        again = refused(lambda: pay(Decimal("0.01")))
        assert again.figures["why"] == "nothing_owed"
        assert again.figures["moves"] == ("withdraw", "record_withdrawal")


def test_a_notice_before_the_agreement_after_the_right_and_in_the_future(cast: f.Cast) -> None:
    one = f.subscribed(cast, f.make_person(), units=4)
    for sent, at in (
        (one.agreed_at - timedelta(seconds=1), SOON),
        (SOON + timedelta(seconds=1), SOON),
        (one.right_ends_at, one.right_ends_at + timedelta(minutes=5)),
    ):
        reason = why(
            lambda sent=sent, at=at: money.record_withdrawal(  # type: ignore[misc]
                actor=cast.asks, subscription_id=one.pk, sent=sent, at=at
            )
        )
        assert reason == "notice_time"


def test_a_refund_of_what_is_not_due(cast: f.Cast) -> None:
    marie = f.make_person()
    one = f.subscribed(cast, marie, units=4, paid=False)
    money.withdraw(actor=f.investor_actor(marie), subscription_id=one.pk, at=SOON)
    single = refused(lambda: money.refund(actor=cast.asks, subscription_id=one.pk, at=SOON))
    assert (single.figures["why"], single.figures["moves"]) == ("no_refund", ())
    every = refused(
        lambda: money.refund_all(actor=cast.asks, offering_id=cast.offering.pk, at=SOON)
    )
    assert every.figures["why"] == "no_refund"
    assert not {"refund", "fail"} & set(every.figures["moves"])


def test_a_filing_of_what_is_not_open(cast: f.Cast) -> None:
    for code in (known.FILE_EXEMPT_REPORT, known.REFUND):
        reason = why(
            lambda code=code: duties.file_duty(  # type: ignore[misc]
                actor=cast.asks, offering_id=cast.offering.pk, code=code, reference="1", at=SOON
            )
        )
        assert reason == "duty_not_open"


def test_a_suspension_is_ended_by_whoever_made_it(cast: f.Cast) -> None:
    offering = cast.offering.pk
    assert why(lambda: life.resume(actor=cast.asks, offering_id=offering, reason="x", at=SOON)) == (
        "state"
    )
    life.suspend(actor=cast.asks, offering_id=offering, reason="x", at=SOON)
    published = refused(lambda: amendments.publish(actor=cast.owner, offering_id=offering, at=SOON))
    assert published.figures["why"] == "amending"
    assert "resume" in published.figures["moves"]
    life.resume(actor=cast.asks, offering_id=offering, reason="x", at=SOON)
    amendments.amend(
        actor=cast.owner, offering_id=offering, content=f.make_content(days=50), what="x", at=SOON
    )
    resumed = refused(
        lambda: life.resume(actor=cast.asks, offering_id=offering, reason="x", at=SOON)
    )
    assert resumed.figures["why"] == "held_by_officer"
    assert "publish" in resumed.figures["moves"]


def test_an_issuer_is_not_linked_to_itself(cast: f.Cast) -> None:
    finding = refused(
        lambda: issuers.relate(
            actor=cast.asks,
            issuer_id=cast.issuer.pk,
            other_id=cast.issuer.pk,
            kind=GroupEdge.Kind.AFFILIATE,
            since=SOON.date(),
            portal_id=cast.portal.pk,
            at=SOON,
        )
    )
    assert finding.message("en").endswith("an issuer is not linked to itself.")


def test_a_document_that_does_not_exist_in_a_language() -> None:
    cast = f.open_offering(content=f.make_content(languages=("fr",), jurisdictions=("QC",)))
    marie = f.investor_actor(f.make_person())
    finding = refused(
        lambda: subscribing.read_document(
            actor=marie, offering_id=cast.offering.pk, language="en", at=SOON
        )
    )
    assert (finding.figures["why"], finding.figures["state"]) == ("language", "open")


def test_a_draft_takes_no_subscription_and_files_no_more_than_the_portals_f5() -> None:
    cast = f.draft_offering()
    own = ("edit", "certify", "submit", "cancel", "concurrent", "advise")
    for filed in (("file",), ()):
        finding = refused(
            lambda: filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=SOON)
        )
        assert finding.figures["why"] == "state"
        assert finding.figures["moves"] == (*own, *filed)
        with connection.cursor() as cursor:  # Past the guard that wants a later F5.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE equity_duty DISABLE TRIGGER USER")
        Duty.objects.filter(code=known.CERTIFY_RESOURCES).update(done_at=SOON, reference="A5")
