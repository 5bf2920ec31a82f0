"""One step, one call of a service. A step that names what never came to be is refused by role,
then by state, as any act is."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.zones import local_date
from compliance.rules.ni45_110.acts import Reason
from compliance.rules.ni45_110.items import key as item_key
from compliance.rules.wording.wording import risk_statements
from compliance.scenarios.playing.samples import sample_items
from compliance.scenarios.playing.world import World, authorise
from compliance.scenarios.reading.samples import complete_offering
from compliance.scenarios.reading.securities import converts_into_kind
from compliance.scenarios.reading.story import OfferingSpec, RateSpec, SecuritySpec, StepSpec
from equity import moves
from equity.content import Content, UseRow
from equity.models import Offering, Subscription
from equity.selectors.clock import portal_day
from equity.services import (
    amendments,
    closing,
    duties,
    filing,
    issuers,
    life,
    money,
    subscribing,
)
from equity.services.common import Done, refuse_unknown, require_role

_ZERO = Decimal("0.00")


class Call(NamedTuple):
    """Everything a verb is given: the world, the step, its actor and its instant."""

    world: World
    step: StepSpec
    actor: Actor
    at: datetime

    @property
    def params(self) -> Any:
        """The step's typed parameters; each verb knows its own."""
        return self.step.params

    def offering(self) -> UUID:
        """The offering the step names, or that of the subscription it names alone; refused when it
        never came to be."""
        if self.step.offering is None and self.step.subscription is not None:
            named = Subscription.objects.filter(pk=self.subscription())
            return named.values_list("offering_id", flat=True).get()
        found = self.world.offerings.get(self.step.offering or "")
        if found is None:
            self._unknown()
        return found

    def subscription(self) -> UUID:
        """The subscription the step names; refused when it never came to be."""
        found = self.world.subscriptions.get(self.step.subscription or "")
        if found is None:
            self._unknown()
        return found

    def _unknown(self) -> NoReturn:
        self.refuse("never_was")

    def refuse(self, why: Reason) -> NoReturn:
        """Refuse the step, which no offering or subscription is there to refuse."""
        province = self.world.portal.province
        refuse_unknown(self.actor, self.step.do, province=province, at=self.at, why=why)


def perform(world: World, step: StepSpec) -> tuple[Finding, ...]:
    """Play one step through its service and return all that was judged. Raises Refused."""
    if step.do == "wait":
        return ()
    assert step.by is not None
    call = Call(world, step, world.actor(step.by), step.at)
    _name_is_free(call)
    return _VERBS[step.do](call).findings


def _name_is_free(call: Call) -> None:
    """A name stays that of what it was given to; a second thing cannot take it."""
    name = call.step.name
    if name is not None and (name in call.world.offerings or name in call.world.subscriptions):
        call.refuse("name_taken")


def content_from(world: World, issuer: str, spec: OfferingSpec) -> Content:
    """The content that a story's offering stands for, samples filled in unless it is strict."""
    strict = world.story.strict
    full = complete_offering(spec, world.story.portal, strict=strict)
    security = full.security or SecuritySpec(kind="other")
    items = {} if strict else sample_items(world.issuers[issuer].name)
    items |= {item_key(item): answer for item, answer in (full.items or {}).items()}
    if any(item.startswith("4.2") and item != "4.2" for item in items):
        items.pop("4.2", None)
    return Content(
        security_kind=security.kind,
        price=security.unit_price,
        particulars=_particulars(security),
        minimum=full.minimum or _ZERO,
        maximum=full.maximum or _ZERO,
        minimum_per_purchaser=full.minimum_per_purchaser or _ZERO,
        days=full.days or 0,
        jurisdictions=tuple(full.jurisdictions or ()),
        languages=tuple(full.languages or ()),
        group_commission=bool(full.group_commission),
        use_of_funds=tuple(
            UseRow(row.what, row.minimum, row.maximum) for row in full.use_of_funds or ()
        ),
        items=items,
    )


def _particulars(security: SecuritySpec) -> dict[str, Any]:
    """The particulars as plain JSON, and what the security converts into as a kind."""
    particulars = {name: _plain(value) for name, value in security.particulars.items()}
    into = converts_into_kind(security)
    return particulars if into is None else {**particulars, "converts_into_kind": into}


def _plain(value: Any) -> Any:
    if isinstance(value, RateSpec):
        return {
            name: _plain(getattr(value, name))
            for name in ("kind", "percent", "reference", "margin", "floor")
            if getattr(value, name) is not None
        }
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "items"):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _draft(call: Call) -> Done[Any]:
    on = local_date(call.at, call.world.story.portal.zone)
    require_role(call.actor, "draft", moves.STANDING_MOVES["draft"], on)
    assert call.step.by is not None
    spec: OfferingSpec = call.params.offering
    assert call.actor.id is not None
    done = filing.draft(
        actor=call.actor,
        issuer_id=call.actor.id,
        portal_id=call.world.portal.pk,
        content=content_from(call.world, call.step.by, spec),
        at=call.at,
    )
    assert call.step.name is not None
    call.world.offerings[call.step.name] = done.subject.pk
    call.world.drafts[call.step.name] = spec
    return done


def _changed(call: Call, changes: OfferingSpec) -> tuple[UUID, OfferingSpec, Content]:
    """The offering, what the file now says of it, and its content with the changes laid over."""
    pk = call.offering()
    assert call.step.offering is not None
    spec = call.world.drafts[call.step.offering].overlaid(changes)
    owner = call.world.name_of(Offering.objects.values_list("issuer_id", flat=True).get(pk=pk))
    return pk, spec, content_from(call.world, owner, spec)


def _edit(call: Call) -> Done[Any]:
    pk, spec, content = _changed(call, call.params.offering)
    done = filing.edit(actor=call.actor, offering_id=pk, content=content, at=call.at)
    call.world.drafts[call.step.offering or ""] = spec
    return done


def _amend(call: Call) -> Done[Any]:
    pk, spec, content = _changed(call, call.params.changes)
    done = amendments.amend(
        actor=call.actor, offering_id=pk, content=content, what=call.params.what, at=call.at
    )
    call.world.drafts[call.step.offering or ""] = spec
    return done


def _certify(call: Call) -> Done[Any]:
    issuer = call.world.issuers.get(call.step.by or "")
    first = None if issuer is None else issuer.principals.first()
    certifier = (
        {"name": "Camille Dubois (exemple)", "position": "Directrice générale"}
        if first is None
        else {"name": first.name, "position": first.position}
    )
    return filing.certify(
        actor=call.actor, offering_id=call.offering(), certifier=certifier, at=call.at
    )


def _plain_act(service: Callable[..., Done[Any]]) -> Callable[[Call], Done[Any]]:
    """A verb that needs the offering alone."""

    def act(call: Call) -> Done[Any]:
        return service(actor=call.actor, offering_id=call.offering(), at=call.at)

    return act


def _reasoned(service: Callable[..., Done[Any]]) -> Callable[[Call], Done[Any]]:
    """A verb that needs the offering and a reason."""

    def act(call: Call) -> Done[Any]:
        reason = call.params.reason or ""
        return service(actor=call.actor, offering_id=call.offering(), reason=reason, at=call.at)

    return act


def _portal_status(call: Call) -> Done[Any]:
    on = portal_day(call.world.portal, call.at)
    require_role(call.actor, "portal_status", moves.STANDING_MOVES["portal_status"], on)
    authorise(call.world, call.params.authorised, call.actor, call.at)
    return Done(call.world.portal)


def _relate(call: Call) -> Done[Any]:
    return issuers.relate(
        actor=call.actor,
        issuer_id=call.world.issuers[call.params.issuer].pk,
        other_id=call.world.issuers[call.params.to].pk,
        kind=call.params.kind,
        since=call.params.since,
        portal_id=call.world.portal.pk,
        at=call.at,
    )


def _concurrent(call: Call) -> Done[Any]:
    return life.declare_concurrent(
        actor=call.actor,
        offering_id=call.offering(),
        amount=call.params.amount,
        unconditional=call.params.unconditional,
        at=call.at,
    )


def _read(call: Call) -> Done[Any]:
    return subscribing.read_document(
        actor=call.actor,
        offering_id=call.offering(),
        language=call.params.language,
        at=call.at,
    )


def _acknowledge(call: Call) -> Done[Any]:
    on = portal_day(call.world.portal, call.at)
    said = call.params.answers
    return subscribing.acknowledge_risks(
        actor=call.actor,
        offering_id=call.offering(),
        answers={row: said.get(row, True) for row in risk_statements(call.world.portal.kind, on)},
        language=call.params.language,
        at=call.at,
    )


def _advise(call: Call) -> Done[Any]:
    return subscribing.advise(
        actor=call.actor,
        offering_id=call.offering(),
        person_id=call.world.persons[call.params.investor].pk,
        dealer=call.params.dealer or call.world.portal.name,
        registration=call.params.registration or "EMD",
        suitable=call.params.suitable,
        at=call.at,
    )


def _subscribe(call: Call) -> Done[Any]:
    done = subscribing.subscribe(
        actor=call.actor,
        offering_id=call.offering(),
        units=call.params.units,
        insider=False,
        at=call.at,
    )
    assert call.step.name is not None
    call.world.subscriptions[call.step.name] = done.subject.pk
    return done


def _pay(call: Call) -> Done[Any]:
    return money.pay(
        actor=call.actor,
        subscription_id=call.subscription(),
        amount=call.params.amount,
        from_purchaser=call.params.source == "purchaser",
        at=call.at,
    )


def _withdraw(call: Call) -> Done[Any]:
    return money.withdraw(actor=call.actor, subscription_id=call.subscription(), at=call.at)


def _record_withdrawal(call: Call) -> Done[Any]:
    return money.record_withdrawal(
        actor=call.actor,
        subscription_id=call.subscription(),
        sent=call.params.sent,
        at=call.at,
    )


def _file(call: Call) -> Done[Any]:
    return duties.file_duty(
        actor=call.actor,
        offering_id=call.offering(),
        code=call.params.duty,
        reference=call.params.reference or "(exemple)",
        jurisdiction=call.params.jurisdiction or "",
        at=call.at,
    )


def _refund(call: Call) -> Done[Any]:
    if call.params.everything:
        return money.refund_all(actor=call.actor, offering_id=call.offering(), at=call.at)
    return money.refund(actor=call.actor, subscription_id=call.subscription(), at=call.at)


_VERBS: dict[str, Callable[[Call], Done[Any]]] = {
    "draft": _draft,
    "edit": _edit,
    "certify": _certify,
    "submit": _plain_act(filing.submit),
    "approve": _reasoned(filing.approve),
    "request_changes": _reasoned(filing.request_changes),
    "refuse": _reasoned(filing.refuse),
    "open": _plain_act(filing.open_offering),
    "suspend": _reasoned(life.suspend),
    "resume": _reasoned(life.resume),
    "stop": _reasoned(life.stop),
    "cancel": _plain_act(life.cancel),
    "portal_status": _portal_status,
    "relate": _relate,
    "amend": _amend,
    "publish": _plain_act(amendments.publish),
    "concurrent": _concurrent,
    "read": _read,
    "acknowledge": _acknowledge,
    "advise": _advise,
    "subscribe": _subscribe,
    "pay": _pay,
    "withdraw": _withdraw,
    "record_withdrawal": _record_withdrawal,
    "ask_closing": _plain_act(closing.ask_closing),
    "approve_closing": _plain_act(closing.approve_closing),
    "file": _file,
    "refund": _refund,
}
