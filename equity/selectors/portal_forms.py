"""Forms 45-110F3 and F4 of a portal: what was saved, what is missing, what changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from documents.facts import from_json
from documents.facts.portal import IndividualInformationFacts, PortalInformationFacts
from documents.facts.shared import Language
from documents.models import Document
from documents.paper.portal import Line, lines_of
from documents.render import VERSIONS
from documents.selectors import documents_about
from equity.models import Portal, PortalFormVersion, PortalPrincipal
from equity.papers.portal import latest, reworded
from equity.papers.portal_forms import (
    PORTAL,
    PRINCIPAL,
    Content,
    FormFacts,
    individual_facts,
    information_facts,
)

F3, F4 = "f3", "f4"
KINDS = {F3: "portal_information", F4: "portal_individual_information"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A line of the form that says something else than in the document issued last."""

    heading: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form in one language as it stands: saved, issued, missing, changed."""

    saved: PortalFormVersion | None
    facts: FormFacts
    issued: Document | None
    missing: tuple[Line, ...]
    changed: tuple[Changed, ...]
    """Since it was issued; nothing where it never was."""
    reworded: bool
    """Whether it says the same as the document issued last, in words that were put in or confirmed
    since."""

    @property
    def to_issue(self) -> bool:
        """Whether there is a document to issue."""
        if self.saved is None:
            return False
        return self.issued is None or bool(self.changed) or self.reworded


def subject_of(portal: Portal, principal: PortalPrincipal | None) -> tuple[str, UUID]:
    """What the documents of a form are about: the portal, or one of its principals."""
    return (PORTAL, portal.pk) if principal is None else (PRINCIPAL, principal.pk)


def saved_version(
    portal: Portal, principal: PortalPrincipal | None, language: str
) -> PortalFormVersion | None:
    """What was saved last of a form in a language."""
    rows = PortalFormVersion.objects.filter(
        portal=portal, form=F3 if principal is None else F4, principal=principal
    )
    return rows.filter(language=language).order_by("-number").first()


def form_file(
    portal: Portal, principal: PortalPrincipal | None, language: Language, at: datetime
) -> FormFile:
    """A form of a portal in one language, as it would be issued at that instant, unsigned."""
    saved = saved_version(portal, principal, language)
    content, number = ({}, 1) if saved is None else (saved.content, saved.number)
    facts: FormFacts
    if principal is None:
        facts = information_facts(
            portal,
            content,
            _said_of(portal, language),
            version=number,
            language=language,
            at=at,
        )
    else:
        facts = individual_facts(principal, content, version=number, language=language, at=at)
    issued = latest(facts.kind, language, subject_of(portal, principal))
    now = lines_of(facts, VERSIONS[-1])
    changed = () if issued is None else _changed(_lines(issued), now)
    return FormFile(
        saved=saved,
        facts=facts,
        issued=issued,
        missing=tuple(line for line in now if line.missing),
        changed=changed,
        reworded=issued is not None and not changed and reworded(issued, facts),
    )


def _said_of(portal: Portal, language: str) -> dict[PortalPrincipal, Content]:
    """What Form 45-110F4 says of each principal, by name; two questions, whatever their number."""
    rows = PortalFormVersion.objects.filter(portal=portal, form=F4, language=language)
    said = {row.principal_id: row.content for row in rows.order_by("number")}
    principals = sorted(portal.principals.all(), key=lambda one: (one.name, one.pk))
    return {one: said.get(one.pk, {}) for one in principals}


def _lines(document: Document) -> tuple[Line, ...]:
    facts = from_json(document.kind, document.facts)
    assert isinstance(facts, PortalInformationFacts | IndividualInformationFacts)
    return lines_of(facts, document.template)


def _changed(before: Iterable[Line], after: Iterable[Line]) -> tuple[Changed, ...]:
    """Line by line, by heading and label; what stands in one of them only is told too."""
    old = {(line.heading, line.label): line.text for line in before}
    new = {(line.heading, line.label): line.text for line in after}
    return tuple(
        Changed(*place, old.get(place, ""), new.get(place, ""))
        for place in dict.fromkeys((*old, *new))
        if old.get(place, "") != new.get(place, "")
    )


def issued_forms(portal: Portal) -> dict[UUID, list[Document]]:
    """Forms F3 and F4 issued last, by the id of the portal or of the principal, French first; three
    questions, whatever their number."""
    found: dict[UUID, list[Document]] = {}
    for kind in (PORTAL, PRINCIPAL):
        own = portal.principals.values_list("pk", flat=True)
        ids = [portal.pk] if kind == PORTAL else list(own)
        papers = documents_about(kind, ids).filter(kind__in=KINDS.values()).defer("facts")
        for paper in papers:
            mine = found.setdefault(paper.subject_id, [])
            if paper.language not in {one.language for one in mine}:
                mine.append(paper)
    for papers_of_one in found.values():
        papers_of_one.sort(key=lambda one: one.language, reverse=True)
    return found
