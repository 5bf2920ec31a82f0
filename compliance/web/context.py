"""What every page knows without its view saying so."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The base template that pages extend, the portal's name, and whether all of this is a trial.

    A host project names its own base template in ``COMPLIANCE["BASE_TEMPLATE"]``, and the floors
    that have pages name in ``COMPLIANCE["NAVIGATION"]`` the templates that hold their links. The
    system check ``compliance.web.checks`` says which names a host has forgotten.
    """
    ours = settings.COMPLIANCE
    return {
        "base_template": ours["BASE_TEMPLATE"],
        "navigation_templates": ours.get("NAVIGATION", ()),
        "portal_name": ours["PORTAL"],
        "demonstration": ours["DEMONSTRATION"],
    }
