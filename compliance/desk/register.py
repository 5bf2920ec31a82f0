"""The register of due days: filters kept in the address, rows, and the calendar made of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.accounts.selectors import staff_names
from compliance.desk.selectors import NEAR_DAYS, DutyRow, told_duty
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.rules.ni45_110.duties import DUTIES
from compliance.web.icalendar import WholeDay
from compliance.web.language import current
from equity.models import Duty, Portal

OPEN, NEAR, OVERDUE, DONE = "open", "near", "overdue", "done"
_AHEAD = timedelta(days=400)
"""How far a calendar looks ahead: a year and a month. A record is kept for eight."""
_BEHIND = timedelta(days=90)
"""How long what is done stays in a calendar."""
_MOST = 2_000
"""Events in a calendar; the first due ones, where there are more."""


class RegisterForm(forms.Form):
    """What of the register is asked for; everything may be left out."""

    state = forms.ChoiceField(
        required=False,
        label=gettext_lazy("State"),
        choices=(
            ("", gettext_lazy("All, done or not")),
            (OPEN, gettext_lazy("Open")),
            (NEAR, gettext_lazy("Near")),
            (OVERDUE, gettext_lazy("Overdue")),
            (DONE, gettext_lazy("Done")),
        ),
    )
    code = forms.ChoiceField(required=False, label=gettext_lazy("Duty"))
    jurisdiction = forms.ChoiceField(required=False, label=gettext_lazy("Where"))
    portal = forms.ChoiceField(required=False, label=gettext_lazy("Portal"))
    offering = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, portals: list[Portal], **options: Any) -> None:
        super().__init__(*args, **options)
        language = current()
        codes = [(code, duty.title(language)) for code, duty in DUTIES.items()]
        places = [(code, getattr(place, language)) for code, place in PROVINCES.items()]
        named = [(str(portal.pk), portal.name) for portal in portals]
        for name, everything, choices in (
            ("code", _("All duties"), codes),
            ("jurisdiction", _("Everywhere"), places),
            ("portal", _("All portals"), named),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", everything), *choices]


def asked(form: RegisterForm, portals: list[Portal], at: datetime) -> QuerySet[Duty]:
    """The duties that a valid form asks for, by due day."""
    given = form.cleaned_data
    rows = Duty.objects.all()
    if given["code"]:
        rows = rows.filter(code=given["code"])
    if given["jurisdiction"]:
        rows = rows.filter(jurisdiction=given["jurisdiction"])
    if given["portal"]:
        rows = rows.filter(_of_portals([UUID(given["portal"])]))
    if given["offering"]:
        rows = rows.filter(offering_id=given["offering"])
    rows = _in_state(rows, given["state"], portals, at)
    return with_all_around(rows).order_by("due_on", "code", "jurisdiction", "pk")


def with_all_around(rows: QuerySet[Duty]) -> QuerySet[Duty]:
    """With what a row shows; the bytes of its proof are left where they are."""
    around = rows.select_related("offering__issuer", "offering__portal", "portal", "file")
    return around.defer("file__content")


def _of_portals(ids: list[UUID]) -> Q:
    return Q(portal_id__in=ids) | Q(offering__portal_id__in=ids)


def _in_state(
    rows: QuerySet[Duty], state: str, portals: list[Portal], at: datetime
) -> QuerySet[Duty]:
    """Near and overdue are told by the day at each portal: two days at most, all over Canada."""
    if state == DONE:
        return rows.filter(done_at__isnull=False)
    if not state:
        return rows
    rows = rows.filter(done_at=None)
    if state == OPEN:
        return rows
    days: dict[date, list[UUID]] = {}
    for portal in portals:
        days.setdefault(local_date(at, zone_of(portal.province)), []).append(portal.pk)
    wanted = Q(pk__in=[])
    for today, ids in days.items():
        last = today + timedelta(days=NEAR_DAYS)
        due = Q(due_on__lt=today) if state == OVERDUE else Q(due_on__range=(today, last))
        wanted |= _of_portals(ids) & due
    return rows.filter(wanted)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register."""

    row: DutyRow
    province: str
    """Whose clocks tell when it was done."""
    who: str
    """The officer who did it; empty where it was somebody else."""


def lines(duties: list[Duty], at: datetime) -> list[Line]:
    """The lines of a page; one query for all the names."""
    names = staff_names({duty.done_by for duty in duties if duty.done_by is not None})
    return [
        Line(
            told_duty(duty, at),
            portal_of(duty).province,
            "" if duty.done_by is None else names.get(duty.done_by, ""),
        )
        for duty in duties
    ]


def portal_of(duty: Duty) -> Portal:
    """The portal of a duty: its own, or that of its offering."""
    portal = duty.portal if duty.offering is None else duty.offering.portal
    assert portal is not None
    return portal


def in_calendar(at: datetime) -> QuerySet[Duty]:
    """The duties of a calendar: what is open and due within a year, and what was just done."""
    on = at.date()
    rows = Duty.objects.filter(
        Q(done_at=None, due_on__lte=on + _AHEAD) | Q(done_at__gte=at - _BEHIND)
    )
    return rows.order_by("due_on", "code", "jurisdiction", "pk")[:_MOST]


def whole_day(duty: Duty, url: str) -> WholeDay:
    """A duty in a calendar, in the language in force.

    A calendar program hands it on to whoever keeps its calendars. So it names the kind of duty and
    the place, and never an issuer, a purchaser, an amount or a reference; who needs more signs in.
    """
    language = current()
    kind = DUTIES.get(duty.code)
    title = duty.code if kind is None else kind.title(language)
    if duty.jurisdiction in PROVINCES:
        title = f"{title} ({getattr(PROVINCES[duty.jurisdiction], language)})"
    if duty.done_at is not None:
        title = _("Done: %(title)s") % {"title": title}
    return WholeDay(
        uid=str(duty.pk),
        day=duty.due_on,
        summary=title,
        description=_("File %(number)s. Sign in at the portal for the rest.")
        % {"number": str(duty.offering_id or duty.portal_id)[:8]},
        url=url,
        sequence=0 if duty.done_at is None else 1,
        revised_at=duty.created_at if duty.done_at is None else duty.done_at,
        category=duty.code,
    )
