"""What an amendment changes, word by word, before it is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equity.content import content_of
from equity.services import amendments
from equity.wording import pieces
from tests.factories import BOUND, OPENED, both, draft_offering, open_offering
from tests.pages.issuing import at, html, issuer_client, issuing, one_heading

WORDS = st.lists(st.sampled_from(["un", "deux", "l'été", " ", "\n\n", ".", "5,5 %", "é"])).map(
    "".join
)


@given(WORDS | st.text(), WORDS | st.text())
def test_the_pieces_are_both_texts_and_nothing_else(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "in") == before
    assert "".join(one.text for one in found if one.kind != "out") == after
    assert all(one.text for one in found)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Le sirop clair.", "Le sirop ambré.", [("out", "clair"), ("in", "ambré")]),
        ("a b", "c d", [("out", "a b"), ("in", "c d")]),
        ("", "Tout.", [("in", "Tout.")]),
        ("Tout.", "", [("out", "Tout.")]),
        ("10,00 $", "12,50 $", [("out", "10,00"), ("in", "12,50")]),
        ("même", "même", []),
    ],
)
def test_only_the_words_that_differ_are_told(
    before: str, after: str, told: list[tuple[str, str]]
) -> None:
    found = [(one.kind, one.text) for one in pieces(before, after) if one.kind != "same"]
    assert found == told


def test_a_long_text_is_compared_by_the_sentence() -> None:
    sentences = [f"Phrase numéro {n} du document." for n in range(900)]
    after = [*sentences[:450], "Une autre phrase.", *sentences[451:]]
    found = [one for one in pieces(" ".join(sentences), " ".join(after)) if one.kind != "same"]
    assert [one.text.strip() for one in found] == [sentences[450], "Une autre phrase."]


@pytest.mark.django_db
def test_the_page_marks_the_words_in_each_language_and_has_both_texts_whole() -> None:
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
    rows = [(row["item"], row["language"]) for row in response.context["rows"]]
    assert rows == [("3.1", "fr"), ("3.1", "en"), ("5.3a", "fr"), ("5.3a", "en")]
    assert "<ins>" in page
    assert "<del>" in page
    assert "[entre\xa0:" in page
    assert 'lang="en"' in page
    assert "<script" not in page.split("<h1>")[1]


def _fields(content: object) -> dict[str, object]:
    return {name: getattr(content, name) for name in content.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_draft_has_no_difference_to_show() -> None:
    cast = draft_offering()
    with at(OPENED):
        assert issuer_client(cast).get(issuing("issuing_changes", cast)).status_code == 404
