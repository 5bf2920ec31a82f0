"""What an officer fills in of Forms 45-110F3 and F4. Everything may be left out: what is missing
is said beside the form and on the paper, and is never in the way of saving."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents.facts.portal import ABOUT, PERSON_TOPICS, PORTAL_TOPICS
from equity.forms.fields import (
    CHAPTER,
    PARAGRAPH,
    Day,
    Email,
    OneProvince,
    Percent,
    Text,
    YesNo,
)

_TOPICS = {
    "portal_offences": _("Offences of the portal"),
    "portal_orders": _("Orders against the portal"),
    "portal_insolvency": _("Insolvency of the portal"),
    "principals_offences": _("Offences of its principals"),
    "principals_orders": _("Orders against its principals"),
    "principals_insolvency": _("Insolvency of its principals"),
    "regulatory": _("Regulatory matters"),
    "criminal": _("Criminal matters"),
    "civil": _("Civil matters"),
    "financial": _("Financial matters"),
}
_MOST_ROWS = 20


class Information(forms.Form):
    """Answers that are kept as plain JSON, blank ones left out."""

    rows: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, content: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(content or {}), prefix="form")

    def content(self) -> dict[str, Any]:
        """What was answered; a day in ISO form. After ``is_valid``."""
        plain = {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in self.cleaned_data.items()
        }
        return {name: value for name, value in plain.items() if value not in ("", None)}


def _answered(names: tuple[str, ...]) -> dict[str, forms.Field]:
    """A yes or no for each matter, and its details."""
    fields: dict[str, forms.Field] = {}
    for name in names:
        fields[name] = YesNo(required=False, label=_TOPICS[name])
        fields[f"{name}_details"] = Text(
            required=False,
            longest=PARAGRAPH,
            many_lines=True,
            label=format_lazy("{} – {}", _TOPICS[name], _("Details")),
        )
    return fields


_PORTAL_NAMES = tuple(f"{about}_{topic}" for about in ABOUT for topic in PORTAL_TOPICS)


class PortalInformationForm(Information):
    """Form 45-110F3, in the order of its outline."""

    trade_names = Text(required=False, label=_("A. Trade names"))
    website = Text(required=False, label=_("A. Website"))
    contact_name = Text(required=False, label=_("B. Contact person"))
    contact_position = Text(required=False, label=_("B. Position"))
    contact_address = Text(
        required=False, longest=PARAGRAPH, many_lines=True, label=_("B. Address")
    )
    contact_telephone = Text(required=False, longest=40, label=_("B. Telephone"))
    contact_email = Email(required=False, label=_("B. E-mail"))
    legal_form = forms.ChoiceField(
        required=False,
        label=_("C. Legal form"),
        choices=(
            ("", "—"),
            ("company", _("Company")),
            ("cooperative", _("Co-operative")),
            ("nonprofit", _("Non-profit legal person")),
            ("partnership", _("Partnership")),
            ("sole_proprietor", _("Sole proprietorship")),
        ),
    )
    organized_in = OneProvince(required=False, label=_("C. Jurisdiction of organization"))
    organized_on = Day(required=False, label=_("C. Date of organization"))
    organizing_documents = Text(
        required=False, longest=PARAGRAPH, many_lines=True, label=_("C. Organizing documents")
    )
    business = Text(
        required=False, longest=CHAPTER, many_lines=True, label=_("E. Business of the portal")
    )
    how_it_works = Text(
        required=False, longest=CHAPTER, many_lines=True, label=_("E. How the platform works")
    )
    other_business = Text(
        required=False, longest=CHAPTER, many_lines=True, label=_("E. Other business")
    )
    trust_address = Text(
        required=False,
        longest=PARAGRAPH,
        many_lines=True,
        label=_("F. Address of the institution that holds the trust account"),
    )
    trust_account = Text(
        required=False,
        label=_("F. Trust account"),
        help_text=_("Its name; its number is kept nowhere here."),
    )
    vars().update(_answered(_PORTAL_NAMES))
    records_at = Text(
        required=False,
        longest=PARAGRAPH,
        many_lines=True,
        label=_("H. Where books and records are kept"),
    )


class IndividualInformationForm(Information):
    """Form 45-110F4 of one principal, but for the periods."""

    rows = ("residences", "employments")

    other_names = Text(required=False, label=_("A. Other names"))
    title = Text(required=False, label=_("C. Position at the portal"))
    percent = Percent(required=False, label=_("C. Percentage of votes"))
    role_since = Text(
        required=False, longest=20, label=_("C. In this position since"), help_text=_("As 2022-05.")
    )
    other_activities = Text(
        required=False, longest=PARAGRAPH, many_lines=True, label=_("D. Other activities")
    )
    vars().update(_answered(PERSON_TOPICS))


class PeriodForm(forms.Form):
    """A residence or an employment; a line without its first answer is blank."""

    what = Text(required=False, longest=PARAGRAPH, label=_("Address"))
    role = Text(required=False, label=_("Position"))
    since = Text(required=False, longest=20, label=_("From"))
    until = Text(required=False, longest=20, label=_("To"))


class ResidenceForm(PeriodForm):
    """A residence has no position."""

    role = None  # type: ignore[assignment]


class EmploymentForm(PeriodForm):
    """An employment, or another activity."""

    what = Text(required=False, label=_("Employer or activity"))


_FORMSETS = {
    name: forms.formset_factory(form, extra=3, max_num=_MOST_ROWS, absolute_max=_MOST_ROWS + 3)
    for name, form in (("residences", ResidenceForm), ("employments", EmploymentForm))
}
TITLES = {
    "residences": _("B. Where they have lived"),
    "employments": _("D. Employments of the last five years"),
}


def periods(data: Any, content: Mapping[str, Any]) -> dict[str, Any]:
    """The lines of residences and of employments, by name."""
    return {
        name: formset(data, initial=content.get(name) or [], prefix=name)
        for name, formset in _FORMSETS.items()
    }


def lines(formset: Any) -> list[dict[str, str]]:
    """What was said line by line, blank ones left out. After ``is_valid``."""
    rows = [{name: text for name, text in row.items() if text} for row in formset.cleaned_data]
    return [row for row in rows if row.get("what")]


class PrincipalForm(forms.Form):
    """A new principal of the portal."""

    name = Text(label=_("Name of the principal"))


class IssueForm(forms.Form):
    """The version that was shown, and whether the regulators are to be told of what changed."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    change = Text(
        required=False,
        longest=PARAGRAPH,
        many_lines=True,
        label=_("Change to tell the regulators of"),
        help_text=_("In words. Left empty, no change is recorded: for a form nobody has yet."),
    )

    prefix = "issue"

    def given(self) -> dict[str, Any]:
        """As the service takes it. After ``is_valid``."""
        # A page that names no version has shown none: no version has this number.
        return {
            "number": self.cleaned_data["number"] or 0,
            "change": self.cleaned_data["change"],
        }
