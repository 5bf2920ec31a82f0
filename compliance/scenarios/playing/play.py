"""Playing a story: move the clock, do what is due, try the step, compare what came."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from compliance.scenarios.playing.checks import failed_expectations
from compliance.scenarios.playing.outcome import Outcome, Played, PlayedStep
from compliance.scenarios.playing.verbs import perform
from compliance.scenarios.playing.world import World, keep_f5_current, make_world
from compliance.scenarios.reading.story import StepSpec, Story
from equity.models import Subscription
from equity.refusal import Refused
from equity.services.time import tick


def play(
    story: Story, *, watch: Callable[[PlayedStep], None] | None = None
) -> tuple[World, Played]:
    """Play a story into the current database and return its world and what became of each step.

    ``watch`` is told of each step as soon as it was played. A refused step changes nothing and the
    story goes on.
    """
    world = make_world(story)
    steps: list[PlayedStep] = []
    last_named: UUID | None = None
    subscription: str | None = None
    for step in story.steps:
        move_clock(world, step.at)
        outcome = _try(world, step)
        last_named = _spoken_of(world, step) or last_named
        own = step.subscription or (step.name if step.do == "subscribe" else None)
        if own in world.subscriptions:
            subscription = own
        failed = failed_expectations(world, step, outcome, last_named, own or subscription)
        played = PlayedStep(step, outcome, failed)
        steps.append(played)
        if watch is not None:
            watch(played)
    return world, Played(story, tuple(steps))


def move_clock(world: World, at: datetime) -> None:
    """Do everything that is due by ``at`` in the offerings of the story, and file its F5."""
    tick(at=at, within=world.offerings.values())
    keep_f5_current(world, at)


def _try(world: World, step: StepSpec) -> Outcome:
    try:
        return Outcome(done=True, findings=perform(world, step))
    except Refused as refused:
        return Outcome(done=False, findings=refused.findings)


def _spoken_of(world: World, step: StepSpec) -> UUID | None:
    """The offering a step names, by itself, by its subscription, or by what it has just made."""
    for name in (step.offering, step.name):
        if name in world.offerings:
            return world.offerings[name]
    for name in (step.subscription, step.name):
        if name in world.subscriptions:
            pk = world.subscriptions[name]
            return Subscription.objects.values_list("offering_id", flat=True).get(pk=pk)
    return None
