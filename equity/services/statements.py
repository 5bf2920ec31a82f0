"""Annual statements to holders: a service of the portal (policy), which no text known to us asks.

Found and not sent: a statement waits as long as its row is not there. Each holder and issuer is a
transaction of its own, so whatever stops the work leaves some done and the others waiting, and
nobody is given two.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from compliance.accounts.roles import SYSTEM, Actor
from compliance.audit.guard.trouble import apart
from documents.models import Document
from documents.services import FAILED
from equity.models import AnnualStatement, Holding, Portal
from equity.papers.statement import statement_papers
from equity.selectors.clock import portal_day
from equity.selectors.statements import waiting
from equity.services.common import leave_entry

logger = logging.getLogger(__name__)


class YearNotOver(ValueError):  # noqa: N818 - it says what is wrong
    """A statement is as at 31 December, and that day is not over at a portal."""


def require_over(year: int, at: datetime) -> None:
    """Raise YearNotOver unless the year is over where every portal is."""
    for portal in Portal.objects.order_by("name"):
        if portal_day(portal, at).year <= year:
            raise YearNotOver(f"The year {year} is not over: a statement is as at its last day.")


def issue_statements(
    *, year: int, at: datetime, done: Counter[str] | None = None, actor: Actor = SYSTEM
) -> Iterator[AnnualStatement | None]:
    """Issue what is missing of a year, one holder after the other.

    None stands for one that another run issued meanwhile, or that failed: a failure is logged,
    counted in ``done`` as ``FAILED``, found again by the next run, and holds nobody else up.
    Raises YearNotOver.
    """
    require_over(year, at)
    for held in waiting(year):
        statement = None
        text = "The annual statement for the holding %s failed; the next run tries again."
        with apart(logger, text, held[0].pk) as piece:
            statement = issue_statement(actor=actor, held=held, year=year, at=at)
        if piece.failed and done is not None:
            done[FAILED] += 1
        yield statement


@transaction.atomic
def issue_statement(
    *, actor: Actor, held: Sequence[Holding], year: int, at: datetime
) -> AnnualStatement | None:
    """Issue the statement of one holder and issuer, or nothing where it was issued.

    ``held`` is what they held at the end of the year, as ``selectors.statements.waiting`` finds it.
    """
    first = held[0]
    statement, new = AnnualStatement.objects.get_or_create(
        issuer_id=first.issuer_id,
        person_id=first.person_id,
        year=year,
        defaults={
            "units": sum(row.units for row in held),
            "amount": sum((row.amount for row in held), Decimal(0)),
            "issued_at": at,
        },
    )
    if not new:
        return None
    Document.objects.bulk_create(statement_papers(statement, held, at=at))
    leave_entry(actor, "statement:issue", statement, at, payload={"year": year})
    return statement
