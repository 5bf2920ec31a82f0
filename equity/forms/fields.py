"""Fields of the issuer's and the officer's forms, beside those of every page.

What people type is cleaned at the door, in words and at its field: a page must never answer a
strange value with a fault, nor store half of it.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.zones import PROVINCES
from compliance.web import fields
from compliance.web.language import current
from documents.printable import printable

LINE, PARAGRAPH, CHAPTER = 200, 2_000, 10_000
"""How long a typed text may be: a line, a paragraph, a long answer of the form."""

# Whatever prints nothing, or turns the text around it, but for line ends and the tab.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,189}")
_PERCENT = re.compile(r"[0-9]{1,3}([.,][0-9]{1,4})?", re.ASCII)


class _Short:
    """Shows no more of a refused text than it may hold: ten megabytes are not sent back."""

    longest = LINE

    def format_value(self, value: Any) -> Any:
        """What the control shows."""
        shown = super().format_value(value)  # type: ignore[misc]
        return shown[: self.longest] if isinstance(shown, str) else shown


class LineInput(_Short, forms.TextInput):
    """One line of text."""


class AreaInput(_Short, forms.Textarea):
    """Several lines of text."""


class Text(forms.CharField):
    """A text of at most ``longest`` characters, without characters that no screen shows or that no
    document can print: whatever is typed here may be printed one day."""

    def __init__(self, *, longest: int = LINE, many_lines: bool = False, **options: Any) -> None:
        self.many_lines = many_lines
        rows = 8 if longest > PARAGRAPH else 3
        if "widget" not in options:
            options["widget"] = AreaInput(attrs={"rows": rows}) if many_lines else LineInput()
            options["widget"].longest = longest
        super().__init__(max_length=longest, **options)
        self.validators.append(printable)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends; raises ValidationError for a character that no screen
        shows, because it would stand unseen in a certified document."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if _HIDDEN.search(text) or (not self.many_lines and "\n" in text):
            raise ValidationError(
                _("This text holds a character that cannot be shown. Please type it again."),
                code="control",
            )
        return text


class Email(Text):
    """An e-mail address, accents included: what people have is what they may be found by."""

    def __init__(self, **options: Any) -> None:
        attributes = {"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}
        widget = LineInput(attrs=attributes)
        widget.longest = 254
        super().__init__(longest=254, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        """The address; raises ValidationError for what is none."""
        text = super().to_python(value)
        if text and not _EMAIL.fullmatch(text):
            raise ValidationError(
                _("Write an e-mail address, such as name@example.ca."), code="email"
            )
        return text


class Amount(fields.Amount):
    """An amount in Canadian dollars, shown as it is typed in the language of the page."""

    widget = LineInput

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", LineInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as people of that language type it; what was typed stays as it is."""
        if not isinstance(value, Decimal):
            return value
        plain = f"{value:.2f}"
        return plain.replace(".", ",") if current() == "fr" else plain


class Percent(forms.CharField):
    """A percentage from 0 to 100 with at most four decimals, kept as text: JSON has no Decimal."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", LineInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(max_length=20, **options)

    def clean(self, value: Any) -> Any:
        """The percentage as plain text ("4.25"), empty when nothing was typed."""
        text = _SPACES.sub("", super().clean(value)).removesuffix("%")
        if not text:
            return ""
        if not _PERCENT.fullmatch(text):
            raise ValidationError(
                _("Write a percentage between 0 and 100, such as 4.25."), code="not_a_percentage"
            )
        number = text.replace(",", ".")
        if Decimal(number) > 100:
            raise ValidationError(
                _("Write a percentage between 0 and 100, such as 4.25."), code="out_of_range"
            )
        return number


class Whole(forms.IntegerField):
    """A whole number between two bounds."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        options.setdefault(
            "widget", LineInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        )
        super().__init__(min_value=least, max_value=most, **options)


class YesNo(fields.YesNo):
    """Yes or no, with neither ticked beforehand; None is not answered."""

    def prepare_value(self, value: Any) -> Any:
        """A stored answer as the radio buttons name it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value


Day = fields.Day


def province_choices() -> list[tuple[str, str]]:
    """The thirteen provinces and territories, by their names in the language of the page."""
    side = 0 if current() == "fr" else 1
    return sorted(
        ((code, place[side]) for code, place in PROVINCES.items()), key=lambda row: row[1]
    )


def province_or_none() -> list[tuple[str, str]]:
    """The same, after a blank."""
    return [("", "—"), *province_choices()]


class Provinces(forms.MultipleChoiceField):
    """Provinces and territories, by their codes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=province_choices, widget=forms.CheckboxSelectMultiple, **options)


class OneProvince(forms.ChoiceField):
    """One province or territory, by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=province_or_none, **options)
