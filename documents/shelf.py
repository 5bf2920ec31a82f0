"""The shelf of prescribed wording as two people confirmed it, known again by one small question.

Confirmations are never taken back, so what they lead to is worked out once and kept by their mark,
a number that every new one changes. Each act and each page asks the mark anew: what another worker
confirmed a moment ago is seen, and nothing is remembered past it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Aggregate, BigIntegerField, F, Func, Subquery, Value
from django.db.models.functions import Coalesce

from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.rules.wording import ImportedWords, Shelf, packaged, with_imported
from documents.models import WordingConfirmation

_REMEMBERED = 8
"""How many marks are kept: one is in use, and a few while several pages are under way."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is confirmed, at one mark: the words in force, and those that carry no draft mark."""

    mark: int
    shelf: Shelf
    confirmed: frozenset[tuple[str, str, str]]
    """The id, the language and the digest of all words that two people confirmed."""


_NOTHING = Known(0, packaged(), frozenset())
_known: dict[int, Known] = {}


def day_of_words(at: datetime) -> date:
    """The day whose words are in use at an instant, for whoever reads and confirms them and asks
    about no offering: by the clocks of Quebec."""
    return local_date(at, zone_of("QC"))


def known() -> Known:
    """What is confirmed at this moment; one question, and a second one after a confirmation."""
    return known_by(WordingConfirmation.objects.aggregate(mark=_MARK)["mark"])


def known_by(mark: int) -> Known:
    """The same, by a mark that was just asked along with something else (``confirmations``)."""
    if mark == _NOTHING.mark:
        return _NOTHING
    found = _known.get(mark)
    return _read() if found is None else found


class _Xor(Aggregate):
    """Of any number of rows in any order one number, which every further row changes."""

    function = "bit_xor"
    name = "BitXor"
    output_field = BigIntegerField()


_HASH = Func(F("id"), Value(0), function="uuid_hash_extended", output_field=BigIntegerField())
_MARK = Coalesce(_Xor(_HASH), 0, output_field=BigIntegerField())


def confirmations() -> Coalesce:
    """The mark of the confirmations of wording there are, to be asked along with something else.

    As long as it stands, every answer of ``unconfirmed_statements`` for one day does, and so do the
    words in force on it.
    """
    rows = WordingConfirmation.objects.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(rows.annotate(mark=_Xor(_HASH)).values("mark")), 0)


def _read() -> Known:
    # The mark is asked for again by the very statement that reads the rows: a confirmation that
    # came in between must not be remembered under the mark from before it.
    rows: list[Any] = list(
        WordingConfirmation.objects.select_related("version")
        .annotate(mark=confirmations())
        .order_by("confirmed_at", "pk")
    )
    if not rows:
        return _NOTHING
    found = Known(
        mark=rows[0].mark,
        shelf=with_imported(_words(row) for row in rows if row.version is not None),
        confirmed=frozenset((row.statement, row.language, row.text_digest) for row in rows),
    )
    while len(_known) >= _REMEMBERED:
        _known.pop(next(iter(_known)))
    _known[found.mark] = found
    return found


def _words(row: WordingConfirmation) -> ImportedWords:
    version = row.version
    assert version is not None
    return ImportedWords(
        id=version.statement,
        applies_to=version.applies_to or None,
        language="fr" if version.language == "fr" else "en",
        number=version.number,
        text=version.text,
        grade=Grade(version.grade),
        effective_from=version.effective_from,
        confirmed_at=row.confirmed_at,
        source=version.source,
    )
