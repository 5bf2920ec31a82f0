"""A refusal: the findings that are not met, and with them the others that were judged."""

from collections.abc import Iterable

from compliance.rules.kernel.findings import Finding, not_met


class Refused(Exception):  # noqa: N818 - it says what happened; it is an answer, not a fault
    """An act was refused; nothing was changed. ``findings`` are all that were judged."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(finding.code for finding in not_met(self.findings)))


def require_all_met(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings when every one is met; raise Refused with all of them otherwise."""
    if not_met(findings):
        raise Refused(findings)
    return findings
