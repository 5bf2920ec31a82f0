"""Who keeps the file of an issuer, and what its services refuse by themselves."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.audit.models import Entry
from equity.models import EarlierDistribution, Issuer, IssuerMember
from equity.refusal import Refused
from equity.services import issuers, members
from tests import factories as f

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Coopérative du Fjord",
    "form": "cooperative",
    "head_office": "QC",
    "reporting": False,
    "investment_fund": False,
    "has_operations": True,
}
DAY = f.OPENED.date()
ACTS: dict[str, Callable[[Actor, Issuer], Any]] = {
    "register": lambda actor, row: issuers.register_issuer(actor=actor, at=f.OPENED, **NEW),
    "update": lambda actor, row: issuers.update_issuer(
        actor=actor, issuer_id=row.pk, at=f.OPENED, telephone="418 555-0100"
    ),
    "earlier": lambda actor, row: issuers.declare_earlier(
        actor=actor, issuer_id=row.pk, closed_on=DAY, amount=Decimal("10.00"), at=f.OPENED
    ),
    "add": lambda actor, row: members.add_member(
        actor=actor, issuer_id=row.pk, email="lea@fjord.example", at=f.OPENED
    ),
    "remove": lambda actor, row: members.remove_member(
        actor=actor, issuer_id=row.pk, member_id=row.members.get().pk, at=f.OPENED
    ),
}


@pytest.fixture
def issuer() -> Issuer:
    row = f.make_issuer()
    f.issuer_user(row)
    return row


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", [Role.ISSUER, Role.INVESTOR, Role.EXAMINER])
def test_nobody_else_keeps_the_file(issuer: Issuer, name: str, role: Role) -> None:
    actor = Actor(role, issuer.pk if role is Role.ISSUER else uuid4())
    before = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        ACTS[name](actor, issuer)
    assert [finding.code for finding in refusal.value.findings] == ["actor.not_allowed"]
    assert "fiche de l'émetteur" in refusal.value.findings[0].message("fr")
    assert Entry.objects.count() == before
    assert (Issuer.objects.count(), IssuerMember.objects.count()) == (1, 1)
    assert not EarlierDistribution.objects.exists()


@pytest.mark.parametrize("name", ACTS)
def test_an_officer_and_the_system_do(issuer: Issuer, name: str) -> None:
    officer = f.make_officer()
    before = Entry.objects.filter(action__startswith="equity:issuer:").count()
    ACTS[name](officer, issuer)
    found = Entry.objects.filter(action__startswith="equity:issuer:").order_by("position")
    assert found.count() == before + 1
    last = found.last()
    assert last is not None
    assert (last.actor_role, last.actor_id, last.at) == ("officer", officer.id, f.OPENED)


@pytest.mark.parametrize("name", ["id", "created_at", "principals", "nom"])
def test_only_particulars_are_changed(issuer: Issuer, name: str) -> None:
    with pytest.raises(TypeError, match=name):
        issuers.update_issuer(actor=SYSTEM, issuer_id=issuer.pk, at=f.BOUND, **{name: "x"})


def test_what_is_left_out_stays(issuer: Issuer) -> None:
    issuers.update_issuer(actor=SYSTEM, issuer_id=issuer.pk, at=f.BOUND, telephone="")
    row = Issuer.objects.get(pk=issuer.pk)
    assert (row.telephone, row.name, row.address) == ("", issuer.name, issuer.address)


def test_an_earlier_distribution_takes_room_from_an_open_offering() -> None:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person(), units=4)
    assert cast.fresh().ceiling_on is not None
    done = issuers.declare_earlier(
        actor=cast.asks,
        issuer_id=cast.issuer.pk,
        closed_on=DAY,
        amount=Decimal("1499900.01"),
        at=f.BOUND,
    )
    assert cast.fresh().ceiling_on is None  # counted again at the next subscription
    unmet = {finding.code for finding in done.findings if not finding.met}
    assert "offering.within_group_cap" in unmet
    with pytest.raises(Refused) as refusal:
        f.subscribed(cast, f.make_person("Noé", "Roy"), units=4)
    assert {row.code for row in refusal.value.findings if not row.met} == {"group.cap"}


def test_the_same_declaration_twice_is_one(issuer: Issuer) -> None:
    ids = {ACTS["earlier"](SYSTEM, issuer).subject.pk for _ in range(2)}
    assert len(ids) == 1
    assert Entry.objects.filter(action="equity:issuer:declare_earlier").count() == 1


def test_a_host_project_makes_its_own_accounts(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "get_user_model", lambda: object)
    with pytest.raises(members.MemberError) as refusal:
        ACTS["add"](SYSTEM, issuer)
    assert refusal.value.why == "elsewhere"


def test_an_address_of_blanks_makes_no_account(issuer: Issuer) -> None:
    with pytest.raises(members.MemberError) as refusal:
        members.add_member(actor=SYSTEM, issuer_id=issuer.pk, email="  ", at=f.OPENED)
    assert refusal.value.why == "taken"


def test_an_unknown_link_is_told_from_another_issuers(issuer: Issuer) -> None:
    other = f.make_issuer(name="Autre inc.")
    for issuer_id in (other.pk, issuer.pk):
        with pytest.raises(IssuerMember.DoesNotExist):
            members.remove_member(
                actor=SYSTEM,
                issuer_id=issuer_id,
                member_id=issuer.members.get().pk + (issuer_id == issuer.pk),
                at=f.OPENED,
            )
    assert issuer.members.count() == 1
