"""What goes wrong during a run, drawn from its seed: who dies where, and what is killed when."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.guarantees.fire.clients import AFTER, BEFORE, PAY, SUBSCRIBE, Attempt, Death
from tests.guarantees.fire.lives import Living


def deaths(chance: random.Random, attempts: Sequence[Attempt], count: int) -> list[Death]:
    """Ends of clients' lives inside ``count`` of the attempts, half at each point of an act."""
    chosen = chance.sample(list(attempts), count)
    points = (BEFORE, AFTER)
    return [
        (attempt.named((SUBSCRIBE, PAY)[number // 2 % 2]), points[number % 2])
        for number, attempt in enumerate(chosen)
    ]


@dataclass(slots=True)
class Faults:
    """Kills of clients and crashes of the server, at random moments of a run's progress."""

    chance: random.Random
    crash: Callable[[], None]
    moments: list[tuple[float, str]] = field(default_factory=list)
    """When, as the number of acts that were answered by then, and what."""

    def plan(self, acts: int, *, kills: int, crashes: int) -> "Faults":
        """Spread them over a run of so many acts, none near its end."""
        wanted = ["kill"] * kills + ["crash"] * crashes
        self.moments = sorted((self.chance.uniform(0.05, 0.85) * acts, what) for what in wanted)
        return self

    def strike(self, answered: int, living: Living) -> None:
        """Do what is due by now."""
        while self.moments and self.moments[0][0] <= answered:
            _, what = self.moments.pop(0)
            if what == "crash":
                self.crash()
            elif alive := [process for process in living.values() if process.is_alive()]:
                self.chance.choice(alive).kill()
