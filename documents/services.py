"""Writing documents: freezing their facts, and rendering what was frozen."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.audit.guard.trouble import apart
from compliance.sealing.canonical import written
from documents.facts import Paper, from_json, to_json
from documents.models import Document, DocumentContent
from documents.render import render
from documents.versions import latest

logger = logging.getLogger(__name__)

FAILED = "failed"


def issue(
    *,
    facts: Paper,
    offering_id: UUID | None,
    subject: tuple[str, UUID],
    person_id: UUID | None,
    at: datetime,
    supersedes: bool = True,
) -> Document:
    """Issue a document by freezing its facts, in the transaction of the act that issues it.

    ``subject`` is the type and id of what the document is about. The kind and the language are
    those of the facts; a document of the portal itself, and a holder's annual statement, are of no
    one offering (``documents.models.WITHOUT_OFFERING``). A later document of the same kind,
    language and subject supersedes the one before, unless ``supersedes`` is false: each then stands
    beside the others. The bytes are rendered later (``render_document``) and are decided by the
    facts alone.
    """
    document = first_document(
        facts=facts, offering_id=offering_id, subject=subject, person_id=person_id, at=at
    )
    latest = (
        Document.objects.filter(
            kind=document.kind,
            language=document.language,
            subject_type=document.subject_type,
            subject_id=document.subject_id,
        )
        .only("pk", "number")
        .order_by("-number")
        .first()
    )
    if latest is not None:
        document.number = latest.number + 1
        document.supersedes = latest if supersedes else None
    document.save(force_insert=True)
    return document


def first_document(
    *,
    facts: Paper,
    offering_id: UUID | None,
    subject: tuple[str, UUID],
    person_id: UUID | None,
    at: datetime,
) -> Document:
    """The first document of its kind and language about a new subject, frozen and not yet saved.

    For an act that writes all its rows at once; the arguments are those of ``issue``.
    """
    frozen: dict[str, Any] = to_json(facts)
    subject_type, subject_id = subject
    return Document(
        kind=facts.kind,
        language=facts.language,
        template=latest(facts.kind),
        offering_id=offering_id,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        facts=frozen,
        facts_digest=hashlib.sha256(written(frozen)).hexdigest(),
        issued_at=at,
        wording=[one.digest for one in facts.wording] if person_id is None else [],
    )


@transaction.atomic
def render_document(document_id: UUID, *, at: datetime) -> Document:
    """Render a document from its frozen facts and keep the bytes; twice changes nothing."""
    return _rendered(Document.objects.select_for_update().get(pk=document_id), at)


def _rendered(document: Document, at: datetime) -> Document:
    """A locked document with its bytes."""
    if document.sha256:
        return document
    rendered = render(
        document.kind, from_json(document.kind, document.facts), version=document.template
    )
    DocumentContent.objects.create(document=document, pdf=rendered.pdf)
    document.sha256 = rendered.sha256
    document.pages = rendered.pages
    document.rendered_at = at
    document.save(update_fields=["sha256", "pages", "rendered_at"])
    return document


def render_pending(*, at: datetime, done: Counter[str] | None = None) -> Iterator[Document]:
    """Render every document that has no bytes yet, oldest first, one transaction each.

    Several may run at once: a document that another has in hand is left to it. One that fails is
    logged, counted in ``done`` as ``FAILED`` and tried again by the next run; it does not hold
    those behind it.
    """
    waiting = Document.objects.filter(sha256="").order_by("issued_at").values_list("pk", flat=True)
    for pk in list(waiting):
        document = None
        text = "The document %s could not be rendered; it is tried again."
        with apart(logger, text, pk) as piece:
            document = _render_if_free(pk, at)
        if piece.failed and done is not None:
            done[FAILED] += 1
        if document is not None:
            yield document


@transaction.atomic
def _render_if_free(document_id: UUID, at: datetime) -> Document | None:
    free = Document.objects.select_for_update(skip_locked=True).filter(pk=document_id, sha256="")
    document = free.first()
    return None if document is None else _rendered(document, at)
