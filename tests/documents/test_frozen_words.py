"""The words of statements stand in the facts: a document reads the same whatever became of them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from compliance.rules.kernel.grades import Grade
from compliance.rules.wording import ImportedWords, Shelf, packaged, with_imported, words_digest
from documents.facts import Facts, FactsError, StatementFacts, facts_digest, from_json, to_json
from documents.paper import words as paper_words
from documents.render import page, render, words_used
from documents.samples import samples

BEGAN = date(2021, 9, 21)
NOON = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
NEW = "Vous pourriez ne jamais revendre ces titres."


def shelf(text: str = NEW) -> Shelf:
    return with_imported(
        [ImportedWords("P7", None, "fr", 1, text, Grade.VERIFIED, BEGAN, NOON, "Annexe 45-110A1")]
    )


def frozen(kind: str = "subscription_agreement", on: Shelf | None = None) -> Facts:
    facts = samples("fr")[kind]
    return replace(facts, wording=words_used(facts, on or packaged()))


def test_the_facts_name_the_very_words_and_their_digest() -> None:
    facts = frozen(on=shelf())
    kept = {one.id: one for one in facts.wording}
    assert list(kept) == ["P7", "P9"]
    assert kept["P7"].text == NEW
    assert kept["P7"].digest == words_digest("P7", None, "fr", NEW)
    assert kept["P9"].text == packaged().statement("P9", "fr", BEGAN).text
    assert NEW in page(facts.kind, facts)
    again = from_json(facts.kind, to_json(facts))
    assert again == facts
    assert facts_digest(again) == facts_digest(facts)


def test_facts_frozen_before_words_were_kept_have_the_json_and_the_bytes_that_they_had() -> None:
    for language in ("fr", "en"):
        for kind, facts in samples(language).items():  # type: ignore[arg-type]
            assert "wording" not in to_json(facts)
            assert from_json(kind, to_json(facts)) == facts
    facts = samples("fr")["share_certificate"]
    kept = frozen("share_certificate")
    # The same words either way: but for the digest that each prints, the page is the same.
    shown = [page(one.kind, one).replace(facts_digest(one)[:16], "digest") for one in (facts, kept)]
    assert shown[0] == shown[1]


def test_new_words_leave_every_byte_of_an_older_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up by the day alone prints today's words on a document of yesterday. The broken copy
    does so, and is caught."""
    facts = frozen("share_certificate")
    stored = to_json(facts)
    before = render(facts.kind, facts).sha256
    later = with_imported(
        [ImportedWords("N1", None, "fr", 1, "Ne pas négocier avant le {distribution_date}.",
                       Grade.VERIFIED, BEGAN, NOON, "Règlement 45-102")]
    )  # fmt: skip
    # Whatever the process holds by then: another release, other words from the very same day.
    monkeypatch.setattr(paper_words, "packaged", lambda: later)
    again = from_json(facts.kind, stored)
    assert render(facts.kind, again).sha256 == before
    assert "Ne pas négocier" in page(facts.kind, samples("fr")["share_certificate"])

    class ByTheDayAlone(paper_words.Words):
        def __init__(self, facts: Facts, *given: Any) -> None:
            super().__init__(replace(facts, wording=()), *given)

    monkeypatch.setattr("documents.render.Words", ByTheDayAlone)
    assert render(facts.kind, again).sha256 != before


def test_words_that_are_not_there_or_not_those_of_their_digest_are_refused() -> None:
    facts = frozen()
    p7, p9 = facts.wording
    with pytest.raises(FactsError, match="the words of P9 are not there"):
        page(facts.kind, replace(facts, wording=(p7,)))
    for wrong in (
        replace(p9, text=p9.text + "."),
        replace(p9, digest="0" * 64),
        replace(p9, applies_to="dealer"),
        replace(p7, id="P9"),
    ):
        with pytest.raises(FactsError, match="P9 are not those of its digest"):
            page(facts.kind, replace(facts, wording=(p7, wrong)))


def test_variables_and_typography_are_those_of_any_words() -> None:
    kept = StatementFacts(
        id="N1",
        digest=words_digest("N1", None, "fr", "Avant : {distribution_date}."),
        text="Avant : {distribution_date}.",
    )
    facts = replace(samples("fr")["share_certificate"], wording=(kept,))
    assert "Avant\u00a0: " in page(facts.kind, facts)
