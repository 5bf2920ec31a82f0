"""The first check: each answer that is in the way says why, and nothing that was said is kept."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Change, Entry
from compliance.rules.kernel.findings import not_met
from compliance.rules.ni45_110.first_check import FirstFacts, judge
from tests.factories import OPENED, draft_offering, issuer_user, make_issuer, make_portal
from tests.pages.issuing import at, client_of, html, one_heading, stranger

ON = date(2026, 3, 2)
FACTS = {
    "head_office": "QC",
    "reporting": False,
    "investment_fund": False,
    "has_operations": True,
    "maximum": Decimal("500000.00"),
    "raised": Decimal("0.00"),
    "raised_on": None,
    "security_kind": "community_bond",
    "jurisdictions": ("QC",),
    "languages": ("fr",),
    "other_active": False,
}
ANSWERS = {
    "head_office": "QC",
    "reporting": "no",
    "investment_fund": "no",
    "has_operations": "yes",
    "maximum": "500 000",
    "raised": "0",
    "raised_on": "",
    "kind": "community_bond",
    "jurisdictions": ["QC"],
    "languages": ["fr"],
    "other_active": "no",
    "neq": "11 7000 0042",
    "fee": "",
}


def unmet(**changed: object) -> list[str]:
    facts = FirstFacts(**{**FACTS, **changed})  # type: ignore[arg-type]
    return [finding.code for finding in not_met(judge(facts, on=ON))]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"head_office": "abroad"}, "issuer.head_office_in_canada"),
        ({"reporting": True}, "issuer.not_reporting"),
        ({"investment_fund": True}, "issuer.not_investment_fund"),
        ({"has_operations": False}, "issuer.has_operations"),
        ({"security_kind": "other"}, "security.eligible"),
        ({"languages": ("en",)}, "document.french_available"),
        ({"other_active": True}, "offering.one_at_a_time"),
        ({"maximum": Decimal("1500000.01")}, "offering.within_group_cap"),
    ],
)
def test_each_answer_that_is_in_the_way_is_told_alone(
    changed: dict[str, object], code: str
) -> None:
    assert unmet() == []
    assert unmet(**changed) == [code]


@pytest.mark.parametrize(
    ("maximum", "raised", "raised_on", "passes"),
    [
        ("1500000.00", "0.00", None, True),
        ("1100000.00", "400000.00", None, True),
        ("1100000.01", "400000.00", None, False),
        ("1100000.01", "400000.00", date(2025, 3, 2), False),  # exactly twelve months: counts
        ("1500000.00", "400000.00", date(2025, 3, 1), True),  # a day more: no longer counts
    ],
)
def test_the_cap_counts_twelve_months_back_to_the_day(
    maximum: str, raised: str, raised_on: date | None, passes: bool
) -> None:
    found = unmet(maximum=Decimal(maximum), raised=Decimal(raised), raised_on=raised_on)
    assert found == ([] if passes else ["offering.within_group_cap"])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_anybody_is_asked_ten_questions(language: str) -> None:
    client = Client()
    client.cookies["django_language"] = language
    page = client.get(reverse("equity:first_check"))
    assert len(page.context["form"].questions) == 10
    assert one_heading(page)
    assert reverse("equity:first_check") in html(client.get("/"))


@pytest.mark.django_db
def test_nothing_that_is_answered_is_kept_and_the_answers_may_be_carried_on() -> None:
    portal = make_portal()
    client = Client()
    before = Entry.objects.count(), Change.objects.count()
    with at(OPENED):
        answers = {**ANSWERS, "portal": str(portal.pk), "fee": "5"}
        response = client.post(reverse("equity:first_check"), answers)
    page = html(response)
    assert response.status_code == 200
    assert (Entry.objects.count(), Change.objects.count()) == before
    assert not client.session.keys()
    assert "25\xa0000,00\xa0$" in page
    carry = response.context["carry"]
    assert "maximum=500000.00" in carry
    assert "1170000042" not in carry
    signed = client_of(issuer_user(make_issuer()))
    with at(OPENED):
        start = signed.get(carry, follow=True)
    form = start.context["form"]
    assert form["kind"].value() == "community_bond"
    assert form["jurisdictions"].value() == ["QC"]
    assert form["maximum"].value() == "500000,00"
    assert Client().get(carry)["Location"].startswith(reverse("accounts:sign_in"))


@pytest.mark.django_db
def test_what_is_in_the_way_is_told_with_its_section_and_one_next_step() -> None:
    with at(OPENED):
        answers = {**ANSWERS, "head_office": "abroad", "languages": ["fr"], "portal": ""}
        response = Client().post(reverse("equity:first_check"), answers)
    page = html(response)
    assert [finding.code for finding in response.context["unmet"]] == [
        "issuer.head_office_in_canada"
    ]
    assert "Règlement 45-110, art. 5" in page
    assert page.count('class="finding__step"') == 1
    assert reverse("equity:offering_start") not in page


@pytest.mark.django_db
def test_a_portal_that_is_not_authorised_there_is_in_the_way() -> None:
    portal = make_portal()
    portal.authorisations.filter(jurisdiction="ON").delete()
    with at(OPENED):
        answers = {**ANSWERS, "jurisdictions": ["QC", "ON"], "portal": str(portal.pk)}
        response = Client().post(reverse("equity:first_check"), answers)
    assert [finding.code for finding in response.context["unmet"]] == ["portal.authorised"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("head_office", "XX"),
        ("head_office", ""),
        ("reporting", ""),
        ("maximum", "0"),
        ("maximum", "1 500 000,001"),
        ("raised", "-1"),
        ("raised_on", "hier"),
        ("kind", "bitcoin"),
        ("jurisdictions", []),
        ("neq", "117000004"),
        ("neq", "11700000421"),
        ("fee", "101"),
        ("portal", "x"),
    ],
)
def test_a_bad_answer_is_told_at_its_question(name: str, value: object) -> None:
    response = Client().post(reverse("equity:first_check"), {**ANSWERS, name: value})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {name}


@pytest.mark.django_db
def test_strange_answers_in_the_address_start_a_plain_draft() -> None:
    cast = draft_offering()
    client = client_of(issuer_user(cast.issuer))
    url = reverse("equity:offering_new", args=(cast.issuer.pk,))
    form = client.get(f"{url}?maximum=1e9&kind=x&jurisdictions=ZZ&languages=de&portal=1").context[
        "form"
    ]
    assert form["maximum"].value() is None
    assert form["jurisdictions"].value() == []
    assert form["languages"].value() == ("fr",)
    assert "responsable de la conformité" in html(stranger().get(reverse("equity:offering_start")))
