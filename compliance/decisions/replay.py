"""Judging a stored decision again, by the figures of its day or by others.

The facts are those that were stored; the code is today's. Whoever disagrees with what was stored is
told finding by finding, with both values.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from compliance.accounts.roles import Role
from compliance.audit.models import Judgement
from compliance.audit.services import told_findings
from compliance.decisions.reading import FactsError, read_facts
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.questions import QUESTIONS
from compliance.sealing.canonical import CanonicalError

Books = Callable[[date], Rulebook]
"""What tells the figures in force on a day."""
_CHUNK = 1000
_COLUMNS = (
    "entry__position",
    "entry__actor_role",
    "entry__actor_id",
    "entry__subject_type",
    "entry__subject_id",
    "question",
    "on",
    "rulebook_digest",
    "facts",
    "findings",
    "met",
)
_FINDING = frozenset({"code", "met", "figures", "room"})


class CannotJudgeError(ValueError):
    """A stored decision cannot be judged again; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement as it is stored, with the entry that rests on it."""

    position: int
    actor_role: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    question: str
    on: date
    digest: str
    facts: str
    findings: Any
    met: bool

    @property
    def person(self) -> str:
        """The id of the investor whose act it was; empty where it was somebody else's."""
        return str(self.actor_id) if self.actor_role == Role.INVESTOR.value else ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where today's answer is not the one that was stored."""

    code: str
    """The finding; empty where the whole decision is meant."""
    what: str
    """`met`, `room`, `figures.NAME`, `finding` (there or not), `order` or `rulebook`."""
    stored: Any
    today: Any


@dataclass(frozen=True, slots=True)
class Again:
    """A decision judged again: its facts read back, and what today's code answers."""

    facts: Any
    findings: tuple[Finding, ...]


class Decisions:
    """The stored decisions of some days and some question, in the order of the trail."""

    def __init__(
        self, *, since: date | None = None, until: date | None = None, question: str | None = None
    ) -> None:
        asked = {"on__gte": since, "on__lte": until, "question": question}
        given = {name: value for name, value in asked.items() if value is not None}
        self._rows = Judgement.objects.filter(**given).order_by("entry__position", "rank")

    def count(self) -> int:
        """How many they are."""
        return self._rows.count()

    def __iter__(self) -> Iterator[Decision]:
        """Streamed, so that memory does not grow with the trail; inside a transaction."""
        for row in self._rows.values_list(*_COLUMNS).iterator(chunk_size=_CHUNK):
            yield Decision(*row)


def judge_again(decision: Decision, book: Rulebook) -> Again:
    """Read the facts back and judge them by that book. Raises CannotJudgeError."""
    question = QUESTIONS.get(decision.question)
    if question is None:
        _cannot(f"there is no question {decision.question!r}")
    try:
        facts = read_facts(question.facts, json.loads(decision.facts))
        return Again(facts, question.judge(facts, book))
    except (json.JSONDecodeError, RecursionError):
        _cannot("the facts are not JSON")
    except FactsError as fault:
        _cannot(str(fault))
    except (LookupError, ValueError, ArithmeticError) as fault:
        # Facts of the right form that no rule understands, such as a portal of an unknown kind.
        _cannot(f"the facts cannot be judged ({type(fault).__name__})")


def book_of(decision: Decision, books: Books) -> Rulebook:
    """The figures of its day. Raises CannotJudgeError before the instrument was in force."""
    try:
        return books(decision.on)
    except OutsideDates as fault:
        _cannot(str(fault))


def _cannot(reason: str) -> NoReturn:
    raise CannotJudgeError(reason)


def differences(decision: Decision, again: Again, book: Rulebook) -> Iterator[Difference]:
    """Where the stored decision and today's differ. Raises CannotJudgeError on findings that have
    not the form of findings."""
    if decision.digest != book.digest:
        yield Difference("", "rulebook", decision.digest, book.digest)
    try:
        today = told_findings(again.findings)
    except CanonicalError:
        # A number in the facts that no act would have stored.
        _cannot("the findings cannot be written")
    if decision.findings != today:
        yield from _between(_by_code(decision.findings), _by_code(today))
    met = all(row["met"] for row in today)
    if decision.met != met:
        yield Difference("", "met", decision.met, met)


def _by_code(rows: Any) -> Mapping[str, Mapping[str, Any]]:
    if not isinstance(rows, list):
        _cannot("the findings are not a list")
    for row in rows:
        if not isinstance(row, dict) or row.keys() != _FINDING or type(row["figures"]) is not dict:
            _cannot("a finding has not the form of one")
    found = {str(row["code"]): row for row in rows}
    if len(found) != len(rows):
        _cannot("a finding is there twice")
    return found


def _between(
    stored: Mapping[str, Mapping[str, Any]], today: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for code in (*stored, *(code for code in today if code not in stored)):
        if code not in stored or code not in today:
            yield Difference(code, "finding", code in stored, code in today)
            continue
        for what, before, after in _compared(stored[code], today[code]):
            if before != after:
                yield Difference(code, what, before, after)
    if list(stored) != list(today) and stored.keys() == today.keys():
        yield Difference("", "order", list(stored), list(today))


def _compared(
    stored: Mapping[str, Any], today: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any]]:
    for what in ("met", "room"):
        yield what, stored[what], today[what]
    before, after = stored["figures"], today["figures"]
    for name in sorted(before.keys() | after.keys()):
        yield f"figures.{name}", before.get(name), after.get(name)
