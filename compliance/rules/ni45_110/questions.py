"""Every question that is put to the rules and kept: its facts, and who answers it.

A stored decision names its question. By this table its facts are read back and judged again, by
the figures of its day or by others that somebody proposes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.ni45_110 import amendment, closing, filing, subscription
from compliance.rules.ni45_110.facts import (
    AmendmentFacts,
    ApprovingFacts,
    ClosingFacts,
    FilingFacts,
    PublishingFacts,
    SubscriptionFacts,
)


def _nobody(facts: Any, book: Rulebook) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of decision: what it is given, how it is judged, and whom its facts name."""

    facts: type
    judge: Callable[[Any, Rulebook], tuple[Finding, ...]]
    over_limit: Callable[[Any, Rulebook], tuple[str, ...]] = _nobody
    """The ids of the purchasers in the facts who pass a limit, by the figures of that book."""


QUESTIONS: Mapping[str, Question] = {
    "subscription": Question(SubscriptionFacts, subscription.findings),
    "filing": Question(FilingFacts, filing.findings),
    "publication": Question(PublishingFacts, filing.publication_findings),
    "amendment": Question(AmendmentFacts, amendment.findings),
    "closing": Question(
        ClosingFacts,
        closing.findings,
        lambda facts, book: tuple(closing.over_the_limit(facts, book)),
    ),
    "approval": Question(
        ApprovingFacts,
        closing.approval_findings,
        lambda facts, book: tuple(closing.over_the_limit(facts.closing, book)),
    ),
}

JUDGED_BY = frozenset(
    {
        "issuer_group_cap",
        "purchaser_limit",
        "purchaser_limit_advised",
        "portal_notice_days",
        "portal_resources_months",
        "age_of_majority",
    }
)
"""The figures that judgements alone compare facts with, so that another value can be tried on
stored facts. The others also make facts (the 90th day, the end of a right, what lies in the
window), or decide no question at all (the due day of a duty)."""
