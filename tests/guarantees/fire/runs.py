"""One load under fire: who wants what, the clients let loose, and the faults meanwhile."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from tests.guarantees.fire.clients import Attempt, Desk, serve
from tests.guarantees.fire.faults import Faults, deaths
from tests.guarantees.fire.journals import Ledger
from tests.guarantees.fire.lives import Line, Living, live

PRICE = Decimal(25)
"""Of one unit: the smallest ticket."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many try, and how much goes wrong: ``deaths`` at chosen points, ``kills`` anywhere."""

    attempts: int
    clients: int
    deaths: int = 0
    kills: int = 0
    crashes: int = 0


def tickets(chance: random.Random, count: int) -> list[int]:
    """How many units each wish is for: 1 to 6; the last tenth 1, which fills what is left."""
    return [
        1 if _withdraws(number, count) or number >= count - count // 10 else chance.randint(1, 6)
        for number in range(count)
    ]


def wishes(units: Sequence[int], people: Sequence[UUID]) -> list[Attempt]:
    """Everybody's wish. A few of the first half, for one unit, change their mind."""
    count = len(units)
    return [
        Attempt(number, person, wanted, _withdraws(number, count))
        for number, (wanted, person) in enumerate(zip(units, people, strict=True))
    ]


def _withdraws(number: int, count: int) -> bool:
    return number % 25 == 7 and number < count // 2


def limit(units: Sequence[int], load: Decimal) -> Decimal:
    """The maximum of which these wishes are ``load`` times as much, in whole units."""
    return int(sum(units) / load) * PRICE


@dataclass(frozen=True, slots=True)
class Run:
    """Where a load is run: the database by its entry, a folder for journals, how to crash it."""

    entry: dict[str, Any]
    folder: Path
    crash: Callable[[], None]
    chance: random.Random
    size: Size

    def let_loose(
        self,
        attempts: Sequence[Attempt],
        load: Decimal,
        desk: Callable[..., Desk],
        *given: Any,
        watch: Callable[[], None] = lambda: None,
        hasty: bool = False,
    ) -> tuple[Ledger, Counter[str]]:
        """Let the clients loose at desks made of ``given``, and wait until all have got through.

        ``watch`` is called again and again meanwhile. Returns what the clients wrote down, and how
        many of their lives were ended.
        """
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        journals = [folder / f"client {number}" for number in range(self.size.clients)]
        # Of those who surely get in: whoever is refused does not come to the second act.
        surely = attempts[: int(len(attempts) / load * Decimal("0.8"))]
        ends = deaths(self.chance, surely, self.size.deaths)
        lines = [
            Line(
                f"client {number}",
                serve,
                _always(attempts[number :: self.size.clients], path, ends, desk, given, hasty),
                lives=1 + self.size.deaths + self.size.kills,
            )
            for number, path in enumerate(journals)
        ]
        acts = int(len(attempts) * (1 + 1 / load))
        faults = Faults(self.chance, self.crash)
        faults.plan(acts, kills=self.size.kills, crashes=self.size.crashes)
        told = Ledger(journals)

        def meanwhile(living: Living) -> None:
            watch()
            faults.strike(told.read_on().answered, living)

        killed = live(lines, database=self.entry, meanwhile=meanwhile)
        told.read_on().close()
        assert not faults.moments, "the run was over before everything had gone wrong"
        connection.close()  # The server that it led to may be gone.
        return told, killed


def _always(*given: Any) -> Callable[[int], tuple[Any, ...]]:
    return lambda _: given
