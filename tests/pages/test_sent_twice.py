"""A button pressed twice, a form sent again after a lost answer: one effect, one redirect.

Every form that acts is sent twice with the key its page gave, and a third time with other content.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.casework.models import Case
from compliance.idempotency.models import KeyedAct
from compliance.rules.kernel.zones import PROVINCES
from equity.models import Duty, Offering, PortalChange, Subscription
from equity.services import money
from tests import factories as f
from tests.equity.tables import snapshot
from tests.pages.investing import Visit, visit, yes_to_all
from tests.pages.issuing import at, html, issuer_client, issuing, officer_client, rows_data
from tests.pages.test_desk_keeping import EARLIER, GIVEN, as_posted
from tests.pages.test_issuer_acts import CERTIFICATE, TERMS
from tests.pages.without_key import NOT_ACTS, NOT_KEYED

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
NOON = f.OPENED + timedelta(hours=2)
FORM = re.compile(r'<form\b(?=[^>]*method="post")([^>]*)>(.*?)</form>', re.S)
KEY = re.compile(r'<input type="hidden" name="once" value="([0-9a-f-]{36})">')


def state() -> dict[str, str]:
    """Everything that is kept; a session is the browser's."""
    return {name: rows for name, rows in snapshot().items() if name != "django_session"}


def key_on(client: Client, page: str, to: str) -> str:
    """The key that a page gives the form that is sent to an address."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    return key_in(answer, to, page)


def key_in(answer: Any, to: str, page: str) -> str:
    found = []
    for attributes, inside in FORM.findall(html(answer)):
        action = re.search(r'action="([^"]*)"', attributes)
        if (action[1] if action else page) == to and "set_language" not in attributes:
            found += KEY.findall(inside)
    assert len(found) == 1, (page, to, found)
    return str(found[0])


def twice(
    client: Client,
    page: str,
    data: Mapping[str, Any] | None = None,
    *,
    to: str = "",
    corrects: bool = False,
) -> Any:
    """Send the form of a page twice, then with other content; return the first answer."""
    return again(client, to or page, dict(data or {}), key_on(client, page, to or page), corrects)


def again(client: Client, to: str, data: dict[str, Any], key: str, corrects: bool = False) -> Any:
    before = state()
    first = client.post(to, data | {"once": key})
    assert first.status_code == 303, html(first)
    after = state()
    assert after != before
    second = client.post(to, data | {"once": key})
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert state() == after
    third = client.post(to, data | {"once": key, "another": "answer"})
    if corrects:
        assert third.status_code == 303
        return first
    page = html(third)
    assert third.status_code == 422, page
    assert 'data-code="form.sent_before"' in page
    assert "déjà été envoyé avec un autre contenu" in page
    assert "state.not_allowed" not in page
    assert state() == after
    return first


def desk(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def test_what_an_investor_does() -> None:
    seen = visit()
    f.acknowledged(seen.cast, seen.person)
    with at(NOON):
        twice(seen.client, seen.url("risks"), yes_to_all(seen))
        agreed = _agreed(seen)
        mine = agreed["Location"]
        pk = Subscription.objects.get().pk
        twice(seen.client, mine, to=reverse("equity:pay", args=[pk]))
        assert Subscription.objects.get().owed == 0
        twice(seen.client, reverse("equity:withdraw", args=[pk]))
        profile = reverse("investors:profile")
        page = seen.client.get(profile)
        given = {**page.context["form"].initial, "telephone": "418 555-0199", "registrant": "no"}
        given = {name: value for name, value in given.items() if value is not None}
        twice(seen.client, profile, given, corrects=True)
    assert Subscription.objects.get().state == "withdrawn"


def _agreed(seen: Visit) -> Any:
    """The key of an agreement is that of its second page, where the figures are shown."""
    given = {"units": "20", "insider": "no"}
    review = seen.post("subscribe", {**given, "step": "review"})
    key = key_in(review, seen.url("subscribe"), seen.url("subscribe"))
    return again(seen.client, seen.url("subscribe"), {**given, "step": "agree"}, key)


def test_what_an_issuer_does_while_it_prepares() -> None:
    cast = f.draft_offering()
    client = issuer_client(cast)
    issuer = reverse("equity:issuer", args=[cast.issuer.pk])
    start = {"kind": "community_bond", "price": "500", "minimum": "3000", "maximum": "100000"}
    start |= {"days": "45", "jurisdictions": "QC", "languages": "fr"}
    with at(f.OPENED):
        new = reverse("equity:offering_new", args=[cast.issuer.pk])
        twice(client, new, start | {"portal": str(cast.portal.pk)})
        assert Offering.objects.count() == 2
        terms = issuing("issuing_section", cast, "terms")
        twice(client, terms, {**TERMS, "then": "security"}, corrects=True)
        named = {"name": "Rosalie Gagné", "position": "directrice"}
        blank = rows_data("held", [])
        principal = reverse("equity:principal_new", args=[cast.issuer.pk])
        twice(client, principal, named | blank)
        twice(client, reverse("equity:principal_edit", args=[cast.issuer.pk, 2]), named | blank)
        assert cast.issuer.principals.count() == 3
        remove = reverse("equity:principal_remove", args=[cast.issuer.pk, 0])
        twice(client, issuer, to=remove)
        assert cast.issuer.principals.count() == 2
        # The last of them: what was there is there no more when the form comes again.
        twice(client, issuer, to=reverse("equity:principal_remove", args=[cast.issuer.pk, 1]))
        assert [row.name for row in cast.issuer.principals.all()] == ["Hubert Cœurdacier"]
        twice(client, issuing("issuing_certify", cast), CERTIFICATE)
    assert cast.fresh().document.certifier["name"] == CERTIFICATE["name"]


def test_what_is_done_with_an_offering_from_its_approval_to_its_closing() -> None:
    cast = f.draft_offering()
    f.certify(cast)
    owner, pk = issuer_client(cast), cast.offering.pk
    asks, approves = officer_client(cast.asks), officer_client(cast.approves)
    overview = issuing("issuing", cast)
    with at(f.OPENED):
        twice(owner, overview, to=issuing("issuing_submit", cast))
        twice(asks, desk("decide", pk, "approve"))
        twice(owner, overview, to=issuing("issuing_open", cast))
        twice(owner, issuing("issuing_amend", cast), {"what": "Dix jours de plus"})
        twice(owner, issuing("issuing_certify", cast), CERTIFICATE)
        twice(owner, overview, to=issuing("issuing_publish", cast))
        twice(owner, issuing("issuing_concurrent", cast), {"amount": "10", "unconditional": "no"})
        twice(asks, desk("decide", pk, "suspend"), {"reason": "À vérifier."})
        twice(asks, desk("decide", pk, "resume"))
        marie = f.make_person()
        advice = {"email": marie.email, "dealer": "Courtage Nord", "registration": "E"}
        twice(asks, desk("advise", pk), advice | {"suitable": "yes"})
        f.subscribed(cast, marie, units=60)
    worksheet = desk("worksheet", pk)
    with at(f.CLOSED):
        twice(asks, worksheet, to=desk("ask_closing", pk))
        twice(approves, worksheet, to=desk("approve_closing", pk))
        duty = Duty.objects.filter(offering=pk, code="duty.file_exempt_report").first()
        assert duty is not None
        twice(asks, desk("file", duty.pk), {"reference": "SEDAR+ 1"})
    assert cast.fresh().state == "closed"


@pytest.mark.parametrize("name", ["request_changes", "refuse"])
def test_an_offering_that_is_sent_back_or_refused(name: str) -> None:
    cast = f.draft_offering()
    f.certify(cast)
    with at(f.OPENED):
        issuer_client(cast).post(issuing("issuing_submit", cast))
        told = {
            "reason": "Le risque 3 manque.",
            "sure": "on",
            "remark-TOTAL_FORMS": "1",
            "remark-INITIAL_FORMS": "0",
            "remark-0-item": "10.1",
            "remark-0-text": "Le risque 3 manque.",
        }
        asked = ("ask_changes",) if name == "request_changes" else ("decide", name)
        url = desk(asked[0], cast.offering.pk, *asked[1:])
        twice(officer_client(cast.asks), url, told)


def test_what_goes_back_to_purchasers() -> None:
    cast = f.open_offering()
    rows = [f.subscribed(cast, f.make_person(name, "Roy")) for name in ("Un", "Deux", "Trois")]
    asks, pk = officer_client(cast.asks), cast.offering.pk
    with at(NOON):
        letter = {"day": "2026-03-02", "time": "11:00"}
        twice(asks, desk("withdrawal", rows[0].pk), letter)
        twice(asks, desk("subscription", rows[0].pk), to=desk("refund", rows[0].pk))
        twice(issuer_client(cast), issuing("issuing_cancel", cast), {"reason": "", "sure": "on"})
        twice(asks, desk("refunds", pk), to=desk("refund_all", pk))
        late = desk("late_case", rows[1].pk)
        case = twice(asks, late, {"note": "Reçu le 12.", "due_on": ""})
        decision = f"{case['Location']}decide/refuse/"
        twice(asks, decision, {"reason": "Postée le 12."})
    assert Case.objects.get().state == "closed"


def test_a_stop_gives_the_money_back_once() -> None:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person())
    with at(NOON):
        told = {"reason": "Fraude.", "sure": "on"}
        twice(officer_client(cast.asks), desk("decide", cast.offering.pk, "stop"), told)


def test_the_files_that_an_officer_keeps() -> None:
    cast = f.draft_offering()
    asks, pk, portal = officer_client(cast.asks), cast.issuer.pk, cast.portal.pk
    other, person = f.make_issuer(name="Voisine inc."), f.make_person()
    f.issuer_user(cast.issuer)
    member = cast.issuer.members.get().pk
    standings = [{"code": code, "registered": ""} for code in sorted(PROVINCES)]
    with at(f.OPENED):
        twice(asks, desk("register_issuer"), GIVEN)
        changed = as_posted(cast.issuer, telephone="418 555-0100")
        twice(asks, desk("particulars", pk), changed, corrects=True)
        twice(asks, desk("earlier", pk), EARLIER)
        assert cast.issuer.earlier.count() == 1
        twice(asks, desk("members", pk), to=desk("remove_member", pk, member))
        link = {"to": str(other.pk), "kind": "affiliate", "since": "2026-01-01", "until": ""}
        twice(asks, desk("relate", pk), link)
        twice(asks, desk("identify", person.pk), {"method": "video", "expires_on": ""})
        changed = {"form": "f3", "what": "Une adresse.", "happened_on": "2026-03-01"}
        twice(asks, desk("change", portal), changed)
        change = PortalChange.objects.latest("recorded_at")
        notice = {"jurisdiction": "QC", "notified_on": "2026-03-01", "reference": "AMF-1"}
        twice(asks, desk("notify", change.pk), notice)
        rows = rows_data("place", standings, initial=13)
        twice(asks, desk("authorisations", portal), rows)
        twice(asks, desk("resources", portal), {"on": "2026-03-01", "reference": "A5"})
    assert person.identifications.count() == 2


def test_a_form_without_the_field_acts_as_it_always_did() -> None:
    cast = f.open_offering()
    mine = f.subscribed(cast, f.make_person(), paid=False)
    client = officer_client(cast.asks)
    suspend = desk("decide", cast.offering.pk, "suspend")
    with at(NOON):
        assert client.post(suspend, {"reason": "x"}).status_code == 303
        assert client.post(suspend, {"reason": "x", "once": ""}).status_code == 422
    assert money.pay(
        actor=f.investor_actor(mine.person), subscription_id=mine.pk, at=NOON
    ).subject.paid
    assert not KeyedAct.objects.exists()


@pytest.mark.parametrize("key", ["x", "é", "1" * 500, "<b>", "' OR 1=1"])
def test_a_key_that_no_page_gave_is_a_bad_request(key: str) -> None:
    cast = f.open_offering()
    with at(NOON):
        url = desk("decide", cast.offering.pk, "suspend")
        answer = officer_client(cast.asks).post(url, {"reason": "x", "once": key})
    assert answer.status_code == 400
    assert cast.fresh().state == "open"


def test_what_is_wrong_in_a_form_spends_no_key() -> None:
    cast = f.open_offering()
    client, url = officer_client(cast.asks), desk("decide", cast.offering.pk, "suspend")
    with at(NOON):
        key = key_on(client, url, url)
        wrong = client.post(url, {"reason": "", "once": key})
        assert wrong.status_code == 422
        assert key_in(wrong, url, url) != key
        assert client.post(url, {"reason": "À vérifier.", "once": key}).status_code == 303


def test_two_pages_give_two_keys_and_a_second_wish_is_a_second_act() -> None:
    cast = f.open_offering()
    client, url = issuer_client(cast), issuing("issuing_concurrent", cast)
    with at(NOON):
        for _ in range(2):
            data = {"amount": "10", "unconditional": "no", "once": key_on(client, url, url)}
            assert client.post(url, data).status_code == 303
    assert cast.offering.concurrent.count() == 2


def test_the_sentence_in_english() -> None:
    cast = f.open_offering()
    client, url = issuer_client(cast, "en"), issuing("issuing_concurrent", cast)
    with at(NOON):
        data = {"unconditional": "no", "once": key_on(client, url, url)}
        assert client.post(url, data | {"amount": "10"}).status_code == 303
        answer = client.post(url, data | {"amount": "20"})
    assert answer.status_code == 422
    assert "This form was already sent with other content" in html(answer)
    assert cast.offering.concurrent.count() == 1


def templates() -> Iterator[tuple[str, str]]:
    for place in ("compliance", "equity", "investors", "documents"):
        for path in sorted((ROOT / place).rglob("templates/**/*.html")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_every_form_that_acts_carries_a_key() -> None:
    without, forms = {}, 0
    for name, text in templates():
        inside = [inside for _attributes, inside in FORM.findall(text)]
        assert len(inside) == text.lower().count('method="post"'), name
        forms += len(inside)
        bare = [one for one in inside if one.count("{% once %}") != 1]
        if bare:
            without[name] = len(bare)
    assert without == NOT_ACTS
    assert forms > 35


def test_every_act_of_a_page_is_given_its_key() -> None:
    """An act is a call with ``actor`` and ``at``; no view may forget the third."""
    views = [
        path
        for place in ("compliance", "equity", "investors")
        for path in (ROOT / place).rglob("*.py")
        if "views" in path.parts or path.name == "views.py"
    ]
    acts, forgotten = 0, []
    for path in views:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            given = {word.arg for word in node.keywords}
            if not {"actor", "at"} <= given:
                continue
            acts += 1
            name = ast.unparse(node.func).split(".")[-1]
            if "key" not in given and name not in NOT_KEYED:
                forgotten.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert forgotten == []
    assert acts > 30
