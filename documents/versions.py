"""Template versions: which there are, what each is made of, and that none of it ever changes.

A version is its folder of templates, its labels, and the fonts that its style sheet names. Their
digests stand in `digests/<version>.sha256`, which `sha256sum -c` reads too, from this folder.

A version is *open* until a document was made with it that somebody may rely on. Until then its
files may change, and `python -m documents.versions write v1` writes their digests anew.
`python -m documents.versions close v1` ends that for good: a file that differs is then refused,
here and where documents are rendered, and a new look is a new version. Fonts are always compared:
a font that is gone would be replaced, unseen, by whatever the machine has.

How a new version comes about, for one kind or for all: README.md beside this.
"""

import re
import sys
import unicodedata
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from fontTools.ttLib import TTFont

from documents.errors import RenderError

HERE = Path(__file__).parent
VERSIONS = ("v1",)
"""The versions that can be rendered, oldest first."""

COFFEE = 0x2615
"""The one sign of our fonts that is always drawn as a picture, from whatever font has one."""

_FONT = re.compile(r"url\([./]*fonts/([^)]+)\)")


def latest(kind: str) -> str:
    """The newest version that has a template for that kind: what documents issued today use.

    Raises RenderError where none has.
    """
    for version in reversed(VERSIONS):
        if (folder_of(version) / f"{kind}.html").is_file():
            return version
    raise RenderError(f"no template version has a {kind}")


def folder_of(version: str) -> Path:
    """Where the templates of a version stand."""
    return HERE / "templates" / "documents" / version


def is_closed(version: str) -> bool:
    """Whether a version may not change any more."""
    return version in (HERE / "digests" / "closed.txt").read_text(encoding="ascii").split()


def files_of(version: str) -> list[Path]:
    """Every file that a version is made of, as it is now."""
    templates = sorted(one for one in folder_of(version).iterdir() if one.is_file())
    labels = sorted((HERE / "labels").glob(f"{version}.*.toml"))
    sheet = (folder_of(version) / f"{version}.css").read_text(encoding="utf-8")
    fonts = [HERE / "fonts" / name for name in dict.fromkeys(_FONT.findall(sheet))]
    return [*templates, *labels, *sorted(fonts)]


def digests_of(version: str) -> dict[str, str]:
    """The digests that were written of a version: SHA-256 by the place of the file."""
    lines = _manifest(version).read_text(encoding="utf-8").splitlines()
    return {place: digest for digest, _, place in (line.partition("  ") for line in lines)}


def differing(version: str) -> list[str]:
    """What is not as it was written, each as a sentence; empty where all is."""
    wanted = digests_of(version)
    there = {str(one.relative_to(HERE)) for one in files_of(version)}
    found = [f"{place} is not written down for {version}" for place in there - set(wanted)]
    for place, digest in wanted.items():
        found += _compared(version, place, digest)
    return sorted(found)


def require_unchanged(version: str) -> None:
    """Raise RenderError unless the fonts of a version, and once it is closed all its files, are
    those that it was made with."""
    wanted = digests_of(version)
    closed = is_closed(version)
    for place, digest in wanted.items():
        if closed or place.startswith("fonts/"):
            for sentence in _compared(version, place, digest):
                raise RenderError(sentence)


def _compared(version: str, place: str, digest: str) -> list[str]:
    file = HERE / place
    if not file.is_file():
        return [f"{place} is gone: nothing can be printed with {version} without it"]
    if sha256(file.read_bytes()).hexdigest() != digest:
        return [f"{place} is not the file that {version} was made with"]
    return []


def write(version: str) -> None:
    """Write the digests of an open version anew; raises RenderError for one that is closed."""
    if is_closed(version):
        raise RenderError(f"{version} is closed: its files never change, make a new version")
    lines = [
        f"{sha256(one.read_bytes()).hexdigest()}  {one.relative_to(HERE)}\n"
        for one in files_of(version)
    ]
    _manifest(version).write_text("".join(lines), encoding="utf-8")


def close(version: str) -> None:
    """End the changes of a version; raises RenderError where a file is not as it was written."""
    for sentence in differing(version):
        raise RenderError(sentence)
    if not is_closed(version):
        with (HERE / "digests" / "closed.txt").open("a", encoding="ascii") as file:
            file.write(f"{version}\n")


def _manifest(version: str) -> Path:
    return HERE / "digests" / f"{version}.sha256"


def letters() -> str:
    """What `fonts/letters.txt` must hold: ranges of the characters that can be printed.

    A character counts where every face of the text has it, or a font of another script. Controls,
    signs that nobody sees and private ones never count, nor what is printed as another sign.
    """
    faces = [_characters(one) for one in sorted((HERE / "fonts").glob("SourceSans3-*.ttf"))]
    known = set.intersection(*faces)
    for one in sorted((HERE / "fonts").glob("Noto*.ttf")):
        known |= _characters(one)
    seen = sorted(one for one in known - {COFFEE} if _is_seen(chr(one)))
    edges = [None, *(at for at, (a, b) in enumerate(pairwise(seen), start=1) if b != a + 1), None]
    runs = [seen[first:last] for first, last in pairwise(edges)]
    return "".join(f"{run[0]:04X}-{run[-1]:04X}\n" for run in runs)


def _is_seen(sign: str) -> bool:
    return unicodedata.category(sign)[0] != "C" and unicodedata.normalize("NFC", sign) == sign


@cache
def _characters(font: Path) -> set[int]:
    return set(TTFont(font, lazy=True).getBestCmap())


def main(act: str, version: str = "") -> None:
    """What the command line asks for."""
    if act == "letters":
        (HERE / "fonts" / "letters.txt").write_text(letters(), encoding="ascii")
    else:
        {"write": write, "close": close}[act](version)


if __name__ == "__main__":
    main(*sys.argv[1:])
