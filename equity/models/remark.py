"""What an officer asks an issuer to change, item by item, and what the issuer answers."""

from typing import ClassVar

from django.db import models

from compliance.vault.fields import SealedTextField
from compliance.vault.models import SealedModel
from equity.models.offering import Offering, Version


class Remark(SealedModel):
    """One thing that an officer asked to change before the offering may be approved.

    The remarks of one request share its ``request`` number. They stay when the offering is
    submitted again: whoever approves reads what was asked, answered and changed.
    """

    append_only: ClassVar[bool] = True

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="remarks")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    """What the officer was looking at."""
    request = models.PositiveIntegerField()
    """Which request of changes of this offering it belongs to, from 1."""
    order = models.PositiveIntegerField()
    item = models.CharField(max_length=8, blank=True)
    """The item of Form 45-110F1 (``equity.remarking.ITEMS``); empty for the document as a whole."""
    text = SealedTextField()
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["offering", "request", "order"], name="remark_order_once"
            ),
        )
        ordering = ("request", "order")


class RemarkAnswer(SealedModel):
    """What the issuer answered to a remark. A later answer stands before an earlier one."""

    append_only: ClassVar[bool] = True

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveIntegerField()
    text = SealedTextField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["remark", "number"], name="remark_answer_number_once"),
        )
        ordering = ("number",)
