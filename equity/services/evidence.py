"""That somebody took the evidence package of a purchaser: it holds personal data."""

from datetime import datetime

from django.db import transaction

from compliance.accounts.roles import Actor, ActorNotAllowed, Role, require
from compliance.audit.services import record
from equity.models import Offering
from investors.models import Person

ACTION = "equity:evidence:hand_over"


@transaction.atomic
def hand_over(*, actor: Actor, person: Person, offering: Offering, at: datetime) -> None:
    """Record that the evidence about a person's part in an offering was handed over, to the person
    or to an officer or examiner; taken twice, it is told twice.

    It is told of the person and not of the subscription, so that the taking changes no package.
    Raises ActorNotAllowed.
    """
    require(actor, Role.INVESTOR, Role.OFFICER, Role.EXAMINER, action=ACTION)
    if actor.role is Role.INVESTOR and actor.id != person.pk:
        raise ActorNotAllowed(actor, ACTION)
    record(actor=actor, action=ACTION, subject=person, at=at, payload={"offering": offering.pk})
