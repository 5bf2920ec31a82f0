"""Writing what the desk itself leaves: that somebody took a file with personal data."""

from datetime import datetime

from django.db import transaction

from compliance.accounts.roles import Actor, Role, require
from compliance.audit.services import record
from compliance.desk.actions import BUNDLE_WRITE
from equity.models import Offering


@transaction.atomic
def hand_over(*, actor: Actor, offering: Offering, at: datetime) -> None:
    """Record that an officer or an examiner takes the examination bundle of an offering; taken
    twice, it is told twice. Raises ActorNotAllowed."""
    require(actor, Role.OFFICER, Role.EXAMINER, action=BUNDLE_WRITE)
    record(actor=actor, action=BUNDLE_WRITE, subject=offering, at=at)
