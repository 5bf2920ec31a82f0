"""The abstract parent of models that hold sealed values."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from compliance.vault.indexes import BlindIndexField


class SealedModel(models.Model):
    """A UUID key made by the client, and blind indexes that never go stale."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    # What the check of BlindIndexField asks of a model (compliance_vault.E004).
    keeps_blind_indexes: ClassVar[bool] = True

    class Meta:
        abstract = True

    def save(self, *, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save as Django does; an updated source takes its blind indexes along."""
        if update_fields is not None:
            names = set(update_fields)
            names |= {
                field.name
                for field in self._meta.concrete_fields
                if isinstance(field, BlindIndexField) and field.source in names
            }
            update_fields = names
        super().save(update_fields=update_fields, **kwargs)
