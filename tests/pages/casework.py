"""What the tests of the desk's pages about cases share."""

from typing import Any

from compliance.accounts.roles import SYSTEM
from compliance.casework import services
from compliance.casework.models import Case, CaseFlag
from compliance.casework.rules import Likeness, casebook, near_match
from equity.models import Subscription
from tests.factories import OPENED, Cast, make_person, open_offering, subscribed


def busy_cast() -> Cast:
    """An open offering with one subscription."""
    found = open_offering()
    subscribed(found, make_person())
    return found


def opened(cast: Cast, kind: str = "late_withdrawal", **more: Any) -> Case:
    """A case about the one subscription, unless said otherwise."""
    given: dict[str, Any] = {"actor": cast.asks, "subject": Subscription.objects.get()}
    return services.open_case(kind=kind, at=OPENED, note="Lettre du 9 mars.", **(given | more))


def flagged(cast: Cast) -> CaseFlag:
    """A flag of a rule about the one purchaser."""
    row = Subscription.objects.get()
    return services.raise_case(
        actor=SYSTEM,
        finding=near_match(Likeness(2, "email"), casebook(OPENED.date())),
        subject=("investors.person", row.person_id),
        matter="m",
        concerns=[make_person("Marc", "Lacœur").pk],
        at=OPENED,
    )
