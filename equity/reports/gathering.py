"""What a closed distribution says of itself: who bought what and where, and what was released."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet, Sum

from compliance.rules.kernel.money import ZERO, cad
from compliance.rules.ni45_106 import codes, report
from compliance.rules.ni45_106.fees import Fee
from compliance.rules.ni45_106.report import Line, Summary
from equity import moves
from equity.models import JournalEntry, Offering, Posting, ReportDetails, Subscription, Version
from equity.models.ledger import Account
from equity.reports import asked
from equity.selectors.clock import portal_day

_ONCE = ("security_code", "portal_paid", "portal_cash", "previous_name")
"""Answers about one distribution, or one moment."""


@dataclass(frozen=True)
class Distribution:
    """A distribution on the day somebody looks at its report: read once, asked many things.

    ``on`` is the day whose codes and fees count.
    """

    offering: Offering
    answers: dict[str, Any]
    on: date

    @cached_property
    def rows(self) -> tuple[Subscription, ...]:
        """The completed subscriptions with their purchasers, in the order of the register: what
        the schedules need, and no page."""
        return tuple(completed(self.offering).select_related("person"))

    @property
    def version(self) -> Version:
        """The version in force, whose securities were distributed."""
        assert self.offering.in_force is not None
        return self.offering.in_force

    @property
    def closed(self) -> bool:
        """Whether there is something to report."""
        return self.offering.state == moves.CLOSED

    @property
    def security_code(self) -> str:
        """The code of the security; empty while somebody has to choose it."""
        chosen = str(self.answers.get("security_code", ""))
        return codes.security_code(self.version.security_kind, chosen, self.on)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every completed subscription as the report counts it."""
        code, price = self.security_code, cad(self.version.price or ZERO)
        return tuple(
            Line(
                subscription=str(pk),
                purchaser=str(person),
                jurisdiction=province,
                security_code=code,
                units=units,
                price=price,
                amount=cad(amount),
            )
            for pk, person, province, units, amount in completed(self.offering).values_list(
                "pk", "person_id", "province", "units", "amount"
            )
        )

    @cached_property
    def summary(self) -> Summary:
        """Item 7 f."""
        return report.summary(self.lines)

    @cached_property
    def filed_in(self) -> tuple[str, ...]:
        """The head office and every purchaser's jurisdiction."""
        return report.filed_in(self.offering.issuer.head_office, self.lines)

    @cached_property
    def fees(self) -> tuple[Fee, ...]:
        """The fee of each of them."""
        return report.fees_of(self.offering.issuer.head_office, self.lines, self.on)

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """What the report still lacks (keys of ``asked.ITEMS``)."""
        return asked.lacking(
            self.answers,
            principals=self.principals,
            security_kind=self.version.security_kind,
            head_office_known=head_office_known(self.offering, self.version),
            on=self.on,
        )

    @cached_property
    def principals(self) -> tuple[str, ...]:
        """The names of the principals that the issuer declared."""
        return tuple(one.name for one in self.offering.issuer.principals.all())


def completed(offering: Offering) -> QuerySet[Subscription]:
    """The completed subscriptions of an offering, in the order of the register."""
    return offering.subscriptions.filter(state=moves.COMPLETED).order_by("order")


def distribution(offering: Offering, at: datetime) -> Distribution:
    """Read the distribution of an offering that has opened."""
    details = ReportDetails.objects.filter(offering=offering).first()
    return Distribution(
        offering=offering,
        answers={} if details is None else dict(details.answers),
        on=portal_day(offering.portal, at),
    )


def suggested(offering: Offering) -> dict[str, Any]:
    """What the issuer answered last for another of its offerings: shown to whoever answers anew,
    and kept only once they save it. What is of that distribution alone is left out."""
    last = (
        ReportDetails.objects.filter(offering__issuer=offering.issuer_id)
        .exclude(offering=offering)
        .order_by("-saved_at")
        .first()
    )
    if last is None:
        return {}
    return {name: value for name, value in last.answers.items() if name not in _ONCE}


def head_office_known(offering: Offering, version: Version) -> bool:
    """Whether an address of the head office was given, in the issuer's file or in item 2.1."""
    return bool(offering.issuer.address.strip() or version.items.get("2.1"))


def released(offering: Offering) -> dict[str, Decimal]:
    """What the trust ledger released to the issuer at the closing (CAD), by subscription: the legs
    of the releases that left the trust account."""
    rows = (
        Posting.objects.filter(
            offering=offering, account=Account.TRUST, entry__kind=JournalEntry.Kind.RELEASE
        )
        .values("subscription_id")
        .annotate(total=Sum("amount"))
        .order_by()
    )
    return {str(row["subscription_id"]): -row["total"] for row in rows}
