"""The papers of the portal itself, and Form 45-110F5 frozen from its rows.

These papers are of no offering. Each is issued in both languages, French first: a portal stands
before the regulators of several jurisdictions, and each takes the one it can file.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from compliance.rules.ni45_110 import duties
from compliance.rules.ni45_110.book import rulebook
from documents import services as documents
from documents.facts import Paper, ResourcesCertificateFacts, SignatoryFacts
from documents.facts.portal import SignedFacts
from documents.facts.shared import Language
from documents.models import Document
from documents.selectors import documents_about
from equity.models import Portal
from equity.papers.common import local, marked, portal_facts, reference
from equity.selectors.clock import portal_day
from equity.words import LANGUAGES

RESOURCES = "equity.resourcescertificate"


def resources_subject(portal_id: UUID, certified_on: date) -> UUID:
    """What a paper of Form 45-110F5 is about: the certificate of a portal of one day (there is one
    a day). Worked out, since certificates are numbered and documents are about UUIDs."""
    return uuid.uuid5(portal_id, f"f5:{certified_on.isoformat()}")


def issue_resources_certificate(
    portal: Portal,
    certified_on: date,
    *,
    at: datetime,
    filed_under: str = "",
    certifier: Mapping[str, str] | None = None,
) -> list[Document]:
    """Issue Form 45-110F5 of a day, in both languages.

    ``certifier`` is the name and the position of whoever certified; left out, the paper is to be
    signed by hand. One that is issued again for the same day supersedes the one before.
    """
    subject = resources_subject(portal.pk, certified_on)
    signed = None
    if certifier is not None and certifier.get("name", "").strip():
        signed = SignedFacts(
            signatory=SignatoryFacts(
                name=certifier["name"].strip(), position=certifier.get("position", "").strip()
            ),
            signed_at=local(at, portal),
        )
    issued = []
    for language in LANGUAGES:
        facts = ResourcesCertificateFacts(
            language=language,
            reference=reference("RF", subject),
            issued_at=local(at, portal),
            wording_on=portal_day(portal, at),
            portal=portal_facts(portal),
            certified_on=certified_on,
            months=rulebook(certified_on).count("portal_resources_months"),
            sufficient_until=duties.due_on(duties.CERTIFY_RESOURCES, certified_on),
            signed=signed,
            filed_under=filed_under,
        )
        issued.append(freeze_own(facts, subject=(RESOURCES, subject), at=at))
    return issued


def freeze_own(facts: Paper, *, subject: tuple[str, UUID], at: datetime) -> Document:
    """Issue a paper of the portal itself, with the draft mark of what nobody has confirmed.

    A later one about the same subject bears a number of its own, and names the one it replaces.
    """
    before = latest(facts.kind, facts.language, subject)
    if before is not None:
        facts = replace(
            facts,
            reference=f"{facts.reference}-{before.number + 1}",
            supersedes=before.facts["reference"],
        )
    return documents.issue(
        facts=marked(facts),
        offering_id=None,
        subject=subject,
        person_id=None,
        at=at,
    )


def latest(kind: str, language: Language, subject: tuple[str, UUID]) -> Document | None:
    """The last document of a kind and language about a subject."""
    rows = documents_about(subject[0], [subject[1]]).filter(kind=kind, language=language)
    return rows.order_by("-number").first()
