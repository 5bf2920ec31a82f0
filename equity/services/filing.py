"""An offering from draft to opening: the issuer prepares, an officer decides, the issuer opens."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor, Role
from compliance.audit.services import Judged
from compliance.idempotency.services import Key
from compliance.rules.kernel.findings import Finding
from compliance.rules.ni45_110 import acts, filing
from equity import moves, papers
from equity.content import Content, content_of, write_content
from equity.models import Issuer, Offering, Portal, Version
from equity.parts import act_of_change
from equity.refusal import Refused, require_all_met
from equity.selectors.clock import portal_day
from equity.selectors.content import content_digest
from equity.selectors.facts import filing_facts
from equity.services.approving import approved_by_enough, void_approval_request
from equity.services.common import (
    Done,
    judged,
    leave_entry,
    lock_offering,
    repeatable,
    require_offering_move,
    require_role,
)
from equity.services.parts import require_part
from equity.services.time import settle


@repeatable("offering:draft")
def draft(
    *,
    actor: Actor,
    issuer_id: UUID,
    portal_id: UUID,
    content: Content,
    at: datetime,
    key: Key | None = None,
) -> Done[Offering]:
    """Start an offering of the actor's own issuer on a portal, with a first content."""
    portal = Portal.objects.get(pk=portal_id)
    issuer = Issuer.objects.get(pk=issuer_id)
    on = portal_day(portal, at)
    require_role(actor, "draft", moves.STANDING_MOVES["draft"], on)
    if actor.role is Role.ISSUER and actor.id != issuer.pk:
        raise Refused((acts.actor_not_allowed("draft", on=on),))
    require_part(actor, "write")
    offering = Offering.objects.create(issuer=issuer, portal=portal, created_at=at)
    version = write_content(Version(offering=offering, number=1), content)
    offering.working = version
    offering.save(update_fields=["working"])
    leave_entry(actor, "offering:draft", offering, at, payload={"version": version.pk})
    return Done(offering)


@repeatable("offering:edit")
def edit(
    *,
    actor: Actor,
    offering_id: UUID,
    content: Content,
    at: datetime,
    page: str = "",
    key: Key | None = None,
) -> Done[Offering]:
    """Replace the content of an offering in preparation; a certificate of it is undone.

    ``page`` is the key of the page that it was typed on, kept in the entry: a page that saves as
    one types asks by it whether what stands is its own (``equity.services.sections``).
    """
    offering = lock_offering(offering_id)
    require_offering_move(actor, offering, "edit", at)
    assert offering.working is not None
    require_part(actor, act_of_change(content_of(offering.working), content))
    write_content(offering.working, content)
    leave_entry(actor, "offering:edit", offering, at, payload={"page": page} if page else None)
    return Done(offering)


class ContentMovedError(RuntimeError):
    """What is to be signed is no longer what was shown; nothing was signed."""


@repeatable("offering:certify")
def certify(
    *,
    actor: Actor,
    offering_id: UUID,
    at: datetime,
    certifier: dict[str, str] | None = None,
    certified_by: UUID | None = None,
    seen: str | None = None,
    key: Key | None = None,
) -> Done[Offering]:
    """Sign the document as it stands (general instruction 4), by its content's digest.

    ``seen`` is the digest of what the certifier was shown: a colleague's change since then is not
    signed. Raises ContentMovedError, Refused.

    What is in force was certified as it was published; signing it again changes nothing.

    ``certifier`` is the name and position that item 14.2 prints; ``certified_by`` the account.
    """
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "certify", at)
    version = offering.working or offering.document
    if seen is not None and seen != content_digest(version):
        raise ContentMovedError("The content has changed since it was shown.")
    if version.published_at is None:
        version.certified_at = at
        version.certified_by = certified_by
        version.certifier = dict(certifier or {})
        version.certified_digest = content_digest(version)
        version.save(
            update_fields=["certified_at", "certified_by", "certifier", "certified_digest"]
        )
    leave_entry(
        actor,
        "offering:certify",
        offering,
        at,
        payload={"version": version.pk, "digest": version.certified_digest},
    )
    return Done(offering)


@repeatable("offering:submit")
def submit(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[Offering]:
    """Hand a certified offering to the portal; every filing rule must be met."""
    offering, findings, judgement = _judged(actor, offering_id, "submit", at)
    offering.submit()
    return _moved(actor, offering, "submit", at, "", findings, judgement)


@repeatable("offering:approve")
def approve(
    *,
    actor: Actor,
    offering_id: UUID,
    at: datetime,
    reason: str = "",
    seen: str = "",
    key: Key | None = None,
) -> Done[Offering]:
    """Approve a submitted offering; every filing rule is judged again.

    The approval binds the content that the issuer certified. On a portal that asks for two
    officers, the first leaves a request and the offering stays submitted; another officer's
    approval of the same content approves it, and a request for other content is replaced.
    ``seen`` is the digest of the request that the second one read; left out, it is what stands.
    Raises Refused.
    """
    offering, findings, judgement = _judged(actor, offering_id, "approve", at)
    approval = approved_by_enough(actor, offering, seen, at)
    if approval is None:
        leave_entry(actor, "offering:ask_approval", offering, at, judgements=[judgement])
        return Done(offering, findings)
    offering.approve()
    return _moved(actor, offering, "approve", at, reason, findings, judgement)


def _judged(
    actor: Actor, offering_id: UUID, move: str, at: datetime
) -> tuple[Offering, tuple[Finding, ...], Judged]:
    """A locked offering for a move that needs every filing rule met, on the version in
    preparation; with what was judged."""
    offering = lock_offering(offering_id)
    require_offering_move(actor, offering, move, at)
    assert offering.working is not None
    on = portal_day(offering.portal, at)
    facts = filing_facts(offering, offering.working, at)
    findings = require_all_met(filing.judge(facts, on=on))
    return offering, findings, judged("filing", facts, findings, on)


def _moved(
    actor: Actor,
    offering: Offering,
    move: str,
    at: datetime,
    reason: str,
    findings: tuple[Finding, ...],
    judgement: Judged,
) -> Done[Offering]:
    """Save an offering that has just moved, and leave its entry."""
    offering.reason = reason
    offering.moved_on = portal_day(offering.portal, at)
    offering.save(update_fields=["state", "reason", "moved_on"])
    leave_entry(actor, f"offering:{move}", offering, at, judgements=[judgement])
    return Done(offering, findings)


@repeatable("offering:request_changes")
def request_changes(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """Send a submitted offering back to the issuer, with what is asked."""
    return _told(actor, offering_id, "request_changes", at, reason=reason)


@repeatable("offering:refuse")
def refuse(
    *, actor: Actor, offering_id: UUID, at: datetime, reason: str = "", key: Key | None = None
) -> Done[Offering]:
    """Refuse a submitted offering for good, with the reason."""
    return _told(actor, offering_id, "refuse", at, reason=reason)


def _told(
    actor: Actor, offering_id: UUID, move: str, at: datetime, *, reason: str
) -> Done[Offering]:
    offering = lock_offering(offering_id)
    require_offering_move(actor, offering, move, at)
    getattr(offering, move)()
    offering.reason = reason
    changed = ["state", "reason"]
    if offering.state in moves.FINAL:
        offering.ended_at = offering.ended_recorded_at = at
        changed += ["ended_at", "ended_recorded_at"]
    offering.save(update_fields=changed)
    void_approval_request(actor, offering, at)
    leave_entry(actor, f"offering:{move}", offering, at)
    return Done(offering)


@repeatable("offering:open")
def open_offering(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[Offering]:
    """Open an approved offering: its document becomes available, the days start (W-9, W-18)."""
    offering = lock_offering(offering_id)
    require_offering_move(actor, offering, "open", at)
    version = offering.working
    assert version is not None
    on = portal_day(offering.portal, at)
    facts = filing_facts(offering, version, at)
    findings = require_all_met(filing.judge(facts, on=on))
    offering.open()
    offering.first_available_at = at
    offering.first_available = on
    offering.last_day = on + timedelta(days=version.days)
    put_in_force(offering, version, at)
    papers.issue_offering_document(offering, version, at=at)
    leave_entry(
        actor,
        "offering:open",
        offering,
        at,
        payload=_opening(offering),
        judgements=[judged("filing", facts, findings, on)],
    )
    return Done(offering, findings)


def put_in_force(offering: Offering, version: Version, at: datetime) -> None:
    """Make a version the one in force, from that instant; saves the offering."""
    version.published_at = at
    version.save(update_fields=["published_at"])
    offering.in_force = version
    offering.working = None
    offering.save(
        update_fields=[
            "state",
            "amending",
            "in_force",
            "working",
            "first_available_at",
            "first_available",
            "last_day",
        ]
    )


def _opening(offering: Offering) -> dict[str, Any]:
    assert offering.in_force is not None
    return {
        "version": offering.in_force.pk,
        "first_available": offering.first_available,
        "last_day": offering.last_day,
    }
