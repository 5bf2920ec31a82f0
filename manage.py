#!/usr/bin/env python
"""Django's command line for this project."""

import os
import signal
import sys
from types import FrameType

from django.core.management import execute_from_command_line


def leave(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C, so that the exit handlers run and our own PostgreSQL is stopped."""
    sys.exit(128 + number)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.config.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
