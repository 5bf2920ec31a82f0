"""Canadian dollars: exact amounts, and amounts, dates and times as they are written in Canada.

An amount is a ``Decimal`` with two decimals and at most fourteen digits, which is what the
database keeps (``numeric(14,2)``). Binary floats are refused at the door: 0.1 + 0.2 is not 0.3,
and a cap that is passed by a rounding error is a cap that is passed.
"""

import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Final

from babel import Locale

Language = str
"""``fr`` or ``en``; anything else is refused when it is used."""

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
NBSP: Final = "\N{NO-BREAK SPACE}"

_LARGEST: Final = Decimal("999999999999.99")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
_MONTHS: Final = {
    "fr": dict(Locale("fr", "CA").months["format"]["wide"]),
    "en": dict(Locale("en", "CA").months["format"]["wide"]),
}


class MoneyError(ValueError):
    """What was given is not an amount of Canadian dollars; the message says why."""


def cad(value: int | str | Decimal) -> Decimal:
    """Return ``value`` as an amount of Canadian dollars with exactly two decimals.

    Text is digits with at most one point ("2500", "2500.00", "-12.5"): no spaces, separators,
    comma, plus sign or exponent, because ``Decimal`` would silently take some of these.

    Raises MoneyError for floats, booleans, other types, NaN and infinity, more than two decimals
    (an amount that still has to be rounded is not yet an amount) and more than fourteen digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise MoneyError(
            f"{value!r} is a {type(value).__name__}; an amount is a whole number, a text "
            "or a Decimal, never a float or a boolean."
        )
    if isinstance(value, str):
        if not _PLAIN_NUMBER.fullmatch(value):
            raise MoneyError(
                f"{value!r} is not an amount: write at most 12 digits, then at most two decimals "
                'after a point, as in "2500.00".'
            )
        amount = Decimal(value)
    else:
        amount = Decimal(value)
    if not amount.is_finite():
        raise MoneyError(f"{amount} is not an amount: it is not a finite number.")
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        raise MoneyError(f"{amount} has more than two decimals; round it before it is an amount.")
    if abs(amount) > _LARGEST:
        raise MoneyError(f"{amount} has more than fourteen digits, cents included.")
    # Adding zero turns -0.00 into 0.00, so that the two never differ in a digest.
    return amount.quantize(CENT) + ZERO


def format_cad(amount: Decimal, language: Language) -> str:
    """Write an amount as in Canada: ``2 500,00 $`` (no-break spaces) or ``$2,500.00``.

    Same output as Babel's ``fr_CA`` and ``en_CA`` (a test compares them), but some thirty times
    faster, since a judgement writes several amounts, and it cannot change under a sealed document
    when the locale data are updated. Raises MoneyError as ``cad`` does.
    """
    exact = cad(amount)
    _check_language(language)
    digits = f"{abs(exact):,.2f}"
    sign = "-" if exact < 0 else ""
    if language == "en":
        return f"{sign}${digits}"
    return f"{sign}{digits.replace(',', NBSP).replace('.', ',')}{NBSP}$"


def format_date(day: date, language: Language) -> str:
    """Write a day in full: ``6 mars 2026``, ``1er mars 2026``, ``March 6, 2026``.

    Raises TypeError for a datetime: which day it is depends on a zone (``format_instant``).
    """
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is an instant; write it with format_instant, in a zone.")
    _check_language(language)
    month = _MONTHS[language][day.month]
    if language == "en":
        return f"{month} {day.day}, {day.year}"
    return f"{'1er' if day.day == 1 else day.day} {month} {day.year}"


def format_instant(at: datetime, zone: tzinfo, language: Language) -> str:
    """Write an instant as the clocks of ``zone`` show it, to the minute that has begun.

    ``6 mars 2026 à 14 h 30``, ``6 mars 2026 à 14 h``, ``March 6, 2026 at 2:30 p.m.``; the spaces
    inside the time are no-break spaces. Raises ValueError for a datetime without an offset.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no offset; an instant without one is not an instant.")
    local = at.astimezone(zone)
    day = format_date(local.date(), language)
    return f"{day} {'at' if language == 'en' else 'à'} {_clock(local, language)}"


def format_time(at: datetime, zone: tzinfo, language: Language) -> str:
    """Write the time of an instant as the clocks of ``zone`` show it: ``14 h 30``, ``2:30 p.m.``.

    Raises ValueError for a datetime without an offset.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{at!r} has no offset; an instant without one is not an instant.")
    _check_language(language)
    return _clock(at.astimezone(zone), language)


def _clock(local: datetime, language: Language) -> str:
    if language == "en":
        half = "a.m." if local.hour < 12 else "p.m."
        return f"{local.hour % 12 or 12}:{local.minute:02d}{NBSP}{half}"
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def _check_language(language: str) -> None:
    if language not in _MONTHS:
        raise ValueError(f"{language!r} is not a language of these pages; it is 'fr' or 'en'.")
