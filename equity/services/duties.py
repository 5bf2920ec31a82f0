"""Duties done: a filing or a confirmation recorded with its proof."""

from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import duties
from equity.models import Duty
from equity.services.common import (
    Done,
    leave_entry,
    lock_offering,
    refuse_offering_state,
    repeatable,
    require_offering_move,
)
from equity.services.portals import certify_resources
from equity.services.proofs import Upload, keep, shown, told
from equity.services.time import settle


@repeatable("offering:file")
def file_duty(
    *,
    actor: Actor,
    offering_id: UUID,
    code: str,
    at: datetime,
    reference: str = "",
    jurisdiction: str = "",
    file: Upload | None = None,
    key: Key | None = None,
) -> Done[list[Duty]]:
    """Record that a duty of an offering was done, in one jurisdiction or in all that are open.

    With its proof: a reference, a file or both. What an act does is never done by a filing: a
    refund is done by paying it (``money.refund``). The portal's F5 is certified for the portal of
    the offering. A duty that is not open is refused. Raises ProofMissing.
    """
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "file", at)
    if code == duties.CERTIFY_RESOURCES:
        if not Duty.objects.filter(portal=offering.portal, code=code, done_at=None).exists():
            # A dealer certifies no F5; a portal's first one is recorded with its forms.
            refuse_offering_state(offering, "file", at, "duty_not_open")
        certified = certify_resources(
            actor=actor, portal_id=offering.portal_id, at=at, reference=reference, file=file
        )
        return Done([certified.subject])
    open_ones = Duty.objects.filter(offering=offering, code=code, done_at=None)
    if jurisdiction:
        open_ones = open_ones.filter(jurisdiction=jurisdiction)
    found = [] if code in duties.DONE_BY_ACT else list(open_ones)
    if not found:
        refuse_offering_state(offering, "file", at, "duty_not_open")
    kept = shown(reference, file)
    proof = keep(actor, file, at)
    for duty in found:
        duty.done_at, duty.done_by, duty.reference, duty.file = at, actor.id, kept, proof
        duty.save(update_fields=["done_at", "done_by", "reference", "file"])
    leave_entry(
        actor,
        "offering:file",
        offering,
        at,
        payload={"duty": code, "duties": [duty.pk for duty in found], **told(proof)},
    )
    return Done(found)
