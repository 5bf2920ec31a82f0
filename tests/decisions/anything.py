"""Any facts of any question, made from the type hints; and decisions as they would be stored."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from compliance.accounts.roles import Role
from compliance.audit.discretion import canonical_text
from compliance.audit.services import told_findings
from compliance.decisions.replay import Decision
from compliance.decisions.writing import plain_facts
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.facts import ApprovingFacts, PublishingFacts
from compliance.rules.ni45_110.questions import QUESTIONS
from tests.rules import given

PERSON = UUID("6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c01")
SUBJECT = UUID("6e1c9fbd-6a0b-4c8e-9d7b-1f6d6a2b8c02")
_TEXTS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_.-", max_size=12)
_SIMPLE: Mapping[Any, st.SearchStrategy[Any]] = {
    str: _TEXTS,
    bool: st.booleans(),
    int: st.integers(-(2**53) + 1, 2**53 - 1),
    Decimal: st.decimals("-999999999999.99", "999999999999.99", places=2),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type hint that facts use."""
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{each.name: any_of(hints[each.name]) for each in fields(hint)})  # type: ignore[arg-type]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        assert inner[1] is NoneType
        return st.none() | any_of(inner[0])
    if origin is tuple:
        return st.lists(any_of(inner[0]), max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(any_of(inner[0]), max_size=3)
    assert origin is Mapping
    return st.dictionaries(_TEXTS, any_of(inner[1]), max_size=3)


FACTS: Mapping[str, Any] = {
    "subscription": given.subscription(),
    "filing": given.filing(),
    "publication": PublishingFacts(given.filing(), given.publication()),
    "closing": given.closing(),
    "approval": ApprovingFacts(given.closing(), given.approval()),
}
"""Facts that meet every rule, for the questions that have such."""


def stored(question: str, facts: Any, *, position: int = 1, role: Role = Role.OFFICER) -> Decision:
    """A decision as the trail would give it back."""
    book = rulebook(given.ON)
    findings = QUESTIONS[question].judge(facts, book)
    return Decision(
        position=position,
        actor_role=role.value,
        actor_id=PERSON,
        subject_type="equity.offering",
        subject_id=SUBJECT,
        question=question,
        on=given.ON,
        digest=book.digest,
        facts=canonical_text(plain_facts(facts)),
        findings=json.loads(json.dumps(told_findings(findings))),
        met=all(finding.met for finding in findings),
    )
