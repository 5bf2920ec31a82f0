"""That a holder was given the annual statement of an issuer."""

import uuid
from typing import ClassVar

from django.db import models

from equity.models.issuer import Issuer
from investors.models import Person


class AnnualStatement(models.Model):
    """The statement of one holder, issuer and year: there is one, in each language of theirs."""

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="annual_statements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="annual_statements")
    year = models.PositiveSmallIntegerField()
    units = models.PositiveBigIntegerField()
    """What was held at the end of the year, of whatever kind."""
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    """What was paid for it, in CAD."""
    issued_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["issuer", "year", "person"], name="annual_statement_once"
            ),
            models.CheckConstraint(
                name="annual_statement_of_something",
                condition=models.Q(units__gt=0, amount__gt=0),
            ),
        )
