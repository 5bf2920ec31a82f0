"""A bar on the terminal for whoever waits; a line now and then where there is no terminal."""

import sys
import time
from typing import TextIO

_WIDTH = 30
_EVERY = 0.2
"""Seconds between two drawings."""
_LINES = 10
"""How many lines a whole bar is where nothing can be drawn over."""


class Bar:
    """Progress towards ``total`` on standard error, with what was done per second and what is left.

    ``done`` may start above zero, for work that goes on where it was left.
    """

    def __init__(self, label: str, total: int, *, done: int = 0, out: TextIO | None = None) -> None:
        self._label, self._total, self._done, self._first = label, max(total, 1), done, done
        self._out = out or sys.stderr
        self._began = self._drawn = time.monotonic()
        self._told = done * _LINES // self._total

    def to(self, done: int) -> None:
        """Say how much is done by now."""
        self._done = done
        now = time.monotonic()
        if self._out.isatty():
            if now - self._drawn >= _EVERY or done >= self._total:
                self._drawn = now
                self._out.write(f"\r{self._line(now)}\033[K")
                self._out.flush()
        elif done * _LINES // self._total > self._told:
            self._told = done * _LINES // self._total
            self._out.write(f"{self._line(now)}\n")
            self._out.flush()

    def forward(self, more: int = 1) -> None:
        """Say that so much more is done."""
        self.to(self._done + more)

    def end(self) -> None:
        """Leave the line."""
        if self._out.isatty():
            self._out.write("\n")
            self._out.flush()

    def _line(self, now: float) -> str:
        filled = min(self._done * _WIDTH // self._total, _WIDTH)
        rate = (self._done - self._first) / max(now - self._began, 1e-9)
        left = (self._total - self._done) / rate if rate > 0 else 0.0
        return (
            f"{self._label:<24} [{'#' * filled}{'.' * (_WIDTH - filled)}] "
            f"{self._done:,} of {self._total:,}  {rate:,.0f}/s  {_clock(left)} left"
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
        if minutes >= 60
        else f"{minutes}:{rest:02d}"
    )
