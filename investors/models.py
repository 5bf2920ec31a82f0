"""Persons who subscribe: who they are, what they read, acknowledged and were advised.

Names, addresses and dates of birth are sealed at rest; what must be looked up has a keyed blind
index beside it. The rows about one offering name it by its id: offerings live a floor above.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class Language(models.TextChoices):
    """Languages that people are served in."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


class Person(SealedModel):
    """A natural person or an organisation, once, however many accounts it has (W-4)."""

    class Kind(models.TextChoices):
        """What kind of purchaser this is."""

        PERSON = "person"
        ORGANISATION = "organisation"

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FRENCH)
    province = models.CharField(max_length=2)
    family_name = SealedTextField(blank=True, default="")
    first_name = SealedTextField(blank=True, default="")
    legal_name = SealedTextField(blank=True, default="")
    signatory = SealedTextField(blank=True, default="")
    born = SealedTextField(blank=True, default="")
    """The date of birth in ISO form, empty for an organisation."""
    street = SealedTextField(blank=True, default="")
    municipality = SealedTextField(blank=True, default="")
    postal_code = SealedTextField(blank=True, default="")
    telephone = SealedTextField(blank=True, default="")
    email = SealedTextField(blank=True, default="")
    email_index = BlindIndexField(source="email", purpose="person.email")
    registrant = models.BooleanField(null=True)
    """Whether the person is a registrant (Form 45-106F1 Schedule 1); None until answered."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="person_kind_known", condition=Q(kind__in=["person", "organisation"])
            ),
        )

    @property
    def display_name(self) -> str:
        """The name that documents and screens show."""
        if self.kind == self.Kind.ORGANISATION:
            return self.legal_name
        return f"{self.first_name} {self.family_name}".strip()


class Login(models.Model):
    """An account through which a person signs in. Two accounts may be one person.

    It is never unlinked: two accounts of one person would pass for two people.
    """

    append_only: ClassVar[bool] = True
    guards_elsewhere: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "compliance_approvals_approval": ("investors_two_persons",)
    }

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="investor_login"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="logins")


class Identification(models.Model):
    """One verification of a person's identity, with its method and how long it is current."""

    append_only: ClassVar[bool] = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifications")
    method = models.CharField(max_length=40)
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField()
    expires_on = models.DateField(null=True)


class EntryAcknowledgement(models.Model):
    """The portal's entry notice, acknowledged by a person (NI 45-110 s. 4, secondary)."""

    append_only: ClassVar[bool] = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="entries")
    portal_id = models.UUIDField()
    portal_kind = models.CharField(max_length=10)
    statement_digest = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "portal_id", "portal_kind", "statement_digest"],
                name="entry_acknowledged_once",
            ),
        )


class Reading(models.Model):
    """The offering document of one version opened by a person, in one language, the first time."""

    append_only: ClassVar[bool] = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings")
    offering_id = models.UUIDField()
    version_id = models.UUIDField()
    language = models.CharField(max_length=2, choices=Language.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["person", "version_id", "language"], name="reading_once_per_language"
            ),
        )
        indexes = (models.Index(fields=["offering_id", "person"]),)


class RiskAcknowledgement(models.Model):
    """Form 45-110F2 as answered by a person for one offering and one version of its document.

    ``answers`` is a mapping of statement ids to yes or no. One acknowledgement serves one
    agreement (W-13): ``used_by`` is the subscription that used it up,
    written by the database together with it.
    """

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "id",
        "person",
        "offering_id",
        "version_id",
        "language",
        "answers",
        "statements_digest",
        "at",
        "used_by",
    )

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    offering_id = models.UUIDField()
    version_id = models.UUIDField()
    language = models.CharField(max_length=2, choices=Language.choices)
    answers = models.JSONField()
    statements_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    used_by = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = (models.Index(fields=["offering_id", "person", "-id"]),)


class Advice(models.Model):
    """A registered dealer's word on whether an offering suits a person (W-14).

    On a dealer portal it is also the dealer's own determination. The latest word counts; it is void
    once a later amendment is published.
    """

    append_only: ClassVar[bool] = True

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="advice")
    offering_id = models.UUIDField()
    amendments = models.PositiveIntegerField()
    """How many amendments of the document were published when it was given."""
    dealer = models.CharField(max_length=200)
    registration = models.CharField(max_length=100)
    suitable = models.BooleanField()
    given_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        indexes = (models.Index(fields=["offering_id", "person", "-id"]),)
