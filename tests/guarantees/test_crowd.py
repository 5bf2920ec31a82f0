"""The crowd of the load tests is one that the services let in."""

from decimal import Decimal

import pytest

from equity.models import Subscription
from equity.services import money, subscribing
from tests import factories as f
from tests.guarantees.fire.crowd import crowd

pytestmark = pytest.mark.django_db


def test_everybody_in_the_crowd_may_subscribe_once_and_pay() -> None:
    cast = f.open_offering()
    people = crowd(cast, 5, at=f.OPENED)
    assert len({person.pk for person in people}) == 5
    for person in people:
        actor = f.investor_actor(person)
        agreed = subscribing.subscribe(
            actor=actor, offering_id=cast.offering.pk, units=2, insider=False, at=f.OPENED
        ).subject
        money.pay(actor=actor, subscription_id=agreed.pk, at=f.OPENED)
    assert cast.fresh().live_amount == Decimal("250.00")
    assert not Subscription.objects.exclude(paid=Decimal("50.00")).exists()
