"""An investor's own space: what needs doing, the securities, everything of theirs to take away."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.accounts.roles import ActorNotAllowed
from compliance.audit.models import Entry
from compliance.casework import services
from compliance.casework.models import Case
from equity import exporting
from equity.exporting import cell
from equity.selectors.own import Payment, Schedule
from equity.services import money
from equity.services.exporting import export_data
from investors.models import Identification, Person
from tests.factories import (
    CLOSED,
    OPENED,
    closed,
    investor_actor,
    investor_user,
    make_officer,
    make_person,
    subscribed,
)
from tests.pages.investing import Visit, text_of, visit
from tests.pages.issuing import at, client_of, one_heading, stranger
from tests.pages.test_investor_amendments import amend, business

pytestmark = pytest.mark.django_db
NOON = OPENED + timedelta(hours=2)
SPACE, HOLDINGS, DATA = (reverse(f"equity:{name}") for name in ("space", "holdings", "my_data"))


def space(seen: Visit, when: Any = NOON) -> str:
    with at(when):
        return text_of(seen.client.get(SPACE))


def test_nothing_to_do_is_said_and_is_no_empty_page() -> None:
    page = space(visit())
    assert "Rien. Vous n'avez pas à revenir pour votre argent" in page
    assert "Vous n'avez aucune souscription" in page
    assert "Votre identité : pas encore vérifiée" not in page


def test_what_needs_doing_is_said_with_one_step_each() -> None:
    seen = visit(telephone="", born="")
    mine = subscribed_without_profile(seen)
    with at(NOON):
        seen.post("ask", {"kind": "question", "text": "Quoi?"})
    services.ask_question(
        actor=seen.cast.asks,
        case=Case.objects.get(),
        text="Laquelle?",
        asked_of="investor",
        asked_of_id=seen.person.pk,
        at=NOON,
    )
    amend(seen, when=NOON, items=business("Du sirop."))
    page = space(seen, NOON + timedelta(minutes=1))
    for words, url in (
        ("Complétez votre profil", reverse("investors:profile")),
        ("1 question du portail attend votre réponse.", reverse("equity:asked")),
        ("le document d'offre a été modifié", seen.url("amendments")),
        ("100,00 $ restent à payer", reverse("equity:subscription", args=[mine.pk])),
    ):
        assert words in page
        assert url in page
    assert "Rien. Vous n'avez pas" not in page
    assert "vous pouvez annuler jusqu'à minuit le 4 mars 2026." in page


def subscribed_without_profile(seen: Visit) -> Any:
    """A subscription of somebody whose profile lost particulars afterwards."""
    whole = {"telephone": "581 555-0101", "born": "1990-05-17"}
    for name, value in whole.items():
        setattr(seen.person, name, value)
    seen.person.save()
    mine = subscribed(seen.cast, seen.person, paid=False)
    for name in whole:
        setattr(seen.person, name, "")
    seen.person.save()
    return mine


def test_what_is_over_is_not_to_do_any_more() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person, paid=False)
    with at(NOON):
        seen.client.post(reverse("equity:withdraw", args=[mine.pk]))
    page = space(seen)
    assert "restent à payer" not in page
    assert "vous pouvez annuler" not in page


def test_who_is_not_verified_is_told_that_it_waits_and_not_that_it_is_theirs_to_do() -> None:
    seen = visit()
    other = Person.objects.create(
        province="QC", first_name="Léa", family_name="Roy", created_at=OPENED
    )
    fresh = Visit(seen.cast, other, client_of(investor_user(other)))
    assert not Identification.objects.filter(person=other).exists()
    assert "Votre identité : pas encore vérifiée" in space(fresh)
    with at(NOON):
        page = text_of(fresh.client.get(reverse("investors:profile")))
    assert "attend : un responsable de la conformité" in page
    assert "date de naissance" in page


@pytest.mark.parametrize("url", [SPACE, HOLDINGS])
def test_the_space_is_an_investors(url: str) -> None:
    visit()
    assert stranger().get(url).status_code == 404
    assert Client().get(url)["Location"].startswith("/account/sign-in/")


def test_the_pages_lead_back_to_the_space_and_say_where_one_is() -> None:
    seen = visit()
    for name in ("subscriptions", "holdings", "documents", "asked"):
        page = text_of(seen.client.get(reverse(f"equity:{name}")))
        assert f'<a href="{SPACE}" aria-current="true">Mon espace</a>' in page
        assert page.count('class="crumb"') == 1
    assert f'<a href="{SPACE}" aria-current="page">Mon espace</a>' in space(seen)


@pytest.fixture
def bond() -> tuple[Visit, Any]:
    """Somebody with a bond of a closed offering."""
    seen = visit(kind="community_bond")
    subscribed(seen.cast, seen.person, units=4)
    closed(seen.cast)
    return seen, seen.cast.offering.holdings.get()


def test_securities_show_their_certificate_and_next_payment(bond: Any) -> None:
    seen, held = bond
    with at(CLOSED):
        page = text_of(seen.client.get(HOLDINGS))
        own = text_of(seen.client.get(reverse("equity:holding", args=[held.pk])))
    assert "certificat O-0001" in page
    assert "Prochain paiement de l'émetteur :" in page
    assert "Certificat d'obligations" in own
    assert own.count('<span class="badge">prochain</span>') == 1
    assert "Échéancier des paiements" in own
    later = CLOSED + timedelta(days=365 * 40)
    with at(later):
        assert "Il ne reste aucun paiement" in text_of(seen.client.get(HOLDINGS))
        own = text_of(seen.client.get(reverse("equity:holding", args=[held.pk])))
    assert "prochain</span>" not in own
    assert "jour passé" in own


def test_somebody_elses_securities_do_not_exist(bond: Any) -> None:
    _seen, held = bond
    anne = client_of(investor_user(make_person("Anne", email="anne@courriel.example")))
    url = reverse("equity:holding", args=[held.pk])
    with at(CLOSED):
        for client in (anne, stranger()):
            assert client.get(url).status_code == 404
        assert anne.get(reverse("equity:holding", args=[uuid4()])).status_code == 404
        assert "Vous ne détenez aucun titre" in text_of(anne.get(HOLDINGS))


@pytest.mark.parametrize(
    ("on", "number"),
    [
        ("2026-01-01", 1),
        ("2026-03-01", 1),
        ("2026-03-02", 2),
        ("2026-06-01", 2),
        ("2026-06-02", None),
    ],
)
def test_the_next_payment_is_the_first_that_is_not_past(on: str, number: int | None) -> None:
    one = Decimal("1.00")
    rows = tuple(
        Payment(n, date.fromisoformat(day), one, one, one + one)
        for n, day in ((1, "2026-03-01"), (2, "2026-06-01"))
    )
    found = Schedule(uuid4(), indicative=False, payments=rows).next_after(date.fromisoformat(on))
    assert (None if found is None else found.number) == number


def taken(client: Client) -> ZipFile:
    with at(NOON):
        response = client.post(DATA)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    return ZipFile(io.BytesIO(b"".join(response)))


def test_somebody_takes_everything_of_theirs_and_nothing_of_anybody_else() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person, units=20)
    anne = make_person("Anne", "Étrangère", email="anne@courriel.example")
    hers = subscribed(seen.cast, anne, units=8)
    with at(NOON):
        seen.post("ask", {"kind": "complaint", "text": "=1+1 Rien reçu."})
    case = Case.objects.get()
    services.add_note(actor=seen.cast.asks, case=case, text="Note du bureau", at=NOON)
    archive = taken(seen.client)
    names = archive.namelist()
    assert {"data.json", "mes-donnees.html", "csv/subscriptions.csv"} <= set(names)
    told = json.loads(archive.read("data.json"))
    [bought] = told["subscriptions"]
    assert (bought["subscription"], bought["amount"], bought["units"]) == (
        str(mine.pk),
        "500.00",
        20,
    )
    profile = {row["field"]: row["value"] for row in told["profile"]}
    assert profile["family_name"] == seen.person.family_name
    assert profile["born"] == "1990-05-17"
    assert len(told["risk_answers"]) == 9
    assert [row["amount"] for row in told["money"]] == ["500.00"]
    assert "equity:subscription:pay" in {row["action"] for row in told["trail"]}
    everything = b"".join(archive.read(name) for name in names).decode()
    for foreign in ("Étrangère", "anne@", str(hers.pk), str(anne.pk), "Note du bureau"):
        assert foreign not in everything
    # What a formula would be in a spreadsheet stays text.
    rows = list(csv.reader(io.StringIO(archive.read("csv/asked.csv").decode("utf-8-sig"))))
    assert rows[1][2] == "'=1+1 Rien reçu."
    page = archive.read("mes-donnees.html").decode()
    assert "500,00" in page
    assert "Souscriptions" in page
    assert "<script" not in page


def test_the_export_speaks_the_language_of_the_page_and_escapes_what_people_wrote() -> None:
    seen = visit(first_name="<script>alert(1)</script>")
    seen.client.cookies["django_language"] = "en"
    archive = taken(seen.client)
    page = archive.read("my-data.html").decode()
    assert "Who you are" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_that_it_was_handed_over_is_recorded_and_nothing_of_what_it_holds() -> None:
    seen = visit()
    taken(seen.client)
    entry = Entry.objects.get(action="equity:person:export")
    assert (entry.actor_id, entry.subject_id) == (seen.person.pk, seen.person.pk)
    assert entry.payload == {"language": "fr"}


def test_the_export_is_an_act_of_the_person_alone() -> None:
    seen = visit()
    assert seen.client.get(DATA).status_code == 405
    assert stranger().post(DATA).status_code == 404
    assert Client().post(DATA)["Location"].startswith("/account/sign-in/")
    anne = make_person("Anne", email="anne@courriel.example")
    for actor in (investor_actor(anne), make_officer("Omar Haddad")):
        with pytest.raises(ActorNotAllowed):
            export_data(actor=actor, person=seen.person, language="fr", at=NOON)
    assert not Entry.objects.filter(action="equity:person:export").exists()


def test_a_failure_while_it_is_written_leaves_no_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit()

    def broken(_person: Person) -> Any:
        raise OSError("no room")

    monkeypatch.setattr(exporting, "tables", broken)
    with pytest.raises(OSError, match="no room"):
        export_data(actor=investor_actor(seen.person), person=seen.person, language="fr", at=NOON)
    assert not Entry.objects.filter(action="equity:person:export").exists()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, ""),
        ("Marie", "Marie"),
        ("=2+2", "'=2+2"),
        ("+1 514", "'+1 514"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        (Decimal("-5"), "-5.00"),
        (-5, "-5"),
        (True, "True"),
        (date(2026, 3, 2), "2026-03-02"),
    ],
)
def test_a_cell_is_text_and_never_a_formula(value: Any, told: str) -> None:
    assert cell(value) == told


def test_many_rows_are_asked_for_by_as_many_questions_as_few() -> None:
    seen = visit()
    counts: list[tuple[int, ...]] = []
    for units in (4, 8):
        for _ in range(2):
            subscribed(seen.cast, seen.person, units=units, paid=False)
        found = []
        for act in (lambda: space(seen), lambda: taken(seen.client)):
            with CaptureQueriesContext(connection) as asked:
                act()
            found.append(len(asked))
        counts.append(tuple(found))
    assert counts[0] == counts[1]


def test_a_refund_paid_is_told_in_english_with_one_point() -> None:
    seen = visit()
    mine = subscribed(seen.cast, seen.person, units=20)
    with at(NOON):
        seen.client.post(reverse("equity:withdraw", args=[mine.pk]))
    money.refund(actor=make_officer(), subscription_id=mine.pk, at=NOON)
    seen.client.cookies["django_language"] = "en"
    page = space(seen)
    assert "p.m..".replace(" ", "") not in page.replace(" ", "")
    assert "was paid back to you, without deduction, on March 2, 2026 at 12:00 p.m." in page
    assert one_heading(seen.client.get(SPACE)) == "My space"
