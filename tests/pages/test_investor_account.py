"""Opening an account, signing in and out, and the profile."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from investors import services as investors
from investors.models import Login, Person
from tests.factories import OPENED, PASSWORD, investor_user, make_person, make_user
from tests.pages.investing import text_of
from tests.pages.issuing import at, client_of, stranger

pytestmark = pytest.mark.django_db

REGISTER, SIGN_IN, SIGN_OUT, PROFILE = (
    "/account/register/",
    "/account/sign-in/",
    "/account/sign-out/",
    "/account/profile/",
)
NEW = {
    "kind": "person",
    "first_name": "Léa",
    "family_name": "Tremblay",
    "province": "QC",
    "email": "lea@courriel.example",
    "password": "une-phrase-longue-7",
}


def test_registering_opens_an_account_with_its_person_and_signs_in() -> None:
    client = Client()
    with at(OPENED):
        response = client.post(REGISTER, NEW)
    assert (response.status_code, response["Location"]) == (303, PROFILE)
    person = Login.objects.get().person
    assert (person.first_name, person.province, person.language) == ("Léa", "QC", "fr")
    assert person.registrant is None
    assert client.get(PROFILE).status_code == 200
    tags = set(Entry.objects.values_list("action", flat=True))
    assert {"accounts:user:create", "investors:person:register"} <= tags


def test_an_organisation_registers_with_its_signatory() -> None:
    with at(OPENED):
        Client().post(REGISTER, NEW | {"kind": "organisation"})
    person = Person.objects.get()
    assert (person.signatory, person.first_name) == ("Léa Tremblay", "")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("kind", ""),
        ("kind", "robot"),
        ("first_name", ""),
        ("first_name", "L" * 101),
        ("family_name", "Tre\x00mblay"),
        ("family_name", "Tre\x1bmblay"),
        ("family_name", "Tre\nmblay"),
        ("province", "FR"),
        ("email", "lea"),
        ("email", "l" * 300 + "@courriel.example"),
        ("password", "court"),
        ("password", "1234567890"),
    ],
)
def test_a_bad_registration_is_told_at_its_field_and_nothing_is_stored(
    field: str, typed: str
) -> None:
    response = Client().post(REGISTER, NEW | {field: typed})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert 'aria-invalid="true"' in text_of(response) or field == "kind"
    assert not User.objects.exists()
    assert not Person.objects.exists()


def test_an_address_has_one_account_in_any_case() -> None:
    make_user("Léa", email="LEA@courriel.example")
    response = Client().post(REGISTER, NEW)
    assert response.status_code == 422
    assert "Un compte existe déjà" in text_of(response)
    assert not Person.objects.exists()


def test_a_password_is_never_shown_again() -> None:
    page = text_of(Client().post(REGISTER, NEW | {"email": ""}))
    assert NEW["password"] not in page
    assert "Tremblay" in page


def test_registering_and_signing_in_in_english() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert "Open an investor's account" in text_of(client.get(REGISTER))
    assert "Sign in" in text_of(client.get(SIGN_IN))


def test_signing_in_leads_where_one_was_going_and_nowhere_else() -> None:
    make_user("Léa", email="lea@courriel.example")
    for wanted, reached in (("/documents/", "/documents/"), ("//evil.example", "/")):
        given = {"email": "Lea@courriel.example", "password": PASSWORD, "next": wanted}
        response = Client().post(SIGN_IN, given)
        assert (response.status_code, response["Location"]) == (303, reached)


@pytest.mark.parametrize(
    ("email", "password"),
    [("lea@courriel.example", "autre-chose"), ("nul@courriel.example", PASSWORD)],
)
def test_a_failure_never_tells_which_half_was_wrong(email: str, password: str) -> None:
    make_user("Léa", email="lea@courriel.example")
    client = Client()
    response = client.post(SIGN_IN, {"email": email, "password": password})
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "Aucun compte n'a cette adresse électronique et ce mot de passe."
    ]
    assert "_auth_user_id" not in client.session


def test_a_closed_account_does_not_sign_in() -> None:
    user = make_user("Léa", email="lea@courriel.example")
    User.objects.filter(pk=user.pk).update(is_active=False)
    response = Client().post(SIGN_IN, {"email": user.email, "password": PASSWORD})
    assert response.status_code == 422


def test_the_account_brings_its_language_unless_one_was_chosen() -> None:
    make_user("Léa", email="lea@courriel.example", language="en")
    given = {"email": "lea@courriel.example", "password": PASSWORD}
    fresh, chosen = Client(), Client()
    fresh.post(SIGN_IN, given)
    assert '<html lang="en-CA">' in text_of(fresh.get("/"))
    chosen.cookies["django_language"] = "fr"
    chosen.post(SIGN_IN, given)
    assert '<html lang="fr-CA">' in text_of(chosen.get("/"))


def test_signing_out_is_a_post_and_ends_the_session() -> None:
    client = client_of(make_user("Léa"))
    assert client.get(SIGN_OUT).status_code == 405
    response = client.post(SIGN_OUT)
    assert response.status_code == 303
    assert "_auth_user_id" not in client.session


def test_a_page_of_somebody_signed_in_is_kept_nowhere() -> None:
    assert client_of(make_user("Léa")).get("/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/")


def profile_of(**changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Marie",
        "family_name": "Lavoie",
        "born": "1990-05-17",
        "street": "18, rue des Érables",
        "municipality": "Rimouski",
        "province": "QC",
        "postal_code": "g5l1a1",
        "telephone": "581 555-0101",
        "email": "marie@courriel.example",
        "language": "fr",
        "registrant": "no",
    } | changes


@pytest.fixture
def newcomer() -> tuple[Person, Client]:
    """An investor whose identity nobody has verified."""
    person = investors.register_person(
        actor=SYSTEM,
        at=OPENED,
        province="QC",
        first_name="Marie",
        family_name="Roy",
        email="marie@courriel.example",
    )
    return person, client_of(investor_user(person))


def test_the_profile_is_kept_and_the_trail_names_fields_only(newcomer: Any) -> None:
    person, client = newcomer
    with at(OPENED):
        response = client.post(PROFILE, profile_of())
    assert response.status_code == 303
    person.refresh_from_db()
    assert (person.family_name, person.born, person.postal_code) == (
        "Lavoie",
        "1990-05-17",
        "G5L 1A1",
    )
    assert person.registrant is False
    entry = Entry.objects.get(action="investors:person:update")
    assert "Lavoie" not in str(entry.payload)
    assert "family_name" in entry.payload["fields"]


def test_a_profile_kept_unchanged_leaves_no_entry(newcomer: Any) -> None:
    _person, client = newcomer
    with at(OPENED):
        client.post(PROFILE, profile_of())
        client.post(PROFILE, profile_of())
    assert Entry.objects.filter(action="investors:person:update").count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("born", "2026-03-02"),
        ("born", "17 mai"),
        ("born", "0090-05-17"),
        ("postal_code", "90210"),
        ("telephone", "allô"),
        ("province", "XX"),
        ("province", ""),
        ("street", "1" * 201),
        ("street", "rue\x08"),
        ("email", "marie"),
        ("language", "de"),
        ("registrant", "maybe"),
    ],
)
def test_a_bad_particular_is_told_at_its_field_and_nothing_is_stored(
    newcomer: Any, field: str, typed: str
) -> None:
    person, client = newcomer
    with at(OPENED):
        response = client.post(PROFILE, profile_of(**{field: typed}))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    person.refresh_from_db()
    assert person.family_name == "Roy"


@pytest.mark.parametrize("typed", ["autre@courriel.example", ""])
def test_notices_go_where_the_account_was_verified(newcomer: Any, typed: str) -> None:
    person, client = newcomer
    with at(OPENED):
        User.objects.update(address_verified_at=None)
        assert (
            client.post(PROFILE, profile_of(email="marie.roy@courriel.example")).status_code == 303
        )
        client.post(PROFILE, profile_of())
        User.objects.update(address_verified_at=OPENED)
        assert client.post(PROFILE, profile_of(email="Marie@Courriel.example")).status_code == 303
        refused = client.post(PROFILE, profile_of(email=typed))
    assert refused.status_code == 422
    assert "l'adresse vérifiée de votre compte" in text_of(refused)
    person.refresh_from_db()
    assert person.email.lower() == "marie@courriel.example"


def test_a_birth_date_of_yesterday_is_a_birth_date(newcomer: Any) -> None:
    _person, client = newcomer
    with at(OPENED):
        assert client.post(PROFILE, profile_of(born="2026-03-01")).status_code == 303


def test_what_was_verified_is_shown_and_not_changed() -> None:
    person = make_person("Marie", "Roy", email="marie@courriel.example")
    client = client_of(investor_user(person))
    with at(OPENED + timedelta(days=1)):
        assert "Vérifiée : 2 mars 2026" in text_of(client.get(PROFILE))
        client.post(
            PROFILE, profile_of(family_name="Autre", born="1980-01-01", municipality="Gaspé")
        )
    person.refresh_from_db()
    assert (person.family_name, person.born, person.municipality) == (
        "Roy",
        "1990-05-17",
        "Gaspé",
    )


def test_the_profile_says_what_is_missing_in_both_languages(newcomer: Any) -> None:
    _person, client = newcomer
    page = text_of(client.get(PROFILE))
    assert "Pas encore faite." in page
    assert "personne inscrite ou non" in page
    client.cookies["django_language"] = "en"
    assert "Not verified yet." in text_of(client.get(PROFILE))


def test_the_profile_of_an_organisation_asks_for_its_own_particulars() -> None:
    person = make_person(
        kind="organisation", legal_name="Coop", signatory="Marie Roy", email="coop@courriel.example"
    )
    form = client_of(investor_user(person)).get(PROFILE).context["form"]
    assert {"legal_name", "signatory"} <= set(form.fields)
    assert not {"first_name", "family_name", "born"} & set(form.fields)


def test_a_profile_is_an_investors() -> None:
    assert stranger().get(PROFILE).status_code == 404
    assert Client().get(PROFILE)["Location"] == f"{SIGN_IN}?next={PROFILE}"
    assert reverse("investors:profile") == PROFILE
