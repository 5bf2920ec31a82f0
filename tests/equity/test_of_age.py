"""Of age in the province of residence, on that day, there: the eve and the birthday."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from compliance.rules.kernel.zones import PROVINCES, day_start, zone_of
from equity.refusal import Refused
from equity.services import subscribing
from investors.models import Person
from investors.selectors import age_on
from tests import factories as f

MAJORITY = dict.fromkeys(("QC", "AB", "SK", "MB", "ON", "PE"), 18)
MAJORITY |= dict.fromkeys(("BC", "NB", "NS", "NL", "YT", "NT", "NU"), 19)


def person(born: str, kind: str = "person") -> Person:
    return Person(kind=kind, born=born, province="QC")


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-03-02", date(2026, 3, 1), 17),
        ("2008-03-02", date(2026, 3, 2), 18),
        ("2008-03-02", date(2026, 3, 3), 18),
        ("2008-02-29", date(2026, 2, 28), 17),  # reached on 1 March of a common year
        ("2008-02-29", date(2026, 3, 1), 18),
        ("2004-02-29", date(2024, 2, 28), 19),
        ("2004-02-29", date(2024, 2, 29), 20),
        ("2008-12-31", date(2026, 12, 30), 17),
        ("2008-12-31", date(2026, 12, 31), 18),
        ("2026-03-02", date(2026, 3, 2), 0),
        ("", date(2026, 3, 2), None),
    ],
)
def test_age_on_a_day(born: str, on: date, age: int | None) -> None:
    assert age_on(person(born), on) == age


def test_an_organisation_has_no_age() -> None:
    assert age_on(person("1990-01-01", kind="organisation"), date(2026, 3, 2)) is None


def codes(cast: f.Cast, buyer: Person, at: datetime) -> list[str]:
    """What a subscription is refused for at that instant; nothing stays of it."""
    try:
        with transaction.atomic():
            subscribing.subscribe(
                actor=f.investor_actor(buyer),
                offering_id=cast.offering.pk,
                units=4,
                insider=False,
                at=at,
            )
            transaction.set_rollback(True)
    except Refused as refusal:
        return [finding.code for finding in refusal.findings if not finding.met]
    return []


@pytest.mark.django_db
def test_the_birthday_begins_at_midnight_where_the_person_lives() -> None:
    """One second before midnight there, and at midnight there, in every province."""
    birthday = date(2026, 3, 10)
    content = f.make_content(jurisdictions=tuple(sorted(PROVINCES)))
    cast = f.open_offering(content=content)
    for province, majority in MAJORITY.items():
        born = birthday.replace(year=birthday.year - majority)
        buyer = f.make_person(province=province, born=born.isoformat(), language="fr")
        f.acknowledged(cast, buyer)
        midnight = day_start(birthday, zone_of(province))
        assert codes(cast, buyer, midnight - timedelta(seconds=1)) == ["purchaser.of_age"], province
        assert codes(cast, buyer, midnight) == [], province


@pytest.mark.django_db
def test_it_is_already_the_birthday_in_newfoundland_and_not_yet_in_montreal() -> None:
    cast = f.open_offering(content=f.make_content(jurisdictions=("QC", "NL")))
    at = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)  # 00:30 in St. John's, 23:00 in Montréal
    for province, majority, refused in (("NL", 19, []), ("QC", 18, ["purchaser.of_age"])):
        buyer = f.make_person(province=province, born=f"{2026 - majority}-03-10")
        f.acknowledged(cast, buyer)
        assert codes(cast, buyer, at) == refused
