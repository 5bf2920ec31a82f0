"""Tags of the officer's desk."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import template
from django.utils.translation import gettext_lazy as _

from compliance.accounts.roles import Role
from compliance.accounts.selectors import roles_of
from compliance.desk.evidence import Evidence
from compliance.desk.figures import figure_rows
from compliance.desk.forms import METHODS
from compliance.desk.selectors import officer_name
from compliance.desk.wording_told import STANDINGS
from compliance.desk.wording_told import TONES as CONFIRMED_TONES
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import format_date
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.rules.wording import Statement
from compliance.web.language import current
from compliance.web.templatetags.web import capital
from equity.models import GroupEdge

register = template.Library()

_EDGES = {
    GroupEdge.Kind.AFFILIATE.value: _("Affiliate"),
    GroupEdge.Kind.COMMON_ENTERPRISE.value: _("Common enterprise"),
    GroupEdge.Kind.SAME_FOUNDER.value: _("Same founder"),
}


@register.simple_tag(takes_context=True)
def my_desk(context: template.Context) -> str:
    """The role in which somebody sees the desk: officer, examiner, or empty for neither."""
    user = context.get("user")
    roles = roles_of(user) if user is not None else frozenset()
    return next((role.value for role in (Role.OFFICER, Role.EXAMINER) if role in roles), "")


@register.inclusion_tag("desk/_rules.html")
def rules(
    findings: tuple[Finding, ...], evidence: Evidence | None = None, folded: bool = True
) -> dict[str, Any]:
    """Every finding of a judgement: met, not met or not yet, sentence, figures, citation, grade,
    room, and where it is seen.

    Those not met come first, then those whose time has not come; those met are folded away unless
    said otherwise, never left out.
    """
    rows = [_rule(finding, evidence) for finding in findings]
    unmet = [row for row in rows if not row["met"]]
    return {
        "unmet": sorted(unmet, key=lambda row: bool(row["coming"])),
        "met": [row for row in rows if row["met"]],
        "folded": folded,
    }


def _rule(finding: Finding, evidence: Evidence | None) -> dict[str, Any]:
    language = current()
    return {
        "code": finding.code,
        "met": finding.met,
        "coming": evidence is not None and finding.code in evidence.coming,
        "evidence": None if evidence is None else evidence.link(finding),
        "sentence": finding.message(language),
        "citation": finding.citation(language),
        "reading": finding.rule.reading,
        "grade": Grade(finding.grade).label(language),
        "binds": term(finding.rule.binds, language),
        "room": finding.room,
        "figures": figure_rows(finding),
    }


@register.filter
def edge(kind: str) -> str:
    """A kind of link between issuers, in words."""
    return str(_EDGES.get(kind, kind))


@register.filter
def move(name: str) -> str:
    """A move of the table of moves, as a button says it."""
    return capital(term(f"{name}_move" if name == "open" else name, current()))


@register.inclusion_tag("desk/_rules.html")
def one_finding(finding: Finding, *, raised: bool = False) -> dict[str, Any]:
    """One finding, as ``rules`` shows them; ``raised`` when it is a flag, which nobody failed."""
    return {**rules((finding,), folded=False), "raised": raised}


@register.filter
def local_day(at: datetime, province: str) -> date:
    """The day that it was at an instant by the clocks of a province."""
    return local_date(at, zone_of(province))


@register.filter
def iso_day(text: str) -> str:
    """A day that was stored as text, as people write it."""
    return format_date(date.fromisoformat(text), current())


@register.filter
def grade(value: Grade) -> str:
    """How sure we are of a line, in words."""
    return value.label(current())


@register.filter
def grade_named(code: str) -> str:
    """The same, by the code of the grade."""
    return Grade(code).label(current())


@register.filter
def where_prescribed(read: Statement) -> str:
    """The form or the instrument that prescribes a statement, with its item, in words."""
    french, form, item = current() == "fr", read.form, read.item
    if not form.startswith("45-110F"):
        return f"Règlement {form}, art. {item}" if french else f"NI {form}, s. {item}"
    named = f"Annexe {form.replace('F', 'A')}" if french else f"Form {form}"
    if not item[0].isdigit():  # a title, a heading
        return named
    return f"{named}, rubrique {item}" if french else f"{named}, item {item}"


@register.filter
def form_prescribed(form: str) -> str:
    """A form, or the instrument, that prescribes statements, in words."""
    french = current() == "fr"
    if not form.startswith("45-110F"):
        return f"Règlement {form}" if french else f"NI {form}"
    return f"Annexe {form.replace('F', 'A')}" if french else f"Form {form}"


@register.filter
def confirmed_state(state: str) -> str:
    """How a prescribed statement stands, in words."""
    return str(STANDINGS[state])


@register.filter
def confirmed_tone(state: str) -> str:
    """The tone of the badge of such a standing."""
    return CONFIRMED_TONES[state]


@register.filter
def officer(user_id: UUID) -> str:
    """The name of an officer by the id that requests and the trail keep."""
    return officer_name(user_id)


@register.filter
def method(code: str) -> str:
    """How identity was verified, in words; another code as it was recorded."""
    return str(dict(METHODS).get(code, code))
