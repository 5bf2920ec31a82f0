"""The rules that raise cases: pure functions over frozen facts, each returning a finding.

A finding that is not met raises a case; the thresholds are dated figures (figures.toml), the words
a catalogue (rules.toml). They are the portal's own choice, no rule of law, and their grade says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from compliance.rules.kernel.catalogue import load_catalogue
from compliance.rules.kernel.figures import load_figures
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Regime, Rulebook

_PACKAGE = "compliance.casework"
REGIME = Regime(
    key="casework",
    title_fr="Dossiers du portail",
    title_en="Cases of the portal",
    start=date(2021, 9, 21),
    until=None,
    figures=load_figures(_PACKAGE),
    rules=load_catalogue(_PACKAGE, ("rules.toml",)),
)


@lru_cache(maxsize=1024)
def casebook(on: date) -> Rulebook:
    """The thresholds and rules of the portal's cases in force on a day; raises OutsideDates."""
    return Rulebook(REGIME, on)


@dataclass(frozen=True, slots=True)
class Shared:
    """How many persons share one thing: an address, a bank account."""

    persons: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """How many recorded persons are alike, and in what: ``birth`` (date of birth and family
    name), ``email``, ``telephone``."""

    persons: int
    alike: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one person has live in one offering, and the limit that holds for them there."""

    total: Decimal
    limit: Decimal


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties a purchaser to the issuer: their own answer, an account, a principal's name."""

    declared: bool
    account: bool
    principal: bool


def shared_address(facts: Shared, book: Rulebook) -> Finding:
    """case.shared_address: as many investors at one address as the threshold, or more."""
    threshold = book.count("persons_at_one_address")
    return book.finding(
        "case.shared_address",
        facts.persons < threshold,
        persons=facts.persons,
        threshold=threshold,
    )


def shared_account(facts: Shared, book: Rulebook) -> Finding:
    """case.shared_account: several persons who pay from one bank account.

    Nothing recorded today says from which account a purchaser pays, so no sweep asks this rule: an
    officer who sees it on a statement opens the case. It is here for when there is.
    """
    threshold = book.count("persons_with_one_account")
    return book.finding(
        "case.shared_account",
        facts.persons < threshold,
        persons=facts.persons,
        threshold=threshold,
    )


def near_match(facts: Likeness, book: Rulebook) -> Finding:
    """case.near_match: two persons or more who may be one."""
    return book.finding(
        "case.near_match", facts.persons < 2, persons=facts.persons, alike=facts.alike
    )


def just_under(purchase: Purchase, book: Rulebook) -> bool:
    """Whether a purchase is within the margin of its limit: the limit itself counts, since whoever
    splits an amount among several takes all that a limit gives."""
    return purchase.limit - book.amount("under_limit_margin") <= purchase.total <= purchase.limit


def under_limit_many(purchases: tuple[Purchase, ...], book: Rulebook) -> Finding:
    """case.under_limit_many: many purchasers of one offering, and a large share of them, are just
    under their limit. A few who take the most they may are nobody's concern."""
    near = sum(just_under(one, book) for one in purchases)
    threshold, share = book.count("under_limit_persons"), book.count("under_limit_percent")
    large = near * 100 >= share * len(purchases)
    return book.finding(
        "case.under_limit_many",
        not (near >= threshold and large),
        near=near,
        purchasers=len(purchases),
        percent=near * 100 // len(purchases) if purchases else 0,
        margin=book.amount("under_limit_margin"),
        threshold=threshold,
        threshold_percent=share,
    )


def under_limit_one(purchases: tuple[Purchase, ...], book: Rulebook) -> Finding:
    """case.under_limit_one: one person is just under their limit in several offerings of the
    months that are counted (one purchase for each offering)."""
    near, threshold = sum(just_under(one, book) for one in purchases), _offerings(book)
    return book.finding(
        "case.under_limit_one",
        near < threshold,
        near=near,
        margin=book.amount("under_limit_margin"),
        months=book.count("under_limit_months"),
        threshold=threshold,
    )


def _offerings(book: Rulebook) -> int:
    return book.count("under_limit_offerings")


def insider(facts: Ties, book: Rulebook) -> Finding:
    """case.insider where the purchaser said so; case.insider_undeclared where only the portal's
    own records tie them to the issuer, which is more pressing."""
    if facts.declared:
        return book.finding("case.insider", met=False)
    signs = tuple(name for name in ("account", "principal") if getattr(facts, name))
    code = "case.insider_undeclared"
    return book.finding(code, not signs, signs=tuple(f"tie_{name}" for name in signs))


def third_party(amount: Decimal, book: Rulebook) -> Finding:
    """case.third_party: a payment that does not come from the purchaser was tried and refused."""
    return book.finding("case.third_party", met=False, amount=amount)


def growth(measure: int, threshold: int) -> int:
    """The step that a measure has reached: the threshold, or its last doubling.

    A matter is raised once for each step. So it comes back when twice as many are concerned, also
    after it was closed, and not with every further person. Raises ValueError under the threshold.
    """
    if not 0 < threshold <= measure:
        raise ValueError(f"{measure} has not reached {threshold}.")
    step = threshold
    while step * 2 <= measure:
        step *= 2
    return step


def told(finding: Finding) -> dict[str, Any]:
    """A finding as a flag keeps it: its code and figures, no personal data."""
    figures = {name: _written(value) for name, value in finding.figures.items()}
    return {"code": finding.code, "figures": figures}


def read(flag: Mapping[str, Any], on: date) -> Finding:
    """The finding that a flag keeps, with the words of the catalogue of the day."""
    figures = {name: _read(value) for name, value in flag["figures"].items()}
    return Finding(casebook(on).rule(flag["code"]), met=False, figures=figures)


def _written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"amount": f"{value:.2f}"}
    return list(value) if isinstance(value, tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return Decimal(value["amount"])
    return tuple(value) if isinstance(value, list) else value
