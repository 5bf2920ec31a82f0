"""Tags of an investor's pages: how long a right still runs, and on which day something was."""

import json
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.rules.kernel.money import format_date
from compliance.rules.kernel.zones import PROVINCES, local_date, zone_of
from compliance.web.language import current

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def time_left(until: datetime, at: datetime) -> str:
    """How long it is from one instant to the other, in its two greatest units, never rounded up.

    Empty once it is over. ``web/countdown.js`` says the same, and a test holds the two together.
    """
    seconds = int((until - at).total_seconds())
    if seconds <= 0:
        return ""
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    told = []
    if days:
        told.append(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
    if hours:
        told.append(ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours})
    if minutes and not days:
        told.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    if not told:
        return _("less than a minute")
    if len(told) == 1:
        return told[0]
    return _("%(one)s and %(other)s") % {"one": told[0], "other": told[1]}


@register.inclusion_tag("equity/investor/_countdown.html")
def countdown(until: datetime, at: datetime) -> dict[str, Any]:
    """How long a right still runs at the instant of the page, and what its script needs to say the
    same later: both instants in seconds, by the clock of the server, and the words."""
    words = {
        "day": [ngettext("%(count)d day", "%(count)d days", n) for n in (1, 2)],
        "hour": [ngettext("%(count)d hour", "%(count)d hours", n) for n in (1, 2)],
        "minute": [ngettext("%(count)d minute", "%(count)d minutes", n) for n in (1, 2)],
        "moment": _("less than a minute"),
        "and": _("%(one)s and %(other)s"),
        "left": _("%(left)s left"),
        "over": _("This right has ended. Reload the page to see where things stand."),
    }
    left = time_left(until, at)
    return {
        "text": _("%(left)s left") % {"left": left} if left else "",
        "until": int(until.timestamp()),
        "at": int(at.timestamp()),
        "words": json.dumps(words, ensure_ascii=False),
    }


@register.simple_tag
def countdown_script() -> SafeString:
    """The script that keeps the countdowns of a page true, once for the page."""
    return format_html('<script src="{}" defer></script>', static("web/countdown.js"))


@register.filter
def day_of(at: datetime | None, where: str) -> str:
    """The day that an instant falls on where a portal or a person is; a dash for none."""
    if at is None:
        return "—"
    zone = zone_of(where if where in PROVINCES else "QC")
    day: date = local_date(at, zone)
    return format_date(day, current())
