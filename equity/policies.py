"""The portal's own rules about payouts, accounts, corrections and holds, as findings."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from compliance.rules.kernel.catalogue import Rule, load_catalogue
from compliance.rules.kernel.findings import Finding


@lru_cache(maxsize=1)
def policies() -> Mapping[str, Rule]:
    """The policies, by code."""
    return load_catalogue("equity", ("policies.toml",))


def policy(code: str, met: bool, **figures: Any) -> Finding:
    """The finding of one policy, with the figures that its words tell."""
    return Finding(policies()[code], met, figures)
