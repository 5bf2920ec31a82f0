"""The folder into which a process that renders unpacks its fonts, and how none of them stays.

WeasyPrint writes every face of a style sheet into a folder, more than 3 MB for each process, and
takes it away when the object that made it is collected. A process that is killed never gets there,
nor does a worker at its end, and a server that renders for months would fill its disk. So each
process holds a lock on its folder, which the system lets go of however the process ends, and
whoever unpacks next removes the folders of the same user that nobody holds.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp

from weasyprint.text.fonts import FontConfiguration

PREFIX = "documents-fonts-"
YOUNG = 3600
"""Seconds for which a folder is left alone: it is made an instant before it is held."""
_HOLD = fcntl.LOCK_EX | fcntl.LOCK_NB


class UnpackedFonts(FontConfiguration):
    """Fonts unpacked in a folder that only the process that made it removes, while it lives.

    Without this, a forked worker that ends takes the folder of its parent away, and the parent
    goes on printing in whatever fonts the machine has. Forked workers hold the lock with it.
    """

    _held: int | None = None

    def __init__(self) -> None:
        self.owner = os.getpid()
        super().__init__()
        remove_abandoned()
        self._folder = Path(mkdtemp(prefix=PREFIX))
        self._held = _opened(self._folder)
        fcntl.flock(self._held, _HOLD)

    @property
    def folder(self) -> Path:
        """Where the fonts are."""
        return self._folder

    def __del__(self) -> None:
        if self._held is not None:
            os.close(self._held)
        if os.getpid() == self.owner:
            super().__del__()


def remove_abandoned() -> int:
    """Remove the folders of processes that are gone, ``YOUNG`` after; returns how many."""
    removed = 0
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        # Held by somebody who lives, no folder, or taken away by another at this moment.
        with suppress(OSError), _descriptor(folder) as held:
            found = os.fstat(held)
            if found.st_uid == os.geteuid() and time.time() - found.st_mtime >= YOUNG:
                fcntl.flock(held, _HOLD)
                rmtree(folder)
                removed += 1
    return removed


def _opened(folder: Path) -> int:
    # Anybody may put anything into the folder for temporary files: a link is not followed, and
    # nothing inside is opened.
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


@contextmanager
def _descriptor(folder: Path) -> Iterator[int]:
    held = _opened(folder)
    try:
        yield held
    finally:
        os.close(held)
