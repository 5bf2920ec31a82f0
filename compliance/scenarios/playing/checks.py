"""Comparing what came with what a step expected, in words."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import duties
from compliance.scenarios.playing.outcome import Outcome
from compliance.scenarios.playing.world import World
from compliance.scenarios.reading.story import Expectation, StepSpec
from documents.selectors import documents_of
from equity.models import Duty, Holding, Offering, Subscription
from equity.selectors.figures import OfferingFigures, offering_figures

_AMOUNTS = ("raised", "binding", "paid", "group_room", "refunds_due", "trust")


def failed_expectations(
    world: World,
    step: StepSpec,
    outcome: Outcome,
    offering_id: UUID | None,
    subscription: str | None,
) -> tuple[str, ...]:
    """What a step expected and did not come, one sentence each; nothing when all holds.

    Expectations about an offering speak of ``offering_id``, those about one subscription of
    ``subscription``, its short name: the step's own, or the last named.
    """
    if step.expect is None:
        return ()
    return (
        *_outcome(step.expect, outcome),
        *_subscriptions(world, subscription, step.expect),
        *_offering(world, step.expect, offering_id, step),
    )


def _outcome(expect: Expectation, outcome: Outcome) -> Iterator[str]:
    if expect.refused is not None and expect.refused != outcome.refused:
        yield f"refused: expected {_codes(expect.refused)}, came {_codes(outcome.refused)}"
    rooms = {finding.code: finding.room for finding in outcome.findings}
    for code, amount in (expect.room or {}).items():
        if rooms.get(code) != amount:
            yield f"room {code}: expected {amount}, came {_room(outcome.findings, code)}"


def _codes(codes: frozenset[str]) -> str:
    return f"[{', '.join(sorted(codes))}]"


def _room(findings: tuple[Finding, ...], code: str) -> str:
    for finding in findings:
        if finding.code == code:
            return "no room" if finding.room is None else f"{finding.room:.2f}"
    return "no such finding"


def _subscriptions(world: World, own: str | None, expect: Expectation) -> Iterator[str]:
    if expect.subscription is not None:
        what = "subscription" if own is None else f"subscription {own}"
        yield from _differs(what, expect.subscription, _state(world, own))
    for name, state in (expect.subscriptions or {}).items():
        yield from _differs(f"subscription {name}", state, _state(world, name))
    if expect.right_ends is not None:
        found = _row(world, own)
        came = None if found is None else found.right_ends_on
        yield from _differs("right_ends", expect.right_ends, came)


def _row(world: World, name: str | None) -> Subscription | None:
    pk = world.subscriptions.get(name or "")
    return None if pk is None else Subscription.objects.get(pk=pk)


def _state(world: World, name: str | None) -> str | None:
    found = _row(world, name)
    return None if found is None else found.state


def _differs(what: str, expected: object, came: object) -> Iterator[str]:
    if expected != came:
        yield f"{what}: expected {expected}, came {'nothing' if came is None else came}"


def _offering(
    world: World, expect: Expectation, offering_id: UUID | None, step: StepSpec
) -> Iterator[str]:
    if not _speaks_of_offering(expect):
        return
    if offering_id is None:
        yield "an offering was expected, but none came to be"
        return
    offering = Offering.objects.select_related("portal", "issuer", "in_force").get(pk=offering_id)
    if expect.offering is not None:
        yield from _differs("offering", expect.offering, offering.state)
    yield from _amounts(expect, offering_figures(offering, step.at))
    for compare in (_duties, _documents, _holdings):
        yield from compare(world, expect, offering)


def _speaks_of_offering(expect: Expectation) -> bool:
    names = ("offering", *_AMOUNTS, "duties", "documents", "holdings")
    return any(getattr(expect, name) is not None for name in names)


def _amounts(expect: Expectation, figures: OfferingFigures) -> Iterator[str]:
    for name in _AMOUNTS:
        wanted: Decimal | None = getattr(expect, name)
        if wanted is not None:
            yield from _differs(name, wanted, getattr(figures, name))


def _duties(_world: World, expect: Expectation, offering: Offering) -> Iterator[str]:
    for code, due in (expect.duties or {}).items():
        days = due_days(offering, code)
        met = due in days if code == duties.REFUND else set(days) == {due}
        if not met:
            came = ", ".join(day.isoformat() for day in days) or "none"
            yield f"{code}: expected {due.isoformat()}, came {came}"


def due_days(offering: Offering, code: str) -> list[date]:
    """The due days of a duty of the offering, done or not; the portal's own F5 with it."""
    rows = Duty.objects.filter(code=code)
    owned = (
        rows.filter(portal=offering.portal)
        if code == duties.CERTIFY_RESOURCES
        else rows.filter(offering=offering)
    )
    return list(owned.order_by("due_on").values_list("due_on", flat=True))


def _documents(_world: World, expect: Expectation, offering: Offering) -> Iterator[str]:
    for kind, count in (expect.documents or {}).items():
        came = documents_of(offering.pk).filter(kind=kind).count()
        yield from _differs(f"documents {kind}", count, came)


def _holdings(world: World, expect: Expectation, offering: Offering) -> Iterator[str]:
    if expect.holdings is None:
        return
    came = holdings_of(world, offering)
    for name, units in expect.holdings.items():
        yield from _differs(f"holding of {name}", units, came.get(name, 0))


def holdings_of(world: World, offering: Offering) -> Mapping[str, int]:
    """Units held of an offering, by the short name of the holder."""
    rows = (
        Holding.objects.filter(offering=offering)
        .values_list("person")
        .annotate(total=Sum("units"))
        .order_by("person")
    )
    return {world.name_of(person): total for person, total in rows}
