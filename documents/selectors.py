"""Reading documents and the standing of prescribed wording."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from compliance.rules.kernel.money import Language
from compliance.rules.wording.wording import (
    Statement,
    statement,
    statements_by_digest,
    statements_of,
)
from documents.models import Document, WordingConfirmation

LANGUAGES = ("fr", "en")
PORTAL_KINDS = ("exempt", "dealer")
PRESCRIBED_FORMS = ("45-110F1", "45-110F2", "45-102")
"""Where prescribed words come from: the offering document, the risk acknowledgement, the legend."""


@lru_cache(maxsize=256)
def used_statements(portal_kind: str, language: str, on: date) -> tuple[Statement, ...]:
    """The prescribed statements that this kind of portal shows in one language on a day."""
    return tuple(
        statement
        for form in PRESCRIBED_FORMS
        for statement in statements_of(form, language, on, portal_kind)
        if statement.prescribed
    )


def unconfirmed_statements(portal_kind: str, languages: Iterable[str], on: date) -> tuple[str, ...]:
    """The ids of the statements in use that two people have not confirmed, as they now read.

    A statement is listed once, whatever the number of languages in which it is unconfirmed.
    """
    used = [s for language in languages for s in used_statements(portal_kind, language, on)]
    confirmed = set(
        WordingConfirmation.objects.filter(
            text_digest__in={s.version_digest for s in used}
        ).values_list("statement", "language", "text_digest")
    )
    return tuple(
        dict.fromkeys(s.id for s in used if (s.id, s.language, s.version_digest) not in confirmed)
    )


@lru_cache(maxsize=8)
def comparable_statements(on: date) -> Mapping[str, Statement]:
    """The prescribed statements of every form, kind of portal and language, by their digest."""
    return {
        statement.version_digest: statement
        for language in LANGUAGES
        for kind in PORTAL_KINDS
        for statement in used_statements(kind, language, on)
    }


def statement_named(text_digest: str) -> Statement | None:
    """The statement of these very words, in force or not; None for words the package never had."""
    return statements_by_digest().get(text_digest)


@dataclass(frozen=True, slots=True)
class Standing:
    """A prescribed statement, in its languages, and the confirmation of each."""

    id: str
    applies_to: str | None
    texts: tuple[tuple[Statement, WordingConfirmation | None], ...]


def wording_standing(on: date) -> tuple[Standing, ...]:
    """Every prescribed statement in use, in the order of the forms, and how it stands."""
    used = comparable_statements(on)
    confirmed = {
        row.text_digest: row
        for row in WordingConfirmation.objects.filter(text_digest__in=list(used))
    }
    by_statement: dict[tuple[str, str | None], list[Statement]] = {}
    for one in used.values():
        by_statement.setdefault((one.id, one.applies_to), []).append(one)
    return tuple(
        Standing(id, applies_to, tuple((one, confirmed.get(one.version_digest)) for one in texts))
        for (id, applies_to), texts in by_statement.items()
    )


def statement_subject(text_digest: str) -> tuple[str, UUID]:
    """A statement in its exact words, as the subject of a request."""
    return "documents.statement", UUID(text_digest[:32])


def confirmations() -> Coalesce:
    """How many confirmations of wording there are, to be asked along with something else.

    They are never taken back, so as long as this number stands, every answer of
    ``unconfirmed_statements`` for one day does.
    """
    rows = WordingConfirmation.objects.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(rows.annotate(number=Count("*")).values("number")), 0)


PLACEHOLDER = "placeholder"
"""The kind of a statement that stands for words nobody has seen: it is never confirmed."""


def unconfirmed_among(
    ids: Iterable[str], portal_kind: str, language: Language, on: date
) -> tuple[str, ...]:
    """Of the statements that a paper prints, those to be marked as not confirmed, in their order.

    A placeholder always is, whatever anybody confirmed.
    """
    used = [statement(one, language, on, portal_kind) for one in ids]
    asked = [one for one in used if one.prescribed]
    confirmed = set(
        WordingConfirmation.objects.filter(
            text_digest__in=[one.version_digest for one in asked if one.kind != PLACEHOLDER]
        ).values_list("text_digest", flat=True)
    )
    return tuple(one.id for one in asked if one.version_digest not in confirmed)


def documents_of(offering_id: UUID) -> QuerySet[Document]:
    """Every document issued for an offering, oldest first."""
    return Document.objects.filter(offering_id=offering_id)


def documents_for_person(person_id: UUID) -> QuerySet[Document]:
    """Every document that is a person's own, newest first."""
    return Document.objects.filter(person_id=person_id).order_by("-issued_at")
