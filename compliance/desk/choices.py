"""What an officer may decide about an offering now, and why not what they may not.

Nothing is offered that would be refused: a choice that is closed says why, in one sentence.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.approvals.models import ApprovalRequest
from compliance.rules.kernel.findings import Finding, not_met
from equity import moves
from equity.models import Offering

BEFORE = ("approve", "request_changes", "refuse")
UNDER_WAY = ("suspend", "resume", "stop")


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision: its move, its page, and why it is closed; empty where it is open."""

    name: str
    url: str
    why_not: str

    @property
    def final(self) -> bool:
        """Whether it ends the offering."""
        return self.name in ("refuse", "stop")


def choices(
    offering: Offering,
    *,
    unmet: int = 0,
    waits: ApprovalRequest | None = None,
    officer: UUID | None = None,
) -> list[Choice]:
    """The decisions of the phase that an offering is in, open or closed; none once it has ended.

    ``unmet`` is how many filing rules are not met now; ``waits`` the approval of a first officer.
    """
    if offering.state in moves.FINAL:
        return []
    names = UNDER_WAY if offering.state in moves.UNDER_WAY else BEFORE
    mine = waits is not None and waits.asked_by == officer
    return [
        Choice(
            name,
            _page(offering, name),
            _why_not(offering, name, unmet=unmet, mine=mine),
        )
        for name in names
    ]


def _page(offering: Offering, name: str) -> str:
    if name == "request_changes":
        return reverse("desk:ask_changes", args=(offering.pk,))
    return reverse("desk:decide", args=(offering.pk, name))


def _why_not(offering: Offering, name: str, *, unmet: int, mine: bool) -> str:
    possible = moves.offering_moves_from(
        offering.state, amending=offering.amending, held_by_officer=offering.held_by_officer
    )
    if name not in possible:
        return _CLOSED[name](offering)
    if name == "approve" and mine:
        return _("You approved it: another officer approves the same content.")
    if name == "approve" and unmet:
        said = ngettext(
            "%(n)s filing rule is not met: it would be refused.",
            "%(n)s filing rules are not met: it would be refused.",
            unmet,
        )
        return said % {"n": unmet}
    return ""


def _not_submitted(offering: Offering) -> str:
    if offering.state == moves.CHANGES_REQUESTED:
        return _("Changes are asked for: the issuer submits it again first.")
    return _("The issuer has not submitted it yet.")


def _not_open(offering: Offering) -> str:
    return {
        moves.APPROVED: _("The issuer has not opened it yet."),
        moves.SUSPENDED: _("It is suspended already."),
        moves.CLOSING: _("Its closing is asked for: no subscription is taken any more."),
    }.get(offering.state, _("It is not open."))


def _not_held(offering: Offering) -> str:
    if offering.amending:
        return _("The issuer's amendment holds it: publishing the amendment opens it again.")
    return _("No officer suspended it.")


def ask_closing_closed(findings: Iterable[Finding], *, mine: bool, changed: bool) -> str:
    """Why a closing cannot be asked for now; empty where it can. ``mine`` and ``changed`` are about
    the request that stands: the same figures are not asked for twice by the same person."""
    unmet = len(not_met(findings))
    if unmet:
        said = ngettext(
            "%(n)s closing rule is not met: it would be refused.",
            "%(n)s closing rules are not met: it would be refused.",
            unmet,
        )
        return said % {"n": unmet}
    if mine and not changed:
        return _("You asked for it with these very figures: another officer approves it.")
    return ""


def approve_closing_closed(findings: Iterable[Finding], *, mine: bool, changed: bool) -> str:
    """Why the closing that was asked for cannot be approved by this officer; empty where it can."""
    if changed:
        return _("The figures have moved since: the closing must be asked for again.")
    if mine:
        return _("You asked for it: another officer approves it.")
    return ask_closing_closed(findings, mine=False, changed=False)


_CLOSED: dict[str, Callable[[Offering], str]] = {
    "approve": _not_submitted,
    "request_changes": _not_submitted,
    "refuse": _not_submitted,
    "suspend": _not_open,
    "resume": _not_held,
    "stop": _not_open,
}
