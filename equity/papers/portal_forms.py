"""Forms 45-110F3 and F4 frozen from what the portal saved: content in, facts out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from documents.facts import (
    Answer,
    IndividualInformationFacts,
    PortalInformationFacts,
)
from documents.facts.portal import (
    ABOUT,
    PERSON_TOPICS,
    PORTAL_TOPICS,
    PeriodRow,
    PersonAnswer,
    PortalAnswer,
    PortalPrincipalRow,
    ReachFacts,
)
from documents.facts.shared import Language
from equity import words
from equity.models import Portal, PortalPrincipal
from equity.papers.common import local, portal_facts, reference
from equity.selectors.clock import portal_day

PORTAL, PRINCIPAL = "equity.portal", "equity.portalprincipal"
Content = Mapping[str, Any]
FormFacts = PortalInformationFacts | IndividualInformationFacts


def information_facts(
    portal: Portal,
    content: Content,
    principals: Mapping[PortalPrincipal, Content],
    *,
    version: int,
    language: Language,
    at: datetime,
) -> PortalInformationFacts:
    """Form 45-110F3 by what was saved of it. ``principals`` is what Form 45-110F4 says of each in
    that language, from which their position and their votes come; empty where it says nothing."""
    return PortalInformationFacts(
        **_head(portal, "F3", portal.pk, language, at),
        portal=replace(portal_facts(portal), website=_text(content, "website")),
        version=version,
        trade_names=_text(content, "trade_names"),
        contact=_contact(content, language),
        legal_form=_text(content, "legal_form"),  # type: ignore[arg-type]
        organized_in=content.get("organized_in") or None,
        organized_on=_day(content, "organized_on"),
        organizing_documents=_text(content, "organizing_documents"),
        principals=tuple(
            PortalPrincipalRow(
                name=one.name, title=_text(said, "title"), percent=_percent(said, "percent")
            )
            for one, said in principals.items()
        ),
        business=_text(content, "business"),
        how_it_works=_text(content, "how_it_works"),
        other_business=_text(content, "other_business"),
        trust_institution=portal.trust_institution,
        trust_address=words.lines(_text(content, "trust_address"), language),
        trust_account=_text(content, "trust_account"),
        answers=tuple(
            PortalAnswer(
                about=about,  # type: ignore[arg-type]
                topic=topic,
                answer=_answer(content, f"{about}_{topic}"),
            )
            for about in ABOUT
            for topic in PORTAL_TOPICS
        ),
        records_at=_text(content, "records_at"),
        signed=None,
    )


def individual_facts(
    principal: PortalPrincipal,
    content: Content,
    *,
    version: int,
    language: Language,
    at: datetime,
) -> IndividualInformationFacts:
    """Form 45-110F4 of a principal by what was saved of it."""
    portal = principal.portal
    return IndividualInformationFacts(
        **_head(portal, "F4", principal.pk, language, at),
        portal=portal_facts(portal),
        version=version,
        name=principal.name,
        other_names=_text(content, "other_names"),
        residences=_periods(content, "residences"),
        title=_text(content, "title"),
        percent=_percent(content, "percent"),
        role_since=_text(content, "role_since"),
        employments=_periods(content, "employments"),
        other_activities=_text(content, "other_activities"),
        answers=tuple(
            PersonAnswer(topic=topic, answer=_answer(content, topic)) for topic in PERSON_TOPICS
        ),
        signed=None,
    )


def _head(
    portal: Portal, prefix: str, subject: UUID, language: Language, at: datetime
) -> dict[str, Any]:
    return {
        "language": language,
        "reference": reference(prefix, subject),
        "issued_at": local(at, portal),
        "wording_on": portal_day(portal, at),
    }


def _text(content: Content, name: str) -> str:
    return str(content.get(name) or "").strip()


def _day(content: Content, name: str) -> date | None:
    return date.fromisoformat(content[name]) if content.get(name) else None


def _percent(content: Content, name: str) -> Decimal | None:
    return Decimal(content[name]) if content.get(name) else None


def _contact(content: Content, language: Language) -> ReachFacts | None:
    name = _text(content, "contact_name")
    rest = {part: _text(content, f"contact_{part}") for part in ("position", "telephone", "email")}
    address = words.lines(_text(content, "contact_address"), language)
    if not (name or address or any(rest.values())):
        return None
    return ReachFacts(name=name, address=address, **rest)


def _answer(content: Content, name: str) -> Answer | None:
    """An answer with its details. Details without a yes or a no are not an answer yet."""
    said = content.get(name)
    if not isinstance(said, bool):
        return None
    return Answer(yes=said, details=_text(content, f"{name}_details"))


def _periods(content: Content, name: str) -> tuple[PeriodRow, ...]:
    return tuple(
        PeriodRow(**{part: _text(row, part) for part in ("what", "role", "since", "until")})
        for row in content.get(name) or []
        if _text(row, "what")
    )
