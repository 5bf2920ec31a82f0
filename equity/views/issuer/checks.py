"""The figures of a section, judged by the rules themselves on what is stored, beside its fields."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import offering as rules
from compliance.rules.ni45_110.book import rulebook
from compliance.web.language import current
from equity.forms.items import Section
from equity.models import Offering, Version
from equity.papers.answers import Answers
from equity.selectors import groups
from equity.views.issuer.standing import Standing

_CODES = {
    "terms": (
        "offering.amounts_consistent",
        "offering.within_group_cap",
        "offering.within_90_days",
        "offering.room",
        "offering.no_group_commission",
        "document.french_available",
        "portal.authorised",
    ),
    "security": ("security.eligible", "security.terms_complete", "offering.amounts_consistent"),
    "funds": ("offering.amounts_consistent",),
    "compensation": ("offering.no_group_commission",),
    "principals": ("issuer.principals_declared", "portal.no_common_principal"),
}
"""Which findings stand beside which section's fields."""
_WITH_FIGURES = frozenset({"terms", "security", "funds", "compensation"})


@dataclass(frozen=True, slots=True)
class Column:
    """The figures at the minimum, or at the maximum."""

    amount: Decimal
    units: int | None
    """How many securities that is; None where it is no whole number of them."""
    uses: Decimal
    """What the lines of item 7.2 add up to."""
    fee: Decimal
    """What item 9.1 gives the portal."""

    @property
    def apart(self) -> Decimal:
        """What is still without a line; negative where the lines are too much."""
        return self.amount - self.uses

    @property
    def over(self) -> Decimal:
        """By how much the lines are too much; the template has no minus of its own."""
        return -self.apart

    @property
    def net(self) -> Decimal:
        """What the business has once the portal is paid."""
        return self.amount - self.fee


@dataclass(frozen=True, slots=True)
class Checks:
    """What is shown beside a section's fields."""

    findings: tuple[Finding, ...]
    price: Decimal | None
    minimum: Column
    maximum: Column
    figures: bool
    """Whether the table of figures belongs to this section."""
    room: Decimal | None
    """What is left of the group's cap today; None where this section is not about it."""
    cap: Decimal
    returns_on: date | None
    room_then: Decimal | None
    """What will be left on the day when more returns."""

    @property
    def columns(self) -> tuple[Column, Column]:
        """The two columns, in the order of the page."""
        return self.minimum, self.maximum


def checks_of(
    offering: Offering, version: Version, part: Section, standing: Standing
) -> Checks | None:
    """The figures and findings that stand beside a section; None where it has neither."""
    codes = _CODES.get(part.key, ())
    if not codes:
        return None
    found = {finding.code: finding for finding in standing.findings}
    facts, answers = standing.facts, Answers(version.items, current())
    cap = found["offering.within_group_cap"]
    about_cap = part.key == "terms"
    returns_on = facts.window.returns_on if about_cap else None
    then = None
    if returns_on is not None:
        edges = groups.component_edges(offering.issuer_id)
        later = replace(facts, window=groups.window(offering.issuer_id, edges, returns_on))
        then = rules.within_group_cap(later, rulebook(returns_on)).room
    return Checks(
        findings=tuple(found[code] for code in codes if code in found),
        price=facts.price,
        minimum=Column(
            facts.minimum,
            rules.units(facts.minimum, facts.price),
            facts.use_minimum,
            answers.portal_fees(facts.minimum),
        ),
        maximum=Column(
            facts.maximum,
            rules.units(facts.maximum, facts.price),
            facts.use_maximum,
            answers.portal_fees(facts.maximum),
        ),
        figures=part.key in _WITH_FIGURES,
        room=cap.room if about_cap else None,
        cap=cap.figures["cap"],
        returns_on=returns_on,
        room_then=then,
    )
