"""The report of exempt distribution (Form 45-106F1): what an issuer adds for it, and what was
issued."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedJSONField
from compliance.vault.models import SealedModel
from equity.models.offering import Offering


class ReportDetails(SealedModel):
    """What the report of one offering asks and no other page does, as far as it was answered."""

    offering = models.OneToOneField(
        Offering, on_delete=models.PROTECT, related_name="report_details"
    )
    answers = SealedJSONField(default=dict)
    """Keys of ``equity.reports.asked``: among them where directors and officers live."""
    saved_at = models.DateTimeField()
    saved_by = models.UUIDField()


class ExemptReport(SealedModel):
    """A report as it was issued: the first of a distribution is new, every later one amends the
    one before.

    The public part is the document of the same number; the schedules, which name every purchaser
    and where directors live, are kept here, sealed. The database holds that the amount is what the
    trust ledger released (``migrations/sql/report.sql``).
    """

    append_only: ClassVar[bool] = True
    guards: ClassVar[tuple[str, ...]] = ("equity_report_adds_up",)

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="exempt_reports")
    number = models.PositiveIntegerField()
    amends_filed_on = models.DateField(null=True)
    """The day on which the report that this one amends was filed; None for the first."""
    certified_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    purchasers = models.PositiveIntegerField()
    """Unique ones, in all jurisdictions together."""
    schedules = SealedJSONField()
    """The rows of Schedules 1 and 2, as plain values (``equity.reports.schedules``)."""
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["offering", "number"], name="exempt_report_once"),
            models.CheckConstraint(
                name="exempt_report_amends_one_filed",
                condition=Q(number=1, amends_filed_on=None)
                | Q(number__gt=1, amends_filed_on__isnull=False),
            ),
        )
        ordering = ("number",)
