"""The form of the page that verifies a document."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """A file, or its digest where the file is not to be sent."""

    file = forms.FileField(
        label=_("The file (PDF)"),
        help_text=_("At most 32 MB. It is looked at and forgotten: nothing of it is kept."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"empty": _("The file is empty.")},
    )
    digest = forms.RegexField(
        r"^\s*[0-9a-fA-F]{64}\s*$",
        label=_("Or its digest (SHA-256)"),
        help_text=_("64 digits, from 0 to 9 and from a to f. Without the file less can be said."),
        required=False,
        error_messages={"invalid": _("A SHA-256 has 64 digits, from 0 to 9 and from a to f.")},
    )

    def clean(self) -> dict[str, Any]:
        """One of the two must be there; a file says more than its digest."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("digest"):
            self.add_error("file", _("Choose a file, or give its digest."))
        return cleaned
