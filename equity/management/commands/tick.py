"""``manage.py tick [--every SECONDS]``: every sweep once, or again and again in one process."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from compliance.audit import clock
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

        Raises CommandError when the database is not fit to begin with, and, for the one sweep, when
        the clock is not to be believed. With ``--every`` both are told each time, and the work goes
        on once the database is back and the clock is right.
        """
        every: int | None = options["every"]
        try:
            require_fit()
            wrong = self._sweep()
            if wrong and not every:
                raise CommandError(wrong)
            while every:
                if wrong:
                    self.stderr.write(f"tick: {wrong}")
                time.sleep(every)
                wrong = self._go_on()
        except UnfitError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("tick: stopped")

    def _go_on(self) -> str:
        """The next round; returns what kept it from sweeping, in words."""
        close_old_connections()
        try:
            require_fit()
        except UnfitError as error:
            return f"{error} Nothing is lost; the next round asks again."
        return self._sweep()

    def _sweep(self) -> str:
        """Sweep; or, where the clock is wrong, sweep nothing and return what is wrong with it."""
        if silent := broker.trouble():
            self.stderr.write(f"tick: {silent}")
        reading = clock.read(timezone.now())
        if not reading.wrong:
            for swept in sweep_all(at=reading.at):
                self._tell(swept)
        return reading.wrong

    def _tell(self, swept: Swept) -> None:
        told = {kind.replace("_", " "): count for kind, count in swept.done.items() if count}
        done = ", ".join(f"{kind} {count}" for kind, count in told.items())
        if done:
            self.stdout.write(f"tick: {swept.sweep}: {done}")
        if swept.trouble:
            self.stderr.write(f"tick: {swept.sweep}: {swept.trouble}")
