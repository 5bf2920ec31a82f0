"""What the answer of an act says, and reading it again.

An answer is told as of the act: the rows it was about, by kind and id, with their state and figures
then, and every finding. It holds no personal data and no words that somebody wrote.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from compliance.approvals.models import ApprovalRequest
from compliance.casework.models import Override
from compliance.idempotency.services import told_row
from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110.book import REGIME
from compliance.sealing.canonical import plain
from equity.models import (
    AccountInForce,
    CalendarFeed,
    ChangeNotice,
    ClosingRequest,
    ConcurrentMoney,
    Duty,
    EarlierDistribution,
    ExemptReport,
    GroupEdge,
    Issuer,
    IssuerAccount,
    Offering,
    Payout,
    Portal,
    PortalChange,
    PortalFormVersion,
    ReportDetails,
    Subscription,
)
from investors.models import Advice, RiskAcknowledgement

_TOLD: Mapping[type[models.Model], tuple[str, ...]] = {
    CalendarFeed: ("made_at",),
    ChangeNotice: ("jurisdiction", "notified_on"),
    AccountInForce: ("number", "since"),
    Advice: ("suitable", "given_at"),
    ApprovalRequest: ("act", "digest", "asked_at"),
    ClosingRequest: ("digest", "asked_at"),
    ConcurrentMoney: ("amount", "unconditional", "recorded_at"),
    Duty: ("code", "jurisdiction", "due_on", "done_at"),
    EarlierDistribution: ("closed_on", "amount"),
    ExemptReport: ("number", "amends_filed_on", "certified_on", "amount", "purchasers"),
    GroupEdge: ("kind", "since", "until"),
    Issuer: (),
    IssuerAccount: ("proposed_at",),
    Offering: ("state", "first_available", "last_day", "ended_at"),
    Override: ("at",),
    Payout: ("amount", "paid_at"),
    Portal: ("approval_officers",),
    PortalChange: ("form", "happened_on"),
    PortalFormVersion: ("form", "language", "number"),
    ReportDetails: ("saved_at",),
    RiskAcknowledgement: ("answers", "at"),
    Subscription: ("state", "units", "amount", "paid", "right_ends_at", "ended_at"),
}
"""What is told of each kind of row, besides its id."""
_MODELS = {model._meta.label_lower: model for model in _TOLD}


def write(subject: models.Model | list[Any], findings: Iterable[Finding]) -> dict[str, Any]:
    """An answer as plain JSON; ``subject`` is a row or a list of rows of the kinds above."""
    rows = [_written(row) for row in subject] if isinstance(subject, list) else _written(subject)
    return {"subject": rows, "findings": [_finding(finding) for finding in findings]}


def read(told: Mapping[str, Any]) -> tuple[Any, tuple[Finding, ...]]:
    """The subject and the findings of an answer: its rows as they are now, its findings as then."""
    rows = told["subject"]
    subject = _rows(rows) if isinstance(rows, list) else _rows([rows])[0]
    return subject, tuple(_found(finding) for finding in told["findings"])


def _written(row: models.Model) -> dict[str, Any]:
    return told_row(row) | {name: plain(getattr(row, name)) for name in _TOLD[type(row)]}


def _rows(told: list[Mapping[str, Any]]) -> list[models.Model]:
    """The rows that were told, in their order; one query for each kind."""
    found: dict[tuple[str, str], models.Model] = {}
    for kind in {row["type"] for row in told}:
        ids = [row["id"] for row in told if row["type"] == kind]
        rows = _MODELS[kind]._default_manager.in_bulk(ids)
        found |= {(kind, str(pk)): row for pk, row in rows.items()}
    return [found[row["type"], str(row["id"])] for row in told]


def _finding(finding: Finding) -> dict[str, Any]:
    figures = {name: _figure(value) for name, value in finding.figures.items()}
    room = None if finding.room is None else plain(finding.room)
    return {"code": finding.code, "met": finding.met, "figures": figures, "room": room}


def _found(told: Mapping[str, Any]) -> Finding:
    room = told["room"]
    return Finding(
        REGIME.rules[told["code"]],
        told["met"],
        {name: _value(figure) for name, figure in told["figures"].items()},
        None if room is None else Decimal(room),
    )


def _figure(value: Any) -> Any:
    """A figure with its type, because people read an amount and a day otherwise than a code."""
    if isinstance(value, Decimal):
        return {"amount": plain(value)}
    if isinstance(value, datetime):
        return {"instant": plain(value)}
    if isinstance(value, date):
        return {"day": plain(value)}
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_figure(item) for item in value]
    return value


def _value(figure: Any) -> Any:
    match figure:
        case {"amount": text}:
            return Decimal(text)
        case {"instant": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case list():
            return tuple(_value(item) for item in figure)
        case _:
            return figure
