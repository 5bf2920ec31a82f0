"""Names are as long as the database keeps them: one more is a fault of the file, with its line."""

import pytest

from compliance.scenarios.reading import ScenarioError
from tests.scenarios.telling import HEAD, one, story


def step(key: str, words: str) -> str:
    return {
        "what": f"by: coop, do: draft, as: o1, with: {{use_of_funds: "
        f"[{{what: {words}, minimum: 1, maximum: 1}}]}}",
        "dealer": f"by: odile, do: advise, offering: o1, with: {{investor: marie, "
        f"suitable: true, dealer: {words}}}",
        "registration": f"by: odile, do: advise, offering: o1, with: {{investor: marie, "
        f"suitable: true, registration: {words}}}",
        "reference": f"by: odile, do: file, offering: o1, with: {{duty: duty.retain, "
        f"reference: {words}}}",
    }[key]


@pytest.mark.parametrize(
    ("key", "most"),
    [("what", 300), ("dealer", 200), ("registration", 100), ("reference", 200)],
)
def test_words_of_a_step_have_a_longest(key: str, most: int) -> None:
    assert one(step(key, "x" * most)).do
    with pytest.raises(ScenarioError, match=rf":10: .*{key}: .*at most {most} characters"):
        one(step(key, "x" * (most + 1)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: A story", "title: A story\nportal: {{name: {0}}}"),
        ("coop: {}", "coop: {{name: {0}}}"),
        ("coop: {}", "coop: {{principals: [{0}]}}"),
        ("coop: {}", "coop: {{principals: [{{name: {0}}}]}}"),
        ("coop: {}", "coop: {{principals: [{{name: Ada, position: {0}}}]}}"),
    ],
)
def test_names_of_parties_have_a_longest(before: str, after: str) -> None:
    assert story(head=HEAD.replace(before, after.format("x" * 200))).title
    with pytest.raises(ScenarioError, match="at most 200 characters"):
        story(head=HEAD.replace(before, after.format("x" * 201)))
