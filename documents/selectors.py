"""Reading documents and the standing of prescribed wording."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from compliance.rules.kernel.money import Language
from compliance.rules.wording import PLACEHOLDER, Shelf, Statement
from documents.models import Document, Seal, WordingConfirmation
from documents.shelf import Known, known

LANGUAGES = ("fr", "en")
PORTAL_KINDS = ("exempt", "dealer")
PRESCRIBED_FORMS = ("45-110F1", "45-110F2", "45-102")
"""Where prescribed words come from: the offering document, the risk acknowledgement, the legend."""

PORTAL_FORMS = ("45-110F3", "45-110F4", "45-110F5")
"""Forms that the portal delivers about itself. No offering waits for their words."""

REPORT_FORMS = ("45-106F1",)
"""The report that the issuer files after a closing. No offering waits for its words either."""


@lru_cache(maxsize=256)
def used_statements(
    portal_kind: str, language: str, on: date, shelf: Shelf
) -> tuple[Statement, ...]:
    """The prescribed statements that this kind of portal shows in one language on a day."""
    return tuple(
        statement
        for form in PRESCRIBED_FORMS
        for statement in shelf.statements_of(form, language, on, portal_kind)
        if statement.prescribed
    )


def unconfirmed_statements(
    portal_kind: str, languages: Iterable[str], on: date, standing: Known | None = None
) -> tuple[str, ...]:
    """The ids of the statements in use that two people have not confirmed, as they now read.

    A statement is listed once, whatever the number of languages in which it is unconfirmed. Nothing
    is asked of the database where `standing` says what is known.
    """
    standing = standing or known()
    used = (
        s
        for language in languages
        for s in used_statements(portal_kind, language, on, standing.shelf)
    )
    confirmed = standing.confirmed
    return tuple(
        dict.fromkeys(s.id for s in used if (s.id, s.language, s.version_digest) not in confirmed)
    )


def comparable_statements(on: date, standing: Known | None = None) -> Mapping[str, Statement]:
    """The prescribed statements of every form, kind of portal and language, in the words in force
    on a day, by their digest. Among them are placeholders, which nobody compares."""
    return _comparable(on, (standing or known()).shelf)


@lru_cache(maxsize=8)
def _comparable(on: date, shelf: Shelf) -> Mapping[str, Statement]:
    return {
        statement.version_digest: statement
        for language in LANGUAGES
        for kind in PORTAL_KINDS
        for form in (*PRESCRIBED_FORMS, *PORTAL_FORMS, *REPORT_FORMS)
        for statement in shelf.statements_of(form, language, on, kind)
        if statement.prescribed
    }


def statement_named(text_digest: str, shelf: Shelf) -> Statement | None:
    """The statement of these very words, in force or not; None for words that never were."""
    return shelf.by_digest.get(text_digest)


@dataclass(frozen=True, slots=True)
class Standing:
    """A prescribed statement, in its languages, and the confirmation of each."""

    id: str
    applies_to: str | None
    texts: tuple[tuple[Statement, WordingConfirmation | None], ...]


def wording_standing(on: date, standing: Known | None = None) -> tuple[Standing, ...]:
    """Every prescribed statement in use, in the order of the forms, and how it stands."""
    used = comparable_statements(on, standing)
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


def unconfirmed_among(
    ids: Iterable[str], portal_kind: str, language: Language, on: date, standing: Known
) -> tuple[str, ...]:
    """Of the statements that a paper prints, those to be marked as not confirmed, in their order.

    A placeholder always is, whatever anybody confirmed.
    """
    used = (standing.shelf.statement(one, language, on, portal_kind) for one in ids)
    return tuple(
        one.id
        for one in used
        if one.prescribed
        and (
            one.kind == PLACEHOLDER
            or (one.id, one.language, one.version_digest) not in standing.confirmed
        )
    )


def documents_about(subject_type: str, subject_ids: Iterable[UUID]) -> QuerySet[Document]:
    """Every document about these subjects, the newest first, French first."""
    rows = Document.objects.filter(subject_type=subject_type, subject_id__in=list(subject_ids))
    return rows.order_by("-issued_at", "-number", "-language", "kind")


def documents_of(offering_id: UUID) -> QuerySet[Document]:
    """Every document issued for an offering, oldest first."""
    return Document.objects.filter(offering_id=offering_id)


@dataclass(frozen=True, slots=True)
class Made:
    """How many documents of an offering have their bytes, of how many that were issued."""

    made: int
    issued: int

    @property
    def all(self) -> bool:
        """Whether none is waited for."""
        return self.made == self.issued


def made_of(offering_id: UUID) -> Made:
    """How far the papers of an offering are; a closing leaves thousands at once."""
    counted = documents_of(offering_id).aggregate(
        made=Count("pk", filter=Q(sha256__gt="")), issued=Count("pk")
    )
    return Made(**counted)


def with_seals(documents: QuerySet[Document]) -> QuerySet[Document]:
    """The same documents with what is listed of their seals."""
    return documents.select_related("seal").defer("seal__increment")


def documents_for_person(person_id: UUID) -> QuerySet[Document]:
    """Every document that is a person's own, newest first."""
    return Document.objects.filter(person_id=person_id).order_by("-issued_at")


def archive_copy(document: Document) -> bytes:
    """A rendered document as it is kept: with its seal and every time stamp, where it has them."""
    held = Seal.objects.filter(document=document).prefetch_related("stamps").first()
    issued = bytes(document.content.pdf)
    if held is None:
        return issued
    later = sorted(held.stamps.all(), key=lambda stamp: stamp.number)
    return b"".join([issued, bytes(held.increment), *(bytes(one.increment) for one in later)])
