"""``manage.py audit``: chain, verify and export the trail, and show the key it is signed with."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone

from compliance.audit.guard.trouble import server_words
from compliance.audit.tree.checkpoints import receipt
from compliance.audit.tree.exporting import NothingSigned, export_to
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.nodes import MissingNode
from compliance.audit.tree.packages import TrailDamaged
from compliance.audit.tree.sealing import seal_trail
from compliance.audit.tree.verifying import ALTERED, CANNOT_TELL, Fault, Verified, verify

SHOWN = 20


class Command(BaseCommand):
    """The audit trail by hand. `verify` ends with 0 (intact), 1 (altered) or 2 (cannot tell)."""

    help = "Chain, verify and export the audit trail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        todo = parser.add_subparsers(dest="todo", required=True)
        chain = todo.add_parser("chain", help="chain what is new, sign, hand the checkpoint over")
        chain.add_argument("--from-the-start", action="store_true", help="look at every entry")
        check = todo.add_parser("verify", help="hash everything anew and compare")
        check.add_argument(
            "--checkpoints",
            type=Path,
            action="append",
            default=[],
            metavar="PATH",
            help="a checkpoint, or a folder of them, kept out of the database's reach",
        )
        export = todo.add_parser("export", help="write everything for a stranger to check")
        export.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
        proof = todo.add_parser("receipt", help="write one entry and the proof that it stands")
        proof.add_argument("position", type=int)
        proof.add_argument("--out", type=Path, required=True, metavar="FOLDER")
        todo.add_parser("key", help="print the public keys that check what was signed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; raises CommandError in words, with the exit status of a verifier."""
        try:
            getattr(self, f"_{options['todo']}")(options)
        except (NothingSigned, TrailDamaged, MissingNode, OSError) as error:
            raise CommandError(str(error), returncode=CANNOT_TELL) from error
        except DatabaseError as error:
            words = f"The database could not be read: {server_words(error)}."
            raise CommandError(words, returncode=CANNOT_TELL) from error

    def _chain(self, options: dict[str, Any]) -> None:
        run = seal_trail(timezone.now(), from_the_start=options["from_the_start"])
        for kind, count in run.done.items():
            self.stdout.write(f"{kind.replace('_', ' ')}: {count}")
        if run.trouble:
            raise CommandError(run.trouble)

    def _verify(self, options: dict[str, Any]) -> None:
        outside = list(options["checkpoints"])
        folder = getattr(settings, "COMPLIANCE", {}).get("AUDIT_FOLDER")
        if folder and not outside and Path(folder).is_dir():
            outside.append(Path(folder))
        for path in outside:
            if not path.exists():
                raise CommandError(f"There is no {path}.", returncode=CANNOT_TELL)
        found = verify(at=timezone.now(), outside=outside, progress=self._progress)
        self._tell(found)
        if found.status == ALTERED:
            raise CommandError("The trail was ALTERED.", returncode=ALTERED)
        if found.status == CANNOT_TELL:
            raise CommandError("It cannot be told.", returncode=CANNOT_TELL)
        self.stdout.write(self.style.SUCCESS("The trail is intact."))

    def _tell(self, found: Verified) -> None:
        self.stdout.write(
            f"{found.leaves} leaves, {found.checkpoints} checkpoints in the database, "
            f"{found.outside} from elsewhere, {found.waiting} entries not chained yet"
        )
        faults: list[Fault] = [*found.altered, *found.untold]
        for fault in faults[:SHOWN]:
            place = "" if fault.index is None else f"leaf {fault.index}: "
            self.stderr.write(f"{place}{fault.words}")
        if len(faults) > SHOWN:
            self.stderr.write(f"... and {len(faults) - SHOWN} more")

    def _export(self, options: dict[str, Any]) -> None:
        done = export_to(options["out"], at=timezone.now(), progress=self._progress)
        self.stdout.write(f"{options['out']}: {done.entries} entries")

    def _receipt(self, options: dict[str, Any]) -> None:
        found = receipt(options["position"])
        if found is None:
            words = "No checkpoint covers that position: it is not chained yet, or not there."
            raise CommandError(words, returncode=CANNOT_TELL)
        leaf, proof = found
        out: Path = options["out"]
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{options['position']}.json").write_bytes(leaf)
        (out / f"{options['position']}.tlog-proof").write_text(proof, encoding="utf-8")
        self.stdout.write(f"{out}: the entry and its proof")

    def _key(self, options: dict[str, Any]) -> None:
        keys = verifier_keys()
        if not keys:
            raise CommandError("No key is set: COMPLIANCE_AUDIT_KEY.", returncode=CANNOT_TELL)
        for key in keys:
            self.stdout.write(key.text)

    def _progress(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} / {total}" + ("\n" if done >= total else ""))
            sys.stderr.flush()
