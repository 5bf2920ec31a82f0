"""A first look at a project, before there is an issuer or an offering: may it go by NI 45-110 s. 5?

Only what a few answers can tell is judged, by the same rules as a filing. Nothing here is stored,
and no decision rests on it: every rule is judged again, on what is recorded, at the submission.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110 import document, issuer, offering, portal, security
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import FilingFacts, IssuerFacts, PortalFacts
from compliance.rules.ni45_110.group import Closed, closed_in_window

_THEMSELVES = "themselves"
"""Whoever answers: nothing is known of their group but what they say it closed."""

_UNKNOWN = PortalFacts(
    kind=portal.EXEMPT,
    demonstration=False,
    purchaser_fee=False,
    authorisations=(),
    f5_certified=None,
)
"""In the place of a portal that is not known; no rule about the portal is asked then."""


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """What a first check asks. ``raised`` is what the issuer group closed under this exemption
    (CAD), on ``raised_on``; where no day is said, it is taken to count today."""

    head_office: str
    """A province or territory; any other code is outside Canada."""
    reporting: bool
    investment_fund: bool
    has_operations: bool
    maximum: Decimal
    raised: Decimal
    raised_on: date | None
    security_kind: str
    jurisdictions: tuple[str, ...]
    languages: tuple[str, ...]
    other_active: bool
    portal: PortalFacts | None = None
    """The portal that would be used; None where that is not known yet."""


def judge(facts: FirstFacts, *, on: date) -> tuple[Finding, ...]:
    """What can be judged of a project on that day, in the order of the questions."""
    book = rulebook(on)
    filing = _as_filed(facts, on)
    found = (
        *issuer.eligibility(filing.issuer, book),
        offering.within_group_cap(filing, book),
        security.eligible(filing, book),
        document.french_available(filing, book),
        offering.one_at_a_time(filing, book),
    )
    if facts.portal is None:
        return found
    return (
        *found,
        portal.authorised(facts.portal, facts.head_office, facts.jurisdictions, book),
    )


def _as_filed(facts: FirstFacts, on: date) -> FilingFacts:
    """The answers as the facts of a filing; what no question asks is blank, and is not judged."""
    book = rulebook(on)
    closings = [Closed(_THEMSELVES, facts.raised_on or on, facts.raised)] if facts.raised else []
    return FilingFacts(
        issuer=IssuerFacts(
            head_office=facts.head_office,
            reporting=facts.reporting,
            investment_fund=facts.investment_fund,
            has_operations=facts.has_operations,
            principals_declared=0,
            principals_incomplete=0,
        ),
        portal=facts.portal or _UNKNOWN,
        window=closed_in_window(
            _THEMSELVES,
            (),
            closings,
            on=on,
            months=book.count("issuer_group_window_months"),
            cap=book.amount("issuer_group_cap"),
        ),
        wider_links=0,
        other_active=int(facts.other_active),
        security_kind=facts.security_kind,
        converts_into=None,
        rate_kind=None,
        missing_terms=(),
        price=None,
        minimum=ZERO,
        maximum=facts.maximum,
        use_minimum=ZERO,
        use_maximum=ZERO,
        days=0,
        first_available=on,
        jurisdictions=facts.jurisdictions,
        languages=facts.languages,
        group_commission=False,
        items_missing=(),
        certified=False,
        unconfirmed=(),
    )
