"""``manage.py tick [--every SECONDS]``: do what time brings, and render what was issued."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from documents.services import render_pending
from equity.services.time import tick


class Command(BaseCommand):
    """The sweeps, once by hand or again and again in one local process without a broker."""

    help = "Do everything that is due now: rights that ended, last days, documents to render."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--every``."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on, pausing so long between sweeps"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once, or until interrupted."""
        every: int | None = options["every"]
        try:
            self._sweep()
            while every:
                time.sleep(every)
                close_old_connections()
                self._sweep()
        except KeyboardInterrupt:
            self.stdout.write("tick: stopped")

    def _sweep(self) -> None:
        at = timezone.now()
        moved = tick(at=at)
        rendered = sum(1 for _ in render_pending(at=at))
        if moved or rendered:
            self.stdout.write(f"tick: {moved} offerings moved, {rendered} documents rendered")
