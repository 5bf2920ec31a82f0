"""What of the audit trail proves one purchaser's file: its acts, and the rows it is made of."""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from compliance.audit.models import Change
from documents.models import Document
from equity.evidence.gathering import PurchaserFile


def positions_of(file: PurchaserFile, papers: Iterable[Document]) -> list[int]:
    """The positions in the trail of a file's acts and of every change of its rows, in order; those
    of the documents name the digest of their bytes. Nothing of another purchaser."""
    rows: list[Model] = [
        *file.identifications,
        *file.entries_shown,
        *file.readings,
        *file.acknowledgements,
        *file.advised,
        *file.rights,
        *file.postings,
        *papers,
    ]
    if file.bought is not None:
        rows.append(file.bought)
    found = {act.entry.position for act in file.acts}
    if rows:
        changes = Change.objects.filter(_of(rows))
        found |= {*changes.values_list("position", flat=True)}
    return sorted(found)


def _of(rows: Iterable[Model]) -> Q:
    """The changes of these rows, by the table and the key that the trail names."""
    by_table: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_table[row._meta.db_table].append(str(row.pk))
    return reduce(or_, (Q(table=table, row__in=keys) for table, keys in by_table.items()))
