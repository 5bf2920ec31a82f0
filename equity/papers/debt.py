"""The terms of a bond or another debt, and its schedule of payments."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.dates import whole_months
from compliance.rules.kernel.schedule import CODES, Payment, ScheduleError, Terms, accrued, schedule
from documents.facts import DebtTerms, RateTerms
from documents.facts.shared import Language
from equity import words
from equity.words import FRENCH, said

Particulars = Mapping[str, Any]

_PLAIN = {
    "interest": "simple",
    "day_count": "30/360",
    "payments": "yearly",
    "repayment": "bullet",
}
"""What stands for a word that the arithmetic does not know, in a draft."""

_LONGEST = 1200
_ZERO = Decimal(0)
_PERCENT = re.compile(r"(-?\d{1,4}(?:[.,]\d{1,8})?)\s*%")
_YEARS = re.compile(r"\b(ans?|années?|years?)\b", re.IGNORECASE)
_COUNT = re.compile(r"\d{1,4}")


def debt_terms(given: Particulars, language: Language) -> DebtTerms:
    """The terms without their dates. A word that is no code of ours is printed under the rank, as
    it was written; ``understood`` says whether there is one."""
    early = given.get("early_redemption")
    parts = words.parts(early)
    by_issuer = given.get("redemption_by_issuer", _part(parts, "issuer"))
    by_holder = given.get("redemption_by_holder", _part(parts, "holder"))
    if not parts and by_issuer is None and by_holder is None:
        by_issuer = early
    return DebtTerms(
        rate=_rate(given.get("rate"), language),
        interest=_code(given, "interest"),
        day_count=_code(given, "day_count"),
        payments=_code(given, "payments"),
        repayment=_code(given, "repayment"),
        term_months=_named_months(given) or _months(given.get("term_months")) or 12,
        security_given=_given(given.get("security_given"), language),
        rank="\n\n".join(filter(None, [said(given.get("rank"), language), *_odd(given, language)])),
        early_by_issuer=said(by_issuer, language),
        early_by_holder=said(by_holder, language),
        months_without_transfer=_months(given.get("months_without_transfer")) or 0,
        renewal=said(given.get("renewal"), language),
    )


def understood(given: Particulars) -> bool:
    """Whether every term that the arithmetic needs is one that it knows."""
    return (
        _reckonable(given.get("rate"))
        and _months(given.get("term_months")) is not None
        and all(given.get(name) in codes for name, codes in CODES.items())
    )


def _reckonable(rate: Any) -> bool:
    """Whether a rate says a percentage, or floats over a reference, which says the least."""
    if not isinstance(rate, Mapping):
        return words.number(rate) is not None
    floats = rate.get("kind") == "floating" and bool(rate.get("reference"))
    return floats or words.number(rate.get("percent")) is not None


def payments(terms: DebtTerms, given: Particulars, principal: Decimal) -> tuple[Payment, ...]:
    """Every payment of a dated debt; none where its terms are not ones the arithmetic knows, since
    a schedule of guesses would be worse than none."""
    if terms.issued_on is None or not understood(given):
        return ()
    try:
        return schedule(_reckoned(terms), principal, terms.issued_on)
    except ScheduleError:
        return ()


def running_interest(terms: DebtTerms, principal: Decimal, on: date) -> Decimal:
    """The interest that has run by the end of a day and is not due by then, of a dated debt whose
    payments can be reckoned (``payments``)."""
    assert terms.issued_on is not None
    return accrued(_reckoned(terms), principal, terms.issued_on, on)


def _reckoned(terms: DebtTerms) -> Terms:
    return Terms(
        percent=terms.rate.percent,
        term_months=terms.term_months,
        interest=terms.interest,
        day_count=terms.day_count,
        payments=terms.payments,
        repayment=terms.repayment,
        floating=terms.rate.kind == "floating",
        matures_on=terms.matures_on,
    )


def _part(parts: Particulars, who: str) -> Any:
    names = (f"redemption_by_{who}", f"by_{who}", who)
    return next((parts[name] for name in names if name in parts), None)


def _code(given: Particulars, name: str) -> Any:
    return given[name] if given.get(name) in CODES[name] else _PLAIN[name]


def _named_months(given: Particulars) -> int | None:
    """The whole months between the two days that the issuer named; None without both."""
    issued, matures = words.day(given.get("issue_date")), words.day(given.get("maturity_date"))
    if issued is None or matures is None or matures < issued:
        return None
    return whole_months(issued, matures) or None


def _months(value: Any) -> int | None:
    """A number of months, also said in years ("5 ans"); None for anything else."""
    count = words.whole(value)
    if count is None and value is not None:
        text = said(value, FRENCH)
        found = _COUNT.search(text)
        count = None if found is None else int(found[0]) * (12 if _YEARS.search(text) else 1)
    return count if count is not None and 0 < count <= _LONGEST else None


def _given(value: Any, language: Language) -> str:
    # No security at all leaves the field empty: the paper then says that the debt is unsecured.
    if value is False or (isinstance(value, str) and words.bare_no(value)):
        return ""
    return said(value, language)


def _odd(given: Particulars, language: Language) -> list[str]:
    """What was said of a term in words that are no code, under the name of the term."""
    odd = [name for name, codes in CODES.items() if name in given and given[name] not in codes]
    if "term_months" in given and words.whole(given["term_months"]) is None:
        odd.append("term_months")
    more = ["compounding", "restrictions", "converts_into"]
    if words.day(given.get("issue_date")) is None:
        more.append("maturity_date")  # Else it stands in its own row.
    odd += [name for name in more if name in given]
    return [
        words.colon(
            words.sentence(words.label(name, language)), said(given[name], language, name), language
        )
        for name in odd
    ]


def _rate(value: Any, language: Language) -> RateTerms:
    """The rate. One that is neither fixed nor floating is printed as it was written, and counts as
    floating, so that no payment is promised."""
    parts = words.parts(value)
    if not parts:
        fixed = words.number(value)
        if fixed is not None:
            return RateTerms(kind="fixed", percent=fixed)
        text = said(value, language)
        return RateTerms(kind="floating", percent=_percent_in(text), reference=text)
    kind, percent = parts.get("kind"), words.number(parts.get("percent"))
    if kind in (None, "fixed") and percent is not None:
        return RateTerms(kind="fixed", percent=percent)
    margin, floor = words.number(parts.get("margin")), words.number(parts.get("floor"))
    reference = said(parts.get("reference"), language)
    told = {name: part for name, part in parts.items() if name != "kind" or kind != "floating"}
    if kind != "floating" or not reference:
        reference = said(told, language).replace("\n", "; ")
    least = kind == "floating" and percent is None
    if least:
        percent = max(margin or _ZERO, _ZERO)
    elif percent is None:
        percent = _percent_in(said(parts, language))
    if kind == "floating" and floor is not None:
        percent = max(percent, floor)
    return RateTerms(
        kind="floating",
        percent=percent,
        reference=reference,
        margin=margin,
        floor=floor,
        least=least,
    )


def _percent_in(text: str) -> Decimal:
    found = _PERCENT.search(text)
    return Decimal(found[1].replace(",", ".")) if found else Decimal(0)
