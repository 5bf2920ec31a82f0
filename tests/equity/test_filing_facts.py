"""What a security converts into and the rate it bears, as the rules are told."""

from typing import Any

import pytest
from django.db import transaction

from compliance.rules.ni45_110 import filing as rules
from equity.refusal import Refused
from equity.selectors.facts import filing_facts
from equity.services import filing
from tests import factories as f

pytestmark = pytest.mark.django_db


def told(kind: str, **particulars: Any) -> tuple[str | None, str | None]:
    content = f.make_content(kind, particulars=f.PARTICULARS[kind] | particulars)
    offering = f.draft_offering(kind, content=content).offering
    assert offering.working is not None
    facts = filing_facts(offering, offering.working, f.OPENED)
    return facts.converts_into, facts.rate_kind


def both_ways(**particulars: Any) -> str | None:
    return told("convertible", **particulars)[0]


def test_the_kind_comes_before_the_words() -> None:
    words = {"fr": "actions de catégorie A", "en": "Class A shares"}
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({"converts_into": "common_share"}, "common_share"),
        ({"converts_into": words}, "other"),
        ({"converts_into": words, "converts_into_kind": "preferred_share"}, "preferred_share"),
        ({"converts_into": words, "converts_into_kind": ""}, "other"),
        ({"converts_into": {"kind": "common_share", "class": "B"}}, "common_share"),
        ({"converts_into": "actions de catégorie A"}, "other"),
        ({"converts_into": ""}, None),
        ({"converts_into": None}, None),
        ({"converts_into": False}, None),
        ({"converts_into": "", "convertible": True}, "other"),  # it converts, into what is not said
        ({"converts_into": "common_share", "convertible": True}, "common_share"),
        ({"converts_into": None, "convertible": False}, None),
    ]
    for particulars, kind in cases:
        with transaction.atomic():
            assert both_ways(**particulars) == kind, particulars
            transaction.set_rollback(True)


def test_the_kind_of_rate() -> None:
    cases: list[tuple[Any, str | None]] = [
        ({"kind": "fixed", "percent": "4"}, "fixed"),
        ({"kind": "floating", "reference": "CORRA"}, "floating"),
        ({"kind": "croissant, par paliers"}, "other"),
        ({"percent": "4"}, None),
        ("4", None),
        (None, None),
    ]
    for rate, kind in cases:
        with transaction.atomic():
            assert told("debt", rate=rate)[1] == kind, rate
            transaction.set_rollback(True)


def test_debt_that_converts_into_something_else_is_refused() -> None:
    particulars = f.PARTICULARS["debt"] | {"converts_into": "parts de la société"}
    cast = f.draft_offering("debt", content=f.make_content("debt", particulars=particulars))
    f.certify(cast)
    with pytest.raises(Refused) as refusal:
        filing.submit(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    assert [row.code for row in refusal.value.findings if not row.met] == ["security.eligible"]


def test_the_issuers_words_never_reach_the_trail() -> None:
    """A common share has no conversion to judge; words about one must not stop its filing."""
    particulars = f.PARTICULARS["common_share"] | {"converts_into": "rien, jamais"}
    content = f.make_content("common_share", particulars=particulars)
    assert f.open_offering("common_share", content=content).offering.state == "open"


def test_bonds_that_convert_into_shares_open() -> None:
    particulars = f.PARTICULARS["community_bond"] | {
        "converts_into": {"fr": "actions ordinaires", "en": "common shares"},
        "converts_into_kind": "common_share",
    }
    content = f.make_content("community_bond", particulars=particulars)
    offering = f.open_offering("community_bond", content=content).offering
    assert offering.in_force is not None
    facts = filing_facts(offering, offering.in_force, f.OPENED)
    findings = {row.code: row for row in rules.judge(facts, on=f.OPENED.date())}
    assert findings["security.eligible"].met


@pytest.mark.parametrize(
    ("answer", "incomplete"),
    [
        (None, 1),
        ("not_applicable", 1),
        ({"fr": "sans objet", "en": "not applicable"}, 1),
        ({"fr": "Bo Li, présidente, de Québec", "en": "Bo Li, president, of Québec"}, 0),
    ],
)
def test_that_item_4_1_does_not_apply_tells_nothing_of_a_principal(
    answer: object, incomplete: int
) -> None:
    content = f.make_content()
    items = content.items if answer is None else {**content.items, "4.1": answer}
    offering = f.draft_offering(content=f.make_content(items=items)).offering
    offering.issuer.principals.update(position="")
    assert offering.working is not None
    facts = filing_facts(offering, offering.working, f.OPENED).issuer
    assert facts.principals_declared > 0
    assert facts.principals_incomplete == incomplete * facts.principals_declared
