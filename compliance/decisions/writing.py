"""The facts of a judgement as plain values, as they are kept beside its findings."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from compliance.rules.ni45_110.facts import PortalFacts


def plain_facts(value: Any) -> Any:
    """Facts as mappings, and sets as sorted lists: the canonical form of facts has no sets."""
    if isinstance(value, PortalFacts):
        return _plain_portal(value)
    if is_dataclass(value):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {key: plain_facts(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [plain_facts(item) for item in value]
    return value


def _plain_fields(facts: Any) -> dict[str, Any]:
    return {name: plain_facts(getattr(facts, name)) for name in facts.__dataclass_fields__}


@lru_cache(maxsize=64)
def _plain_portal(portal: PortalFacts) -> Mapping[str, Any]:
    """Remembered: a portal has a line for each jurisdiction, and every judgement keeps them all."""
    return MappingProxyType(_plain_fields(portal))
