"""The findings of an approval: pure, so that the page says before what the service says after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final

from compliance.rules.kernel.catalogue import Rule, load_catalogue
from compliance.rules.kernel.findings import Finding, not_met

GRANTED_LATELY: Final = timedelta(hours=24)
"""How long nobody approves for whoever gave them their role. Absolute time: 24 hours of any night
are as long, so this is added to instants in UTC. `guards.sql` holds the same figure."""


class ApprovalRefused(Exception):  # noqa: N818 - it says what happened; it is an answer
    """An approval, or an act that needs one, was refused; nothing was changed."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__(", ".join(finding.code for finding in not_met(findings)))


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """What an approval is judged by."""

    same_person: bool = False
    officers: bool = True
    interested: bool = False
    granted_lately: bool = False
    standing: bool = True
    changed: bool = False


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """The rules of approvals, by code."""
    return load_catalogue("compliance.approvals", ("rules.toml",))


def judge(facts: ApprovalFacts) -> tuple[Finding, ...]:
    """All findings of an approval, or of the use of one."""
    return tuple(
        Finding(rules()[f"approval.{code}"], met)
        for code, met in (
            ("another_person", not facts.same_person),
            ("by_officers", facts.officers),
            ("disinterested", not facts.interested),
            ("not_granted_lately", not facts.granted_lately),
            ("standing", facts.standing),
            ("unchanged", not facts.changed),
        )
    )


def require_approved(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings when every one is met; raise ApprovalRefused otherwise."""
    if not_met(findings):
        raise ApprovalRefused(findings)
    return findings


def needs_second_person() -> ApprovalRefused:
    """The refusal of an act that was tried without its approval."""
    return ApprovalRefused((Finding(rules()["approval.needed"], met=False),))
