"""What a portal says in Forms 45-110F3 and F4, as it was saved, version after version."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from compliance.vault.fields import SealedJSONField
from compliance.vault.models import SealedModel
from equity.models.portal import Portal, PortalPrincipal
from equity.models.portal_change import PortalChange


class PortalFormVersion(SealedModel):
    """The answers of one form in one language, whole: a later version never changes an earlier.

    What the portal's own row says (its name, how it is reached) is not repeated here.
    """

    append_only: ClassVar[bool] = True

    portal = models.ForeignKey(Portal, on_delete=models.PROTECT, related_name="form_versions")
    form = models.CharField(max_length=2, choices=PortalChange.Form.choices)
    principal = models.ForeignKey(
        PortalPrincipal, on_delete=models.PROTECT, null=True, related_name="form_versions"
    )
    """Whose Form 45-110F4 it is; None for Form 45-110F3."""
    language = models.CharField(max_length=2)
    number = models.PositiveIntegerField()
    content = SealedJSONField()
    saved_at = models.DateTimeField()
    saved_by = models.UUIDField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["portal", "form", "principal", "language", "number"],
                name="portal_form_version_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="portal_form_of_whom",
                condition=Q(form="f3", principal=None) | Q(form="f4", principal__isnull=False),
            ),
            models.CheckConstraint(
                name="portal_form_language_known", condition=Q(language__in=["en", "fr"])
            ),
        )
        ordering = ("number",)
