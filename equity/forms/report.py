"""What the report of exempt distribution asks of an issuer, as forms; nothing of it is required
before the report is issued, and what is still missing is told beside."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.rules.ni45_106 import codes
from compliance.web.language import current
from equity.forms.fields import Amount, Day, Email, OneProvince, Text, YesNo
from equity.reports import asked

_WRONG = {
    "naics": _("A NAICS code has six digits."),
    "lei": _("An LEI has 18 letters or digits, then two digits."),
    "profile_number": _("Write the digits of the number, and nothing else."),
    "year_end": _("Write a month and a day, such as 12-31."),
    "formed_on": _("Write a day that has passed, such as 2014-05-01."),
}
_OTHER = _("This answer does not have the shape that the form wants.")
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (
        "issuer",
        _("The issuer (items 3 and 5)"),
        (
            "previous_name",
            "lei",
            "naics",
            "mining_stage",
            "invests_mainly_in",
            "employees",
            "has_profile",
            "profile_number",
            "formed_on",
            "year_end",
            "asset_size",
        ),
    ),
    (
        "distribution",
        _("The distribution (items 7 and 8)"),
        ("security_code", "portal_paid", "portal_cash", "portal_nrd"),
    ),
    (
        "certifying",
        _("Who certifies, and whom the regulator asks (items 10 and 11)"),
        (
            "certifier_name",
            "certifier_title",
            "certifier_telephone",
            "certifier_email",
            "contact_same",
            "contact_name",
            "contact_title",
            "contact_telephone",
            "contact_email",
            "chief_telephone",
            "chief_email",
        ),
    ),
)
"""The fields of the page, section by section."""


def _choices(name: str, on: date) -> list[tuple[str, str]]:
    """The codes of a list of the form, after a blank."""
    found = codes.code_list(name, on)
    return [("", "—"), *((code, found.label(code, current())) for code in found.codes)]


class ReportForm(forms.Form):
    """What is asked about the issuer, the distribution and whoever certifies."""

    previous_name = Text(label=_("Name in the last 12 months, if it was another"), required=False)
    lei = Text(longest=20, label=_("Legal entity identifier (LEI), if any"), required=False)
    naics = Text(
        longest=6,
        label=_("Primary industry: NAICS code"),
        help_text=_("Six digits, from the list of Statistics Canada."),
        required=False,
    )
    mining_stage = forms.ChoiceField(label=_("Mining issuer"), required=False)
    invests_mainly_in = forms.ChoiceField(label=_("The issuer mainly invests in"), required=False)
    employees = forms.ChoiceField(label=_("Number of employees"), required=False)
    has_profile = YesNo(label=_("Does the issuer have a SEDAR+ profile?"), required=False)
    profile_number = Text(longest=9, label=_("SEDAR+ profile number"), required=False)
    formed_on = Day(label=_("Date of formation"), required=False)
    year_end = Text(
        longest=5,
        label=_("Financial year-end"),
        help_text=_("Month and day, such as 12-31."),
        required=False,
    )
    asset_size = forms.ChoiceField(label=_("Size of assets"), required=False)
    security_code = forms.ChoiceField(label=_("Security code"), required=False)
    portal_paid = YesNo(
        label=_("Is the portal paid by the issuer for this distribution?"), required=False
    )
    portal_cash = Amount(
        label=_("Paid to the portal, in cash"), help_text=_("In Canadian dollars."), required=False
    )
    portal_nrd = Text(
        longest=20,
        label=_("NRD number of the firm that is paid"),
        help_text=_("Only where it is a registered firm."),
        required=False,
    )
    certifier_name = Text(label=_("Who certifies: full legal name"), required=False)
    certifier_title = Text(label=_("Who certifies: title"), required=False)
    certifier_telephone = Text(longest=40, label=_("Who certifies: telephone"), required=False)
    certifier_email = Email(label=_("Who certifies: e-mail"), required=False)
    contact_same = YesNo(label=_("Is whoever certifies also the contact person?"), required=False)
    contact_name = Text(label=_("Contact person: full legal name"), required=False)
    contact_title = Text(label=_("Contact person: title"), required=False)
    contact_telephone = Text(longest=40, label=_("Contact person: telephone"), required=False)
    contact_email = Email(label=_("Contact person: e-mail"), required=False)
    chief_telephone = Text(
        longest=40,
        label=_("Chief executive officer: business telephone"),
        help_text=_("For Schedule 2; blank where the chief executive officer certifies."),
        required=False,
    )
    chief_email = Email(label=_("Chief executive officer: business e-mail"), required=False)

    def __init__(
        self, posted: Any, *, answers: Mapping[str, Any], security_kind: str, on: date
    ) -> None:
        super().__init__(posted, initial=_shown(answers))
        self.on = on
        for name in asked.LISTS:
            self.fields[name].choices = _choices(name, on)  # type: ignore[attr-defined]
        possible = codes.security_codes(security_kind, on)
        labels = codes.code_list("security_code", on)
        self.fields["security_code"].choices = [  # type: ignore[attr-defined]
            *([("", "—")] if possible.choose else []),
            *((code, f"{code} – {labels.label(code, current())}") for code in possible.codes),
        ]

    @property
    def groups(self) -> Iterator[tuple[str, Any, list[forms.BoundField]]]:
        """The sections of the page, with their fields."""
        for key, title, names in GROUPS:
            yield key, title, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        """Whatever ``asked`` does not take is told at its field."""
        found: dict[str, Any] = super().clean() or {}
        for name, value in self.answers().items():
            try:
                asked.checked({name: value}, self.on)
            except asked.WrongAnswer:
                self.add_error(name, ValidationError(_WRONG.get(name, _OTHER), code="shape"))
        return found

    def answers(self) -> dict[str, Any]:
        """What was answered, as it is kept."""
        given = {name: _plain(value) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in given.items() if value not in (None, "")}


def _shown(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as the controls show them."""
    shown = {name: value for name, value in answers.items() if name != "people"}
    if cash := shown.get("portal_cash"):
        shown["portal_cash"] = Decimal(cash)
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


class ReportPersonForm(forms.Form):
    """What is asked about one principal: item 9, and where they live for Schedule 2."""

    entity = forms.BooleanField(label=_("It is an organisation"), required=False)
    family_name = Text(
        label=_("Family name"),
        help_text=_("Of an organisation, its full legal name."),
        required=False,
    )
    given_name = Text(label=_("First given name"), required=False)
    secondary_names = Text(label=_("Secondary given names, if any"), required=False)
    relationships = forms.MultipleChoiceField(
        label=_("Relationship to the issuer"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    control = forms.BooleanField(label=_("Control person"), required=False)
    street = Text(label=_("Residential street address"), required=False)
    municipality = Text(label=_("Municipality"), required=False)
    province = OneProvince(
        label=_("Province or territory"),
        help_text=_("Abroad, leave it and write the state with the municipality."),
        required=False,
    )
    postal_code = Text(longest=20, label=_("Postal code"), required=False)
    country = Text(longest=60, label=_("Country"), required=False)
    heads = Text(
        label=_("Of an organisation: who directs it"),
        help_text=_("The names of its directors and officers."),
        required=False,
    )

    def __init__(self, posted: Any, *, number: int, name: str, on: date, stored: Any) -> None:
        self.name = name
        super().__init__(posted, prefix=f"p{number}", initial=stored or _guessed(name))
        self.fields["relationships"].choices = _choices("relationship", on)[1:]  # type: ignore[attr-defined]

    def answers(self) -> dict[str, Any]:
        """What was answered, as it is kept."""
        return {name: value for name, value in self.cleaned_data.items() if value != ""}


def _guessed(name: str) -> dict[str, Any]:
    """A name as it most often divides; whoever saves the page has seen it."""
    given, _space, family = name.strip().rpartition(" ")
    return {"family_name": family, "given_name": given, "country": "Canada"}


def person_forms(
    posted: Any, *, names: Iterable[str], answers: Mapping[str, Any], on: date
) -> list[ReportPersonForm]:
    """A form for each principal that the issuer declared."""
    people = answers.get("people", {})
    return [
        ReportPersonForm(
            posted, number=number, name=name, on=on, stored=people.get(asked.person_key(name))
        )
        for number, name in enumerate(names)
    ]


_PEOPLE = {
    "people": _("Directors, officers, promoters and control persons: names and relationships"),
    "addresses": _("Residential addresses of these people, for Schedule 2"),
    "head_office": _("Address of the head office, which the portal's officer records"),
}


def report_lacking(names: Iterable[str]) -> list[tuple[str, Any, str]]:
    """What a report still lacks: the item, its words, and the id of the control to go to."""
    labels = {name: field.label for name, field in ReportForm.base_fields.items()} | _PEOPLE
    return [
        (asked.ITEMS[name], labels[name], "people" if name in _PEOPLE else f"field-{name}")
        for name in names
    ]


def answers_of(form: ReportForm, people: Iterable[ReportPersonForm]) -> dict[str, Any]:
    """All that the page answers, as ``services.reports.save_details`` takes it."""
    told = {asked.person_key(one.name): one.answers() for one in people}
    return {**form.answers(), "people": told} if told else form.answers()
