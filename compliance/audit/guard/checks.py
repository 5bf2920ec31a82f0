"""`manage.py check --deploy`: whether the two roles are apart and every guard stands.

It asks the database by itself, because Django leaves checks of the database out unless they are
asked for by name, and a guard that nobody looks at is none.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper

from compliance.audit.guard.catalogue import tables
from compliance.audit.guard.inspection import QUESTIONS, Question
from compliance.audit.tree.keys import signer

UNREACHABLE, TOO_OLD = "compliance_audit.E101", "compliance_audit.E109"
UNSIGNED, UNPLACED = "compliance_audit.E112", "compliance_audit.E113"
_KEY = "Set COMPLIANCE_AUDIT_KEY and COMPLIANCE_AUDIT_ORIGIN: docs/audit.md."
_PLACE = "Set COMPLIANCE_AUDIT_FOLDER to a folder out of the database's reach: docs/audit.md."
OLDEST = 150000
SHOWN = 6


def check_database(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors of the database that keeps the trail, as the role that the site runs as sees it."""
    trail = apps.get_model("compliance_audit", "Entry")
    connection = connections[router.db_for_write(trail)]
    if connection.vendor != "postgresql":
        return [_error(TOO_OLD, "The database is not PostgreSQL.", "Nothing else was tested.")]
    try:
        return check_role(connection)
    # Also what our own server says when it cannot be started.
    except (DatabaseError, OSError, RuntimeError) as error:
        return [
            _error(
                UNREACHABLE,
                f"The database could not be asked whether its guards stand: {error}",
                "Check DATABASE_URL and that the server runs, then run the check again.",
            )
        ]


def check_sealing(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors of a trail that nobody signs, or whose checkpoints stay in the database."""
    found = []
    try:
        if signer() is None:
            found.append(_error(UNSIGNED, "Nothing signs the audit trail.", _KEY))
    except ImproperlyConfigured as error:
        found.append(_error(UNSIGNED, str(error), _KEY))
    places = getattr(settings, "COMPLIANCE", {}).get("AUDIT_PLACES") or {}
    if not set(places) - {"mail"}:
        found.append(
            _error(
                UNPLACED,
                "The checkpoints of the trail stay in the database and its outbox.",
                _PLACE,
            )
        )
    return found


def check_role(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    """Every fault of the role and the guards that this connection shows; changes nothing.

    Raises django.db.Error when the database cannot be asked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int")
        (version,) = cursor.fetchone()
        # An older server would not understand the other questions.
        questions = [q for q in QUESTIONS if version >= OLDEST or q.id == TOO_OLD]
        values = _values(cursor, connection.alias)
        found = []
        for question in questions:
            cursor.execute(question.query, values)
            faults = [row[0] for row in cursor.fetchall()]
            if faults:
                found.append(_told(question, faults))
    return found


def _values(cursor: Any, alias: str) -> dict[str, Any]:
    """What the questions ask about: our tables, those that only grow, and the guards by name."""
    ours = tables(alias)
    cursor.execute(
        "SELECT name, to_regclass(quote_ident(name))::oid FROM unnest(%s::text[]) n (name)",
        [[table.name for table in ours]],
    )
    numbers = {name: number for name, number in cursor.fetchall() if number is not None}
    guards = [(table.name, guard) for table in ours for guard in table.guards]
    return {
        "oldest": OLDEST,
        "names": [table.name for table in ours],
        "tables": list(numbers.values()),
        "only": [numbers[t.name] for t in ours if t.append_only and t.name in numbers],
        "closed": [numbers[t.name] for t in ours if not t.insertable and t.name in numbers],
        "kept": [numbers[t.name] for t in ours if t.updatable is not None and t.name in numbers],
        "updatable": [
            f"{numbers[table.name]} {column}"
            for table in ours
            for column in table.updatable or ()
            if table.name in numbers
        ],
        "guarded": [name for name, _ in guards],
        "guards": [guard for _, guard in guards],
    }


def _told(question: Question, faults: Sequence[str]) -> CheckMessage:
    named = ", ".join(faults[:SHOWN])
    if len(faults) > SHOWN:
        named += f" and {len(faults) - SHOWN} more"
    return _error(question.id, question.message % named, question.hint)


def _error(code: str, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=code)
