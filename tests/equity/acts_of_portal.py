"""What a portal does about itself and for its holders, each ready to be done: for the tests that
stop an act before any write and ask for it again under its key."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from compliance.accounts.roles import SYSTEM
from equity.selectors.statements import waiting
from equity.services import portal_forms, portals, statements
from tests import factories as f

Act = Callable[..., object]
AFTER = datetime(2027, 1, 12, 15, 0, tzinfo=UTC)


def _of_f3(cast: f.Cast) -> dict[str, Any]:
    return {
        "actor": cast.asks,
        "portal_id": cast.portal.pk,
        "principal_id": None,
        "language": "fr",
        "at": f.OPENED,
    }


def add_principal() -> Act:
    cast = f.draft_offering()
    return lambda **key: portals.add_principal(
        actor=cast.asks, portal_id=cast.portal.pk, name="Solange Roy", at=f.OPENED, **key
    )


def save_form() -> Act:
    cast = f.draft_offering()
    return lambda **key: portal_forms.save_form(
        **_of_f3(cast), content={"business": "Prêts."}, **key
    )


def issue_form() -> Act:
    cast = f.draft_offering()
    portal_forms.save_form(**_of_f3(cast), content={"business": "Prêts."})
    return lambda **key: portal_forms.issue_form(
        **_of_f3(cast), number=1, change="L'activité.", **key
    )


def issue_statement() -> Act:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person(), units=60)
    f.closed(cast)
    (held,) = waiting(2026)
    return lambda: statements.issue_statement(actor=SYSTEM, held=held, year=2026, at=AFTER)


ACTS_OF_PORTAL: dict[str, Callable[[], Act]] = {
    "add_principal": add_principal,
    "save_form": save_form,
    "issue_form": issue_form,
    "issue_statement": issue_statement,
}
