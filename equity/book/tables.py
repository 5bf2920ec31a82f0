"""The register of holders and the trust ledger of a closing book, for programs and spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from equity.exporting import cell
from equity.models import Holding, Offering, Posting

BATCH = 2000


def holdings_of(offering: Offering) -> QuerySet[Holding]:
    """The register in its order."""
    return offering.holdings.select_related("person").order_by("number")


def postings_of(offering: Offering) -> QuerySet[Posting]:
    """The ledger in the order in which money moved."""
    rows = Posting.objects.filter(offering=offering).select_related("entry", "subscription")
    return rows.order_by("entry__at", "pk")


def register_csv(offering: Offering) -> bytes:
    """The register of holders: amounts in CAD."""

    def rows() -> Iterator[list[Any]]:
        yield ["number", "holder", "residence", "security", "units", "amount", "issued_on"]
        for row in holdings_of(offering).iterator(BATCH):
            person = row.person
            yield [
                row.number,
                person.display_name,
                person.province,
                row.security_kind,
                row.units,
                row.amount,
                row.issued_on,
            ]

    return _csv(rows())


def ledger_csv(offering: Offering, *, by_person: bool) -> bytes:
    """Every movement, in CAD; without the number of the subscription where people are not told
    apart."""

    def rows() -> Iterator[list[Any]]:
        yield ["at", "kind", "account", *(["subscription"] if by_person else []), "amount"]
        for row in postings_of(offering).iterator(BATCH):
            whose = [row.subscription.order] if by_person else []
            yield [row.entry.at, row.entry.kind, row.account, *whose, row.amount]

    return _csv(rows())


def _csv(rows: Iterable[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    # Spreadsheets take a file without the mark for one of another alphabet.
    return text.getvalue().encode("utf-8-sig")
