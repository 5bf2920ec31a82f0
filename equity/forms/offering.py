"""Forms of an offering: how it starts, its terms, its use of funds, and the acts upon it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from equity.forms.fields import PARAGRAPH, Amount, Provinces, Text, Whole, YesNo
from equity.forms.securities import kind_choices

LANGUAGE_CHOICES = (("fr", _("French")), ("en", _("English")))
LONGEST_OFFERING_DAYS = 3650
"""Any count that is still a period; whether it is short enough is for the rules to say."""


class TermsForm(forms.Form):
    """Items 5.1 to 5.3, 5.7 and 5.8: amounts, days, jurisdictions, languages."""

    minimum = Amount(label=_("Minimum offering amount"))
    maximum = Amount(label=_("Maximum offering amount"))
    minimum_per_purchaser = Amount(
        label=_("Minimum per purchaser"),
        zero=True,
        help_text=_("0 where there is none."),
    )
    days = Whole(
        label=_("Days to raise the minimum"),
        least=1,
        most=LONGEST_OFFERING_DAYS,
        help_text=_("Calendar days from the day the offering opens; at most 90 by law."),
    )
    jurisdictions = Provinces(label=_("Provinces and territories where it is offered"))
    languages = forms.MultipleChoiceField(
        label=_("Languages of the offering document"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("French is needed in Quebec, and is served first there."),
    )
    group_commission = YesNo(
        label=_("Is anything paid to a member or an insider of the issuer group for this?"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, item in _ITEMS.items():
            self.fields[name].item = item  # type: ignore[attr-defined]


_ITEMS = {"maximum": "5.7", "minimum_per_purchaser": "5.8", "days": "5.3", "jurisdictions": "5.2"}
"""The item of the form that a term is printed in, for its guidance."""


class StartForm(forms.Form):
    """What the first page asks before a draft exists."""

    kind = forms.ChoiceField(label=_("Kind of security"), choices=kind_choices)
    price = Amount(label=_("Price of one security"), help_text=_("For a bond, its denomination."))
    minimum = Amount(label=_("Minimum offering amount"))
    maximum = Amount(label=_("Maximum offering amount"))
    days = Whole(
        label=_("Days to raise the minimum"),
        least=1,
        most=LONGEST_OFFERING_DAYS,
        help_text=_("Calendar days from the day the offering opens; at most 90 by law."),
    )
    jurisdictions = Provinces(label=_("Provinces and territories where it is offered"))
    languages = forms.MultipleChoiceField(
        label=_("Languages of the offering document"),
        choices=LANGUAGE_CHOICES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("French is needed in Quebec, and is served first there."),
    )
    portal = forms.ChoiceField(label=_("Funding portal"))

    def __init__(self, *args: Any, portals: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["portal"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(portals)
        if len(portals) == 1:
            field.initial = portals[0][0]
            field.widget = forms.HiddenInput()


class UseForm(forms.Form):
    """One line of item 7.2."""

    what = Text(longest=300, required=False, label=_("What this line pays for"))
    minimum = Amount(required=False, zero=True, label=_("At the minimum"))
    maximum = Amount(required=False, zero=True, label=_("At the maximum"))

    def clean(self) -> dict[str, Any]:
        """A line is whole or blank."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        given = [name for name in self.fields if cleaned.get(name) not in (None, "", False)]
        wanted = ("what", "minimum", "maximum")
        if any(name in given for name in wanted):
            for name in wanted:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("This is needed to complete the line."))
        return cleaned


UseRows = forms.formset_factory(
    UseForm,
    extra=3,
    max_num=40,
    absolute_max=50,
    validate_max=True,
    can_order=True,
    can_delete=True,
)


def use_rows(posted: Any, stored: Sequence[Mapping[str, Any]]) -> forms.BaseFormSet:
    """The lines of item 7.2, with a few blank ones."""
    # Compared with nothing once posted, as ``Rows``: a line as it was stored is no blank line.
    return UseRows(posted, prefix="use", initial=list(stored) if posted is None else [])


class CertifyForm(forms.Form):
    """Item 14: who certifies, in which position, and the express word."""

    name = Text(label=_("First and last name of the person who certifies"))
    position = Text(label=_("Position"))
    agreed = forms.BooleanField(
        label=_("I have read the statements above and I certify the document as it stands.")
    )


class AmendForm(forms.Form):
    """What an amendment changes, in words."""

    what = Text(
        longest=PARAGRAPH,
        many_lines=True,
        label=_("What changes, and why"),
        help_text=_("Purchasers read these words in the notice that they receive."),
    )


class ConcurrentForm(forms.Form):
    """Money of concurrent distributions, as it now stands."""

    amount = Amount(label=_("Amount there now is"), zero=True)
    unconditional = YesNo(label=_("Is it unconditionally available to the issuer?"), required=True)


class ReasonForm(forms.Form):
    """An act with its reason, where a reason is needed."""

    reason = Text(longest=PARAGRAPH, many_lines=True, label=_("Reason"))


class CancelForm(forms.Form):
    """Withdrawing an offering: a reason, and the express word."""

    reason = Text(longest=PARAGRAPH, many_lines=True, label=_("Reason"), required=False)
    sure = forms.BooleanField(
        label=_("I understand that every payment goes back and that this cannot be undone.")
    )
