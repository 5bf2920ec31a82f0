"""The rulebook of the start-up crowdfunding orders on a day."""

from datetime import date
from functools import lru_cache

from compliance.rules.kernel.rulebook import Rulebook, load_regime

REGIME = load_regime(
    "startup_orders_2015",
    title_fr="Décisions générales de 2015 (financement participatif des entreprises en démarrage)",
    title_en="Start-up crowdfunding orders (2015)",
    start=date(2015, 5, 14),
    until=date(2021, 9, 20),
    catalogues=("catalogue.toml",),
)


@lru_cache(maxsize=4096)
def rulebook(on: date) -> Rulebook:
    """The figures and rules in force on ``on``. Raises OutsideDates outside 2015 to 2021."""
    return Rulebook(REGIME, on)
