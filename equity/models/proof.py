"""What shows that a duty was done: a file, as it was handed in."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedBytesField, SealedTextField
from compliance.vault.models import SealedModel


class ProofFile(SealedModel):
    """A file that an officer handed in, sealed at rest: never changed, never taken back."""

    append_only: ClassVar[bool] = True

    name = SealedTextField()
    """As its owner called it: it may say whom it is about."""
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the bytes in clear."""
    content = SealedBytesField()
    kept_at = models.DateTimeField()
    kept_by = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="proof_file_of_a_known_kind",
                condition=Q(media_type__in=["application/pdf", "image/jpeg", "image/png"]),
            ),
            models.CheckConstraint(
                name="proof_file_not_empty", condition=Q(size__gt=0, sha256__regex="^[0-9a-f]{64}$")
            ),
        )
