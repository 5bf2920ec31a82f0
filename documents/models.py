"""Issued documents; prescribed wording as it was put in, and its confirmation by two people."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
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
    wording = ArrayField(models.CharField(max_length=64), default=list)
    """The digests of the statements that a document of the offering itself prints, so that those
    of an earlier version are found; a person's own document has them in its facts alone."""
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
            models.Index(fields=["sha256"], condition=Q(sha256__gt=""), name="documents_by_digest"),
        )
        ordering = ("issued_at", "kind", "language")


class DocumentContent(SealedModel):
    """The bytes of a document, sealed at rest, apart from the row that lists it."""

    append_only: ClassVar[bool] = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="content")
    pdf = SealedBytesField()


class SealStanding(SealedModel):
    """What the seal and each later time stamp of a document have in common: the end they add to
    the file, and what the whole file then comes to."""

    increment = SealedBytesField()
    sha256 = models.CharField(max_length=64, unique=True)
    """Of the whole file with this end."""
    stamped_at = models.DateTimeField(null=True)
    """What the time-stamp authority tells; None where none was asked."""
    stamp_ends = models.DateTimeField(null=True, db_index=True)
    """Until when the certificate of that stamp is good: another stamp must come before."""

    class Meta:
        abstract = True


class Seal(SealStanding):
    """The portal's seal on a rendered document: what comes after the issued bytes, once.

    The issued bytes stay as they are, without the seal: that is the copy that is filed.
    """

    append_only: ClassVar[bool] = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="seal")
    covered = models.CharField(max_length=64, db_index=True)
    """SHA-256 of what the seal covers, which is what the key signed."""
    level = models.CharField(max_length=5, choices=[("B-B", "B-B"), ("B-LTA", "B-LTA")])
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the certificate that sealed."""
    sealed_at = models.DateTimeField()
    """By the portal's own clock."""
    time_uncertain = models.BooleanField(default=False)
    """Whether that clock and the authority's told different times."""


class SealStamp(SealStanding):
    """A further time stamp over a sealed document, before the one before it ends."""

    append_only: ClassVar[bool] = True

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="stamps")
    number = models.PositiveIntegerField()
    """1, 2, ... after the seal."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["seal", "number"], name="seal_stamp_once"),)


class WordingVersion(models.Model):
    """The words of one prescribed statement in one language, as somebody put them in.

    They change nothing by themselves: from ``effective_from`` on they hold once two people have
    confirmed them (``WordingConfirmation.version``). Other words are another version.
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("documents_version_as_said",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    statement = models.CharField(max_length=10)
    applies_to = models.CharField(max_length=10, blank=True, default="")
    """The kind of portal that this variant is for; empty where it is for both."""
    language = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    """1, 2, ... of this statement in this language, in the order in which they were put in."""
    text = models.TextField()
    text_digest = models.CharField(max_length=64)
    """The `version_digest` of these words."""
    source = models.TextField()
    """Where the text stands, in words."""
    source_digest = models.CharField(max_length=64, blank=True, default="")
    """SHA-256 of the file in which it was read; empty while nobody named one."""
    reference = models.TextField(blank=True, default="")
    """The official number or the address of the text, as it was given."""
    effective_from = models.DateField()
    grade = models.CharField(max_length=10)
    """How sure whoever put it in says that they are: `verified` takes the official file."""
    prepared_by = models.TextField(blank=True, default="")
    """Who prepared the file, as it says."""
    imported_by = models.UUIDField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "applies_to", "language", "number"],
                name="wording_version_number",
            ),
            models.CheckConstraint(
                name="wording_verified_by_file",
                condition=~Q(grade="verified") | ~Q(source_digest=""),
            ),
        )
        ordering = ("statement", "applies_to", "language", "number")


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
    version = models.ForeignKey(WordingVersion, on_delete=models.PROTECT, null=True)
    """The words put in that were compared; None for packaged ones."""
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
    version = models.OneToOneField(
        WordingVersion, on_delete=models.PROTECT, null=True, related_name="confirmation"
    )
    """The words put in that hold from now on, or from their first day; None for packaged ones."""
    consumption = models.OneToOneField(
        Consumption, on_delete=models.PROTECT, related_name="wording_confirmation"
    )
    """The approval that was used up."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "language", "text_digest"],
                condition=Q(version=None),
                name="wording_confirmed_once",
            ),
            models.CheckConstraint(
                name="wording_by_two_people", condition=~Q(first_by=F("second_by"))
            ),
        )
