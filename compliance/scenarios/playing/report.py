"""What a story left behind: as one JSON object, and as lines that people read."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from compliance.audit import selectors as audit
from compliance.rules.kernel.findings import not_met, plain
from compliance.rules.kernel.money import format_cad
from compliance.scenarios.playing.checks import holdings_of
from compliance.scenarios.playing.outcome import Played, PlayedStep
from compliance.scenarios.playing.world import World
from compliance.scenarios.reading.story import Story
from documents.models import Document
from equity.models import Duty, Offering, Subscription
from equity.selectors.figures import offering_figures


def as_json(world: World, played: Played, files: Mapping[Document, Path]) -> dict[str, Any]:
    """The object that ``--json`` prints for a story; ``files`` are the documents written out."""
    at = played.story.steps[-1].at if played.story.steps else played.story.starts
    offerings = {
        name: Offering.objects.select_related("portal", "issuer", "in_force").get(pk=pk)
        for name, pk in world.offerings.items()
    }
    return {
        "title": played.story.title,
        "ok": played.ok,
        "steps": [_step(world, step) for step in played.steps],
        "offerings": {name: _offering(row, at) for name, row in offerings.items()},
        "subscriptions": {
            name: _subscription(Subscription.objects.get(pk=pk))
            for name, pk in world.subscriptions.items()
        },
        "holdings": {
            name: dict(holdings_of(world, row))
            for name, row in offerings.items()
            if row.holdings.exists()
        },
        "duties": _duties(world),
        "documents": _documents(world, files),
        "audit": {"entries": audit.count(), "head": audit.head()},
    }


def _step(world: World, played: PlayedStep) -> dict[str, Any]:
    step = played.step
    return {
        "n": step.n,
        "at": step.at.astimezone(world.story.portal.zone).isoformat(),
        "do": step.do,
        "by": step.by,
        "outcome": "done" if played.outcome.done else "refused",
        "findings": [plain(finding) for finding in played.outcome.findings],
        "failed_expectations": list(played.failed),
    }


def _offering(offering: Offering, at: datetime) -> dict[str, Any]:
    figures = offering_figures(offering, at)
    return {
        "state": offering.state,
        "first_available": _day(offering.first_available),
        "last_day": _day(offering.last_day),
        "raised": f"{figures.raised:.2f}",
        "binding": f"{figures.binding:.2f}",
        "paid": f"{figures.paid:.2f}",
        "trust": f"{figures.trust:.2f}",
        "refunds_due": f"{figures.refunds_due:.2f}",
        "group_room": f"{figures.group_room:.2f}",
    }


def _subscription(row: Subscription) -> dict[str, Any]:
    return {
        "state": row.state,
        "units": row.units,
        "amount": f"{row.amount:.2f}",
        "right_ends": _day(row.right_ends_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _duties(world: World) -> list[dict[str, Any]]:
    mine = Duty.objects.filter(offering__in=world.offerings.values())
    portal = Duty.objects.filter(portal=world.portal)
    return [
        {
            "code": duty.code,
            "subject": _duty_subject(world, duty),
            "jurisdiction": duty.jurisdiction or None,
            "due": duty.due_on.isoformat(),
            "done": duty.done_at is not None,
        }
        for duty in (*mine, *portal)
    ]


def _duty_subject(world: World, duty: Duty) -> str:
    key = duty.subscription_id or duty.offering_id
    return world.portal.name if key is None else world.name_of(key)


def documents_of_world(world: World) -> Iterator[Document]:
    """Every document the story's offerings issued, in order."""
    yield from Document.objects.filter(offering_id__in=world.offerings.values()).order_by(
        "issued_at", "kind", "subject_id", "number", "language"
    )


def _documents(world: World, files: Mapping[Document, Path]) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind,
            "language": row.language,
            "subject": world.name_of(row.subject_id),
            "sha256": row.sha256,
            "pages": row.pages,
            "file": str(files[row]) if row in files else None,
        }
        for row in documents_of_world(world)
    ]


def step_lines(story: Story, played: PlayedStep, language: str) -> Iterator[str]:
    """A step as people read it: when, who, what, and why it was refused or did not hold."""
    step = played.step
    named = step.name or step.subscription or step.offering or ""
    mark = "✓" if played.outcome.done else "✗"
    when = _when(step.at.astimezone(story.portal.zone))
    yield f"{step.n:>4}  {when}  {mark} {step.by or '—'}: {step.do} {named}".rstrip()
    if not played.outcome.done:
        for finding in not_met(played.outcome.findings):
            yield (
                f"        {finding.code} ({finding.citation(language)}) — "
                f"{finding.message(language)}"
            )
    for sentence in played.failed:
        yield f"        !! {sentence}"


def _when(local: datetime) -> str:
    """A local time, with its offset in the hour that the autumn change repeats."""
    repeated = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return f"{local:%Y-%m-%d %H:%M %z}" if repeated else f"{local:%Y-%m-%d %H:%M}"


def summary_lines(world: World, played: Played, language: str) -> Iterator[str]:
    """How each offering of a story stands at its end, in a few lines."""
    at = played.story.steps[-1].at if played.story.steps else played.story.starts
    labels = ("souscrit", "payé", "en fiducie") if language == "fr" else ("raised", "paid", "trust")
    for name, pk in world.offerings.items():
        offering = Offering.objects.select_related("portal", "issuer", "in_force").get(pk=pk)
        figures = offering_figures(offering, at)
        amounts = zip(labels, (figures.raised, figures.paid, figures.trust), strict=True)
        told = ", ".join(f"{label} {format_cad(amount, language)}" for label, amount in amounts)
        yield f"      {name}: {offering.state}; {told}"
