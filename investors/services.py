"""What a person does before subscribing, written down: entry notice, reading, risks, advice."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.accounts.roles import Actor
from compliance.audit.services import record
from compliance.idempotency.services import Key, repeatable, row_telling
from compliance.rules.wording import Shelf, statement
from investors.models import (
    Advice,
    EntryAcknowledgement,
    Identification,
    Login,
    Person,
    Reading,
    RiskAcknowledgement,
)
from investors.risks import risks_digest

_ENTRY_NOTICE = {"exempt": "E1", "dealer": "E2"}


@transaction.atomic
def register_person(
    *, actor: Actor, at: datetime, user_id: Any = None, **particulars: object
) -> Person:
    """Create a person with the given particulars (fields of Person), and its first account.

    ``user_id`` is the primary key of the account, of whatever type the host's users have.
    """
    person = Person.objects.create(created_at=at, **particulars)
    if user_id is not None:
        Login.objects.create(user_id=user_id, person=person)
    record(actor=actor, action="investors:person:register", subject=person, at=at)
    return person


@repeatable("person:update", row_telling(Person))
def update_person(
    *, actor: Actor, person: Person, at: datetime, key: Key | None = None, **particulars: object
) -> Person:
    """Change a person's own particulars; the trail names the fields, never their content."""
    for name, value in particulars.items():
        setattr(person, name, value)
    person.save()
    record(
        actor=actor,
        action="investors:person:update",
        subject=person,
        at=at,
        payload={"fields": sorted(particulars)},
    )
    return person


@repeatable("person:identify", row_telling(Identification))
def identify(
    *,
    actor: Actor,
    person: Person,
    method: str,
    at: datetime,
    expires_on: date | None = None,
    key: Key | None = None,
) -> Identification:
    """Record that a person's identity was verified, by which method, and until when."""
    identification = Identification.objects.create(
        person=person,
        method=method,
        verified_by=actor.id,
        verified_at=at,
        expires_on=expires_on,
    )
    record(
        actor=actor,
        action="investors:person:identify",
        subject=person,
        at=at,
        payload={"identification": identification.pk, "expires_on": expires_on},
    )
    return identification


def acknowledge_entry(
    *,
    person: Person,
    portal_id: UUID,
    portal_kind: str,
    language: str,
    on: date,
    at: datetime,
) -> EntryAcknowledgement:
    """Keep a person's acknowledgement of the entry notice of that kind of portal, once."""
    notice = statement(_ENTRY_NOTICE[portal_kind], language, on, portal_kind)
    row, _ = EntryAcknowledgement.objects.get_or_create(
        person=person,
        portal_id=portal_id,
        portal_kind=portal_kind,
        statement_digest=notice.version_digest,
        defaults={"language": language, "at": at},
    )
    return row


def record_reading(
    *, person: Person, offering_id: UUID, version_id: UUID, language: str, at: datetime
) -> Reading:
    """Keep that a person opened a version of an offering document in a language, the first time."""
    row, _ = Reading.objects.get_or_create(
        person=person,
        version_id=version_id,
        language=language,
        defaults={"offering_id": offering_id, "at": at},
    )
    return row


def record_acknowledgement(
    *,
    person: Person,
    offering_id: UUID,
    version_id: UUID,
    portal_kind: str,
    language: str,
    answers: Mapping[str, bool],
    shelf: Shelf,
    on: date,
    at: datetime,
) -> RiskAcknowledgement:
    """Keep Form 45-110F2 as a person answered it, with the digest of the words that were shown:
    those that the ``shelf`` has for the day ``on``."""
    return RiskAcknowledgement.objects.create(
        person=person,
        offering_id=offering_id,
        version_id=version_id,
        language=language,
        answers=dict(answers),
        statements_digest=risks_digest(shelf, portal_kind, language, on),
        at=at,
    )


def record_advice(
    *,
    person: Person,
    offering_id: UUID,
    amendments: int,
    dealer: str,
    registration: str,
    suitable: bool,
    recorded_by: UUID | None,
    at: datetime,
) -> Advice:
    """Keep a registered dealer's word about an offering for a person (W-14)."""
    return Advice.objects.create(
        person=person,
        offering_id=offering_id,
        amendments=amendments,
        dealer=dealer,
        registration=registration,
        suitable=suitable,
        given_at=at,
        recorded_by=recorded_by,
    )
