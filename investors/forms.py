"""Registering as an investor, and the particulars that the law asks of a purchaser."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import get_user_model, password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.zones import PROVINCES
from compliance.web.fields import Day, Text, YesNo, no_control_characters
from compliance.web.language import current
from documents.printable import printable
from investors.models import Language, Person

_POSTAL_CODE = re.compile(r"[A-Z][0-9][A-Z][0-9][A-Z][0-9]", re.ASCII)
_TELEPHONE = re.compile(r"\+?[0-9 ().\-]{7,30}( ?(poste|ext\.?|x) ?[0-9]{1,6})?", re.ASCII)


def provinces() -> list[tuple[str, str]]:
    """The provinces and territories, by their names in the language of the page."""
    names = [(code, getattr(place, current())) for code, place in PROVINCES.items()]
    return [("", "—"), *sorted(names, key=lambda entry: entry[1])]


class Province(forms.ChoiceField):
    """A province or territory of Canada, chosen from a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=provinces, **kwargs)


class PrintedText(Text):
    """A line of text that a document will print."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # It names what it refuses, which the plain one does not.
        self.validators.remove(no_control_characters)
        self.validators.append(printable)


class InvestorForm(forms.Form):
    """A new investor: who they are, where they live, how they are reached."""

    kind = forms.ChoiceField(
        label=_("You would invest"),
        choices=(
            (Person.Kind.PERSON.value, _("for yourself")),
            (Person.Kind.ORGANISATION.value, _("for an organisation")),
        ),
        widget=forms.RadioSelect,
    )
    first_name = PrintedText(
        label=_("First name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "given-name"}),
    )
    family_name = PrintedText(
        label=_("Family name"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "family-name"}),
    )
    province = Province(
        label=_("Province or territory of residence"),
        help_text=_("It decides your rights, your holidays and the language you are served first."),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )


class RegisterForm(InvestorForm):
    """A new investor with a new account: the same, and how they sign in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters, and not one that is easily guessed."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        password = given.get("password")
        if password:
            user = get_user_model()(email=given.get("email", ""), name=given.get("first_name", ""))
            try:
                password_validation.validate_password(password, user)
            except ValidationError as error:
                self.add_error("password", error)
        return given


class ProfileForm(forms.Form):
    """What Schedule 1 of Form 45-106F1 asks of a purchaser; everything may be filled in later.

    A name or a birth date that was verified is shown and not changed here: the verification would
    speak of somebody else.
    """

    first_name = PrintedText(label=_("First name"), max_length=100, required=False)
    family_name = PrintedText(label=_("Family name"), max_length=100, required=False)
    legal_name = PrintedText(label=_("Legal name of the organisation"), required=False)
    signatory = PrintedText(label=_("Who signs for it"), required=False)
    born = Day(label=_("Date of birth"), required=False)
    street = PrintedText(label=_("Number and street"), required=False)
    municipality = PrintedText(label=_("Municipality"), max_length=100, required=False)
    province = Province(label=_("Province or territory of residence"))
    postal_code = PrintedText(label=_("Postal code"), max_length=10, required=False)
    telephone = PrintedText(label=_("Telephone"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    language = forms.ChoiceField(
        label=_("Language of your notices"), choices=Language.choices, widget=forms.RadioSelect
    )
    registrant = YesNo(
        label=_("Are you registered under securities legislation?"),
        help_text=_("For example as a dealer or an adviser. Most people answer no."),
        required=False,
    )

    _VERIFIED = ("first_name", "family_name", "legal_name", "born")

    def __init__(
        self,
        person: Person,
        verified: bool,
        data: Mapping[str, Any] | None = None,
        *,
        today: date,
        address: str = "",
    ) -> None:
        """``address`` is the verified one of the account, to which notices go; empty for none."""
        self.person, self.today, self.address = person, today, address
        super().__init__(data, initial=self._stored(person))
        organisation = person.kind == Person.Kind.ORGANISATION
        unused = ("first_name", "family_name", "born") if organisation else ("legal_name",)
        for name in (*unused, *(() if organisation else ("signatory",))):
            del self.fields[name]
        if verified:
            for name in self._VERIFIED:
                if name in self.fields and getattr(person, name):
                    self.fields[name].disabled = True

    @staticmethod
    def _stored(person: Person) -> dict[str, Any]:
        stored = {name: getattr(person, name) for name in ProfileForm.base_fields}
        stored["registrant"] = {True: "yes", False: "no", None: None}[person.registrant]
        stored["born"] = date.fromisoformat(person.born) if person.born else None
        return stored

    def clean_born(self) -> date | None:
        born: date | None = self.cleaned_data.get("born")
        if born is not None and born >= self.today:
            raise ValidationError(_("A date of birth is in the past."))
        return born

    def clean_email(self) -> str:
        """Notices of a right must not go where nobody has shown that the person reads."""
        typed: str = self.cleaned_data["email"]
        if self.address and typed.casefold() != self.address.casefold():
            raise ValidationError(
                _(
                    "Your notices go to the verified address of your account, %(address)s. Write "
                    "to the portal to change it."
                ),
                params={"address": self.address},
            )
        return typed

    def clean_postal_code(self) -> str:
        typed: str = self.cleaned_data["postal_code"].upper().replace(" ", "").replace("-", "")
        if typed and not _POSTAL_CODE.fullmatch(typed):
            raise ValidationError(_("Write a Canadian postal code, for example G1R 2T9."))
        return f"{typed[:3]} {typed[3:]}".strip()

    def clean_telephone(self) -> str:
        typed: str = self.cleaned_data["telephone"]
        if typed and not _TELEPHONE.fullmatch(typed):
            raise ValidationError(_("Write a telephone number, for example 418 555-0123."))
        return typed

    def changed(self) -> dict[str, Any]:
        """The particulars that differ from what is stored, as fields of Person."""
        given: dict[str, object] = dict(self.cleaned_data)
        if "born" in given:
            born = self.cleaned_data["born"]
            given["born"] = born.isoformat() if born else ""
        return {name: new for name, new in given.items() if getattr(self.person, name) != new}
