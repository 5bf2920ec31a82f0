"""Guidance stands beside every item, in both languages, and never borrows a grade."""

import re

import pytest

from compliance.rules.kernel.grades import Grade
from equity.forms.items import ITEMS, SECTIONS
from equity.guiding import guide, guided_items
from equity.remarking import ITEMS as REMARKABLE
from tests.factories import OPENED, draft_offering
from tests.pages.issuing import at, html, issuer_client, issuing


def test_every_item_that_an_issuer_writes_has_guidance_in_both_languages() -> None:
    written = {item.id for item in ITEMS} | {"4.1", "5.2", "5.3", "5.4", "5.7", "5.8", "7.2"}
    assert set(guided_items()) == written
    assert written <= set(REMARKABLE)
    for item in written:
        french, english = guide(item, "fr"), guide(item, "en")
        assert french is not None
        assert english is not None
        for name in ("asks", "how"):
            said = getattr(french, name), getattr(english, name)
            assert said[0] != said[1], (item, name)
            assert all(text.endswith((".", "»", "”.")) for text in said), (item, name)


def test_the_citation_is_the_items_own_and_its_grade_is_not_raised() -> None:
    for item in guided_items():
        found = guide(item, "en")
        assert found is not None
        assert (
            found.citation
            == f"Form 45-110F1, item {re.sub('[pd]$', '', item) if '7.2' in item else item}"
        )
        assert found.grade == Grade.RECALLED.label("en")
    assert guide("1.1", "fr") is None


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_page_shows_the_guidance_of_its_items(language: str) -> None:
    cast = draft_offering()
    client = issuer_client(cast, language)
    shown = 0
    with at(OPENED):
        for section in SECTIONS:
            page = html(client.get(issuing("issuing_section", cast, section.key)))
            for item in section.items:
                found = guide(item, language)  # type: ignore[arg-type]
                assert found is not None
                assert found.citation in page
            shown += page.count('<details class="guide">')
    assert shown == len(guided_items()) - 1  # 4.1 stands on the page of the principal.
