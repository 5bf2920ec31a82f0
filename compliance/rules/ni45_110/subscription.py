"""Judged at every subscription (NI 45-110 ss. 3 to 5)."""

from datetime import date

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110 import offering, portal, purchaser
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import SubscriptionFacts


def judge(facts: SubscriptionFacts, *, on: date) -> tuple[Finding, ...]:
    """All findings of one subscription on that day (the portal's), in the instrument's order.

    Age is not judged for an organisation; suitability is judged on a dealer portal only.
    """
    return findings(facts, rulebook(on))


def findings(facts: SubscriptionFacts, book: Rulebook) -> tuple[Finding, ...]:
    """The same by the figures of that book, on its day."""
    found = [
        portal.authorised(facts.portal, facts.head_office, facts.jurisdictions, book),
        portal.entry_acknowledged(facts.entry_acknowledged, facts.portal, book),
        _open(facts, book),
        offering.room(facts.live, facts.maximum, facts.amount, book),
        _group_cap(facts, book),
        purchaser.limit(facts, book),
        purchaser.minimum(facts, book),
        purchaser.resident(facts, book),
        purchaser.identified(facts, book),
        purchaser.document_read(facts, book),
        purchaser.risks_acknowledged(facts, book),
        purchaser.not_too_late(facts, book),
        purchaser.particulars_complete(facts, book),
    ]
    if not facts.organisation:
        found.append(purchaser.of_age(facts, book))
    if facts.portal.kind == portal.DEALER:
        found.append(purchaser.suitable(facts, book))
    return tuple(found)


def _open(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """offering.open: open, not suspended, and the planned last day has not passed (W-9, W-18)."""
    met = facts.state == "open" and facts.last_day is not None and book.on <= facts.last_day
    return book.finding("offering.open", met, state=facts.state, last_day=facts.last_day)


def _group_cap(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """group.cap: s. 5, closed by the group in the window plus what is live here (W-1, W-2)."""
    cap = book.amount("issuer_group_cap")
    used = facts.window.closed + facts.live
    return book.finding(
        "group.cap",
        used + facts.amount <= cap,
        offering.room_under(cap, used),
        amount=facts.amount,
        closed=facts.window.closed,
        live=facts.live,
        cap=cap,
        excess=offering.room_under(used + facts.amount, cap),
        returns_on=facts.window.returns_on,
    )
