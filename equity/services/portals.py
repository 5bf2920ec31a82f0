"""The portal's own file: its authorisations and its F5 certificates (NI 45-110 s. 3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from compliance.accounts.roles import Actor
from compliance.idempotency.services import Key
from compliance.rules.ni45_110 import duties
from equity import moves
from equity.models import Authorisation, Duty, Portal, PortalPrincipal, ResourcesCertificate
from equity.papers.portal import issue_resources_certificate
from equity.selectors.clock import portal_day
from equity.services.common import Done, leave_entry, repeatable, require_role
from equity.services.proofs import Upload, keep, shown, told


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing in one jurisdiction, to be recorded: a registration, or delivered forms."""

    jurisdiction: str
    registered: bool = False
    f3_delivered: date | None = None
    f4_delivered: date | None = None
    confirmed: date | None = None


@repeatable("portal:register")
def register_portal(
    *,
    actor: Actor,
    at: datetime,
    principals: Iterable[str] = (),
    key: Key | None = None,
    **fields: object,
) -> Done[Portal]:
    """Record a portal with its principals; ``fields`` are those of Portal."""
    portal = Portal.objects.create(**fields)
    for name in principals:
        PortalPrincipal.objects.create(portal=portal, name=name)
    leave_entry(actor, "portal:register", portal, at)
    return Done(portal)


@repeatable("portal:add_principal")
def add_principal(
    *, actor: Actor, portal_id: UUID, name: str, at: datetime, key: Key | None = None
) -> Done[Portal]:
    """Record somebody as a principal of the portal; who is one already is not recorded twice.

    portal.no_common_principal asks for the names from then on. Raises Refused, Portal.DoesNotExist,
    ValueError for an empty name.
    """
    portal = Portal.objects.select_for_update().get(pk=portal_id)
    require_role(
        actor, "portal_status", moves.STANDING_MOVES["portal_status"], portal_day(portal, at)
    )
    if not name.strip():
        raise ValueError("A principal has a name.")
    if not portal.principals.filter(name_index=name.strip()).exists():
        principal = PortalPrincipal.objects.create(portal=portal, name=name.strip())
        payload = {"principal": principal.pk}
        leave_entry(actor, "portal:add_principal", portal, at, payload=payload)
    return Done(portal)


@repeatable("portal:two_officers")
def ask_two_officers(
    *, actor: Actor, portal_id: UUID, at: datetime, key: Key | None = None
) -> Done[Portal]:
    """From now on, two officers approve an offering of this portal; that is never undone.

    An officer or the system may. The database refuses to go back: whoever could would approve
    alone. Raises Refused, Portal.DoesNotExist.
    """
    portal = Portal.objects.select_for_update().get(pk=portal_id)
    require_role(
        actor, "portal_status", moves.STANDING_MOVES["portal_status"], portal_day(portal, at)
    )
    portal.approval_officers = 2
    portal.save(update_fields=["approval_officers"])
    leave_entry(actor, "portal:two_officers", portal, at)
    return Done(portal)


@repeatable("portal:authorise")
def set_authorisations(
    *,
    actor: Actor,
    portal_id: UUID,
    standings: Iterable[Standing],
    at: datetime,
    key: Key | None = None,
) -> Done[Portal]:
    """Replace where the portal is authorised. What was in force ends; nothing is erased."""
    portal = Portal.objects.select_for_update().get(pk=portal_id)
    require_role(
        actor, "portal_status", moves.STANDING_MOVES["portal_status"], portal_day(portal, at)
    )
    portal.authorisations.filter(ended_at=None).update(ended_at=at)
    rows = [
        Authorisation(
            portal=portal,
            jurisdiction=standing.jurisdiction,
            registered=standing.registered,
            f3_delivered=standing.f3_delivered,
            f4_delivered=standing.f4_delivered,
            confirmed=standing.confirmed,
            recorded_at=at,
        )
        for standing in standings
    ]
    Authorisation.objects.bulk_create(rows)
    leave_entry(
        actor,
        "portal:authorise",
        portal,
        at,
        payload={"jurisdictions": sorted(row.jurisdiction for row in rows)},
    )
    return Done(portal)


@repeatable("portal:certify_resources")
def certify_resources(
    *,
    actor: Actor,
    portal_id: UUID,
    at: datetime,
    on: date | None = None,
    reference: str = "",
    file: Upload | None = None,
    key: Key | None = None,
) -> Done[Duty]:
    """Record Form 45-110F5 as certified on a day (today when left out), and issue it as a document
    where the portal is exempt, to be signed by hand.

    The duty of the certificate before is done, with a reference, a file or both, and the next one
    is due (duty.certify_resources). Raises ProofMissing when a duty would be done without.
    """
    portal = Portal.objects.select_for_update().get(pk=portal_id)
    today = portal_day(portal, at)
    require_role(actor, "portal_status", moves.STANDING_MOVES["portal_status"], today)
    certified_on = on or today
    ResourcesCertificate.objects.get_or_create(
        portal=portal,
        certified_on=certified_on,
        defaults={"recorded_at": at, "reference": reference},
    )
    # Said again of the same day, it is issued anew only in words that changed since.
    if portal.kind == Portal.Kind.EXEMPT:
        issue_resources_certificate(portal, certified_on, at=at, filed_under=reference)
    own = Duty.objects.filter(portal=portal, code=duties.CERTIFY_RESOURCES)
    before = list(own.filter(done_at=None, event_on__lt=certified_on))
    proof = keep(actor, file, at)
    for duty in before:
        duty.done_at, duty.done_by, duty.file = at, actor.id, proof
        duty.reference = shown(reference, file)
        duty.save(update_fields=["done_at", "done_by", "reference", "file"])
    # A certificate that is recorded late, after a newer one, leaves no duty of its own.
    due = own.filter(event_on__gte=certified_on).order_by("-event_on").first()
    if due is None:
        due = Duty.objects.create(
            portal=portal,
            code=duties.CERTIFY_RESOURCES,
            event_on=certified_on,
            due_on=duties.due_on(duties.CERTIFY_RESOURCES, certified_on),
            created_at=at,
        )
    leave_entry(
        actor,
        "portal:certify_resources",
        portal,
        at,
        payload={"certified_on": certified_on, **told(proof)},
    )
    return Done(due)
