"""The server of our own: started by the first, shared, revived after kill -9, stopped by the last.

Every test works on a server of its own in a fresh directory, never on the one the tests run on.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from compliance.config.postgres import binaries
from compliance.config.postgres.account import server_account
from compliance.config.postgres.base import DatabaseWrapper, server_for
from compliance.config.postgres.binaries import PostgresError
from compliance.config.postgres.server import LONGEST_SOCKET_DIRECTORY, Server, socket_directory

ROOT = Path(__file__).resolve().parents[2]
USE_THEN_WAIT = """
import sys
from pathlib import Path
from compliance.config.postgres.server import Server
server = Server(Path(sys.argv[1]), database="compliance", throwaway=sys.argv[2] == "throwaway")
server.join()
print(server.data.joinpath("postmaster.pid").read_text().split()[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    # Not pytest's own directory: the account that runs the server under root may not enter that.
    above = Path(tempfile.mkdtemp(prefix="eqc-pg-"))
    above.chmod(0o711)
    yield above / "pg"
    if (above / "pg").is_dir():
        leftover = Server(above / "pg", database="compliance", throwaway=True)
        leftover.hold()
        leftover.leave()
    shutil.rmtree(above)


@pytest.fixture
def another_process(home: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def begin(kind: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", USE_THEN_WAIT, str(home), kind],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> bool:
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.05)
    return condition()


def shown(server: Server, setting: str) -> str:
    with server._connect() as connection:
        row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
    assert row is not None
    return str(row[0])


def wrapper(home: Path) -> DatabaseWrapper:
    return DatabaseWrapper(
        {
            "ENGINE": "compliance.config.postgres",
            "NAME": "compliance",
            "USER": "compliance_owner",
            "PASSWORD": "",
            "HOST": str(socket_directory(home)),
            "PORT": "5432",
            "OPTIONS": {},
            "TIME_ZONE": None,
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "ATOMIC_REQUESTS": False,
            "TEST": {},
            "SERVER": {"HOME": str(home), "THROWAWAY": False},
        }
    )


def test_nothing_is_made_before_the_first_connection(home: Path) -> None:
    Server(home, database="compliance")
    wrapper(home)
    assert not home.exists()


def test_a_kept_server_waits_for_the_disk_and_a_throwaway_one_does_not(home: Path) -> None:
    kept = Server(home, database="compliance")
    kept.join()
    assert [shown(kept, name) for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
        "on",
        "on",
        "on",
    ]
    assert shown(kept, "listen_addresses") == ""
    assert int(shown(kept, "max_connections")) == 200
    kept.leave()
    throwaway = Server(home, database="compliance", throwaway=True)
    throwaway.join()
    assert shown(throwaway, "fsync") == "off"
    throwaway.leave()
    assert not home.exists()


def test_the_database_knows_accented_letters(home: Path) -> None:
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    with server._connect("compliance") as connection:
        assert connection.execute("SELECT upper('érablière')").fetchone() == ("ÉRABLIÈRE",)
    server.leave()


def test_only_the_server_account_can_enter_the_socket_directory(home: Path) -> None:
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    for private in (server.socket, server.data):
        assert private.stat().st_mode & 0o777 == 0o700
        assert private.stat().st_uid == server_account().uid
    server.leave()


def test_a_second_process_shares_the_server_and_the_last_one_out_stops_it(
    home: Path, another_process: Callable[[str], subprocess.Popen[str]]
) -> None:
    server = Server(home, database="compliance")
    server.join()
    number = postmaster(server)
    other = another_process("kept")
    assert other.stdout is not None
    assert int(other.stdout.readline()) == number

    server.leave()
    assert alive(number), "the other process still uses it"
    other.communicate()
    assert not alive(number)
    assert (home / "data" / "PG_VERSION").exists()


def test_a_user_killed_outright_does_not_count_any_more(
    home: Path, another_process: Callable[[str], subprocess.Popen[str]]
) -> None:
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    number = postmaster(server)
    other = another_process("throwaway")
    assert other.stdout is not None
    other.stdout.readline()
    other.kill()
    other.wait()
    server.leave()
    assert not alive(number)
    assert not home.exists()


def test_processes_that_come_together_start_one_server(
    home: Path, another_process: Callable[[str], subprocess.Popen[str]]
) -> None:
    crowd = [another_process("throwaway") for _ in range(4)]
    numbers = {process.stdout.readline() for process in crowd if process.stdout}
    assert len(numbers) == 1
    for process in crowd:
        process.communicate()
    assert not home.exists()


def test_rows_survive_kill_nine_of_the_postmaster_and_the_next_connection_works(
    home: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    connection = wrapper(home)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (id int)")
        cursor.execute("INSERT INTO kept VALUES (1), (2)")
    server = Server(home, database="compliance")
    first = postmaster(server)
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: not alive(first))
    connection.close()

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchone() == (2,)
    assert postmaster(server) != first
    connection.close()
    server_for(connection.settings_dict).leave()


def test_a_server_on_its_way_down_is_waited_for_and_started_again(home: Path) -> None:
    server = Server(home, database="compliance")
    server.join()
    first = postmaster(server)
    os.kill(first, signal.SIGINT)  # as `pg_ctl stop` does: no longer answers, not gone yet
    assert wait_for(lambda: not server.answers())
    server.revive()
    assert server.answers()
    assert postmaster(server) != first
    server.leave()


def test_a_stale_record_that_names_somebody_else_is_not_believed(home: Path) -> None:
    server = Server(home, database="compliance")
    server.join()
    record = (server.data / "postmaster.pid").read_text()
    server.leave()
    stale = server.data / "postmaster.pid"
    stale.write_text(record.replace(record.split()[0], str(os.getpid()), 1))

    again = Server(home, database="compliance")
    again.join()
    assert postmaster(again) not in {os.getpid(), int(record.split()[0])}
    again.leave()


def test_a_connection_refused_for_another_reason_is_reported_as_it_is(home: Path) -> None:
    connection = wrapper(home)
    connection.settings_dict["NAME"] = "no_such_database"
    with pytest.raises(psycopg.OperationalError, match="no_such_database"):
        connection.get_new_connection(connection.get_connection_params())
    server_for(connection.settings_dict).leave()


def test_a_server_that_another_process_is_just_starting_is_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> None:
    connection = wrapper(home)
    server = server_for(connection.settings_dict)
    server.hold()
    revive = server.revive

    def started_by_another() -> bool:
        assert revive()
        return False

    monkeypatch.setattr(server, "revive", started_by_another)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close()
    server.leave()


def test_a_forked_child_counts_itself_and_leaves_its_parent_the_server(home: Path) -> None:
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    number = postmaster(server)
    child = os.fork()
    if child == 0:  # pragma: no cover
        server.leave()  # The parent's share: not the child's to give back.
        server.join()
        server.leave()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert alive(number)
    server.leave()
    assert not alive(number)


def test_the_wheel_serves_where_the_machine_has_no_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "machine_directories", list)
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    wheel = binaries.wheel_directory()
    assert wheel is not None
    assert str(wheel) in (server.data / "postmaster.opts").read_text()
    with server._connect("compliance") as connection:
        assert connection.execute("SELECT upper('é')").fetchone() == ("É",)
    server.leave()
    assert not home.exists()


def test_a_wheel_the_account_cannot_reach_is_copied_beside_the_data(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = binaries.wheel_directory()
    assert wheel is not None
    real_answer = binaries._version_answer
    monkeypatch.setattr(binaries, "machine_directories", list)
    monkeypatch.setattr(
        binaries,
        "_version_answer",
        lambda directory, account: None if directory == wheel else real_answer(directory, account),
    )
    server = Server(home, database="compliance", throwaway=True)
    server.join()
    assert str(home / "programs") in (server.data / "postmaster.opts").read_text()
    server.leave()


def test_a_cluster_of_another_version_is_refused_with_what_was_tried(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = server_account()
    with pytest.raises(PostgresError, match=r"version 9\)") as refused:
        binaries.find(account=account, home=home, major=9)
    assert "Tried: " in str(refused.value)
    assert "DATABASE_URL" in str(refused.value)
    monkeypatch.setenv("COMPLIANCE_POSTGRES_BIN", "/nowhere/bin")
    with pytest.raises(PostgresError, match=r"/nowhere/bin: no initdb, pg_ctl, postgres"):
        binaries.find(account=account, home=home, major=None)


def test_a_socket_directory_someone_else_could_enter_is_refused(home: Path) -> None:
    home.mkdir()
    (home / "run").mkdir(mode=0o755)
    server = Server(home, database="compliance", throwaway=True)
    with pytest.raises(PostgresError, match="must be a directory of mode 700"):
        server.join()
    (home / "run").rmdir()


def test_a_home_the_server_account_cannot_enter_is_refused(tmp_path: Path) -> None:
    account = server_account()
    (tmp_path / "closed" / "pg").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700 if account.separate else 0o000)
    server = Server(tmp_path / "closed" / "pg", database="compliance", throwaway=True)
    with pytest.raises(PostgresError, match="COMPLIANCE_DATA_DIR to a directory whose parents"):
        server._check_reachable(account)
    (tmp_path / "closed").chmod(0o700)
    server._check_reachable(replace(account, separate=False))


@pytest.mark.parametrize(
    ("length", "inside"),
    [
        (LONGEST_SOCKET_DIRECTORY - 1, True),
        (LONGEST_SOCKET_DIRECTORY, True),
        (LONGEST_SOCKET_DIRECTORY + 1, False),
    ],
)
def test_a_long_path_moves_the_socket_under_tmp(length: int, inside: bool) -> None:
    home = Path("/" + "a" * (length - len("//run")))
    assert len(str(home / "run")) == length
    found = socket_directory(home)
    assert (found == home / "run") is inside
    assert len(str(found / ".s.PGSQL.5432.lock")) < 107


def test_a_server_with_a_long_path_works(home: Path) -> None:
    long_home = home.parent / ("h" * 100)
    server = Server(long_home, database="compliance", throwaway=True)
    server.join()
    assert shown(server, "port") == "5432"
    server.leave()
    assert not server.socket.exists()
    assert not long_home.exists()
