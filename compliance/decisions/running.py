"""Replaying many decisions: a verdict on each, and what they come to."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from compliance.decisions.proposing import Change, Proposal
from compliance.decisions.replay import (
    Again,
    CannotJudgeError,
    Decision,
    Difference,
    book_of,
    differences,
    judge_again,
)
from compliance.rules.kernel.money import ZERO
from compliance.rules.ni45_110.book import rulebook

AGREE, DIFFER, UNJUDGED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one decision."""

    decision: Decision
    fault: str = ""
    """Why it could not be judged."""
    differences: tuple[Difference, ...] = ()
    changes: tuple[Change, ...] = ()
    """The findings that would turn under the proposal."""


@dataclass(slots=True)
class Totals:
    """What the verdicts come to."""

    judged: int = 0
    unjudged: int = 0
    differing: int = 0
    """Decisions with a difference."""
    corrected: int = 0
    """Decisions of a day whose figures have been corrected since; they are among the differing."""
    refused: int = 0
    """Decisions that were met in all and would not be under the proposal."""
    accepted: int = 0
    """Decisions that were not met in all and would be."""
    turned: Counter[str] = field(default_factory=Counter)
    """By code: findings that would turn."""
    excess: dict[str, Decimal] = field(default_factory=dict)
    """By code: dollars over the limit, of the findings that would no longer be met."""
    moved: Counter[str] = field(default_factory=Counter)
    """By code: findings that would stay met or unmet, with another room."""

    @property
    def code(self) -> int:
        """The exit code: 0 all agree, 1 some differ, 2 some could not be judged."""
        if self.unjudged:
            return UNJUDGED
        return DIFFER if self.differing else AGREE

    def would_be(self, before: Again, after: Again, changes: Iterable[Change]) -> None:
        """Add what one decision would be."""
        was, would = (all(row.met for row in again.findings) for again in (before, after))
        self.refused += was and not would
        self.accepted += would and not was
        for change in changes:
            self.turned[change.code] += 1
            over = change.excess[1]
            if over is not None and not change.met[1]:
                self.excess[change.code] = self.excess.get(change.code, ZERO) + over
        for old, new in zip(before.findings, after.findings, strict=True):
            if old.room != new.room and old.met == new.met:
                self.moved[old.code] += 1


def replay(
    decisions: Iterable[Decision], totals: Totals, proposal: Proposal | None = None
) -> Iterator[Verdict]:
    """The verdict on each decision, in order; adds to ``totals`` as it goes."""
    for decision in decisions:
        try:
            yield _verdict(decision, totals, proposal)
        except CannotJudgeError as fault:
            totals.unjudged += 1
            yield Verdict(decision, fault=str(fault))


def _verdict(decision: Decision, totals: Totals, proposal: Proposal | None) -> Verdict:
    book = book_of(decision, rulebook)
    again = judge_again(decision, book)
    found = tuple(differences(decision, again, book))
    totals.judged += 1
    totals.differing += bool(found)
    totals.corrected += any(each.what == "rulebook" for each in found)
    if proposal is None:
        return Verdict(decision, differences=found)
    after = proposal.judge(decision, again)
    changes = tuple(proposal.changes(decision, again, after, book))
    totals.would_be(again, after, changes)
    return Verdict(decision, differences=found, changes=changes)
