"""No duty is done without its proof, whoever writes; and a copy without its guard lets it through.

Each attack is raw SQL in the transaction of a test, past every service. It must be refused by the
constraint that belongs to it, and go through where that guard is off.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.rules.ni45_110 import duties
from equity.models import Duty
from equity.services import amendments, portals, proofs
from equity.services import duties as services
from equity.services.proofs import ProofMissing
from tests import factories as f
from tests.equity.test_duty_proof import closed_cast, owing, record
from tests.guarantees.reporting import Report

pytestmark = pytest.mark.django_db
SUMMER = f.OPENED + timedelta(days=120)
WHO = "gen_random_uuid()"
DO = f"UPDATE equity_duty SET done_at = now(), done_by = {WHO}, reference = 'x'"
FILED = f"{DO} WHERE code = 'duty.file_exempt_report'"
ANOTHER_NOTICE = """
INSERT INTO equity_duty (id, code, offering_id, jurisdiction, amount, event_on, due_on, counted,
    created_at, done_at, done_by, reference)
SELECT gen_random_uuid(), code, offering_id, 'QC', 0, event_on, due_on, counted,
    created_at, done_at + interval '1 second', done_by, ''
FROM equity_duty WHERE code = 'duty.notify_amendment'
"""


def amended() -> f.Cast:
    """An open offering whose amended version is published."""
    cast = f.open_offering()
    f.subscribed(cast, f.make_person())
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=f.make_content(days=50),
        what="Moins de jours.",
        at=f.OPENED,
    )
    f.certify(cast, f.OPENED)
    amendments.publish(actor=cast.owner, offering_id=cast.offering.pk, at=f.OPENED)
    return cast


Attacks = dict[str, tuple[tuple[str, ...], str]]
PROOF, KEPT, BY_ITS_ACT = "duty_done_with_proof", "duty_is_kept", "duty_done_by_its_act"
SCENES: dict[str, tuple[Callable[[], f.Cast], Attacks]] = {
    "a closing": (
        closed_cast,
        {
            "no proof": ((FILED.replace("'x'", "''"),), PROOF),
            "a proof of spaces": ((FILED.replace("'x'", "' '"),), PROOF),
            "nobody": ((FILED.replace(WHO, "NULL"),), PROOF),
            "a proof before it is done": (
                ("UPDATE equity_duty SET reference = 'x' WHERE code = 'duty.file_exempt_report'",),
                PROOF,
            ),
            "undone": (
                (FILED, "UPDATE equity_duty SET done_at = NULL, done_by = NULL, reference = ''"),
                KEPT,
            ),
            "another proof": ((FILED, FILED), KEPT),
            "another day": (("UPDATE equity_duty SET due_on = due_on + 1",), KEPT),
            "taken away": (("DELETE FROM equity_duty",), KEPT),
            "an F5 that was not certified": (
                (f"{DO} WHERE code = 'duty.certify_resources'",),
                BY_ITS_ACT,
            ),
        },
    ),
    "a refund that is owed": (
        owing,
        {"a refund that was not paid": ((f"{DO} WHERE code = 'duty.refund'",), BY_ITS_ACT)},
    ),
    "an amendment": (amended, {"a notice that was not sent": ((ANOTHER_NOTICE,), BY_ITS_ACT)}),
}
OFF = {
    PROOF: "ALTER TABLE equity_duty DROP CONSTRAINT duty_done_with_proof",
    KEPT: "ALTER TABLE equity_duty DISABLE TRIGGER equity_keep_duty",
    BY_ITS_ACT: "ALTER TABLE equity_duty DISABLE TRIGGER equity_keep_duty",
}
COPIES = {
    PROOF: "the constraint of the proof dropped",
    KEPT: "the trigger of duties off",
    BY_ITS_ACT: "the trigger of duties off",
}


def refused_by(statements: tuple[str, ...]) -> str:
    """The constraint that refused, or nothing where the attack went through; nothing is kept."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount > 0
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error.__cause__.diag.constraint_name)  # type: ignore[union-attr]
    return ""


@contextmanager
def without(guard: str) -> Iterator[None]:
    """The database without what refuses under that name."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(OFF[guard])
        yield
        transaction.set_rollback(True)


def done_without_proof(cast: f.Cast) -> list[str]:
    """What a service does for whoever shows nothing."""
    found: list[str] = []
    for name, act in (
        ("a filing", lambda: record(cast, reference=" ")),
        ("a notice to the issuer", lambda: record(cast, code=duties.INFORM_ISSUER, reference="")),
        (
            "a certificate of resources",
            lambda: portals.certify_resources(actor=SYSTEM, portal_id=cast.portal.pk, at=SUMMER),
        ),
    ):
        try:
            with transaction.atomic():
                act()
                transaction.set_rollback(True)
        except ProofMissing:
            continue
        except DatabaseError:
            pass  # The service let it pass; the database did not.
        found.append(name)
    return found


def test_nothing_is_done_without_its_proof(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    caught: dict[str, list[str]] = {}
    tried = 0
    for scene, attacks in SCENES.values():
        with transaction.atomic():
            cast = scene()
            done = Duty.objects.filter(done_at__isnull=False).count()
            for attack, (statements, guard) in attacks.items():
                assert refused_by(statements) == guard, attack
                with without(guard):
                    assert refused_by(statements) == "", attack
                caught.setdefault(COPIES[guard], []).append(attack)
                tried += 1
            assert Duty.objects.filter(done_at__isnull=False).count() == done
            if scene is closed_cast:
                assert done_without_proof(cast) == []
                for room in (services, portals):
                    monkeypatch.setattr(room, proofs.shown.__name__, lambda reference, file: "")
                caught["services that ask for no proof"] = done_without_proof(cast)
                assert len(caught["services that ask for no proof"]) == 3
                monkeypatch.undo()
            transaction.set_rollback(True)
    report(
        "duties",
        figures={
            "attacks": tried,
            "attacks that succeeded": 0,
            "acts without proof tried at the services": 3,
            "broken copies": len(caught),
        },
        caught={copy: "passed: " + ", ".join(names) for copy, names in caught.items()},
    )
