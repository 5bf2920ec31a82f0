"""The rulebook of NI 45-110 on a day."""

from datetime import date
from functools import lru_cache

from compliance.rules.kernel.rulebook import Rulebook, load_regime

REGIME = load_regime(
    "ni45_110",
    title_fr="Règlement 45-110",
    title_en="NI 45-110",
    start=date(2021, 9, 21),
    until=None,
    catalogues=(
        "catalogue/filing.toml",
        "catalogue/subscription.toml",
        "catalogue/closing.toml",
        "catalogue/acts.toml",
    ),
)


@lru_cache(maxsize=4096)
def rulebook(on: date) -> Rulebook:
    """The figures and rules in force on ``on``. Raises OutsideDates before 2021-09-21."""
    return Rulebook(REGIME, on)
