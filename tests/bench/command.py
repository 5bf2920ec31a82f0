"""Run the parts that are asked for, and write the figures, the page and the picture."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import (
    ground,
    growth,
    history,
    judgements,
    machine,
    pages,
    paper,
    replay,
    throughput,
    trail,
)
from tests.bench.page import PARTS, page
from tests.bench.picture import picture
from tests.bench.sizes import DEFAULT, OFFERINGS, SUBSCRIPTIONS, TOY
from tests.bench.targets import Results, targets

DOCS = Path(__file__).resolve().parents[2] / "docs"
_WHOLE = replace(DEFAULT, offerings=OFFERINGS, subscriptions=SUBSCRIPTIONS, purchasers=paper.WHOLE)
SIZES = {"sample": DEFAULT, "full": _WHOLE, "toy": TOY}


def main(arguments: Sequence[str]) -> int:
    """Run, write, and print the targets; 0 whether they are met or not, which the page says."""
    asked = _asked(arguments)
    kept = asked.folder / "performance.json"
    results: Results = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    if not asked.write:
        try:
            results = _run_parts(asked, results, kept)
        except ground.BusyError as busy:
            sys.stderr.write(f"{busy}\n")
            return 2
    write(asked.folder, results)
    for target in targets(results):
        verdict = "met" if target.met else "MISSED"
        sys.stdout.write(
            f"{verdict:<7}{target.measured}: {target.what} ({target.wanted}; {target.by})\n"
        )
    return 0


def _run_parts(asked: argparse.Namespace, results: Results, kept: Path) -> Results:
    """Run the parts that are asked for; each is kept as soon as it is there."""
    size = SIZES[asked.size]
    with ground.server() as server:
        runs: dict[str, Callable[[], Any]] = {
            "throughput": lambda: throughput.measure(server, size),
            "judgements": lambda: judgements.measure(size, asked.peers),
            "replay": lambda: replay.measure(size),
            "trail": lambda: trail.measure(server, size),
            "pages": lambda: pages.measure(size),
            "paper": lambda: paper.measure(size, asked.peers),
            "growth": lambda: growth.measure(server, size),
            "history": lambda: history.measure(size),
        }
        for name in asked.parts or PARTS:
            results[name] = _run(name, runs[name])
            results = {part: results[part] for part in PARTS if part in results}
            kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return results


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    # Not `choices`, which refuses that nothing is given.
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--size", choices=sorted(SIZES), default="sample")
    parser.add_argument("--peers", type=Path, help="the Python that has the other engines")
    parser.add_argument("--folder", type=Path, default=DOCS, help="where the figures are written")
    parser.add_argument("--write", action="store_true", help="only write the page and the picture")
    asked = parser.parse_args(arguments)
    for part in asked.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}: choose from {', '.join(PARTS)}")
    return asked


def _run(name: str, measure: Callable[[], Any]) -> dict[str, Any]:
    """The figures of a part, with what they were made on."""
    told = machine.describe(datetime.now(UTC))
    server = {} if name == "judgements" else {"postgresql": machine.postgresql()}
    began = time.monotonic()
    figures = measure()
    return {
        "machine": told,
        **server,
        "seconds": round(time.monotonic() - began, 1),
        "figures": figures,
    }


def write(folder: Path, results: Results) -> None:
    """The page and the picture, from the figures alone."""
    (folder / "performance.md").write_text(page(results), encoding="utf-8")
    (folder / "performance.svg").write_text(picture(results), encoding="utf-8")
