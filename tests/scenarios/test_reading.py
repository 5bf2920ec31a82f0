"""Reading scenario files: what the format says is read as it says, times and amounts above all."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from compliance.scenarios.reading import ScenarioError, read_story, read_text
from compliance.scenarios.reading.story import (
    OfferingParams,
    PayParams,
    RateSpec,
    UseOfFundsRow,
)
from tests.scenarios.telling import HEAD, draft, one, story

SHARED = Path(__file__).parent / "shared"


@pytest.mark.parametrize(
    ("name", "steps", "kind"),
    [
        ("01-maple-shares-close", 27, "common_share"),
        ("02-community-bond", 21, "community_bond"),
        ("03-fails-and-refunds", 12, "cooperative_share"),
        ("04-amended", 18, "preferred_share"),
    ],
)
def test_the_shared_stories_are_read(name: str, steps: int, kind: str) -> None:
    read = read_story(SHARED / f"{name}.yaml")
    assert len(read.steps) == steps
    assert [step.n for step in read.steps] == list(range(1, steps + 1))
    offering = read.steps[0].params
    assert isinstance(offering, OfferingParams)
    assert offering.offering.security is not None
    assert offering.offering.security.kind == kind


def test_the_maple_story_is_read_to_the_last_detail() -> None:
    read = read_story(SHARED / "01-maple-shares-close.yaml")
    assert read.starts == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    assert read.people["paul"].province == "ON"
    assert read.people["paul"].born == date(1984, 11, 2)
    assert read.issuers["erabliere"].name == "Érablière du Ruisseau inc."
    first = read.steps[0]
    assert (first.name, first.by, first.line) == ("o1", "erabliere", 20)
    assert isinstance(first.params, OfferingParams)
    offering = first.params.offering
    assert offering.jurisdictions == ("QC", "ON")
    assert offering.minimum == Decimal("13000.00")
    assert offering.use_of_funds == (
        UseOfFundsRow(what="Evaporator", minimum=Decimal(12000), maximum=Decimal(235000)),
        UseOfFundsRow(what="Portal fee", minimum=Decimal(1000), maximum=Decimal(15000)),
    )
    last = read.steps[-1].expect
    assert last is not None
    assert last.holdings == {"marie": 100, "rich": 400, "paul": 40}
    assert last.trust == Decimal("0.00")
    assert last.duties is not None
    assert last.duties["duty.inform_issuer"] == date(2026, 3, 26)


def test_the_bond_keeps_its_rate_and_its_term_in_months() -> None:
    params = read_story(SHARED / "02-community-bond.yaml").steps[0].params
    assert isinstance(params, OfferingParams)
    security = params.offering.security
    assert security is not None
    assert security.denomination == security.unit_price == Decimal("500.00")
    assert security.price is None
    assert security.particulars == {
        "rate": RateSpec(kind="fixed", percent=Decimal("4.00")),
        "interest": "simple",
        "day_count": "30/360",
        "payments": "yearly",
        "term_months": 60,
        "repayment": "bullet",
        "security_given": "none",
    }


def test_what_is_left_out_has_the_values_of_the_format() -> None:
    people = "people: {a: {role: investor}}"
    read = read_text(
        f"title: T\nstarts: 2026-03-02 09:00\n{people}\nissuers: {{i: {{}}}}\nsteps: []\n"
    )
    portal = read.portal
    assert (portal.kind, portal.province, portal.authorised) == ("exempt", "QC", True)
    assert (portal.demonstration, portal.principals, portal.purchaser_fee) == (True, (), False)
    person = read.people["a"]
    assert (person.province, person.language, person.identified) == ("QC", "fr", False)
    assert person.born == date(1980, 1, 1)
    issuer = read.issuers["i"]
    assert (issuer.form, issuer.head_office, issuer.has_operations) == ("company", "QC", True)
    assert (issuer.reporting, issuer.investment_fund) == (False, False)
    assert issuer.principals is None
    assert (issuer.related, issuer.earlier_distributions) == ((), ())
    assert read.strict is False


def test_a_strict_story_fills_in_no_birthday() -> None:
    head = HEAD.replace("title: A story", "title: A story\nstrict: true")
    assert story(head=head).people["marie"].born is None


def test_naming_nobody_is_an_answer_and_not_an_omission() -> None:
    named = story(head=HEAD.replace("coop: {}", "coop: {principals: []}"))
    assert named.issuers["coop"].principals == ()
    assert named.issuers["mill"].principals is None


def test_a_person_speaks_french_in_quebec_and_english_elsewhere() -> None:
    people = story(head=HEAD.replace("{role: investor}", "{role: investor, province: NS}")).people
    assert people["marie"].language == "en"


def test_an_organisation_has_no_birthday() -> None:
    head = HEAD.replace("{role: investor}", "{role: investor, kind: organisation}")
    assert story(head=head).people["marie"].born is None


def test_a_head_office_abroad_is_a_country_code() -> None:
    head = HEAD.replace("coop: {}", "coop: {head_office: FR}").replace(
        "{role: investor}", "{role: investor, province: US}"
    )
    read = story(head=head)
    assert read.issuers["coop"].head_office == "FR"
    assert read.people["marie"].province == "US"


def test_relations_and_earlier_distributions_are_dated() -> None:
    edge = "related: [{issuer: mill, kind: affiliate, since: 2024-01-01, until: 2024-01-01}]"
    earlier = "earlier_distributions: [{closed: 2025-11-30, amount: 400000}]"
    issuer = story(head=HEAD.replace("coop: {}", f"coop: {{{edge}, {earlier}}}")).issuers["coop"]
    assert issuer.related[0].until == date(2024, 1, 1)
    assert issuer.earlier_distributions[0].amount == Decimal("400000.00")


def test_a_list_of_provinces_authorises_a_portal_in_these_only() -> None:
    portal = story(head=HEAD + "").portal
    assert portal.authorised_in("NU")
    portal = story(head="portal: {authorised: [QC, ON]}\n" + HEAD).portal
    assert (portal.authorised_in("ON"), portal.authorised_in("BC")) == (True, False)


# --- booleans, numbers, times ---------------------------------------------------------------


def test_on_is_ontario_and_yes_and_no_are_words() -> None:
    offering = draft("jurisdictions: [ON, NB], use_of_funds: [{what: yes, minimum: 0, maximum: 1}]")
    assert offering.jurisdictions == ("ON", "NB")
    assert offering.use_of_funds is not None
    assert offering.use_of_funds[0].what == "yes"


def test_times_are_local_to_the_portal() -> None:
    head = "portal: {province: BC}\n" + HEAD
    assert story(head=head).starts == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-03 09:00",
        "2026-03-03T09:00:00",
        "'2026-03-03 9:00'",
        "2026-03-03 09:00-05:00",
        "2026-03-03T14:00Z",
        "2026-03-03 14:00 +0000",
        "2026-03-03 19:30+05:30",
    ],
)
def test_one_instant_written_in_several_ways(written: str) -> None:
    step = story(f"at: {written}, do: wait").steps[0]
    assert step.at == datetime(2026, 3, 3, 14, 0, tzinfo=UTC)


def test_a_time_that_autumn_repeats_is_the_first_and_an_offset_means_the_other() -> None:
    steps = story("at: 2026-11-01 01:30, do: wait", "at: 2026-11-01 01:30-05:00, do: wait").steps
    assert steps[0].at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert steps[1].at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_steps_at_the_same_instant_and_at_the_start_are_in_order() -> None:
    assert len(story("at: 2026-03-02 09:00, do: wait", "at: 2026-03-02 09:00, do: wait").steps) == 2


def test_the_first_day_of_the_instrument_is_the_first_day_of_a_story() -> None:
    head = HEAD.replace("2026-03-02 09:00", "2021-09-21 00:00")
    assert story(head=head).starts == datetime(2021, 9, 21, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [("0", "0.00"), ("'2500.5'", "2500.50"), ('"0.01"', "0.01"), ("25", "25.00")],
)
def test_amounts_are_exact(written: str, read: str) -> None:
    params = one(f"by: marie, do: pay, subscription: s1, with: {{amount: {written}}}").params
    assert params == PayParams(Decimal(read), "purchaser")


def test_an_anchor_may_be_used_again() -> None:
    offering = draft(
        "use_of_funds: [&row {what: Roof, minimum: 5, maximum: 6}, *row], minimum: 10, maximum: 12"
    )
    assert offering.use_of_funds is not None
    assert offering.use_of_funds[0] == offering.use_of_funds[1]


def test_a_file_that_is_not_there_or_not_a_file_is_a_scenario_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(ScenarioError) as refused:
            read_story(path)
        assert (refused.value.file, refused.value.line) == (str(path), 1)


def test_a_text_is_told_from_a_path_by_its_line_break() -> None:
    assert read_story(HEAD + "  []\n").path == "<text>"
    with pytest.raises(ScenarioError, match=r"^nowhere\.yaml:1: the file cannot be opened"):
        read_story("nowhere.yaml")


def test_an_error_is_printed_with_file_line_and_key_in_both_languages() -> None:
    error = ScenarioError("f.yaml", 3, "steps[1].at", "wrong", "faux")
    assert str(error) == "f.yaml:3: steps[1].at: wrong"
    assert error.text("fr") == "f.yaml:3: steps[1].at: faux"
    assert str(ScenarioError("f.yaml", 1, "", "empty", "vide")) == "f.yaml:1: empty"
