"""The offering itself (NI 45-110 s. 5; Form 45-110F1 items 5 and 7)."""

from datetime import timedelta
from decimal import Decimal

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.money import ZERO
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.facts import FilingFacts


def room_under(ceiling: Decimal, used: Decimal) -> Decimal:
    """What would still be accepted under a ceiling; never under zero, not cut to whole units."""
    left = ceiling - used
    return left if left >= ZERO else ZERO


def units(amount: Decimal, price: Decimal | None) -> int | None:
    """How many securities an amount is, at a price; None where it is no whole number of them."""
    if price is None or price <= 0 or amount % price != 0:
        return None
    return int(amount // price)


def amounts_consistent(facts: FilingFacts, book: Rulebook) -> Finding:
    """offering.amounts_consistent: Form 45-110F1 items 5.7 and 7.2."""
    problems = [name for name, wrong in _amount_problems(facts) if wrong]
    return book.finding(
        "offering.amounts_consistent",
        not problems,
        problems=tuple(problems),
        minimum=facts.minimum,
        maximum=facts.maximum,
        price=facts.price,
        use_minimum=facts.use_minimum,
        use_maximum=facts.use_maximum,
    )


def _amount_problems(facts: FilingFacts) -> tuple[tuple[str, bool], ...]:
    price = facts.price
    no_price = price is None or price <= 0
    return (
        ("minimum_not_positive", facts.minimum <= 0),
        ("minimum_above_maximum", facts.minimum > facts.maximum),
        ("price_not_positive", no_price),
        ("minimum_not_whole_units", not no_price and units(facts.minimum, price) is None),
        ("maximum_not_whole_units", not no_price and units(facts.maximum, price) is None),
        ("use_minimum_differs", facts.use_minimum != facts.minimum),
        ("use_maximum_differs", facts.use_maximum != facts.maximum),
    )


def within_group_cap(facts: FilingFacts, book: Rulebook) -> Finding:
    """offering.within_group_cap: s. 5, the maximum with what the group closed in the window.

    The room is the cap less what the group closed, whatever maximum is proposed.
    """
    cap = book.amount("issuer_group_cap")
    used = facts.window.closed
    return book.finding(
        "offering.within_group_cap",
        used + facts.maximum <= cap,
        room_under(cap, used),
        maximum=facts.maximum,
        closed=used,
        cap=cap,
        excess=room_under(used + facts.maximum, cap),
        window_start=facts.window.window_start,
        returns_on=facts.window.returns_on,
    )


def one_at_a_time(facts: FilingFacts, book: Rulebook) -> Finding:
    """offering.one_at_a_time: s. 5, one distribution of the issuer group under way."""
    return book.finding(
        "offering.one_at_a_time", facts.other_active == 0, others=facts.other_active
    )


def within_90_days(facts: FilingFacts, book: Rulebook) -> Finding:
    """offering.within_90_days: s. 5, counted from first availability (W-9).

    The amended last day is not before the publication (W-21): the book's day is that day.
    """
    limit = book.count("distribution_days")
    last_day = facts.first_available + timedelta(days=facts.days)
    return book.finding(
        "offering.within_90_days",
        1 <= facts.days <= limit and last_day >= book.on,
        days=facts.days,
        limit=limit,
        last_day=last_day,
    )


def no_group_commission(facts: FilingFacts, book: Rulebook) -> Finding:
    """offering.no_group_commission: s. 5, nothing paid inside the issuer group."""
    return book.finding("offering.no_group_commission", not facts.group_commission)


def room(live: Decimal, maximum: Decimal, amount: Decimal, book: Rulebook) -> Finding:
    """offering.room: the maximum of the offering; the room is what it would still accept."""
    return book.finding(
        "offering.room",
        live + amount <= maximum,
        room_under(maximum, live),
        amount=amount,
        live=live,
        maximum=maximum,
        excess=room_under(live + amount, maximum),
    )
