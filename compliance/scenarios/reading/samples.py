"""What a short story leaves out, filled in with plain values that are marked as samples.

Nothing here is used in a strict story, but for the two values that the format itself gives to an
offering: `minimum_per_purchaser: 0` and `group_commission: false`. Fill in last, after every `edit`
and `amend` has been laid over what the file gave (`OfferingSpec.overlaid`): a sample made too early
would stand as if the file had said it, and a use of funds filled in for the old amounts would no
longer add up to the new ones.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from compliance.scenarios.reading.securities import DEBTS, PARTS
from compliance.scenarios.reading.story import (
    IssuerSpec,
    OfferingSpec,
    Particular,
    PortalSpec,
    PrincipalSpec,
    RateSpec,
    SecuritySpec,
    UseOfFundsRow,
)
from compliance.scenarios.reading.values import Plain

Language = Literal["fr", "en"]
Words = tuple[str, str]

MARKS: dict[Language, str] = {"fr": "(exemple)", "en": "(sample)"}

ZERO = Decimal("0.00")
SAMPLE_PRICE = Decimal("10.00")
SAMPLE_DENOMINATION = Decimal("100.00")
SAMPLE_DAYS = 60
SAMPLE_UNITS = 100

SHARE_WORDS: dict[str, Words] = {
    "votes": ("une voix par action", "one vote per share"),
    "dividends": ("au gré du conseil d'administration", "at the discretion of the directors"),
    "rank": ("à égalité avec les actions de la même catégorie", "equally with the same class"),
    "restrictions": (
        "transfert avec le consentement du conseil d'administration",
        "transfer with the consent of the directors",
    ),
    "tag_along": ("aucun droit de suite", "no tag-along right"),
    "drag_along": ("aucun droit d'entraînement", "no drag-along right"),
    "pre_emption": ("aucun droit de préemption", "no pre-emptive right"),
}
WORDS: dict[str, dict[str, Words]] = {
    "common_share": SHARE_WORDS,
    "preferred_share": SHARE_WORDS,
    "convertible": {
        "converts_into": ("actions ordinaires", "common shares"),
        "trigger": ("la prochaine émission d'actions", "the next issue of shares"),
        "expiry": ("cinq ans après la clôture", "five years after the closing"),
    },
    "community_bond": {},
    "debt": {},
    "cooperative_share": {
        "interest_limit": ("selon le règlement intérieur", "as the by-law says"),
        "by_law": ("règlement numéro 1", "by-law number 1"),
        "board_resolution": ("résolution numéro 1", "resolution number 1"),
        "redemption": (
            "sous réserve de l'article 38 de la Loi sur les coopératives",
            "subject to section 38 of the Cooperatives Act",
        ),
    },
    "partnership_unit": {
        "general_partner": ("Commandité inc.", "General Partner Inc."),
        "agreement": ("convention de société en commandite", "limited partnership agreement"),
    },
}
DEBT_WORDS: dict[str, Words] = {
    "security_given": ("aucune", "none"),
    "rank": ("à égalité avec les créances ordinaires", "equally with ordinary debts"),
    "early_redemption": ("aucun", "none"),
    "renewal": ("aucun", "none"),
}
DEBT_TERMS: dict[str, Particular] = {
    "interest": "simple",
    "day_count": "30/360",
    "payments": "yearly",
    "repayment": "bullet",
    "months_without_transfer": 0,
}
PRINCIPAL_WORDS: dict[str, Words] = {
    "municipality": ("Montréal", "Montréal"),
    "jurisdiction": ("QC", "QC"),
    "occupation": ("gestion d'entreprise", "business management"),
    "experience": ("dix ans dans le secteur", "ten years in the field"),
    "securities_owned": ("aucun titre", "no securities"),
}


def marked(words: str, language: Language) -> str:
    """The words with the mark that makes them a sample to every reader."""
    return f"{words} {MARKS[language]}"


def _said(words: Mapping[str, Words], language: Language) -> dict[str, Particular]:
    side = 0 if language == "fr" else 1
    return {name: marked(both[side], language) for name, both in words.items()}


def complete_rate(rate: RateSpec, language: Language) -> RateSpec:
    """A rate with what it lacks; one that says it is neither fixed nor floating is left as it
    is."""
    kind = rate.kind or "fixed"
    if kind not in ("fixed", "floating"):
        return rate
    percent = Decimal("5.00") if rate.percent is None else rate.percent
    if kind == "fixed":
        return replace(rate, kind=kind, percent=percent)
    words = {"fr": "taux préférentiel d'une banque", "en": "prime rate of a bank"}
    return replace(
        rate,
        kind=kind,
        percent=percent,
        reference=rate.reference or marked(words[language], language),
        margin=ZERO if rate.margin is None else rate.margin,
        floor=ZERO if rate.floor is None else rate.floor,
    )


def _debt_terms(given: Mapping[str, Particular], language: Language) -> dict[str, Particular]:
    terms = {**DEBT_TERMS, **_said(DEBT_WORDS, language)}
    if "term_months" not in given and "maturity_date" not in given:
        terms["term_months"] = 60
    rate = given.get("rate")
    return {**terms, "rate": rate if isinstance(rate, RateSpec) else RateSpec()}


def complete_security(security: SecuritySpec | None, language: Language) -> SecuritySpec:
    """The security with the particulars of its kind; a common share where the file names none.

    A security of kind `other` gets a price and nothing else: no rule says what it should have.
    """
    found = security or SecuritySpec(kind="common_share")
    given = found.particulars
    filled: dict[str, Particular] = _said(WORDS.get(found.kind, {}), language)
    if found.kind in ("common_share", "preferred_share"):
        filled["class"] = "A"
    elif found.kind == "cooperative_share":
        filled["class"] = "preferred"
    elif found.kind == "convertible":
        conversion = ("ratio", "discount", "conversion_price", "valuation_cap")
        if not any(name in given for name in conversion):
            filled["ratio"] = Decimal(1)
    elif found.kind in DEBTS:
        filled |= _debt_terms(given, language)
    for whole, parts in PARTS.items():
        if whole in given:  # What it says of its parts is all that is said of them.
            filled = {name: value for name, value in filled.items() if name not in parts}
    filled |= given
    rate = filled.get("rate")
    if isinstance(rate, RateSpec):
        filled["rate"] = complete_rate(rate, language)
    return replace(_priced(found), particulars=MappingProxyType(filled))


def _priced(security: SecuritySpec) -> SecuritySpec:
    if security.unit_price is not None:
        return security
    if security.kind in DEBTS:
        return replace(security, denomination=SAMPLE_DENOMINATION)
    return replace(security, price=SAMPLE_PRICE)


def complete_offering(
    spec: OfferingSpec, portal: PortalSpec, *, strict: bool, language: Language = "fr"
) -> OfferingSpec:
    """The offering as it is played: with the format's own values, and, unless strict, with samples.

    `spec` is what the file gave, every `edit` laid over it. Form items are not filled in here.
    """
    settled = replace(
        spec,
        minimum_per_purchaser=_or(spec.minimum_per_purchaser, ZERO),
        group_commission=bool(spec.group_commission),
    )
    if strict:
        return settled
    security = complete_security(spec.security, language)
    minimum, maximum = _amounts(spec, security)
    return replace(
        settled,
        security=security,
        minimum=minimum,
        maximum=maximum,
        days=SAMPLE_DAYS if spec.days is None else spec.days,
        jurisdictions=(portal.province,) if spec.jurisdictions is None else spec.jurisdictions,
        languages=("fr",) if spec.languages is None else spec.languages,
        use_of_funds=_use_of_funds(spec, minimum, maximum, language),
    )


def _or(value: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if value is None else value


def _amounts(spec: OfferingSpec, security: SecuritySpec) -> tuple[Decimal, Decimal]:
    """Both amounts; where one is left out it is the other, so that a sample never breaks a rule."""
    sample = _or(security.unit_price, SAMPLE_PRICE) * SAMPLE_UNITS
    minimum = _or(spec.minimum, _or(spec.maximum, sample))
    return minimum, _or(spec.maximum, minimum)


def _use_of_funds(
    spec: OfferingSpec, minimum: Decimal, maximum: Decimal, language: Language
) -> tuple[UseOfFundsRow, ...]:
    if spec.use_of_funds is not None:
        return spec.use_of_funds
    words = "Fonds de roulement" if language == "fr" else "Working capital"
    return (UseOfFundsRow(what=marked(words, language), minimum=minimum, maximum=maximum),)


def issuer_name(issuer: IssuerSpec, language: Language = "fr") -> str:
    """The legal name, or a sample made of the short name."""
    return issuer.name or marked(f"{issuer.short_name} inc.", language)


def portal_name(portal: PortalSpec, language: Language = "fr") -> str:
    """The portal's name, or a sample."""
    return portal.name or marked("Portail" if language == "fr" else "Portal", language)


def complete_principals(
    issuer: IssuerSpec, *, strict: bool, language: Language = "fr"
) -> tuple[PrincipalSpec, ...]:
    """Who stands behind the issuer: nobody where the file says so or is strict and silent, else a
    sample director, and each principal with the particulars of item 4.1 that are missing."""
    given = issuer.principals
    if strict:
        return given or ()
    if given is None:
        given = (PrincipalSpec(name=marked(f"Camille Dubois, {issuer.short_name}", language)),)
    return tuple(_complete_principal(each, language) for each in given)


def _complete_principal(principal: PrincipalSpec, language: Language) -> PrincipalSpec:
    side = 0 if language == "fr" else 1
    filled: dict[str, Plain] = {
        name: marked(both[side], language) if name != "jurisdiction" else both[side]
        for name, both in PRINCIPAL_WORDS.items()
    }
    filled |= principal.particulars
    return replace(
        principal,
        position=principal.position or "director",
        particulars=MappingProxyType(filled),
    )
