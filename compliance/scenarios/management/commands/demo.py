"""``manage.py demo [--serve]``: load the demonstration and, if asked, serve it."""

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from compliance.scenarios.demonstrating import PASSWORD, SIGN_INS, load
from compliance.scenarios.playing.world import mail_of
from equity.services.time import tick as settle_everything

_BAR = 20


class Command(BaseCommand):
    """Prepare the database, play the demonstration's stories, print the sign-ins, serve."""

    help = "Load the demonstration (stories played through the services) and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``--serve`` and ``--port``."""
        parser.add_argument("--serve", action="store_true", help="serve the site afterwards")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, load what is missing, and serve until interrupted."""
        if not settings.COMPLIANCE["DEMONSTRATION"]:
            raise CommandError(
                "This installation names a database of its own and is not a demonstration. "
                "Set COMPLIANCE_DEMONSTRATION=1 to load sample people and offerings into it."
            )
        self.stdout.write("Préparation de la base de données… / Preparing the database…")
        call_command("migrate", verbosity=0, interactive=False)
        for story in load(at=timezone.now()):
            self._bar(story.number, story.of, story.title)
        self.stdout.write("")
        settle_everything(at=timezone.now())
        self._tell(options["port"])
        if options["serve"]:
            # Documents are rendered when somebody opens them, and one by one by the sweeps beside.
            with _sweeper():
                call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def _bar(self, done: int, of: int, title: str) -> None:
        filled = _BAR * done // of
        bar = "█" * filled + "░" * (_BAR - filled)
        self.stdout.write(f"\r{bar} {done}/{of}  {title[:60]:<60}", ending="")
        self.stdout.flush()

    def _tell(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"\n  {address}/            le portail / the portal")
        self.stdout.write(
            f"  {address}/bureau/     le bureau de conformité / the compliance desk\n"
        )
        self.stdout.write(f"  Mot de passe / password: {PASSWORD}\n")
        self.stdout.write(
            "  Second facteur\N{NO-BREAK SPACE}: la page montre le code"
            " / Second factor: the page shows the code\n"
        )
        for name, fr, en in SIGN_INS:
            self.stdout.write(f"  {mail_of(name):<28} {fr} / {en}")
        self.stdout.write("")


@contextmanager
def _sweeper() -> Iterator[None]:
    """Run the sweeps beside the server: what time brings is done within half a minute."""
    process = subprocess.Popen([sys.executable, sys.argv[0], "tick", "--every", "30"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
