"""Judged at the closing (NI 45-110 ss. 4 and 5)."""

from datetime import date, timedelta
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110 import issuer, portal
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import ApprovalFacts, ApprovingFacts, ClosingFacts
from compliance.rules.ni45_110.offering import room_under


def judge(facts: ClosingFacts, *, on: date) -> tuple[Finding, ...]:
    """All findings of a closing asked on that day."""
    return findings(facts, rulebook(on))


def judge_approval(
    facts: ClosingFacts, approval: ApprovalFacts, *, on: date
) -> tuple[Finding, ...]:
    """All findings of a closing's approval: the closing again, and the two people."""
    return approval_findings(ApprovingFacts(facts, approval), rulebook(on))


def approval_findings(facts: ApprovingFacts, book: Rulebook) -> tuple[Finding, ...]:
    """The same by the figures of that book, on its day."""
    return (*findings(facts.closing, book), _two_people(facts.approval, book))


def findings(facts: ClosingFacts, book: Rulebook) -> tuple[Finding, ...]:
    """All findings of a closing by the figures of that book, on its day."""
    amount = sum((row.amount for row in facts.completing), ZERO)
    return (
        *issuer.eligibility(facts.issuer, book),
        portal.authorised(facts.portal, facts.issuer.head_office, facts.jurisdictions, book),
        _minimum_reached(facts, amount, book),
        _withdrawal_over(facts, book),
        _within_90_days(facts, book),
        _group_cap(facts, amount, book),
        _purchaser_limits(facts, book),
        _funds_in_trust(facts, book),
        book.finding("certificate.resale_legend", facts.legend, kind=facts.security_kind),
        _gross_release(facts, amount, book),
    )


def _minimum_reached(facts: ClosingFacts, amount: Decimal, book: Rulebook) -> Finding:
    """closing.minimum_reached (W-16): and at least one subscription completes."""
    reached = amount + facts.concurrent
    return book.finding(
        "closing.minimum_reached",
        reached >= facts.minimum and bool(facts.completing),
        paid_binding=amount,
        completing=len(facts.completing),
        concurrent=facts.concurrent,
        minimum=facts.minimum,
        shortfall=room_under(facts.minimum, reached),
    )


def _withdrawal_over(facts: ClosingFacts, book: Rulebook) -> Finding:
    """closing.withdrawal_over: no live right of withdrawal, of anybody."""
    return book.finding(
        "closing.withdrawal_over",
        facts.live_rights == 0,
        live_rights=facts.live_rights,
        last_end=facts.last_right_ends_on,
    )


def _within_90_days(facts: ClosingFacts, book: Rulebook) -> Finding:
    """closing.within_90_days (W-9): at most the day of first availability plus 90."""
    ninetieth = facts.first_available + timedelta(days=book.count("distribution_days"))
    return book.finding(
        "closing.within_90_days",
        book.on <= ninetieth,
        closing_day=book.on,
        ninetieth_day=ninetieth,
    )


def _group_cap(facts: ClosingFacts, amount: Decimal, book: Rulebook) -> Finding:
    """closing.group_cap: W-1 and W-2 on the closing day; the room is what the group may close."""
    cap = book.amount("issuer_group_cap")
    closed = facts.window.closed
    return book.finding(
        "closing.group_cap",
        closed + amount <= cap,
        room_under(cap, closed),
        amount=amount,
        closed=closed,
        cap=cap,
        excess=room_under(closed + amount, cap),
    )


def _purchaser_limits(facts: ClosingFacts, book: Rulebook) -> Finding:
    """closing.purchaser_limits: every person again, in the order of agreement.

    Each subscription is held against the limit that stood at its agreement, with what the person
    had already agreed and still completes.
    """
    excess = over_the_limit(facts, book)
    return book.finding(
        "closing.purchaser_limits",
        not excess,
        purchasers=len({row.purchaser for row in facts.completing}),
        over=len(excess),
        excess=max(excess.values(), default=ZERO),
    )


def over_the_limit(facts: ClosingFacts, book: Rulebook) -> dict[str, Decimal]:
    """By how much each purchaser passes the limit, of those who do, by the figures of that book."""
    basic, advised = book.amount("purchaser_limit"), book.amount("purchaser_limit_advised")
    totals: dict[str, Decimal] = {}
    excess: dict[str, Decimal] = {}
    for row in facts.completing:
        totals[row.purchaser] = totals.get(row.purchaser, ZERO) + row.amount
        over = totals[row.purchaser] - (advised if row.advised else basic)
        if over > 0:
            excess[row.purchaser] = max(over, excess.get(row.purchaser, ZERO))
    return excess


def _funds_in_trust(facts: ClosingFacts, book: Rulebook) -> Finding:
    """closing.funds_in_trust: s. 4, the ledger's balance is what it must be, to the cent."""
    due = facts.paid_live + facts.refunds_due
    return book.finding(
        "closing.funds_in_trust",
        facts.trust == due,
        trust=facts.trust,
        paid_live=facts.paid_live,
        refunds_due=facts.refunds_due,
        difference=facts.trust - due,
    )


def _gross_release(facts: ClosingFacts, amount: Decimal, book: Rulebook) -> Finding:
    """closing.gross_release: s. 3, an exempt portal releases the whole amount."""
    met = facts.portal.kind != portal.EXEMPT or facts.release == amount
    return book.finding("closing.gross_release", met, release=facts.release, amount=amount)


def _two_people(approval: ApprovalFacts, book: Rulebook) -> Finding:
    """closing.two_people: portal policy; one asks, another approves, the same figures."""
    return book.finding(
        "closing.two_people",
        not (approval.same_person or approval.principal or approval.changed),
        same_person=approval.same_person,
        principal=approval.principal,
        changed=approval.changed,
    )
