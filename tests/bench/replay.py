"""How fast stored decisions are judged again: read, judged, compared, one after the other.

A few hundred decisions are stored as acts store them and copied until there are as many as are
asked for, each with an entry of its own. They are replayed by the figures of their day, then under
a tighter cap. What is counted is that every one was judged, and that none differs.
"""

import statistics
import time
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from compliance.accounts.roles import Actor, Role
from compliance.audit.guard.roles import connected_with, runtime_entry
from compliance.audit.services import Judged, record
from compliance.decisions.proposing import Proposal
from compliance.decisions.replay import Decisions
from compliance.decisions.running import Totals, replay
from compliance.decisions.writing import plain_facts
from compliance.rules.ni45_110.book import rulebook
from compliance.rules.ni45_110.questions import QUESTIONS
from compliance.scenarios.playing.stage import scratch_database
from documents.management.bar import Bar
from tests.bench.cases import ON, random_facts
from tests.bench.ground import run_sql
from tests.bench.sizes import Size
from tests.factories import OPENED
from tests.rules import given

_TIGHTER = '[[figure]]\nname = "issuer_group_cap"\nfrom = 2021-09-21\nvalue = 1000000\n'
_RUNS = {"as stored": None, "under a tighter cap": Proposal(_TIGHTER)}
_EACH_CLOSING = 100
"""Subscriptions to a closing, and as many purchasers in it."""
_COPY = (
    """INSERT INTO compliance_audit_entry
           (id, at, actor_role, actor_id, action, subject_type, subject_id, payload)
       SELECT md5(id::text || n)::uuid, at, actor_role, actor_id, action, subject_type, subject_id,
           payload
       FROM generate_series(1, %s) AS n, compliance_audit_entry WHERE id = ANY(%s)""",
    """INSERT INTO compliance_audit_judgement
           (id, entry_id, rank, question, "on", rulebook_digest, facts, findings, met)
       SELECT gen_random_uuid(), md5(entry_id::text || n)::uuid, rank, question, "on",
           rulebook_digest, facts, findings, met
       FROM generate_series(1, %s) AS n, compliance_audit_judgement WHERE entry_id = ANY(%s)""",
)


class ReplayError(RuntimeError):
    """A replay did not judge what was stored: its figure would be a lie."""


def measure(size: Size) -> dict[str, Any]:
    """All figures of this part, as JSON."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in _RUNS}
    with scratch_database():
        stored = _store(size)
        bar = Bar("replaying", size.rounds * len(runs) * stored)
        with connected_with(connection, runtime_entry(connection.settings_dict)):
            for _ in range(size.rounds):
                for name, told in runs.items():
                    told.append(_replayed(stored, _RUNS[name], bar))
        bar.end()
    return {
        "decisions": stored,
        "rounds": size.rounds,
        "rows": [
            {
                "name": name,
                "seconds": statistics.median(seconds for seconds, _ in told),
                "python_seconds": statistics.median(python for _, python in told),
            }
            for name, told in runs.items()
        ],
    }


def _replayed(stored: int, proposal: Proposal | None, bar: Bar) -> tuple[float, float]:
    """Seconds of one replay, and those in Python. Raises ReplayError."""
    totals = Totals()
    began, busy = time.perf_counter(), time.process_time()
    with transaction.atomic():
        for number, _ in enumerate(replay(Decisions(), totals, proposal)):
            if number % 1000 == 0:
                bar.forward(min(1000, stored - number))
    took = time.perf_counter() - began, time.process_time() - busy
    if (totals.judged, totals.code) != (stored, 0) or (proposal and not totals.refused):
        raise ReplayError(f"A replay of {stored} decisions came to {totals}.")
    return took


def _store(size: Size) -> int:
    """Store the decisions; returns how many there are."""
    cases = min(size.cases, size.decisions)
    rows = tuple(given.row(f"p{number}", "10.00") for number in range(_EACH_CLOSING))
    closing = given.closing(completing=rows)
    told: list[tuple[str, Any]] = [("subscription", facts) for facts in random_facts(cases)]
    told += [("closing", closing)] * -(-cases // _EACH_CLOSING)
    with transaction.atomic():
        made = [_keep(question, facts) for question, facts in told]
        copies = -(-size.decisions // len(made)) - 1
        with connection.cursor() as cursor:
            for statement in _COPY:
                cursor.execute(statement, [copies, made])
    run_sql("VACUUM ANALYZE")
    return len(made) * (copies + 1)


def _keep(question: str, facts: Any) -> UUID:
    """Store one decision as an act does; returns its entry's id."""
    book = rulebook(ON)
    judged = Judged(
        question=question,
        on=ON,
        rulebook_digest=book.digest,
        facts=plain_facts(facts),
        findings=QUESTIONS[question].judge(facts, book),
    )
    subject = ("equity.subscription", uuid4())
    actor = Actor(Role.INVESTOR, uuid4())
    action = "equity:subscription:subscribe"
    return record(actor=actor, action=action, subject=subject, at=OPENED, judgements=[judged]).id
