"""Asking an issuer for changes item by item, and answering each: who approves reads both."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import Max

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from equity.models import Offering, Remark, RemarkAnswer
from equity.remarking import ITEMS, LONGEST_REMARK, MOST_REMARKS, WHOLE
from equity.services.common import (
    Done,
    leave_entry,
    lock_offering,
    repeatable,
    require_offering_move,
)
from equity.services.filing import request_changes
from equity.services.parts import require_part

Why = Literal["none", "many", "item", "empty", "long"]


class RemarkError(ValueError):
    """A remark or an answer that cannot be kept; ``why`` says which way.

    ``none`` was given; too ``many``; its ``item`` is none of the form; ``empty``; too ``long``.
    """

    def __init__(self, why: Why) -> None:
        self.why: Why = why
        super().__init__(f"This cannot be kept as a remark: {why}.")


@repeatable("offering:ask_changes")
def ask_changes(
    *,
    actor: Actor,
    offering_id: UUID,
    remarks: Sequence[tuple[str, str]],
    at: datetime,
    reason: str = "",
    key: Key | None = None,
) -> Done[Offering]:
    """Send a submitted offering back to the issuer with one remark or more.

    ``remarks`` are pairs of an item of ``equity.remarking.ITEMS`` (or "" for the document as a
    whole) and what is asked, in words; several may be about one item. ``reason`` is a word before
    them, and may be left out. An officer may, on a submitted offering. Raises RemarkError, Refused.
    """
    lock_offering(offering_id)
    told = [(item, _words(text)) for item, text in remarks]
    if not told:
        raise RemarkError("none")
    if len(told) > MOST_REMARKS:
        raise RemarkError("many")
    if any(item != WHOLE and item not in ITEMS for item, _text in told):
        raise RemarkError("item")
    done = request_changes(actor=actor, offering_id=offering_id, reason=reason, at=at)
    offering = done.subject
    assert offering.working is not None
    assert actor.id is not None
    number = (offering.remarks.aggregate(last=Max("request"))["last"] or 0) + 1
    rows = [
        Remark(
            offering=offering,
            version=offering.working,
            request=number,
            order=order,
            item=item,
            text=text,
            asked_by=actor.id,
            asked_at=at,
        )
        for order, (item, text) in enumerate(told)
    ]
    Remark.objects.bulk_create(rows)
    items = sorted({row.item for row in rows})
    leave_entry(
        actor,
        "offering:remark",
        offering,
        at,
        payload={"request": number, "remarks": [row.pk for row in rows], "items": items},
    )
    return done


@repeatable("offering:answer_remark")
def answer_remark(
    *, actor: Actor, remark_id: UUID, text: str, at: datetime, key: Key | None = None
) -> Done[Offering]:
    """Answer a remark of one's own offering, while it is to be changed; a later answer stands.

    Raises RemarkError, Refused, Remark.DoesNotExist.
    """
    remark = Remark.objects.get(pk=remark_id)
    offering = lock_offering(remark.offering_id)
    require_offering_move(actor, offering, "edit", at)
    require_part(actor, "answer")
    words = _words(text)
    number = remark.answers.count() + 1
    answer = RemarkAnswer.objects.create(remark=remark, number=number, text=words, answered_at=at)
    leave_entry(
        actor,
        "offering:answer_remark",
        offering,
        at,
        payload={"remark": remark.pk, "answer": answer.pk, "number": number},
    )
    return Done(offering)


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise RemarkError("empty")
    if len(words) > LONGEST_REMARK:
        raise RemarkError("long")
    return words
