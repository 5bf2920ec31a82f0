"""The documents that a portal issued about itself."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from documents.models import Document
from documents.selectors import documents_about
from equity.models import Portal
from equity.papers.portal import RESOURCES, resources_subject
from equity.papers.portal_forms import PORTAL, PRINCIPAL


def resources_papers(portal: Portal, days: Iterable[date]) -> dict[date, list[Document]]:
    """Form 45-110F5 of each of these days, the last one in each language, French first; days
    without one are left out. One question to the database."""
    by_subject = {resources_subject(portal.pk, day): day for day in days}
    found: dict[date, dict[str, Document]] = {}
    for paper in documents_about(RESOURCES, by_subject).defer("facts"):
        found.setdefault(by_subject[paper.subject_id], {}).setdefault(paper.language, paper)
    return {
        day: sorted(papers.values(), key=lambda one: one.language, reverse=True)
        for day, papers in found.items()
    }


def own_paper(portal: Portal, document_id: UUID) -> Document | None:
    """A document that this portal issued about itself; None for any other."""
    paper = Document.objects.filter(pk=document_id, offering_id=None).defer("facts").first()
    if paper is None or (paper.subject_type, paper.subject_id) not in _subjects(portal):
        return None
    return paper


def _subjects(portal: Portal) -> set[tuple[str, UUID]]:
    certified = portal.f5_certificates.values_list("certified_on", flat=True)
    principals = portal.principals.values_list("pk", flat=True)
    return {
        (PORTAL, portal.pk),
        *((RESOURCES, resources_subject(portal.pk, day)) for day in certified),
        *((PRINCIPAL, principal) for principal in principals),
    }
