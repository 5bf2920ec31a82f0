"""Facts that meet every rule, for tests that change one thing: a filing, a subscription, a closing.

``ON`` is the judged day. Everything is complete and lawful until a keyword makes it not.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110.facts import (
    ApprovalFacts,
    AuthorisationFacts,
    ClosingFacts,
    CompletingFacts,
    FilingFacts,
    IssuerFacts,
    PortalFacts,
    PublicationFacts,
    SubscriptionFacts,
    WindowFacts,
)

ON = date(2026, 3, 2)
CENT = Decimal("0.01")
STATEMENTS = ("R1", "R2", "R3")


def D(amount: str) -> Decimal:  # noqa: N802 - short on purpose: the tests are tables of amounts
    return Decimal(amount)


def found(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Findings by code; a code judged twice is an error of the rules."""
    rows = list(findings)
    by_code = {finding.code: finding for finding in rows}
    assert len(by_code) == len(rows)
    return by_code


def refusals(findings: Iterable[Finding]) -> list[str]:
    """The codes that are not met, in the order in which they were judged."""
    return [finding.code for finding in findings if not finding.met]


def authorisation(jurisdiction: str = "QC", **changes: Any) -> AuthorisationFacts:
    told = date(2026, 1, 5)
    return replace(
        AuthorisationFacts(
            jurisdiction, registered=False, f3_delivered=told, f4_delivered=told, confirmed=told
        ),
        **changes,
    )


def portal(**changes: Any) -> PortalFacts:
    """An exempt portal, authorised in Quebec and Ontario, with an F5 of this winter."""
    return replace(
        PortalFacts(
            kind="exempt",
            demonstration=False,
            purchaser_fee=False,
            authorisations=(authorisation("QC"), authorisation("ON")),
            f5_certified=date(2026, 1, 5),
            principals=frozenset({"p1"}),
        ),
        **changes,
    )


def dealer(**changes: Any) -> PortalFacts:
    """A dealer's portal, registered in Quebec and Ontario; it delivers no forms."""
    registered = tuple(AuthorisationFacts(place, registered=True) for place in ("QC", "ON"))
    return portal(kind="dealer", authorisations=registered, f5_certified=None, **changes)


def issuer(**changes: Any) -> IssuerFacts:
    return replace(
        IssuerFacts(
            head_office="QC",
            reporting=False,
            investment_fund=False,
            has_operations=True,
            principals_declared=2,
            principals_incomplete=0,
            group_principals=frozenset({"i1", "i2"}),
        ),
        **changes,
    )


def window(closed: str = "0.00", returns_on: date | None = None) -> WindowFacts:
    return WindowFacts(closed=D(closed), window_start=date(2025, 3, 2), returns_on=returns_on)


def filing(**changes: Any) -> FilingFacts:
    return replace(
        FilingFacts(
            issuer=issuer(),
            portal=portal(),
            window=window(),
            wider_links=0,
            other_active=0,
            security_kind="common_share",
            converts_into=None,
            rate_kind=None,
            missing_terms=(),
            price=D("25.00"),
            minimum=D("50000.00"),
            maximum=D("250000.00"),
            use_minimum=D("50000.00"),
            use_maximum=D("250000.00"),
            days=60,
            first_available=ON,
            jurisdictions=("QC", "ON"),
            languages=("fr", "en"),
            group_commission=False,
            items_missing=(),
            certified=True,
            unconfirmed=(),
        ),
        **changes,
    )


def publication(**changes: Any) -> PublicationFacts:
    return replace(
        PublicationFacts(
            live=D("0.00"),
            rights_end=None,
            ninetieth_begins=datetime(2026, 5, 31, 4, tzinfo=UTC),
            rights_end_on=None,
            ninetieth_day=date(2026, 5, 31),
        ),
        **changes,
    )


def subscription(**changes: Any) -> SubscriptionFacts:
    return replace(
        SubscriptionFacts(
            state="open",
            last_day=date(2026, 5, 1),
            amount=D("1000.00"),
            maximum=D("250000.00"),
            live=D("0.00"),
            window=window(),
            person_live=D("0.00"),
            advised=False,
            minimum_per_purchaser=D("100.00"),
            organisation=False,
            age=35,
            province="QC",
            jurisdictions=("QC", "ON"),
            identified=True,
            languages_read=("fr",),
            answers=dict.fromkeys(STATEMENTS, True),
            asked_statements=STATEMENTS,
            right_ends=datetime(2026, 3, 5, 5, tzinfo=UTC),
            right_ends_on=date(2026, 3, 4),
            ninetieth_begins=datetime(2026, 5, 31, 4, tzinfo=UTC),
            ninetieth_day=date(2026, 5, 31),
            suitable=False,
            missing_particulars=(),
            entry_acknowledged=True,
            head_office="QC",
            portal=portal(),
        ),
        **changes,
    )


def row(purchaser: str = "m", amount: str = "1000.00", *, advised: bool = False) -> CompletingFacts:
    return CompletingFacts(purchaser, D(amount), advised)


def closing(**changes: Any) -> ClosingFacts:
    """Two purchasers who paid in full; the money is in trust and would be released whole."""
    return replace(
        ClosingFacts(
            issuer=issuer(),
            portal=portal(),
            window=window(),
            jurisdictions=("QC", "ON"),
            minimum=D("1000.00"),
            concurrent=D("0.00"),
            completing=(row("m", "1000.00"), row("n", "2500.00")),
            live_rights=0,
            last_right_ends_on=None,
            first_available=ON,
            trust=D("3500.00"),
            paid_live=D("3500.00"),
            refunds_due=D("0.00"),
            security_kind="common_share",
            legend=True,
            release=D("3500.00"),
        ),
        **changes,
    )


def approval(**changes: Any) -> ApprovalFacts:
    return replace(ApprovalFacts(same_person=False, principal=False, changed=False), **changes)
