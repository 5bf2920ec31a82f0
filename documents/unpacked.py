"""The folder into which a process that renders unpacks its fonts, and how none of them stays.

WeasyPrint writes every face of a style sheet into a folder, more than 3 MB for each process, and
takes it away when the object that made it is collected. A process that is killed never gets there,
nor does a worker at its end, and a server that renders for months would fill its disk. So each
process holds a lock on its folder, which the system lets go of however the process ends, and
whoever unpacks next removes the folders that nobody holds.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp
from typing import BinaryIO

from weasyprint.text.fonts import FontConfiguration

PREFIX = "documents-fonts-"
YOUNG = 3600
"""Seconds for which a folder is left alone: it is made an instant before it is held."""
_MARK = "held"


class UnpackedFonts(FontConfiguration):
    """Fonts unpacked in a folder that only the process that made it removes, while it lives.

    Without this, a forked worker that ends takes the folder of its parent away, and the parent
    goes on printing in whatever fonts the machine has. Forked workers hold the lock with it.
    """

    _held: BinaryIO | None = None

    def __init__(self) -> None:
        self.owner = os.getpid()
        super().__init__()
        remove_abandoned()
        self._folder = Path(mkdtemp(prefix=PREFIX))
        self._held = (self._folder / _MARK).open("ab")
        fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @property
    def folder(self) -> Path:
        """Where the fonts are."""
        return self._folder

    def __del__(self) -> None:
        if self._held is not None:
            self._held.close()
        if os.getpid() == self.owner:
            super().__del__()


def remove_abandoned() -> int:
    """Remove the folders of processes that are gone, ``YOUNG`` after; returns how many."""
    removed = 0
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        # Held by somebody who lives, another user's, or taken away by another at this moment. A
        # link is of nobody who unpacks fonts, and leads to what is not ours.
        with suppress(OSError):
            if folder.is_symlink() or time.time() - folder.stat().st_mtime < YOUNG:
                continue
            with (folder / _MARK).open("ab") as mark:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
                rmtree(folder)
                removed += 1
    return removed
