"""The prescribed statements as the desk lists them: form by form, and how each stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from compliance.approvals.models import ApprovalRequest
from compliance.desk.wording_history import waiting_versions
from compliance.desk.wording_uses import older_words
from compliance.rules.wording import PLACEHOLDER
from compliance.rules.wording.resource import FORMS
from documents.actions import WORDING
from documents.selectors import Standing, statement_subject, wording_standing
from documents.shelf import known

UNSEEN, TO_CONFIRM, ASKED, CONFIRMED = "unseen", "to_confirm", "asked", "confirmed"
STATES = (UNSEEN, TO_CONFIRM, ASKED, CONFIRMED)
STANDINGS = {
    UNSEEN: _("words missing"),
    TO_CONFIRM: _("to confirm"),
    ASKED: _("waits for a second person"),
    CONFIRMED: _("confirmed by two people"),
}
TONES = {UNSEEN: "bad", TO_CONFIRM: "wait", ASKED: "live", CONFIRMED: "good"}


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in one language: where it is read, and how it stands."""

    language: str
    digest: str
    state: str
    coming: tuple[UUID, date] | None
    """Other words that somebody put in and nobody has confirmed, and their first day."""
    older: int
    """How many open offerings print older words of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement with each of its languages."""

    standing: Standing
    words: str
    """Its words in the language of the page where there are any."""
    language: str
    """Of the words."""
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """The statements of one form, and how many of their texts are confirmed."""

    code: str
    lines: tuple[Line, ...]
    confirmed: int
    texts: int


def forms(on: date, language: str) -> tuple[Form, ...]:
    """Every prescribed statement in use on a day, form by form; a few questions to the database,
    whatever the number of statements and offerings."""
    standing = known()
    standings = wording_standing(on, standing)
    beside = _Beside(
        {key: len(uses) for key, uses in older_words(on, standing).items()}, waiting_versions()
    )
    subjects = ApprovalRequest.objects.filter(act=WORDING, standing=True)
    asked = set(subjects.values_list("subject_id", flat=True))
    found = []
    for code in FORMS:
        lines = tuple(
            _line(one, language, asked, beside) for one in standings if one.texts[0][0].form == code
        )
        states = [text.state for line in lines for text in line.texts]
        found.append(Form(code, lines, states.count(CONFIRMED), len(states)))
    return tuple(found)


def shown(found: Collection[Form], code: str, state: str) -> tuple[Form, ...]:
    """The forms of a list: those of one code, and of each the statements of which some language
    stands as asked. Empty filters show everything."""
    kept = []
    for form in found:
        if code and form.code != code:
            continue
        lines = tuple(
            line
            for line in form.lines
            if not state or any(text.state == state for text in line.texts)
        )
        if lines:
            kept.append(Form(form.code, lines, form.confirmed, form.texts))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the words in force, by id, kind of portal and language."""

    older: Mapping[tuple[str, str, str], int]
    coming: Mapping[tuple[str, str, str], tuple[UUID, date]]


def _line(standing: Standing, language: str, asked: Collection[object], beside: _Beside) -> Line:
    texts = []
    read = standing.texts[0][0]
    for one, confirmed in standing.texts:
        if one.language == language:
            read = one
        waits = statement_subject(one.version_digest)[1] in asked
        unseen = one.kind == PLACEHOLDER
        state = UNSEEN if unseen else CONFIRMED if confirmed else ASKED if waits else TO_CONFIRM
        key = (one.id, one.applies_to or "", one.language)
        texts.append(
            Text(
                one.language,
                one.version_digest,
                state,
                beside.coming.get(key),
                beside.older.get(key, 0),
            )
        )
    return Line(standing, read.text, read.language, tuple(texts))
