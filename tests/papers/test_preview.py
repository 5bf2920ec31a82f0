"""The document before it is in force: what is missing, what is certified, what cannot be shown."""

from datetime import date
from decimal import Decimal

import pytest

from documents.facts import FactsError, missing_items
from documents.render import page
from equity.papers.preview import preview_facts
from tests.factories import OPENED, certify, draft_offering, make_content

pytestmark = pytest.mark.django_db


def test_a_draft_without_answers_shows_what_is_still_to_be_completed() -> None:
    cast = draft_offering(content=make_content(items={}))
    facts = preview_facts(cast.offering, cast.offering.document, "fr", at=OPENED)
    assert facts.certificate is None
    assert missing_items(facts) == (
        "2.2", "3.1", "4.2", "5.5", "5.6", "6.1", "6.2", "6.3", "6.4", "6.5", "6.6", "7.1", "8.1",
        "9.1", "10.1", "10.2", "11.1", "11.2", "11.3",
    )  # fmt: skip
    assert facts.raise_by == date(2026, 5, 1)
    assert "À compléter" in page("offering_document", facts)


def test_a_certified_draft_bears_its_certificate_and_a_changed_one_does_not() -> None:
    cast = draft_offering()
    certify(cast)
    version = cast.fresh().document
    assert preview_facts(cast.offering, version, "en", at=OPENED).certificate is not None
    version.days = 45
    facts = preview_facts(cast.offering, version, "en", at=OPENED)
    assert facts.certificate is None
    assert facts.raise_by == date(2026, 4, 16)


def test_a_draft_without_a_price_has_no_number_of_securities() -> None:
    cast = draft_offering(content=make_content(price=None))
    facts = preview_facts(cast.offering, cast.offering.document, "fr", at=OPENED)
    assert facts.minimum is None
    assert facts.security.price == Decimal("0.00")
    page("offering_document", facts)


def test_a_kind_that_no_rule_knows_cannot_be_shown() -> None:
    cast = draft_offering(content=make_content(security_kind="other", particulars={}))
    with pytest.raises(FactsError, match=r"security\.kind"):
        preview_facts(cast.offering, cast.offering.document, "fr", at=OPENED)


def test_a_foreign_issuer_can_be_shown() -> None:
    cast = draft_offering()
    cast.issuer.head_office, cast.issuer.address = "FR", ""
    cast.issuer.save()
    facts = preview_facts(cast.fresh(), cast.offering.document, "fr", at=OPENED)
    assert facts.issuer.address == ("FR",)
    page("offering_document", facts)
