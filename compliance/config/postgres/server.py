"""One PostgreSQL server of our own, shared by every process that uses it.

Whoever comes first starts it, whoever leaves last stops it. The count of users is kept by the
kernel: each process holds a shared lock on one file, and a lock dies with its process however that
process ends, so kill -9 never leaves a wrong count. Starting, stopping and removing take turns
under an exclusive lock on a second file.

The server listens on a Unix socket only, in a directory that no other user can enter; inside it
every connection is trusted. `home` holds `data/`, `run/` (the socket), the log and the locks.
The database belongs to an owner, and the site works as a role that owns nothing: see `roles`.
"""

import atexit
import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from compliance.config.postgres.account import Account, server_account
from compliance.config.postgres.binaries import Binaries, PostgresError, find
from compliance.config.postgres.roles import BOOTSTRAP, make_roles, rename_bootstrap

DATABASE = "compliance"
PORT = "5432"
# A socket's whole path must fit in 107 bytes; below this much the directory itself is safe.
LONGEST_SOCKET_DIRECTORY = 85
STARTING_SECONDS = 60
COMMON_SETTINGS = {"listen_addresses": "", "port": PORT, "max_connections": "200"}
# Nothing in a throwaway server is worth a disk write.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def socket_directory(home: Path) -> Path:
    """Where the server of `home` puts its socket: inside it, or under /tmp if that is too long."""
    inside = home / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_DIRECTORY:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path("/tmp") / f"eqc-socket-{digest}"


class Server:
    """The server kept in one directory, as seen from this process."""

    def __init__(self, home: Path, *, database: str, throwaway: bool = False) -> None:
        self.home = home
        self.database = database
        self.throwaway = throwaway
        self.socket = socket_directory(home)
        self.data = home / "data"
        self.log = home / "server.log"
        self._users: int | None = None
        self._users_pid = 0
        self._turn = threading.RLock()

    def hold(self) -> None:
        """Count this process among the users without starting anything; done once per process."""
        with self._turn, self._exclusively():
            self._count_me()

    def join(self) -> None:
        """Count this process among the users and make sure the server runs."""
        with self._turn:
            if self._counted():
                return
            with self._exclusively():
                self._count_me()
                self._run()

    def revive(self) -> bool:
        """Start the server again if it no longer answers; True if it had to be started."""
        with self._turn, self._exclusively():
            self._count_me()
            return self._run()

    def leave(self) -> None:
        """Leave; the last one out stops the server, and removes a throwaway one altogether."""
        with self._turn:
            if self._users is None or not self._counted() or not self.home.is_dir():
                return
            with self._exclusively():
                try:
                    fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass  # Others still use the server: the last of them will stop it.
                else:
                    self._stop()
                    if self.throwaway:
                        self._remove()
                os.close(self._users)
                self._users = None

    def answers(self) -> bool:
        """Whether the server takes connections now (a full one does; a starting one does not)."""
        where = make_conninfo("", host=str(self.socket), port=PORT, connect_timeout=10)
        return pq.PGconn.ping(where.encode()) == pq.Ping.OK

    def _counted(self) -> bool:
        # After a fork the child has its parent's number but is not counted by itself.
        return self._users is not None and self._users_pid == os.getpid()

    def _count_me(self) -> None:
        if self._counted():
            return
        if self._users is not None:
            os.close(
                self._users
            )  # The parent's lock, inherited by the fork; it keeps its own copy.
        self._users = os.open(self.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        self._users_pid = os.getpid()
        fcntl.flock(self._users, fcntl.LOCK_SH)
        atexit.register(self.leave)

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        """One process at a time starts, stops or removes the server."""
        descriptor = self._lock_turn()
        try:
            yield
        finally:
            os.close(descriptor)

    def _lock_turn(self) -> int:
        while True:
            self._make_home()
            path = self.home / "turn.lock"
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except FileNotFoundError:
                continue
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # The last user of a throwaway server may have removed the file while we waited; a lock
            # on a file without a name keeps nobody out.
            try:
                if os.stat(path).st_ino == os.fstat(descriptor).st_ino:
                    return descriptor
            except FileNotFoundError:
                pass
            os.close(descriptor)

    def _make_home(self) -> None:
        try:
            if not self.home.is_dir():
                self.home.mkdir(parents=True, exist_ok=True)
                self.home.chmod(0o711)
            owner = os.lstat(self.home)
        except OSError as error:
            raise PostgresError(
                f"The database directory {self.home} cannot be made: {error}. Set "
                "COMPLIANCE_DATA_DIR to a directory you may write in, or DATABASE_URL."
            ) from error
        if not stat.S_ISDIR(owner.st_mode) or owner.st_uid != os.geteuid():
            raise PostgresError(
                f"{self.home} is not a directory of this user (its owner has number "
                f"{owner.st_uid}). Run as that user, or set COMPLIANCE_DATA_DIR to another place."
            )

    def _connect(self, database: str = "postgres", user: str = BOOTSTRAP) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket),
            port=PORT,
            user=user,
            dbname=database,
            connect_timeout=10,
            autocommit=True,
        )

    def _run(self) -> bool:
        """Start the server unless it answers; under the exclusive lock. True if it was started."""
        if self.answers():
            return False
        account = server_account()
        if self._living_postmaster() is not None:
            # It is starting, or on its way down: then it is waited for and started again.
            self._wait_until(
                lambda: self.answers() or self._living_postmaster() is None, STARTING_SECONDS
            )
            if self.answers():
                return False
            if self._living_postmaster() is not None:
                raise PostgresError(
                    f"A PostgreSQL server runs on {self.data} but does not answer. Read {self.log}."
                )
        self._check_reachable(account)
        self._private_directory(self.socket, account)
        # Left by a server that was killed; only this cluster ever uses the directory.
        (self.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        binaries = find(account=account, home=self.home, major=self._major())
        if not self.data.is_dir():
            self._initialise(binaries, account)
        self._start(binaries, account)
        self._make_database()
        return True

    def _major(self) -> int | None:
        """The version the existing cluster was made with; None where there is no cluster yet."""
        try:
            return int((self.data / "PG_VERSION").read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def _living_postmaster(self) -> int | None:
        """The number of the postmaster of this cluster, or None; a stale record is removed.

        After kill -9 or a power cut the record stays, and its number may belong to anybody by then,
        in which case PostgreSQL would refuse to start.
        """
        record = self.data / "postmaster.pid"
        try:
            number = int(record.read_text(encoding="utf-8").split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        try:
            os.kill(number, 0)
            command = Path(f"/proc/{number}/cmdline").read_bytes()
        except (ProcessLookupError, FileNotFoundError):
            command = b"" if Path("/proc/self").exists() else os.fsencode(self.data)
        except PermissionError:
            command = b""
        if os.fsencode(self.data) in command:
            return number
        record.unlink(missing_ok=True)
        return None

    def _check_reachable(self, account: Account) -> None:
        if account.run(["test", "-x", str(self.home)], cwd=Path("/")).returncode != 0:
            raise PostgresError(
                f"The user {account.name}, who runs PostgreSQL because root may not, cannot enter "
                f"{self.home}. Set COMPLIANCE_DATA_DIR to a directory whose parents every user may "
                "enter (mode 711), or set DATABASE_URL to a server that runs."
            )

    def _private_directory(self, path: Path, account: Account) -> None:
        """Make a directory that only the server's account can enter, or check that it is one."""
        try:
            path.mkdir(mode=0o700)
            if account.separate:
                os.chown(path, account.uid, account.gid)
        except FileExistsError:
            pass
        found = os.lstat(path)
        private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
        if not private or found.st_uid != account.uid:
            raise PostgresError(
                f"{path} must be a directory of mode 700 that belongs to {account.name}: whoever "
                "can enter it can read the database. Remove it, and it will be made again."
            )

    def _initialise(self, binaries: Binaries, account: Account) -> None:
        """Make an empty cluster; it takes its name only when it is complete."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._private_directory(draft, account)
        # One collation everywhere, from the C library or, where there is one, from PostgreSQL.
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        self._command(
            account,
            "make an empty cluster",
            binaries.program("initdb"),
            f"--pgdata={draft}",
            f"--username={BOOTSTRAP}",
            "--encoding=UTF8",
            *(builtin if binaries.major >= 17 else ["--locale=C.UTF-8"]),
            "--auth-local=trust",
            "--auth-host=reject",
            *(["--no-sync"] if self.throwaway else []),
        )
        draft.rename(self.data)

    def _start(self, binaries: Binaries, account: Account) -> None:
        settings = COMMON_SETTINGS | (THROWAWAY_SETTINGS if self.throwaway else {})
        settings = settings | {
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
        }
        options = " ".join(shlex.quote(f"--{key}={value}") for key, value in settings.items())
        if not self.log.exists():
            self.log.touch(mode=0o600)
            os.chown(self.log, account.uid, account.gid)
        command = [
            binaries.program("pg_ctl"),
            "start",
            "--wait",
            f"--timeout={STARTING_SECONDS}",
            f"--pgdata={self.data}",
            f"--log={self.log}",
            f"--options={options}",
        ]
        # The children of a killed postmaster need a moment to notice; until they are gone, the
        # shared memory they hold forbids a new start.
        for _attempt in range(10):
            answer = account.run(command, cwd=self.data)
            if answer.returncode == 0:
                return
            if "shared memory" not in self._log_tail():
                break
            time.sleep(0.5)
        raise PostgresError(
            f"PostgreSQL ({binaries.directory}) did not start on {self.data} as user "
            f"{account.name}: {answer.stdout.strip()}\nThe end of {self.log}:\n{self._log_tail()}"
        )

    def _make_database(self) -> None:
        """Make the roles and the database where they are missing, also after a crash half-way."""
        rename_bootstrap(self._connect)
        make_roles(self._connect, self.database)

    def _stop(self) -> None:
        if self._living_postmaster() is None:
            return
        account = server_account()
        binaries = find(account=account, home=self.home, major=self._major())
        for mode in ("fast", "immediate"):
            answer = account.run(
                [binaries.program("pg_ctl"), "stop", "-D", str(self.data), "-m", mode, "-t", "30"],
                cwd=self.data,
            )
            if answer.returncode == 0 or self._living_postmaster() is None:
                return
        raise PostgresError(f"PostgreSQL on {self.data} did not stop: {answer.stdout.strip()}")

    def _remove(self) -> None:
        if not self.socket.is_relative_to(self.home):
            shutil.rmtree(self.socket, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    def _command(self, account: Account, what: str, *command: str) -> None:
        answer = account.run(command, cwd=self.socket)
        if answer.returncode != 0:
            raise PostgresError(
                f"PostgreSQL could not {what} in {self.home} as user {account.name}: "
                f"{answer.stdout.strip()}"
            )

    def _log_tail(self, lines: int = 15) -> str:
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    @staticmethod
    def _wait_until(done: Callable[[], bool], seconds: float) -> bool:
        limit = time.monotonic() + seconds
        while not done():
            if time.monotonic() > limit:
                return False
            time.sleep(0.2)
        return True


_servers: dict[Path, Server] = {}
_servers_turn = threading.Lock()


def server_of(home: Path, *, database: str, throwaway: bool) -> Server:
    """The one Server object of this process for `home`: a process counts itself once."""
    with _servers_turn:
        if home not in _servers:
            _servers[home] = Server(home, database=database, throwaway=throwaway)
        return _servers[home]
