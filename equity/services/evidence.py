"""That somebody took the evidence of a purchaser, or a closing book: they hold personal data."""

from datetime import datetime

from django.db import transaction

from compliance.accounts.roles import Actor, ActorNotAllowed, Role, require
from compliance.audit.services import record
from equity.models import Offering
from equity.services.parts import require_part
from investors.models import Person

ACTION = "equity:evidence:hand_over"
BOOK = "equity:book:hand_over"
_TAKE = (Role.OFFICER, Role.EXAMINER, Role.SYSTEM)


@transaction.atomic
def hand_over(*, actor: Actor, person: Person, offering: Offering, at: datetime) -> None:
    """Record that the evidence about a person's part in an offering was handed over, to the person,
    to an officer or examiner, or to whoever runs the installation; taken twice, it is told twice.

    It is told of the person and not of the subscription, so that the taking changes no package.
    Raises ActorNotAllowed.
    """
    require(actor, *_TAKE, Role.INVESTOR, action=ACTION)
    if actor.role is Role.INVESTOR and actor.id != person.pk:
        raise ActorNotAllowed(actor, ACTION)
    record(actor=actor, action=ACTION, subject=person, at=at, payload={"offering": offering.pk})


@transaction.atomic
def hand_over_book(*, actor: Actor, offering: Offering, at: datetime) -> None:
    """Record that the closing book of an offering was handed over, to its issuer, to an officer
    or examiner, or to whoever runs the installation. Raises ActorNotAllowed."""
    require(actor, *_TAKE, Role.ISSUER, action=BOOK)
    if actor.role is Role.ISSUER and actor.id != offering.issuer_id:
        raise ActorNotAllowed(actor, BOOK)
    require_part(actor, "holders")
    record(actor=actor, action=BOOK, subject=offering, at=at)
