"""What an offering in preparation still lacks, section by section, judged by the rules themselves.

The same findings refuse the submission: an issuer never learns of a rule after the fact.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.findings import Finding, not_met
from compliance.rules.ni45_110 import filing, items
from equity import moves
from equity.forms.items import BY_ID, SECTION_OF_ITEM, SECTIONS, Item, Section
from equity.models import Offering, Version
from equity.selectors.clock import portal_day
from equity.selectors.facts import filing_facts, publication_facts

_ITEMS_COMPLETE = "document.items_complete"
_AMOUNTS = "offering.amounts_consistent"
_ISSUER = ("issuer.", "group.", "offering.one_at_a_time")


@dataclass(slots=True)
class Part:
    """One section of the builder: what is missing there."""

    section: Section
    url: str
    missing: list[Item] = field(default_factory=list)
    unmet: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether nothing is missing there."""
        return not self.missing and not self.unmet


@dataclass(frozen=True, slots=True)
class Standing:
    """How ready a version is: every finding, those not met, and each section's part in them."""

    findings: tuple[Finding, ...]
    unmet: tuple[Finding, ...]
    parts: tuple[Part, ...]
    steps: dict[str, tuple[str | Promise, str]]
    """Where each finding is settled: the words and the address."""

    @property
    def count(self) -> int:
        """How many things are missing: items without an answer, and rules not met."""
        rules = sum(finding.code != _ITEMS_COMPLETE for finding in self.unmet)
        return rules + sum(len(part.missing) for part in self.parts)

    @property
    def ready(self) -> bool:
        """Whether every rule is met, the certificate included."""
        return not self.unmet

    @property
    def to_certify(self) -> bool:
        """Whether nothing but the certificate is missing."""
        return all(finding.code == "document.certified" for finding in self.unmet)

    @property
    def beside_sections(self) -> tuple[Finding, ...]:
        """What is not met and is not settled in a section."""
        inside = {finding.code for part in self.parts for finding in part.unmet}
        return tuple(
            finding
            for finding in self.unmet
            if finding.code not in inside and finding.code != _ITEMS_COMPLETE
        )


def judged(offering: Offering, version: Version, at: datetime) -> tuple[Finding, ...]:
    """Every finding of filing a version at an instant; of publishing it, for an amendment."""
    on = portal_day(offering.portal, at)
    facts = filing_facts(offering, version, at)
    if offering.state in moves.OPENED and offering.first_available is not None:
        return filing.judge_publication(facts, publication_facts(offering, at), on=on)
    return filing.judge(facts, on=on)


def standing_of(offering: Offering, version: Version, at: datetime) -> Standing:
    """How ready a version is at an instant, section by section."""

    def section_url(key: str) -> str:
        return reverse("equity:issuing_section", args=(offering.pk, key))

    findings = judged(offering, version, at)
    unmet = not_met(findings)
    by_code = {finding.code: finding for finding in unmet}
    parts = tuple(Part(section, section_url(section.key)) for section in SECTIONS)
    missing = items.missing(version.items, version.languages)
    for part in parts:
        part.missing += [
            BY_ID[item] for item in missing if SECTION_OF_ITEM.get(item) == part.section.key
        ]
        part.unmet += [by_code[code] for code in part.section.codes if code in by_code]
        if part.section.key == "funds" and _AMOUNTS in by_code:
            part.unmet.append(by_code[_AMOUNTS])
    return Standing(
        findings=findings,
        unmet=unmet,
        parts=parts,
        steps={finding.code: _step(offering, finding, section_url) for finding in unmet},
    )


def _step(
    offering: Offering, finding: Finding, section_url: Callable[[str], str]
) -> tuple[str | Promise, str]:
    """What helps against a finding: the words and the address."""
    code = finding.code
    for section in SECTIONS:
        if code in section.codes:
            return _("Go to this section"), section_url(section.key)
    if code == "document.certified":
        return _("Certify the document"), reverse("equity:issuing_certify", args=(offering.pk,))
    if code.startswith(_ISSUER):
        return _("See the issuer's page"), reverse("equity:issuer", args=(offering.issuer_id,))
    return _("See the sections"), reverse("equity:issuing", args=(offering.pk,))
