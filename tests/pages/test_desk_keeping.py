"""The file of an issuer as officers keep it: particulars, earlier distributions, accounts."""

from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import User
from compliance.audit.models import Entry
from equity.models import GroupEdge, Issuer, IssuerMember
from equity.selectors.content import content_digest
from equity.services.issuers import PARTICULARS
from tests.factories import (
    BOUND,
    OPENED,
    Cast,
    certify,
    draft_offering,
    make_issuer,
    make_user,
    open_offering,
)
from tests.pages.issuing import (
    at,
    client_of,
    examiner_client,
    html,
    issuer_client,
    officer_client,
    one_heading,
    stranger,
)

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Coopérative du Fjord",
    "form": "cooperative",
    "head_office": "QC",
    "reporting": "no",
    "investment_fund": "no",
    "has_operations": "yes",
    "neq": "11 7000 0059",
    "address": "12, rue du Quai\r\nSaguenay (Québec)",
    "telephone": "418 555-0177",
    "website": "https://fjord.example",
}
EARLIER = {"closed_on": "2026-01-15", "amount": "250 000,50 $", "sure": "on"}


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


PAGES: dict[str, Callable[[Cast], tuple[object, ...]]] = {
    "register_issuer": lambda cast: (),
    "particulars": lambda cast: (cast.issuer.pk,),
    "earlier": lambda cast: (cast.issuer.pk,),
    "members": lambda cast: (cast.issuer.pk,),
}


def as_posted(issuer: Issuer, **changes: str) -> dict[str, str]:
    """What the browser posts of an issuer's file, with some fields changed."""
    answers = {True: "yes", False: "no"}
    stored = {name: getattr(issuer, name) for name in PARTICULARS}
    return {name: answers.get(value, value) for name, value in stored.items()} | changes


def actions(issuer: Issuer) -> list[str]:
    found = Entry.objects.filter(subject_id=issuer.pk).order_by("position")
    return [action.removeprefix("equity:issuer:") for action in found.values_list("action", flat=1)]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_by_which_an_officer_keeps_the_file(name: str) -> None:
    cast = draft_offering()
    url = desk(name, *PAGES[name](cast))
    before = Entry.objects.exclude(action__startswith="accounts:").count()
    with at(BOUND):
        for language in ("fr", "en"):
            client = officer_client(cast.asks, language)
            response = client.get(url)
            assert response.status_code == 200
            assert one_heading(response)
            assert client.put(url).status_code == 405
            assert client.delete(url).status_code == 405
            bad = client.post(url, {})
            assert bad.status_code == 422
            assert "field__error" in html(bad)
        outsiders = (examiner_client(), stranger(), issuer_client(cast))
        for outsider in outsiders:
            assert outsider.get(url).status_code == 404
            assert outsider.post(url, GIVEN | EARLIER).status_code == 404
        assert Client().get(url).status_code == 302
        if name != "register_issuer":
            nowhere = desk(name, uuid4())
            assert officer_client(cast.asks).get(nowhere).status_code == 404
    assert Entry.objects.exclude(action__startswith="accounts:").count() == before
    assert cast.issuer.members.count() == 1  # the outsider who acts for the issuer
    assert Issuer.objects.count() == 1
    assert not cast.issuer.earlier.exists()


def test_an_issuer_is_registered() -> None:
    cast = draft_offering()
    with at(BOUND):
        client = officer_client(cast.asks)
        response = client.post(desk("register_issuer"), GIVEN, follow=True)
    made = Issuer.objects.get(name="Coopérative du Fjord")
    assert response.redirect_chain == [(desk("issuer", made.pk), 303)]
    assert (made.form, made.head_office, made.neq) == ("cooperative", "QC", "1170000059")
    assert (made.reporting, made.investment_fund, made.has_operations) == (False, False, True)
    assert made.address == "12, rue du Quai\nSaguenay (Québec)"
    assert (made.telephone, made.website) == ("418 555-0177", "https://fjord.example")
    assert made.created_at == BOUND
    entry = Entry.objects.get(action="equity:issuer:register", subject_id=made.pk)
    assert (entry.actor_id, entry.at) == (cast.asks.id, BOUND)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "Fjord\u202e"),
        ("form", "fiducie"),
        ("head_office", "FR"),
        ("head_office", ""),
        ("reporting", ""),
        ("investment_fund", "peut-être"),
        ("has_operations", ""),
        ("neq", "117000005"),
        ("neq", "11700000591"),
        ("neq", "117000005A"),
        ("neq", "١١٧٠٠٠٠٠٥٩"),
        ("address", "x" * 501),
        ("telephone", "4" * 41),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://fjord.example"),
        ("website", f"https://fjord.example/{'x' * 180}"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(field: str, value: str) -> None:
    cast = draft_offering()
    with at(BOUND):
        client = officer_client(cast.asks)
        for url in (desk("register_issuer"), desk("particulars", cast.issuer.pk)):
            response = client.post(url, GIVEN | {field: value})
            assert response.status_code == 422
            assert response.context["form"].errors.keys() == {field}
    assert Issuer.objects.count() == 1
    assert actions(cast.issuer) == ["register"]


@pytest.mark.parametrize("field", ["neq", "address", "telephone", "website"])
def test_what_may_be_left_out_may(field: str) -> None:
    cast = draft_offering()
    with at(BOUND):
        response = officer_client(cast.asks).post(desk("register_issuer"), GIVEN | {field: ""})
    assert response.status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "undone"),
    [
        ("name", "Érablière du Torrent inc.", True),
        ("form", "cooperative", True),
        ("head_office", "ON", True),
        ("address", "1, rue Neuve", True),
        ("telephone", "418 555-0100", True),
        ("website", "https://torrent.example", True),
        ("neq", "1170000059", True),
        ("reporting", "yes", False),
        ("investment_fund", "yes", False),
        ("has_operations", "no", False),
    ],
)
def test_a_certificate_binds_the_particulars_that_the_document_prints(
    field: str, value: str, undone: bool
) -> None:
    cast = draft_offering()
    certify(cast)
    with at(BOUND):
        url = desk("particulars", cast.issuer.pk)
        response = officer_client(cast.asks).post(url, as_posted(cast.issuer, **{field: value}))
        assert response.status_code == 303
    document = cast.fresh().document
    assert (document.certified_digest != content_digest(document)) is undone
    entry = Entry.objects.get(action="equity:issuer:update", subject_id=cast.issuer.pk)
    assert entry.payload == {"changed": [field]}
    assert entry.actor_id == cast.asks.id


def test_the_same_particulars_change_nothing() -> None:
    cast = draft_offering()
    certify(cast)
    with at(BOUND):
        client, url = officer_client(cast.asks), desk("particulars", cast.issuer.pk)
        shown = client.get(url).context["form"]
        assert shown["reporting"].value() == "no"
        assert shown["name"].value() == cast.issuer.name
        assert client.post(url, as_posted(cast.issuer)).status_code == 303
    assert cast.fresh().document.certified_digest == content_digest(cast.offering.document)
    assert actions(cast.issuer) == ["register"]


def test_an_answer_of_section_5_that_changes_is_judged_again_at_once() -> None:
    cast = open_offering()
    url = desk("particulars", cast.issuer.pk)
    with at(BOUND):
        response = officer_client(cast.asks).post(
            url, as_posted(cast.issuer, reporting="yes"), follow=True
        )
    assert "assujetti" in html(response)
    judged = Entry.objects.get(action="equity:offering:judge_again").judgements.get()
    assert "issuer.not_reporting" in {row["code"] for row in judged.findings if not row["met"]}
    assert cast.fresh().state == "open"


def test_an_earlier_distribution_judges_the_open_offerings_of_the_group_again() -> None:
    cast = open_offering()
    sister = make_issuer(name="Sœur inc.", principals=())
    GroupEdge.objects.create(
        one=sister,
        other=cast.issuer,
        kind="affiliate",
        since="2025-01-01",
        recorded_at=OPENED,
    )
    client, url = officer_client(cast.asks), desk("earlier", sister.pk)
    with at(BOUND):
        response = client.post(url, EARLIER | {"amount": "1 450 000,00"}, follow=True)
    assert "plafond" in html(response)
    row = sister.earlier.get()
    assert (row.closed_on.isoformat(), row.amount) == ("2026-01-15", Decimal("1450000.00"))
    assert row.recorded_at == BOUND
    judged = Entry.objects.get(action="equity:offering:judge_again")
    assert judged.subject_id == cast.offering.pk
    assert cast.fresh().state == "open"
    assert actions(sister) == ["register", "declare_earlier"]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"closed_on": "2026-03-06"}, "closed_on"),
        ({"closed_on": "hier"}, "closed_on"),
        ({"amount": "25,005"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"sure": ""}, "sure"),
    ],
)
def test_an_earlier_distribution_is_looked_at_twice(changes: dict[str, str], wrong: str) -> None:
    cast = draft_offering()
    with at(BOUND):
        url = desk("earlier", cast.issuer.pk)
        response = officer_client(cast.asks).post(url, EARLIER | changes)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {wrong}
    assert not cast.issuer.earlier.exists()


def test_a_button_pressed_twice_declares_once() -> None:
    cast = draft_offering()
    client, url = officer_client(cast.asks), desk("earlier", cast.issuer.pk)
    with at(BOUND):
        assert client.post(url, EARLIER | {"closed_on": "2026-03-05"}).status_code == 303
        again = client.post(url, EARLIER | {"closed_on": "2026-03-05"})
        assert again.status_code == 422
        assert client.post(url, EARLIER | {"closed_on": "2026-03-04"}).status_code == 303
    assert cast.issuer.earlier.count() == 2


def test_an_account_that_exists_is_found_in_any_case_and_linked() -> None:
    cast = draft_offering()
    user = make_user("Noé Roy", email="Noe.Roy@exemple.example")
    client, url = officer_client(cast.asks), desk("members", cast.issuer.pk)
    given = {"email": " NOE.roy@EXEMPLE.example ", "language": "fr", "part": "reader"}
    with at(BOUND):
        home = reverse("equity:issuer", args=(cast.issuer.pk,))
        assert client_of(user).get(home).status_code == 404
        assert client.post(url, given).status_code == 303
        page = html(client.get(url))
        assert "Noé Roy" in page
        assert "<code>" not in page
        again = client.post(url, given)
        assert again.status_code == 422
        assert "agit déjà" in html(again)
        assert client_of(user).get(home).status_code == 200
    link = IssuerMember.objects.get(issuer=cast.issuer)
    assert (link.user_id, link.part) == (user.pk, "reader")
    entry = Entry.objects.get(action="equity:issuer:add_member")
    assert entry.payload == {"user": str(user.pk), "new": False, "part": "reader"}
    assert User.objects.filter(email_index="noe.roy@exemple.example").count() == 1


def test_a_new_account_has_a_password_that_is_shown_once() -> None:
    cast = draft_offering()
    client, url = officer_client(cast.asks), desk("members", cast.issuer.pk)
    given = {
        "email": "lea@fjord.example",
        "name": "Léa Gagné",
        "language": "en",
        "part": "certifier",
    }
    with at(BOUND):
        response = client.post(url, given)
        assert response.status_code == 200
        password = response.context["made"].password
        page = html(response)
        assert page.count(password) == 1
        assert "no-store" in response.headers["Cache-Control"]
        assert password not in str(response.cookies)
        assert password not in html(client.get(url))
        again = client.post(url, given)
        assert again.status_code == 422
        assert password not in html(again)
    user = User.objects.get(email_index="lea@fjord.example")
    assert (user.name, user.language, user.is_staff) == ("Léa Gagné", "en", False)
    assert len(password) == 16
    assert user.check_password(password)
    assert password not in repr(response.context["made"])
    assert not any(password in str(row.payload) for row in Entry.objects.all())
    assert Client().login(email_index="lea@fjord.example", password=password)
    assert IssuerMember.objects.get(issuer=cast.issuer).user_id == user.pk


def test_two_new_accounts_have_two_passwords() -> None:
    cast = draft_offering()
    client, url = officer_client(cast.asks), desk("members", cast.issuer.pk)
    with at(BOUND):
        given = {"language": "fr", "part": "certifier"}
        made = [
            client.post(url, given | {"email": f"{name}@fjord.example"}).context["made"]
            for name in ("a", "b")
        ]
    assert made[0].password != made[1].password


def test_whom_no_officer_links() -> None:
    cast = draft_offering()
    closed = make_user("Zoé Partie")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    emails = {
        "fermé": closed.email,
        "rôle": User.objects.get(pk=cast.asks.id).email,  # themselves
        "approuve": User.objects.get(pk=cast.approves.id).email,
        "adresse": "pas une adresse",
    }
    client, url = officer_client(cast.asks), desk("members", cast.issuer.pk)
    with at(BOUND):
        for word, email in emails.items():
            response = client.post(url, {"email": email, "language": "fr", "part": "certifier"})
            assert response.status_code == 422
            assert word in " ".join(response.context["form"].errors["email"])
    assert not cast.issuer.members.exists()


def test_an_account_is_unlinked_at_once_and_stays() -> None:
    cast = draft_offering()
    theirs = issuer_client(cast)
    member = cast.issuer.members.get()
    other = make_issuer(name="Autre inc.")
    home = reverse("equity:issuer", args=(cast.issuer.pk,))
    client, url = officer_client(cast.asks), desk("remove_member", cast.issuer.pk, member.pk)
    with at(BOUND):
        assert client.get(url).status_code == 405
        for outsider in (examiner_client(), stranger(), theirs):
            assert outsider.post(url).status_code == 404
        assert client.post(desk("remove_member", other.pk, member.pk)).status_code == 404
        assert client.post(desk("remove_member", uuid4(), member.pk)).status_code == 404
        assert theirs.get(home).status_code == 200
        assert client.post(url).status_code == 303
        assert theirs.get(home).status_code == 404
        assert client.post(url).status_code == 404
    assert User.objects.filter(pk=member.user_id).exists()
    entry = Entry.objects.get(action="equity:issuer:remove_member")
    assert entry.payload == {"user": str(member.user_id)}
    assert entry.subject_id == cast.issuer.pk
