"""The words that a statement has had in one language: where from, by whom, and how they stand."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from compliance.approvals.models import ApprovalRequest
from compliance.rules.kernel.grades import Grade
from compliance.rules.wording import Statement, packaged
from documents.actions import WORDING
from documents.models import WordingConfirmation, WordingVersion

NOT_COMPARED, ASKED, TO_COME, IN_FORCE, REPLACED = (
    "not_compared",
    "asked",
    "to_come",
    "in_force",
    "replaced",
)
STATES = {
    NOT_COMPARED: _("not compared yet"),
    ASKED: _("waits for a second person"),
    TO_COME: _("confirmed, not in force yet"),
    IN_FORCE: _("in force"),
    REPLACED: _("replaced"),
}
TONES = {
    NOT_COMPARED: "wait",
    ASKED: "live",
    TO_COME: "live",
    IN_FORCE: "good",
    REPLACED: "quiet",
}


@dataclass(frozen=True, slots=True)
class Past:
    """One set of words: the packaged ones, or a version that somebody put in."""

    text: str
    before: str
    """The words that came before them in this list; empty for the first."""
    grade: Grade
    effective_from: date
    effective_until: date | None
    state: str
    version: WordingVersion | None
    confirmation: WordingConfirmation | None
    request: ApprovalRequest | None
    """The request that stands, where they wait for a second person."""

    @property
    def standing(self) -> str:
        """How they stand, in words."""
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        """The tone of the badge of that standing."""
        return TONES[self.state]


def history(read: Statement) -> tuple[Past, ...]:
    """Every set of words that a statement in force, in its language, has had or will have, the
    latest first."""
    versions = list(
        WordingVersion.objects.filter(
            statement=read.id, applies_to=read.applies_to or "", language=read.language
        ).select_related("confirmation")
    )
    requests = {
        one.subject_id: one
        for one in ApprovalRequest.objects.filter(
            act=WORDING, standing=True, subject_id__in=[one.pk for one in versions]
        )
    }
    ours = [
        one
        for one in packaged().in_language(read.language)
        if (one.id, one.applies_to) == (read.id, read.applies_to)
    ]
    confirmed = WordingConfirmation.objects.filter(
        Q(version=None), text_digest__in=[one.version_digest for one in ours]
    )
    found = [_packaged(one, read, {row.text_digest: row for row in confirmed}) for one in ours]
    found += [_version(one, read, requests) for one in versions]
    found.sort(
        key=lambda one: (one.effective_from, 0 if one.version is None else one.version.number)
    )
    befores = ["", *(one.text for one in found)]
    shown = [replace(one, before=old) for one, old in zip(found, befores, strict=False)]
    return tuple(reversed(shown))


def waiting_versions() -> dict[tuple[str, str, str], tuple[UUID, date]]:
    """Of each statement in each language, the latest words that nobody has confirmed."""
    rows = WordingVersion.objects.filter(confirmation=None).order_by("number")
    return {
        (row.statement, row.applies_to, row.language): (row.pk, row.effective_from) for row in rows
    }


def _packaged(one: Statement, read: Statement, confirmed: dict[str, WordingConfirmation]) -> Past:
    holds = one.version_digest == read.version_digest and one.effective_from == read.effective_from
    return Past(
        text=one.text,
        before="",
        grade=one.grade,
        effective_from=one.effective_from,
        effective_until=read.effective_until if holds else one.effective_until,
        state=IN_FORCE if holds else REPLACED,
        version=None,
        confirmation=confirmed.get(one.version_digest),
        request=None,
    )


def _version(one: WordingVersion, read: Statement, requests: dict[UUID, ApprovalRequest]) -> Past:
    confirmation = getattr(one, "confirmation", None)
    request = requests.get(one.pk)
    if confirmation is None:
        state = NOT_COMPARED if request is None else ASKED
    elif (one.text_digest, one.effective_from) == (read.version_digest, read.effective_from):
        state = IN_FORCE
    else:
        state = TO_COME if one.effective_from > read.effective_from else REPLACED
    return Past(
        text=one.text,
        before="",
        grade=Grade(one.grade),
        effective_from=one.effective_from,
        effective_until=read.effective_until if state == IN_FORCE else None,
        state=state,
        version=one,
        confirmation=confirmation,
        request=request,
    )
