"""What every sample becomes, written down: the page of each kind in both languages, and its bytes.

A page depends on our own files and code alone, so its digest is compared everywhere. The bytes of a
PDF also depend on the libraries below. Those of Python are pinned: where one is another, the test
fails and names it. Those of the system come with the machine: the bytes are kept per set of them,
and a machine whose set is not known yet proves instead that it makes the same bytes every time.

`python -m tests.documents.golden` writes all anew for the libraries of this machine. It refuses to
change a page of a version that is closed: what was changed (a label, a builder of
`documents/paper`) then needs a new version, or has to leave the old one as it was.
"""

import ctypes
import hashlib
import json
import zlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from documents.facts import Facts
from documents.render import page
from documents.versions import is_closed, latest
from tests.documents.printing import every, named, printed

FILE = Path(__file__).with_name("golden.json")
PINNED = ("django", "fonttools", "pydyf", "tinycss2", "tinyhtml5", "weasyprint")


def golden() -> dict[str, Any]:
    """What was written."""
    kept: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return kept


def pinned() -> dict[str, str]:
    """The libraries of Python that a document goes through, and their versions."""
    return {name: version(name) for name in PINNED}


def system() -> str:
    """The libraries of the system that the bytes depend on, in one line."""
    fontconfig = ctypes.CDLL("libfontconfig.so.1").FcGetVersion()
    try:
        subset = _said("libharfbuzz-subset.so.0", "hb_version_string")
    except OSError:
        subset = "none"
    return (
        f"pango {_said('libpango-1.0.so.0', 'pango_version_string')}, "
        f"harfbuzz {_said('libharfbuzz.so.0', 'hb_version_string')}, harfbuzz-subset {subset}, "
        f"fontconfig {fontconfig}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    )


def _said(library: str, function: str) -> str:
    told = getattr(ctypes.CDLL(library), function)
    told.restype = ctypes.c_char_p
    return str(told().decode())


def digest_of_page(facts: Facts) -> str:
    """SHA-256 of the HTML of a document."""
    return hashlib.sha256(page(facts.kind, facts).encode()).hexdigest()


def name_of(facts: Facts) -> str:
    """Where a sample stands in the file: its version, kind and language."""
    return f"{latest(facts.kind)} {named(facts)}"


def main() -> None:
    """Write the file anew."""
    before = golden() if FILE.exists() else {"pages": {}, "bytes": {}}
    pages = {name_of(facts): digest_of_page(facts) for facts in every()}
    for name, digest in before["pages"].items():
        if is_closed(name.split()[0]) and pages.get(name) != digest:
            raise SystemExit(f"{name} is of a closed version and may not change")
    of_system = {name_of(facts): printed(facts).sha256 for facts in every()}
    kept = before["bytes"] if pages == before["pages"] and pinned() == before["pinned"] else {}
    after = {"pinned": pinned(), "pages": pages, "bytes": {**kept, system(): of_system}}
    FILE.write_text(json.dumps(after, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
