"""Cases that the rules raise from what happened: at the threshold, once, and again when grown."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import FieldError

from compliance.accounts.roles import SYSTEM
from compliance.casework.models import Case, CaseFlag
from compliance.casework.selectors import holding_flags
from compliance.casework.services import add_evidence
from compliance.desk.outcomes import decide
from compliance.outbox.models import Heard
from equity.models import Portal, Subscription
from equity.refusal import Refused
from equity.services import money, raising
from equity.services.issuers import NewPrincipal, replace_principals
from equity.services.receiving import receive
from equity.sweeps import work_on_cases
from investors import services as investors
from investors.likeness import address_key, birth_key, telephone_key
from investors.models import Person
from tests.factories import (
    OPENED,
    Cast,
    advised,
    investor_actor,
    issuer_user,
    make_content,
    make_issuer,
    make_person,
    make_portal,
    open_offering,
    subscribed,
)

pytestmark = pytest.mark.django_db
LATER = OPENED + timedelta(hours=3)


def somebody(number: int, **fields: Any) -> Person:
    """A person who shares nothing with another one, unless it is said."""
    own = {
        "family_name": f"Famille{number}",
        "street": f"{number}, rue des Érables",
        "telephone": f"581 555-{number:04d}",
        "email": f"personne.{number}@courriel.example",
    }
    given = {"kind": "person", "language": "fr", "province": "QC", "first_name": "Jo"}
    given |= {"born": "1990-05-17", "municipality": "Rimouski", "postal_code": "G5L 1A1"}
    given |= {"registrant": False}
    person = investors.register_person(actor=SYSTEM, at=OPENED, **(given | own | fields))
    investors.identify(actor=SYSTEM, person=person, method="in_person", at=OPENED)
    return person


def swept(at: Any = LATER) -> Counter[str]:
    """What a sweep raises, by the rule."""
    done = work_on_cases(at).done
    assert done["failed"] == 0
    return Counter({name: n for name, n in done.items() if n and name.startswith("case_")})


def test_ten_at_one_address_however_it_is_written() -> None:
    spellings = ("18, rue des Érables", "18 RUE DES ERABLES", " 18  rue des érables. ")
    for number in range(9):
        somebody(
            number, street=spellings[number % 3], postal_code=("G5L 1A1", "g5l1a1")[number % 2]
        )
    assert swept() == {}
    somebody(9, street=spellings[0])
    assert swept() == {"case_shared_address": 1}
    flag = CaseFlag.objects.get()
    assert flag.finding["figures"] == {"persons": 10, "threshold": 10}
    assert len(flag.concerns) == 9
    assert flag.case.kind == "shared_address"
    somebody(10, street=spellings[1])
    assert swept() == {}
    assert Case.objects.count() == 1


def test_an_address_comes_back_when_twice_as_many_share_it() -> None:
    officer = open_offering().asks
    for number in range(10):
        somebody(number, street="18, rue des Érables")
    swept()
    case = Case.objects.get(kind="shared_address")
    decide(actor=officer, case=case, outcome="explained", reason="Une résidence.", at=LATER)
    for number in range(10, 19):
        somebody(number, street="18, rue des Érables")
    assert swept() == {}
    somebody(19, street="18, rue des Érables")
    assert swept() == {"case_shared_address": 1}
    assert Case.objects.filter(kind="shared_address").count() == 2


@pytest.mark.parametrize(
    ("alike", "what"),
    [
        ({"family_name": "Roy", "born": "1980-01-01"}, "birth"),
        ({"email": "Roy@Courriel.example"}, "email"),
        ({"telephone": "1 (418) 555-0142 poste 3"}, "telephone"),
    ],
)
def test_two_who_may_be_one(alike: dict[str, str], what: str) -> None:
    first = {"family_name": "ROY", "born": "1980-01-01"}
    first |= {"email": "roy@courriel.example", "telephone": "418 555-0142"}
    one = somebody(1, **first)
    assert swept() == {}
    two = somebody(2, **alike)
    assert swept() == {"case_near_match": 1}
    flag = CaseFlag.objects.get()
    assert flag.finding["figures"] == {"persons": 2, "alike": what}
    # One flag for the two, and both are held.
    assert {flag.subject_id, *flag.concerns} == {one.pk, two.pk}
    assert holding_flags(one).get() == holding_flags(two).get() == flag
    assert swept(LATER + timedelta(days=1)) == {}


@pytest.mark.parametrize(
    "apart",
    [
        {"family_name": "Roy", "born": "1980-01-02"},
        {"family_name": "Roi", "born": "1980-01-01"},
        {"telephone": "", "email": ""},
    ],
)
def test_two_who_are_merely_alike_are_two(apart: dict[str, str]) -> None:
    somebody(1, family_name="Roy", born="1980-01-01", telephone="", email="")
    somebody(2, **apart)
    assert swept() == {}


def test_a_third_who_may_be_the_same_is_one_more_flag_on_the_case() -> None:
    for number in (1, 2):
        somebody(number, telephone="418 555-0142")
    assert swept() == {"case_near_match": 1}
    three = somebody(3, telephone="418 555-0142")
    assert swept() == {"case_near_match": 1}
    assert Case.objects.count() == 1
    assert holding_flags(three).exists()


def test_a_change_of_the_profile_is_news_too() -> None:
    one, two = somebody(1), somebody(2)
    assert swept() == {}
    investors.update_person(actor=SYSTEM, person=two, telephone=one.telephone, at=OPENED)
    assert swept() == {"case_near_match": 1}


def test_the_indexes_follow_what_they_are_made_of() -> None:
    person = somebody(1)
    before = bytes(Person.objects.get().address_index or b"")
    person.street = "2, rue Neuve"
    person.save(update_fields=["street"])
    assert bytes(Person.objects.get().address_index or b"") != before
    person.postal_code = ""
    person.save(update_fields=["postal_code"])
    assert Person.objects.get().address_index is None
    with pytest.raises(FieldError):
        Person.objects.update(address_index=b"x")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("18, rue des Érables", "18 rue des erables", True),
        ("18, rue des Érables, app. 3", "18, rue des Érables", False),
        ("18, av. du Parc", "18, avenue du Parc", False),
    ],
)
def test_how_addresses_are_compared(one: str, two: str, same: bool) -> None:
    assert (address_key(one, "G5L 1A1") == address_key(two, "g5l1a1")) is same
    assert address_key(one, "") is address_key("", "G5L 1A1") is None


def test_how_telephones_and_births_are_compared() -> None:
    assert telephone_key("1 418 555-0142") == telephone_key("(418) 555-0142 ext. 9")
    assert telephone_key("418 555-0143") != telephone_key("418 555-0142")
    assert telephone_key(" ") is None
    assert birth_key("1980-01-01", "Lévesque-Roy") == birth_key("1980-01-01", "levesque roy")
    assert birth_key("", "Roy") is birth_key("1980-01-01", "") is None
    assert birth_key("1980-01-01", "ᐃᓄᒃ") is not None


# Insiders.


def test_a_principal_who_subscribes_without_saying_so() -> None:
    cast = open_offering()
    aline = somebody(1, first_name="ALINE", family_name="Roy")
    mine = subscribed(cast, aline)
    other = subscribed(cast, somebody(2))
    assert swept() == {"case_insider_undeclared": 1}
    flag = CaseFlag.objects.get()
    assert (flag.subject_id, flag.finding["figures"]) == (mine.pk, {"signs": ["tie_principal"]})
    subscribed(cast, aline, at=OPENED + timedelta(hours=1))
    assert swept() == {}
    assert other.pk != mine.pk


def test_an_account_that_acts_for_the_issuer_is_a_sign() -> None:
    cast = open_offering()
    user = issuer_user(cast.issuer, "Jo Famille1")
    person = somebody(1)
    person.logins.create(user=user)
    subscribed(cast, person)
    assert swept() == {"case_insider_undeclared": 1}
    assert CaseFlag.objects.get().finding["figures"] == {"signs": ["tie_account"]}


def test_somebody_who_becomes_a_principal_later() -> None:
    cast = open_offering()
    subscribed(cast, somebody(1, first_name="Rosalie", family_name="Gagné"))
    assert swept() == {}
    new = [NewPrincipal("Rosalie Gagne", "directrice")]
    replace_principals(actor=SYSTEM, issuer_id=cast.issuer.pk, principals=new, at=LATER)
    assert swept() == {"case_insider_undeclared": 1}


def test_a_name_that_changes_to_that_of_a_principal() -> None:
    cast, person = open_offering(), somebody(1)
    subscribed(cast, person)
    assert swept() == {}
    names = {"first_name": "Aline", "family_name": "Roy"}
    investors.update_person(actor=SYSTEM, person=person, at=OPENED, **names)
    assert swept() == {"case_insider_undeclared": 1}


# Amounts just under a limit. A security is worth 25 $: 96 of them are 2 400 $, 95 are 2 375 $.


@pytest.fixture
def wide() -> Cast:
    return open_offering(content=make_content(maximum=Decimal("100000.00")))


def test_five_of_an_offering_just_under_their_limit(wide: Cast) -> None:
    for number in range(4):
        subscribed(wide, somebody(number), units=96)
    subscribed(wide, somebody(4), units=95)
    assert swept() == {}
    subscribed(wide, somebody(5), units=100)
    assert swept() == {"case_under_limit_many": 1}
    case = Case.objects.get()
    assert (case.kind, case.subject_id) == ("under_limit", wide.offering.pk)
    for number in range(6, 10):
        subscribed(wide, somebody(number), units=100)
    assert swept() == {}
    subscribed(wide, somebody(10), units=96)
    assert swept() == {"case_under_limit_many": 1}
    assert Case.objects.count() == 1  # it was not decided: one more flag on it
    assert CaseFlag.objects.count() == 2


def test_the_advised_limit_is_another_one(wide: Cast) -> None:
    for number in range(5):
        person = somebody(number)
        advised(wide, person)
        subscribed(wide, person, units=96)
    assert swept() == {}


def test_one_person_just_under_their_limit_in_three_offerings() -> None:
    portal, person = make_portal(), somebody(1)
    for number in range(3):
        assert swept() == {}
        cast = open_offering(portal=portal, issuer=make_issuer(name=f"Émetteur {number}"))
        subscribed(cast, person, units=98)
    assert swept() == {"case_under_limit_one": 1}
    assert CaseFlag.objects.get().subject_id == person.pk


# A payment from a third party.


def test_who_tried_to_pay_for_another_is_known_once_a_day() -> None:
    cast = open_offering()
    marie = make_person()
    row = subscribed(cast, marie, paid=False)
    for _press in range(2):
        with pytest.raises(Refused):
            receive(
                actor=investor_actor(marie), subscription_id=row.pk, from_purchaser=False, at=LATER
            )
    flag = CaseFlag.objects.get()
    assert (flag.case.kind, flag.holding) == ("third_party_payment", True)
    assert flag.finding["figures"] == {"amount": {"amount": "100.00"}}
    assert holding_flags(row).exists()
    with pytest.raises(Refused):
        receive(
            actor=investor_actor(marie),
            subscription_id=row.pk,
            amount=Decimal("25.00"),
            from_purchaser=False,
            at=LATER + timedelta(days=1),
        )
    assert CaseFlag.objects.count() == 2
    assert Subscription.objects.get().paid == 0


def test_other_refusals_and_payments_raise_nothing() -> None:
    cast = open_offering()
    marie = make_person()
    row = subscribed(cast, marie, paid=False)
    actor = investor_actor(marie)
    with pytest.raises(Refused):
        receive(actor=actor, subscription_id=row.pk, amount=Decimal("100.01"), at=LATER)
    assert receive(actor=actor, subscription_id=row.pk, at=LATER).subject.paid == 100
    with pytest.raises(Refused):
        money.pay(actor=actor, subscription_id=row.pk, from_purchaser=False, at=LATER)
    assert not Case.objects.exists()


# The sweep.


def test_what_fails_is_found_again_and_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    somebody(1, telephone="418 555-0142")
    somebody(2, telephone="418 555-0142")

    def broken(**given: Any) -> None:
        raise RuntimeError("no case today")

    with monkeypatch.context() as patched:
        patched.setattr(raising, "raise_case", broken)
        assert work_on_cases(LATER).done["failed"] == 2
    assert swept() == {"case_near_match": 1}
    assert swept() == {}


def test_a_long_history_is_heard_bit_by_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raising, "AT_MOST", 2)
    for number in range(4):
        somebody(number, telephone="418 555-0142" if number in (1, 3) else "")
    found = [sum(swept().values()) for _ in range(3)]
    assert sum(found) == 1
    assert Heard.objects.filter(reader=raising.READER).count() == 4


def test_a_second_look_from_the_start_raises_nothing_twice() -> None:
    somebody(1, telephone="418 555-0142")
    somebody(2, telephone="418 555-0142")
    assert swept() == {"case_near_match": 1}
    again = work_on_cases(LATER, from_the_start=True)
    assert not +again.done
    assert Case.objects.count() == 1


def test_working_days_are_those_of_the_portal() -> None:
    Portal.objects.all().delete()
    portal = make_portal(province="ON")
    cast = open_offering(portal=portal)
    subscribed(cast, somebody(1, first_name="Aline", family_name="Roy"))
    swept()
    assert Case.objects.get().province == "ON"


def test_a_near_match_is_decided_on_an_identity_document() -> None:
    officer = open_offering().asks
    one = somebody(1, telephone="418 555-0142")
    somebody(2, telephone="418 555-0142")
    swept()
    case = Case.objects.get()
    add_evidence(actor=officer, case=case, kind="identity", name="Permis", content=b"x", at=LATER)
    decide(actor=officer, case=case, outcome="different_people", reason="Un couple.", at=LATER)
    assert not holding_flags(one).exists()
