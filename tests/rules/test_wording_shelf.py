"""Which words hold on a day once a portal put some in: to the day, and as known at an instant."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from compliance.rules.kernel.grades import Grade
from compliance.rules.wording import (
    ImportedWords,
    Shelf,
    WordingError,
    packaged,
    risk_statements,
    statement,
    with_imported,
    words_digest,
)
from compliance.rules.wording.statements import parse_statements
from tests.rules.test_wording import LATER, ONE

BEGAN = date(2021, 9, 21)
DAY = date(2027, 1, 1)
NEXT = date(2027, 7, 1)
NOON = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)


def words(text: str, **given: Any) -> ImportedWords:
    said: dict[str, Any] = {
        "id": "R1",
        "applies_to": None,
        "language": "fr",
        "number": 1,
        "grade": Grade.VERIFIED,
        "effective_from": DAY,
        "confirmed_at": NOON,
        "source": "Annexe 45-110A2",
    }
    return ImportedWords(text=text, **(said | given))


def reads(shelf: Shelf, on: date) -> str:
    return shelf.statement("R1", "fr", on).text


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (BEGAN, None),
        (DAY - timedelta(days=1), None),
        (DAY, "Premiers?"),
        (DAY + timedelta(days=1), "Premiers?"),
        (NEXT - timedelta(days=1), "Premiers?"),
        (NEXT, "Seconds?"),
        (NEXT + timedelta(days=1), "Seconds?"),
        (date(2099, 12, 31), "Seconds?"),
    ],
)
def test_words_hold_from_their_first_day_until_the_eve_of_the_next(
    on: date, expected: str | None
) -> None:
    # Put in and confirmed in whatever order: the days decide.
    for order in (1, -1):
        given = [words("Premiers?"), words("Seconds?", number=2, effective_from=NEXT)][::order]
        shelf = with_imported(given)
        assert reads(shelf, on) == (expected or statement("R1", "fr", on).text)
    first = shelf.statement("R1", "fr", DAY)
    assert (first.effective_from, first.effective_until) == (DAY, NEXT - timedelta(days=1))
    assert shelf.statement("R1", "fr", BEGAN).effective_until == DAY - timedelta(days=1)


def test_words_with_the_first_day_of_the_packaged_ones_take_their_place() -> None:
    shelf = with_imported([words("Officiels?", effective_from=BEGAN)])
    found = shelf.statement("R1", "fr", BEGAN)
    assert (found.text, found.grade, found.status) == ("Officiels?", Grade.VERIFIED, "confirmed")
    assert found.version_digest == words_digest("R1", None, "fr", "Officiels?")
    assert shelf.statement("R1", "en", BEGAN) == statement("R1", "en", BEGAN)
    assert statement("R1", "fr", BEGAN).text != "Officiels?"
    # The order of the form, and what is answered, are the package's.
    assert [s.id for s in shelf.statements_of("45-110F2", "fr", DAY, "exempt")] == [
        s.id for s in packaged().statements_of("45-110F2", "fr", DAY, "exempt")
    ]
    assert shelf.by_digest[found.version_digest] == found
    assert statement("R1", "fr", BEGAN).version_digest in shelf.by_digest


def test_a_correction_for_the_same_day_is_that_confirmed_last() -> None:
    wrong = words("Avec une faute?", number=1, confirmed_at=NOON)
    right = words("Sans faute?", number=2, confirmed_at=NOON + timedelta(hours=1))
    for given in ([wrong, right], [right, wrong]):
        shelf = with_imported(given)
        assert reads(shelf, DAY) == "Sans faute?"
        assert shelf.by_digest[words_digest("R1", None, "fr", wrong.text)].text == wrong.text
    # Back to the first words: a version of its own, and the last one confirmed.
    back = words("Avec une faute?", number=3, confirmed_at=NOON + timedelta(hours=2))
    assert reads(with_imported([wrong, right, back]), DAY) == "Avec une faute?"


def test_what_was_known_at_an_instant_is_known_for_good() -> None:
    """Words confirmed today may hold from a day long past: who asks what was shown then must not
    be told the new ones."""
    shelf = with_imported([words("Officiels?", effective_from=BEGAN)])
    before, at = NOON - timedelta(microseconds=1), NOON
    assert reads(shelf.known_at(before), DAY) == statement("R1", "fr", DAY).text
    assert reads(shelf.known_at(at), DAY) == "Officiels?"
    assert [reads(one, DAY) for one in shelf.states()] == [
        "Officiels?",
        statement("R1", "fr", DAY).text,
    ]


def test_packaged_words_of_a_later_day_take_over_on_it() -> None:
    """The form changed and a release knew: the portal's words of before do not outlive it."""
    closed = ONE.replace("from = 2021-09-21", "from = 2021-09-21\nuntil = 2026-12-31")
    base = parse_statements(closed + LATER.replace("Ancien", "Nouveau"))
    put_in = words("Officiel {issuer}", id="X1", effective_from=BEGAN)
    shelf = Shelf(base, [put_in])
    assert shelf.statement("X1", "fr", date(2026, 12, 31)).text == "Officiel {issuer}"
    assert shelf.statement("X1", "fr", DAY).text == "Nouveau {issuer}"
    later = Shelf(base, [put_in, words("Encore {issuer}", id="X1", number=2, effective_from=DAY)])
    assert later.statement("X1", "fr", DAY).text == "Encore {issuer}"


def test_variants_are_kept_apart_and_what_is_no_statement_is_refused() -> None:
    dealer = words("2. Rien", id="F2.2", applies_to="dealer", effective_from=BEGAN)
    shelf = with_imported([dealer])
    assert shelf.statement("F2.2", "fr", DAY, "dealer").text == "2. Rien"
    assert shelf.statement("F2.2", "fr", DAY, "exempt") == statement("F2.2", "fr", DAY, "exempt")
    with pytest.raises(WordingError, match="R99"):
        with_imported([words("Rien", id="R99")]).statement("R1", "fr", DAY)


def test_the_questions_are_those_of_the_form_whatever_is_put_in() -> None:
    asked = [statement(one, "fr", DAY, "exempt") for one in risk_statements("exempt", DAY)]
    shelf = with_imported(
        [words("Officiels?", id=one.id, applies_to=one.applies_to) for one in asked]
    )
    served = shelf.statements_of("45-110F2", "fr", DAY, "exempt")
    assert tuple(s.id for s in served if s.answered) == risk_statements("exempt", DAY)
