"""Putting in prescribed wording: the words of a form from its official text, with no release.

Whoever puts words in is the first of two people. They change nothing until another officer has
compared and confirmed them, and then hold from the day that the file says.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from compliance.accounts.roles import Actor, Role, require
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest
from compliance.approvals.selectors import standing_request
from compliance.audit.services import record
from compliance.idempotency.services import Key, Telling, repeatable
from compliance.rules.wording import PLACEHOLDER, Statement, words_digest
from compliance.rules.wording.checking import WordsRefused, fault, same_words
from compliance.rules.wording.resource import Entry, Head, Resource
from documents import actions
from documents.confirming import ask_to_confirm
from documents.models import WordingVersion
from documents.selectors import statement_subject
from documents.shelf import Known, known

NEW, WAITS, UNSEEN = "new", "waits", "unseen"
TO_CONFIRM, ASKED, CONFIRMED = "to_confirm", "asked", "confirmed"
_LOCK = 0x574F524453  # "WORDS", for pg_advisory_xact_lock


@dataclass(frozen=True, slots=True)
class Change:
    """One statement of a file beside the words in force on its first day.

    `standing` is `new` for words that are not these yet; `waits` for those that somebody put in
    and nobody has confirmed; of words that are in force already, `to_confirm`, `asked` (a second
    person is waited for) or `confirmed`; `unseen` for a placeholder that was left in its place.
    """

    packaged: Statement
    text: str
    digest: str
    before: Statement
    standing: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: the versions that it made, and the requests to confirm."""

    versions: tuple[UUID, ...]
    asked: tuple[UUID, ...]


def _imported(text: str) -> Imported:
    told = json.loads(text)
    return Imported(
        tuple(UUID(one) for one in told["versions"]), tuple(UUID(one) for one in told["asked"])
    )


def _told(imported: Imported) -> dict[str, Any]:
    return {
        "versions": [str(one) for one in imported.versions],
        "asked": [str(one) for one in imported.asked],
    }


def changes_of(resource: Resource, standing: Known | None = None) -> tuple[Change, ...]:
    """What a file would change, statement by statement; nothing is written."""
    standing = standing or known()
    pending = _pending(resource.head)
    asked = _asked()
    waits = {
        row.text_digest for row in pending if row.pk in asked or not resource.head.source_sha256
    }
    return tuple(
        _change(entry, resource.head.effective_from, standing, waits, asked)
        for entry in resource.entries
    )


def check_source(head: Head, content: bytes | None) -> None:
    """Compare the digest that a file gives of its source with the source itself.

    Raises WordsRefused where it is another, or where none was given to be compared.
    """
    if not head.source_sha256:
        return
    if content is None:
        raise WordsRefused((fault("source_wanted"),))
    found = hashlib.sha256(content).hexdigest()
    if found != head.source_sha256:
        raise WordsRefused((fault("source_differs", found=found, said=head.source_sha256),))


@repeatable("wording:import", Telling(_told, _imported))
def import_wording(
    *, actor: Actor, resource: Resource, at: datetime, key: Key | None = None
) -> Imported:
    """Put in the words of a file, all or none, and ask a second officer to confirm each.

    Words that are in force already make no version: where nobody confirmed them, the file counts as
    a comparison of them. Without the digest of an official file nobody is asked: somebody compares
    the words first. Earlier words for the same day that still wait no longer do. Raises
    WordsRefused where nothing is left to do, ActorNotAllowed.
    """
    require(actor, Role.OFFICER, action=actions.WORDING_IMPORT)
    with connection.cursor() as cursor:
        # Two files at once would give their versions the same numbers.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    head = resource.head
    versions: list[UUID] = []
    asked: list[UUID] = []
    for change in changes_of(resource):
        version = None
        if change.standing == NEW:
            version = _version(actor, head, change, at)
            versions.append(version.pk)
        elif change.standing != TO_CONFIRM:
            continue
        if head.source_sha256:
            named = (change.packaged.id, head.language)
            official = (head.source, head.source_sha256)
            asked.append(ask_to_confirm(actor, named, change.digest, official, version, at).pk)
    if not versions and not asked:
        raise WordsRefused((fault("nothing_new"),))
    return Imported(tuple(versions), tuple(asked))


def _change(
    entry: Entry,
    on: date,
    standing: Known,
    waits: Collection[str],
    asked: Collection[UUID],
) -> Change:
    one = entry.packaged
    before = standing.shelf.statement(one.id, one.language, on, one.applies_to or "exempt")
    text = before.text if same_words(before.text, entry.text) else entry.text
    digest = words_digest(one.id, one.applies_to, one.language, text)
    if digest == before.version_digest:
        if before.kind == PLACEHOLDER:
            said = UNSEEN
        elif (one.id, one.language, digest) in standing.confirmed:
            said = CONFIRMED
        else:
            said = ASKED if statement_subject(digest)[1] in asked else TO_CONFIRM
    else:
        said = WAITS if digest in waits else NEW
    return Change(one, text, digest, before, said)


def _pending(head: Head) -> list[WordingVersion]:
    """The versions for the same day that nobody has confirmed."""
    return list(
        WordingVersion.objects.filter(
            language=head.language, effective_from=head.effective_from, confirmation=None
        )
    )


def _asked() -> set[UUID]:
    rows = ApprovalRequest.objects.filter(act=actions.WORDING, standing=True)
    return set(rows.values_list("subject_id", flat=True))


def _version(actor: Actor, head: Head, change: Change, at: datetime) -> WordingVersion:
    assert actor.id is not None
    key = {
        "statement": change.packaged.id,
        "applies_to": change.packaged.applies_to or "",
        "language": head.language,
    }
    same = WordingVersion.objects.filter(**key)
    for earlier in same.filter(effective_from=head.effective_from, confirmation=None):
        if standing_request(actions.WORDING, earlier) is not None:
            approvals.withdraw(actor=actor, act=actions.WORDING, subject=earlier, at=at)
    latest = same.aggregate(latest=Max("number"))["latest"] or 0
    version = WordingVersion.objects.create(
        **key,
        number=latest + 1,
        text=change.text,
        text_digest=change.digest,
        source=head.source,
        source_digest=head.source_sha256,
        reference=head.reference,
        effective_from=head.effective_from,
        grade=head.grade.value,
        prepared_by=head.prepared_by,
        imported_by=actor.id,
        imported_at=at,
    )
    record(
        actor=actor,
        action=actions.WORDING_IMPORT,
        subject=version,
        at=at,
        payload={
            "statement": version.statement,
            "language": version.language,
            "text": version.text_digest,
            "from": version.effective_from,
            "grade": version.grade,
        },
    )
    return version
