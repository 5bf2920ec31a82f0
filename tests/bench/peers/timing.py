"""What every peer does with its cases: answer them all, then judge for a while by the clock."""

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

Given = TypeVar("Given")
Case = dict[str, Any]
Answer = dict[str, Any]
"""``refused``: the codes, in order; ``rooms``: cents under each limit."""


def timed(judge: Callable[[Given], object], cases: list[Given], seconds: float) -> float:
    """Judgements per second of this process's processor time, over the cases again and again."""
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for case in cases:
            judge(case)
        count += len(cases)
    return count / spent


def main(
    package: str,
    judge: Callable[[Case], Any],
    answer: Callable[[Any], Answer],
    more: Callable[[list[Case], float], dict[str, float]] = lambda cases, seconds: {},
) -> None:
    """Read the cases, judge them, and write what was answered and how fast.

    ``answer`` makes an answer of what ``judge`` returned, outside the timing. ``more`` are further
    rates by name.
    """
    path, seconds = Path(sys.argv[1]), float(sys.argv[2])
    cases = json.loads(path.read_text(encoding="utf-8"))
    told = {
        "version": version(package),
        "answers": [answer(judge(case)) for case in cases],
        "rate": timed(judge, cases, seconds),
        "more": more(cases, seconds),
    }
    sys.stdout.write(json.dumps(told))


def in_order(codes: Iterable[str]) -> list[str]:
    """Codes as they are compared."""
    return sorted(codes)
