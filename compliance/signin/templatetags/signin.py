"""Filters of the pages about an account."""

import json
import re
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

register = template.Library()

# The first that fits: each pretends to be those below it.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def as_json(value: Any) -> str:
    """What a script reads from the text of an element; the template escapes it, as any text."""
    return json.dumps(value, cls=DjangoJSONEncoder)


@register.filter
def in_fours(key: str) -> str:
    """A key as people copy it: four signs at a time. Applications take it with its spaces."""
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))


@register.filter
def device(user_agent: str) -> str:
    """The browser and the system that a session says it comes from, in two words; what a browser
    says of itself is not proof of anything."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    plain = re.sub(r"[^A-Za-z0-9 .-]", "", user_agent.partition("/")[0])[:30]
    return ", ".join(filter(None, (browser, system))) or plain or _("unknown device")
