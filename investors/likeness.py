"""In what form particulars are compared, to find persons who share them. Pure.

Only their blind indexes are kept. What is written in two ways that look alike to a reader, such as
"av." and "avenue", stays two addresses: a rule that raises a case had better miss one than name
strangers.
"""

import re

from compliance.sealing.index import normalise

_BETWEEN = re.compile(r"[\W_]+")
_NOT_IN_CODE = re.compile(r"[\W_]")
_NOT_A_DIGIT = re.compile(r"[^0-9]")
_EXTENSION = re.compile(r"(poste|ext\.?|x) ?[0-9]+\s*\Z")
_NATIONAL = 10


def address_key(street: str, postal_code: str) -> str | None:
    """A street and a postal code, spaces, case, accents and punctuation making no difference; None
    where one of them is missing. The municipality adds nothing to a postal code but spellings."""
    code = _NOT_IN_CODE.sub("", normalise(postal_code, strip_accents=True))
    line = _BETWEEN.sub(" ", normalise(street, strip_accents=True)).strip()
    return f"{code} {line}" if code and line else None


def telephone_key(telephone: str) -> str | None:
    """The digits of a telephone number without its country code 1 and its extension; None where
    none is given. Two extensions of one number are one number."""
    digits = _NOT_A_DIGIT.sub("", _EXTENSION.sub("", normalise(telephone, strip_accents=True)))
    if len(digits) == _NATIONAL + 1 and digits.startswith("1"):
        digits = digits[1:]
    return digits or None


def birth_key(born: str, family_name: str) -> str | None:
    """A date of birth and a family name, hyphens and spaces making no difference; None where one of
    them is missing."""
    name = _BETWEEN.sub(" ", normalise(family_name, strip_accents=True)).strip()
    return f"{born} {name}" if born and name else None


def name_key(display_name: str) -> str | None:
    """A name as screens show it; None where there is none."""
    return display_name.strip() or None
