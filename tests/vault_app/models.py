"""A model with one of each sealed field, for the tests of the vault."""

from django.db import models

from compliance.vault.fields import SealedBytesField, SealedJSONField, SealedTextField
from compliance.vault.indexes import BlindIndexField
from compliance.vault.models import SealedModel


class Letter(SealedModel):
    addressee = SealedTextField(max_length=40)
    addressee_index = BlindIndexField(
        source="addressee", purpose="tests.letter.addressee", strip_accents=True, unique=True
    )
    remark = SealedTextField(null=True, blank=True)
    remark_index = BlindIndexField(source="remark", purpose="tests.letter.remark", null=True)
    particulars = SealedJSONField(null=True, blank=True)
    scan = SealedBytesField(null=True)
    posted = models.BooleanField(default=False)


class Reply(Letter):
    """Inherits its sealed columns through a table of its own."""

    days = models.PositiveIntegerField(default=0)
