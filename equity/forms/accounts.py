"""A bank account as it is written on a specimen cheque."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import Text


class Digits(Text):
    """A number kept as its digits; spaces and hyphens between them do not count."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        wrong = _("Write the digits of the number, and nothing else.")
        super().__init__(
            longest=40,
            validators=[RegexValidator(rf"\A[0-9]{{{least},{most}}}\Z", wrong)],
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            **options,
        )

    def to_python(self, value: Any) -> str:
        """The digits alone."""
        return "".join(super().to_python(value).split()).replace("-", "")


class AccountForm(forms.Form):
    """The account that an issuer is to be paid to, at a Canadian institution."""

    institution = Digits(3, 3, label=_("Institution number"), help_text=_("Three digits."))
    transit = Digits(5, 5, label=_("Transit number"), help_text=_("Five digits."))
    number = Digits(5, 12, label=_("Account number"), help_text=_("Five to twelve digits."))
    holder = Text(longest=200, label=_("Name of the account's holder"))
