"""What differs between two versions, item by item."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from equity.changes import changes
from equity.content import UseRow
from equity.services import amendments
from tests.factories import OPENED, Cast, both, make_content, make_items, open_offering

pytestmark = pytest.mark.django_db

NBSP = "\N{NO-BREAK SPACE}"


def amended(cast: Cast, **changed: object) -> None:
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=replace(make_content(), **changed),  # type: ignore[arg-type]
        what="Autre chose",
        at=OPENED + timedelta(hours=1),
    )
    cast.fresh()


def test_nothing_changed_is_no_change() -> None:
    cast = open_offering()
    amended(cast)
    assert cast.offering.in_force is not None
    assert cast.offering.working is not None
    assert changes(cast.offering.in_force, cast.offering.working, "fr") == ()


def test_every_part_of_the_terms_in_the_order_of_the_form() -> None:
    cast = open_offering()
    amended(
        cast,
        maximum=Decimal("50000.00"),
        days=59,
        jurisdictions=("QC",),
        languages=("fr",),
        minimum_per_purchaser=Decimal("50.00"),
        use_of_funds=(UseRow("Four", Decimal("1000.00"), Decimal("50000.00")),),
        particulars={**make_content().particulars, "class": "C"},
        items=make_items() | {"6.5": False, "10.1": [], "3.1": both("Du sucre.", "Sugar.")},
    )
    assert cast.offering.in_force is not None
    assert cast.offering.working is not None
    found = changes(cast.offering.in_force, cast.offering.working, "fr")
    assert [item for item, _, _ in found] == [
        "3.1", "5.2", "5.2", "5.3a", "5.4", "5.7", "5.8", "6.5", "7.2", "10.1",
    ]  # fmt: skip
    by_item = {item: (before, after) for item, before, after in found}
    assert by_item["5.2"] == (
        f"Langues du document{NBSP}: anglais, français",
        f"Langues du document{NBSP}: français",
    )
    assert by_item["5.4"] == (f"Catégorie{NBSP}: A", f"Catégorie{NBSP}: C")
    assert by_item["5.7"] == (
        f"Maximum{NBSP}: 100{NBSP}000,00{NBSP}$",
        f"Maximum{NBSP}: 50{NBSP}000,00{NBSP}$",
    )
    assert by_item["6.5"] == ("Oui", "Non")
    assert by_item["10.1"] == ("Le temps qu'il fait.\n\nUn printemps chaud nuit.", "Aucun")
    assert by_item["7.2"][1] == (
        f"Four{NBSP}: 1{NBSP}000,00{NBSP}$ au minimum, 50{NBSP}000,00{NBSP}$ au maximum"
    )
    english = changes(cast.offering.in_force, cast.offering.working, "en")
    assert english[0] == ("3.1", "We make syrup.", "Sugar.")
