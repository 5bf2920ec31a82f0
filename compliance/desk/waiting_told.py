"""A page of what waits, in words: what, about whom, since when, due when, in whose hands.

One statement for each kind of row that stands on the page, however many rows.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.approvals.models import ApprovalRequest
from compliance.casework.kinds import KINDS as CASE_KINDS
from compliance.casework.models import Case
from compliance.desk import waiting
from compliance.desk.briefs import briefs
from compliance.desk.case_selectors import desk_names, links
from compliance.desk.waiting import Wait
from compliance.rules.kernel.calendars import skipped_for_duty
from compliance.rules.kernel.money import ZERO, format_cad
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.duties import CERTIFY_RESOURCES, DONE_BY_ACT, DUTIES, REFUND
from compliance.web.language import current
from compliance.web.templatetags.web import capital
from equity.models import Duty, Offering, Portal

_FURTHEST = timedelta(days=400)
"""Days further away than this are not counted one by one."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that waits, as a row of the page."""

    kind: str
    sort: str
    """Its kind in words."""
    what: str
    url: str
    about: str
    note: str
    """A word more: where, how much, asked by whom; empty for none."""
    since: datetime | None
    province: str
    """Whose clocks tell since when."""
    due: date | None
    when: str
    """How far its day is, in working days; empty where it has none."""
    late: bool
    holder: str
    """In whose hands it is; empty for nobody's."""


Piece = tuple[str, str, str, str]
"""What, its address, about whom, a word more."""


def told(
    waits: list[Wait], desk: waiting.Desk, portals: Mapping[UUID, Portal], *, acts: bool
) -> list[Told]:
    """The rows of a page, in their order. ``acts`` says that whoever looks may act: a duty then
    leads to where it is recorded as done."""
    pieces: dict[UUID, Piece] = {}
    keyed: dict[tuple[str, UUID], Piece] = {}
    by_kind: dict[str, set[UUID]] = {}
    for wait in waits:
        by_kind.setdefault(wait.kind, set()).add(wait.id)
    keyed |= _of_offerings({kind: by_kind[kind] for kind in _OFFERINGS if kind in by_kind})
    pieces |= _of_duties(by_kind.get(waiting.DUTIES, set()), acts=acts)
    pieces |= _of_requests(by_kind.get(waiting.SECOND, set()))
    cases = {pk for kind in _CASES for pk in by_kind.get(kind, ())}
    pieces |= _of_cases(cases)
    names = desk_names() if any(wait.holder for wait in waits) else {}
    return [
        _row(wait, keyed.get((wait.kind, wait.id)) or pieces[wait.id], desk, portals, names)
        for wait in waits
        if (wait.kind, wait.id) in keyed or wait.id in pieces
    ]


def _row(
    wait: Wait,
    piece: Piece,
    desk: waiting.Desk,
    portals: Mapping[UUID, Portal],
    names: Mapping[UUID, str],
) -> Told:
    what, url, about, note = piece
    portal = None if wait.portal is None else portals.get(wait.portal)
    province = "QC" if portal is None else portal.province
    today = desk.first_day if wait.portal is None else desk.days.get(wait.portal, desk.first_day)
    return Told(
        kind=wait.kind,
        sort=str(waiting.KINDS[wait.kind]),
        what=what,
        url=url,
        about=about,
        note=note,
        since=wait.since,
        province=province,
        due=wait.due,
        when="" if wait.due is None else in_days(wait.due, today, province),
        late=wait.due is not None and wait.due < today,
        holder="" if wait.holder is None else names.get(wait.holder, "—"),
    )


def in_days(due: date, today: date, province: str) -> str:
    """How far a day is, in working days of a province: today not counted, the day itself counted;
    for a day that is over, the working days since."""
    if due == today:
        return _("today")
    if abs(due - today) > _FURTHEST:
        return ""
    if due > today:
        days = working_days(today, due, province)
        return ngettext("in %(n)s working day", "in %(n)s working days", days) % {"n": days}
    days = working_days(due, today, province)
    return ngettext("%(n)s working day late", "%(n)s working days late", days) % {"n": days}


def working_days(after: date, until: date, province: str) -> int:
    """The working days of a province from the day after one to another, that one counted."""
    days = ((until - after).days) + 1
    return sum(
        skipped_for_duty(after + timedelta(days=step), province) is None for step in range(1, days)
    )


_Say = Callable[[Offering], tuple[str, str]]


def _page(name: str, offering: Offering) -> str:
    return reverse(f"desk:{name}", args=(offering.pk,))


def _owed(offering: Offering) -> tuple[str, str]:
    # Annotated by _of_offerings.
    count: int = getattr(offering, "owed", 0)
    amount: Decimal | None = getattr(offering, "owed_amount", None)
    said = ngettext("Pay back %(n)s refund", "Pay back %(n)s refunds", count) % {"n": count}
    return f"{said} ({format_cad(amount or ZERO, current())})", _page("refunds", offering)


_OFFERINGS: dict[str, _Say] = {
    waiting.APPROVE: lambda row: (_("Approve the offering"), _page("dossier", row)),
    waiting.CLOSING: lambda row: (_("Approve the closing"), _page("worksheet", row)),
    waiting.CLOSE: lambda row: (_("Close: the minimum is reached"), _page("worksheet", row)),
    waiting.SUSPENDED: lambda row: (_("Resume or stop the offering"), _page("dossier", row)),
    waiting.REFUNDS: _owed,
}
_CASES = (waiting.ALERTS, waiting.QUESTIONS, waiting.CASES)


def _of_offerings(wanted: Mapping[str, set[UUID]]) -> dict[tuple[str, UUID], Piece]:
    ids = {pk for some in wanted.values() for pk in some}
    if not ids:
        return {}
    rows: QuerySet[Offering] = Offering.objects.filter(pk__in=ids)
    rows = rows.select_related("issuer", "in_force", "working")
    if waiting.REFUNDS in wanted:
        owed = Q(duties__code=REFUND, duties__done_at=None)
        rows = rows.annotate(
            owed=Count("duties", filter=owed), owed_amount=Sum("duties__amount", filter=owed)
        )
    found = {}
    for row in rows:
        for kind in wanted:
            what, url = _OFFERINGS[kind](row)
            note = capital(term(row.document.security_kind, current()))
            found[kind, row.pk] = (what, url, row.issuer.name, note)
    return found


def _of_duties(ids: set[UUID], *, acts: bool) -> dict[UUID, Piece]:
    if not ids:
        return {}
    rows = Duty.objects.filter(pk__in=ids).select_related("offering__issuer", "portal")
    return {row.pk: _duty(row, acts=acts) for row in rows}


def _duty(row: Duty, *, acts: bool) -> Piece:
    kind = DUTIES.get(row.code)
    title = row.code if kind is None else kind.title(current())
    place = PROVINCES.get(row.jurisdiction)
    note = "" if place is None else str(getattr(place, current()))
    if row.offering is None:
        assert row.portal is not None
        recorded = acts and row.code == CERTIFY_RESOURCES
        where = reverse(f"desk:{'resources' if recorded else 'portal'}", args=(row.portal.pk,))
        return title, where, row.portal.name, note
    where = _page("duties", row.offering)
    if acts and row.code not in DONE_BY_ACT:
        where = reverse("desk:file", args=(row.pk,))
    return title, where, row.offering.issuer.name, note


def _of_requests(ids: set[UUID]) -> dict[UUID, Piece]:
    if not ids:
        return {}
    rows = ApprovalRequest.objects.filter(pk__in=ids).select_related("approval")
    return {
        one.request.pk: (
            one.title,
            reverse("desk:approval", args=(one.request.pk,)),
            one.about,
            _("asked for by %(who)s") % {"who": one.asked_by} if one.asked_by else "",
        )
        for one in briefs(rows)
    }


def _of_cases(ids: Iterable[UUID]) -> dict[UUID, Piece]:
    wanted = set(ids)
    if not wanted:
        return {}
    rows = list(Case.objects.filter(pk__in=wanted))
    named = links((row.subject_type, row.subject_id) for row in rows)
    return {row.pk: _case(row, named) for row in rows}


def _case(row: Case, named: Mapping[tuple[str, UUID], Any]) -> Piece:
    about = named.get((row.subject_type, row.subject_id))
    note = _("waits for an answer") if row.state == Case.State.WAITING else ""
    url = reverse("desk:case", args=(row.pk,))
    return CASE_KINDS[row.kind].say(current()), url, "—" if about is None else about.name, note
