"""A portal's own file: where it stands, until when, and which acts a lapse would refuse."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import PortalFacts
from compliance.rules.ni45_110.portal import EXEMPT, authorised, f5_current
from equity import moves
from equity.models import Authorisation, ChangeNotice, Offering, Portal, PortalChange
from equity.selectors.clock import portal_day
from equity.selectors.facts import portal_facts
from equity.services.portal_changes import told_by_form

_AHEAD = 200
"""Days that are looked through: an F5 certified today has lapsed by then."""
_ACTS: Mapping[str, tuple[str, ...]] = {
    "filing": ("submit", "approve", "open", "publish"),
    "subscription": ("subscribe",),
    "closing": ("ask_closing", "approve_closing"),
}
"""The acts at which each question is put; the catalogue says at which a rule is judged."""
_WAITING = moves.UNDER_WAY | {moves.SUBMITTED}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the portal stands in one jurisdiction, and which offerings count on it."""

    row: Authorisation
    from_on: date | None
    """The first day after the notice period of the forms; None where they were not delivered."""
    offerings: list[Offering]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What becomes of an offering under way if nothing is done."""

    offering: Offering
    refused_from: date | None
    """The first day on which its acts are refused; None when none is seen ahead."""
    allowed_from: date | None
    """Where they are refused today: the first day on which they are not, if nothing is done."""
    finding: Finding
    """The finding of that day."""
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A change in a form, who was told of it, and who was not."""

    row: PortalChange
    notices: list[ChangeNotice]
    waiting: list[str]


@dataclass(frozen=True, slots=True)
class PortalFile:
    """Everything of a portal's file that is worked out."""

    finding: Finding
    standings: list[Standing]
    f5_until: date | None
    """The last day on which the F5 is current; None where there is none that is."""
    consequences: list[Consequence]
    changes: list[Change]


def portal_file(portal: Portal, at: datetime) -> PortalFile:
    """The file of a portal as it stands at an instant."""
    today = portal_day(portal, at)
    facts = portal_facts(portal, today)
    offerings = list(
        Offering.objects.filter(portal=portal, state__in=_WAITING)
        .select_related("issuer", "portal", "in_force", "working")
        .order_by("created_at")
    )
    everywhere = tuple(sorted(PROVINCES))
    return PortalFile(
        finding=authorised(facts, portal.province, everywhere, rulebook(today)),
        standings=_standings(portal, offerings, today),
        f5_until=_f5_until(facts, today),
        consequences=_consequences(facts, offerings, today),
        changes=changes_of(portal),
    )


def _places(offering: Offering) -> tuple[str, tuple[str, ...]]:
    return offering.issuer.head_office, tuple(offering.document.jurisdictions)


def _standings(portal: Portal, offerings: list[Offering], today: date) -> list[Standing]:
    wait = timedelta(days=rulebook(today).count("portal_notice_days"))
    rows = portal.authorisations.filter(ended_at=None).order_by("jurisdiction")
    found = []
    for row in rows:
        told = (row.f3_delivered, row.f4_delivered)
        counting = []
        for offering in offerings:
            head_office, places = _places(offering)
            if row.jurisdiction in (head_office, *places):
                counting.append(offering)
        last = None if None in told else max(day for day in told if day is not None)
        found.append(Standing(row, None if last is None else last + wait, counting))
    return found


def _f5_until(facts: PortalFacts, today: date) -> date | None:
    """By asking the rule day by day: months are not counted a second time here."""
    until = None
    for day in _days(today):
        if facts.kind != EXEMPT or not f5_current(facts.f5_certified, rulebook(day)):
            break
        until = day
    return until


def _consequences(facts: PortalFacts, offerings: list[Offering], today: date) -> list[Consequence]:
    """Those of each offering; the rule is asked once for all offered in the same places."""
    asked: dict[tuple[str, tuple[str, ...]], list[tuple[date, Finding]]] = {}
    books, found = [(day, rulebook(day)) for day in _days(today)], []
    for offering in offerings:
        places = _places(offering)
        if places not in asked:
            asked[places] = [(day, authorised(facts, *places, book)) for day, book in books]
        found.append(_consequence(offering, asked[places]))
    return found


def _consequence(offering: Offering, ahead: list[tuple[date, Finding]]) -> Consequence:
    """Of an offering, from the finding of today and of each day ahead."""
    (today, now), *_ = ahead
    refused = next(((day, finding) for day, finding in ahead if not finding.met), None)
    again = next((day for day, finding in ahead if finding.met), None)
    return Consequence(
        offering=offering,
        refused_from=None if refused is None else refused[0],
        allowed_from=again if refused is not None and refused[0] == today else None,
        finding=now if refused is None else refused[1],
        acts=_refusable(offering, now),
    )


def _days(today: date) -> list[date]:
    return [today + timedelta(days=number) for number in range(_AHEAD)]


def _refusable(offering: Offering, finding: Finding) -> tuple[str, ...]:
    """The acts that the rule is judged at, of those that the offering's state still leads to."""
    judged = {act for question in finding.rule.judged for act in _ACTS[question]}
    reached = _AFTER[offering.state]
    return tuple(act for act in moves.OFFERING_MOVES if act in judged and act in reached)


_LATER = frozenset({"open", "subscribe", "publish", "ask_closing", "approve_closing"})
_AFTER: Mapping[str, frozenset[str]] = {
    moves.SUBMITTED: _LATER | {"approve"},
    moves.APPROVED: _LATER,
    moves.OPEN: _LATER - {"open"},
    moves.SUSPENDED: _LATER - {"open"},
    moves.CLOSING: _LATER - {"open"},
}
"""The acts that an offering may still come to, by its state: a lapse lies ahead."""


def changes_of(portal: Portal) -> list[Change]:
    """The changes of a portal, the newest first, with the regulators told and not told."""
    told = {form: told_by_form(portal, form) for form in PortalChange.Form.values}
    rows = portal.changes.prefetch_related("notices").order_by("-happened_on", "-recorded_at")
    found = []
    for row in rows:
        notices = sorted(row.notices.all(), key=lambda one: one.jurisdiction)
        known = {notice.jurisdiction for notice in notices}
        found.append(
            Change(row, notices, [place for place in told[row.form] if place not in known])
        )
    return found
