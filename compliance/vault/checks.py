"""System check: an installation whose keys are missing or misspelt does not start."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from compliance.vault.keys import ring


def check_key_ring(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An error when `settings.COMPLIANCE["DATA_KEYS"]` is no usable key ring."""
    try:
        ring()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="compliance_vault.E005")]
    return []
