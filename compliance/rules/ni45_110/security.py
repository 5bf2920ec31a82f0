"""Eligible securities (NI 45-110 s. 1) and the particulars of each kind (Form 45-110F1 item 5)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.schedule import CODES
from compliance.rules.ni45_110.facts import FilingFacts

ELIGIBLE = frozenset(
    {
        "common_share",
        "preferred_share",
        "convertible",
        "community_bond",
        "debt",
        "partnership_unit",
        "cooperative_share",
    }
)
CONVERTIBLE_INTO = frozenset({"common_share", "preferred_share"})
"""Paragraph (c) of the definition: what a security may convert into."""
OTHER = "other"
"""What no kind of ours names: a security, a conversion or a rate that no rule makes eligible."""
DEBT = frozenset({"community_bond", "debt"})
MAY_CONVERT = frozenset({"convertible", "preferred_share"}) | DEBT
"""Kinds that are eligible as they are only when they do not convert (paragraphs (b) and (d))."""
RATE_KINDS = frozenset({"fixed", "floating"})
"""Paragraph (d): the rates that debt may bear."""


def eligible(facts: FilingFacts, book: Rulebook) -> Finding:
    """security.eligible: NI 45-110 s. 1, definition of "eligible security".

    A security that converts is eligible only when it converts into a common or a preference share;
    debt that says its kind of rate, only when the rate is fixed or floating. What is not said is
    left to security.terms_complete.
    """
    return book.finding(
        "security.eligible",
        facts.security_kind in ELIGIBLE and _conversion_fits(facts) and _rate_fits(facts),
        kind=facts.security_kind,
        converts_into=facts.converts_into,
        rate_kind=facts.rate_kind,
    )


def _conversion_fits(facts: FilingFacts) -> bool:
    if facts.security_kind not in MAY_CONVERT or facts.converts_into is None:
        return True
    return facts.converts_into in CONVERTIBLE_INTO


def _rate_fits(facts: FilingFacts) -> bool:
    if facts.security_kind not in DEBT or facts.rate_kind is None:
        return True
    return facts.rate_kind in RATE_KINDS


def terms_complete(facts: FilingFacts, book: Rulebook) -> Finding:
    """security.terms_complete: Form 45-110F1 item 5, the particulars of that kind of security."""
    return book.finding(
        "security.terms_complete", not facts.missing_terms, missing=facts.missing_terms
    )


_SHARE = ("class", "price", "votes", "dividends", "rank", "restrictions")
_DEBT = (
    "price",
    "rate",
    "interest",
    "day_count",
    "payments",
    "term_months",
    "repayment",
    "security_given",
    "rank",
    "early_redemption",
    "months_without_transfer",
    "renewal",
)
REQUIRED: dict[str, tuple[str, ...]] = {
    "common_share": _SHARE,
    "preferred_share": _SHARE,
    "convertible": ("price", "converts_into", "ratio", "trigger", "expiry"),
    "community_bond": _DEBT,
    "debt": _DEBT,
    "cooperative_share": (
        "class",
        "price",
        "interest_limit",
        "by_law",
        "board_resolution",
        "redemption",
    ),
    "partnership_unit": ("price", "general_partner", "agreement"),
}
"""The particulars without which the terms of a kind of security are not complete."""
_COUNT = re.compile(r"\s*0*[1-9]\d{0,3}(?![\d.,]).*", re.DOTALL)
_PERCENT = re.compile(r"\s*-?\d{1,4}([.,]\d{1,8})?\s*%?\s*")
_LANGUAGES = frozenset({"fr", "en"})


def missing_terms(
    kind: str, price: Decimal | None, particulars: Mapping[str, object]
) -> tuple[str, ...]:
    """The names of the required particulars that are not given, in their order.

    A conversion may be given by a ratio or by a discount. The terms of a debt are given where a
    schedule of its payments can be made of them. A kind without an entry asks nothing: it is
    refused as not eligible.
    """
    given = {name for name, value in particulars.items() if value not in (None, "", [], {})}
    if kind in DEBT:
        given -= {name for name, codes in CODES.items() if particulars.get(name) not in codes}
        if not _each(_COUNT, particulars.get("term_months")):
            given.discard("term_months")
        if not _rate_is_whole(particulars.get("rate")):
            given.discard("rate")
    if price is not None:
        given.add("price")
    if "discount" in given:
        given.add("ratio")
    return tuple(name for name in REQUIRED.get(kind, ()) if name not in given)


def _rate_is_whole(rate: object) -> bool:
    """Whether a rate says what interest is paid by: a percentage; or, where it floats, a reference
    with a margin, or with the percentage of today, which has the margin in it. A floor is no need.
    One of another kind is not eligible anyway."""
    if not isinstance(rate, Mapping) or set(rate) <= _LANGUAGES:
        return _each(_PERCENT, rate)
    if rate.get("kind") == "floating":
        further = (rate.get("margin"), rate.get("percent"))
        return bool(rate.get("reference")) and any(_each(_PERCENT, one) for one in further)
    return rate.get("kind") not in (None, "fixed") or _each(_PERCENT, rate.get("percent"))


def _each(wanted: re.Pattern[str], value: object) -> bool:
    """Whether a value, or what is said in each language, reads as wanted."""
    if isinstance(value, Mapping):
        return bool(value) and all(_each(wanted, one) for one in value.values())
    return not isinstance(value, bool) and wanted.fullmatch(str(value)) is not None
