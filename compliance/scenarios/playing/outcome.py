"""What became of a step, and of a story."""

from dataclasses import dataclass

from compliance.rules.kernel.findings import Finding, not_met
from compliance.scenarios.reading.story import StepSpec, Story


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step that was done or refused, with everything that was judged."""

    done: bool
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> frozenset[str]:
        """The codes that refused it; none when it was done."""
        if self.done:
            return frozenset()
        return frozenset(finding.code for finding in not_met(self.findings))


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step with its outcome and the expectations that did not hold."""

    step: StepSpec
    outcome: Outcome
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A story that was played to its end."""

    story: Story
    steps: tuple[PlayedStep, ...]

    @property
    def ok(self) -> bool:
        """Whether every expectation held."""
        return not any(step.failed for step in self.steps)
