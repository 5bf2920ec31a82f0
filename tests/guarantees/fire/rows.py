"""The rows of the business, without what differs from one run to the next: new ids and digests."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models.fields import NOT_PROVIDED

from compliance.audit.models import Anchoring, Block, Change, Horizon, Leaf, SignedCheckpoint
from compliance.outbox.models import Reader
from equity.models import Subscription
from investors.models import Person

_OURS = ("compliance.", "equity.", "investors.", "documents.")
_UNLIKE = re.compile(
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"  # a UUID
    r"|[0-9a-f]{64}"  # a digest
    r'|(?<="id":)\d+'  # the number of a row, in an answer
    r"|(?<=-)[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}\b"  # the number of a paper, made of a UUID
)

_OF_THE_TRAIL = (Reader, Change, Leaf, Block, SignedCheckpoint, Anchoring, Horizon)
"""Changes tell of rows that stand here themselves, by the database's clock; the tree is made of all
that is told, under new ids."""

_NUMBERED = frozenset({"request", "advice", "identification"})
"""Keys of payloads whose value is the number of a row; a number that was rolled back is not drawn
again."""


def business_rows() -> dict[str, list[str]]:
    """Every row of every table of ours as text, by table, sorted; sealed values are opened.

    Instants stay, because the clock is passed in. A subscription is named by its order, a person by
    name; other ids are left out, and so is how far a reader has come.
    """
    names = {row.pk: f"subscription {row.order}" for row in Subscription.objects.all()}
    names |= {row.pk: row.display_name for row in Person.objects.all()}
    return {
        model._meta.db_table: sorted(
            json.dumps(dict(_columns(row, names)), ensure_ascii=False, sort_keys=True)
            for row in model._default_manager.all()
        )
        for model in apps.get_models()
        if f"{model.__module__}.".startswith(_OURS) and model not in _OF_THE_TRAIL
    }


def _columns(row: models.Model, names: dict[UUID, str]) -> Iterator[tuple[str, Any]]:
    for field in row._meta.concrete_fields:
        drawn = field.db_default is not NOT_PROVIDED  # type: ignore[attr-defined]
        if field.primary_key or drawn:
            continue
        yield field.attname, _plain(getattr(row, field.attname), names, related=field.is_relation)


def _plain(value: Any, names: dict[UUID, str], *, related: bool = False) -> Any:
    if isinstance(value, UUID):
        return names.get(value, "*")
    if isinstance(value, bytes | memoryview):
        return "*"  # Blind indexes and digests: made of what stands beside them, or of ids.
    if isinstance(value, date | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {
            str(key): "*" if key in _NUMBERED else _plain(item, names)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(item, names) for item in value]
    if isinstance(value, str):
        return _UNLIKE.sub("*", value)
    return "*" if related and value is not None else value


def differences(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows that only one of the two has, by table."""
    return {
        name: unlike
        for name in {*one, *other}
        if (unlike := sorted({*one.get(name, ())} ^ {*other.get(name, ())}))
        or len(one.get(name, ())) != len(other.get(name, ()))
    }
