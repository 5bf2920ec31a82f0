"""A database whose trail holds many entries and changes, chained, signed and handed to a folder.

The rows are written in bulk past all triggers; leaves, checkpoints and hand-overs are the real
ones. We are the superuser there: who tampers has every right.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.test import override_settings

from compliance.audit.guard.roles import connected_with
from compliance.audit.models import Anchoring, Change, Entry, Judgement
from compliance.audit.tree.chaining import chain
from compliance.audit.tree.checkpoints import sign
from compliance.audit.tree.places import folder
from compliance.audit.tree.verifying import Verified, verify
from compliance.config.postgres.roles import BOOTSTRAP
from compliance.scenarios.playing.stage import scratch_database
from tests.guarantees.trail.exports import OUR_SEED, OURS
from tests.guarantees.trail.told import told

SIGNED = datetime(2026, 4, 1, 12, 0, tzinfo=UTC)
AT = SIGNED + timedelta(days=30)
OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Trail:
    """How many leaves there are, the sizes of the checkpoints, and where these are kept."""

    leaves: int
    sizes: Sequence[int]
    folder: Path

    def verified(self) -> Verified:
        """What a check of everything says."""
        return verify(at=AT, outside=[self.folder])


@contextmanager
def staged(leaves: int, checkpoints: int, place: Path) -> Iterator[Trail]:
    """A database with such a trail; checkpoints are kept in a folder under `place`."""
    kept = place / OUTSIDE
    named = {
        **settings.COMPLIANCE,
        "AUDIT_FOLDER": str(kept),
        "AUDIT_ORIGIN": OURS.verifier.name,
        "AUDIT_KEY": OUR_SEED.hex(),
    }
    with scratch_database(), override_settings(COMPLIANCE=named):
        entry = {**connection.settings_dict, "USER": BOOTSTRAP, "PASSWORD": ""}
        with connected_with(connection, entry):
            with connection.cursor() as cursor:
                # Whoever has every right takes what is in the way out of it first.
                cursor.execute(
                    "ALTER TABLE compliance_audit_entry DROP CONSTRAINT audit_entry_readable"
                )
            sizes = [leaves * (n + 1) // checkpoints for n in range(checkpoints)]
            for number, (low, high) in enumerate(zip([0, *sizes], sizes, strict=False)):
                grow(low, high)
                hand_over(SIGNED + timedelta(hours=number))
            # The horizon moves by what was seen a run earlier.
            chain()
            chain()
            yield Trail(leaves, sizes, kept)


def grow(low: int, high: int) -> None:
    """Write the rows of these indexes."""
    rows = [told(number) for number in range(low, high)]
    entries = [row for row in rows if isinstance(row, Entry)]
    judgements = [one for row in entries for one in row.told_judgements]  # type: ignore[attr-defined]
    with transaction.atomic(), connection.cursor() as cursor:
        past_all_triggers(cursor)
        _copy(cursor, Entry, entries)
        _copy(cursor, Judgement, judgements)
        _copy(cursor, Change, [row for row in rows if isinstance(row, Change)])


def hand_over(at: datetime) -> None:
    """Chain what is there, sign it, hand the checkpoint to the folder and to somebody else."""
    chain()
    signed = sign(at=at, every=timedelta(0))
    assert signed is not None
    folder(signed, at)
    Anchoring.objects.create(checkpoint=signed, place="elsewhere", at=at)


def past_all_triggers(cursor: Any) -> None:
    """As only a superuser may: no trigger and no foreign key until the end of the transaction."""
    cursor.execute("SET LOCAL session_replication_role = replica")


def _copy(cursor: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([_plain(field, row) for field in fields])


def _plain(field: Any, row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value)
    return value
