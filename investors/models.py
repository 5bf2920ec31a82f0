"""Persons who subscribe: who they are, what they read, acknowledged and were advised.

Names, addresses and dates of birth are sealed at rest; what must be looked up has a keyed blind
index beside it. The rows about one offering name it by its id: offerings live a floor above.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel
from investors import likeness


class Language(models.TextChoices):
    """Languages that people are served in."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"


COMPARED = {
    "address_index": {"street", "postal_code"},
    "telephone_index": {"telephone"},
    "birth_index": {"born", "family_name"},
    "name_index": {"kind", "first_name", "family_name", "legal_name"},
}
"""The particulars that each index of a likeness is made of."""


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
    email_index = BlindIndexField(source="email", purpose="person.email", db_index=True)
    address_index = BlindIndexField(
        source="address_key", purpose="person.address", null=True, db_index=True
    )
    telephone_index = BlindIndexField(
        source="telephone_key", purpose="person.telephone", null=True, db_index=True
    )
    birth_index = BlindIndexField(
        source="birth_key", purpose="person.birth", null=True, db_index=True
    )
    # Under the purpose of principals' names, so that the two can be compared.
    name_index = BlindIndexField(
        source="name_key", purpose="principal.name", strip_accents=True, null=True, db_index=True
    )
    registrant = models.BooleanField(null=True)
    """Whether the person is a registrant (Form 45-106F1 Schedule 1); None until answered."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="person_kind_known", condition=Q(kind__in=["person", "organisation"])
            ),
        )

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save; an updated particular takes along the indexes that are made of it with others."""
        if update_fields is not None:
            names = set(update_fields)
            names |= {index for index, parts in COMPARED.items() if names & parts}
            update_fields = names
        super().save(update_fields=update_fields, **kwargs)

    @property
    def address_key(self) -> str | None:
        """The address as it is compared."""
        return likeness.address_key(self.street, self.postal_code)

    @property
    def telephone_key(self) -> str | None:
        """The telephone number as it is compared."""
        return likeness.telephone_key(self.telephone)

    @property
    def birth_key(self) -> str | None:
        """Date of birth and family name as they are compared."""
        return likeness.birth_key(self.born, self.family_name)

    @property
    def name_key(self) -> str | None:
        """The name as it is compared with those of principals."""
        return likeness.name_key(self.display_name)

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
