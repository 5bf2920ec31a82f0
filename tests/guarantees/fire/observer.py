"""Somebody who looks at one offering all the time, each time at one instant of the database."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from tests.guarantees.fire.servers import session

_NEVER = {
    "more is live than the ceiling allows": """
        SELECT count(*) FROM equity_offering o JOIN equity_version v ON v.id = o.in_force_id
         WHERE o.id = %(offering)s AND (
               SELECT coalesce(sum(amount), 0) FROM equity_subscription
                WHERE offering_id = o.id AND state IN ('agreed', 'binding')
               ) > least(coalesce(o.ceiling, v.maximum), v.maximum)""",
    "live_amount is not the sum of what is live": """
        SELECT count(*) FROM equity_offering o
         WHERE o.id = %(offering)s AND o.live_amount <> (
               SELECT coalesce(sum(amount), 0) FROM equity_subscription
                WHERE offering_id = o.id AND state IN ('agreed', 'binding'))""",
    "an entry of the ledger does not balance": """
        SELECT count(*) FROM (SELECT FROM equity_posting WHERE offering_id = %(offering)s
                               GROUP BY entry_id HAVING sum(amount) <> 0) AS entry""",
    "the ledger does not add up to zero": """
        SELECT count(*) FROM (SELECT FROM equity_posting HAVING sum(amount) <> 0) AS whole""",
    "the trust account is not what was paid and is live, plus the refunds due": """
        SELECT count(*)
          FROM (SELECT coalesce(sum(amount) FILTER (WHERE account = 'trust'), 0) AS trust,
                       coalesce(-sum(amount) FILTER (WHERE account = 'refunds'), 0) AS refunds
                  FROM equity_posting WHERE offering_id = %(offering)s) AS ledger,
               (SELECT coalesce(sum(paid), 0) AS paid FROM equity_subscription
                 WHERE offering_id = %(offering)s AND state IN ('agreed', 'binding')) AS live
         WHERE ledger.trust <> live.paid + ledger.refunds""",
    "a person holds more than a purchaser may": """
        SELECT count(*) FROM (
               SELECT FROM equity_subscription
                WHERE offering_id = %(offering)s AND state IN ('agreed', 'binding')
                GROUP BY person_id HAVING sum(amount) > 2500) AS person""",
    "an order of agreement or an acknowledgement serves twice": """
        SELECT count(*) - least(count(DISTINCT "order"), count(DISTINCT acknowledgement_id))
          FROM equity_subscription WHERE offering_id = %(offering)s""",
    "one person subscribed twice with one wish": """
        SELECT count(*) - count(DISTINCT person_id)
          FROM equity_subscription WHERE offering_id = %(offering)s""",
}
"""What must never be seen, each as a count that must be 0."""
_SNAPSHOT = "SELECT " + ", ".join(f"({one})" for one in _NEVER.values())


@dataclass(slots=True)
class Observer:
    """Takes snapshots of one offering, in one REPEATABLE READ transaction each."""

    entry: dict[str, Any]
    offering_id: UUID
    snapshots: int = 0
    seen: set[str] = field(default_factory=set)
    """What was seen and must never be."""
    _session: "psycopg.Connection[Any] | None" = None

    def look(self) -> None:
        """Take one snapshot; none while the server is away."""
        try:
            if self._session is None:
                self._session = session(self.entry)
                self._session.execute(
                    "SET default_transaction_isolation = 'repeatable read';"
                    "SET default_transaction_read_only = on"
                )
            found = self._session.execute(_SNAPSHOT, {"offering": self.offering_id}).fetchone()
        except psycopg.OperationalError:
            self.close()
            return
        assert found is not None
        self.snapshots += 1
        self.seen |= {name for name, count in zip(_NEVER, found, strict=True) if count}

    def close(self) -> None:
        """End the session."""
        if self._session is not None:
            self._session.close()
        self._session = None
