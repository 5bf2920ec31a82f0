"""Tags and filters of every page: amounts, days, instants, terms, findings, fields."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.shortcuts import resolve_url
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString

from compliance.rules.kernel import money, terms
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.zones import PROVINCES, zone_of
from compliance.web.acting import ONCE
from compliance.web.language import current

register = template.Library()

_TONES = {
    "open": "good",
    "binding": "good",
    "completed": "good",
    "approved": "good",
    "agreed": "live",
    "submitted": "live",
    "closing": "live",
    "suspended": "wait",
    "changes_requested": "wait",
    "failed": "bad",
    "refused": "bad",
    "cancelled": "bad",
}


@register.filter
def cad(amount: Decimal | int | None) -> str:
    """An amount as written in Canada, in the language of the page; a dash for none."""
    return "—" if amount is None else money.format_cad(Decimal(amount), current())


@register.filter
def day(value: date | None) -> str:
    """A day in full, in the language of the page; a dash for none."""
    return "—" if value is None else money.format_date(value, current())


@register.filter
def instant(at: datetime | None, where: str | tzinfo = "QC") -> str:
    """An instant as the clocks of a province show it, in the language of the page."""
    if at is None:
        return "—"
    zone = where if isinstance(where, tzinfo) else zone_of(where if where in PROVINCES else "QC")
    return money.format_instant(at, zone, current())


@register.filter
def count(number: int) -> str:
    """A whole number, its thousands apart as the language writes them."""
    apart = "\N{NO-BREAK SPACE}" if current() == "fr" else ","
    return f"{number:,}".replace(",", apart)


@register.filter
def term(code: str) -> str:
    """The word for a code (a state, a kind of security, a language), as in the glossary."""
    return terms.term(code, current())


@register.filter
def capital(text: str) -> str:
    """The text with its first letter as a capital, and the rest untouched."""
    return f"{text[:1].upper()}{text[1:]}"


@register.filter
def percent_of(part: Decimal, whole: Decimal) -> int:
    """How many whole percent of an amount another is: 0 to 100, cut down, never rounded up."""
    return 0 if not whole else max(0, min(100, int(part * 100 / whole)))


@register.simple_tag
def badge(state: str) -> SafeString:
    """The badge of a state of an offering or a subscription."""
    return format_html(
        '<span class="badge badge--{}">{}</span>', _TONES.get(state, "plain"), capital(term(state))
    )


@register.inclusion_tag("web/components/findings.html")
def findings(
    rows: Iterable[Finding], steps: Mapping[str, tuple[str, str]] | None = None
) -> dict[str, Any]:
    """The list of findings: sentence, citation, grade, room, and the next step.

    ``steps`` maps a code to the words and the address of what helps.
    """
    language, helps = current(), steps or {}
    return {
        "rows": [
            {
                "code": finding.code,
                "met": finding.met,
                "sentence": finding.message(language),
                "citation": finding.citation(language),
                "grade": Grade(finding.grade).label(language),
                "room": finding.room,
                "step": helps.get(finding.code),
            }
            for finding in rows
        ]
    }


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, hint: str = "", *, marked: bool = True) -> dict[str, Any]:
    """A form field with its label, its help, and its errors where the eye already is.

    ``marked`` says that a field which may be left empty is called optional; not where the whole
    form may be filled in bit by bit.
    """
    grouped = isinstance(bound.field.widget, RadioSelect)
    described = [f"{bound.auto_id}_hint"] if hint or bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attributes: dict[str, str | bool] = (
        {"aria-describedby": " ".join(described)} if described else {}
    )
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "bound": bound,
        "hint": hint or bound.help_text,
        "grouped": grouped,
        "optional": marked and not bound.field.required,
        "ticked": isinstance(bound.field.widget, CheckboxInput),
        "control": bound.as_widget(attrs=attributes) if not grouped else "",
        "described": " ".join(described),
    }


@register.simple_tag
def once() -> SafeString:
    """The hidden field that lets a form act once, however often it is sent: a fresh key each time
    the page is shown, so that a second wish is not taken for a repetition."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, uuid4())


@register.simple_tag(takes_context=True)
def keep_for(context: template.Context) -> str:
    """Whose typing a tab keeps: a mark of the account that says nothing of it; empty for nobody."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return salted_hmac("compliance.web.keep", str(user.pk)).hexdigest()[:16]


@register.simple_tag
def sign_in_url() -> str:
    """The address where people sign in: ``LOGIN_URL``, which in a host project is the host's."""
    return resolve_url(settings.LOGIN_URL)


@register.inclusion_tag("web/components/languages.html", takes_context=True)
def languages(context: template.Context) -> dict[str, Any]:
    """The switch between French and English: both names always in sight, each in its language."""
    request = context.get("request")
    return {
        "current": current(),
        "names": (("fr", "Français"), ("en", "English")),
        "here": request.get_full_path() if request is not None else "/",
        "csrf_token": context.get("csrf_token"),
        "set_language": settings.COMPLIANCE.get("SET_LANGUAGE", "set_language"),
    }


@register.inclusion_tag("web/components/progress.html")
def progress(done: Decimal, minimum: Decimal, maximum: Decimal, solid: Decimal) -> dict[str, Any]:
    """The bar of an offering: raised and binding on the way to the minimum and the maximum."""
    return {
        "done": done,
        "solid": solid,
        "minimum": minimum,
        "maximum": maximum,
        "done_width": percent_of(done, maximum) * 10,
        "solid_width": percent_of(solid, maximum) * 10,
        "mark": percent_of(minimum, maximum) * 10,
    }
