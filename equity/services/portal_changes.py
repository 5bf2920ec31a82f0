"""Changes in Forms 45-110F3 and F4, and that each regulator was told.

That the forms are kept up to date is recalled; within how many days is not known to us. So no due
day is counted and no section is cited: a change waits until every regulator was told.
"""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from compliance.accounts.roles import Actor, Role, require
from compliance.idempotency.services import Key
from equity.models import ChangeNotice, Portal, PortalChange
from equity.selectors.clock import portal_day
from equity.services.common import Done, leave_entry, repeatable
from equity.services.proofs import Upload, keep, shown, told


class NotToBeNotified(ValueError):  # noqa: N818 - it says what is wrong
    """That regulator has not the form, or was told of the change already; nothing was changed."""


def told_by_form(portal: Portal, form: str) -> list[str]:
    """The jurisdictions whose regulators have the form and are to be told of what changes."""
    delivered = {"f3": Q(f3_delivered__isnull=False), "f4": Q(f4_delivered__isnull=False)}
    standing = portal.authorisations.filter(delivered[form], ended_at=None)
    return sorted(standing.values_list("jurisdiction", flat=True))


@repeatable("portal:change")
def record_change(
    *,
    actor: Actor,
    portal_id: UUID,
    form: str,
    what: str,
    happened_on: date,
    at: datetime,
    key: Key | None = None,
) -> Done[PortalChange]:
    """Record that something in a form (``f3`` or ``f4``) is no longer as it was delivered.

    Raises ValueError on a day that is still to come.
    """
    require(actor, Role.OFFICER, action="portal:change")
    assert actor.id is not None
    portal = Portal.objects.get(pk=portal_id)
    if happened_on > portal_day(portal, at):
        raise ValueError("A change that is still to come has not happened.")
    change = PortalChange.objects.create(
        portal=portal,
        form=form,
        what=what,
        happened_on=happened_on,
        recorded_at=at,
        recorded_by=actor.id,
    )
    leave_entry(
        actor,
        "portal:change",
        portal,
        at,
        payload={"change": change.pk, "form": form, "happened_on": happened_on},
    )
    return Done(change)


@repeatable("portal:notify_change")
def notify_change(
    *,
    actor: Actor,
    change_id: UUID,
    jurisdiction: str,
    notified_on: date,
    at: datetime,
    reference: str = "",
    file: Upload | None = None,
    key: Key | None = None,
) -> Done[ChangeNotice]:
    """Record that a regulator was told of a change, with a reference, a file or both.

    Raises NotToBeNotified, ProofMissing, and ValueError on a day before the change or to come.
    """
    require(actor, Role.OFFICER, action="portal:notify_change")
    assert actor.id is not None
    change = PortalChange.objects.select_related("portal").get(pk=change_id)
    # Held, so that two who tell one regulator wait for each other.
    Portal.objects.select_for_update().get(pk=change.portal_id)
    if not change.happened_on <= notified_on <= portal_day(change.portal, at):
        raise ValueError("A regulator is told after the change, and not on a day to come.")
    if (
        jurisdiction not in told_by_form(change.portal, change.form)
        or change.notices.filter(jurisdiction=jurisdiction).exists()
    ):
        raise NotToBeNotified(jurisdiction)
    kept, proof = shown(reference, file), keep(actor, file, at)
    notice = ChangeNotice.objects.create(
        change=change,
        jurisdiction=jurisdiction,
        notified_on=notified_on,
        reference=kept,
        file=proof,
        recorded_at=at,
        recorded_by=actor.id,
    )
    leave_entry(
        actor,
        "portal:notify_change",
        change.portal,
        at,
        payload={
            "change": change.pk,
            "jurisdiction": jurisdiction,
            "notified_on": notified_on,
            **told(proof),
        },
    )
    return Done(notice)
