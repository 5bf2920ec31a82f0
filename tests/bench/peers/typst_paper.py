"""The certificate by typst: tagged, PDF/A-2A and PDF/UA-1, as ours declares; its own language."""

import json
from pathlib import Path

import typst

from tests.bench.peers.certificate import FONTS, main
from tests.bench.peers.timing import Case

_COMPILER = typst.Compiler(
    str(Path(__file__).with_name("paper.typ")), font_paths=[str(FONTS)], ignore_system_fonts=True
)


def draw(case: Case) -> bytes:
    """Both pages; what it remembers of the case before it may use."""
    made: bytes = _COMPILER.compile(
        format="pdf",
        sys_inputs={"case": json.dumps(case)},
        pdf_standards=["a-2a", "ua-1"],
    )
    return made


if __name__ == "__main__":
    main("typst", draw)
