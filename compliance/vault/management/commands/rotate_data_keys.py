"""`manage.py rotate_data_keys`: bring every sealed value under the active key."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS

from compliance.audit.guard.roles import as_owner
from compliance.sealing.aead import SealBroken
from compliance.vault.keys import ring
from compliance.vault.rotation import (
    SealedTable,
    count_by_key,
    rotate,
    sealed_elsewhere,
    sealed_tables,
)

SHOWN = 10


class Command(BaseCommand):
    """Rewrite what lies under an older key; start it again after an interruption."""

    help = (
        "Rewrites every sealed value under the active key of the key ring, in batches. It may be "
        "interrupted and started again, and may run while the site does. Retire an older key only "
        "when the report says that nothing lies under it, and keep it as long as the backups."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch-size", type=int, default=500, help="rows per transaction")
        parser.add_argument("--report", action="store_true", help="count, and change nothing")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)

    def handle(self, **options: Any) -> None:
        if options["batch_size"] < 1:
            raise CommandError("--batch-size is at least 1.")
        using, tables = options["database"], sealed_tables()
        broken: list[str] = []
        # Documents are never changed; only the owner may write them under another key.
        with as_owner(using):
            if not options["report"]:
                for table in tables:
                    broken += self._rotate(table, using, options["batch_size"])
                broken += self._elsewhere(using)
            self._report(tables, using)
        if broken:
            shown = "\n".join(broken[:SHOWN])
            raise CommandError(
                f"{len(broken)} row(s) could not be opened and were left as they are; retire no "
                f"key. The first of them:\n{shown}"
            )

    def _rotate(self, table: SealedTable, using: str, batch_size: int) -> list[str]:
        rewritten, broken = 0, []
        for batch in rotate(table, ring=ring(), using=using, batch_size=batch_size):
            rewritten += batch.rewritten
            broken += batch.broken
            self.stdout.write(f"{table.name}: {rewritten} rows rewritten")
        return broken

    def _elsewhere(self, using: str) -> list[str]:
        broken = []
        # Tables of other packages are those of the site's own database.
        for other in sealed_elsewhere() if using == DEFAULT_DB_ALIAS else ():
            try:
                rewritten = other.reseal()
                if rewritten:
                    self.stdout.write(f"{other.name}: {rewritten} values rewritten")
            except SealBroken as error:
                broken.append(f"{other.name}: {error}")
        return broken

    def _report(self, tables: tuple[SealedTable, ...], using: str) -> None:
        total: Counter[str] = Counter()
        for table in tables:
            counts = count_by_key(table, using=using)
            total += counts
            for key_id, count in sorted(counts.items()):
                self.stdout.write(f"{table.name}: {count} values under {key_id}")
        for other in sealed_elsewhere() if using == DEFAULT_DB_ALIAS else ():
            counts = Counter(other.key_ids())
            total += counts
            for key_id, count in sorted(counts.items()):
                self.stdout.write(f"{other.name}: {count} values under {key_id}")
        for key_id in sorted(ring().key_ids - total.keys() - {ring().active_id}):
            self.stdout.write(f"Nothing lies under {key_id} any more.")
