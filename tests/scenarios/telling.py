"""Short ways to tell a story in a test."""

from compliance.scenarios.reading import read_text
from compliance.scenarios.reading.story import OfferingParams, OfferingSpec, StepSpec, Story

HEAD = """\
title: A story
starts: 2026-03-02 09:00
people:
  odile: {role: officer}
  marie: {role: investor}
issuers:
  coop: {}
  mill: {}
steps:
"""


def story(*steps: str, head: str = HEAD) -> Story:
    return read_text(
        head + "".join(f"  - {{{step}}}\n" for step in steps) + ("" if steps else "  []\n")
    )


def one(step: str) -> StepSpec:
    return story(f"at: 2026-03-03 09:00, {step}").steps[0]


def draft(offering: str) -> OfferingSpec:
    params = one(f"by: coop, do: draft, as: o1, with: {{{offering}}}").params
    assert isinstance(params, OfferingParams)
    return params.offering
