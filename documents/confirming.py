"""Confirming prescribed wording: one officer compares it with the official text, another agrees.

It is the portal's own confirmation of the exact words that the package holds. It never raises the
grade of a line of data; it lifts the draft mark for that statement in that language.
"""

import hashlib
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role, require
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.audit.services import record
from compliance.idempotency.services import Key, repeatable, row_telling
from documents import actions
from documents.models import WordingComparison, WordingConfirmation
from documents.selectors import comparable_statements, statement_subject

_SHA256 = re.compile(r"[0-9a-f]{64}")


class WordingFault(ValueError):  # noqa: N818 - it says what is wrong
    """A statement cannot be compared or confirmed so; the sentence says why."""


@repeatable("wording:compare", row_telling(ApprovalRequest))
def compare_wording(
    *,
    actor: Actor,
    text_digest: str,
    source: str,
    source_digest: str,
    at: datetime,
    key: Key | None = None,
) -> ApprovalRequest:
    """Record that an officer compared a statement with the official text, and ask another to
    confirm it; return the request.

    `text_digest` is the `version_digest` of the statement as it was read, in one language;
    `source` says where the official text stands, `source_digest` is the SHA-256, in hexadecimal, of
    the file it was read in. Raises WordingFault, ActorNotAllowed.
    """
    require(actor, Role.OFFICER, action=actions.WORDING_COMPARE)
    assert actor.id is not None
    read = comparable_statements(at.date()).get(text_digest)
    if read is None:
        raise WordingFault("No prescribed statement in use reads so. Read it again.")
    if WordingConfirmation.objects.filter(text_digest=text_digest).exists():
        raise WordingFault("Two people confirmed these words already.")
    if not source.strip() or not _SHA256.fullmatch(source_digest):
        raise WordingFault("The source is said in words, with the SHA-256 of its file.")
    comparison = WordingComparison.objects.create(
        statement=read.id,
        language=read.language,
        text_digest=text_digest,
        source=source,
        source_digest=source_digest,
        compared_by=actor.id,
        compared_at=at,
    )
    record(
        actor=actor,
        action=actions.WORDING_COMPARE,
        subject=comparison,
        at=at,
        payload={"statement": read.id, "language": read.language, "text": text_digest},
    )
    return approvals.ask(
        actor=actor,
        act=actions.WORDING,
        subject=statement_subject(text_digest),
        content=_agreement(comparison, text_digest),
        at=at,
    )


@repeatable("wording:confirm", row_telling(WordingConfirmation))
def confirm_wording(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> WordingConfirmation:
    """Confirm, as another officer, what the first one compared; return the confirmation.

    `seen` is the digest of the request that was read. Words that the package holds no longer are
    not confirmed. Raises ApprovalRefused, ActorNotAllowed, ApprovalRequest.DoesNotExist.
    """
    request = ApprovalRequest.objects.get(pk=request_id, act=actions.WORDING)
    comparison = WordingComparison.objects.get(pk=request.said["comparison"])
    used = comparable_statements(at.date())
    now = comparison.text_digest if comparison.text_digest in used else ""
    content = _agreement(comparison, now)
    approval = approvals.approve(
        actor=actor, request_id=request_id, seen=seen, content=content, at=at
    )
    consumption = approvals.consume(actor=actor, approval=approval, content=content, at=at)
    confirmation = WordingConfirmation.objects.create(
        statement=comparison.statement,
        language=comparison.language,
        text_digest=comparison.text_digest,
        source=comparison.source,
        source_digest=comparison.source_digest,
        first_by=approval.asked_by,
        second_by=approval.approved_by,
        confirmed_at=at,
        consumption=consumption,
    )
    record(
        actor=actor,
        action=actions.WORDING_CONFIRM,
        subject=confirmation,
        at=at,
        payload={
            "statement": confirmation.statement,
            "language": confirmation.language,
            "text": confirmation.text_digest,
        },
    )
    return confirmation


def _agreement(comparison: WordingComparison, text_digest: str) -> dict[str, Any]:
    """What two officers agree on: these words, compared with that source."""
    return {
        "comparison": comparison.pk,
        "statement": comparison.statement,
        "language": comparison.language,
        "text": text_digest,
        "source": hashlib.sha256(comparison.source.encode("utf-8")).hexdigest(),
        "official": comparison.source_digest,
    }
