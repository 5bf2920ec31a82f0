"""Which words hold on a day: the packaged ones, and over them those that a portal put in.

A shelf is a value: whoever asks brings it along. Nothing here reads a database or a clock, and no
shelf of the process is changed behind anybody's back. The packaged shelf holds what the data files
hold; the floor of the documents lays on it what two people confirmed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Final

from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language
from compliance.rules.wording.statements import (
    LANGUAGES,
    PLACEHOLDER,
    PORTAL_KINDS,
    PortalKind,
    Statement,
    WordingError,
    parse_statements,
    words_digest,
)

_FILES: Final = (
    "form_45_110f1.toml",
    "form_45_110f2.toml",
    "form_45_110f3_f5.toml",
    "form_45_106f1.toml",
    "other.toml",
)
_CONFIDENCE: Final = {Grade.VERIFIED: "V", Grade.SECONDARY: "S", Grade.RECALLED: "h"}
_Key = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class ImportedWords:
    """The words of one statement in one language as a portal put them in, confirmed by two people.

    They hold from the day ``effective_from`` on. ``number`` counts the versions of a statement in
    a language, in the order in which they were put in.
    """

    id: str
    applies_to: str | None
    language: Language
    number: int
    text: str
    grade: Grade
    effective_from: date
    confirmed_at: datetime
    source: str


class Shelf:
    """Statements by day, kind of portal and language. It is never changed once it is made.

    Of the words of one statement, those hold whose first day came last. Words that a portal put in
    take the place of packaged ones with the same first day, and later ones that of earlier ones;
    packaged words with a later first day (the form changed, and a release knew) take over on it.
    """

    def __init__(
        self, packaged: tuple[Statement, ...], imported: Iterable[ImportedWords] = ()
    ) -> None:
        self._packaged = packaged
        self.imported = tuple(imported)

    def known_at(self, at: datetime) -> "Shelf":
        """The shelf as it stood at an instant: without the words confirmed after it."""
        earlier = tuple(one for one in self.imported if one.confirmed_at <= at)
        return self if earlier == self.imported else Shelf(self._packaged, earlier)

    def states(self) -> Iterator["Shelf"]:
        """This shelf, and every one that stood before it, the latest first."""
        for at in sorted({one.confirmed_at for one in self.imported}, reverse=True):
            yield self.known_at(at)
        yield Shelf(self._packaged)

    def statement(
        self, id: str, language: Language, on: date, portal_kind: PortalKind | None = None
    ) -> Statement:
        """Return a statement in the words in force on ``on``.

        ``portal_kind`` chooses between the variants of a statement that has two (F2.2), and refuses
        one that is not for that kind of portal (R6, R13, E1, E2). Raises WordingError for an
        unknown id or language, a missing or wrong kind, OutsideDates for a day without words.
        """
        _check(language, portal_kind)
        same_id = self._by_id.get((id, language), ())
        if not same_id:
            raise WordingError(f"There is no statement {id!r}.")
        fitting = [s for s in same_id if portal_kind is None or s.applies_to in (None, portal_kind)]
        if not fitting:
            raise WordingError(f"{id} is not used on a portal of kind {portal_kind!r}.")
        if len({s.applies_to for s in fitting}) > 1:
            raise WordingError(f"{id} differs by kind of portal: say which, 'exempt' or 'dealer'.")
        for candidate in fitting:
            if candidate.holds(on):
                return candidate
        first = min(s.effective_from for s in fitting)
        raise OutsideDates(
            f"The statement {id} has no words on {on.isoformat()}: they are known from "
            f"{first.isoformat()}."
        )

    def statements_of(
        self, form: str, language: Language, on: date, portal_kind: PortalKind
    ) -> tuple[Statement, ...]:
        """Return every statement of a form for a kind of portal, in the order of the form.

        Raises WordingError for an unknown form, OutsideDates for a day on which it has no words.
        """
        _check(language, portal_kind)
        of_form = [s for s in self._all if s.form == form and s.language == language]
        if not of_form:
            raise WordingError(f"There is no form {form!r}.")
        found = tuple(s for s in of_form if s.applies_to in (None, portal_kind) and s.holds(on))
        if not found:
            raise OutsideDates(f"The form {form} has no words on {on.isoformat()}.")
        return found

    def in_language(self, language: Language) -> tuple[Statement, ...]:
        """Return every statement in a language, of whatever form, kind of portal and days."""
        return tuple(s for s in self._all if s.language == language)

    @cached_property
    def by_digest(self) -> Mapping[str, Statement]:
        """Every statement there ever was, in each language, by its ``version_digest``: also the
        words that others replaced from their very first day."""
        replaced = (_as_statement(self._base[_key(one)], one) for one in self.imported)
        return {s.version_digest: s for s in (*replaced, *self._packaged, *self._all)}

    @cached_property
    def _base(self) -> Mapping[_Key, Statement]:
        """Of each statement in each language, the packaged one that says what it is."""
        return {_key(one): one for one in self._packaged}

    @cached_property
    def _all(self) -> tuple[Statement, ...]:
        by_key: dict[_Key, list[Statement]] = {key: [] for key in self._base}
        for one in self._packaged:
            by_key[_key(one)].append(one)
        for words in sorted(self.imported, key=lambda one: (one.confirmed_at, one.number)):
            key = _key(words)
            if key not in by_key:
                raise WordingError(f"There is no statement {words.id!r}.")
            by_key[key].append(_as_statement(self._base[key], words))
        return tuple(one for same in by_key.values() for one in _in_turn(same))

    @cached_property
    def _by_id(self) -> Mapping[tuple[str, str], tuple[Statement, ...]]:
        found: dict[tuple[str, str], list[Statement]] = {}
        for one in self._all:
            found.setdefault((one.id, one.language), []).append(one)
        return {key: tuple(same) for key, same in found.items()}


def _in_turn(same: list[Statement]) -> Iterator[Statement]:
    """One statement's words, each until the day before the next ones; of those with one first day
    only the last in the list, which is that confirmed last."""
    last = {one.effective_from: one for one in same}
    in_order = [last[day] for day in sorted(last)]
    for one, after in pairwise(in_order):
        eve = after.effective_from - timedelta(days=1)
        until = eve if one.effective_until is None else min(one.effective_until, eve)
        yield replace(one, effective_until=until)
    yield in_order[-1]


def _as_statement(base: Statement, words: ImportedWords) -> Statement:
    """What a portal put in, as the statement that it gives words to. Where a placeholder stood for
    words that nobody had seen, there are words now."""
    return replace(
        base,
        kind="statement" if base.kind == PLACEHOLDER else base.kind,
        text=words.text,
        grade=words.grade,
        version_digest=words_digest(words.id, words.applies_to, words.language, words.text),
        status="confirmed",
        confidence=_CONFIDENCE[words.grade],
        effective_from=words.effective_from,
        effective_until=None,
        note=words.source,
    )


def _key(one: Statement | ImportedWords) -> _Key:
    return one.id, one.applies_to, one.language


def statement(
    id: str, language: Language, on: date, portal_kind: PortalKind | None = None
) -> Statement:
    """Return a statement as it is packaged, whatever a portal put in; as ``Shelf.statement`` does.

    For what no portal puts in (the entry notices, the draft mark), and for a look under the rest.
    """
    return packaged().statement(id, language, on, portal_kind)


def statements_of(
    form: str, language: Language, on: date, portal_kind: PortalKind
) -> tuple[Statement, ...]:
    """Return every statement of a form as it is packaged; as ``Shelf.statements_of`` does."""
    return packaged().statements_of(form, language, on, portal_kind)


def risk_statements(portal_kind: PortalKind, on: date) -> tuple[str, ...]:
    """Return the ids of Form 45-110F2 that a purchaser answers, each separately, in order.

    R1 to R9; without R6 (no advice) on a portal operated by a registered dealer. Words that a
    portal puts in change neither the ids nor their order, so the packaged shelf knows them.
    Raises as ``Shelf.statements_of`` does.
    """
    return _risk_ids(portal_kind, on)


def statement_ids() -> tuple[str, ...]:
    """Return every id once, in the order of the data files."""
    return tuple(dict.fromkeys(s.id for s in packaged().in_language("fr")))


@lru_cache(maxsize=1)
def packaged() -> Shelf:
    """The shelf of the data files alone, as this release has them.

    What is shown to people or printed asks the shelf with what the portal put in
    (``documents.shelf``); this one is what lies under it.
    """
    folder = resources.files("compliance.rules.wording")
    return Shelf(
        tuple(
            found
            for name in _FILES
            for found in parse_statements(folder.joinpath(name).read_text(encoding="utf-8"))
        )
    )


def with_imported(imported: Iterable[ImportedWords]) -> Shelf:
    """The packaged shelf with what a portal put in and two people confirmed."""
    return Shelf(packaged()._packaged, imported)


@lru_cache(maxsize=1024)
def _risk_ids(portal_kind: PortalKind, on: date) -> tuple[str, ...]:
    """Remembered, since every subscription asks for it."""
    form = packaged().statements_of("45-110F2", "fr", on, portal_kind)
    return tuple(s.id for s in form if s.answered)


def _check(language: str, portal_kind: str | None) -> None:
    if language not in LANGUAGES:
        raise WordingError(f"{language!r} is not a language of the forms; it is 'fr' or 'en'.")
    if portal_kind not in (None, *PORTAL_KINDS):
        raise WordingError(f"{portal_kind!r} is not a kind of portal: 'exempt' or 'dealer'.")
