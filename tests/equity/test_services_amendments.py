"""Amending and publishing: rights that start again, terms that stay (W-11, W-21)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from equity import moves
from equity.content import UseRow, content_of
from equity.models import Duty, Subscription, WithdrawalRight
from equity.refusal import Refused
from equity.services import amendments, life, money, subscribing, time
from tests import factories as f
from tests.equity import books

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(act: Callable[..., object], **given: object) -> list[str]:
    """The codes with which an act is refused."""
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(**given)
    return [finding.code for finding in refusal.value.findings if not finding.met]


def amending(cast: f.Cast, *, at: datetime = f.BOUND, **changes: Any) -> dict[str, Any]:
    return {
        "actor": cast.owner,
        "offering_id": cast.offering.pk,
        "content": f.make_content(**({"days": 70} | changes)),
        "what": "Une modification",
        "at": at,
    }


def publishing(cast: f.Cast, at: datetime = f.BOUND) -> dict[str, Any]:
    return {"actor": cast.owner, "offering_id": cast.offering.pk, "at": at}


def amended(cast: f.Cast, at: datetime = f.BOUND, **changes: Any) -> None:
    amendments.amend(**amending(cast, at=at, **changes))
    f.certify(cast, at)
    amendments.publish(**publishing(cast, at))


def state(row: Subscription) -> str:
    return Subscription.objects.get(pk=row.pk).state


@pytest.fixture
def cast() -> f.Cast:
    return f.open_offering()


def test_every_live_right_starts_again_from_the_notice(cast: f.Cast) -> None:
    bound = f.subscribed(cast, f.make_person("Anne"), units=60)
    time.tick(at=f.BOUND)
    agreed = f.subscribed(cast, f.make_person("Basile", province="ON"), at=f.BOUND)
    gone = f.subscribed(cast, f.make_person("Clara"), at=f.BOUND)
    money.withdraw(actor=f.investor_actor(gone.person), subscription_id=gone.pk, at=f.BOUND)
    assert state(bound) == moves.BINDING
    amended(cast)  # Thursday 5 March: Friday 6 and Monday 9 are counted
    for row in (bound, agreed):
        now = Subscription.objects.get(pk=row.pk)
        assert (now.state, now.right_ends_on) == (moves.AGREED, date(2026, 3, 9))
        assert now.right_ends_at == datetime(2026, 3, 10, 4, tzinfo=UTC)
        assert WithdrawalRight.objects.filter(subscription=row).count() == 2  # both are kept
    assert state(gone) == moves.WITHDRAWN
    duty = Duty.objects.get(code="duty.notify_amendment")
    assert duty.due_on == date(2026, 3, 5)
    assert duty.done_at == f.BOUND
    books.check(cast.offering)


def test_changing_its_words_alone_takes_nothing_back_that_a_colleague_saved(cast: f.Cast) -> None:
    words = {"actor": cast.owner, "offering_id": cast.offering.pk, "at": f.BOUND}
    amendments.amend(what="Un premier mot", **words)
    started = content_of(cast.fresh().working)
    assert started == content_of(cast.fresh().in_force)
    amendments.amend(**amending(cast, days=66))
    amendments.amend(what="Un autre mot", **words)
    working = cast.fresh().working
    assert (working.what, working.days) == ("Un autre mot", 66)


def test_a_purchaser_who_was_bound_may_withdraw_again(cast: f.Cast) -> None:
    row = f.subscribed(cast, f.make_person())
    given = {"actor": f.investor_actor(row.person), "subscription_id": row.pk, "at": f.BOUND}
    assert refused(money.withdraw, **given) == ["state.not_allowed"]
    amended(cast)
    assert money.withdraw(**given).subject.state == moves.WITHDRAWN
    books.check(cast.offering)


def test_the_days_run_from_first_availability_and_do_not_restart(cast: f.Cast) -> None:
    amended(cast, days=70)
    offering = cast.fresh()
    assert offering.first_available == date(2026, 3, 2)
    assert offering.last_day == date(2026, 5, 11)
    assert (offering.state, offering.amendments) == (moves.OPEN, 1)


@pytest.mark.parametrize(
    ("changes", "locked"),
    [
        ({"price": Decimal("20.00")}, True),
        ({"price": Decimal("50.00")}, True),
        ({"minimum": Decimal("975.00")}, True),
        ({"minimum": Decimal("1025.00")}, False),
        ({"days": 61}, False),
    ],
)
def test_terms_are_locked_while_somebody_is_live(
    cast: f.Cast, changes: dict[str, Any], locked: bool
) -> None:
    row = f.subscribed(cast, f.make_person())
    if locked:
        assert refused(amendments.amend, **amending(cast, **changes)) == ["amendment.terms_locked"]
    amended_content = amending(cast, at=f.OPENED, **changes)
    money.withdraw(actor=f.investor_actor(row.person), subscription_id=row.pk, at=f.OPENED)
    amendments.amend(**amended_content)  # nobody is live any more
    assert cast.fresh().state == moves.SUSPENDED


def test_it_is_published_certified_and_lawful_or_not_at_all(cast: f.Cast) -> None:
    amendments.amend(**amending(cast))
    assert refused(amendments.publish, **publishing(cast)) == ["document.certified"]
    f.certify(cast, f.BOUND)
    amendments.amend(**amending(cast, days=71))  # a later change undoes the certificate
    assert refused(amendments.publish, **publishing(cast)) == ["document.certified"]
    amendments.amend(**amending(cast, days=91))
    f.certify(cast, f.BOUND)
    assert refused(amendments.publish, **publishing(cast)) == ["offering.within_90_days"]
    amendments.amend(**amending(cast, days=3))
    f.certify(cast, f.BOUND)
    assert refused(amendments.publish, **publishing(cast, f.BOUND + DAY)) == [
        "offering.within_90_days"
    ]
    amendments.publish(**publishing(cast))  # on the last day itself, 5 March
    assert cast.fresh().last_day == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("maximum", "codes"), [("2475.00", ["offering.room"]), ("2500.00", []), ("2525.00", [])]
)
def test_a_lower_maximum_still_holds_what_is_live(
    cast: f.Cast, maximum: str, codes: list[str]
) -> None:
    f.subscribed(cast, f.make_person(), units=100)
    top = Decimal(maximum)
    uses = (UseRow("Évaporateur", Decimal("1000.00"), top),)
    amendments.amend(**amending(cast, maximum=top, use_of_funds=uses))
    f.certify(cast, f.BOUND)
    if codes:
        assert refused(amendments.publish, **publishing(cast)) == codes
    else:
        amendments.publish(**publishing(cast))


def test_reading_acknowledgement_and_advice_are_of_a_version(cast: f.Cast) -> None:
    marie = f.make_person()
    f.acknowledged(cast, marie)
    f.advised(cast, marie)
    amended(cast)
    given = {
        "actor": f.investor_actor(marie),
        "offering_id": cast.offering.pk,
        "units": 101,
        "insider": False,
        "at": f.BOUND,
    }
    assert refused(subscribing.subscribe, **given) == [
        "purchaser.limit",  # the advice was given on the version before
        "purchaser.document_read",
        "purchaser.risks_acknowledged",
    ]
    f.acknowledged(cast, marie, at=f.BOUND)
    f.advised(cast, marie, at=f.BOUND)
    assert subscribing.subscribe(**given).subject.version.number == 2


@pytest.mark.parametrize("first", ["resume", "publish"])
def test_open_again_when_both_reasons_are_over_in_either_order(cast: f.Cast, first: str) -> None:
    held = {"actor": cast.asks, "offering_id": cast.offering.pk, "at": f.BOUND}
    life.suspend(**held)
    amendments.amend(**amending(cast))
    f.certify(cast, f.BOUND)
    acts: dict[str, Callable[[], object]] = {
        "resume": lambda: life.resume(**held),
        "publish": lambda: amendments.publish(**publishing(cast)),
    }
    acts[first]()
    assert cast.fresh().state == moves.SUSPENDED
    with pytest.raises(Refused, match=r"state\.not_allowed"), transaction.atomic():
        acts[first]()  # done once, it is not there a second time
    acts[{"resume": "publish", "publish": "resume"}[first]]()
    assert cast.fresh().state == moves.OPEN


def test_days_and_rights_go_on_while_it_is_suspended(cast: f.Cast) -> None:
    row = f.subscribed(cast, f.make_person(), units=60)
    amendments.amend(**amending(cast, at=f.OPENED))
    time.tick(at=f.BOUND)
    assert state(row) == moves.BINDING
    time.tick(at=f.OPENED + timedelta(days=100))
    assert (cast.fresh().state, state(row)) == (moves.FAILED, moves.RELEASED)
    books.check(cast.offering)


def test_a_warning_and_no_refusal_when_rights_would_outlive_the_90th_day() -> None:
    cast = f.open_offering(content=f.make_content(days=90))
    f.subscribed(cast, f.make_person(), units=60)
    late = f.OPENED + timedelta(days=88)
    amendments.amend(**amending(cast, at=late, days=90))
    f.certify(cast, late)
    done = amendments.publish(**publishing(cast, late))
    warning = {finding.code: finding for finding in done.findings}["amendment.rights_outlive"]
    assert warning.met
    assert warning.figures["outlive"] is True
