"""Forms of the officer's desk: one validation, in words, at the field."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from compliance.accounts.roles import Role
from compliance.rules.kernel.zones import PROVINCES, ClockError, from_wall
from compliance.web.language import current
from equity.forms.fields import PARAGRAPH, Amount, Day, Email, OneProvince, Text, YesNo
from equity.forms.members import PART_CHOICES
from equity.models import Correction, GroupEdge, Issuer
from equity.parts import CERTIFIER
from equity.services.portals import Standing

REASONS = {
    Correction.Reason.WRONG_SUBSCRIPTION.value: _("It was for another subscription"),
    Correction.Reason.RETURNED.value: _("The cheque or transfer was returned unpaid"),
    Correction.Reason.WRONG_AMOUNT.value: _("The amount was another one"),
}
"""Why a payment never was one."""
METHODS = (
    ("in_person", _("In person, with an identity document")),
    ("credit_file", _("Credit file")),
    ("dual_process", _("Two independent sources")),
    ("video", _("By video, with an identity document")),
)
"""How identity may be verified."""


class ReasonForm(forms.Form):
    """An act with its reason; a final one asks twice."""

    reason = Text(longest=PARAGRAPH, many_lines=True, label=_("Reason"))
    sure = forms.BooleanField(label=_("I understand that this cannot be undone."))

    def __init__(self, *args: Any, needed: bool, final: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = needed
        if not final:
            del self.fields["sure"]


class AdviceForm(forms.Form):
    """A registered dealer's word on suitability for one person (W-14)."""

    email = Email(label=_("Exact e-mail of the investor"))
    dealer = Text(label=_("Registered dealer"))
    registration = Text(longest=100, label=_("Registration or reference of the dealer"))
    suitable = YesNo(label=_("Is the investment suitable for this person?"), required=True)


class SentForm(forms.Form):
    """When a notice of withdrawal was sent, by the clocks of the portal (W-20)."""

    day = Day(label=_("Day on which the notice was sent"))
    time = forms.TimeField(
        label=_("Time, as 14:30"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        """The instant, as ``sent``; a time that the clocks skipped is told at its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time") is not None:
            try:
                cleaned["sent"] = from_wall(
                    datetime.combine(cleaned["day"], cleaned["time"]), self.zone
                )
            except ClockError:
                self.add_error(
                    "time", _("No clock of the portal showed this time: it was skipped.")
                )
        return cleaned


class CorrectionForm(forms.Form):
    """Why a payment is taken back."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *REASONS.items()])


class IssuerForm(forms.Form):
    """An issuer's particulars, with the four answers of section 5 about it."""

    name = Text(label=_("Name of the issuer"))
    form = forms.ChoiceField(
        label=_("Legal form"),
        choices=(
            ("", "—"),
            (Issuer.Form.COMPANY.value, _("Company")),
            (Issuer.Form.COOPERATIVE.value, _("Co-operative")),
            (Issuer.Form.NONPROFIT.value, _("Non-profit legal person")),
            (Issuer.Form.PARTNERSHIP.value, _("Partnership")),
        ),
    )
    head_office = OneProvince(
        label=_("Head office"),
        help_text=_("The exemption is open only to issuers whose head office is in Canada."),
    )
    reporting = YesNo(label=_("Is it a reporting issuer, in Canada or abroad?"))
    investment_fund = YesNo(label=_("Is it an investment fund?"))
    has_operations = YesNo(
        label=_("Does it have operations of its own?"),
        help_text=_("Looking for a business to buy or to merge with is not enough."),
    )
    neq = Text(
        required=False,
        longest=20,
        label=_("Quebec business number"),
        help_text=_("Ten digits."),
    )
    address = Text(longest=500, many_lines=True, required=False, label=_("Address"))
    telephone = Text(longest=40, required=False, label=_("Telephone"))
    website = Text(
        required=False,
        label=_("Website"),
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Write an address such as https://example.ca."),
            )
        ],
    )

    def clean_neq(self) -> str:
        """The ten digits without the spaces between them; the number has no check digit."""
        number = "".join(self.cleaned_data["neq"].split())
        if number:
            RegexValidator(r"\A[0-9]{10}\Z", _("Write the ten digits of the number."))(number)
        return number


class EarlierForm(forms.Form):
    """A distribution that the issuer closed elsewhere under the exemption (W-2)."""

    closed_on = Day(label=_("Closing day"))
    amount = Amount(label=_("Amount raised"))
    sure = forms.BooleanField(label=_("I understand that this cannot be undone."))


class MemberForm(forms.Form):
    """An account that is to act for an issuer."""

    email = Email(label=_("Exact e-mail of the account"))
    part = forms.ChoiceField(label=_("Part"), choices=PART_CHOICES, initial=CERTIFIER)
    name = Text(
        required=False,
        label=_("Name, for a new account"),
        help_text=_("Not used where there is an account with this e-mail already."),
    )
    language = forms.ChoiceField(
        label=_("Language, for a new account"),
        choices=(("fr", _("French")), ("en", _("English"))),
    )


class RoleForm(forms.Form):
    """Somebody who is to hold a role of the portal."""

    email = Email(label=_("Exact e-mail of the account"))
    role = forms.ChoiceField(
        label=_("Role"),
        choices=(
            (Role.OFFICER.value, _("Compliance officer: acts at the desk")),
            (Role.EXAMINER.value, _("Examiner: sees the desk and changes nothing")),
        ),
    )


class RelateForm(forms.Form):
    """A link of the issuer group (W-3)."""

    to = forms.ChoiceField(label=_("Linked to"))
    kind = forms.ChoiceField(
        label=_("Link"),
        choices=(
            (GroupEdge.Kind.AFFILIATE.value, _("Affiliate")),
            (GroupEdge.Kind.COMMON_ENTERPRISE.value, _("Common enterprise")),
            (GroupEdge.Kind.SAME_FOUNDER.value, _("Same founder")),
        ),
    )
    since = Day(label=_("Since"))
    until = Day(required=False, label=_("Until, its last day"))

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *others]

    def clean(self) -> dict[str, Any]:
        """A link does not end before it begins."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day is before the first."))
        return cleaned


class StandingForm(forms.Form):
    """The portal's standing in one jurisdiction."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=2)
    registered = forms.BooleanField(required=False, label=_("Registered dealer"))
    f3_delivered = Day(required=False, label=_("Form 45-110F3 delivered"))
    f4_delivered = Day(required=False, label=_("Form 45-110F4 delivered"))
    confirmed = Day(required=False, label=_("Confirmed by the regulator"))

    def clean_code(self) -> str:
        """One of the thirteen."""
        code: str = self.cleaned_data["code"]
        if code not in PROVINCES:
            raise ValidationError(_("This is not a province or territory."), code="province")
        return code

    @property
    def place(self) -> str:
        """The jurisdiction in words."""
        code = str(self["code"].value() or "")
        return getattr(PROVINCES[code], current()) if code in PROVINCES else code

    def standing(self) -> Standing | None:
        """What is to be recorded; None where nothing was said. After ``is_valid``."""
        given = {name: self.cleaned_data[name] for name in self.fields if name != "code"}
        return Standing(self.cleaned_data["code"], **given) if any(given.values()) else None


Standings = forms.formset_factory(StandingForm, extra=0, max_num=13, absolute_max=13)


class SearchForm(forms.Form):
    """A person by their exact e-mail: names are sealed and cannot be searched."""

    email = Email(label=_("Exact e-mail"))


class IdentifyForm(forms.Form):
    """A verification of identity: how, and until when it is current."""

    method = forms.ChoiceField(
        label=_("How identity was verified"),
        choices=METHODS,
    )
    expires_on = Day(required=False, label=_("Current until"))


class DayForm(forms.Form):
    """A day whose rules are asked for."""

    on = Day(label=_("Rules in force on"))
