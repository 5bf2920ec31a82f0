"""What an amendment changes is shown in each language before it is published."""

import pytest

from equity.content import content_of
from equity.services import amendments
from tests.factories import BOUND, OPENED, both, draft_offering, open_offering
from tests.pages.issuing import at, html, issuer_client, issuing, one_heading


@pytest.mark.django_db
def test_the_page_marks_the_words_in_each_language() -> None:
    cast = open_offering()
    content = content_of(cast.offering.document)
    told = {**content.items, "3.1": both("Du sirop ambré.", "Amber syrup.")}
    amendments.amend(
        actor=cast.owner,
        offering_id=cast.offering.pk,
        content=type(content)(**{**_fields(content), "items": told, "days": content.days - 1}),
        what="Le sirop.",
        at=BOUND,
    )
    with at(BOUND):
        response = issuer_client(cast).get(issuing("issuing_changes", cast))
    page = html(response)
    assert one_heading(response)
    found = {
        language: [row.item for row in rows] for language, rows in response.context["compared"]
    }
    assert found == {"fr": ["3.1", "5.3a"], "en": ["3.1", "5.3a"]}
    assert "<ins>" in page
    assert "<del>" in page
    assert "Amber" in page


def _fields(content: object) -> dict[str, object]:
    return {name: getattr(content, name) for name in content.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_draft_has_no_difference_to_show() -> None:
    cast = draft_offering()
    with at(OPENED):
        assert issuer_client(cast).get(issuing("issuing_changes", cast)).status_code == 404
