"""Many people who are ready to subscribe, written in bulk.

The first goes through the services; what these wrote for them is copied for everybody else, so that
a row here is always a row as the services write it today.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models, transaction

from investors.models import (
    EntryAcknowledgement,
    Identification,
    Person,
    Reading,
    RiskAcknowledgement,
)
from tests import factories as f

_BATCH = 2000
_READY = (Identification, EntryAcknowledgement, Reading, RiskAcknowledgement)
"""What a person needs before subscribing, beside the particulars; each row names its person."""


@transaction.atomic
def crowd(cast: f.Cast, count: int, *, at: datetime) -> list[Person]:
    """``count`` (at least 1) new adults of Quebec who may subscribe to the open offering.

    Each is identified, has read the document in force behind the entry notice and has one unused
    acknowledgement of its risks, all dated ``at``. Audit entries and risk papers are those of the
    first person alone.
    """
    first = f.make_person("Camille", "Lafoule")
    f.acknowledged(cast, first, at=at)
    others = [
        Person(
            **_values(first, but={"email_index"})
            | {"family_name": f"Lafoule {number}", "email": f"foule{number}@courriel.example"}
        )
        for number in range(2, count + 1)
    ]
    Person.objects.bulk_create(others, batch_size=_BATCH)
    _make_ready(first, others)
    return [first, *others]


def _make_ready(model: Person, others: list[Person]) -> None:
    """Copy the latest row of each thing that ``model`` has done to others who have done none."""
    for kind in _READY:
        row = kind.objects.filter(person=model).latest("pk")
        kind.objects.bulk_create(
            (kind(**_values(row) | {"person_id": person.pk}) for person in others),
            batch_size=_BATCH,
        )


def _values(row: models.Model, *, but: Iterable[str] = ()) -> dict[str, Any]:
    """The columns of a row without its key, as keywords for another one."""
    left_out = {*but, row._meta.pk.attname}
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.attname not in left_out
    }
