"""The override of a hold: a flag on a purchaser keeps the money of a closing back."""

from django.db import transaction

from compliance.accounts.roles import SYSTEM, Actor
from compliance.approvals.models import ApprovalRequest, Consumption
from compliance.casework.actions import OVERRIDE
from compliance.casework.models import CaseFlag, Override, OverrideReason
from compliance.casework.rules import Likeness, casebook, near_match
from compliance.casework.services import clear_flag, raise_case
from equity.models import IssuerMember, Offering, Subscription
from equity.services import overrides
from investors.models import Login
from tests import factories as f
from tests.guarantees import pair_scenes
from tests.guarantees.pair_scenes import Pair, People, after

WHY = "Deux sœurs, pièces vues; voir la lettre."


def hold(row: Subscription, matter: str = "") -> CaseFlag:
    """A flag that holds the purchaser of a subscription."""
    at = pair_scenes.AT
    return raise_case(
        actor=SYSTEM,
        finding=near_match(Likeness(2, "email"), casebook(at.date())),
        subject=("investors.person", row.person_id),
        matter=matter or str(row.pk),
        at=at,
    )


def purchaser_who_is_an_officer(row: Subscription) -> Actor:
    """An officer who is the purchaser: whom the hold concerns."""
    actor = f.make_officer(f"Achille Acheteur {row.pk}")
    Login.objects.create(user_id=actor.id, person=row.person)
    return actor


def override(people: People) -> Pair:
    """Two flags of one case, about the purchaser of a live subscription."""
    cast = f.open_offering(issuer=f.make_issuer(name=f"Fonderie {Offering.objects.count()}"))
    row = f.subscribed(cast, f.make_person("Armand"), units=20)
    flags = [hold(row), hold(row, f"{row.pk} 2".replace(" ", ":"))]
    case = flags[0].case
    member = f.make_officer(f"Mona Membre {cast.issuer.pk}")
    IssuerMember.objects.create(user_id=member.id, issuer_id=cast.issuer.pk)

    def cleared() -> None:
        clear_flag(actor=people.asks, flag=flags[1], reason="Vu.", at=pair_scenes.AT)

    @transaction.atomic
    def effect(use: Consumption | None) -> object:
        row = Override.objects.create(
            reason=OverrideReason.objects.filter(case=case).latest("asked_at"),
            asked_by=people.asks.id,
            approved_by=people.approves.id,
            at=pair_scenes.AT,
            consumption=use,
        )
        CaseFlag.objects.filter(case=case).update(override=row)
        return row

    def ask(actor: Actor) -> ApprovalRequest:
        return overrides.ask_override(
            actor=actor, case_id=case.pk, reason=WHY, at=pair_scenes.AT
        ).subject

    return Pair(
        people,
        OVERRIDE,
        ask,
        lambda actor, request, seen: overrides.approve_override(
            actor=actor, request_id=request.pk, seen=seen, at=pair_scenes.AT
        ),
        after(cleared),
        "service: approval.unchanged",
        effect,
        "override_as_agreed",
        "database: override_as_agreed",
        lambda: Override.objects.filter(reason__case=case).count(),
        change=cleared,
        member=member,
    )
