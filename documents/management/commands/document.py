"""``manage.py document``: verify documents by hand, and look after the keys of the seal."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone, translation

from compliance.audit.guard.trouble import server_words
from documents.seals import telling
from documents.seals.ring import (
    Ring,
    RingError,
    declare_broken,
    fingerprint,
    folder,
    install,
    new_key,
    read_ring,
    ring,
)
from documents.seals.verifying import (
    BAD,
    CANNOT_TELL,
    GOOD,
    LARGEST,
    Verdict,
    verify_alone,
    verify_file,
)


class Command(BaseCommand):
    """Documents by hand. `verify` ends with 0 (good), 1 (changed or not ours), 2 (cannot tell)."""

    help = "Verify documents, and look after the keys that seal them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        todo = parser.add_subparsers(dest="todo", required=True)
        check = todo.add_parser("verify", help="say what each file is, and whether it is unchanged")
        check.add_argument("files", nargs="+", type=Path, metavar="FILE")
        check.add_argument(
            "--alone", action="store_true", help="by the files and certificates alone: no database"
        )
        check.add_argument(
            "--certificates", type=Path, metavar="FOLDER", help="a folder as COMPLIANCE_SEAL_FOLDER"
        )
        check.add_argument("--language", choices=["fr", "en"], default=settings.LANGUAGE_CODE)
        key = todo.add_parser("key", help="the keys of the seal: docs/documents.md")
        act = key.add_subparsers(dest="act", required=True)
        act.add_parser("show", help="the certificates that seal, sealed and stamp, and until when")
        new = act.add_parser("new", help="make a key and its certificate; those before are kept")
        new.add_argument("--holder", help="the name on the certificate", default="")
        put = act.add_parser("install", help="use a key with the certificate of a public body")
        put.add_argument("file", type=Path, metavar="FILE.pem")
        bad = act.add_parser("broken", help="believe a certificate no longer, from an instant on")
        bad.add_argument("fingerprint")
        bad.add_argument("--since", required=True, metavar="2026-03-02T09:00-05:00")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; raises CommandError in words, with the exit status of a verifier."""
        try:
            if options["todo"] == "verify":
                self._verify(options)
            else:
                getattr(self, f"_key_{options['act']}")(options)
        except (RingError, ImproperlyConfigured, OSError) as error:
            raise CommandError(str(error), returncode=CANNOT_TELL) from error

    def _verify(self, options: dict[str, Any]) -> None:
        place: Path | None = options["certificates"]
        at = timezone.now()
        held = ring(at=at, with_key=False) if place is None else read_ring(place, with_key=False)
        found = []
        with translation.override(options["language"]):
            for path in options["files"]:
                with path.open("rb") as file:
                    # One byte more than is looked at: whether there is more must be known.
                    verdict = self._judge(file.read(LARGEST + 1), held, at, options["alone"])
                self._tell(path, verdict)
                found.append(verdict.status)
        worst = next((one for one in (BAD, CANNOT_TELL) if one in found), GOOD)
        if worst != GOOD:
            words = (
                "Not every file is good." if worst == BAD else "It cannot be told of every file."
            )
            raise CommandError(words, returncode=worst)

    def _judge(self, pdf: bytes, held: Ring, at: datetime, alone: bool) -> Verdict:
        if not alone:
            try:
                return verify_file(pdf, ring=held, at=at)
            except DatabaseError as error:
                words = f"The register could not be read: {server_words(error)}."
                self.stderr.write(f"{words} What follows is told from the file alone.")
        return verify_alone(pdf, ring=held, at=at)

    def _tell(self, path: Path, verdict: Verdict) -> None:
        self.stdout.write(f"{path}: {telling.heading(verdict)}")
        for sentence in telling.sentences(verdict):
            self.stdout.write(f"  {sentence}")
        for name, value in telling.lines(verdict):
            self.stdout.write(f"  {name}\t{value}")

    def _key_show(self, options: dict[str, Any]) -> None:
        held = ring(at=timezone.now())
        for one in held.known:
            what = "seals" if one.current and held.key is not None else "sealed"
            self._certificate(
                what, one.fingerprint, one.certificate.not_valid_after_utc, one.broken
            )
        for root in held.roots:
            self._certificate(
                "stamps",
                fingerprint(root.certificate),
                root.certificate.not_valid_after_utc,
                root.broken,
            )
        if held.key is None:
            self.stdout.write("Nothing seals here.")

    def _certificate(self, what: str, name: str, ends: datetime, broken: datetime | None) -> None:
        since = "" if broken is None else f", BROKEN since {broken.isoformat()}"
        self.stdout.write(f"{what}\t{name}\tuntil {ends:%Y-%m-%d}{since}")

    def _key_new(self, options: dict[str, Any]) -> None:
        ours = settings.COMPLIANCE
        holder = options["holder"] or str(ours.get("PORTAL", ""))
        demonstration = bool(ours.get("DEMONSTRATION"))
        made = install(_place(), new_key(holder, at=timezone.now(), demonstration=demonstration))
        self.stdout.write(f"Seals from now on: {made.fingerprint} ({made.holder}). Publish it.")

    def _key_install(self, options: dict[str, Any]) -> None:
        made = install(_place(), options["file"].read_bytes())
        self.stdout.write(f"Seals from now on: {made.fingerprint} ({made.holder}). Publish it.")

    def _key_broken(self, options: dict[str, Any]) -> None:
        try:
            since = datetime.fromisoformat(options["since"])
        except ValueError:
            raise RingError(f"{options['since']!r} is no instant.") from None
        if since.tzinfo is None:
            raise RingError(f"{options['since']!r} has no offset from UTC, such as -05:00.")
        declare_broken(_place(), options["fingerprint"].lower(), since=since)
        self.stdout.write(
            f"{options['fingerprint']} is not believed from {since.isoformat()} on. If it seals, "
            "replace it now: manage.py document key new"
        )


def _place() -> Path:
    place = folder()
    if place is None:
        raise RingError("No folder of keys is set: COMPLIANCE_SEAL_FOLDER.")
    return place
