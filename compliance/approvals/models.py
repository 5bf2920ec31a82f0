"""What was asked for, who approved it, and what used the approval up.

Triggers hold what the services say (`migrations/sql/guards.sql`): the digest is that of the
content, both people are officers and two, neither gave the other their role the day before, the
request stands, and it is used once, for what it says.
"""

import json
import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q


class ApprovalRequest(models.Model):
    """An act as one officer asked for it. `content` is what the second officer approves.

    Nothing of it ever changes but that it no longer stands, once: another took its place, it was
    withdrawn, or it was used.
    """

    kept_by_database: ClassVar[tuple[str, ...]] = (
        "id",
        "act",
        "subject_type",
        "subject_id",
        "content",
        "digest",
        "asked_by",
        "asked_at",
    )
    guards: ClassVar[tuple[str, ...]] = ("compliance_approvals_keep_request",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    act = models.CharField(max_length=40)
    """A code of `compliance.approvals.acts`."""
    subject_type = models.CharField(max_length=80)
    """`app.model` of what is acted on."""
    subject_id = models.UUIDField()
    content = models.TextField()
    """Canonical JSON (RFC 8785) of ids, codes, amounts and digests, with the act and the subject;
    never personal data."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the bytes of `content`, which the second person approves."""
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    standing = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["act", "subject_type", "subject_id"],
                condition=Q(standing=True),
                name="approval_one_standing_request",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="approvals_request_subject")
        ]

    def __str__(self) -> str:
        return f"{self.act} of {self.subject_type} {self.subject_id}"

    @property
    def said(self) -> dict[str, Any]:
        """The content as plain JSON."""
        found: dict[str, Any] = json.loads(self.content)
        return found


class Approval(models.Model):
    """That another officer approved a request, for the digest that they saw."""

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_approvals_two_officers",)

    request = models.OneToOneField(
        ApprovalRequest, on_delete=models.PROTECT, related_name="approval"
    )
    digest = models.CharField(max_length=64)
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    approved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="approval_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"approval of {self.request_id}"


class Consumption(models.Model):
    """That an approval was used up, once, by the act that it was given for.

    The row of the act's effect points here, so there is no effect without its two people.
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("compliance_approvals_use_once",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="consumption")
    act = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    """Of the content as it was when the act was done."""
    used_by_role = models.CharField(max_length=16)
    used_by = models.UUIDField(null=True)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"use of approval {self.approval_id}"
