"""What each client wrote down, and the verdict: is the database what the clients were told?"""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TextIO

SENT, ACKNOWLEDGED, REFUSED = "sent", "acknowledged", "refused"


class Journal:
    """A client's own file: a line for each act before it is sent and after it was answered.

    Each line reaches the disk before the client goes on. ``last`` is what an earlier life wrote.
    """

    def __init__(self, path: Path) -> None:
        self.last: dict[str, str] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                word, _, act = line.partition(" ")
                self.last[act] = word
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, word: str, act: str) -> None:
        """Write that an act was sent, acknowledged or refused."""
        os.write(self._file, f"{word} {act}\n".encode())
        os.fsync(self._file)
        self.last[act] = word


@dataclass(slots=True)
class Ledger:
    """All journals together, read on as they grow."""

    paths: Sequence[Path]
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    _files: dict[Path, TextIO] = field(default_factory=dict)

    def read_on(self) -> "Ledger":
        """Take in what was written since; a line that is not complete yet waits."""
        groups = {SENT: self.sent, ACKNOWLEDGED: self.acknowledged, REFUSED: self.refused}
        for path in self.paths:
            if path not in self._files and path.exists():
                self._files[path] = path.open()
            file = self._files.get(path)
            while file is not None:
                at, line = file.tell(), file.readline()
                if not line.endswith("\n"):
                    file.seek(at)
                    break
                word, _, act = line.rstrip().partition(" ")
                groups[word].add(act)
        return self

    @property
    def answered(self) -> int:
        """How many acts were answered, with yes or no."""
        return len(self.acknowledged | self.refused)

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()


def verdict(
    told: Ledger, found: Iterable[str], *, total: Decimal, most: Decimal
) -> dict[str, Decimal | int]:
    """What is wrong, by name, each 0 when all is well.

    ``found`` are the acts in the database, each as often as its effect is there; ``total`` is what
    they add up to and ``most`` what they may.
    """
    there = Counter(found)
    return {
        "over the limit": max(total - most, Decimal(0)),
        "lost": len(told.acknowledged - set(there)),
        "doubled": sum(count - 1 for count in there.values()),
        "never sent": len(set(there) - told.sent),
        "refused and yet there": len(set(there) & told.refused),
    }
