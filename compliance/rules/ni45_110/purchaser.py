"""The purchaser (NI 45-110 s. 5; Form 45-110F2; Form 45-106F1 Schedule 1)."""

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.document import FRENCH, QUEBEC
from compliance.rules.ni45_110.facts import SubscriptionFacts
from compliance.rules.ni45_110.offering import room_under


def limit(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.limit: s. 5, per person and distribution; the advised limit replaces the other."""
    advised = book.amount("purchaser_limit_advised")
    ceiling = advised if facts.advised else book.amount("purchaser_limit")
    total = facts.person_live + facts.amount
    return book.finding(
        "purchaser.limit",
        total <= ceiling,
        room_under(ceiling, facts.person_live),
        amount=facts.amount,
        person_live=facts.person_live,
        limit=ceiling,
        limit_advised=advised,
        advised=facts.advised,
        excess=room_under(total, ceiling),
    )


def minimum(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.minimum: Form 45-110F1 item 5.8, with the person's other live subscriptions."""
    total = facts.person_live + facts.amount
    return book.finding(
        "purchaser.minimum",
        total >= facts.minimum_per_purchaser,
        minimum=facts.minimum_per_purchaser,
        total=total,
        shortfall=room_under(facts.minimum_per_purchaser, total),
    )


def of_age(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.of_age: the province of residence's age of majority, on that day, there.

    Outside Canada no figure exists; the oldest Canadian age is asked, and purchaser.resident
    refuses in any case.
    """
    ages = book.table("age_of_majority")
    majority = ages[facts.province] if facts.province in PROVINCES else max(ages.values())
    return book.finding(
        "purchaser.of_age",
        facts.age is not None and facts.age >= majority,
        age=facts.age,
        majority=majority,
        province=facts.province,
    )


def resident(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.resident: Form 45-110F1 item 5.2, a jurisdiction named in the document."""
    return book.finding(
        "purchaser.resident",
        facts.province in facts.jurisdictions,
        province=facts.province,
        jurisdictions=facts.jurisdictions,
    )


def identified(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.identified: portal policy, identity verified and current."""
    return book.finding("purchaser.identified", facts.identified)


def document_read(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.document_read: the version in force; in French by a resident of Quebec."""
    read = set(facts.languages_read)
    met = FRENCH in read if facts.province == QUEBEC else bool(read)
    return book.finding("purchaser.document_read", met, languages=facts.languages_read)


def risks_acknowledged(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.risks_acknowledged: Form 45-110F2, every statement answered yes (W-13)."""
    answers = facts.answers or {}
    unanswered = tuple(row for row in facts.asked_statements if answers.get(row) is not True)
    return book.finding(
        "purchaser.risks_acknowledged",
        facts.answers is not None and not unanswered,
        unanswered=unanswered,
    )


def not_too_late(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.not_too_late (W-10): the right would be over when the 90th day begins.

    An offering that was never open has no 90th day; offering.open refuses it.
    """
    begins = facts.ninetieth_begins
    return book.finding(
        "purchaser.not_too_late",
        begins is None or facts.right_ends <= begins,
        right_ends=facts.right_ends_on,
        ninetieth_day=facts.ninetieth_day,
    )


def suitable(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.suitable: NI 31-103, the portal's own dealer; judged on a dealer portal only."""
    return book.finding("purchaser.suitable", facts.suitable)


def particulars_complete(facts: SubscriptionFacts, book: Rulebook) -> Finding:
    """purchaser.particulars_complete: Form 45-106F1 Schedule 1."""
    return book.finding(
        "purchaser.particulars_complete",
        not facts.missing_particulars,
        missing=facts.missing_particulars,
    )
