"""`make demo`, killed again and again: what a person was told had been accepted is still there.

The demonstration runs as people run it, on a database of its own that waits for its disk. Somebody
subscribes, pays and cancels through the pages, without a pause, while its processes are killed at
random moments: the site, the sweeps beside it, PostgreSQL; first while it is still being loaded.
After each kill all of it is started again, and whatever had no answer is sent once more, as a
browser sends a form again. Run by `make guarantees`; too long for `make test`.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from uuid import UUID

import psycopg

from compliance.config.postgres.roles import RUNTIME
from compliance.config.postgres.server import DATABASE, PORT, socket_directory
from compliance.scenarios.demonstrating import PASSWORD
from tests.guarantees.reporting import Report
from tests.guarantees.visitor import CUT_OFF, Page, Visitor

ROOT = Path(__file__).resolve().parents[2]
LOADING_KILLS, SERVING_KILLS, SEED = 3, 12, 20261125
MARIE = "marie@exemple.test"
STORIES = ("failed", "closed", "open", "submitted", "draft", "suspended")
"""How each story of the demonstration leaves its offering."""


class Demo:
    """The demonstration in a directory of its own, as `make demo` starts it."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home, home / "demo.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMPLIANCE_", "DJANGO_"))}
        self._env = kept | {"COMPLIANCE_DATA_DIR": str(home), "COMPLIANCE_DEMONSTRATION": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self._env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Until it answers; fails with the end of its log when it ends instead."""
        assert self._process is not None
        while True:
            try:
                Visitor(self.port).get("/")
                return
            except CUT_OFF:
                assert self._process.poll() is None, self.log.read_text()[-2000:]
                time.sleep(0.3)

    def kill(self, what: str) -> None:
        """`kill -9` of one of its processes; the site takes the sweeps beside it along."""
        assert self._process is not None
        if what == "PostgreSQL":
            _end(int((self._data / "postmaster.pid").read_text().split()[0]))
        elif what == "the sweeps":
            for child in _children(self._process.pid):
                _end(child)
        else:
            self.stop()

    def running(self) -> bool:
        """Whether the site runs; PostgreSQL it starts again by itself."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End everything that was started here, without warning."""
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @property
    def _data(self) -> Path:
        return next(self.home.glob("**/postmaster.pid")).parent

    def run(self, *command: str) -> None:
        """One command of `manage.py` on the same database."""
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self._env,
            check=False,
            capture_output=True,
        )

    def rows(self, query: str, *given: object) -> list[tuple[object, ...]]:
        where = socket_directory(self._data.parent)
        with psycopg.connect(host=str(where), port=PORT, user=RUNTIME, dbname=DATABASE) as opened:
            return opened.execute(query, given).fetchall()


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):  # It may have ended by itself meanwhile.
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Investor:
    """Marie, who subscribes, pays and cancels, and writes down what she was told."""

    def __init__(self, demo: Demo, offering: str) -> None:
        self.demo, self.base = demo, f"/offerings/{offering}"
        self.told: Counter[str] = Counter()
        self.last_word: dict[str, str] = {}
        """Of each subscription that she was shown, the last thing that she was told."""
        self.sent_again = 0
        self._killer: Timer | None = None
        self.browser = Visitor(demo.port)
        self.browser.sign_in(MARIE, PASSWORD)
        self._send(f"{self.base}/entry/", self._ask(f"{self.base}/entry/").form())

    def one_round(self, killer: Timer) -> None:
        """Subscribe, pay and cancel, while the killer comes when it comes."""
        self._killer = killer
        killer.start()
        self._ask(f"{self.base}/document/fr.pdf")
        page = self._ask(f"{self.base}/risks/")
        answers = dict.fromkeys(page.names("radio"), "yes")
        self._send(f"{self.base}/risks/", page.form(with_button='name="R1"') | answers)
        page = self._ask(f"{self.base}/subscribe/")
        given = page.form(with_button='name="units"') | {"units": "1", "insider": "no"}
        page = self._send(page.path, given)
        page = self._send(page.path, page.form(with_button="agree"), accepted="subscriptions")
        mine = self._note("agreed", page)
        page = self._send(f"{mine}pay/", page.form(with_button="pay/"), accepted=mine)
        self._note("paid", page)
        page = self._ask(f"{mine}withdraw/")
        self._note("cancelled", self._send(page.path, page.form(), accepted=mine))
        self._after_the_kill()

    def _after_the_kill(self) -> None:
        if self._killer is not None:
            self._killer.join()
        if not self.demo.running():
            self.demo.start()
            self.demo.wait()

    def _note(self, what: str, page: Page) -> str:
        self.told[what] += 1
        self.last_word[page.path.strip("/").split("/")[-1]] = what
        return page.path

    def _ask(self, path: str) -> Page:
        return self._surely(lambda: self.browser.get(path))

    def _send(self, path: str, fields: dict[str, str], *, accepted: str = "") -> Page:
        """Send a form; ``accepted`` is part of the address where the answer must stand."""
        page = self._surely(lambda: self.browser.post(path, fields))
        assert page.status == 200, (path, page.status, page.text[-3000:])
        assert accepted in page.path, (path, page.path, page.text[-3000:])
        return page

    def _surely(self, send: Callable[[], Page]) -> Page:
        """Send it, and again while there is no answer; whoever finds nothing starts all again."""
        while True:
            try:
                page = send()
                if page.status < 500:
                    return page
            except CUT_OFF:
                self._after_the_kill()
            self.sent_again += 1


@contextmanager
def demonstration() -> Iterator[Demo]:
    """The demonstration in a directory that the server's own user may enter, removed at the end."""
    home = Path(tempfile.mkdtemp(prefix="eqc-demo-"))
    home.chmod(0o711)
    demo = Demo(home)
    try:
        yield demo
    finally:
        demo.stop()
        # The server outlives users who were killed; the next one to end takes it along.
        demo.run("tick")
        shutil.rmtree(home)


def test_what_a_person_was_told_survives_every_kill(report: Report) -> None:
    chance = random.Random(SEED)
    with demonstration() as demo:
        for _ in range(LOADING_KILLS):
            demo.start()
            time.sleep(chance.uniform(1, 12))
            demo.stop()
        demo.start()
        demo.wait()
        stories = demo.rows("SELECT state, count(*) FROM equity_offering GROUP BY state")
        assert dict(stories) == dict.fromkeys(STORIES, 1)
        ((offering,),) = demo.rows("SELECT id FROM equity_offering WHERE state = 'open'")
        before = _figures(demo, offering)
        investor = Investor(demo, str(offering))
        kills: Counter[str] = Counter()
        for number in range(SERVING_KILLS):
            what = ("the site", "PostgreSQL", "the sweeps")[number % 3]
            kills[what] += 1
            investor.one_round(Timer(chance.uniform(0, 3), demo.kill, [what]))
        demo.stop()
        demo.start()
        demo.wait()
        _check(demo, investor, offering, before)
    report(
        "demo",
        figures={
            "kill -9 while the demonstration was loaded": LOADING_KILLS,
            **{f"kill -9 of {what}": count for what, count in kills.items()},
            "forms sent again for want of an answer": investor.sent_again,
            **{f"told that a subscription is {what}": n for what, n in investor.told.items()},
            "lost": 0,
            "doubled": 0,
        },
    )


def _figures(demo: Demo, offering: object) -> tuple[object, ...]:
    """What is live, how many were ever agreed, and what the trust account holds."""
    ((live, agreements),) = demo.rows(
        "SELECT live_amount, agreements FROM equity_offering WHERE id = %s", offering
    )
    ((trust,),) = demo.rows(
        "SELECT sum(amount) FROM equity_posting WHERE account = 'trust' AND offering_id = %s",
        offering,
    )
    return live, agreements, trust


def _check(demo: Demo, investor: Investor, offering: object, before: tuple[object, ...]) -> None:
    """Every word that she was given is true, and nothing is there that she did not do."""
    rows = demo.rows(
        "SELECT s.id, s.state, s.paid, s.amount, (SELECT count(*) FROM compliance_audit_entry e"
        " WHERE e.subject_id = s.id AND e.action = 'equity:subscription:subscribe')"
        " FROM equity_subscription s WHERE s.id = ANY(%s)",
        [UUID(one) for one in investor.last_word],
    )
    assert len(rows) == len(investor.last_word) == SERVING_KILLS
    assert investor.told == dict.fromkeys(("agreed", "paid", "cancelled"), SERVING_KILLS)
    for _, state, paid, amount, entries in rows:
        assert (state, paid, entries) == ("withdrawn", amount, 1)
    live, agreements, trust = _figures(demo, offering)
    paid_in = sum(row[3] for row in rows)  # type: ignore[misc]
    assert live == before[0]
    assert agreements == before[1] + SERVING_KILLS  # type: ignore[operator]
    assert trust == before[2] + paid_in  # type: ignore[operator]
