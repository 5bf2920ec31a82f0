"""What the database alone does, under pgbench: the least that a subscription could cost.

``guarded`` is one transaction of one statement: it inserts the subscription, and our triggers take
the room under the lock of the offering's row, count what the purchaser holds and use up the
acknowledgement. ``classic`` is the textbook form on two bare tables without any trigger.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from compliance.audit.guard.roles import runtime_entry
from equity.models import Subscription
from tests.bench.ground import one, run_sql

_DRAWN = {"id": "gen_random_uuid()", "acknowledgement_id": "d.acknowledgement_id"} | {
    name: f"d.{name}" for name in ("offering_id", "person_id", "version_id")
}
_CLASSIC = """
WITH room AS (
    UPDATE bench_room SET used = used + 4 WHERE id = {room} AND used + 4 <= cap RETURNING id
)
INSERT INTO bench_taken (room_id, amount) SELECT id, 4 FROM room;
"""
_TABLES = (
    """CREATE TABLE bench_draw (
        seq bigint PRIMARY KEY, offering_id uuid, person_id uuid, version_id uuid,
        acknowledgement_id bigint
    )""",
    "CREATE SEQUENCE bench_turn",
    "CREATE TABLE bench_room (id integer PRIMARY KEY, used numeric(14,2), cap numeric(14,2))",
    """CREATE TABLE bench_taken (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        room_id integer NOT NULL REFERENCES bench_room, amount numeric(14,2) NOT NULL
    )""",
)


class PgbenchError(RuntimeError):
    """pgbench did not do what was asked: its figure would be a lie."""


@dataclass(frozen=True, slots=True)
class Bare:
    """pgbench on the database of the default connection, as the runtime role.

    A run that did not do what was asked raises PgbenchError.
    """

    pgbench: str
    folder: Path
    """Where the scripts are written."""
    rooms: int

    def prepare(self, like: Subscription) -> None:
        """Make the helper tables, and the scripts after a subscription that a service wrote."""
        runtime = runtime_entry(connection.settings_dict)["USER"]
        run_sql(
            *_TABLES,
            f"INSERT INTO bench_room SELECT n, 0, 1e11 FROM generate_series(1, {self.rooms}) AS n",
            f'GRANT SELECT, INSERT, UPDATE ON bench_draw, bench_room, bench_taken TO "{runtime}"',
            f'GRANT USAGE ON SEQUENCE bench_turn TO "{runtime}"',
        )
        (self.folder / "guarded.sql").write_text(_guarded(like), encoding="utf-8")
        (self.folder / "classic-hot.sql").write_text(_CLASSIC.format(room=1), encoding="utf-8")
        (self.folder / "classic-spread.sql").write_text(
            f"\\set room random(1, {self.rooms})\n" + _CLASSIC.format(room=":room"),
            encoding="utf-8",
        )

    def guarded(self, *, workers: int, count: int, after: int) -> float:
        """Transactions per second, with the acknowledgements after that number."""
        run_sql(
            "TRUNCATE bench_draw",
            "INSERT INTO bench_draw SELECT row_number() OVER (ORDER BY id), offering_id, person_id,"
            f" version_id, id FROM investors_riskacknowledgement WHERE id > {after}",
            "ALTER SEQUENCE bench_turn RESTART",
            "ANALYZE bench_draw",
        )
        return self._counted("guarded", "equity_subscription", workers, count)

    def classic(self, where: str, *, workers: int, count: int) -> float:
        """Transactions per second of the textbook form, ``hot`` or ``spread``."""
        return self._counted(f"classic-{where}", "bench_taken", workers, count)

    def _counted(self, script: str, table: str, workers: int, count: int) -> float:
        """Run a script, and count in the table that every transaction left its row."""
        each = max(count // workers, 1)
        before = one(f"SELECT count(*) FROM {table}")
        told = self._run(script, workers, each)
        found = one(f"SELECT count(*) FROM {table}") - before
        if found != each * workers:
            raise PgbenchError(f"pgbench left {found} rows of {each * workers} in {table}: {told}")
        rate = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
        if rate is None:
            raise PgbenchError(f"pgbench told no rate: {told}")
        return float(rate.group(1))

    def _run(self, script: str, workers: int, each: int) -> str:
        entry = runtime_entry(connection.settings_dict)
        command = [
            self.pgbench,
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={workers}",
            f"--jobs={min(workers, os.cpu_count() or 1)}",
            f"--transactions={each}",
            f"--file={self.folder / script}.sql",
            f"--host={entry['HOST']}",
            f"--port={entry['PORT']}",
            f"--username={entry['USER']}",
            str(entry["NAME"]),
        ]
        answer = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        if answer.returncode != 0:
            raise PgbenchError(f"pgbench ended with {answer.returncode}: {answer.stdout.strip()}")
        return answer.stdout


def _guarded(like: Subscription) -> str:
    """The one statement, with everything but who and what as in a subscription that was agreed."""
    columns = [field.column for field in Subscription._meta.concrete_fields]
    plain = [column for column in columns if column not in _DRAWN]
    literals = dict(zip(plain, _literals(like.pk, plain), strict=True))
    values = ", ".join(_DRAWN.get(column) or literals[column] for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO equity_subscription ({names})\nSELECT {values}\n"
        "FROM bench_draw AS d WHERE d.seq = (SELECT nextval('bench_turn'));\n"
    )


def _literals(pk: Any, columns: list[str]) -> list[str]:
    """The columns of one row, written as the database writes them."""
    asked = ", ".join(f'quote_nullable("{column}"::text)' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM equity_subscription WHERE id = %s", [pk])
        row = cursor.fetchone()
    assert row is not None
    return list(row)
