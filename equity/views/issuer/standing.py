"""What an offering in preparation still lacks, section by section, judged by the rules themselves.

The same findings refuse the submission: an issuer never learns of a rule after the fact.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.rules.kernel.findings import Finding, not_met
from compliance.rules.ni45_110 import filing, items
from compliance.rules.ni45_110.facts import FilingFacts
from equity import moves
from equity.forms.items import BY_ID, SECTION_OF_ITEM, SECTIONS, Section
from equity.forms.lacking import Lacking, lacking, particular_anchor
from equity.models import Offering, Version
from equity.selectors.clock import portal_day
from equity.selectors.facts import filing_facts, publication_facts

_ITEMS_COMPLETE = "document.items_complete"
_AMOUNTS = "offering.amounts_consistent"
_ISSUER = ("issuer.", "group.", "offering.one_at_a_time")
_FIELDS = {
    "offering.within_group_cap": "id_maximum",
    "offering.room": "id_maximum",
    "offering.within_90_days": "id_days",
    "offering.no_group_commission": "id_group_commission_1",
    "document.french_available": "id_languages_0",
    "portal.authorised": "id_jurisdictions_0",
    "security.eligible": "id_kind",
}
"""The control of its section where a finding is settled."""


@dataclass(slots=True)
class Part:
    """One section of the builder: what is missing there."""

    section: Section
    url: str
    missing: list[Lacking] = field(default_factory=list)
    unmet: list[Finding] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    """The id of the control that settles a finding, by its code."""

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
    facts: FilingFacts
    """What was judged."""

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
    return _judged(offering, filing_facts(offering, version, at), at)


def _judged(offering: Offering, facts: FilingFacts, at: datetime) -> tuple[Finding, ...]:
    on = portal_day(offering.portal, at)
    if offering.state in moves.OPENED and offering.first_available is not None:
        return filing.judge_publication(facts, publication_facts(offering, at), on=on)
    return filing.judge(facts, on=on)


def standing_of(offering: Offering, version: Version, at: datetime) -> Standing:
    """How ready a version is at an instant, section by section."""

    def section_url(key: str) -> str:
        return reverse("equity:issuing_section", args=(offering.pk, key))

    facts = filing_facts(offering, version, at)
    findings = _judged(offering, facts, at)
    unmet = not_met(findings)
    parts = tuple(Part(section, section_url(section.key)) for section in SECTIONS)
    missing = items.missing(version.items, version.languages)
    for part in parts:
        part.missing += [
            lacking(BY_ID[item], version.items.get(item), version.languages)
            for item in missing
            if SECTION_OF_ITEM.get(item) == part.section.key
        ]
    for finding in unmet:
        for key, anchor in _places(finding, version):
            place = next(part for part in parts if part.section.key == key)
            place.unmet.append(finding)
            place.fields[finding.code] = anchor
    return Standing(
        findings=findings,
        unmet=unmet,
        parts=parts,
        steps={finding.code: _step(offering, finding, version, section_url) for finding in unmet},
        facts=facts,
    )


def _places(finding: Finding, version: Version) -> list[tuple[str, str]]:
    """The sections where a finding is settled, each with the id of the control to go to."""
    if finding.code == _AMOUNTS:
        return _amount_places(finding.figures["problems"])
    found = []
    for section in SECTIONS:
        if finding.code in section.codes:
            anchor = _FIELDS.get(finding.code, "content")
            if finding.code == "security.terms_complete":
                missing = finding.figures["missing"]
                anchor = particular_anchor(version.security_kind, missing, version.languages)
            found.append((section.key, anchor))
    return found


def _amount_places(problems: Iterable[str]) -> list[tuple[str, str]]:
    """Where amounts that do not agree are set right: what is wrong says which page."""
    places: dict[str, str] = {}
    for problem in problems:
        if problem.startswith("use_"):
            places.setdefault("funds", "uses")
        elif problem.startswith("price_"):
            places.setdefault("security", "id_price")
        else:
            places.setdefault(
                "terms", "id_maximum" if problem.startswith("maximum") else "id_minimum"
            )
    return list(places.items())


def _step(
    offering: Offering, finding: Finding, version: Version, section_url: Callable[[str], str]
) -> tuple[str | Promise, str]:
    """What helps against a finding: the words and the address."""
    code = finding.code
    for key, anchor in _places(finding, version):
        return _("Go to this section"), f"{section_url(key)}#{anchor}"
    if code == "document.certified":
        return _("Certify the document"), reverse("equity:issuing_certify", args=(offering.pk,))
    if code.startswith(_ISSUER):
        return _("See the issuer's page"), reverse("equity:issuer", args=(offering.issuer_id,))
    return _("See the sections"), reverse("equity:issuing", args=(offering.pk,))
