"""What the test of a promise says of its run: its figures, and the broken copies that it caught.

`make guarantees` names a file in GUARANTEES_RUN; each report is a line of JSON there, and
GUARANTEES.md is written from them. Without that variable a report goes nowhere: what must hold is
asserted by the test itself, never by a report.
"""

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path

from tests.guarantees.scale import LONG

Told = str | int


class Report:
    """The report of one test of `guarantees.md` (B1, E3, ...), sent once at its end."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(
        self,
        test: str,
        *,
        figures: Mapping[str, Told] | None = None,
        caught: Mapping[str, str] | None = None,
    ) -> None:
        """Say what was tried and counted, and for each broken copy what gave it away.

        ``figures`` are named in plain English ("attempts", "kill -9 of workers"); counts are whole
        numbers, amounts and times are text with their unit.
        """
        kept = os.environ.get("GUARANTEES_RUN")
        if not kept:
            return
        row = {
            "test": test,
            "form": "long" if LONG else "short",
            "seconds": round(time.monotonic() - self._began, 1),
            "figures": dict(figures or {}),
            "caught": dict(caught or {}),
        }
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
