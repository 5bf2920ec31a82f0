"""Real brokers and workers for tests: on loopback, on ports of their own, in a directory of theirs.

The programs are Debian's; `make test` installs them. Nothing that already runs is used or touched.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PATIENCE = 90.0
"""Seconds; on an idle machine nothing here takes more than ten."""


def wait_for(what: str, happened: Callable[[], object]) -> None:
    """Wait until it happened; fail in words when it does not."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, f"{what}: not within {PATIENCE:.0f} s"
        time.sleep(0.1)


def free_port() -> int:
    """A port of loopback that nobody uses at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody answers on a port of loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def start_redis(home: Path, port: int) -> "subprocess.Popen[bytes]":
    """Redis, without anything kept on disk."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: `make test` installs it, or prints the line to run"
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    wait_for("Redis listens", lambda: listens(port))
    return process


@contextlib.contextmanager
def redis(home: Path) -> Iterator[str]:
    """A Redis for as long as it is used; its URL."""
    port = free_port()
    process = start_redis(home, port)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        end(process)


@contextlib.contextmanager
def rabbitmq(home: Path) -> Iterator[str]:
    """A RabbitMQ for as long as it is used, with an Erlang port mapper of its own; its URL."""
    assert RABBITMQ.exists(), "rabbitmq-server is missing: `make test` installs it"
    port, mapper = free_port(), free_port()
    (home / "plugins").write_text("[].")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "ERL_EPMD_PORT": str(mapper),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODENAME": f"sweeps{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(home / "data"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(home / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }
    with (home / "out").open("wb") as out:
        mapping = subprocess.Popen(["epmd"], env=environment, stdout=out, stderr=out)
        process = subprocess.Popen(
            [str(RABBITMQ)], env=environment, stdout=out, stderr=out, start_new_session=True
        )
        try:
            wait_for("RabbitMQ listens", lambda: listens(port) or _ended(process, home / "out"))
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
        finally:
            # The script's children are in its session.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
            end(mapping)


def _ended(process: "subprocess.Popen[bytes]", out: Path) -> bool:
    assert process.poll() is None, out.read_text(errors="replace")
    return False


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that we started."""
    process.kill()
    process.wait(30)


class Workers:
    """The worker and the beat of one site, as processes, with their logs."""

    def __init__(self, home: Path, broker: str) -> None:
        self.home, self.broker = home, broker
        self.running: list[subprocess.Popen[bytes]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What a process of the site is started with."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.sweeps.worker_settings",
            "SWEEPS_DATABASE": str(connection.settings_dict["NAME"]),
            "SWEEPS_BROKER": self.broker,
        }

    def start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start `celery worker` or `celery beat`, writing into a log of its own."""
        command = [sys.executable, "-m", "celery", "-A", "compliance.config", *arguments]
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.running.append(process)
        return process

    def worker(self, name: str = "worker") -> "subprocess.Popen[bytes]":
        """A worker of one process, which is the one that a kill ends."""
        return self.start(
            name, "worker", "-P", "solo", "-l", "INFO", "-n", f"{name}@%h",
            "--without-gossip", "--without-mingle",
        )  # fmt: skip

    def beat(self) -> "subprocess.Popen[bytes]":
        """The one that orders the sweeps, every second."""
        return self.start("beat", "beat", "-l", "INFO", "-s", str(self.home / "schedule"))

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command of the same site."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def log(self, name: str = "worker") -> str:
        """What a process has logged so far."""
        path = self.home / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def end(self) -> None:
        """End whatever still runs."""
        for process in self.running:
            end(process)


def _outside() -> "psycopg.Connection[tuple[object, ...]]":
    """A session of its own in the test's database."""
    parameters = connection.get_connection_params()
    given = {key: parameters[key] for key in ("dbname", "user", "host", "port")}
    return psycopg.connect(**given, password=parameters.get("password"))


@contextlib.contextmanager
def held(offering_id: UUID) -> Iterator[None]:
    """Hold the row of an offering, as another act would, so that a task stands still inside."""
    with _outside() as holder:
        holder.execute("SELECT 1 FROM equity_offering WHERE id = %s FOR UPDATE", [offering_id])
        yield
        holder.rollback()


def somebody_waits_for_a_lock() -> bool:
    """Whether a session of this database stands still at a lock."""
    with _outside() as session:
        found = session.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return bool(found and found[0])
