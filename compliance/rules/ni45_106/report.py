"""The arithmetic of a report of exempt distribution: where it is filed, what its tables say, and
whether it adds up to the money that was released.

Sources: Form 45-106F1 items 7 c, d and f (recalled); Form 45-110F1 instruction 2 for where the
distribution occurs (verified: the issuer's head office and the purchaser's jurisdiction).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from compliance.rules.kernel.catalogue import Rule, load_catalogue
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_106.codes import EXEMPTION
from compliance.rules.ni45_106.fees import Fee, fee

_PACKAGE: Final = "compliance.rules.ni45_106"


@dataclass(frozen=True, slots=True)
class Line:
    """One completed subscription as the report counts it. ``purchaser`` names a person once,
    however often they subscribed; ``jurisdiction`` is where they resided at the agreement;
    ``amount`` (CAD) is ``units`` at ``price``."""

    subscription: str
    purchaser: str
    jurisdiction: str
    security_code: str
    units: int
    price: Decimal
    amount: Decimal
    exemption: str = EXEMPTION


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row of item 7 f: a jurisdiction, an exemption, the unique purchasers, the amount (CAD)."""

    jurisdiction: str
    exemption: str
    purchasers: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """Item 7 f with its grand totals. Who bought in two jurisdictions is counted once in each row
    and once in the total."""

    rows: tuple[SummaryRow, ...]
    purchasers: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class SecurityRow:
    """A row of item 7 d: the securities of one code, lowest and highest price, total (CAD)."""

    code: str
    units: int
    lowest: Decimal
    highest: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Difference:
    """A subscription whose reported amount is not what the trust ledger released for it (CAD)."""

    subscription: str
    reported: Decimal
    released: Decimal


def summary(lines: Iterable[Line]) -> Summary:
    """Item 7 f: unique purchasers and amounts by jurisdiction and exemption, with the totals."""
    found = tuple(lines)
    keys = sorted({(line.jurisdiction, line.exemption) for line in found})
    rows = []
    for key in keys:
        those = [line for line in found if (line.jurisdiction, line.exemption) == key]
        rows.append(SummaryRow(*key, len({one.purchaser for one in those}), _sum(those)))
    return Summary(tuple(rows), len({line.purchaser for line in found}), _sum(found))


def securities(lines: Iterable[Line]) -> tuple[SecurityRow, ...]:
    """Item 7 d: what was distributed, by security code."""
    found = tuple(lines)
    rows = []
    for code in sorted({line.security_code for line in found}):
        those = [line for line in found if line.security_code == code]
        prices = [line.price for line in those]
        units = sum(line.units for line in those)
        rows.append(SecurityRow(code, units, min(prices), max(prices), _sum(those)))
    return tuple(rows)


def filed_in(head_office: str, lines: Iterable[Line]) -> tuple[str, ...]:
    """The jurisdictions of a report: the head office and every purchaser's, each once, sorted.

    Form 45-110F1, instruction 2 (verified).
    """
    return tuple(sorted({head_office, *(line.jurisdiction for line in lines)}))


def fees_of(head_office: str, lines: Iterable[Line], on: date) -> tuple[Fee, ...]:
    """The fee of each jurisdiction that the report is filed in, by what was distributed there."""
    found = tuple(lines)
    return tuple(
        fee(place, _sum(line for line in found if line.jurisdiction == place), on)
        for place in filed_in(head_office, found)
    )


def differences(lines: Iterable[Line], released: Mapping[str, Decimal]) -> tuple[Difference, ...]:
    """Every subscription that is reported for another amount than was released for it, or that is
    on one side only. ``released`` is the trust ledger's, by subscription."""
    reported = {line.subscription: line.amount for line in lines}
    return tuple(
        Difference(one, reported.get(one, ZERO), released.get(one, ZERO))
        for one in sorted({*reported, *released})
        if reported.get(one) != released.get(one)
    )


def adds_up(lines: Iterable[Line], released: Mapping[str, Decimal]) -> Finding:
    """report.adds_up: portal policy; the report says, to the cent and for each subscription, what
    the trust ledger released. The finding names both sums."""
    found = tuple(lines)
    wrong = differences(found, released)
    figures = {
        "reported": _sum(found),
        "released": sum(released.values(), ZERO),
        "lines": str(len(wrong)),
    }
    return Finding(catalogue()["report.adds_up"], not wrong, figures)


def items_complete(lacking: Iterable[str]) -> Finding:
    """report.items_complete: every item that the form asks for is there. ``lacking`` names those
    that are not, as the form numbers them."""
    missing = tuple(dict.fromkeys(lacking))
    return Finding(catalogue()["report.items_complete"], not missing, {"items": missing})


def of_a_closed_distribution(closed: bool) -> Finding:
    """report.closed: portal policy; a report is made of a distribution that was closed here."""
    return Finding(catalogue()["report.closed"], closed)


def amends_one_filed(filed_on: date | None, *, certified_on: date, today: date) -> Finding:
    """report.amends_one_filed: item 1 asks an amended report for the day on which the one that it
    amends was filed; until then the filing is still to come, and is made with the new report.

    No report is filed before the day on which it was certified (ours), nor on a day to come.
    """
    met = filed_on is not None and certified_on <= filed_on <= today
    figures = {"filed": filed_on, "certified": certified_on, "today": today}
    return Finding(catalogue()["report.amends_one_filed"], met, figures)


def as_shown(same: bool) -> Finding:
    """report.as_shown: portal policy; what is certified is what the certifier was shown."""
    return Finding(catalogue()["report.as_shown"], same)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Rule]:
    """The rules of a report, by code."""
    return load_catalogue(_PACKAGE, ("catalogue.toml",))


def _sum(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
