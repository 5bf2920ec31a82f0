"""The risks one by one, the limit before the amount, the agreement in two steps."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from equity.models import Subscription
from investors.models import RiskAcknowledgement
from tests.factories import OPENED, acknowledged, advised, make_person, subscribed
from tests.pages.investing import Visit, text_of, visit, yes_to_all
from tests.pages.issuing import at, stranger

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready() -> Visit:
    """A person who has read and acknowledged, at the instant of the opening."""
    seen = visit()
    acknowledged(seen.cast, seen.person)
    return seen


def ask(seen: Visit, units: Any, insider: str = "no", step: str = "review") -> Any:
    with at(OPENED + timedelta(hours=1)):
        return seen.post("subscribe", {"units": units, "insider": insider, "step": step})


@pytest.mark.parametrize("name", ["risks", "subscribe"])
def test_a_visitor_signs_in_first_and_a_stranger_finds_nothing(name: str) -> None:
    seen = visit()
    visitor, other = Client(), stranger()
    for client in (visitor, other):
        client.post(seen.url("entry"))
    assert visitor.get(seen.url(name))["Location"].startswith("/account/sign-in/")
    assert other.get(seen.url(name)).status_code == 404
    assert other.post(seen.url(name)).status_code == 404


def test_every_statement_is_asked_by_itself_and_nothing_is_ticked() -> None:
    seen = visit()
    page = text_of(seen.get("risks"))
    names = set(re.findall(r'type="radio" name="(R\d+)"', page))
    assert names == {f"R{n}" for n in range(1, 10)}
    assert "checked" not in page
    assert "En cliquant sur le bouton « Je confirme »" in page
    assert page.index("En cliquant sur le bouton") < page.index(">Je confirme</button>")
    assert "Érablière du Ruisseau inc." in page


def test_the_risks_in_english() -> None:
    seen = visit()
    seen.client.cookies["django_language"] = "en"
    page = text_of(seen.get("risks"))
    assert "By clicking the “I confirm” button" in page
    assert ">I confirm</button>" in page


def test_a_statement_left_out_is_told_there_and_nothing_is_stored() -> None:
    seen = visit()
    answers = yes_to_all(seen)
    del answers["R4"]
    response = seen.post("risks", answers)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"R4"}
    assert not RiskAcknowledgement.objects.exists()


def test_a_yes_to_all_leads_to_subscribing() -> None:
    seen = visit()
    with at(OPENED):
        response = seen.post("risks", yes_to_all(seen))
    assert (response.status_code, response["Location"]) == (303, seen.url("subscribe"))
    kept = RiskAcknowledgement.objects.get()
    assert kept.language == "fr"
    assert all(kept.answers.values())
    assert len(kept.answers) == 9


def test_a_no_is_recorded_and_does_not_lead_to_subscribing() -> None:
    seen = visit()
    with at(OPENED):
        response = seen.post("risks", yes_to_all(seen) | {"R3": "no"})
    assert response["Location"] == seen.url("offering")
    assert RiskAcknowledgement.objects.get().answers["R3"] is False


def test_what_is_missing_is_said_before_the_amount_is_asked() -> None:
    seen = visit()
    with at(OPENED):
        response = seen.get("subscribe")
    codes = {finding.code for finding in response.context["missing"]}
    assert codes == {"purchaser.document_read", "purchaser.risks_acknowledged"}
    assert 'name="units"' not in text_of(response)
    assert seen.url("risks") in text_of(response)


def test_the_limit_is_shown_before_the_amount_is_asked(ready: Visit) -> None:
    with at(OPENED):
        page = text_of(ready.get("subscribe"))
    assert page.index("2 500,00 $") < page.index('name="units"')
    assert "10 000,00 $ avec le conseil favorable" in page
    assert "100 titres à 25,00 $" in page
    assert "checked" not in page


def test_the_limit_with_advice(ready: Visit) -> None:
    advised(ready.cast, ready.person)
    with at(OPENED):
        room = ready.get("subscribe").context["room"]
    assert (room.limit, room.left, room.units) == (Decimal("10000"), Decimal("10000"), 400)


def test_the_room_is_the_smallest_of_limit_and_maximum(ready: Visit) -> None:
    for number in range(39):
        subscribed(ready.cast, make_person(f"Paul{number}"), units=100, paid=False)
    subscribed(ready.cast, make_person("Anne"), units=60, paid=False)
    with at(OPENED):
        response = ready.get("subscribe")
    room = response.context["room"]
    assert (room.left_to_person, room.left, room.units) == (Decimal("2500"), Decimal("1000"), 40)
    assert "Le maximum du placement laisse moins" in text_of(response)


def test_the_amount_is_reviewed_before_anything_is_agreed(ready: Visit) -> None:
    response = ask(ready, "100")
    page = text_of(response)
    assert response.status_code == 200
    assert "Souscrire 2 500,00 $" in page
    assert "minuit le 4 mars 2026" in page
    assert not Subscription.objects.exists()


def test_agreeing_makes_the_subscription_and_shows_it(ready: Visit) -> None:
    response = ask(ready, "100", step="agree")
    made = Subscription.objects.get()
    assert response.status_code == 303
    assert str(made.pk) in response["Location"]
    assert (made.units, made.amount, made.insider) == (100, Decimal("2500.00"), False)


def test_agreeing_twice_makes_one_subscription(ready: Visit) -> None:
    ask(ready, "4", step="agree")
    response = ask(ready, "4", step="agree")
    assert response.status_code == 422
    assert "purchaser.risks_acknowledged" in {row.code for row in response.context["reasons"]}
    assert Subscription.objects.count() == 1


@pytest.mark.parametrize("step", ["review", "agree"])
def test_one_unit_over_the_limit_is_refused_with_the_sum_and_the_room(
    ready: Visit, step: str
) -> None:
    response = ask(ready, "101", step=step)
    page = text_of(response)
    assert response.status_code == 422
    assert "2 525,00 $" in page
    assert "dépasse votre limite de 2 500,00 $ de 25,00 $" in page
    assert "art. 5" in page
    assert not Subscription.objects.exists()


def test_a_refusal_in_english(ready: Visit) -> None:
    ready.client.cookies["django_language"] = "en"
    page = text_of(ask(ready, "101"))
    assert "passes your limit of $2,500.00 by $25.00" in page
    assert "NI 45-110, s. 5" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "obligatoire"),
        ("quatre", "nombre entier de titres"),
        ("-4", "au moins 1"),
        ("0", "au moins 1"),
        ("2,5", "sans décimales"),
        ("2.5", "sans décimales"),
        ("9" * 10, "nombre entier de titres"),
        ("9" * 5000, "Écrivez un nombre"),
        ("4\x00", "nombre entier de titres"),
        ("4\x07", "nombre entier de titres"),
        ("٤", "nombre entier de titres"),
        ("1e2", "nombre entier de titres"),
    ],
)
def test_bad_units_are_told_at_the_field_and_nothing_is_stored(
    ready: Visit, typed: str, told: str
) -> None:
    response = ask(ready, typed, step="agree")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"units"}
    assert told in " ".join(response.context["form"].errors["units"])
    assert not Subscription.objects.exists()


def test_the_insider_question_must_be_answered(ready: Visit) -> None:
    response = ask(ready, "4", insider="", step="agree")
    assert set(response.context["form"].errors) == {"insider"}
    assert not Subscription.objects.exists()


def test_spaces_of_thousands_are_understood(ready: Visit) -> None:
    response = ask(ready, "1\u00a0000")
    assert response.context["form"].cleaned_data["units"] == 1000


def test_an_expired_form_explains_itself() -> None:
    seen = visit()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = seen.client.cookies
    response = strict.post(seen.url("subscribe"), {"units": "4"})
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in text_of(response)


def total(seen: Visit, units: str, **sent: str) -> Any:
    with at(OPENED + timedelta(hours=1)):
        return seen.post("subscribe_total", {"units": units} | sent)


@pytest.mark.parametrize(
    ("units", "amount", "passes"),
    [("1", "25,00 $", True), ("100", "2 500,00 $", True), ("101", "2 525,00 $", False)],
)
def test_the_price_is_told_while_the_number_is_typed(
    ready: Visit, units: str, amount: str, passes: bool
) -> None:
    response = total(ready, units)
    page = text_of(response)
    assert response.status_code == 200
    assert f'= <strong class="sum__amount">{amount}</strong>' in page
    assert ("Ce nombre serait refusé" not in page) is passes
    assert ("Ce qui peut être accepté : de 1 à 100 titres, de 25,00 $ à 2 500,00 $." in page) is (
        not passes
    )
    assert ("Règlement 45-110, art. 5" in page) is (not passes)
    assert "<html" not in page
    assert not Subscription.objects.exists()


def test_the_fragment_and_the_page_refuse_the_same(ready: Visit) -> None:
    subscribed(ready.cast, ready.person, units=60, paid=False)
    acknowledged(ready.cast, ready.person)
    for units, told in (("40", set()), ("41", {"purchaser.limit"})):
        shown = total(ready, units).context["total"]
        assert {row.code for row in shown.reasons} == told
        response = ask(ready, units)
        refused = {row.code for row in response.context.get("reasons") or ()}
        assert refused == told
        if told:
            assert "de 1 à 40 titres, de 25,00 $ à 1 000,00 $" in text_of(response)


@pytest.mark.parametrize("typed", ["2,5", "-1", "0", "x" * 5000, "4\x00", "<b>"])
def test_what_is_no_number_is_told_in_the_fragment(ready: Visit, typed: str) -> None:
    response = total(ready, typed)
    assert response.status_code == 200
    assert response.context["wrong"]
    assert "<b>" not in text_of(response)


def test_an_empty_number_shows_what_passes_and_no_error(ready: Visit) -> None:
    page = text_of(total(ready, "  "))
    assert "de 1 à 100 titres" in page
    assert "obligatoire" not in page


def test_the_fragment_of_an_ended_session_says_so_and_stands_alone(ready: Visit) -> None:
    ready.client.logout()
    page = text_of(total(ready, "4"))
    assert "Vous n'êtes plus connecté. Rien n'a été enregistré" in page
    assert f"/account/sign-in/?next={ready.url('subscribe')}" in page
    assert "<html" not in page


def test_the_fragment_is_nobody_elses_and_no_page(ready: Visit) -> None:
    other = stranger()
    other.post(ready.url("entry"))
    assert other.post(ready.url("subscribe_total"), {"units": "1"}).status_code == 404
    assert ready.get("subscribe_total").status_code == 405


def test_two_tabs_agree_to_one_form_each_and_the_second_is_told_why(ready: Visit) -> None:
    """Both tabs hold the same acknowledgement: one agreement uses it up (W-13)."""
    keys = [str(uuid4()) for _ in range(2)]
    sent = {"units": "4", "insider": "no", "step": "agree"}
    with at(OPENED + timedelta(hours=1)):
        first, second = (ready.post("subscribe", sent | {"once": key}) for key in keys)
        again = ready.post("subscribe", sent | {"once": keys[0]})
    assert (first.status_code, second.status_code) == (303, 422)
    assert "purchaser.risks_acknowledged" in {row.code for row in second.context["reasons"]}
    # A double click on the first: the same answer, and no second subscription.
    assert (again.status_code, again["Location"]) == (303, first["Location"])
    assert Subscription.objects.count() == 1


def test_going_back_and_sending_another_number_changes_nothing_and_says_so(ready: Visit) -> None:
    sent = {"units": "4", "insider": "no", "step": "agree", "once": str(uuid4())}
    with at(OPENED + timedelta(hours=1)):
        assert ready.post("subscribe", sent).status_code == 303
        back = ready.post("subscribe", sent | {"units": "5"})
    assert back.status_code == 422
    assert [row.code for row in back.context["reasons"]] == ["form.sent_before"]
    assert Subscription.objects.get().units == 4


def test_a_session_that_ends_in_the_middle_leads_back_to_the_same_page(ready: Visit) -> None:
    ready.client.logout()
    with at(OPENED + timedelta(hours=1)):
        ready.post("entry")
        response = ready.post("subscribe", {"units": "4", "insider": "no", "step": "agree"})
    assert response.status_code == 302
    assert response["Location"] == f"/account/sign-in/?next={ready.url('subscribe')}"
    assert not Subscription.objects.exists()


def test_what_was_typed_stands_in_the_page_that_refuses(ready: Visit) -> None:
    page = text_of(ask(ready, "101"))
    assert 'name="units" value="101"' in page
    assert re.search(r'name="insider" value="no"[^>]* checked', page)
    assert "data-keep" in page
    # The risks are answered anew each time: nothing puts a tick there before the person does.
    assert "data-keep" not in text_of(ready.get("risks"))
