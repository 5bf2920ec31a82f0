#!/usr/bin/env python
"""Django's command line for this project."""

import os
import signal
import sys
from types import FrameType

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error as DatabaseError

from compliance.audit.guard.trouble import in_words
from compliance.config.postgres.binaries import PostgresError


def leave(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C, so that the exit handlers run and our own PostgreSQL is stopped."""
    sys.exit(128 + number)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compliance.config.settings")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, PostgresError, DatabaseError, OSError) as error:
        # What a person can put right is said in a sentence; a bug keeps its stack trace.
        known = isinstance(error, (ImproperlyConfigured, PostgresError))
        words = str(error) if known else in_words(error)
        if not words or "--traceback" in sys.argv:
            raise
        sys.exit(words)


if __name__ == "__main__":
    main()
