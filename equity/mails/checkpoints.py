"""The checkpoint of the audit trail, e-mailed to every compliance officer once a day.

A mailbox is out of the database's reach, and many of them are out of everybody's at once. The note
stands at the end of the message, line by line, so that it can be kept as a file.
"""

from datetime import datetime
from uuid import UUID, uuid5

from compliance.audit.models import SignedCheckpoint
from compliance.audit.tree.keys import verifier_keys
from compliance.outbox.services import Letter, enqueue
from compliance.rules.kernel.money import format_instant
from compliance.rules.kernel.zones import zone_of
from documents.facts.shared import Language
from equity.mails.facts import portal_facts
from equity.mails.people import officer_people
from equity.mails.texts import Facts, compose
from equity.models import Portal

EVENT = "checkpoint"
_CHECKPOINTS = UUID("5a1c0c51-55a8-5d0e-8a5b-52a3f1a7c1e4")


def mail(checkpoint: SignedCheckpoint, at: datetime) -> None:
    """Write the e-mail to each officer, in the caller's transaction: a place of
    `compliance.audit.tree.places`. Nobody is written to before there is a portal."""
    portal = Portal.objects.order_by("pk").first()
    if portal is None:
        return
    cause = uuid5(_CHECKPOINTS, checkpoint.note)
    for officer in officer_people():

        def facts(language: Language, name: str = officer.name) -> Facts:
            return {**_facts(checkpoint, portal, language), "name": name}

        subject, body = compose(EVENT, officer.languages, facts)
        letter = Letter(
            recipient_id=officer.id,
            to=officer.to,
            language=",".join(officer.languages),
            subject=subject,
            body=f"{body}\n{checkpoint.note}",
        )
        enqueue(
            letter,
            event=EVENT,
            cause_id=cause,
            about=("compliance_audit.signedcheckpoint", cause),
            occurred_at=checkpoint.signed_at,
            at=at,
        )


def _facts(checkpoint: SignedCheckpoint, portal: Portal, language: Language) -> Facts:
    """What the text names: the size, when it was signed, and the key that checks it."""
    keys = verifier_keys()
    return {
        **portal_facts(portal, language),
        "size": str(checkpoint.size),
        "signed": format_instant(checkpoint.signed_at, zone_of(portal.province), language),
        "key": keys[0].text if keys else "",
    }
