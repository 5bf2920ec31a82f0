"""The certificate that every engine sets, as plain words: whose, what, and the terms on its back.

A case holds `number`, `issuer`, `governed`, `kind`, `attests`, `holder`, `is_holder`, `count`,
`designation`, `promise`, `legend_label`, `legend`, `signatory`, `position`, `issued`, `back`,
`under`, `rows` (pairs of a label and a text), `note`, `foot` and `pages`.
"""

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.bench.peers.timing import Case, timed

FONTS = Path(__file__).resolve().parents[3] / "documents" / "fonts"


def main(package: str, draw: Callable[[Case], bytes]) -> None:
    """Set the cases, for a while by the clock, and write how fast; one file is left to be read."""
    path, seconds, out = Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    cases = json.loads(path.read_text(encoding="utf-8"))
    out.write_bytes(draw(cases[0]))
    told = {
        "version": version(package),
        "rate": timed(draw, cases, seconds),
        "bytes": out.stat().st_size,
    }
    sys.stdout.write(json.dumps(told))
