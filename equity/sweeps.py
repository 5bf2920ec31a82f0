"""All the work that is found and not sent, in its order: the one list for `tick` and for Celery.

Each sweep looks for rows that lack their consequence and may be run at any time, twice, or by
several processes at once. docs/sweeps.md says for each what makes it happen once.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import close_old_connections, connection

from compliance.audit.guard.trouble import in_words
from compliance.audit.tree.sealing import seal_trail
from compliance.outbox.delivery import deliver
from documents.seals.services import running_from, seal_pending, stamp_pending
from documents.workers import MEASURES, StoppedError, render_waiting
from equity.mails.casework import write_case_mails
from equity.mails.writing import write_mails
from equity.services.case_reminders import remind_of_cases
from equity.services.raising import raise_cases
from equity.services.reminders import remind
from equity.services.time import tick

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Swept:
    """What one sweep did: counts by kind, and in words what kept it from doing more."""

    sweep: str
    done: Counter[str] = field(default_factory=Counter)
    trouble: str = ""


def bring_time(at: datetime) -> Swept:
    """Rights that ended, last days and 90th days that passed, each offering by itself."""
    swept = Swept("time")
    tick(at=at, done=swept.done)
    return swept


def leave_reminders(at: datetime) -> Swept:
    """Duties near and overdue, refunds overdue, certificates of resources due and lapsed."""
    swept = Swept("reminders")
    swept.done["mails_written"] = remind(at=at, done=swept.done)
    return swept


def render_documents(at: datetime) -> Swept:
    """Documents that were issued and have no bytes yet; very many on all processors at once."""
    try:
        done = render_waiting(at=at)
    except StoppedError as stopped:
        return Swept(
            "documents", trouble=f"{stopped}. Nothing is lost: the rest is made next time."
        )
    return Swept("documents", Counter({kind: done[kind] for kind in done if kind not in MEASURES}))


def seal_documents(at: datetime) -> Swept:
    """Rendered documents that have no seal, and seals whose time stamp ends soon."""
    swept, running = Swept("seals"), running_from(at)
    sealed = seal_pending(clock=running, done=swept.done)
    swept.done["documents_sealed"] = sum(1 for _ in sealed)
    stamped = stamp_pending(clock=running, done=swept.done)
    swept.done["seals_stamped"] = sum(1 for _ in stamped)
    return swept


def write_letters(at: datetime, *, from_the_start: bool = False) -> Swept:
    """Acts that nobody was told of yet."""
    heard = write_mails(at=at, from_the_start=from_the_start)
    return Swept("mails", Counter(mails_written=heard.caused, failed=heard.failed))


def work_on_cases(at: datetime, *, from_the_start: bool = False) -> Swept:
    """Cases that the rules raise, questions and answers that nobody was told of, last days."""
    swept = Swept("cases")
    raised = raise_cases(at=at, done=swept.done, from_the_start=from_the_start)
    told = write_case_mails(at=at, from_the_start=from_the_start)
    swept.done["mails_written"] = told.caused + remind_of_cases(at=at, done=swept.done)
    swept.done["failed"] += raised.failed + told.failed
    return swept


def send_letters(at: datetime) -> Swept:
    """E-mails that wait in the outbox. Claims are timed by the database, so ``at`` is not used."""
    sent = deliver()
    done = Counter(mails_sent=sent.sent, mails_refused=sent.refused, mails_given_up=sent.given_up)
    return Swept("delivery", done, sent.trouble)


def seal(at: datetime) -> Swept:
    """What the others wrote is chained, signed and handed out of the database's reach."""
    run = seal_trail(at)
    return Swept("trail", run.done, run.trouble)


SWEEPS: tuple[Callable[[datetime], Swept], ...] = (
    bring_time,
    render_documents,
    write_letters,
    leave_reminders,
    send_letters,
    work_on_cases,
    seal_documents,
    seal,
)
"""In rule order: what time brings first, since it makes the papers, acts and duties that follow;
what happened is told before what it left undone. Cases come last: to ask the rules about what
happened takes longest, and no e-mail waits for it. Seals may wait for a time-stamp authority, so
that they come after; the trail is chained last, with what all of them wrote."""


def sweep_all(*, at: datetime) -> Iterator[Swept]:
    """Run every sweep once. One that fails is logged and told; it does not hold the others."""
    for sweep in SWEEPS:
        try:
            yield sweep(at)
        except Exception as error:
            name, words = sweep.__name__, in_words(error)
            if words:
                words += ". Nothing is lost: the work is in the rows, and the next sweep does it."
            else:
                logger.exception("The sweep %s failed; the next one tries again.", name)
                words = f"{name} failed ({type(error).__name__}); see the log."
            yield Swept(name, trouble=words)
            # A connection that broke is opened anew for the sweep that follows; one that somebody's
            # transaction lives in is theirs.
            if not connection.in_atomic_block:
                close_old_connections()
