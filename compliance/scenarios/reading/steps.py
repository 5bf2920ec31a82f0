"""One step of a story."""

from datetime import datetime

from compliance.scenarios.reading.expectations import read_expectation
from compliance.scenarios.reading.places import Fields, Place
from compliance.scenarios.reading.story import StepSpec
from compliance.scenarios.reading.values import instant, short_name, text
from compliance.scenarios.reading.verbs import VERBS, Cast, Presence, Verb, check_refund
from compliance.scenarios.reading.yaml_nodes import Mapping

STEP_KEYS = ("at", "by", "do", "offering", "subscription", "as", "with", "expect")


def _verb(step: Place) -> tuple[str, Verb]:
    do = step.fields(STEP_KEYS).need("do")
    name = text(do)
    if name not in VERBS:
        do.fail(
            f"{name[:60]!r} is no verb of a scenario",
            f"{name[:60]!r} n'est pas un verbe de scénario",
        )
    return name, VERBS[name]


def _step_keys(verb: Verb) -> tuple[str, ...]:
    """The keys beside `do` that a verb may have, so that a key without a meaning there is
    refused."""
    keys = ["at", "do", "expect"]
    if verb.by != "nobody":
        keys += ["by", "with"]
    if verb.offering != "no":
        keys.append("offering")
    if verb.subscription != "no":
        keys.append("subscription")
    if verb.names:
        keys.append("as")
    return tuple(keys)


def _named(key: str, presence: Presence, step: Fields, inside: Fields) -> str | None:
    """The offering or subscription of a step, named beside `do` or inside `with`, never in both."""
    beside, within = step.get(key), inside.get(key)
    if beside is not None and within is not None:
        within.fail(
            f"{key} is given twice, beside do and inside with",
            f"{key} est donné deux fois, à côté de do et dans with",
        )
    place = beside or within
    if place is None and presence == "required":
        step.need(key)
    return short_name(place) if place else None


def _actor(keys: Fields, verb: Verb, cast: Cast) -> str | None:
    if verb.by == "nobody":
        return None
    place = keys.need("by")
    name = text(place)
    if name not in cast.people and name not in cast.issuers:
        place.fail(
            f"{name[:60]!r} is nobody in this story", f"{name[:60]!r} n'est personne dans ce récit"
        )
    return name


def read_step(step: Place, number: int, cast: Cast, earliest: datetime) -> StepSpec:
    """A step at or after `earliest`; raises ScenarioError for whatever the format does not know."""
    do, verb = _verb(step)
    keys = step.fields(_step_keys(verb))
    at = instant(keys.need("at"), cast.zone)
    if at < earliest:
        here, before = (
            f"{one.astimezone(cast.zone):%Y-%m-%d %H:%M:%S %z}" for one in (at, earliest)
        )
        keys.need("at").fail(
            f"this ({here}) is before the step before it, or before the start ({before})",
            f"ceci ({here}) précède l'étape d'avant, ou le début ({before})",
        )
    by = _actor(keys, verb, cast)
    inside = _inside(step, keys, verb)
    offering = _named("offering", verb.offering, keys, inside)
    subscription = _named("subscription", verb.subscription, keys, inside)
    name = short_name(keys.need("as")) if verb.names else None
    params = verb.read(inside, cast)
    check_refund(step, params, offering, subscription)
    expect = keys.get("expect")
    return StepSpec(
        n=number,
        line=step.line,
        at=at,
        do=do,
        by=by,
        offering=offering,
        subscription=subscription,
        name=name,
        params=params,
        expect=read_expectation(expect, cast.people) if expect else None,
    )


def _inside(step: Place, keys: Fields, verb: Verb) -> Fields:
    """The keys of `with`; a step without one has none, and what it misses is missing under
    `with`."""
    given = keys.get("with")
    if given is None:
        empty = Place(Mapping((), step.line, 1, 1), step.under("with"), step.file)
        return Fields(empty, {})
    named = [key for key in ("offering", "subscription") if getattr(verb, key) != "no"]
    return given.fields((*verb.keys, *named))
