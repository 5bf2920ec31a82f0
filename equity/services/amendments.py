"""Amending an offering that is open, and publishing the amended document (W-11, W-21)."""

from datetime import datetime, timedelta
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import amendment, duties, filing, withdrawal
from compliance.rules.ni45_110.facts import AmendmentFacts, PublishingFacts
from equity import moves, papers
from equity.content import Content, content_of, write_content
from equity.models import Duty, Offering, Version
from equity.parts import act_of_change
from equity.refusal import require_all_met
from equity.selectors.clock import portal_day
from equity.selectors.facts import filing_facts, publication_facts
from equity.services.common import (
    Done,
    judged,
    leave_entry,
    lock_offering,
    repeatable,
    require_offering_move,
)
from equity.services.endings import void_closing_request
from equity.services.filing import put_in_force
from equity.services.parts import require_part
from equity.services.rights import right_row
from equity.services.time import settle


@repeatable("offering:amend")
def amend(
    *,
    actor: Actor,
    offering_id: UUID,
    what: str,
    at: datetime,
    content: Content | None = None,
    page: str = "",
    key: Key | None = None,
) -> Done[Offering]:
    """Start an amendment with its new content; the offering is suspended until it is published.

    Amending again before the publication replaces the content in preparation. Without ``content``
    it stays as it is once the offering is locked: what a colleague saves at the same moment is not
    taken back by whoever changes the words. A closing that was asked for no longer stands. ``page``
    as in ``equity.services.filing.edit``.
    """
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "amend", at)
    assert offering.in_force is not None
    before, on = offering.in_force, portal_day(offering.portal, at)
    content = content or content_of(offering.working or before)
    facts = AmendmentFacts(
        live=offering.live_amount,
        price_before=before.price,
        price_after=content.price,
        minimum_before=before.minimum,
        minimum_after=content.minimum,
    )
    findings = require_all_met(amendment.judge(facts, on=on))
    if offering.working is not None:
        require_part(actor, act_of_change(content_of(offering.working), content))
        if what != offering.working.what:
            # The words that go to every purchaser are whose part amending is.
            require_part(actor, "amend")
    version = offering.working or Version(offering=offering, number=before.number + 1)
    version.what = what
    offering.working = write_content(version, content)
    offering.amend()
    offering.save(update_fields=["working", "state", "amending"])
    void_closing_request(offering)
    leave_entry(
        actor,
        "offering:amend",
        offering,
        at,
        payload={"version": version.pk} | ({"page": page} if page else {}),
        judgements=[judged("amendment", facts, findings, on)],
    )
    return Done(offering, findings)


@repeatable("offering:publish")
def publish(
    *, actor: Actor, offering_id: UUID, at: datetime, key: Key | None = None
) -> Done[Offering]:
    """Publish a certified amendment and send its notice: every live right starts again (W-11)."""
    offering = lock_offering(offering_id)
    settle(offering, at)
    require_offering_move(actor, offering, "publish", at)
    before, version = offering.in_force, offering.working
    assert before is not None
    assert version is not None
    assert offering.first_available is not None
    on = portal_day(offering.portal, at)
    facts = filing_facts(offering, version, at)
    notice = publication_facts(offering, at)
    findings = require_all_met(filing.judge_publication(facts, notice, on=on))
    offering.publish()
    offering.last_day = offering.first_available + timedelta(days=version.days)
    put_in_force(offering, version, at)
    papers.issue_offering_document(offering, version, at=at)
    _notify(actor, offering, before, version, at)
    leave_entry(
        actor,
        "offering:publish",
        offering,
        at,
        payload={"version": version.pk, "last_day": offering.last_day},
        judgements=[judged("publication", PublishingFacts(facts, notice), findings, on)],
    )
    return Done(offering, findings)


def _notify(
    actor: Actor, offering: Offering, before: Version, version: Version, at: datetime
) -> None:
    """Send each live purchaser the notice, reopen the right, and keep the duty that this does."""
    on = portal_day(offering.portal, at)
    live = offering.subscriptions.filter(state__in=moves.LIVE).select_related("person")
    for subscription in live.order_by("order"):
        subscription.offering = offering
        subscription.reopen()
        right = withdrawal.right(
            at,
            purchaser=subscription.province,
            issuer=offering.issuer.head_office,
            portal=offering.portal.province,
        )
        right_row(subscription, right, at).save(force_insert=True)
        subscription.save(update_fields=["state", "right_ends_on", "right_ends_at"])
        papers.issue_amendment_notice(subscription, before, version, at=at)
        leave_entry(
            actor,
            "subscription:reopen",
            subscription,
            at,
            payload={"right_ends_at": subscription.right_ends_at},
        )
    Duty.objects.get_or_create(
        code=duties.NOTIFY_AMENDMENT,
        offering=offering,
        event_on=on,
        defaults={
            "due_on": duties.due_on(duties.NOTIFY_AMENDMENT, on),
            "created_at": at,
            "done_at": at,
            "done_by": actor.id,
        },
    )
