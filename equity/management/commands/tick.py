"""``manage.py tick [--every SECONDS]``: every sweep once, or again and again in one process."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from compliance.audit.guard.fitness import UnfitError, require_fit
from compliance.outbox import broker
from equity.sweeps import Swept, sweep_all


class Command(BaseCommand):
    """The sweeps by hand; with ``--every``, the one local process of a site without a broker."""

    help = "Do everything that is due now: what time brings, reminders, documents, e-mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--every``."""
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on, pausing so long between sweeps"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once, or until interrupted.

        Raises CommandError when the database is not fit to begin with; later, that is told and the
        next round asks again, so that the work goes on when the database is back.
        """
        every: int | None = options["every"]
        try:
            require_fit()
            self._sweep()
            while every:
                time.sleep(every)
                self._go_on()
        except UnfitError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("tick: stopped")

    def _go_on(self) -> None:
        close_old_connections()
        try:
            require_fit()
        except UnfitError as error:
            self.stderr.write(f"tick: {error} Nothing is lost; the next round asks again.")
        else:
            self._sweep()

    def _sweep(self) -> None:
        if silent := broker.trouble():
            self.stderr.write(f"tick: {silent}")
        for swept in sweep_all(at=timezone.now()):
            self._tell(swept)

    def _tell(self, swept: Swept) -> None:
        told = {kind.replace("_", " "): count for kind, count in swept.done.items() if count}
        done = ", ".join(f"{kind} {count}" for kind, count in told.items())
        if done:
            self.stdout.write(f"tick: {swept.sweep}: {done}")
        if swept.trouble:
            self.stderr.write(f"tick: {swept.sweep}: {swept.trouble}")
