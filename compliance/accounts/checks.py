"""System checks: an installation says how the desk asks for a second factor, or asks none."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning

SETTING = "SECOND_FACTOR"


def check_second_factor(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning of `check --deploy` where nobody has said whether the desk asks for one."""
    if SETTING in getattr(settings, "COMPLIANCE", {}):
        return []
    return [
        Warning(
            f'COMPLIANCE["{SETTING}"] is not set: a password alone opens the compliance desk.',
            hint=(
                "Name the function that says where a session gets its second factor "
                "(docs/host.md), or set it to None where your sign-in asks everybody for one."
            ),
            id="compliance_accounts.W001",
        )
    ]
