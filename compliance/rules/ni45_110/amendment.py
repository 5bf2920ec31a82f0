"""Amending an offering that has live subscriptions (reading W-21)."""

from datetime import date

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import AmendmentFacts


def judge(facts: AmendmentFacts, *, on: date) -> tuple[Finding, ...]:
    """amendment.terms_locked: with live subscriptions the price and the minimum are locked.

    A portal policy: purchasers who said yes to a price and a minimum keep them.
    """
    return findings(facts, rulebook(on))


def findings(facts: AmendmentFacts, book: Rulebook) -> tuple[Finding, ...]:
    """The same by the figures of that book, on its day."""
    moved = facts.price_after != facts.price_before or facts.minimum_after < facts.minimum_before
    finding = book.finding(
        "amendment.terms_locked",
        facts.live == 0 or not moved,
        live=facts.live,
        price_before=facts.price_before,
        price_after=facts.price_after,
        minimum_before=facts.minimum_before,
        minimum_after=facts.minimum_after,
    )
    return (finding,)
