"""The papers of the portal itself, and Form 45-110F5 frozen from its rows.

These papers are of no offering. Each is issued in both languages, French first: a portal stands
before the regulators of several jurisdictions, and each takes the one it can file.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from compliance.rules.ni45_110 import duties
from compliance.rules.ni45_110.book import rulebook
from documents import services as documents
from documents.facts import Paper, ResourcesCertificateFacts, to_json
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
) -> list[Document]:
    """Issue Form 45-110F5 of a day, in both languages.

    The paper is to be signed by hand: whoever records a certificate cannot sign it for another.
    Told again of the same day, it is issued anew only in a language whose prescribed words were
    put in or confirmed since, and supersedes the one before.
    """
    subject = resources_subject(portal.pk, certified_on)
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
            signed=None,
            filed_under=filed_under,
        )
        before = latest(facts.kind, language, (RESOURCES, subject))
        if before is None or reworded(before, facts):
            issued.append(freeze_own(facts, subject=(RESOURCES, subject), at=at))
    return issued


def reworded(before: Document, facts: Paper) -> bool:
    """Whether prescribed words of a paper were put in or confirmed since it was issued."""
    return _worded(before.facts) != _worded(to_json(marked(facts)))


def _worded(facts: Mapping[str, Any]) -> tuple[Any, Any]:
    """The prescribed words that a paper prints, and which of them nobody has confirmed."""
    return facts.get("wording"), facts["unconfirmed"]


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
