"""The catalogue: every code of the rulebook, in both languages, with the words people read."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from compliance.rules.kernel.catalogue import Rule, load_catalogue
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.terms import term
from compliance.rules.ni45_110 import closing, filing, subscription
from compliance.rules.ni45_110.book import REGIME, rulebook
from compliance.rules.ni45_110.security import REQUIRED
from equity import moves
from tests.rules import given
from tests.rules.every_finding import every_finding
from tests.rules.given import ON

CODES = {
    # Judged when an offering is submitted, approved and opened, and when an amendment is published
    "issuer.head_office_in_canada": "secondary",
    "issuer.not_reporting": "secondary",
    "issuer.not_investment_fund": "secondary",
    "issuer.has_operations": "secondary",
    "issuer.principals_declared": "recalled",
    "portal.authorised": "recalled",
    "portal.no_common_principal": "recalled",
    "portal.no_purchaser_fee": "secondary",
    "security.eligible": "secondary",
    "security.terms_complete": "recalled",
    "offering.amounts_consistent": "recalled",
    "offering.within_group_cap": "secondary",
    "offering.one_at_a_time": "secondary",
    "offering.within_90_days": "recalled",
    "offering.no_group_commission": "recalled",
    "document.items_complete": "verified",
    "document.certified": "verified",
    "document.french_available": "recalled",
    "document.wording_confirmed": "policy",
    # Judged at subscription
    "offering.open": "recalled",
    "offering.room": "recalled",
    "group.cap": "secondary",
    "purchaser.limit": "secondary",
    "purchaser.minimum": "recalled",
    "purchaser.of_age": "recalled",
    "purchaser.resident": "recalled",
    "purchaser.identified": "policy",
    "purchaser.document_read": "recalled",
    "purchaser.risks_acknowledged": "secondary",
    "purchaser.not_too_late": "policy",
    "purchaser.suitable": "secondary",
    "purchaser.particulars_complete": "recalled",
    "portal.entry_acknowledged": "secondary",
    # Judged at closing
    "closing.minimum_reached": "recalled",
    "closing.withdrawal_over": "recalled",
    "closing.within_90_days": "recalled",
    "closing.group_cap": "secondary",
    "closing.purchaser_limits": "secondary",
    "closing.funds_in_trust": "recalled",
    "closing.two_people": "policy",
    "certificate.resale_legend": "secondary",
    "closing.gross_release": "recalled",
    # Judged elsewhere, or shown
    "payment.from_purchaser": "policy",
    "amendment.terms_locked": "policy",
    "actor.not_allowed": "policy",
    "state.not_allowed": "policy",
    "group.wider_links": "secondary",
    "amendment.rights_outlive": "recalled",
}
"""Every code of the rulebook with the grade of its line."""
AGAIN_AT_CLOSING = {
    "issuer.head_office_in_canada",
    "issuer.not_reporting",
    "issuer.not_investment_fund",
    "issuer.has_operations",
    "portal.authorised",
}
RULES = Path(filing.__file__).parent
NBSP = "\N{NO-BREAK SPACE}"


def test_the_codes_and_grades_of_the_rulebook() -> None:
    assert {code: rule.grade.value for code, rule in REGIME.rules.items()} == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_rule_has_its_words_in_both_languages(code: str) -> None:
    rule = REGIME.rules[code]
    pairs = [
        (rule.title_fr, rule.title_en),
        (rule.citation_fr, rule.citation_en),
        (rule.met_fr, rule.met_en),
        (rule.unmet_fr, rule.unmet_en),
    ]
    for fr, en in pairs:
        assert fr.strip()
        assert en.strip()
        assert fr != en
    assert rule.binds in {"issuer", "portal", "dealer", "purchaser"}
    assert rule.start == date(2021, 9, 21)
    assert rule.reviewed >= rule.start
    for language in ("fr", "en"):
        assert rule.title(language)[-1] in ".?"
        for met in (True, False):
            sentence = rule.template(met=met, language=language)
            if sentence.endswith("{clauses}"):
                (sentence,) = {clause[-1] for _, clause in getattr(rule, f"clauses_{language}")}
            assert sentence[-1] in ".?"


def test_what_refuses_says_more_than_what_is_asked() -> None:
    """A refusal tells what was found or what would pass; the warnings never refuse."""
    never = {"group.wider_links", "amendment.rights_outlive"}
    silent = {code for code, rule in REGIME.rules.items() if rule.unmet_fr == rule.title_fr}
    assert silent == never


def test_a_policy_never_cites_the_instrument() -> None:
    policies = [rule for rule in REGIME.rules.values() if rule.grade is Grade.POLICY]
    assert len(policies) == sum(grade == "policy" for grade in CODES.values())
    for rule in policies:
        assert "45-110" not in rule.citation_fr + rule.citation_en
        assert rule.citation_fr.startswith("Politique du portail")
        assert rule.citation_en.startswith("Portal policy")


def test_what_cites_the_instrument_cites_it_in_both_languages() -> None:
    for rule in REGIME.rules.values():
        assert ("45-110" in rule.citation_fr) is ("45-110" in rule.citation_en), rule.code


def test_a_policy_that_cites_the_instrument_is_refused_at_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = (RULES / "catalogue" / "acts.toml").read_text(encoding="utf-8")
    bad = bad.replace("Portal policy: roles", "NI 45-110, s. 3")
    (tmp_path / "acts.toml").write_text(bad, encoding="utf-8")
    monkeypatch.setattr("compliance.rules.kernel.catalogue.files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"actor\.not_allowed must not cite"):
        load_catalogue("any", ("acts.toml",))


def test_a_rule_given_twice_is_refused_at_reading() -> None:
    with pytest.raises(ValueError, match=r"closing\.minimum_reached is given twice"):
        load_catalogue("compliance.rules.ni45_110", ("catalogue/closing.toml",) * 2)


# Where each rule is judged


def judged_as(question: str) -> set[str]:
    return {code for code, rule in REGIME.rules.items() if question in rule.judged}


def test_the_catalogue_says_where_each_rule_is_judged() -> None:
    filed = {row.code for row in filing.judge(given.filing(), on=ON)}
    assert judged_as("filing") == filed
    published = filing.judge_publication(given.filing(), given.publication(), on=ON)
    assert judged_as("amendment") == {row.code for row in published} - filed
    subscribed = subscription.judge(given.subscription(portal=given.dealer()), on=ON)
    assert judged_as("subscription") == {row.code for row in subscribed}
    closed = closing.judge(given.closing(), on=ON)
    assert judged_as("closing") - {"closing.two_people"} == {row.code for row in closed}
    assert {row.code for row in closed} & filed == AGAIN_AT_CLOSING


# The sentences, filled in


FINDINGS = tuple(every_finding())


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_rule_was_met_and_not_met_above() -> None:
    always_met = {"group.wider_links", "amendment.rights_outlive"}
    never_met = {"actor.not_allowed", "state.not_allowed"}
    assert {row.code for row in FINDINGS if row.met} == set(CODES) - never_met
    assert {row.code for row in FINDINGS if not row.met} == set(CODES) - always_met


def test_every_name_in_a_sentence_is_given_by_its_rule() -> None:
    for row in FINDINGS:
        given_names = set(row.figures) | ({"room"} if row.room is not None else set())
        inside = [*row.rule.clauses_fr, *row.rule.clauses_en]
        if inside:
            assert {name.removeprefix("not_") for name, _ in inside} <= set(row.figures), row.code
            assert set().union(*(names_in(clause) for _, clause in inside)) <= given_names
            given_names |= {"clauses"}
        for language in ("fr", "en"):
            for met in (True, False):
                template = row.rule.template(met=met, language=language)
                assert names_in(template) <= given_names, (row.code, language, met)


def test_a_dash_stands_only_for_what_is_not_known() -> None:
    for row in FINDINGS:
        unknown = {name for name, value in row.figures.items() if value is None}
        for language in ("fr", "en"):
            shown = names_in(row.rule.template(met=row.met, language=language))
            assert ("—" in row.message(language)) is bool(shown & unknown), row.message(language)


WITH_CLAUSES = [rule for rule in REGIME.rules.values() if rule.clauses_fr]


@pytest.mark.parametrize("rule", WITH_CLAUSES, ids=lambda rule: rule.code)
def test_every_clause_was_told_above_and_both_languages_have_it(rule: Rule) -> None:
    """A sentence that waits for clauses has one, whatever the figures are; but the refusal of what
    is not there, which has no state to tell."""
    assert dict(rule.clauses_fr).keys() == dict(rule.clauses_en).keys()
    for language, clauses in (("fr", rule.clauses_fr), ("en", rule.clauses_en)):
        rows = [
            set(rule.clauses(row.figures, language))
            for row in FINDINGS
            if row.code == rule.code
            and "clauses" in names_in(rule.template(met=row.met, language=language))
        ]
        assert rows
        assert all(rows) or rule.code == "state.not_allowed"
        assert set().union(*rows) == {clause for _, clause in clauses}


def test_both_languages_show_the_same_figures() -> None:
    for rule in REGIME.rules.values():
        for met in (True, False):
            fr, en = (names_in(rule.template(met=met, language=ln)) for ln in ("fr", "en"))
            assert fr == en, (rule.code, met)
        for (name, fr_clause), (_, en_clause) in zip(rule.clauses_fr, rule.clauses_en, strict=True):
            assert names_in(fr_clause) == names_in(en_clause), (rule.code, name)


def test_a_room_is_shown_where_a_limit_refuses() -> None:
    for row in FINDINGS:
        if row.room is not None and not row.met:
            assert "room" in names_in(row.rule.template(met=False, language="fr")), row.code


def test_no_code_is_left_in_a_sentence() -> None:
    """What a sentence shows in words has words in both languages."""
    codes = {*chain.from_iterable(REQUIRED.values()), *REQUIRED}
    codes |= {*moves.OFFERING_STATES, *moves.SUBSCRIPTION_STATES, "unknown"}
    codes |= {*moves.OFFERING_MOVES, *moves.SUBSCRIPTION_MOVES, *moves.STANDING_MOVES}
    codes |= {"exempt", "dealer", "fr", "en", "insider", "telephone", "other"}
    for code in codes:
        assert term(code, "fr") != code, code
        assert term(code, "en") == code or "_" not in term(code, "en"), code
    for move in ("open", "draft"):
        assert term(move, "fr", "move") != term(move, "fr")


# French typography


def french() -> Iterator[str]:
    """Every French text of the regime, and every sentence filled in."""
    for path in sorted([*RULES.rglob("*.toml"), RULES.parent / "kernel" / "terms.toml"]):
        yield from _texts(tomllib.loads(path.read_text(encoding="utf-8")))
    for row in FINDINGS:
        yield row.message("fr")


def _texts(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, "fr" if key == "clauses_fr" else name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str) and (key == "fr" or key.endswith("_fr")):
        yield value


def test_french_typography() -> None:
    texts = list(french())
    assert len(texts) > 300
    for text in texts:
        assert not re.search(r"(?<!\N{NO-BREAK SPACE})[:»]", text), text
        assert not re.search(r"«(?!\N{NO-BREAK SPACE})", text), text
        assert not re.search(r"\s[;!?]", text), text
        assert not re.search(r"(?<!\N{NO-BREAK SPACE})\$", text), text
        assert "  " not in text, text
        assert NBSP + NBSP not in text, text


# No figure stands in the code


def functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def literals(source: str) -> list[str]:
    """Numbers over one, and amounts, written inside functions: each should have been a figure."""
    wrong = []
    for function in functions(ast.parse(source)):
        for node in (found for line in function.body for found in ast.walk(line)):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                wrong += [f"{function.name}: {node.value}"] if abs(node.value) > 1 else []
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Decimal", "cad", "date"}:
                wrong.append(f"{function.name}: {ast.unparse(node)}")
    return wrong


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_no_figure_stands_in_the_code(path: Path) -> None:
    assert literals(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x <= 2500",
        "def f(x):\n    return x <= Decimal('2500')",
        "def f(x):\n    return x + timedelta(days=90)",
        "def f(x):\n    return x * 1.5",
        "def f(x):\n    return x >= date(2021, 9, 21)",
    ],
)
def test_a_figure_in_the_code_would_be_found(source: str) -> None:
    assert literals(source) != []


def test_a_rule_outside_its_dates() -> None:
    with pytest.raises(OutsideDates, match=r"purchaser\.unknown is not in force on 2026-03-02"):
        rulebook(ON).rule("purchaser.unknown")
    assert isinstance(rulebook(ON).rule("purchaser.limit"), Rule)
