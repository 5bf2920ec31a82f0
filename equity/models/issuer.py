"""Issuers: principals, the dated links of the group, and what was distributed elsewhere."""

import uuid
from collections.abc import Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from compliance.vault.fields import SealedJSONField, SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class Issuer(models.Model):
    """An issuer of its own securities (NI 45-110 s. 5)."""

    class Form(models.TextChoices):
        """Legal form."""

        COMPANY = "company"
        COOPERATIVE = "cooperative"
        NONPROFIT = "nonprofit"
        PARTNERSHIP = "partnership"

    told_by_digest: ClassVar[tuple[str, ...]] = ("telephone",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=12, choices=Form.choices)
    head_office = models.CharField(max_length=2)
    reporting = models.BooleanField()
    investment_fund = models.BooleanField()
    has_operations = models.BooleanField()
    neq = models.CharField(max_length=10, blank=True, default="")
    address = models.TextField(blank=True, default="")
    telephone = models.CharField(max_length=40, blank=True, default="")
    website = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="issuer_form_known",
                condition=Q(form__in=["company", "cooperative", "nonprofit", "partnership"]),
            ),
        )

    def __str__(self) -> str:
        return self.name


class IssuerMember(models.Model):
    """An account that acts for an issuer."""

    guards_elsewhere: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "compliance_approvals_approval": ("equity_approved_by_outsiders",)
    }

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="issuer_memberships"
    )
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="members")
    part = models.CharField(max_length=12, default="certifier")
    """What the account may do for it (``equity.parts``)."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "issuer"], name="issuer_member_once"),
            models.CheckConstraint(
                name="issuer_member_part_known",
                condition=Q(part__in=["preparer", "accountant", "certifier", "reader"]),
            ),
        )


class Principal(SealedModel):
    """A founder, director, officer or control person, with the particulars of F1 item 4."""

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="principals")
    name = SealedTextField()
    name_index = BlindIndexField(source="name", purpose="principal.name", strip_accents=True)
    position = models.CharField(max_length=200)
    particulars = SealedJSONField(default=dict)
    """Keys of ``equity.particulars.PRINCIPAL``: what items 4.1 and 4.2 ask of a person."""
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("order", "id")


class GroupEdge(models.Model):
    """A dated, undirected link between two issuers (W-3). Links end; they are never erased."""

    guards: ClassVar[tuple[str, ...]] = ("equity_count_ceilings_again", "equity_never_deleted")

    class Kind(models.TextChoices):
        """What links the two."""

        AFFILIATE = "affiliate"
        COMMON_ENTERPRISE = "common_enterprise"
        SAME_FOUNDER = "same_founder"

    one = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="edges_from")
    other = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="edges_to")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    since = models.DateField()
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="edge_of_two_issuers", condition=~Q(one=F("other"))),
            models.CheckConstraint(
                name="edge_kind_known",
                condition=Q(kind__in=["affiliate", "common_enterprise", "same_founder"]),
            ),
        )


class EarlierDistribution(models.Model):
    """A distribution made elsewhere under this exemption, declared by the issuer (W-2)."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_count_ceilings_again",)

    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="earlier")
    closed_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(name="earlier_amount_positive", condition=Q(amount__gt=0)),
        )
