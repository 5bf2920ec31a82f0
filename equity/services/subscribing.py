"""The investor's way into an offering: entry notice, document, risks, advice, agreement."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.prepared.journeys import fewer_journeys
from compliance.prepared.writing import insert_together
from compliance.rules.ni45_110 import subscription
from compliance.rules.wording.wording import risk_statements
from documents.shelf import known
from equity import papers
from equity.models import Offering, Subscription
from equity.refusal import Refused, require_all_met
from equity.selectors.clock import portal_day
from equity.selectors.subscribing import Intended, glance, intended
from equity.services.common import (
    Done,
    entry_of,
    judged,
    leave_entry,
    lock_offering,
    refuse_offering_state,
    repeatable,
    require_offering_move,
)
from equity.services.rights import right_row
from equity.services.time import settle
from investors import services as investors
from investors.models import Advice, Person, Reading, RiskAcknowledgement
from investors.risks import risks_digest

_FRENCH, _QUEBEC = "fr", "QC"


def default_language(offering: Offering, person: Person) -> str:
    """The language a person is served first: French in Quebec, else their own if there is one."""
    languages = offering.document.languages
    if person.province == _QUEBEC and _FRENCH in languages:
        return _FRENCH
    return person.language if person.language in languages else languages[0]


@transaction.atomic
def read_document(
    *, actor: Actor, offering_id: UUID, at: datetime, language: str | None = None
) -> Done[Reading]:
    """Open the offering document in force in one language, behind the portal's entry notice."""
    offering, person, language = _reader(actor, offering_id, "read", at, language)
    assert offering.in_force is not None
    investors.acknowledge_entry(
        person=person,
        portal_id=offering.portal_id,
        portal_kind=offering.portal.kind,
        language=language,
        on=portal_day(offering.portal, at),
        at=at,
    )
    reading = investors.record_reading(
        person=person,
        offering_id=offering.pk,
        version_id=offering.in_force.pk,
        language=language,
        at=at,
    )
    leave_entry(
        actor,
        "offering:read",
        offering,
        at,
        payload={"version": offering.in_force.pk, "language": language},
    )
    return Done(reading)


class WordsMovedError(RuntimeError):
    """The words of Form 45-110F2 are others than those that the person was shown; nothing was
    recorded."""


@repeatable("offering:acknowledge")
def acknowledge_risks(
    *,
    actor: Actor,
    offering_id: UUID,
    answers: Mapping[str, bool],
    at: datetime,
    language: str | None = None,
    seen: str | None = None,
    key: Key | None = None,
) -> Done[RiskAcknowledgement]:
    """Answer the statements of Form 45-110F2, each by itself; the latest answer counts (W-13).

    ``answers`` maps the ids of the statements that apply to this kind of portal to yes or no; an
    id that does not apply is left out, one without an answer is stored as not answered. ``seen`` is
    the digest of the words that the person was shown (``investors.risks``): an answer to other
    words is not one. Raises WordsMovedError, Refused.
    """
    offering, person, language = _reader(actor, offering_id, "acknowledge", at, language)
    assert offering.in_force is not None
    on = portal_day(offering.portal, at)
    asked = risk_statements(offering.portal.kind, on)
    # Asked once for the row and for its paper: both say the words that were shown.
    standing = known()
    if seen is not None and seen != risks_digest(
        standing.shelf, offering.portal.kind, language, on
    ):
        raise WordsMovedError("The words of the form have changed since they were shown.")
    acknowledgement = investors.record_acknowledgement(
        person=person,
        offering_id=offering.pk,
        version_id=offering.in_force.pk,
        portal_kind=offering.portal.kind,
        language=language,
        answers={row: answers[row] for row in asked if row in answers},
        shelf=standing.shelf,
        on=on,
        at=at,
    )
    papers.issue_risk_acknowledgement(offering, acknowledgement, standing, at=at)
    leave_entry(
        actor,
        "offering:acknowledge",
        offering,
        at,
        payload={
            "version": offering.in_force.pk,
            "language": language,
            "answers": dict(acknowledgement.answers),
        },
    )
    return Done(acknowledgement)


def _reader(
    actor: Actor, offering_id: UUID, move: str, at: datetime, language: str | None
) -> tuple[Offering, Person, str]:
    """The offering, the person and the language of a reading or an acknowledgement."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, move, at)
    person = _person(actor)
    chosen = language or default_language(offering, person)
    if chosen not in offering.document.languages:
        # A version in that language never came to be.
        refuse_offering_state(offering, move, at, "language")
    return offering, person, chosen


@repeatable("offering:advise")
def advise(
    *,
    actor: Actor,
    offering_id: UUID,
    person_id: UUID,
    dealer: str,
    registration: str,
    suitable: bool,
    at: datetime,
    key: Key | None = None,
) -> Done[Advice]:
    """Record a registered dealer's word on suitability (W-14); the latest counts."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "advise", at)
    advice = investors.record_advice(
        person=Person.objects.get(pk=person_id),
        offering_id=offering.pk,
        amendments=offering.amendments,
        dealer=dealer,
        registration=registration,
        suitable=suitable,
        recorded_by=actor.id,
        at=at,
    )
    leave_entry(
        actor,
        "offering:advise",
        offering,
        at,
        payload={"person": person_id, "suitable": suitable, "advice": advice.pk},
    )
    return Done(advice)


def subscribe(
    *,
    actor: Actor,
    offering_id: UUID,
    units: int,
    insider: bool | None,
    at: datetime,
    key: Key | None = None,
) -> Done[Subscription]:
    """Agree to buy ``units`` securities; every subscription rule is judged (NI 45-110 ss. 3 to 5).

    ``insider`` is the person's own answer for Schedule 1; None is not answered. The acknowledgement
    is used up, the room is taken and the right of withdrawal opens in the same transaction.

    Judged first without holding the offering, because many subscribe at once: the database takes
    the room under the row's lock at the very end, and refuses what no longer fits. Whatever is
    refused, by a rule or by the database, is judged once more with the offering held, and only that
    answer counts. Each time claims the key anew: what was refused has left none.
    """
    try:
        with fewer_journeys():
            return _subscribe_at_a_glance(
                actor=actor, offering_id=offering_id, units=units, insider=insider, at=at, key=key
            )
    except (Refused, IntegrityError):
        return _subscribe_held(
            actor=actor, offering_id=offering_id, units=units, insider=insider, at=at, key=key
        )


@repeatable("subscription:subscribe")
def _subscribe_at_a_glance(
    *,
    actor: Actor,
    offering_id: UUID,
    units: int,
    insider: bool | None,
    at: datetime,
    key: Key | None = None,
) -> Done[Subscription]:
    return _agree(actor, offering_id, units, insider, at)


@repeatable("subscription:subscribe")
def _subscribe_held(
    *,
    actor: Actor,
    offering_id: UUID,
    units: int,
    insider: bool | None,
    at: datetime,
    key: Key | None = None,
) -> Done[Subscription]:
    settle(lock_offering(offering_id), at)
    return _agree(actor, offering_id, units, insider, at)


def _agree(
    actor: Actor, offering_id: UUID, units: int, insider: bool | None, at: datetime
) -> Done[Subscription]:
    """Judge a subscription by the offering as it now is, and write it."""
    around = glance(offering_id, actor.id, at)
    require_offering_move(actor, around.offering, "subscribe", at)
    assert actor.id is not None
    on = portal_day(around.offering.portal, at)
    wanted = intended(around, actor.id, units=units, insider=insider, at=at)
    findings = require_all_met(subscription.judge(wanted.facts, on=on))
    agreed = _agreed(around.offering, wanted, units=units, insider=insider, at=at)
    right = right_row(agreed, wanted.right, at)
    agreement = papers.subscription_agreement(agreed, around.confirmations, at=at)
    entry = entry_of(
        actor,
        "subscription:subscribe",
        agreed,
        at,
        payload={"offering": around.offering.pk, "amount": agreed.amount, "units": units},
        judgements=[judged("subscription", wanted.facts, findings, on)],
    )
    # By one statement, and late: the subscription's row takes the lock that every other purchaser
    # waits for until the commit.
    insert_together(right, *agreement, *entry, agreed)
    return Done(agreed, findings)


def _agreed(
    offering: Offering, wanted: Intended, *, units: int, insider: bool | None, at: datetime
) -> Subscription:
    """The subscription of a purchaser for whom every rule is met, not yet saved."""
    standing = wanted.standing
    assert standing.acknowledgement is not None
    assert insider is not None
    return Subscription(
        offering=offering,
        person=standing.person,
        version=offering.in_force,
        acknowledgement_id=standing.acknowledgement.id,
        advice_id=standing.advice_id if wanted.facts.advised else None,
        units=units,
        amount=wanted.facts.amount,
        province=standing.person.province,
        insider=insider,
        agreed_at=at,
        agreed_on=portal_day(offering.portal, at),
    )


def _person(actor: Actor) -> Person:
    """The person behind an investor's acts."""
    assert actor.id is not None
    return Person.objects.get(pk=actor.id)
