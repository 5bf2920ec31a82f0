"""Questions and complaints of investors, about an offering or about their own subscription."""

from datetime import datetime
from uuid import UUID

from compliance.accounts.roles import Actor, ActorNotAllowed, Role
from compliance.casework import actions
from compliance.casework.kinds import BY_INVESTORS
from compliance.casework.models import Case
from compliance.casework.services import open_case
from compliance.casework.services.common import said
from compliance.casework.trouble import CaseRefused
from compliance.idempotency.services import Key, repeatable, row_telling
from equity.models import Offering, Subscription


@repeatable("case:ask_desk", row_telling(Case))
def ask_desk(
    *,
    actor: Actor,
    kind: str,
    text: str,
    at: datetime,
    offering_id: UUID,
    subscription_id: UUID | None = None,
    key: Key | None = None,
) -> Case:
    """Open an investor's question or complaint and return it.

    About the offering, which must have been made public, or about the subscription of the investor
    in it. Raises ActorNotAllowed for anybody else and anybody else's subscription, CaseRefused on
    another kind or without words, Offering.DoesNotExist, Subscription.DoesNotExist.
    """
    if actor.role is not Role.INVESTOR:
        raise ActorNotAllowed(actor, actions.CASE_OPEN)
    if kind not in BY_INVESTORS:
        raise CaseRefused("case.kind", f"An investor does not open a case of kind {kind}.")
    words = said(text, "question")
    public = Offering.objects.filter(first_available__isnull=False).select_related("portal")
    offering = public.get(pk=offering_id)
    subject: Offering | Subscription = offering
    if subscription_id is not None:
        subject = Subscription.objects.get(pk=subscription_id, offering=offering)
        if subject.person_id != actor.id:
            raise ActorNotAllowed(actor, actions.CASE_OPEN)
    return open_case(
        actor=actor,
        kind=kind,
        subject=subject,
        note=words,
        province=offering.portal.province,
        at=at,
    )
