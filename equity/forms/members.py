"""An issuer's own people and their parts, as forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import Email

PART_CHOICES = (
    ("preparer", _("Prepares the document")),
    ("accountant", _("Keeps the figures")),
    ("certifier", _("Certifies, and answers for it")),
    ("reader", _("Partner or adviser: reads")),
)


class PartForm(forms.Form):
    """The part of one person."""

    part = forms.ChoiceField(label=_("Part"), choices=PART_CHOICES)


class ColleagueForm(PartForm):
    """A colleague who is to act for the issuer."""

    email = Email(
        label=_("Exact e-mail of their account"),
        help_text=_("They open an account themselves first, with a password of their own."),
    )

    field_order = ("email", "part")
