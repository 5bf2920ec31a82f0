"""The targets, and by how much each is met or missed. Targets are not moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]
"""What docs/performance.json holds: figures, machine and seconds by part."""

ACCEPTED, SHARE_OF_BARE, JUDGED, GROWTH = 300.0, 0.25, 50_000.0, 1.2
REPLAYED = 100_000 / 60
PAGE = 150.0
PAPER, CLOSING, CLOSED = 1.15, 300.0, 12_000
RECORDING, CHAINED, CHECKED = 0.15, 500.0, 1_000_000 / 60


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the first table."""

    what: str
    wanted: str
    measured: str
    met: bool
    by: str
    """By how much, in words."""


def best(rows: list[Results]) -> Results:
    """The row in which most were accepted per second on one hot offering."""
    return max(rows, key=lambda row: float(row["hot"]["rate"]))


def targets(results: Results) -> Iterator[Target]:
    """The targets of the parts that were run."""
    if "throughput" in results:
        yield from _throughput(results["throughput"]["figures"])
    if "judgements" in results:
        rate = results["judgements"]["figures"]["rows"][0]["rate"]
        yield _at_least(
            "judgements with citation and room, per second and core", rate, JUDGED, f"{rate:,.0f}"
        )
    if "replay" in results:
        figures = results["replay"]["figures"]
        rate = figures["decisions"] / figures["rows"][0]["seconds"]
        yield _at_least(
            "stored decisions judged again, per second and core",
            rate,
            REPLAYED,
            f"{rate:,.0f}",
            wanted="100,000 in 60 s",
        )
    if "trail" in results:
        yield from _trail(results["trail"]["figures"])
    if "pages" in results:
        yield _slowest_page(results["pages"]["figures"])
    if "paper" in results:
        yield from _paper(results["paper"]["figures"])
    if "growth" in results:
        yield _growth(results["growth"]["figures"])
    if "history" in results:
        yield _history(results["history"]["figures"])


def _slowest_page(figures: Results) -> Target:
    row = figures["rows"][0]
    met = row["many_ms"] <= PAGE
    return Target(
        f"server time of the slowest page with {figures['many']:,} subscriptions",
        f"at most {PAGE:.0f} ms",
        f"{row['many_ms']:.0f} ms ({row['page']})",
        met,
        f"{abs(PAGE - row['many_ms']):.0f} ms {'under' if met else 'over'} it",
    )


def _trail(figures: Results) -> Iterator[Target]:
    ratio = figures["recorded_ms"] / figures["unrecorded_ms"] - 1
    met = ratio <= RECORDING
    yield Target(
        "what recording every change of a row adds to a subscription",
        f"at most {RECORDING:.0%}",
        f"{ratio:.0%}",
        met,
        f"{abs(RECORDING - ratio) * 100:.0f} points {'under' if met else 'over'} it",
    )
    rate = figures["chained_per_second"]
    yield _at_least("entries and changes chained per second", rate, CHAINED, f"{rate:,.0f}")
    rate = figures["checked_per_second"]
    yield _at_least(
        "leaves checked by a stranger per second",
        rate,
        CHECKED,
        f"{rate:,.0f}",
        wanted="1,000,000 in 60 s",
    )


def _throughput(figures: Results) -> Iterator[Target]:
    row = best(figures["rows"])
    rate = row["hot"]["rate"]
    workers = f"{row['workers']} worker" + ("s" if row["workers"] > 1 else "")
    yield _at_least(
        "subscriptions accepted per second on one hot offering",
        rate,
        ACCEPTED,
        f"{rate:,.0f} ({workers})",
    )
    if figures["pgbench"]:
        share = rate / row["bare_hot"]["rate"]
        yield _at_least(
            "of the bare guarded SQL transaction, with as many clients",
            share,
            SHARE_OF_BARE,
            f"{share:.0%} ({workers})",
            wanted=f"at least {SHARE_OF_BARE:.0%}",
        )


def _paper(figures: Results) -> Iterator[Target]:
    ours, bare = (row["ms"] for row in figures["rows"][:2])
    yield _at_most(
        "a certificate, beside WeasyPrint alone on the same HTML",
        ours / bare,
        PAPER,
        f"{ours / bare:.2f} times",
        wanted=f"at most {PAPER} times",
    )
    bulk = figures["bulk"]
    # Workers start once, however many documents there are.
    first = bulk["first_seconds"]
    seconds = first + (bulk["seconds"] - first) * CLOSED / bulk["documents"]
    scaled = "" if bulk["documents"] == CLOSED else f", from {bulk['documents']:,} documents"
    yield _at_most(
        "two documents for each of 6,000 purchasers",
        seconds,
        CLOSING,
        f"{seconds:.0f} s ({bulk['workers']} workers{scaled})",
        wanted=f"at most {CLOSING:.0f} s on 2 cores",
    )


def _at_most(what: str, value: float, target: float, measured: str, *, wanted: str) -> Target:
    met = value <= target
    by = f"{abs(target - value) / target:.0%} {'under' if met else 'over'} it"
    return Target(what, wanted, measured, met, by)


def _at_least(what: str, value: float, target: float, measured: str, *, wanted: str = "") -> Target:
    met = value >= target
    ratio = value / target
    by = f"{ratio:.2f} times the target" if met else f"{1 - ratio:.0%} under it"
    return Target(what, wanted or f"at least {target:,.0f}", measured, met, by)


def growth(figures: Results) -> float:
    """What the next subscription costs at the largest size, in times of the smallest."""
    rows = figures["rows"]
    return float(rows[-1]["subscribe"]["median_ms"] / rows[0]["subscribe"]["median_ms"])


def _growth(figures: Results) -> Target:
    ratio, rows = growth(figures), figures["rows"]
    met = ratio <= GROWTH
    return Target(
        f"cost of the next subscription with {rows[-1]['filled']:,} in the offering",
        f"at most {GROWTH} times that with {rows[0]['filled']:,}",
        f"{ratio:.2f} times",
        met,
        f"{abs(GROWTH - ratio) / GROWTH:.0%} {'under' if met else 'over'} it",
    )


def _history(figures: Results) -> Target:
    over = figures["over_cap"] + figures["over_limit"] + figures["unbalanced"]
    return Target(
        "groups over their cap, purchasers over their limit, journal entries out of balance",
        "0",
        f"{over} ({figures['subscriptions']:,} subscriptions)",
        over == 0,
        "" if over == 0 else f"{over} too many",
    )
