"""Saving one page of the builder: its own part of the content, and nothing of the others.

Several people, and several windows of one person, write in one draft. A part is replaced under the
lock of the offering, from the content as it is then; whoever read another state of that part than
the one that stands is told, and nothing is stored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.audit.selectors import latest
from compliance.idempotency.services import Key
from equity.content import Content, Part, content_of, part_digest, with_part
from equity.models import Offering
from equity.services import amendments, filing
from equity.services.common import Done, lock_offering, repeatable, require_offering_move


class StaleSection(Exception):  # noqa: N818 - it says what happened; it is an answer, not a fault
    """The part was changed since it was read. Nothing was stored; ``now`` is what stands."""

    def __init__(self, now: Content) -> None:
        self.now = now
        super().__init__("The section was changed since it was read.")


@repeatable("offering:save_section")
def save_section(
    *,
    actor: Actor,
    offering_id: UUID,
    part: Part,
    values: Mapping[str, Any],
    answers: Mapping[str, Any],
    at: datetime,
    seen: str = "",
    page: str = "",
    key: Key | None = None,
) -> Done[Offering]:
    """Replace a part of the content of an offering that is prepared or amended.

    ``values`` are the terms of the part by name, ``answers`` those of its items that were answered.
    ``seen`` is the digest (``part_digest``) of the part as its author read it; empty, nothing is
    compared. ``page`` is the key of the page it was typed on: what this page stored itself, and
    was not told yet because the answer is on its way or lost, is no other state. What is already so
    is not stored again, so that it undoes no certificate. Raises StaleSection, Refused.
    """
    offering = lock_offering(offering_id)
    move = "amend" if offering.amending else "edit"
    require_offering_move(actor, offering, move, at)
    assert offering.working is not None
    version = offering.working
    now = content_of(version)
    wanted = with_part(now, part, values, answers)
    before = part_digest(now, part)
    if part_digest(wanted, part) == before:
        return Done(offering)
    if seen and seen != before and not (page and _saved_by(page, offering)):
        raise StaleSection(now)
    if offering.amending:
        return amendments.amend(
            actor=actor,
            offering_id=offering_id,
            content=wanted,
            what=version.what,
            page=page,
            at=at,
        )
    return filing.edit(actor=actor, offering_id=offering_id, content=wanted, page=page, at=at)


def _saved_by(page: str, offering: Offering) -> bool:
    """Whether the last change of the content came from that very page."""
    entry = latest(offering, ("equity:offering:edit", "equity:offering:amend"))
    return entry is not None and entry.payload.get("page") == page
