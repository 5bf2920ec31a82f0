"""Tags of the pages that prepare an offering."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import format_time
from compliance.rules.kernel.zones import zone_of
from compliance.web.language import current
from compliance.web.templatetags.web import field
from equity.guiding import guide

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
