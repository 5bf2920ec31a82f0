"""The ten questions of a first check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from compliance.rules.ni45_110.security import OTHER
from equity.forms.fields import Amount, Day, Percent, Provinces, Text, YesNo, province_choices
from equity.forms.offering import LANGUAGE_CHOICES
from equity.forms.securities import kind_choices

ABROAD = "abroad"


def _offices() -> list[tuple[str, Any]]:
    return [("", "—"), *province_choices(), (ABROAD, _("Outside Canada"))]


def _kinds() -> list[tuple[str, Any]]:
    return [("", "—"), *kind_choices(), (OTHER, _("Something else"))]


class FirstCheckForm(forms.Form):
    """What a project is, in ten questions; ``groups`` are the fields of each."""

    head_office = forms.ChoiceField(
        label=_("Where is the head office?"),
        choices=_offices,
    )
    reporting = YesNo(
        label=_("Is the business a reporting issuer, or under equivalent obligations abroad?"),
        help_text=_("A business whose shares are listed on an exchange usually is."),
    )
    investment_fund = YesNo(
        label=_("Is it an investment fund?"),
        help_text=_("Its main purpose is to invest other people's money in securities."),
    )
    has_operations = YesNo(
        label=_("Does it have operations of its own?"),
        help_text=_(
            "Or at least a project of its own. Looking for a business to buy, to merge with or to "
            "invest in is not enough."
        ),
    )
    maximum = Amount(label=_("How much do you want to raise, at most?"))
    raised = Amount(
        label=_("How much did your group already raise under this exemption in twelve months?"),
        zero=True,
        help_text=_(
            "You, your affiliates, and issuers of the same enterprise or founder. 0 if none."
        ),
    )
    raised_on = Day(
        label=_("On which day did that distribution close?"),
        required=False,
        help_text=_("Leave blank if you do not know: it is then taken to count in full today."),
    )
    kind = forms.ChoiceField(label=_("What would you offer?"), choices=_kinds)
    jurisdictions = Provinces(label=_("In which provinces and territories?"))
    languages = forms.MultipleChoiceField(
        label=_("In which languages will the document be?"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    other_active = YesNo(
        label=_("Is another offering of yours or of your group under way under this exemption?"),
        help_text=_("Whatever it is for, here or on another portal."),
    )
    neq = Text(
        longest=20,
        required=False,
        label=_("What is your Quebec business number (NEQ)?"),
        help_text=_("Ten digits. Leave blank if you have none yet, or if you are not in Quebec."),
    )
    fee = Percent(
        label=_("What does the portal take, in percent of what is raised?"),
        required=False,
        help_text=_("From the portal's agreement. Leave blank if you do not know."),
    )
    portal = forms.ChoiceField(label=_("Funding portal"), required=False)

    groups = (
        ("head_office",),
        ("reporting",),
        ("investment_fund",),
        ("has_operations",),
        ("maximum", "raised", "raised_on"),
        ("kind",),
        ("jurisdictions", "languages"),
        ("other_active",),
        ("neq",),
        ("fee", "portal"),
    )

    def __init__(self, *args: Any, portals: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["portal"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(portals) if len(portals) == 1 else [("", "—"), *portals]
        if len(portals) == 1:
            field.initial = portals[0][0]
            field.widget = forms.HiddenInput()

    def clean_neq(self) -> str:
        """The ten digits without the spaces between them; the number has no check digit."""
        number = "".join(self.cleaned_data["neq"].split())
        if number:
            RegexValidator(r"\A[0-9]{10}\Z", _("Write the ten digits of the number."))(number)
        return number

    @property
    def questions(self) -> list[list[forms.BoundField]]:
        """The fields of each question, in order."""
        return [[self[name] for name in names] for names in self.groups]
