"""Form fields that take what people type, and say at the field what is wrong with it."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.money import MoneyError, cad
from compliance.web.language import current

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]")
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
# Digits bare or in threes after spaces, then at most two decimals after a comma or a point.
_PLAIN = re.compile(r"([0-9]{1,12}|[0-9]{1,3}( [0-9]{3}){1,3})([.,][0-9]{1,2})?", re.ASCII)
# The same number in threes after commas, which is thousands to English eyes only.
_ENGLISH = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,3}(\.[0-9]{1,2})?", re.ASCII)
_THIRD = re.compile(r"[0-9 ]+([.,][0-9]{3,})+([.,][0-9]{1,2})?", re.ASCII)


def no_control_characters(value: str) -> None:
    """Refuse characters that no keyboard writes; line breaks and tabs are allowed in long texts."""
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in value):
        raise ValidationError(_("This text holds characters that cannot be read."), code="control")


class Text(forms.CharField):
    """One line of text, at most 200 characters unless said otherwise, without control signs."""

    def __init__(self, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators.append(no_control_characters)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if isinstance(text, str) and any(sign in text for sign in "\n\r\t"):
            raise ValidationError(_("Write this on one line."), code="lines")
        return text


class LongText(forms.CharField):
    """Several lines of text, at most 5 000 characters unless said otherwise."""

    widget = forms.Textarea

    def __init__(self, *, max_length: int = 5000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators.append(no_control_characters)


def _typed(value: Any) -> str:
    """What was typed without its spaces, its dollar sign; empty when nothing was."""
    text = _SPACES.sub("", str(value or ""))
    if len(text) > 40:
        raise ValidationError(_("Write a number."), code="invalid")
    return text.removesuffix("$").removeprefix("$")


def _grouped(value: Any) -> str:
    """What was typed without its dollar sign, its inner spaces kept as plain ones: they must stand
    where thousands do, or "25 00" would be read as 2 500 $."""
    text = _SPACES.sub(" ", str(value or "")).strip()
    if len(text) > 40:
        raise ValidationError(_("Write a number."), code="invalid")
    return text.removesuffix("$").removeprefix("$").strip()


class Amount(forms.Field):
    """An amount of Canadian dollars above zero: ``2 500,00 $``, ``2500``, ``$2,500.00``.

    Spaces group thousands in both languages. A comma or a point before one or two last digits
    begins the cents. A comma before three digits groups thousands on an English page, in threes
    throughout; on a French one it is refused, because "25,005" is twenty-five dollars and half a
    cent there and must never be taken for 25 005 $.
    """

    default_error_messages = {
        "invalid": _("Write an amount in dollars, for example 2500 or 2500.50."),
        "half_cent": _(
            "An amount stops at the cent, after at most two decimals: separate thousands with a "
            "space."
        ),
        "positive": _("Write an amount above zero."),
    }

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        )
        self.zero = zero
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        text = _grouped(value)
        if not text:
            return None
        if text.startswith("-"):
            raise ValidationError(self.error_messages["positive"], code="positive")
        if _PLAIN.fullmatch(text):
            plain = text.replace(" ", "").replace(",", ".")
        elif current() == "en" and _ENGLISH.fullmatch(text):
            plain = text.replace(",", "")
        else:
            code = "half_cent" if _THIRD.fullmatch(text) else "invalid"
            raise ValidationError(self.error_messages[code], code=code)
        try:
            amount = cad(plain)
        except MoneyError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if amount == 0 and not self.zero:
            raise ValidationError(self.error_messages["positive"], code="positive")
        return amount


class Units(forms.Field):
    """A whole number of securities, at least 1."""

    default_error_messages = {
        "invalid": _("Write a whole number of securities, for example 40."),
        "half": _("Securities are sold whole: write a number without decimals."),
        "positive": _("Write a number of at least 1."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = _typed(value)
        if not text:
            return None
        if _WHOLE.fullmatch(text):
            if int(text) == 0:
                raise ValidationError(self.error_messages["positive"], code="positive")
            return int(text)
        if re.fullmatch(r"-[0-9.,]+", text):
            raise ValidationError(self.error_messages["positive"], code="positive")
        half = re.fullmatch(r"[0-9]+[.,][0-9]+", text)
        code = "half" if half else "invalid"
        raise ValidationError(self.error_messages[code], code=code)


class YesNo(forms.TypedChoiceField):
    """A question answered yes or no, nothing ticked beforehand; True, False, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=(("yes", _("Yes")), ("no", _("No"))),
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )


class Day(forms.DateField):
    """A day, written or chosen as 1990-05-17."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and day.year < 1850:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day
