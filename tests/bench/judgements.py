"""Judgements per second and core, beside other engines on the same decision.

Ours returns all findings, met or not, each with its figures; they are read to the end as whoever
uses them does: code, met, citation and room. The peers return the refusals with their citations,
and the rooms. Every engine answers the same cases first, and nobody is timed who answers otherwise.
"""

import json
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compliance.rules.ni45_110.facts import SubscriptionFacts
from compliance.rules.ni45_110.subscription import judge
from documents.management.bar import Bar
from tests.bench.cases import ON, flat, random_facts
from tests.bench.peers.timing import timed
from tests.bench.sizes import Size

PEERS = {
    "zen-engine": "tests.bench.peers.zen_engine",
    "SpiffWorkflow (DMN)": "tests.bench.peers.spiff",
    "OpenFisca-core": "tests.bench.peers.openfisca",
}
OURS = "ours"
_ROOMS = {"offering.room": "offering", "group.cap": "group", "purchaser.limit": "purchaser"}
_ROOT = Path(__file__).resolve().parents[2]
Found = tuple[tuple[str, bool, str, Decimal | None], ...]


class DisagreementError(RuntimeError):
    """A peer answered otherwise than we do; the message says on which case."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another engine, in its own interpreter."""

    name: str
    module: str
    python: Path

    def run(self, cases: Path, seconds: float) -> dict[str, Any]:
        """What ``peers/timing.py`` tells. Raises CalledProcessError."""
        command = [str(self.python), "-m", self.module, str(cases), str(seconds)]
        done = subprocess.run(command, cwd=_ROOT, capture_output=True, timeout=300, check=True)
        told: dict[str, Any] = json.loads(done.stdout)
        return told


def found(facts: SubscriptionFacts) -> Found:
    """All findings of one subscription, read to the end."""
    return tuple(
        (finding.code, finding.met, finding.citation("fr"), finding.room)
        for finding in judge(facts, on=ON)
    )


def answer(rows: Found) -> dict[str, Any]:
    """Our findings as the peers answer: the codes that refuse, and the rooms in cents."""
    return {
        "refused": sorted(code for code, met, _, _ in rows if not met),
        "rooms": {
            _ROOMS[code]: int(room * 100)
            for code, _, _, room in rows
            if code in _ROOMS and room is not None
        },
    }


def measure(size: Size, python: Path | None) -> dict[str, Any]:
    """All figures of this part, as JSON; of us alone where the peers are not installed."""
    facts = random_facts(size.cases)
    wanted = [answer(found(one)) for one in facts]
    peers = [] if python is None else [Peer(name, module, python) for name, module in PEERS.items()]
    bar = Bar("judgements", size.rounds * (1 + len(peers)))
    ours: list[float] = []
    told: dict[str, list[dict[str, Any]]] = {peer.name: [] for peer in peers}
    with TemporaryDirectory(prefix="eqc-bench-") as folder:
        cases = Path(folder) / "cases.json"
        cases.write_text(json.dumps([flat(one) for one in facts]), encoding="utf-8")
        for _ in range(size.rounds):
            ours.append(timed(found, facts, size.judged))
            bar.forward()
            for peer in peers:
                answers = peer.run(cases, size.judged)
                _compare(peer.name, wanted, answers["answers"])
                told[peer.name].append(answers)
                bar.forward()
    bar.end()
    return {
        "cases": size.cases,
        "accepted_cases": sum(not one["refused"] for one in wanted),
        "rounds": size.rounds,
        "rows": [_row(OURS, "", ours, {}), *(_peer_row(name, runs) for name, runs in told.items())],
    }


def _compare(name: str, wanted: Sequence[object], answered: Sequence[object]) -> None:
    for number, (ours, theirs) in enumerate(zip(wanted, answered, strict=True)):
        if ours != theirs:
            raise DisagreementError(f"{name} answers case {number} with {theirs}; ours is {ours}.")


def _row(name: str, version: str, rates: Sequence[float], more: dict[str, float]) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "rate": statistics.median(rates),
        "rates": [round(rate) for rate in rates],
        "more": more,
    }


def _peer_row(name: str, runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    more = {key: statistics.median(run["more"][key] for run in runs) for key in runs[0]["more"]}
    return _row(name, runs[0]["version"], [run["rate"] for run in runs], more)
