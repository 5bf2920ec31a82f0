"""Each act that takes two people, asked for by one officer and waiting for the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from unittest.mock import patch

from compliance.accounts.models import RoleGrant, User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor, user_uuid
from compliance.accounts.services import (
    approve_officer,
    ask_officer,
    grant_role,
    revoke_role,
)
from compliance.approvals import services as approvals
from compliance.approvals.models import ApprovalRequest, Consumption
from compliance.casework.actions import OVERRIDE
from compliance.rules.wording import PLACEHOLDER
from documents import confirming
from documents.importing import import_wording
from documents.models import WordingComparison, WordingConfirmation, WordingVersion
from documents.selectors import comparable_statements
from investors.models import Login
from tests import factories as f
from tests.guarantees.closing_scene import officer_named
from tests.papers.test_wording import resource

AT = f.CLOSED

PRINCIPAL = "ALINE  Roy"
"""A principal of every issuer of the factories, written otherwise."""


@dataclass(slots=True)
class People:
    """Two officers who may, and all those who may not."""

    asks: Actor
    approves: Actor
    twin: Actor
    """Another account of the officer who asks: one investor signs in with both."""
    namesake: Actor
    """An officer with the name of a principal of the issuer."""
    lately: Actor
    """An officer whose role the one who asks has asked for, an hour ago."""
    ended: Actor
    """Somebody whose role of officer has ended."""
    examiner: Actor


def make_people() -> People:
    number = User.objects.count()
    asks, approves = f.make_officer(f"Odile Côté {number}"), f.make_officer(f"Omar Haddad {number}")
    twin = f.make_officer(f"Odile Côté-Roy {number}")
    namesake = officer_named(PRINCIPAL, f"aline.{number}@exemple.example")
    herself, himself = f.make_person("Odile", "Côté"), f.make_person("Omar", "Haddad")
    for account, person in ((asks, herself), (twin, herself), (approves, himself)):
        Login.objects.create(user_id=account.id, person=person)
    fresh = f.make_user(f"Fanny Fraîche {number}")
    request = ask_officer(actor=asks, user=fresh, at=AT)
    approve_officer(actor=namesake, request_id=request.pk, seen=request.digest, at=AT)
    leaves = f.make_officer(f"Luc Parti {number}")
    revoke_role(actor=SYSTEM, user=User.objects.get(pk=leaves.id), role=Role.OFFICER, at=AT)
    looks = f.make_user(f"Élise Regard {number}")
    grant_role(actor=SYSTEM, user=looks, role=Role.EXAMINER, at=AT)
    return People(
        asks=asks,
        approves=approves,
        twin=twin,
        namesake=namesake,
        lately=staff_actor(fresh, Role.OFFICER),
        ended=leaves,
        examiner=staff_actor(looks, Role.EXAMINER),
    )


@dataclass(slots=True)
class Pair:
    """One act: how it is asked for and approved, what changes it, and its effect by hand."""

    people: People
    act: str
    ask: Callable[[Actor], ApprovalRequest]
    approve: Callable[[Actor, ApprovalRequest, str], object]
    after_change: Callable[["Pair"], object]
    """Something of the content changes, then the other officer approves."""
    changed: str
    """What refuses that."""
    effect: Callable[[Consumption | None], object]
    """The row of the effect by hand, as two people would have it, with a use of an approval."""
    guard: str
    """The constraint that refuses it with the use of another act's approval."""
    bare: str
    """What refuses it without any."""
    effects: Callable[[], int]
    request: ApprovalRequest = field(init=False)
    change: Callable[[], object] | None = None
    """The change alone, where it is one of rows."""
    issuer: bool = True
    """Whether the act is an issuer's, whose people may neither ask nor approve."""
    member: Actor | None = None

    def __post_init__(self) -> None:
        self.request = self.ask(self.people.asks)

    def by(self, actor: Actor, seen: str | None = None) -> object:
        """Approve what stands."""
        return self.approve(actor, self.request, self.request.digest if seen is None else seen)


def as_asked(pair: Pair) -> object:
    return pair.by(pair.people.approves)


def after(change: Callable[[], object]) -> Callable[[Pair], object]:
    """The other officer approves after a change."""

    def attack(pair: Pair) -> object:
        change()
        return as_asked(pair)

    return attack


def other_use(people: People) -> Consumption:
    """A legitimate approval of something else, used up."""
    user = f.make_user(f"Otto Autre {User.objects.count()}")
    given: dict[str, Any] = {"content": {"hold": "h"}, "at": AT}
    request = approvals.ask(actor=people.asks, act=OVERRIDE, subject=user, **given)
    approval = approvals.approve(
        actor=people.approves, request_id=request.pk, seen=request.digest, **given
    )
    return approvals.consume(actor=people.approves, approval=approval, **given)


# --- The acts -------------------------------------------------------------------------------------


def new_officer(people: People) -> Pair:
    user = f.make_user(f"Nora Nouvelle {User.objects.count()}")

    def renamed() -> None:
        user.name = "Quelqu'un d'autre"
        user.save(update_fields=["name"])

    def effect(use: Consumption | None) -> object:
        return RoleGrant.objects.create(
            user=user,
            holder=user_uuid(user),
            role="officer",
            granted_by_id=people.approves.id,
            granter=people.approves.id,
            granted_at=AT,
            consumption=use,
        )

    return Pair(
        people,
        "officer_role",
        lambda actor: ask_officer(actor=actor, user=user, at=AT),
        lambda actor, request, seen: approve_officer(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        after(renamed),
        "service: approval.unchanged",
        effect,
        "rolegrant_by_two_officers",
        "database: rolegrant_by_two_officers",
        lambda: RoleGrant.objects.filter(user=user, role="officer").count(),
        change=renamed,
        issuer=False,
    )


def words_left() -> list[str]:
    """Statements in words that nobody compared yet. A statement is confirmed once and for all, so
    that a long run comes to the end of them."""
    done = set(WordingComparison.objects.values_list("text_digest", flat=True))
    there = comparable_statements(AT.date()).items()
    return [digest for digest, read in there if read.kind != PLACEHOLDER and digest not in done]


def wording(people: People) -> Pair:
    digest = words_left()[0]

    def rewritten(pair: Pair) -> object:
        with patch.object(confirming, "comparable_statements", lambda on: {}):
            return as_asked(pair)

    def effect(use: Consumption | None) -> object:
        compared = WordingComparison.objects.filter(text_digest=digest).latest("compared_at")
        return WordingConfirmation.objects.create(
            statement=compared.statement,
            language=compared.language,
            text_digest=digest,
            source=compared.source,
            source_digest=compared.source_digest,
            first_by=people.asks.id,
            second_by=people.approves.id,
            confirmed_at=AT,
            consumption=use,
        )

    return Pair(
        people,
        "wording",
        lambda actor: confirming.compare_wording(
            actor=actor,
            text_digest=digest,
            source="Recueil, annexe A2",
            source_digest="0" * 64,
            at=AT,
        ),
        lambda actor, request, seen: confirming.confirm_wording(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        rewritten,
        "service: approval.unchanged",
        effect,
        "wording_as_compared",
        "database: wording_as_compared",
        lambda: WordingConfirmation.objects.filter(text_digest=digest).count(),
        issuer=False,
    )


def words_put_in(people: People) -> Pair:
    """Words of a statement from the official text. Each time they are others: what waits already is
    not put in again."""
    numbers = count(WordingVersion.objects.filter(statement="P10").count() + 1)
    confirmed = WordingConfirmation.objects.filter(statement="P10")
    before = confirmed.count()

    def put(actor: Actor) -> ApprovalRequest:
        given = resource({"P10": f"Ce document ne trompe personne, version {next(numbers)}."})
        (request,) = import_wording(actor=actor, resource=given, at=AT).asked
        return ApprovalRequest.objects.get(pk=request)

    def effect(use: Consumption | None) -> object:
        compared = WordingComparison.objects.filter(statement="P10").latest("version__number")
        return WordingConfirmation.objects.create(
            statement=compared.statement,
            language=compared.language,
            text_digest=compared.text_digest,
            source=compared.source,
            source_digest=compared.source_digest,
            version=compared.version,
            first_by=people.asks.id,
            second_by=people.approves.id,
            confirmed_at=AT,
            consumption=use,
        )

    return Pair(
        people,
        "wording",
        put,
        lambda actor, request, seen: confirming.confirm_wording(
            actor=actor, request_id=request.pk, seen=seen, at=AT
        ),
        after(lambda: put(people.asks)),
        "service: approval.standing",
        effect,
        "wording_as_compared",
        "database: wording_as_compared",
        lambda: confirmed.all().count() - before,
        issuer=False,
    )
