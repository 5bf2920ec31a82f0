"""What was asked to change, request by request, and how much of it waits for an answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from equity.models import Offering, Remark, RemarkAnswer


@dataclass(frozen=True, slots=True)
class Told:
    """A remark with the answer that stands: None where it waits for one."""

    remark: Remark
    answer: RemarkAnswer | None

    @property
    def item(self) -> str:
        """The item it is about; empty for the document as a whole."""
        return self.remark.item


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of changes: its number, when it was made, and its remarks in order."""

    number: int
    at: datetime
    remarks: tuple[Told, ...]

    @property
    def waiting(self) -> tuple[Told, ...]:
        """The remarks that have no answer yet."""
        return tuple(told for told in self.remarks if told.answer is None)


def requests_of(offering: Offering) -> tuple[Asked, ...]:
    """Every request of changes of an offering, the latest first; two queries, however many."""
    answers = Prefetch("answers", RemarkAnswer.objects.order_by("-number"), to_attr="told")
    by_number: dict[int, list[Told]] = {}
    for remark in offering.remarks.prefetch_related(answers).order_by("-request", "order"):
        latest = remark.told[0] if remark.told else None
        by_number.setdefault(remark.request, []).append(Told(remark, latest))
    return tuple(
        Asked(number, told[0].remark.asked_at, tuple(told)) for number, told in by_number.items()
    )


def latest_request(offering: Offering) -> Asked | None:
    """The latest request of changes; None where none was made item by item."""
    return next(iter(requests_of(offering)), None)
