"""The table of kinds, the rules that raise cases at their thresholds, and the days of a case."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from compliance.casework import rules
from compliance.casework.deadlines import given, service_level
from compliance.casework.kinds import (
    BY_INVESTORS,
    EVIDENCE,
    FLAGS,
    KINDS,
    QUEUES,
    allowed_pairs,
    kinds_in,
    queue_of,
)
from compliance.casework.rules import (
    REGIME,
    Likeness,
    Purchase,
    Shared,
    Ties,
    casebook,
    growth,
    read,
    told,
)
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.zones import day_end, zone_of

DAY = date(2026, 3, 2)
BOOK = casebook(DAY)
QUEBEC = zone_of("QC")
LIMIT = Decimal("2500.00")
CENT = Decimal("0.01")


def test_the_table_names_only_what_there_is() -> None:
    queues, evidence = {one.code for one in QUEUES}, {one.code for one in EVIDENCE}
    assert {queue_of(code) for code in KINDS} == queues
    assert sorted(kind for queue in queues for kind in kinds_in(queue)) == sorted(KINDS)
    for code, kind in KINDS.items():
        assert kind.code == code
        assert kind.days > 0
        assert kind.subjects
        codes = [one.code for one in kind.decisions]
        assert len(set(codes)) == len(codes) > 0
        assert {needed for one in kind.decisions for needed in one.evidence} <= evidence
        assert {asked for one in kind.decisions for asked in one.asks} <= {
            "answer",
            "question",
            "sent",
        }
    assert set(BY_INVESTORS) <= set(KINDS)
    assert len(set(allowed_pairs())) == sum(len(kind.decisions) for kind in KINDS.values())


def test_every_flag_has_its_rule_and_its_kind() -> None:
    assert set(FLAGS) == set(REGIME.rules)
    assert {flag.kind for flag in FLAGS.values()} <= set(KINDS)
    assert all(flag.code == code for code, flag in FLAGS.items())


def test_every_threshold_is_said_to_be_the_portals_own() -> None:
    values = [value for figure in REGIME.figures.values() for value in figure.values]
    assert {value.grade for value in values} == {Grade.POLICY}
    assert {rule.grade for rule in REGIME.rules.values()} == {Grade.POLICY}
    assert not any("45-110" in value.citation_en for value in values)


@pytest.mark.parametrize(("persons", "raises"), [(1, False), (9, False), (10, True), (11, True)])
def test_an_address_shared_by_ten(persons: int, raises: bool) -> None:
    finding = rules.shared_address(Shared(persons), BOOK)
    assert finding.met is not raises
    assert finding.figures == {"persons": persons, "threshold": 10}


@pytest.mark.parametrize(("persons", "raises"), [(1, False), (2, True), (3, True)])
def test_one_account_for_many_and_one_person_recorded_twice(persons: int, raises: bool) -> None:
    assert rules.shared_account(Shared(persons), BOOK).met is not raises
    assert rules.near_match(Likeness(persons, "birth"), BOOK).met is not raises


@pytest.mark.parametrize(
    ("total", "near"),
    [
        (LIMIT - 100 - CENT, False),
        (LIMIT - 100, True),
        (LIMIT - 100 + CENT, True),
        (LIMIT - CENT, True),
        (LIMIT, True),
        (LIMIT + CENT, False),
    ],
)
def test_just_under_a_limit_to_the_cent(total: Decimal, near: bool) -> None:
    assert rules.just_under(Purchase(total, LIMIT), BOOK) is near


def test_the_advised_limit_is_the_one_that_counts() -> None:
    assert not rules.just_under(Purchase(LIMIT, Decimal("10000.00")), BOOK)


@pytest.mark.parametrize(
    ("near", "others", "raises"),
    [
        (4, 0, False),
        (5, 0, True),
        (6, 0, True),
        (5, 14, True),  # 5 of 19: 26 percent
        (5, 15, True),  # 5 of 20: 25 percent
        (5, 16, False),  # 5 of 21: 23.8 percent
        (0, 0, False),
    ],
)
def test_many_purchasers_just_under_their_limit(near: int, others: int, raises: bool) -> None:
    purchases = (Purchase(LIMIT, LIMIT),) * near + (Purchase(LIMIT / 2, LIMIT),) * others
    finding = rules.under_limit_many(purchases, BOOK)
    assert finding.met is not raises
    assert finding.figures["near"] == near
    assert finding.figures["purchasers"] == near + others


@pytest.mark.parametrize(("near", "raises"), [(2, False), (3, True), (4, True)])
def test_one_person_just_under_their_limit_again_and_again(near: int, raises: bool) -> None:
    purchases = (*(Purchase(LIMIT, LIMIT),) * near, Purchase(LIMIT / 2, LIMIT))
    assert rules.under_limit_one(purchases, BOOK).met is not raises


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("account", [True, False])
@pytest.mark.parametrize("principal", [True, False])
def test_an_insider_who_says_so_and_one_who_does_not(
    declared: bool, account: bool, principal: bool
) -> None:
    finding = rules.insider(Ties(declared, account, principal), BOOK)
    assert finding.met is not (declared or account or principal)
    assert finding.code == ("case.insider" if declared else "case.insider_undeclared")
    if not declared:
        assert len(finding.figures["signs"]) == account + principal


def test_a_third_partys_payment_is_always_raised() -> None:
    finding = rules.third_party(Decimal("25.00"), BOOK)
    assert not finding.met
    assert "25,00\u00a0$" in finding.message("fr")


@pytest.mark.parametrize(
    ("measure", "step"), [(10, 10), (11, 10), (19, 10), (20, 20), (39, 20), (40, 40), (1000, 640)]
)
def test_a_matter_has_grown_when_it_has_doubled(measure: int, step: int) -> None:
    assert growth(measure, 10) == step


def test_a_matter_that_is_none_has_no_step() -> None:
    for measure, threshold in ((9, 10), (0, 0)):
        with pytest.raises(ValueError, match="not reached"):
            growth(measure, threshold)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_flag_says_later_what_the_rule_found(language: str) -> None:
    purchases = (Purchase(LIMIT, LIMIT),) * 6
    for finding in (
        rules.shared_address(Shared(12), BOOK),
        rules.shared_account(Shared(3), BOOK),
        rules.near_match(Likeness(2, "telephone"), BOOK),
        rules.under_limit_many(purchases, BOOK),
        rules.under_limit_one(purchases, BOOK),
        rules.insider(Ties(declared=True, account=False, principal=True), BOOK),
        rules.insider(Ties(declared=False, account=True, principal=True), BOOK),
        rules.third_party(Decimal("25.00"), BOOK),
    ):
        again = read(told(finding), DAY)
        assert again == finding
        sentence = again.message(language)
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "—" not in sentence


# The service level, in working days.


def at(day: int, hour: int = 10) -> datetime:
    """That hour of a day of March 2026 in Montréal."""
    return datetime(2026, 3, day, hour, tzinfo=QUEBEC).astimezone(UTC)


def test_the_day_of_the_opening_and_the_weekend_do_not_count() -> None:
    counted = service_level(opened_at=at(2), days=5, province="QC")  # a Monday
    assert [day.day for day in counted.counted] == [3, 4, 5, 6, 9]
    assert {day.day: why for day, why in counted.skipped.items()} == {7: "weekend", 8: "weekend"}
    assert counted.due_on == date(2026, 3, 9)
    assert counted.due_at == day_end(date(2026, 3, 9), QUEBEC)
    assert counted.near_at == at(6, 0)


@pytest.mark.parametrize(
    ("province", "opened", "due_on"),
    [
        ("QC", date(2026, 6, 23), date(2026, 6, 25)),  # the 24th is the national day of Quebec
        ("ON", date(2026, 6, 23), date(2026, 6, 24)),
        ("QC", date(2026, 6, 30), date(2026, 7, 2)),
        ("QC", date(2026, 12, 24), date(2026, 12, 28)),  # Christmas is a Friday
    ],
)
def test_holidays_of_the_portals_province_do_not_count(
    province: str, opened: date, due_on: date
) -> None:
    noon = datetime(opened.year, opened.month, opened.day, 17, tzinfo=UTC)
    assert service_level(opened_at=noon, days=1, province=province).due_on == due_on


def test_the_portals_clock_says_which_day_it_was_opened() -> None:
    night = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)  # still Monday evening in Montréal
    assert service_level(opened_at=night, days=1, province="QC").due_on == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        (at(3), at(3, 23), 6),  # answered the same day: nothing stops
        (at(3, 23), at(4, 0), 9),  # over one midnight
        (at(3), at(5), 10),  # Tuesday to Thursday: two days
        (at(6), at(9), 9),  # over a weekend: Friday alone
        (at(2), at(3), 6),  # asked on the day of the opening, which counts for nobody
    ],
)
def test_days_that_end_with_a_question_do_not_count(
    asked: datetime, answered: datetime, due: int
) -> None:
    counted = service_level(opened_at=at(2), days=4, province="QC", stops=[(asked, answered)])
    assert counted.due_on == date(2026, 3, due)
    assert len(counted.counted) == 4


def test_questions_that_overlap_stop_a_day_once() -> None:
    stops = [(at(3), at(5)), (at(4), at(5, 12))]
    counted = service_level(opened_at=at(2), days=4, province="QC", stops=stops)
    assert counted.due_on == date(2026, 3, 10)


def test_while_a_question_waits_nobody_knows_the_last_day() -> None:
    counted = service_level(opened_at=at(2), days=4, province="QC", stops=[(at(4), None)])
    assert (counted.due_on, counted.due_at, counted.near_at) == (None, None, None)
    assert [day.day for day in counted.counted] == [3]


def test_a_question_after_the_last_day_does_not_bring_it_back() -> None:
    counted = service_level(opened_at=at(2), days=2, province="QC", stops=[(at(5), None)])
    assert counted.due_on == date(2026, 3, 4)


@pytest.mark.parametrize("days", [0, -1])
def test_no_days_are_no_service_level(days: int) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        service_level(opened_at=at(2), days=days, province="QC")


def test_a_deadline_keeps_what_it_was_counted_by() -> None:
    stops = [(at(3), at(5))]
    counted = service_level(opened_at=at(2), days=4, province="QC", stops=stops)
    inputs = counted.plain()["inputs"]
    again = service_level(
        opened_at=datetime.fromisoformat(inputs["opened_at"]),
        days=inputs["days"],
        province=inputs["province"],
        stops=[tuple(map(datetime.fromisoformat, stop)) for stop in inputs["stops"]],
    )
    assert again == counted
    assert replace(again, due_on=DAY) != counted
    assert {"holidays", "tzdata"} <= set(inputs)


def test_a_given_day_is_near_the_day_before() -> None:
    deadline = given(date(2026, 3, 20), province="QC")
    assert (deadline.near_at, deadline.due_at) == (at(19, 0), at(21, 0))
    assert deadline.due_at is not None
    assert deadline.due_at - timedelta(days=1) > deadline.near_at - timedelta(days=1)
