"""Which body of rules was in force on a day."""

from datetime import date

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.rulebook import Regime, Rulebook
from compliance.rules.ni45_110 import book as ni45_110
from compliance.rules.startup_orders_2015 import book as startup_orders_2015

REGIMES = (startup_orders_2015.REGIME, ni45_110.REGIME)
"""Every regime we know, in the order of time; none overlaps another."""
NAMES = {"startup_orders_2015": "startup-crowdfunding-orders", "ni45_110": "ni45-110"}
"""The name of a regime as it is cited in files and on screens, by its key."""
_BOOKS = {"startup_orders_2015": startup_orders_2015.rulebook, "ni45_110": ni45_110.rulebook}


def regime_on(on: date) -> Regime:
    """The regime in force on a day. Raises OutsideDates, in words, before the first one began."""
    for regime in REGIMES:
        if regime.holds(on):
            return regime
    raise OutsideDates(
        f"No crowdfunding rule is known for {on.isoformat()}: the first, {REGIMES[0].title_en}, "
        f"began on {REGIMES[0].start.isoformat()}."
    )


def rulebook_on(on: date) -> Rulebook:
    """The figures and rules in force on a day, whatever the regime. Raises OutsideDates."""
    return _BOOKS[regime_on(on).key](on)
