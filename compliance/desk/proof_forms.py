"""Forms by which an officer shows that something was done: a reference, a file, or both."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import PARAGRAPH, Day, Text
from equity.models import PortalChange
from equity.services.proofs import LARGEST, FileFault, Upload

_FAULTS = {
    "empty": _("This file is empty."),
    "large": _("This file is larger than 10 MB."),
    "kind": _("Only a PDF, a PNG or a JPEG can be kept as a proof."),
}


class ProofFile(forms.FileField):
    """A file of proof, as the services take it."""

    widget = forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg"})

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, read; None where there is none. Raises ValidationError, in words."""
        found = super().clean(data, initial)
        if not isinstance(found, UploadedFile):
            return None
        if (found.size or 0) > LARGEST:
            raise ValidationError(_FAULTS["large"], code="large")
        found.seek(0)
        try:
            return Upload(found.name or "", found.read())
        except FileFault as fault:
            raise ValidationError(_FAULTS[fault.reason], code=fault.reason) from None


class ProofForm(forms.Form):
    """A reference, a file, or both."""

    reference = Text(required=False, label=_("Reference"))
    file = ProofFile(
        label=_("File"),
        help_text=_("PDF, PNG or JPEG, 10 MB at most. It is sealed and cannot be taken back."),
    )
    needed = True

    def clean(self) -> dict[str, Any]:
        """Nothing is done without its proof; the error stands at the reference."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = cleaned.get("reference") or cleaned.get("file")
        if self.needed and not given and not self.errors:
            self.add_error("reference", _("Give a reference, a file, or both."))
        return cleaned


class FileForm(ProofForm):
    """A duty done, with its proof."""


class ResourcesForm(ProofForm):
    """Form 45-110F5 as certified; the first one does no duty and needs no proof."""

    on = Day(label=_("Certified on"))
    field_order = ("on", "reference", "file")

    def __init__(self, *args: Any, needed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.needed = needed


class ChangeForm(forms.Form):
    """Something in a form that is no longer as it was delivered."""

    form = forms.ChoiceField(
        label=_("Form that changes"),
        choices=(
            ("", "—"),
            (PortalChange.Form.F3.value, _("Form 45-110F3, about the portal")),
            (PortalChange.Form.F4.value, _("Form 45-110F4, about a principal")),
        ),
    )
    what = Text(longest=PARAGRAPH, many_lines=True, label=_("What changed"))
    happened_on = Day(label=_("On which day"))


class NoticeForm(ProofForm):
    """That a regulator was told."""

    jurisdiction = forms.ChoiceField(label=_("Regulator told"))
    notified_on = Day(label=_("Told on"))
    field_order = ("jurisdiction", "notified_on", "reference", "file")

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["jurisdiction"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *places]
