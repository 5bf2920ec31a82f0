"""Which decisions would be others under proposed figures, for whom, and by how much.

Each decision is judged alone, on the facts that were stored with it. What would have followed is
not played: had a subscription been refused, a later one would have found more room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from compliance.decisions.replay import Again, Books, Decision
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.proposals import proposed
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110.book import REGIME
from compliance.rules.ni45_110.questions import JUDGED_BY, QUESTIONS

_LIMITS = "closing.purchaser_limits"


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that would be another: met and no longer, or the other way round."""

    code: str
    met: tuple[bool, bool]
    """Before, and under what is proposed; so are the next two."""
    room: tuple[Decimal | None, Decimal | None]
    excess: tuple[Decimal | None, Decimal | None]
    """By how much the limit is passed, in dollars, where an amount is concerned."""
    persons: tuple[str, ...]
    """The ids of those concerned, where the act or its facts name them."""


class Proposal:
    """The figures of a file in the place of those in force, for whoever is handed this object."""

    def __init__(self, text: str) -> None:
        """Read the file's text. Raises ProposalError."""
        regime = proposed(REGIME, text, allowed=JUDGED_BY)
        self.books: Books = cache(lambda on: Rulebook(regime, on))

    def judge(self, decision: Decision, before: Again) -> Again:
        """The decision under these figures, on the facts that were read back for ``before``."""
        question = QUESTIONS[decision.question]
        return Again(before.facts, question.judge(before.facts, self.books(decision.on)))

    def changes(
        self, decision: Decision, before: Again, after: Again, book: Rulebook
    ) -> Iterator[Change]:
        """The findings that would turn; ``book`` holds the figures in force."""
        for old, new in zip(before.findings, after.findings, strict=True):
            if old.met != new.met:
                yield Change(
                    code=old.code,
                    met=(old.met, new.met),
                    room=(old.room, new.room),
                    excess=(_excess(old), _excess(new)),
                    persons=self._persons(old.code, decision, after, book),
                )

    def _persons(
        self, code: str, decision: Decision, after: Again, book: Rulebook
    ) -> tuple[str, ...]:
        if code != _LIMITS:
            return (decision.person,) if decision.person else ()
        over = QUESTIONS[decision.question].over_limit
        was, would = over(after.facts, book), over(after.facts, self.books(decision.on))
        return tuple(sorted(set(was) ^ set(would)))


def _excess(finding: Finding) -> Decimal | None:
    value = finding.figures.get("excess")
    return value if isinstance(value, Decimal) else None
