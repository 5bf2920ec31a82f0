"""Single values: text, whole numbers, amounts, percents, days, instants and words from a list.

Each reader takes a Place and answers a Python value, or raises ScenarioError. A float is never an
amount: `25.10` without quotes has already lost what the writer meant when another program reads it.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel import Locale

from compliance.rules.kernel.money import MoneyError, cad
from compliance.rules.kernel.zones import PROVINCES, ClockError, from_wall
from compliance.scenarios.reading.places import Place, refuse_word
from compliance.scenarios.reading.yaml_nodes import Listing, Scalar

Plain = str | int | bool | tuple["Plain", ...] | Mapping[str, "Plain"]

LARGEST_WHOLE = 999_999_999
LONGEST_TEXT = 20_000
LONGEST_NAME = 200
LONGEST_USE = 300
LONGEST_REGISTRATION = 100
NAME = re.compile(r"\w[\w.-]{0,79}")
COUNTRY = re.compile(r"[A-Z]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})([Tt]|[ ]+)"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(:(?P<second>[0-9]{2}))?"
    r"\s*((?P<zulu>[Zz])|(?P<sign>[+-])(?P<off_hour>[0-9]{2}):?(?P<off_minute>[0-9]{2})?)?"
)
PERCENT = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,8})?")

# The two-letter codes of countries, without CA: where Canada is meant, the province must be said.
# The regional data also name unions, private codes and islands that ISO 3166-1 gives no code to.
NO_COUNTRIES = frozenset(
    {"AC", "CA", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
COUNTRIES = frozenset(
    str(code) for code in Locale("en").territories if COUNTRY.fullmatch(str(code))
).difference(NO_COUNTRIES)


def text(place: Place, most: int = LONGEST_TEXT) -> str:
    """Words as written, at most `most` characters. A number or a date without quotes is its own
    text (`class: 1`); an empty text is refused."""
    node = place.scalar()
    if node.kind == "bool":
        place.fail("words are expected here", "des mots sont attendus ici")
    words = node.text.strip()
    if not words:
        place.fail("this text is empty", "ce texte est vide")
    if len(words) > most:
        place.fail(
            f"this text is too long (at most {most} characters)",
            f"ce texte est trop long (au plus {most} caractères)",
        )
    return words


def short_name(place: Place) -> str:
    """The short name of a person, issuer, offering or subscription: letters, digits, `_`, `.` and
    `-`."""
    name = text(place)
    check_name(place, name)
    return name


def check_name(place: Place, name: str) -> None:
    """Refuse a short name that is not one word of at most eighty letters, digits, `_`, `.` and
    `-`."""
    if not NAME.fullmatch(name):
        place.fail(
            f"{name[:80]!r} is not a short name (letters, digits, _ . -)",
            f"{name[:80]!r} n'est pas un nom court (lettres, chiffres, _ . -)",
        )


def boolean(place: Place) -> bool:
    """`true` or `false`, written without quotes; nothing else."""
    node = place.scalar()
    if node.kind != "bool":
        place.fail("true or false is expected here", "true ou false est attendu ici")
    return node.text == "true"


def whole(place: Place, least: int, most: int = LARGEST_WHOLE) -> int:
    """A whole number between two bounds, written without quotes."""
    node = place.scalar()
    if node.kind != "int":
        place.fail("a whole number is expected here", "un nombre entier est attendu ici")
    number = node.whole if len(node.text) <= 15 else most + 1
    if not least <= number <= most:
        place.fail(
            f"a whole number from {least} to {most} is expected here",
            f"un nombre entier de {least} à {most} est attendu ici",
        )
    return number


def amount(place: Place) -> Decimal:
    """Canadian dollars: a whole number or a text with at most two decimals; never a float, never
    negative."""
    node = place.scalar()
    if node.kind == "float":
        place.fail(
            f'a float is not an amount; write it in quotes, as in "{node.text}"',
            f"un nombre à virgule flottante n'est pas un montant; écrivez-le entre guillemets, "
            f'comme "{node.text}"',
        )
    if node.kind == "bool":
        place.fail("an amount is expected here", "un montant est attendu ici")
    try:
        value = cad(node.text.removeprefix("+") if node.kind == "int" else node.text)
    except MoneyError:
        shown = repr(node.text[:40])
        place.fail(
            f"{shown} is not an amount in dollars (digits, at most two decimals after a point)",
            f"{shown} n'est pas un montant en dollars (chiffres, au plus deux décimales après un "
            "point)",
        )
    if value < 0 or node.text.startswith("-"):
        place.fail("an amount is not negative", "un montant n'est pas négatif")
    return value


def percent(place: Place, *, negative: bool = False) -> Decimal:
    """A percentage: a whole number or a text such as "4.00" or "4.00 %"; never a float."""
    node = place.scalar()
    if node.kind == "float":
        place.fail(
            f'a float is not a percentage; write it in quotes, as in "{node.text}"',
            "un nombre à virgule flottante n'est pas un pourcentage; écrivez-le entre guillemets, "
            f'comme "{node.text}"',
        )
    value = as_percent(node)
    if value is None:
        place.fail(
            f"{node.text[:40]!r} is not a percentage",
            f"{node.text[:40]!r} n'est pas un pourcentage",
        )
    if value < 0 and not negative:
        place.fail("this percentage is not negative", "ce pourcentage n'est pas négatif")
    return value


def as_percent(node: Scalar) -> Decimal | None:
    """The number of a text such as "4", "4.00" or "4.00 %"; None when it is not one."""
    bare = node.text.strip().removesuffix("%").rstrip()
    return Decimal(bare) if PERCENT.fullmatch(bare) and node.kind != "bool" else None


def day(place: Place) -> date:
    """A day written YYYY-MM-DD."""
    words = place.scalar().text
    found = _as_day(words)
    if found is None:
        place.fail(
            f"{words[:40]!r} is not a day (YYYY-MM-DD)",
            f"{words[:40]!r} n'est pas un jour (AAAA-MM-JJ)",
        )
    return found


def _as_day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if DAY.fullmatch(words) else None
    except ValueError:
        return None


def instant(place: Place, zone: ZoneInfo) -> datetime:
    """A day and a time, local to `zone` unless an offset follows; the answer is aware and in UTC.

    A local time that the spring change skips is refused; one that the autumn change repeats is the
    first.
    """
    words = place.scalar().text.strip()
    parts = INSTANT.fullmatch(words)
    try:
        found = _instant(parts, zone) if parts is not None else None
    except ClockError:
        place.fail(
            f"the clocks of {zone.key} skip {words}", f"les horloges de {zone.key} sautent {words}"
        )
    except (ValueError, OverflowError):
        found = None
    if found is None:
        place.fail(
            f"{words[:40]!r} is not a time (YYYY-MM-DD HH:MM, local to the portal or with an "
            "offset)",
            f"{words[:40]!r} n'est pas une heure (AAAA-MM-JJ HH:MM, locale au portail ou avec un "
            "décalage)",
        )
    return found


def _instant(parts: re.Match[str], zone: ZoneInfo) -> datetime:
    wall = datetime.combine(
        date.fromisoformat(parts["day"]),
        datetime.min.time().replace(
            hour=int(parts["hour"]), minute=int(parts["minute"]), second=int(parts["second"] or 0)
        ),
    )
    if parts["zulu"]:
        return wall.replace(tzinfo=UTC)
    if parts["sign"]:
        offset = f"{parts['sign']}{parts['off_hour']}:{parts['off_minute'] or '00'}"
        return datetime.fromisoformat(f"{wall.isoformat()}{offset}").astimezone(UTC)
    return from_wall(wall, zone)


def one_of(place: Place, allowed: Collection[str]) -> str:
    """One of the words given."""
    words = text(place)
    if words not in allowed:
        refuse_word(place, words, allowed)
    return words


def province(place: Place) -> str:
    """One of the thirteen codes of the provinces and territories."""
    return one_of(place, PROVINCES)


def provinces(place: Place) -> tuple[str, ...]:
    """A list of provinces, each kept once, in the order given."""
    return tuple(dict.fromkeys(province(entry) for entry in place.each()))


def region(place: Place) -> str:
    """A province or territory, or else the two capital letters of a country other than Canada."""
    code = text(place)
    if code not in PROVINCES and code not in COUNTRIES:
        place.fail(
            f"{code[:40]!r} is neither a province or territory nor a country code",
            f"{code[:40]!r} n'est ni une province ou un territoire ni un code de pays",
        )
    return code


def anything(place: Place) -> Plain:
    """Free content (an item of the form, a particular of `other`): text, whole numbers, booleans,
    lists, mappings.

    A number with a point stays the text that was written; an empty value is refused.
    """
    if isinstance(place.node, Scalar):
        node = place.scalar()
        if node.kind == "bool":
            return node.text == "true"
        if node.kind == "int" and len(node.text) <= 15:
            return node.whole
        return text(place)
    if isinstance(place.node, Listing):
        return tuple(anything(entry) for entry in place.each())
    found = {key: anything(entry.place) for key, entry in place.entries().items()}
    return MappingProxyType(found)
