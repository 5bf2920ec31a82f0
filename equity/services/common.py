"""What every act shares: who may act, what the state allows, the lock, and the record."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from compliance.accounts.roles import Actor, Role
from compliance.audit.services import Judged, entry_rows, record
from compliance.decisions.writing import plain_facts
from compliance.idempotency import services as idempotency
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.rules.ni45_110 import acts
from compliance.rules.ni45_110.acts import Reason
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES, DONE_BY_ACT, REFUND
from compliance.sealing.canonical import written
from equity import answers, moves
from equity.models import Duty, Offering, Subscription
from equity.parts import OF_MOVES
from equity.refusal import Refused
from equity.selectors.clock import portal_day
from equity.selectors.groups import issuers_reached
from equity.services.parts import require_part

Subject = TypeVar("Subject")
Given = ParamSpec("Given")
Result = TypeVar("Result", bound="Done[Any]")


@dataclass(frozen=True, slots=True)
class Done(Generic[Subject]):
    """An act that was accepted: what it made or changed, and all that was judged on the way."""

    subject: Subject
    findings: tuple[Finding, ...] = ()
    told: str = ""
    """The answer as it was told the first time, where the act was asked for again."""

    @property
    def repeated(self) -> bool:
        """Whether nothing was done now: the act was done before under the same key."""
        return bool(self.told)

    @property
    def answer(self) -> bytes:
        """The answer in canonical JSON, the same bytes however often it is asked for: the subject's
        kind, id, state and figures as of the act, and the findings. ``subject`` itself is the row
        as it is now."""
        return self.told.encode() if self.told else written(_write(self))


def _write(done: Done[Any]) -> dict[str, Any]:
    return answers.write(done.subject, done.findings)


def _read(text: str) -> Done[Any]:
    subject, findings = answers.read(json.loads(text))
    return Done(subject, findings, text)


_TELLING: idempotency.Telling[Any] = idempotency.Telling(_write, _read)


def repeatable(act: str) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """One transaction, and with a ``key`` once only (``compliance.idempotency``), for the services
    of this floor."""
    return idempotency.repeatable(act, _TELLING)


def require_role(actor: Actor, move: str, roles: Iterable[Role], on: date) -> None:
    """Refuse with actor.not_allowed, alone, an actor whose role does not have the move."""
    if actor.role not in set(roles):
        raise Refused((acts.actor_not_allowed(move, on=on),))


def require_offering_move(actor: Actor, offering: Offering, move: str, at: datetime) -> None:
    """Refuse an actor, then a state, that does not have the move on this offering."""
    on = portal_day(offering.portal, at)
    entry = moves.OFFERING_MOVES[move]
    require_role(actor, move, entry.roles, on)
    if actor.role is Role.ISSUER and actor.id != offering.issuer_id:
        raise Refused((acts.actor_not_allowed(move, on=on),))
    # What is typed again in an amendment under way is judged by what changes, as an edit is.
    if move in OF_MOVES and not (move == "amend" and offering.amending):
        require_part(actor, OF_MOVES[move])
    if move not in _possible(offering):
        # What the state has and a further fact withholds is told by that fact.
        withheld = entry.needs if offering.state in entry.sources else None
        refuse_offering_state(offering, move, at, withheld or "state")


def _possible(offering: Offering) -> tuple[str, ...]:
    return moves.offering_moves_from(
        offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
    )


def refuse_offering_state(
    offering: Offering, move: str, at: datetime, why: Reason = "state"
) -> NoReturn:
    """Refuse with state.not_allowed, alone, saying the state, the other moves that somebody can
    make in it now, and why not this one (``acts.state_not_allowed``)."""
    # The portal's own F5 is filed by way of any of its offerings.
    here = Q(offering=offering) | Q(portal=offering.portal_id, code=CERTIFY_RESOURCES)
    idle = _idle(Duty.objects.filter(here))
    if offering.state != moves.OPEN:
        idle |= {"subscribe"}
    possible = [name for name in _possible(offering) if name not in {move, *idle}]
    on = portal_day(offering.portal, at)
    raise Refused((acts.state_not_allowed(move, offering.state, possible, on=on, why=why),))


def _idle(duties_there: QuerySet[Duty]) -> set[str]:
    """Moves that a state has and that would do nothing: what only follows from others, a refund
    where none is due, a filing where nothing waits for one."""
    waiting = set(duties_there.filter(done_at=None).values_list("code", flat=True))
    idle = set(moves.FOLLOWING)
    if REFUND not in waiting:
        idle.add("refund")
    if not waiting - DONE_BY_ACT:
        idle.add("file")
    return idle


def require_subscription_move(
    actor: Actor, subscription: Subscription, move: str, at: datetime
) -> None:
    """Refuse an actor, then a state, that does not have the move on this subscription."""
    on = portal_day(subscription.offering.portal, at)
    entry = moves.SUBSCRIPTION_MOVES[move]
    require_role(actor, move, entry.roles, on)
    if actor.role is Role.INVESTOR and actor.id != subscription.person_id:
        raise Refused((acts.actor_not_allowed(move, on=on),))
    if subscription.state not in entry.sources:
        refuse_state(subscription, move, at)


def refuse_state(
    subscription: Subscription, move: str, at: datetime, why: Reason = "state"
) -> NoReturn:
    """Refuse with state.not_allowed, alone, as for an offering."""
    idle = {move, *_idle(Duty.objects.filter(subscription=subscription))}
    if not subscription.owed:
        idle.add("pay")
    possible = [
        name for name in moves.subscription_moves_from(subscription.state) if name not in idle
    ]
    on = portal_day(subscription.offering.portal, at)
    raise Refused((acts.state_not_allowed(move, subscription.state, possible, on=on, why=why),))


def refuse_unknown(
    actor: Actor, move: str, *, province: str, at: datetime, why: Reason = "never_was"
) -> NoReturn:
    """Refuse an act on something that never came to be, or whose name is another's: the role first,
    then the state."""
    on = local_date(at, zone_of(province))
    entry = moves.OFFERING_MOVES.get(move) or moves.SUBSCRIPTION_MOVES.get(move)
    roles = entry.roles if entry is not None else moves.STANDING_MOVES[move]
    require_role(actor, move, roles, on)
    state = "unknown" if why == "never_was" else ""
    raise Refused((acts.state_not_allowed(move, state, (), on=on, why=why),))


def glance_at_offering(offering_id: UUID) -> Offering:
    """The offering as it is now, not held: another act may change it at any moment."""
    return Offering.objects.select_related("issuer", "portal", "in_force", "working").get(
        pk=offering_id
    )


def lock_offering(offering_id: UUID) -> Offering:
    """The offering's row, locked until the transaction ends. Raises Offering.DoesNotExist.

    Locked first and read after, in two statements. One statement that locks and joins waits for the
    row, then puts the row as it now is beside joined rows as they were before: whoever had waited
    for an amendment found an offering without its version.
    """
    Offering.objects.select_for_update().values_list("pk").get(pk=offering_id)
    return glance_at_offering(offering_id)


def hold_reached(*issuer_ids: UUID) -> None:
    """Lock, in one order, every offering that any chain of links reaches from these issuers.

    For acts that change what is left of the cap for others. The database takes their offerings'
    rows too (``guards.sql``, ``equity_count_ceilings_again``): two such acts, each holding an
    offering of its own, would wait for each other for ever.
    """
    reached = {issuer.pk for key in issuer_ids for issuer in issuers_reached(key)}
    living = Offering.objects.filter(issuer__in=reached).exclude(state__in=moves.FINAL)
    list(living.select_for_update().order_by("pk").values_list("pk"))


def lock_subscription(subscription_id: UUID) -> Subscription:
    """A subscription with its offering's row locked, in that order for every act."""
    offering_id = Subscription.objects.values_list("offering_id", flat=True).get(pk=subscription_id)
    offering = lock_offering(offering_id)
    subscription = (
        Subscription.objects.select_for_update(of=("self",))
        .select_related("person", "version")
        .get(pk=subscription_id)
    )
    subscription.offering = offering
    return subscription


def judged(question: str, facts: Any, findings: Iterable[Finding], on: date) -> Judged:
    """A judgement for the record: the question, the facts as plain values, and the findings."""
    return Judged(
        question=question,
        on=on,
        rulebook_digest=rulebook(on).digest,
        facts=plain_facts(facts),
        findings=tuple(findings),
    )


def leave_entry(
    actor: Actor,
    action: str,
    subject: models.Model,
    at: datetime,
    *,
    payload: Mapping[str, Any] | None = None,
    judgements: Iterable[Judged] = (),
) -> None:
    """Leave the audit entry of an act of this floor, in its transaction."""
    record(
        actor=actor,
        action=f"equity:{action}",
        subject=subject,
        at=at,
        payload=payload,
        judgements=judgements,
    )


def entry_of(
    actor: Actor,
    action: str,
    subject: models.Model,
    at: datetime,
    *,
    payload: Mapping[str, Any] | None = None,
    judgements: Iterable[Judged] = (),
) -> tuple[models.Model, ...]:
    """The rows of such an entry, not yet saved, for an act that writes all its rows at once."""
    return entry_rows(
        actor=actor,
        action=f"equity:{action}",
        subject=subject,
        at=at,
        payload=payload,
        judgements=judgements,
    )
