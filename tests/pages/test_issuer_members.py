"""Parts of an issuer's people: each act refused by the service, and told on the page."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.roles import Actor
from compliance.accounts.selectors import user_uuid
from compliance.outbox.models import Message
from documents.selectors import documents_of
from equity.content import content_of
from equity.mails.writing import write_mails
from equity.models import IssuerMember, Offering
from equity.parts import ACTS, OF_MOVES, PARTS, act_of_change
from equity.refusal import Refused
from equity.services import amendments, filing, life
from equity.services.bank_details import propose_account
from equity.services.colleagues import add_colleague, remove_colleague, set_part
from equity.services.evidence import hand_over_book
from equity.services.issuers import replace_principals
from equity.services.members import MemberError
from equity.services.remarks import answer_remark, ask_changes
from equity.services.reports import save_details
from tests.factories import (
    BOUND,
    CLOSED,
    OPENED,
    Cast,
    certify,
    closed,
    draft_offering,
    issuer_actor,
    issuer_user,
    make_content,
    make_issuer,
    make_officer,
    make_person,
    make_user,
    open_offering,
    subscribed,
)
from tests.pages.issuing import at, client_of, html, issuing, one_heading, stranger

pytestmark = pytest.mark.django_db


def person(cast: Cast, part: str, name: str = "") -> Actor:
    """One of the issuer's people, acting through their account."""
    user = issuer_user(cast.issuer, name or f"Personne {part}")
    IssuerMember.objects.filter(user=user).update(part=part)
    return replace(cast.owner, account=user_uuid(user))


def client(cast: Cast, part: str, language: str = "fr") -> Client:
    user = issuer_user(cast.issuer, f"Cliente {part}")
    IssuerMember.objects.filter(user=user).update(part=part)
    return client_of(user, language)


def amended(cast: Cast, actor: Actor) -> object:
    return amendments.amend(
        actor=actor,
        offering_id=cast.offering.pk,
        content=make_content("common_share"),
        what="Le gel.",
        at=BOUND,
    )


def asked(cast: Cast) -> None:
    """The portal asks to change one thing."""
    certify(cast)
    given: dict[str, Any] = {"offering_id": cast.offering.pk, "at": OPENED}
    filing.submit(actor=cast.owner, **given)
    ask_changes(actor=cast.asks, remarks=[("5.1", "Précisez.")], **given)


def act(name: str, cast: Cast, actor: Actor) -> Any:
    """Do an act of the table on an offering that is ready for it."""
    given: dict[str, Any] = {"actor": actor, "offering_id": cast.offering.pk, "at": OPENED}
    content = content_of(cast.offering.document)
    match name:
        case "figures":
            return filing.edit(content=replace(content, maximum=Decimal(99000)), **given)
        case "write":
            return filing.edit(content=replace(content, days=content.days - 1), **given)
        case "principals":
            return replace_principals(
                actor=actor, issuer_id=cast.issuer.pk, principals=(), at=OPENED
            )
        case "account":
            details = {"institution": "815", "transit": "20000", "number": "1234567"}
            return propose_account(
                actor=actor, issuer_id=cast.issuer.pk, holder="Nous", at=OPENED, **details
            )
        case "concurrent":
            return life.declare_concurrent(amount=Decimal(1), unconditional=True, **given)
        case "certify":
            return filing.certify(**given)
        case "submit":
            certify(cast)
            return filing.submit(**given)
        case "report":
            return save_details(**{**given, "answers": {}})
        case "holders":
            return hand_over_book(actor=actor, offering=cast.offering, at=OPENED)
        case "answer":
            asked(cast)
            remark = cast.offering.remarks.get().pk
            return answer_remark(actor=actor, remark_id=remark, text="C'est fait.", at=OPENED)
        case "cancel":
            return life.cancel(reason="", **given)
        case "open":
            certify(cast)
            filing.submit(**{**given, "actor": cast.owner})
            filing.approve(**{**given, "actor": cast.asks})
            return filing.open_offering(**given)
        case "amend":
            return amended(cast, actor)
        case "publish":
            amended(cast, cast.owner)
            certify(cast, BOUND)
            return amendments.publish(**{**given, "at": BOUND})
        case _:
            user = make_user(f"Nouvelle {actor.account}")
            return add_colleague(
                actor=actor,
                issuer_id=cast.issuer.pk,
                email=user.email,
                part="preparer",
                at=OPENED,
            )


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"look", "work", "issue_report"}))
def test_each_act_is_for_its_parts_and_refused_to_the_others(name: str) -> None:
    for part in PARTS:
        fresh = open_offering if name in {"amend", "publish"} else draft_offering
        cast = fresh(issuer=make_issuer(name=f"{name} {part} inc."))
        actor = person(cast, part, f"{name} {part}")
        if part in ACTS[name]:
            act(name, cast, actor)
        else:
            with pytest.raises(Refused) as refused:
                act(name, cast, actor)
            assert [finding.code for finding in refused.value.findings] == ["member.part"]


def test_whose_link_has_ended_may_nothing_and_an_issuer_without_account_may_all() -> None:
    cast = draft_offering()
    gone = person(cast, "certifier")
    IssuerMember.objects.all().delete()
    with pytest.raises(Refused):
        act("certify", cast, gone)
    act("certify", cast, cast.owner)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "figures"),
        ({"minimum": Decimal("1025.00")}, "figures"),
        ({"price": Decimal("26.00")}, "figures"),
        ({"use_of_funds": ()}, "figures"),
        ({"days": 59}, "write"),
        ({"jurisdictions": ("QC",)}, "write"),
        ({"minimum": Decimal("1025.00"), "group_commission": True}, "write"),
    ],
)
def test_a_change_is_of_figures_only_where_nothing_else_differs(
    changed: dict[str, Any], told: str
) -> None:
    before = make_content("common_share")
    assert act_of_change(before, replace(before, **changed)) == told
    for item, act_name in (("9.1", "figures"), ("7.1", "figures"), ("10.1", "write")):
        items = {name: answer for name, answer in before.items.items() if name != item}
        assert act_of_change(before, replace(before, items=items)) == act_name


def test_every_move_of_the_table_is_an_act_of_it() -> None:
    assert set(OF_MOVES) <= set(ACTS)
    assert all(parts <= set(PARTS) and parts for parts in ACTS.values())


def test_the_page_says_in_a_sentence_whose_act_it_is() -> None:
    cast = draft_offering()
    mine = client(cast, "accountant")
    with at(OPENED):
        page = html(mine.get(issuing("issuing_certify", cast)))
        assert 'name="agreed"' not in page
        data = {"name": "Moi", "position": "comptable", "agreed": "on"}
        response = mine.post(issuing("issuing_certify", cast), data)
        assert response.status_code == 422
        assert "qui atteste" in html(response)
        overview = html(mine.get(issuing("issuing", cast)))
        assert issuing("issuing_submit", cast) not in overview
        assert issuing("issuing_cancel", cast) not in overview
        text = {"item_3_1-text_fr": "Moi.", "item_3_1-text_en": "Me."}
        url = issuing("issuing_section", cast, "overview")
        refused = mine.post(url, text, headers={"HX-Request": "true"})
        assert refused.status_code == 422
        assert "Non enregistré" in html(refused)
    assert Offering.objects.get().document.certified_at is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_people_and_the_table_are_read_by_all_of_them(language: str) -> None:
    cast = draft_offering()
    url = reverse("equity:members", args=(cast.issuer.pk,))
    page = client(cast, "preparer", language).get(url)
    assert one_heading(page)
    assert len(page.context["table"]) == len(ACTS)
    assert "<select" not in html(page).split("<main")[1]
    assert stranger().get(url).status_code == 404


def test_a_colleague_is_linked_and_everybody_is_told() -> None:
    cast = draft_offering()
    first = client(cast, "certifier")
    write_mails(at=OPENED, from_the_start=True)
    zoé = make_user("Zoé Comptable")
    url = reverse("equity:members", args=(cast.issuer.pk,))
    with at(OPENED):
        response = first.post(url, {"email": zoé.email, "part": "accountant"})
    assert response.status_code == 303
    assert IssuerMember.objects.get(user=zoé).part == "accountant"
    write_mails(at=OPENED)
    told = Message.objects.filter(event="member_added")
    assert told.count() == 2


@pytest.mark.parametrize("who", ["nobody", "officer", "member"])
def test_an_address_that_cannot_be_linked_is_told_at_its_field(who: str) -> None:
    cast = draft_offering()
    officer = make_officer("Odette Agente")
    addresses = {
        "nobody": "personne@exemple.example",
        "officer": "odette.agente@exemple.example",
        "member": "cliente.certifier@exemple.example",
    }
    first = client(cast, "certifier")
    url = reverse("equity:members", args=(cast.issuer.pk,))
    with at(OPENED):
        response = first.post(url, {"email": addresses[who], "part": "preparer"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"email"}
    assert officer.id
    assert cast.issuer.members.count() == 1


def test_the_last_who_certifies_stays_and_a_part_is_one_of_four() -> None:
    cast = draft_offering()
    only = person(cast, "certifier")
    link = IssuerMember.objects.get()
    given: dict[str, Any] = {"actor": only, "issuer_id": cast.issuer.pk, "at": OPENED}
    for attempt in (
        lambda: set_part(member_id=link.pk, part="preparer", **given),
        lambda: remove_colleague(member_id=link.pk, **given),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.findings[0].code == "member.last_certifier"
    with pytest.raises(ValueError, match="no part"):
        set_part(member_id=link.pk, part="owner", **given)
    other = issuer_user(cast.issuer, "Une autre")
    set_part(member_id=link.pk, part="preparer", **given)
    assert IssuerMember.objects.get(pk=link.pk).part == "preparer"
    with pytest.raises(Refused):
        remove_colleague(member_id=IssuerMember.objects.get(user=other).pk, **given)


def test_another_issuers_people_are_nobodys_to_change() -> None:
    cast, other = draft_offering(), draft_offering()
    theirs = IssuerMember.objects.create(user=make_user("Tierce"), issuer=other.issuer)
    mine = client(cast, "certifier")
    for name in ("member_part", "member_remove"):
        url = reverse(f"equity:{name}", args=(cast.issuer.pk, theirs.pk))
        assert mine.post(url, {"part": "preparer"}).status_code == 404
        url = reverse(f"equity:{name}", args=(other.issuer.pk, theirs.pk))
        assert mine.post(url, {"part": "preparer"}).status_code == 404
    actor = issuer_actor(other.issuer)
    with pytest.raises(Refused):
        add_colleague(
            actor=actor, issuer_id=cast.issuer.pk, email="x@y.example", part="preparer", at=OPENED
        )
    with pytest.raises(MemberError):
        add_colleague(
            actor=actor, issuer_id=other.issuer.pk, email="x@y.example", part="preparer", at=OPENED
        )


OF_ISSUER = ("issuer", "account", "statements", "issuer_asked", "principal_new", "offering_new")
READ = ("issuing", "issuing_documents", "issuing_duties", "issuing_filings")
NOT_READ = {
    "issuing_holders": "GET",
    "filing_details": "GET",
    "issuing_book": "POST",
    "filing_folder": "POST",
}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_partner_or_adviser_reads_the_offering_and_no_name_of_a_purchaser(language: str) -> None:
    cast = open_offering()
    buyer = make_person("Marguerite", "Introuvable")
    subscribed(cast, buyer, units=40)
    closed(cast)
    reader = client(cast, "reader", language)
    own = client(cast, "preparer", language)
    of_issuer = {name: reverse(f"equity:{name}", args=(cast.issuer.pk,)) for name in OF_ISSUER}
    with at(CLOSED):
        assert "Introuvable" in html(own.get(issuing("issuing_holders", cast)))
        for url in (*(issuing(name, cast) for name in READ), of_issuer["issuer"]):
            page = reader.get(url)
            assert page.status_code == 200
            text = html(page)
            assert "Introuvable" not in text
            assert "action=" not in text.split("<main")[1]
            for hidden in (
                *(issuing(name, cast) for name in NOT_READ),
                *(of_issuer[name] for name in OF_ISSUER[1:]),
            ):
                assert f'"{hidden}' not in text
        for name, method in NOT_READ.items():
            refused = reader.generic(method, issuing(name, cast))
            assert refused.status_code == 403
            assert ("Votre rôle", "Your part")[language == "en"] in html(refused)
        for name in OF_ISSUER[1:]:
            assert reader.get(of_issuer[name]).status_code == 403
            assert own.get(of_issuer[name]).status_code == 200
        theirs = documents_of(cast.offering.pk).exclude(person_id=None)
        assert theirs
        for paper in theirs:
            assert reader.get(issuing("issuing_document", cast, paper.pk)).status_code == 404


def test_a_reader_is_told_of_the_link_and_of_nothing_else() -> None:
    cast = draft_offering()
    first = client(cast, "certifier")
    write_mails(at=OPENED, from_the_start=True)
    reader = make_user("Ville Partenaire")
    url = reverse("equity:members", args=(cast.issuer.pk,))
    with at(OPENED):
        assert first.post(url, {"email": reader.email, "part": "reader"}).status_code == 303
        certify(cast)
        filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=OPENED)
        filing.approve(actor=cast.asks, offering_id=cast.offering.pk, at=OPENED)
    write_mails(at=OPENED)
    mine = Message.objects.filter(recipient_id=user_uuid(reader))
    assert [message.event for message in mine] == ["member_added"]
    assert Message.objects.filter(event="offering_approved").exists()
