"""Writing the audit trail: one entry in the transaction of the deed it tells."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.transaction import TransactionManagementError

from compliance.accounts.roles import Actor
from compliance.audit.actions import action as registered_action
from compliance.audit.discretion import canonical_text, discreet
from compliance.audit.models import Entry, Judgement
from compliance.rules.kernel.findings import Finding, plain_value

Subject = models.Model | tuple[type[models.Model] | str, UUID | str]

_SUBJECT_TYPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Judged:
    """One question put to the rules, as it is recorded."""

    question: str
    """What was asked: `subscription`, `opening`, `closing`..."""
    on: date
    """The day whose law was applied."""
    rulebook_digest: str
    """The digest of the figures and readings that were applied."""
    facts: Mapping[str, Any]
    """The facts: ids, amounts, dates, provinces and booleans only."""
    findings: Iterable[Finding]
    """All findings, in the order in which they were judged."""


def record(
    *,
    actor: Actor,
    action: str,
    subject: Subject,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    judgements: Iterable[Judged] = (),
) -> Entry:
    """Append an entry, and the judgements it rests on, in the caller's transaction.

    One INSERT, and one more when there are judgements. Takes and raises what `entry_rows` does.
    """
    entry, *rows = entry_rows(
        actor=actor, action=action, subject=subject, at=at, payload=payload, judgements=judgements
    )
    entry.save(force_insert=True)
    if rows:
        Judgement.objects.bulk_create(rows)
    return entry


def entry_rows(
    *,
    actor: Actor,
    action: str,
    subject: Subject,
    at: datetime,
    payload: Mapping[str, Any] | None = None,
    judgements: Iterable[Judged] = (),
) -> tuple[Entry, *tuple[Judgement, ...]]:
    """The entry and the judgements it rests on, checked and not yet saved.

    For an act that writes all its rows at once, in its transaction.
    `subject` is a model instance with a UUID key, or a pair of a model (or `app.model`) and the id.
    `at` is the aware instant of the deed. `payload` holds ids, codes, amounts and dates.
    Raises TransactionManagementError outside `atomic()`, UnknownAction on a tag that is not
    registered, NotDiscreet or CanonicalError on a payload that the trail may not hold, ValueError
    on a naive instant or a malformed subject.
    """
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError(
            "An audit entry is written in the transaction of what it tells. Call it inside "
            "transaction.atomic(), or the deed may be kept and its entry lost."
        )
    if at.utcoffset() is None:
        raise ValueError("The instant of an audit entry needs a time zone.")
    subject_type, subject_id = subject_key(subject)
    entry = Entry(
        at=at,
        actor_role=actor.role.value,
        actor_id=actor.id,
        action=registered_action(action).tag,
        subject_type=subject_type,
        subject_id=subject_id,
        payload=discreet(payload or {}),
    )
    return entry, *(_row(entry, rank, judged) for rank, judged in enumerate(judgements))


def subject_key(subject: Subject) -> tuple[str, UUID]:
    """The recorded form of a subject: `app.model` and its id; raises ValueError."""
    if isinstance(subject, models.Model):
        kind, key = subject._meta.label_lower, subject.pk
    else:
        named, key = subject
        kind = named if isinstance(named, str) else named._meta.label_lower
    if not _SUBJECT_TYPE.fullmatch(kind):
        raise ValueError(f"{kind!r} cannot be the type of a subject; write `app.model`.")
    return kind, key if isinstance(key, UUID) else UUID(str(key))


def told_findings(findings: Iterable[Finding]) -> Any:
    """Findings as they are kept: `[{code, met, figures, room}]` in plain JSON, in their order."""
    return discreet(
        [
            {
                "code": finding.code,
                "met": finding.met,
                "figures": {name: plain_value(value) for name, value in finding.figures.items()},
                "room": finding.room,
            }
            for finding in findings
        ]
    )


def _row(entry: Entry, rank: int, judged: Judged) -> Judgement:
    findings = told_findings(judged.findings)
    return Judgement(
        entry=entry,
        rank=rank,
        question=judged.question,
        on=judged.on,
        rulebook_digest=judged.rulebook_digest,
        facts=canonical_text(judged.facts),
        findings=findings,
        met=all(finding["met"] for finding in findings),
    )
