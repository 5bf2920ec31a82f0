"""Tags of the pages that prepare an offering."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import format_cad, format_time
from compliance.rules.kernel.zones import zone_of
from compliance.web.language import current
from compliance.web.templatetags.web import field
from equity.guiding import guide
from equity.reports.standing import Filing

register = template.Library()


@register.inclusion_tag("equity/issuer/_answer.html")
def answer(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """A field of an answer: as any field, but nothing of a form that asks all is "optional"."""
    return field(bound, hint)


@register.inclusion_tag("equity/issuer/_guide.html")
def help_with(item: str) -> dict[str, Any]:
    """The guidance about an item of the form, in the language of the page."""
    return {"guide": guide(item, current())}


@register.simple_tag
def finding_sentence(finding: Finding) -> SafeString:
    """What a finding says and where the rule stands, in the language of the page."""
    language = current()
    return format_html(
        '{} <span class="finding__source">{} ({})</span>',
        finding.message(language),
        finding.citation(language),
        Grade(finding.grade).label(language),
    )


@register.simple_tag
def rule_title(finding: Finding) -> str:
    """What a rule asks, in one line."""
    return finding.rule.title(current())


@register.filter
def clock_time(at: datetime, province: str) -> str:
    """The time of an instant as the clocks of a province show it."""
    return format_time(at, zone_of(province), current())


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key, None where there is none."""
    return mapping.get(key)


@register.simple_tag
def fee_told(filing: Filing) -> dict[str, str]:
    """How far a fee can be relied on, in words, with the address to look at; and what a report that
    is late by now costs more."""
    language, line = current(), filing.fee.line
    ask = _("Ask the regulator: %(who)s.") % {"who": line.regulator(language)}
    if filing.fee.amount is None or line.grade is None:
        sentence = _("No fee was seen.")
    else:
        grade = line.grade.label(language)
        sentence = _("As of: %(when)s (%(grade)s).") % {
            "when": line.as_of(language),
            "grade": grade,
        }
    told = " ".join(part for part in (sentence, line.note(language), ask) if part)
    return {"sentence": told, "link": line.link, "late": _late(filing)}


def _late(filing: Filing) -> str:
    if filing.late is None:
        return _("The report is late; what that costs was not seen.")
    if not filing.late:
        return ""
    more = format_cad(filing.late, current())
    return _("The report is late: at least %(amount)s more, as of the same sheets.") % {
        "amount": more
    }
