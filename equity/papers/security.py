"""The security of a version as the papers print it: its name in words and its particulars.

Particulars were checked to be there, not to be well written. What fits no field of the papers is
printed as words in the field nearest to it, and never stops a document.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from compliance.rules.kernel.dates import months_after, whole_months
from compliance.rules.kernel.money import NBSP, ZERO, cad
from documents.facts import (
    ConversionTerms,
    CooperativeTerms,
    DebtTerms,
    PartnershipTerms,
    SecurityFacts,
    ShareTerms,
)
from documents.facts.shared import Language
from equity import words
from equity.models import Version
from equity.papers.debt import debt_terms, understood
from equity.selectors.content import published
from equity.words import FRENCH, said

Particulars = Mapping[str, Any]

_SHORT_CLASS = re.compile(r"[\w.-]{1,12}(,? (série|series|sér\.) [\w.-]{1,8})?", re.IGNORECASE)
_DEBTS = ("community_bond", "debt")

NAMES: dict[str, tuple[str, str]] = {
    "common_share": ("actions ordinaires", "common shares"),
    "preferred_share": ("actions privilégiées", "preference shares"),
    "convertible": ("titres convertibles", "convertible securities"),
    "community_bond": ("obligations communautaires", "community bonds"),
    "debt": ("titres de créance", "debt securities"),
    "cooperative_share": ("parts", "shares"),
    "partnership_unit": ("parts de société en commandite", "limited partnership units"),
}
"""The plural name of each kind of security (glossary)."""

_COOPERATIVE = {
    "social": ("parts sociales", "common shares"),
    "preferred": ("parts privilégiées", "preferred shares"),
}


def security_facts(
    version: Version, language: Language, *, issued_on: date | None = None
) -> SecurityFacts:
    """The security of a version in one language.

    ``issued_on`` is the day of issue, from the closing on: a debt then carries its issue and
    maturity dates. Raises FactsError for a kind that no paper knows.
    """
    if version.published_at is None or issued_on is not None:
        return _security_facts(version, language, issued_on)
    return _published_security(version.pk, language)


@lru_cache(maxsize=256)
def _published_security(version_id: UUID, language: Language) -> SecurityFacts:
    """Remembered, since every subscription prints the same one."""
    return _security_facts(published(version_id), language, None)


def _security_facts(version: Version, language: Language, issued_on: date | None) -> SecurityFacts:
    given: Particulars = version.particulars
    kind = version.security_kind
    terms: dict[str, Any] = {}
    if kind in ("common_share", "preferred_share"):
        terms["share"] = _share(given, language)
    elif kind == "convertible":
        terms = _convertible(given, language)
    elif kind in _DEBTS:
        terms["debt"] = debt_terms(given, language)
    elif kind == "cooperative_share":
        terms["cooperative"] = _cooperative(given, language)
    elif kind == "partnership_unit":
        terms["partnership"] = _partnership(given, language)
    if terms.get("debt") is not None:
        # Before the closing, where the issuer has named the day of issue.
        issued = issued_on or words.day(given.get("issue_date"))
        if issued is not None:
            terms["debt"] = _dated(terms["debt"], given, issued)
    return SecurityFacts(
        kind=kind,  # type: ignore[arg-type]
        designation=designation(version, language),
        price=ZERO if version.price is None else cad(version.price),
        **terms,
    )


def _dated(terms: DebtTerms, given: Particulars, closed_on: date) -> DebtTerms:
    """The debt with its dates: the term runs from the day of issue that the particulars name, else
    from the closing, to the maturity that they name, else for its months."""
    issued = words.day(given.get("issue_date")) or closed_on
    if issued.year + terms.term_months // 12 + 1 >= date.max.year:
        return terms  # No day of the calendar is that far away.
    matures = words.day(given.get("maturity_date"))
    if matures is None or matures < months_after(issued, 1):
        return replace(terms, issued_on=issued, matures_on=months_after(issued, terms.term_months))
    months = whole_months(issued, matures)
    return replace(terms, issued_on=issued, matures_on=matures, term_months=months)


def designation(version: Version, language: Language) -> str:
    """The name of the security in words: the issuer's own where there is one, else made of its
    kind, its class, or its denomination, rate and term."""
    given: Particulars = version.particulars
    own = said(given.get("designation"), language)
    if own:
        return own
    kind = version.security_kind
    name = words.pick(NAMES.get(kind, (kind, kind)), language)
    if kind == "cooperative_share":
        return _cooperative_name(given, language)
    if kind in _DEBTS:
        return _debt_name(name, version.price, debt_terms(given, language), language)
    if kind == "convertible":
        into = _into(given, language)
        if not into:
            return name
        return f"{name} en {into}" if language == FRENCH else f"securities convertible into {into}"
    return _with_class(name, said(given.get("class"), language), language)


def _with_class(name: str, class_name: str, language: Language) -> str:
    if not class_name or class_name.casefold() == name.casefold():
        return name
    if not _SHORT_CLASS.fullmatch(class_name):
        return f"{name}, {class_name}"
    if language == FRENCH:
        return f"{name} de catégorie {class_name}"
    return f"Class {class_name} {name}"


def _debt_name(name: str, price: Decimal | None, terms: DebtTerms, language: Language) -> str:
    parts = [name]
    if price is not None:
        pieces = ("coupures de {}", "denominations of {}")
        parts.append(words.pick(pieces, language).format(words.dollars(cad(price), language)))
    if terms.rate.kind == "fixed":
        parts.append(words.percent(terms.rate.percent, language))
    else:
        parts.append(words.pick(("taux variable", "floating rate"), language))
    years, months = divmod(terms.term_months, 12)
    if months or not years:
        parts.append(f"{terms.term_months}{NBSP}{words.pick(('mois', 'months'), language)}")
    else:
        one, many = words.pick(("an", "year"), language), words.pick(("ans", "years"), language)
        parts.append(f"{years}{NBSP}{one if years == 1 else many}")
    return ", ".join(parts)


def _share(given: Particulars, language: Language) -> ShareTerms:
    restrictions = given.get("restrictions")
    parts = words.parts(restrictions)
    plain = "" if parts else said(restrictions, language)
    named = {
        name: said(given.get(name, parts.get(name)), language)
        for name in ("tag_along", "drag_along", "pre_emption")
    }
    transfer = [plain, said(parts.get("transfer"), language)]
    transfer += _leftovers(
        {**parts, **given},
        (*named, "class", "votes", "dividends", "rank", "restrictions", "transfer"),
        language,
    )
    return ShareTerms(
        class_name=said(given.get("class"), language),
        votes=_votes(given.get("votes"), language),
        dividends=said(given.get("dividends"), language),
        liquidation=said(given.get("rank"), language),
        transfer=_joined(transfer),
        **named,
    )


def _votes(value: Any, language: Language) -> str:
    count = words.whole(value)
    if count is None:
        return said(value, language)
    if language == FRENCH:
        return f"{count} vote{'s' if count > 1 else ''} par action"
    return f"{count} vote{'' if count == 1 else 's'} per share"


def _convertible(given: Particulars, language: Language) -> dict[str, Any]:
    """Conversion terms, with those of a share or a debt where the particulars have them."""
    expires = words.day(given.get("expiry"))
    used = ["converts_into", "ratio", "discount", "trigger", "expiry"]
    terms: dict[str, Any] = {}
    if understood(given):
        # Only where the terms of a debt are all there: none is made up beside those given.
        own = {name: value for name, value in given.items() if name != "converts_into"}
        terms["debt"] = debt_terms(own, language)
        used += terms["debt"].__slots__
        used += ["rate", "rank", "early_redemption", "redemption_by_issuer", "redemption_by_holder"]
        used += ["issue_date", "maturity_date", "compounding", "restrictions"]
    if "votes" in given or "dividends" in given:
        terms["share"] = _share({k: v for k, v in given.items() if k not in used}, language)
        used = list(given)
    trigger = [said(given.get("trigger"), language)]
    if expires is None and "expiry" in given:
        expiry = said(given["expiry"], language)
        name = words.sentence(words.label("expiry", language))
        trigger.append(words.colon(name, expiry, language))
    terms["conversion"] = ConversionTerms(
        into=_into(given, language),
        ratio=_ratio(given, language),
        trigger=_joined([*trigger, *_leftovers(given, used, language)]),
        expires_on=expires,
    )
    return terms


def _into(given: Particulars, language: Language) -> str:
    into = given.get("converts_into")
    parts = words.parts(into)
    if "kind" in parts:
        name = said(parts["kind"], language, "converts_into")
        return _with_class(name, said(parts.get("class"), language), language)
    return said(into, language, "converts_into")


def _ratio(given: Particulars, language: Language) -> str:
    """The ratio, the discount, or both, in words."""
    found = []
    ratio, discount = given.get("ratio"), given.get("discount")
    if ratio not in (None, ""):
        count = words.number(ratio)
        text = said(ratio, language)
        if count is not None:
            text = words.percent(count, language).rstrip(f"{NBSP}%")
            text += words.pick((" action par titre", " share per security"), language)
        found.append(text)
    if discount not in (None, ""):
        share = words.number(discount)
        text = said(discount, language) if share is None else words.percent(share, language)
        found.append(words.pick((f"escompte de {text}", f"discount of {text}"), language))
    return "; ".join(found)


def _cooperative(given: Particulars, language: Language) -> CooperativeTerms:
    kind = _share_type(given)
    by_law, by_law_on = _dated_text(given.get("by_law"), language)
    resolution, resolution_on = _dated_text(given.get("board_resolution"), language)
    limit = words.number(given.get("interest_limit"))
    limit_text = said(given.get("interest_limit"), language)
    if limit is not None:
        yearly = words.pick((" par année", " per year"), language)
        limit_text = words.percent(limit, language) + yearly
    used = ("class", "interest_limit", "by_law", "board_resolution", "redemption", "restrictions")
    privileges = [said(given.get("privileges"), language)]
    privileges += _leftovers(given, (*used, "privileges"), language)
    return CooperativeTerms(
        share_type=kind,  # type: ignore[arg-type]
        class_name="" if _bare(given.get("class")) else said(given.get("class"), language),
        interest_limit=limit_text,
        by_law=by_law,
        by_law_on=by_law_on,
        resolution=resolution,
        resolution_on=resolution_on,
        privileges=_joined(privileges),
        redemption=said(given.get("redemption"), language),
        transfer=said(given.get("restrictions"), language),
    )


def _bare(class_name: Any) -> bool:
    """Whether a class names no more than the kind of share."""
    return isinstance(class_name, str) and class_name in _COOPERATIVE


def _share_type(given: Particulars) -> str:
    """``social`` or ``preferred``, by the class; parts sold to the public are preferred ones where
    the class does not tell."""
    text = said(given.get("class"), FRENCH).casefold()
    if re.search(r"social|qualifi|common|ordinaire", text):
        return "social"
    return "preferred"


def _cooperative_name(given: Particulars, language: Language) -> str:
    name = words.pick(_COOPERATIVE[_share_type(given)], language)
    class_name = said(given.get("class"), language)
    if _bare(given.get("class")):
        return name
    if name.casefold() in class_name.casefold():
        return class_name
    return _with_class(name, class_name, language)


def _dated_text(value: Any, language: Language) -> tuple[str, date | None]:
    """A by-law or a resolution: its text, and its day where it is given beside it."""
    parts = words.parts(value)
    if not parts:
        return said(value, language), None
    on = words.day(parts.get("on") or parts.get("date"))
    dates = ("on", "date") if on is not None else ()
    rest = {name: part for name, part in parts.items() if name not in dates}
    if len(rest) == 1:
        return said(next(iter(rest.values())), language), on
    return said(rest, language), on


def _partnership(given: Particulars, language: Language) -> PartnershipTerms:
    agreement, on = _dated_text(given.get("agreement"), language)
    distributions = [said(given.get("distributions"), language)]
    used = ("general_partner", "agreement", "distributions")
    return PartnershipTerms(
        general_partner=said(given.get("general_partner"), language),
        agreement=agreement,
        agreement_on=on,
        distributions=_joined([*distributions, *_leftovers(given, used, language)]),
    )


def _leftovers(given: Particulars, used: Any, language: Language) -> list[str]:
    """The particulars that no field of the papers has, each under its name."""
    # The kind that it converts into is for the rules; ``converts_into`` is what is printed.
    used = {*used, "converts_into_kind"}
    rest = (
        (name, said(value, language, name)) for name, value in given.items() if name not in used
    )
    return [
        words.colon(words.sentence(words.label(name, language)), text, language)
        for name, text in rest
        if text and name != "designation"
    ]


def _joined(texts: list[str]) -> str:
    return "\n\n".join(filter(None, texts))
