"""The whole history of a platform, loaded through the services by two processes.

The plan is `plan.py`, the acts are `life.py`. Quarters are lived in order, and all that opens in a
quarter is lived to its end before the next begins, because the portal's Form 45-110F5 is current
for six months only. The database is kept until everything is loaded: after a kill, the same command
goes on.
"""

import multiprocessing
import resource
import time
import traceback
from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, transaction

from compliance.accounts.roles import SYSTEM, Role
from compliance.accounts.selectors import account_of, staff_actor
from compliance.audit.guard.roles import runtime_entry
from compliance.rules.kernel.zones import PROVINCES
from compliance.rules.ni45_110.book import rulebook
from documents.management.bar import Bar
from equity import moves
from equity.models import Issuer, Offering, Portal, Subscription
from equity.services import portals
from equity.services.portals import Standing
from tests import factories as f
from tests.bench.ground import KEPT, drop, kept_database, one, run_sql
from tests.bench.life import Living, Platform, issuer_name
from tests.bench.plan import QUARTERS, Group, instant, make_plan, quarter, shares
from tests.bench.sizes import Size
from tests.bench.workers import WorkerError

WORKERS = 2
_MORE_QUARTERS = 24
"""For offerings that wait for room in their group's cap; all have ended long before."""
_PORTAL = "Portail de l'histoire"
_ASKS, _APPROVES = "Odile Côté", "Omar Haddad"
_TOLD = date(2021, 8, 1)
_RUNS = (
    "CREATE TABLE bench_run (quarter integer, seconds double precision, subscriptions integer,"
    " waits integer, peak_kib bigint)"
)


def measure(size: Size) -> dict[str, Any]:
    """Load what is missing, look at what is there, and take it away; as JSON."""
    plan = make_plan(size.offerings, size.subscriptions)
    name = f"{KEPT}{size.offerings}_{size.subscriptions}"
    with kept_database(name):
        if not Portal.objects.exists():
            _set_up()
        _load(plan, size)
        figures = _figures(plan, size)
    drop(name)
    return figures


@transaction.atomic
def _set_up() -> None:
    """The portal, its officers, and where the time and the memory of each quarter are kept."""
    at = instant(quarter(0)[0], 1)
    run_sql(_RUNS)
    for officer in (_ASKS, _APPROVES):
        f.make_officer(officer)
    portal = portals.register_portal(
        actor=SYSTEM,
        at=at,
        name=_PORTAL,
        kind="exempt",
        province="QC",
        demonstration=True,
        address="870, avenue De Salaberry\nQuébec (Québec)  G1R 2T9",
        email="conformite@portail.example",
        telephone="418 555-0110",
        trust_institution="Caisse d'essai",
    ).subject
    portals.set_authorisations(
        actor=SYSTEM,
        portal_id=portal.pk,
        standings=[Standing(code, False, _TOLD, _TOLD, _TOLD) for code in PROVINCES],  # noqa: FBT003
        at=at,
    )


def _load(plan: tuple[Group, ...], size: Size) -> None:
    """Live the quarters that are not over."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.bench.workers", "tests.bench.history"])
    done = one("SELECT count(*) FROM equity_subscription")
    counter = context.Value("i", done)
    bar = Bar(f"history, {size.subscriptions:,}", size.subscriptions, done=done)
    portal = Portal.objects.get(name=_PORTAL)
    entry = runtime_entry(connection.settings_dict)
    pipes, processes = [], []
    for share in shares(plan, WORKERS):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, entry, share, counter), daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    try:
        for number in range(_current(portal), QUARTERS + _MORE_QUARTERS):
            if number >= QUARTERS and not _unfinished(size):
                break
            _live_quarter(number, portal, pipes, counter, bar)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(10)
            if process.is_alive():
                process.terminate()
    bar.end()


def _current(portal: Portal) -> int:
    """The quarter that was begun last: its certificate is there."""
    return max(portal.f5_certificates.count() - 1, 0)


def _unfinished(size: Size) -> bool:
    ended = Offering.objects.filter(state__in=moves.FINAL).count()
    return ended < size.offerings


def _live_quarter(
    number: int, portal: Portal, pipes: list[Connection], counter: Any, bar: Bar
) -> None:
    first, after = quarter(number)
    if portal.f5_certificates.filter(certified_on=first).count() == 0:
        portals.certify_resources(
            actor=SYSTEM, portal_id=portal.pk, on=first, at=instant(first, 6), reference="A5"
        )
    began, before = time.monotonic(), counter.value
    for pipe in pipes:
        pipe.send((first, after))
    answers = [_answer(pipe, counter, bar) for pipe in pipes]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_run VALUES (%s, %s, %s, %s, %s)",
            [
                number,
                time.monotonic() - began,
                counter.value - before,
                sum(waits for waits, _ in answers),
                max(peak for _, peak in answers),
            ],
        )


def _answer(pipe: Connection, counter: Any, bar: Bar) -> tuple[int, int]:
    """What a worker says of its quarter, with the bar going on meanwhile. Raises WorkerError."""
    while not pipe.poll(0.2):
        bar.to(counter.value)
    bar.to(counter.value)
    told = pipe.recv()
    if isinstance(told, str):
        raise WorkerError(told)
    waits, peak = told
    return waits, peak


def _serve(pipe: Connection, entry: dict[str, Any], share: list[Group], counter: Any) -> None:
    """Live the groups of a share, a quarter at a time, until the pipe is closed."""
    connection.close()
    connection.settings_dict = entry

    def told() -> None:
        with counter.get_lock():
            counter.value += 1
        if pipe.poll(0):
            # Nothing is sent meanwhile, so the pipe has ended: the run was killed, and the next one
            # must not find somebody else at its work.
            raise SystemExit(1)

    livings: list[Living] | None = None
    while True:
        try:
            first, after = pipe.recv()
        except EOFError:
            return
        try:
            livings = livings or list(_livings(share, told))
            before = sum(living.waits for living in livings)
            for living in livings:
                living.live(first, after)
            waits = sum(living.waits for living in livings) - before
            pipe.send((waits, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
        except Exception:  # noqa: BLE001 - told to the parent, which stops
            pipe.send(traceback.format_exc())


def _livings(share: list[Group], told: Any) -> Iterator[Living]:
    """The groups of a share, as far as the database says that they are."""
    platform = Platform(Portal.objects.get(name=_PORTAL), _officer(_ASKS), _officer(_APPROVES))
    issuers = dict(Issuer.objects.values_list("name", "pk"))
    offerings: dict[Any, list[Offering]] = {}
    for offering in Offering.objects.order_by("created_at"):
        offerings.setdefault(offering.issuer_id, []).append(offering)
    for group in share:
        known = {
            member: issuers[issuer_name(group.number, member)]
            for member in range(len(group.links) + 1)
            if issuer_name(group.number, member) in issuers
        }
        there = {
            (member, ordinal): offering
            for member, issuer in known.items()
            for ordinal, offering in enumerate(offerings.get(issuer, []))
        }
        yield Living(group, platform, told, there, known)


def _officer(name: str) -> f.Actor:
    user = account_of(f"{'.'.join(name.lower().split())}@exemple.example")
    assert user is not None
    return staff_actor(user, Role.OFFICER)


def _figures(plan: tuple[Group, ...], size: Size) -> dict[str, Any]:
    """Time, memory and size, and what the database says of the limits."""
    wanted = sum(group.subscriptions for group in plan)
    there = Subscription.objects.count()
    if there != wanted or _unfinished(size):
        raise AssertionError(f"{there} subscriptions are there of {wanted}.")
    cap = rulebook(date(2026, 1, 1)).amount("issuer_group_cap")
    limit = rulebook(date(2026, 1, 1)).amount("purchaser_limit")
    return {
        "label": size.label,
        "workers": WORKERS,
        "offerings": size.offerings,
        "subscriptions": there,
        "states": {
            state: Offering.objects.filter(state=state).count()
            for state in (moves.CLOSED, moves.FAILED)
        },
        "waits": one("SELECT sum(waits) FROM bench_run"),
        "seconds": one("SELECT sum(seconds) FROM bench_run"),
        "peak_mib": one("SELECT max(peak_kib) FROM bench_run") / 1024,
        "database_bytes": one("SELECT pg_database_size(current_database())"),
        "entries": one("SELECT count(*) FROM compliance_audit_entry"),
        "over_cap": one(
            "SELECT count(*) FROM equity_closing AS closing"
            " JOIN equity_offering AS it ON it.id = closing.offering_id"
            " WHERE equity_group_closed(it.issuer_id, closing.closed_on) > %s",
            [cap],
        ),
        "over_limit": one(
            "SELECT count(*) FROM (SELECT 1 FROM equity_subscription WHERE state IN"
            " ('agreed', 'binding', 'completed') GROUP BY offering_id, person_id"
            " HAVING sum(amount) > %s) AS more",
            [limit],
        ),
        "unbalanced": one(
            "SELECT count(*) FROM (SELECT 1 FROM equity_posting GROUP BY entry_id"
            " HAVING sum(amount) <> 0) AS wrong"
        ),
    }
