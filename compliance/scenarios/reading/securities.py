"""The security of an offering: its kind, its price, and the particulars that kind has.

`PARTICULARS` is the whole vocabulary. Each row gives the canonical name, the kinds it belongs to,
the reader of its value and the other spellings accepted for it. A word outside a list of choices
(`rate: {kind: step_up}`) is kept as it was written: whether such a security is eligible or complete
is for the rules to say, not for the reader.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from compliance.rules.kernel.dates import whole_months
from compliance.scenarios.reading.places import Fields, Place, refuse_key
from compliance.scenarios.reading.story import Particular, RateSpec, SecuritySpec
from compliance.scenarios.reading.values import (
    DAY,
    amount,
    anything,
    as_percent,
    day,
    one_of,
    percent,
    text,
    whole,
)
from compliance.scenarios.reading.vocabulary import SECURITY_KINDS
from compliance.scenarios.reading.yaml_nodes import Mapping as MappingNode
from compliance.scenarios.reading.yaml_nodes import Scalar

SNAKE_CASE = re.compile(r"[a-z][a-z0-9_]{0,59}")

SHARES = ("common_share", "preferred_share")
DEBTS = ("community_bond", "debt")
ALL = tuple(kind for kind in SECURITY_KINDS if kind != "other")
EQUITY = (*SHARES, "convertible", "partnership_unit", "cooperative_share")

CHOICES: dict[str, dict[str, str]] = {
    "interest": {"simple": "simple", "compound": "compound", "compounded": "compound"},
    "day_count": {
        "30/360": "30/360",
        "30_360": "30/360",
        "actual/365": "actual/365",
        "act/365": "actual/365",
        "actual_365": "actual/365",
    },
    "payments": {
        "monthly": "monthly",
        "quarterly": "quarterly",
        "half_yearly": "half_yearly",
        "semi_annual": "half_yearly",
        "semi_annually": "half_yearly",
        "semiannual": "half_yearly",
        "semiannually": "half_yearly",
        "yearly": "yearly",
        "annual": "yearly",
        "annually": "yearly",
        "at_maturity": "at_maturity",
        "maturity": "at_maturity",
    },
    "repayment": {
        "bullet": "bullet",
        "at_maturity": "bullet",
        "equal_principal": "equal_principal",
        "annuity": "annuity",
        "amortized": "annuity",
        "amortised": "annuity",
    },
    "rate_kind": {"fixed": "fixed", "floating": "floating", "variable": "floating"},
}


def _choice(name: str) -> Callable[[Place], Particular]:
    known = CHOICES[name]

    def read(place: Place) -> Particular:
        words = text(place)
        return known.get(re.sub(r"[\s-]+", "_", words.lower()), words)

    return read


def _count(place: Place) -> Particular:
    return whole(place, 0, 1200)


def _years(place: Place) -> Particular:
    return whole(place, 0, 100) * 12


def _measure(place: Place) -> Particular:
    """A number kept exactly, or words; never a float."""
    if isinstance(place.node, Scalar) and place.node.kind != "text":
        return percent(place)
    if isinstance(place.node, Scalar):
        value = as_percent(place.node)
        return text(place) if value is None else value
    return anything(place)


def _day_or_words(place: Place) -> Particular:
    found: Particular = text(place)
    return day(place) if isinstance(found, str) and DAY.fullmatch(found) else found


def _rate(place: Place) -> Particular:
    """A rate as a mapping, or a bare percentage, which is a fixed rate."""
    if not isinstance(place.node, MappingNode):
        return RateSpec(kind="fixed", percent=percent(place))
    keys = place.fields(("kind", "percent", "reference", "margin", "floor"))
    kind, rate, reference, margin, floor = (
        keys.get(name) for name in ("kind", "percent", "reference", "margin", "floor")
    )
    return RateSpec(
        kind=str(_choice("rate_kind")(kind)) if kind else None,
        percent=percent(rate) if rate else None,
        reference=text(reference) if reference else None,
        margin=percent(margin, negative=True) if margin else None,
        floor=percent(floor, negative=True) if floor else None,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One particular: its canonical name, the kinds that have it, the reader of its value, other
    spellings."""

    name: str
    kinds: tuple[str, ...]
    read: Callable[[Place], Particular]
    also: str = ""


LENT = (*DEBTS, "convertible")

PARTS = {
    "restrictions": ("tag_along", "drag_along", "pre_emption"),
    "early_redemption": ("redemption_by_issuer", "redemption_by_holder"),
}
CONVERSIONS = (
    ("preferred_share", re.compile(r"\b(preferred|preference|privilégiée?s?)\b", re.I)),
    ("common_share", re.compile(r"\b(common|ordinaires?)\b|^(shares?|actions?)$", re.I)),
)
NON_CONVERTIBLE = re.compile(r"\bnon[- ]?convertibles?\b", re.I)
NOT_A_SHARE = re.compile(
    r"\b(warrants?|options?|units?|unités?|funds?|fonds|bonds?|debentures?|débentures?|notes?|"
    r"obligations?|billets?|bons?|tokens?|jetons?|convertib\w+)\b"
    r"|^(droits?|rights?)\b|\b(no|aucune?s?)\s+(common|preferred|preference|shares?|actions?)\b",
    re.I,
)

PARTICULARS = (
    Row("designation", ALL, text, "name title description"),
    Row("class", EQUITY, text, "class_name share_class series share_type type"),
    Row("votes", EQUITY, anything, "vote voting voting_rights votes_per_share"),
    Row("dividends", EQUITY, anything, "dividend dividend_rate dividend_policy"),
    Row(
        "rank",
        ALL,
        anything,
        "ranking seniority rank_on_liquidation rank_in_liquidation liquidation_rank liquidation "
        "on_liquidation liquidation_preference subordination",
    ),
    Row(
        "restrictions", ALL, anything, "restriction transfer_restrictions restrictions_on_transfer"
    ),
    Row("tag_along", EQUITY, anything),
    Row("drag_along", EQUITY, anything),
    Row("pre_emption", EQUITY, anything, "preemption pre_emptive preemptive pre_emptive_rights"),
    Row("privileges", EQUITY, anything, "rights preferences privilege"),
    Row("redemption", EQUITY, anything, "redeemable redemption_terms retraction retractable"),
    Row("convertible", (*SHARES, *DEBTS), anything),
    Row(
        "converts_into",
        ("convertible", "preferred_share", *DEBTS),
        anything,
        "into convertible_into conversion converts_to",
    ),
    Row("ratio", ("convertible", "preferred_share", *DEBTS), _measure, "conversion_ratio"),
    Row("discount", ("convertible",), _measure, "conversion_discount"),
    Row("valuation_cap", ("convertible",), _measure, "cap"),
    Row("conversion_price", ("convertible",), _measure),
    Row("trigger", ("convertible",), anything, "triggers conversion_trigger triggered_by"),
    Row(
        "expiry",
        ("convertible",),
        _day_or_words,
        "expires expires_on expiry_date expiration conversion_expiry",
    ),
    Row("rate", LENT, _rate, "interest_rate"),
    Row("interest", LENT, _choice("interest"), "interest_kind interest_type"),
    Row("compounding", LENT, anything, "compounded compounding_frequency"),
    Row("day_count", LENT, _choice("day_count"), "daycount day_count_convention"),
    Row(
        "payments",
        LENT,
        _choice("payments"),
        "payment payment_frequency frequency interest_payments paid",
    ),
    Row("issue_date", LENT, day, "issue issued issued_on date_of_issue"),
    Row("maturity_date", LENT, day, "maturity matures matures_on date_of_maturity"),
    Row("term_months", LENT, _count, "months term_in_months"),
    Row("term_months", LENT, _years, "term_years years term_in_years"),
    Row("repayment", LENT, _choice("repayment"), "principal repayment_of_principal amortization"),
    Row("security_given", LENT, anything, "collateral secured guarantee hypothec"),
    Row(
        "early_redemption", LENT, anything, "redeemable_early early_repayment redemption prepayment"
    ),
    Row(
        "redemption_by_issuer",
        LENT,
        anything,
        "early_redemption_by_issuer redeemable_by_issuer issuer_redemption",
    ),
    Row(
        "redemption_by_holder",
        LENT,
        anything,
        "early_redemption_by_holder redeemable_by_holder holder_redemption",
    ),
    Row(
        "months_without_transfer",
        ALL,
        _count,
        "transferable_after_months no_transfer_months hold_months",
    ),
    Row("months_without_transfer", ALL, _years, "transferable_after_years years_without_transfer"),
    Row("renewal", LENT, anything, "renewable renewals"),
    Row(
        "interest_limit",
        ("cooperative_share",),
        _measure,
        "limit_on_interest interest max_interest maximum_interest interest_cap",
    ),
    Row("by_law", ("cooperative_share",), anything, "bylaw by_laws bylaws by_law_number"),
    Row("board_resolution", ("cooperative_share",), anything, "resolution resolution_of_board"),
    Row("general_partner", ("partnership_unit",), text, "partner gp"),
    Row(
        "agreement",
        ("partnership_unit",),
        anything,
        "partnership_agreement limited_partnership_agreement",
    ),
    Row("distributions", ("partnership_unit",), anything, "distribution profits"),
)


def _spellings(kind: str) -> dict[str, Row]:
    """Every key a kind accepts; where a spelling serves two rows, the row that bears it as its name
    wins."""
    rows = [row for row in PARTICULARS if kind in row.kinds]
    found: dict[str, Row] = {}
    for row in rows:
        for spelling in row.also.split():
            found.setdefault(spelling, row)
    for row in reversed(rows):
        found[row.name] = row
    return found


KEYS: dict[str, dict[str, Row]] = {kind: _spellings(kind) for kind in ALL}


def price_key(kind: str) -> tuple[str, ...]:
    """The key that gives what one unit costs; `other` may use either."""
    if kind == "other":
        return ("price", "denomination")
    return ("denomination",) if kind in DEBTS else ("price",)


def read_security(place: Place) -> SecuritySpec:
    """The security of an offering; raises ScenarioError for an unknown kind or a key that kind does
    not have."""
    entries = place.entries()
    keys = Fields(place, {name: entry.place for name, entry in entries.items()})
    kind = one_of(keys.need("kind"), SECURITY_KINDS)
    prices: dict[str, Decimal] = {}
    particulars: dict[str, Particular] = {}
    known = KEYS.get(kind, {})
    for name, entry in entries.items():
        if name == "kind":
            continue
        if name in price_key(kind):
            prices[name] = amount(entry.place)
        elif kind == "other" and SNAKE_CASE.fullmatch(name):
            particulars[name] = anything(entry.place)
        elif name in known:
            _keep(particulars, known[name], entry.place)
        else:
            refuse_key(place.file, entry, name, {"kind", *price_key(kind), *known})
    if len(prices) > 1:
        entries["denomination"].place.fail(
            "give the price or the denomination, not both",
            "donnez le prix ou la valeur nominale, non les deux",
        )
    return SecuritySpec(
        kind=kind,
        price=prices.get("price"),
        denomination=prices.get("denomination"),
        particulars=MappingProxyType({**_implied(particulars), **particulars}),
    )


def _implied(particulars: Mapping[str, Particular]) -> dict[str, Particular]:
    """What the particulars given say about one that was not: a term between two days, and the
    answers of `PARTS` gathered under the particular that they are the parts of."""
    found: dict[str, Particular] = {}
    for whole_name, parts in PARTS.items():
        said: dict[str, Any] = {part: particulars[part] for part in parts if part in particulars}
        if said:
            found[whole_name] = MappingProxyType(said)
    issued, matures = particulars.get("issue_date"), particulars.get("maturity_date")
    if isinstance(issued, date) and isinstance(matures, date) and matures > issued:
        found["term_months"] = whole_months(issued, matures)
    return found


def converts_into_kind(security: SecuritySpec) -> str | None:
    """The kind of security this one converts into, as far as the words tell: `common_share`,
    `preferred_share`, or the words themselves; None when the file does not say.

    Words that name something else too, such as a warrant to buy common shares or a share that
    converts further, tell no kind.
    """
    into = security.particulars.get("converts_into")
    if isinstance(into, Mapping):
        further = into.get("convertible") not in (None, False) or "converts_into" in into
        into = "convertible" if further else into.get("kind")
    if into is None:
        return None
    words = str(into)
    spaced = NON_CONVERTIBLE.sub("", words.replace("_", " "))
    if isinstance(into, list | tuple) or NOT_A_SHARE.search(spaced):
        return words
    return next((kind for kind, marks in CONVERSIONS if marks.search(spaced)), words)


def _keep(particulars: dict[str, Particular], row: Row, place: Place) -> None:
    if row.name in particulars:
        place.fail(
            f"{row.name} is given twice, under two spellings",
            f"{row.name} est donné deux fois, sous deux graphies",
        )
    particulars[row.name] = row.read(place)
