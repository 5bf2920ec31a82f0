"""Each rule of the instrument met and not met, and each with what it may not know."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import acts, amendment, closing, filing, subscription
from compliance.rules.ni45_110.facts import AmendmentFacts
from compliance.rules.ni45_110.security import REQUIRED
from tests.rules import given
from tests.rules.given import ON, D


def amended(price: str, minimum: str) -> tuple[Finding, ...]:
    facts = AmendmentFacts(D("100.00"), D("25.00"), D(price), D("1000.00"), D(minimum))
    return amendment.judge(facts, on=ON)


def every_finding() -> Iterator[Finding]:
    """Each rule met and not met, and each with what it may not know."""
    nothing = given.subscription(
        state="draft",
        last_day=None,
        age=None,
        answers=None,
        languages_read=(),
        entry_acknowledged=False,
        identified=False,
        portal=given.dealer(),
        province="US",
        amount=D("2000000.00"),
        missing_particulars=("telephone", "insider"),
        right_ends=datetime(2026, 6, 30, tzinfo=UTC),
        head_office="AB",
    )
    nothing_filed = given.filing(
        issuer=given.issuer(
            head_office="US",
            reporting=True,
            investment_fund=True,
            has_operations=False,
            principals_declared=0,
            group_principals=frozenset({"p1"}),
        ),
        portal=given.portal(authorisations=(), purchaser_fee=True),
        security_kind="other",
        missing_terms=tuple(REQUIRED["debt"]),
        price=None,
        minimum=D("-1.00"),
        maximum=D("1500000.01"),
        use_maximum=D("-2.00"),
        window=given.window("1500000.01"),
        other_active=1,
        days=91,
        group_commission=True,
        items_missing=("2.1", "4.2a"),
        certified=False,
        languages=(),
        unconfirmed=("P1", "P8"),
        wider_links=3,
    )
    nothing_closed = given.closing(
        completing=(given.row("m", "2500.01"),),
        live_rights=2,
        last_right_ends_on=date(2026, 3, 4),
        first_available=date(2025, 1, 1),
        window=given.window("1499999.99"),
        trust=D("0.00"),
        minimum=D("9000.00"),
        legend=False,
        release=D("1.00"),
    )
    full = given.window("1500000.00", returns_on=date(2027, 2, 11))
    outlived = given.publication(
        live=D("250000.01"),
        rights_end=datetime(2026, 6, 30, tzinfo=UTC),
        rights_end_on=date(2026, 6, 29),
    )
    both = (given.approval(), given.approval(same_person=True, principal=True, changed=True))
    yield from chain(
        filing.judge(given.filing(), on=ON),
        filing.judge_publication(given.filing(), given.publication(), on=ON),
        filing.judge_publication(nothing_filed, outlived, on=ON),
        filing.judge_publication(given.filing(), given.publication(live=D("9000000.00")), on=ON),
        filing.judge(given.filing(window=full), on=ON),
        filing.judge(given.filing(unconfirmed=()), on=ON),
        filing.judge(given.filing(portal=given.portal(demonstration=True)), on=ON),
        subscription.judge(given.subscription(window=full), on=ON),
        subscription.judge(given.subscription(age=17, languages_read=("en",)), on=ON),
        subscription.judge(given.subscription(), on=ON),
        subscription.judge(given.subscription(portal=given.dealer(), suitable=True), on=ON),
        subscription.judge(nothing, on=ON),
        subscription.judge(given.subscription(advised=True, amount=D("10000.01")), on=ON),
        subscription.judge(given.subscription(minimum_per_purchaser=D("5000.00")), on=ON),
        closing.judge_approval(given.closing(), both[0], on=ON),
        closing.judge_approval(nothing_closed, both[1], on=ON),
        amended("25.00", "1000.00"),
        amended("26.00", "999.00"),
        (acts.actor_not_allowed("publish", on=ON),),
        (acts.state_not_allowed("pay", "unknown", (), on=ON),),
        (acts.payment_from_purchaser(from_purchaser=True, on=ON),),
        (acts.payment_from_purchaser(from_purchaser=False, on=ON),),
    )
