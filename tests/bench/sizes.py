"""How much each part does: at its usual size, and at a toy size that only shows that it works."""

from dataclasses import dataclass

TURN = 25
"""Subscriptions in a turn, where two ways are measured by turns."""
OFFERINGS, SUBSCRIPTIONS = 2_200, 180_000
"""The whole history of the platform."""


@dataclass(frozen=True, slots=True)
class Size:
    """Every part is bounded by counts; ``seconds`` bounds a single measurement in time."""

    workers: tuple[int, ...]
    rounds: int
    """Each figure is the median of so many rounds."""
    accepted: int
    """Subscriptions in a round through the service."""
    bare: int
    """Transactions in a round of pgbench."""
    spread: int
    """Offerings over which a round is spread."""
    seconds: float
    judged: float
    """Processor seconds of judging in a round."""
    cases: int
    """Random cases on which the peers must agree before they are timed."""
    filled: tuple[int, ...]
    """How many subscriptions are in the offering before the next ones are timed."""
    prototypes: int
    """Subscriptions made through the services and copied to fill the offering; divides each."""
    following: int
    """How many next ones are timed at each of ``filled``."""
    warm: int
    """How many go before them untimed; as many for each worker of a round."""
    decisions: int
    """Stored decisions that are judged again, at least."""
    crowd: int
    """Subscriptions in the open offerings whose pages are looked at."""
    holders: int
    """How many times the holders of the closed offering are copied."""
    looks: int
    """How often each page is looked at."""
    printed: float
    """Processor seconds in which each engine sets certificates, in a round."""
    purchasers: int
    """Of the closing whose papers are made, two documents each."""
    offerings: int
    subscriptions: int

    @property
    def label(self) -> str:
        """The part of the whole history that is loaded."""
        share = self.subscriptions / SUBSCRIPTIONS
        return (
            "the whole history" if share == 1 else f"a sample of {100 * share:.3g}% of the history"
        )


DEFAULT = Size(
    workers=(1, 4, 8, 16),
    rounds=3,
    accepted=1_000,
    bare=4_000,
    spread=200,
    seconds=8.0,
    judged=1.5,
    cases=500,
    filled=(1_000, 10_000, 100_000),
    prototypes=50,
    following=300,
    warm=20,
    decisions=100_000,
    crowd=100_000,
    holders=500,
    looks=5,
    printed=6.0,
    purchasers=300,
    offerings=OFFERINGS // 100,
    subscriptions=SUBSCRIPTIONS // 100,
)
TOY = Size(
    workers=(2,),
    rounds=1,
    accepted=6,
    bare=20,
    spread=2,
    seconds=20.0,
    judged=0.01,
    cases=20,
    filled=(2, 4),
    prototypes=2,
    following=2,
    warm=1,
    decisions=60,
    crowd=40,
    holders=2,
    looks=1,
    printed=0.1,
    purchasers=2,
    offerings=2,
    subscriptions=8,
)
