"""The funding portal: its kind, where it is authorised, its F5 certificates, its principals."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class Portal(models.Model):
    """A funding portal (NI 45-110 ss. 3 and 4): exempt from registration, or a dealer's."""

    class Kind(models.TextChoices):
        """What allows the portal to act."""

        EXEMPT = "exempt"
        DEALER = "dealer"

    guards: ClassVar[tuple[str, ...]] = ("equity_more_officers",)

    told_by_digest: ClassVar[tuple[str, ...]] = ("telephone",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    province = models.CharField(max_length=2)
    demonstration = models.BooleanField(default=False)
    purchaser_fee = models.BooleanField(default=False)
    address = models.TextField(blank=True, default="")
    email = models.EmailField(blank=True, default="")
    telephone = models.CharField(max_length=40, blank=True, default="")
    trust_institution = models.CharField(max_length=200, blank=True, default="")

    approval_officers = models.PositiveSmallIntegerField(default=1)
    """How many officers approve an offering: 1 or 2. It may be raised and is never lowered."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="portal_kind_known", condition=Q(kind__in=["exempt", "dealer"])
            ),
            models.CheckConstraint(
                name="portal_one_or_two_officers", condition=Q(approval_officers__in=[1, 2])
            ),
        )

    def __str__(self) -> str:
        return self.name


class PortalPrincipal(SealedModel):
    """A principal of the portal (each delivers Form 45-110F4)."""

    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="principals")
    name = SealedTextField()
    name_index = BlindIndexField(source="name", purpose="principal.name", strip_accents=True)


class Authorisation(models.Model):
    """The portal's standing in one jurisdiction, from a day to a day (None: still)."""

    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="authorisations")
    jurisdiction = models.CharField(max_length=2)
    registered = models.BooleanField(default=False)
    f3_delivered = models.DateField(null=True)
    f4_delivered = models.DateField(null=True)
    confirmed = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["portal", "jurisdiction"],
                condition=Q(ended_at=None),
                name="one_authorisation_per_jurisdiction",
            ),
        )


class ResourcesCertificate(models.Model):
    """Form 45-110F5 as certified by the portal (W-22: current for the prescribed months)."""

    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="f5_certificates")
    certified_on = models.DateField()
    recorded_at = models.DateTimeField()
    reference = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["portal", "certified_on"], name="one_f5_a_day"),
        )
