"""Where what a rule was judged by is seen: one click from the finding to the paper or the row."""

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.rules.kernel.findings import Finding
from compliance.web.language import current
from documents.selectors import documents_of
from equity import moves
from equity.models import Offering
from equity.selectors.clock import portal_day

Link = tuple[str, str]
"""Words and an address."""

_CURED_BY_TIME = frozenset({"closing.minimum_reached", "closing.withdrawal_over"})
"""What subscriptions and days still bring while the offering goes on."""
_ISSUERS_STEP = frozenset({"document.certified", "document.items_complete"})
"""What the issuer still does while it prepares a version."""
_PREPARING = frozenset({moves.DRAFT, moves.CHANGES_REQUESTED})
_BY_GROUP = ("issuer.", "group.", "offering.within_group_cap", "offering.one_at_a_time")
_BY_SUBSCRIPTIONS = frozenset({*_CURED_BY_TIME, "closing.purchaser_limits", "offering.room"})
_BY_LEDGER = frozenset({"closing.funds_in_trust", "closing.gross_release"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the findings about one offering are seen, and which of them are not due yet."""

    offering: Offering
    document: str
    """The address of its document, in force or in preparation; empty where there is none."""
    coming: frozenset[str] = frozenset()
    """Codes of rules that are not met because their time has not come."""

    def link(self, finding: Finding) -> Link:
        """The words and the address of what a finding was judged by."""
        name, pk = finding.code, self.offering.pk
        if name.startswith(_BY_GROUP) or name == "closing.group_cap":
            return _("The issuer and its group"), reverse(
                "desk:issuer", args=(self.offering.issuer_id,)
            )
        if name.startswith("portal."):
            return _("The portal's file"), reverse("desk:portal", args=(self.offering.portal_id,))
        if name == "document.wording_confirmed":
            return _("The prescribed statements"), reverse("desk:wording")
        if name in _BY_SUBSCRIPTIONS:
            return _("The subscriptions"), reverse("desk:subscriptions", args=(pk,))
        if name in _BY_LEDGER:
            return _("The trust ledger"), reverse("desk:ledger", args=(pk,))
        if name.startswith("certificate."):
            return _("The documents issued"), reverse("desk:documents", args=(pk,))
        if name.startswith(("closing.", "amendment.")):
            return _("What happened"), reverse("desk:trail", args=(pk,))
        if self.document:
            return _("The document (PDF)"), self.document
        return _("The documents issued"), reverse("desk:documents", args=(pk,))


def not_yet(offering: Offering, today: date) -> frozenset[str]:
    """The rules that may still come to be met without anybody changing a decision: by the issuer
    while it prepares, by days and subscriptions while the offering goes on."""
    found: frozenset[str] = frozenset()
    if offering.state in _PREPARING or offering.amending:
        found |= _ISSUERS_STEP
    if offering.last_day is not None and today <= offering.last_day:
        found |= _CURED_BY_TIME
    return found


def evidence_of(offering: Offering, at: datetime) -> Evidence:
    """Where the findings about an offering are seen at an instant: its document in preparation
    where there is one, else the latest issued, in the language of the page where it can be."""
    language = current()
    url = ""
    if offering.working is not None and offering.working.languages:
        spoken = offering.working.languages
        chosen = language if language in spoken else spoken[0]
        url = reverse("desk:preview", args=(offering.pk, chosen))
    else:
        papers = documents_of(offering.pk).filter(kind="offering_document", person_id=None)
        found = sorted(papers, key=lambda row: (row.language == language, row.number))
        if found:
            url = reverse("desk:document", args=(offering.pk, found[-1].pk))
    return Evidence(offering, url, not_yet(offering, portal_day(offering.portal, at)))
