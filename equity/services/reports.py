"""The report of exempt distribution: what the issuer adds, the report issued, its folder taken."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from compliance.accounts.roles import Actor, Role
from compliance.audit.services import record
from compliance.idempotency.services import Key
from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_106 import report as rules
from compliance.rules.ni45_110 import acts
from equity import moves
from equity.models import ExemptReport, Offering, ReportDetails
from equity.refusal import Refused, require_all_met
from equity.reports import asked, schedules
from equity.reports.gathering import Distribution, distribution, released
from equity.reports.papers import issue_exempt_report
from equity.selectors.clock import portal_day
from equity.services.common import Done, leave_entry, lock_offering, repeatable, require_role
from equity.services.parts import require_part

_FILL, _ISSUE, _TAKE = "fill_report", "issue_report", "filing_folder"


@repeatable("report:details")
def save_details(
    *,
    actor: Actor,
    offering_id: UUID,
    answers: Mapping[str, Any],
    at: datetime,
    key: Key | None = None,
) -> Done[ReportDetails]:
    """Keep what the issuer answered for the report, in place of what was answered before.

    ``answers`` are keys of ``equity.reports.asked``; what is left out is not answered. Before the
    closing too. Nothing is recorded where nothing changes. A report that was issued keeps its own
    facts. Raises Refused, asked.WrongAnswer, Offering.DoesNotExist.
    """
    offering = lock_offering(offering_id)
    _require_own(actor, offering, _FILL, at)
    require_part(actor, "report")
    assert actor.id is not None
    kept = asked.checked(answers, portal_day(offering.portal, at))
    details = ReportDetails.objects.filter(offering=offering).first()
    if details is None:
        details = ReportDetails(offering=offering)
    elif details.answers == kept:
        return Done(details)
    details.answers, details.saved_at, details.saved_by = kept, at, actor.id
    details.save()
    leave_entry(actor, "report:details", offering, at, payload={"answered": len(kept)})
    return Done(details)


@repeatable("report:issue")
def issue_report(
    *,
    actor: Actor,
    offering_id: UUID,
    at: datetime,
    amends_filed_on: date | None = None,
    seen: str | None = None,
    key: Key | None = None,
) -> Done[ExemptReport]:
    """Issue the report of a closed distribution: its document in every language of the offering
    document, and its confidential schedules.

    The first is new; a later one amends and supersedes it, and says when the one before was filed.
    Whoever certifies for the issuer does it: it is certified on that day. ``seen`` is the
    ``schedules.shown_digest`` of what they were shown: what a colleague changed since is not
    certified (``report.as_shown``). Raises Refused, Offering.DoesNotExist.
    """
    offering = lock_offering(offering_id)
    _require_own(actor, offering, _ISSUE, at)
    require_part(actor, _ISSUE)
    assert actor.id is not None
    require_all_met((rules.of_a_closed_distribution(offering.state == moves.CLOSED),))
    found = distribution(offering, at)
    last = ExemptReport.objects.filter(offering=offering).order_by("-number").first()
    if seen is not None:
        same = seen == schedules.shown_digest(found, last)
        require_all_met((rules.as_shown(same),))
    require_all_met(_judged(found, last, amends_filed_on))
    number = 1 if last is None else last.number + 1
    row = ExemptReport.objects.create(
        offering=offering,
        number=number,
        amends_filed_on=amends_filed_on if number > 1 else None,
        certified_on=found.on,
        amount=found.summary.amount,
        purchasers=found.summary.purchasers,
        schedules=schedules.frozen(found, found.on),
        issued_at=at,
        issued_by=actor.id,
    )
    issue_exempt_report(found, row, at=at)
    leave_entry(actor, "report:issue", offering, at, payload={"report": row.pk, "number": number})
    return Done(row)


def _judged(
    found: Distribution, last: ExemptReport | None, amends_filed_on: date | None
) -> tuple[Finding, ...]:
    """What must hold of a report, besides that its distribution is closed."""
    findings = [
        rules.items_complete(asked.ITEMS[name] for name in found.lacking),
        rules.adds_up(found.lines, released(found.offering)),
    ]
    if last is not None:
        findings.append(
            rules.amends_one_filed(amends_filed_on, certified_on=last.certified_on, today=found.on)
        )
    return tuple(findings)


@transaction.atomic
def hand_over(*, actor: Actor, offering: Offering, at: datetime) -> None:
    """Record that somebody takes the filing folder, which names every purchaser: the issuer itself,
    an officer, or whoever runs the installation. Taken twice, it is told twice. Raises Refused."""
    on = portal_day(offering.portal, at)
    require_role(actor, _TAKE, (Role.ISSUER, Role.OFFICER, Role.SYSTEM), on)
    if actor.role is Role.ISSUER:
        _require_own(actor, offering, _TAKE, at)
        require_part(actor, "holders")
    record(actor=actor, action="equity:report:hand_over", subject=offering, at=at)


def _require_own(actor: Actor, offering: Offering, move: str, at: datetime) -> None:
    on = portal_day(offering.portal, at)
    require_role(actor, move, (Role.ISSUER,), on)
    if actor.id != offering.issuer_id:
        raise Refused((acts.actor_not_allowed(move, on=on),))
