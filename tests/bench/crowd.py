"""People who are ready to subscribe, to as many offerings as are open."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from equity.content import UseRow
from equity.models import Offering, Portal
from investors.models import Reading, RiskAcknowledgement
from tests import factories as f
from tests.bench.workers import Draw
from tests.guarantees.fire.crowd import crowd

_BATCH = 2000


def open_wide(portal: Portal | None = None) -> f.Cast:
    """An open offering at a dollar each, up to the cap of its group, on a portal."""
    maximum = Decimal("1500000.00")
    content = f.make_content(
        price=Decimal("1.00"),
        minimum=Decimal("1000.00"),
        maximum=maximum,
        use_of_funds=(UseRow("Évaporateur", Decimal("1000.00"), maximum),),
    )
    return f.open_offering(content=content, portal=portal)


def people(cast: f.Cast, count: int) -> list[UUID]:
    """Adults who may subscribe once to the offering of ``cast``, and may be made ready for others
    of its portal."""
    return [person.pk for person in crowd(cast, count, at=f.OPENED)]


class Readiness:
    """Makes people ready for an offering, by what one person of the crowd wrote for the first."""

    def __init__(self, first: f.Cast, person: UUID) -> None:
        self._acknowledged = RiskAcknowledgement.objects.filter(
            person_id=person, offering_id=first.offering.pk
        ).latest("pk")

    def make(self, draws: Iterable[Draw], versions: dict[UUID, UUID]) -> None:
        """Each draw reads the version of its offering and acknowledges its risks, once more."""
        wanted = list(draws)
        like = self._acknowledged
        Reading.objects.bulk_create(
            (
                Reading(
                    person_id=draw.person,
                    offering_id=draw.offering,
                    version_id=versions[draw.offering],
                    language=like.language,
                    at=like.at,
                )
                for draw in wanted
            ),
            batch_size=_BATCH,
            ignore_conflicts=True,
        )
        RiskAcknowledgement.objects.bulk_create(
            (
                RiskAcknowledgement(
                    person_id=draw.person,
                    offering_id=draw.offering,
                    version_id=versions[draw.offering],
                    language=like.language,
                    answers=like.answers,
                    statements_digest=like.statements_digest,
                    at=like.at,
                )
                for draw in wanted
            ),
            batch_size=_BATCH,
        )


def versions_of(offerings: Iterable[Offering]) -> dict[UUID, UUID]:
    """The version of the document in force of each offering."""
    return {row.pk: row.in_force_id for row in offerings if row.in_force_id is not None}


def draws(
    offerings: Sequence[UUID], persons: Sequence[UUID], count: int, *, turn: int
) -> list[Draw]:
    """``count`` draws, one offering after the other; another ``turn`` begins with other people."""
    shift = turn * (count // len(offerings) + 1)
    return [
        Draw(
            offerings[number % len(offerings)],
            persons[(number // len(offerings) + shift) % len(persons)],
        )
        for number in range(count)
    ]
