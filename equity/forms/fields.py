"""Fields that refuse what a typed value must not be: amounts, percentages, long or odd texts.

What people type is cleaned at the door, in words and at its field: a page must never answer a
strange value with a fault, nor store half of it.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.money import MoneyError, cad
from compliance.rules.kernel.zones import PROVINCES

LINE, PARAGRAPH, CHAPTER = 200, 2_000, 10_000
"""How long a typed text may be: a line, a paragraph, a long answer of the form."""
LARGEST_AMOUNT = Decimal("99999999.99")

# Whatever prints nothing, but for the line ends and the tab of a longer text.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_PLAIN = re.compile(r"-?\d{1,12}(\.\d+)?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+\.\d{1,2}", re.ASCII)


class _Short:
    """Shows no more of a refused text than it may hold: ten megabytes are not sent back."""

    longest = LINE

    def format_value(self, value: Any) -> str | None:
        shown = super().format_value(value)  # type: ignore[misc]
        return shown[: self.longest] if isinstance(shown, str) else shown


class LineInput(_Short, forms.TextInput):
    """One line of text."""


class AreaInput(_Short, forms.Textarea):
    """Several lines of text."""


class Text(forms.CharField):
    """A text of at most ``longest`` characters, without characters that print nothing."""

    def __init__(self, *, longest: int = LINE, many_lines: bool = False, **options: Any) -> None:
        self.many_lines = many_lines
        rows = 6 if longest > PARAGRAPH else 3
        widget = AreaInput(attrs={"rows": rows}) if many_lines else LineInput()
        widget.longest = longest
        options.setdefault("widget", widget)
        super().__init__(max_length=longest, **options)

    def to_python(self, value: Any) -> str:
        """The text with plain line ends; raises ValidationError for a character that no screen
        shows, because it would stand unseen in a certified document."""
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if _CONTROL.search(text) or (not self.many_lines and "\n" in text):
            raise ValidationError(
                _("This text holds a character that cannot be shown. Please type it again."),
                code="control",
            )
        return text


def typed_number(value: str) -> str | None:
    """A number as people write it in French or English, in plain form; None when it is none.

    Spaces separate thousands. One comma is the French decimal mark; commas that group thousands
    are taken only where a point follows, because "2,500" alone would be read in two ways.
    """
    text = _SPACES.sub("", value).replace("$", "").replace("−", "-")
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return text if _PLAIN.fullmatch(text) else None


class Amount(forms.CharField):
    """An amount in Canadian dollars, at least ``least``, with at most two decimals."""

    def __init__(self, *, least: Decimal = Decimal("0.00"), **options: Any) -> None:
        self.least = least
        options.setdefault(
            "widget", LineInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(max_length=40, **options)

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as it is typed in the language of the page."""
        if not isinstance(value, Decimal):
            return value
        return written(value)

    def clean(self, value: Any) -> Any:
        """The amount as a Decimal, None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        number = typed_number(text)
        if number is None:
            raise ValidationError(
                _("Write an amount in dollars, such as 2500.00."), code="not_an_amount"
            )
        return self._amount(number)

    def _amount(self, number: str) -> Decimal:
        if len(number.partition(".")[2]) > 2:
            raise ValidationError(
                _("An amount stops at the cent: at most two decimals."), code="half_cent"
            )
        try:
            amount = cad(number)
        except MoneyError as error:
            raise ValidationError(
                _("Write an amount in dollars, such as 2500.00."), code="not_an_amount"
            ) from error
        if amount < self.least:
            raise ValidationError(
                _("This amount is too small: at least %(least)s dollars."),
                code="too_small",
                params={"least": written(self.least)},
            )
        if amount > LARGEST_AMOUNT:
            raise ValidationError(_("This amount is too large."), code="too_large")
        return amount


class Percent(forms.CharField):
    """A percentage from 0 to 100 with at most four decimals, kept as text: JSON has no Decimal."""

    def __init__(self, *, least: int = 0, **options: Any) -> None:
        self.least = least
        options.setdefault(
            "widget", LineInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        super().__init__(max_length=12, **options)

    def clean(self, value: Any) -> Any:
        """The percentage as plain text ("4.25"), empty when nothing was typed."""
        text = super().clean(value).replace("%", "")
        if not text:
            return ""
        number = typed_number(text)
        if number is None or len(number.partition(".")[2]) > 4:
            raise ValidationError(_("Write a percentage, such as 4.25."), code="not_a_percentage")
        if not self.least <= Decimal(number) <= 100:
            raise ValidationError(_("A percentage is between 0 and 100."), code="out_of_range")
        return number


class Whole(forms.IntegerField):
    """A whole number between two bounds."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)


class Day(forms.DateField):
    """A day, from the calendar of the browser or typed as 2026-03-31."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class YesNo(forms.TypedChoiceField):
    """Yes or no, with neither ticked beforehand; None is not answered."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(
            choices=(("yes", _("Yes")), ("no", _("No"))),
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


def province_choices() -> list[tuple[str, str]]:
    """The thirteen provinces and territories, by their names in the language of the page."""
    side = 0 if (get_language() or "fr").startswith("fr") else 1
    return sorted(
        ((code, place[side]) for code, place in PROVINCES.items()), key=lambda row: row[1]
    )


class Provinces(forms.MultipleChoiceField):
    """Provinces and territories, by their codes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=province_choices, widget=forms.CheckboxSelectMultiple, **options)


def one_province(*, required: bool = True, **options: Any) -> forms.ChoiceField:
    """A field for one province or territory."""
    blank = [("", "—")]
    return forms.ChoiceField(
        choices=lambda: blank + province_choices(), required=required, **options
    )


def written(amount: Decimal) -> str:
    """An amount as it is typed: the decimal mark of the page's language, no thousands."""
    plain = f"{amount:.2f}"
    return plain.replace(".", ",") if (get_language() or "fr").startswith("fr") else plain
