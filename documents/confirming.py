"""Confirming prescribed wording: one officer compares it with the official text, another agrees.

It is the portal's own confirmation of the exact words that the package holds, or that somebody put
in. It never raises a grade; it lifts the draft mark for that statement in that language, and words
that were put in hold from their first day on.
"""

import hashlib
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role, require
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.audit.services import Subject, record
from compliance.idempotency.services import Key, repeatable, row_telling
from compliance.rules.wording import PLACEHOLDER
from documents import actions
from documents.models import WordingComparison, WordingConfirmation, WordingVersion
from documents.selectors import comparable_statements, statement_subject
from documents.shelf import day_of_words

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
    version_id: UUID | None = None,
    key: Key | None = None,
) -> ApprovalRequest:
    """Record that an officer compared a statement with the official text, and ask another to
    confirm it; return the request.

    `text_digest` is the `version_digest` of the statement as it was read, in one language;
    `source` says where the official text stands, `source_digest` is the SHA-256, in hexadecimal, of
    the file it was read in. `version_id` names the words that somebody put in, where it is those.
    Raises WordingFault, ActorNotAllowed, WordingVersion.DoesNotExist.
    """
    require(actor, Role.OFFICER, action=actions.WORDING_COMPARE)
    if version_id is None:
        version = None
        read = comparable_statements(day_of_words(at)).get(text_digest)
        if read is None:
            raise WordingFault("No prescribed statement in use reads so. Read it again.")
        if read.kind == PLACEHOLDER:
            raise WordingFault("Nobody has seen these words. Put the official ones in.")
        named = (read.id, read.language)
        before = WordingConfirmation.objects.filter(text_digest=text_digest)
    else:
        version = WordingVersion.objects.get(pk=version_id, text_digest=text_digest)
        named = (version.statement, version.language)
        before = WordingConfirmation.objects.filter(version=version)
    if before.exists():
        raise WordingFault("Two people confirmed these words already.")
    if not source.strip() or not _SHA256.fullmatch(source_digest):
        raise WordingFault("The source is said in words, with the SHA-256 of its file.")
    return ask_to_confirm(actor, named, text_digest, (source, source_digest), version, at)


def ask_to_confirm(
    actor: Actor,
    named: tuple[str, str],
    text_digest: str,
    official: tuple[str, str],
    version: WordingVersion | None,
    at: datetime,
) -> ApprovalRequest:
    """Write the comparison down and ask a second officer; in the caller's transaction.

    `named` is the id of the statement and its language, `official` where its text stands, in words,
    and the SHA-256 of the file.
    """
    statement, language = named
    source, source_digest = official
    assert actor.id is not None
    comparison = WordingComparison.objects.create(
        statement=statement,
        language=language,
        text_digest=text_digest,
        source=source,
        source_digest=source_digest,
        version=version,
        compared_by=actor.id,
        compared_at=at,
    )
    record(
        actor=actor,
        action=actions.WORDING_COMPARE,
        subject=comparison,
        at=at,
        payload={"statement": statement, "language": language, "text": text_digest},
    )
    return approvals.ask(
        actor=actor,
        act=actions.WORDING,
        subject=subject_of(text_digest, version),
        content=_agreement(comparison, text_digest),
        at=at,
    )


def subject_of(text_digest: str, version: WordingVersion | None) -> Subject:
    """What a request to confirm words is about: those words as packaged, or a version of them."""
    return statement_subject(text_digest) if version is None else version


@repeatable("wording:confirm", row_telling(WordingConfirmation))
def confirm_wording(
    *, actor: Actor, request_id: UUID, seen: str, at: datetime, key: Key | None = None
) -> WordingConfirmation:
    """Confirm, as another officer, what the first one compared; return the confirmation.

    `seen` is the digest of the request that was read. Words that the package holds no longer are
    not confirmed. Raises ApprovalRefused, ActorNotAllowed, ApprovalRequest.DoesNotExist.
    """
    request = ApprovalRequest.objects.get(pk=request_id, act=actions.WORDING)
    comparison = WordingComparison.objects.select_related("version").get(
        pk=request.said["comparison"]
    )
    held = comparison.version is not None or (
        comparison.text_digest in comparable_statements(day_of_words(at))
    )
    content = _agreement(comparison, comparison.text_digest if held else "")
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
        version=comparison.version,
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
    """What two officers agree on: these words, compared with that source; of words that were put
    in, also from which day they hold, and how sure whoever put them in was."""
    agreed = {
        "comparison": comparison.pk,
        "statement": comparison.statement,
        "language": comparison.language,
        "text": text_digest,
        "source": hashlib.sha256(comparison.source.encode("utf-8")).hexdigest(),
        "official": comparison.source_digest,
    }
    if comparison.version is not None:
        agreed |= {
            "version": comparison.version.pk,
            "from": comparison.version.effective_from,
            "grade": comparison.version.grade,
        }
    return agreed
