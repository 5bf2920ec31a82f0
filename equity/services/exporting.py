"""Handing a person everything that is kept about them."""

from datetime import datetime
from typing import IO

from django.db import transaction

from compliance.accounts.roles import Actor, ActorNotAllowed, Role
from compliance.audit.services import record
from documents.facts.shared import Language
from equity.exporting import write_export
from investors.models import Person

_ACTION = "equity:person:export"


@transaction.atomic
def export_data(*, actor: Actor, person: Person, language: Language, at: datetime) -> IO[bytes]:
    """The file of a person's own data (ZIP), open at its beginning; that it was handed over is
    recorded, and nothing of what it holds.

    Raises ActorNotAllowed for anybody but the person.
    """
    if actor.role is not Role.INVESTOR or actor.id != person.pk:
        raise ActorNotAllowed(actor, _ACTION)
    record(actor=actor, action=_ACTION, subject=person, at=at, payload={"language": language})
    return write_export(person, language, at)
