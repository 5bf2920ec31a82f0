"""Issued documents, and the confirmation of prescribed wording by two people."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from compliance.approvals.models import Consumption
from compliance.vault.fields import SealedBytesField, SealedJSONField
from compliance.vault.models import SealedModel

WITHOUT_OFFERING = (
    "annual_statement",
    "portal_individual_information",
    "portal_information",
    "portal_resources_certificate",
)
"""Kinds of documents that are of no one offering: the portal's own, and those of a whole year."""


class Document(SealedModel):
    """One issued document: its frozen facts, and the bytes once they are rendered.

    The row is the order: an act issues the document by freezing its facts in its own transaction;
    the bytes follow, and are the same whenever they are rendered, because the facts and the
    template's version decide every one of them.
    """

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    template = models.CharField(max_length=10)
    offering_id = models.UUIDField(null=True, db_index=True)
    """None for the kinds of ``WITHOUT_OFFERING``, and for no other."""
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    """Whose document it is; None for a document of the offering itself."""
    number = models.PositiveIntegerField(default=1)
    """Tells apart the documents of one kind, subject and language: 1, 2, ..."""
    facts = SealedJSONField()
    facts_digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    pages = models.PositiveIntegerField(null=True)
    rendered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "language", "subject_type", "subject_id", "number"],
                name="document_once",
            ),
            models.CheckConstraint(
                name="document_of_an_offering_or_of_none",
                condition=Q(offering_id__isnull=False) & ~Q(kind__in=WITHOUT_OFFERING)
                | Q(offering_id=None, kind__in=WITHOUT_OFFERING),
            ),
        )
        indexes = (
            models.Index(fields=["subject_id", "kind"]),
            models.Index(fields=["person_id"]),
            models.Index(fields=["issued_at"], condition=Q(sha256=""), name="documents_to_render"),
        )
        ordering = ("issued_at", "kind", "language")


class DocumentContent(SealedModel):
    """The bytes of a document, sealed at rest, apart from the row that lists it."""

    append_only: ClassVar[bool] = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="content")
    pdf = SealedBytesField()


class WordingComparison(models.Model):
    """That an officer compared a prescribed statement with the official text, in one language.

    By itself it changes nothing: another officer must confirm it.
    """

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    text_digest = models.CharField(max_length=64)
    source = models.TextField()
    """Where the official text stands, in words."""
    source_digest = models.CharField(max_length=64)
    """SHA-256 of the file in which it was read."""
    compared_by = models.UUIDField()
    compared_at = models.DateTimeField()


class WordingConfirmation(models.Model):
    """A prescribed statement, compared with the official text by two people, in one language.

    It holds for the exact text whose digest it names; another text needs another comparison.
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("documents_confirmed_as_compared",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    text_digest = models.CharField(max_length=64)
    source = models.TextField()
    source_digest = models.CharField(max_length=64)
    first_by = models.UUIDField()
    second_by = models.UUIDField()
    confirmed_at = models.DateTimeField()
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, related_name="wording_confirmation"
    )
    """The approval that was used up."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "language", "text_digest"], name="wording_confirmed_once"
            ),
            models.CheckConstraint(
                name="wording_by_two_people", condition=~Q(first_by=F("second_by"))
            ),
        )
