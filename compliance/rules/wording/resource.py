"""The file in which the words of one form in one language are handed from person to person. Pure.

A lawyer corrects it in a text editor, so it is TOML; JSON with the same names is taken as well.
``docs/wording.md`` describes it. What is wrong with a file is said all at once, line by line.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language, format_date
from compliance.rules.wording.checking import (
    Fault,
    WordsRefused,
    check_words,
    fault,
    language_named,
    tidied,
)
from compliance.rules.wording.statements import Statement
from compliance.rules.wording.wording import Shelf, packaged

FORMAT: Final = "wording/1"
LARGEST: Final = 256 * 1024
"""Bytes of a file. The longest form in one language has about 16 000."""
FORMS: Final = (
    "45-110F1",
    "45-110F2",
    "45-102",
    "45-110F3",
    "45-110F4",
    "45-110F5",
    "45-106F1",
)
"""Where prescribed words come from: the offering document, the risk acknowledgement, the legend,
the forms that the portal delivers about itself, and the report of exempt distribution."""
GRADES: Final = (Grade.VERIFIED, Grade.SECONDARY, Grade.RECALLED)
FIRST_DAY: Final = date(2021, 9, 21)
"""The day on which NI 45-110 came into force, with its forms."""
_YEARS_AHEAD: Final = 5

_WANTED: Final = ("form", "language", "effective_from", "source", "grade")
_OPTIONAL: Final = ("source_sha256", "reference", "prepared_by")
_OF_STATEMENT: Final = ("id", "text", "applies_to", "packaged_is", "other_language")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says of all its statements."""

    form: str
    language: Language
    effective_from: date
    """The day from which the words hold."""
    source: str
    """Where the text stands, in words."""
    grade: Grade
    """How sure whoever prepared it says that they are."""
    source_sha256: str = ""
    """SHA-256 of the file in which the text was read, or empty."""
    reference: str = ""
    """The official number of the text, or its address."""
    prepared_by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement of a file: the one it gives words to, as packaged, and the words."""

    packaged: Statement
    text: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that holds together."""

    head: Head
    entries: tuple[Entry, ...]


def read_resource(content: bytes, *, on: date) -> Resource:
    """Read a file, TOML or JSON in UTF-8; ``on`` is the day on which it is read.

    Raises WordsRefused with everything that is wrong with it.
    """
    if len(content) > LARGEST:
        raise WordsRefused((fault("large", most=LARGEST // 1024),))
    given = _parsed(content)
    if given.get("format") != FORMAT:
        raise WordsRefused((fault("format", wanted=FORMAT),))
    rows = given.get("statement", [])
    head = checked_head({k: v for k, v in given.items() if k not in ("format", "statement")}, on=on)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise WordsRefused((fault("none"),))
    entries = _entries(head, rows)
    return Resource(head, entries)


def checked_head(given: Mapping[str, Any], *, on: date) -> Head:
    """The head of a file, or of a form on a page, from its values by name.

    Raises WordsRefused with everything that is wrong with it.
    """
    faults = list(_head_faults(given, on))
    if faults:
        raise WordsRefused(tuple(faults))
    language = language_named(given["language"])
    texts = {name: tidied(given.get(name, ""), language) for name in ("source", *_OPTIONAL)}
    return Head(
        form=given["form"],
        language=language,
        effective_from=_day(given["effective_from"]) or FIRST_DAY,
        grade=Grade(given["grade"]),
        **texts,
    )


def one_entry(head: Head, packaged_one: Statement, text: str) -> Resource:
    """A single statement as a file of its own; WordsRefused with all that is wrong with it."""
    if faults := tuple(check_words(text, packaged_one)):
        raise WordsRefused(faults)
    return Resource(head, (Entry(packaged_one, tidied(text, packaged_one.language)),))


def prescribed_of(form: str, language: Language, shelf: Shelf | None = None) -> list[Statement]:
    """Every prescribed statement of a form in a language, for either kind of portal, each once in
    the order of the form, in its first words."""
    first: dict[tuple[str, str | None], Statement] = {}
    for one in (shelf or packaged()).in_language(language):
        if one.form == form and one.prescribed:
            first.setdefault((one.id, one.applies_to), one)
    return list(first.values())


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise WordsRefused((fault("unreadable", reason=f"UTF-8, {error.start}"),)) from error
    except (ValueError, RecursionError) as error:
        raise WordsRefused((fault("unreadable", reason=error),)) from error
    if not isinstance(found, dict):
        raise WordsRefused((fault("unreadable", reason="{ }"),))
    return found


def _head_faults(given: Mapping[str, Any], on: date) -> Iterator[Fault]:
    if missing := [name for name in _WANTED if name not in given]:
        yield fault("key_missing", names=", ".join(missing))
    if unknown := sorted(set(given) - {*_WANTED, *_OPTIONAL}):
        yield fault("key_unknown", names=", ".join(unknown))
    for name in ("form", "language", "source", "grade", *_OPTIONAL):
        if name in given and not isinstance(given[name], str):
            yield fault("not_text", name)
            return
    if "form" in given and given["form"] not in FORMS:
        yield fault("form", "form", found=given["form"], known=", ".join(FORMS))
    if "language" in given and given["language"] not in ("fr", "en"):
        yield fault("language", "language", found=given["language"])
    if "source" in given and not given["source"].strip():
        yield fault("empty", "source")
    if "effective_from" in given:
        yield from _day_faults(given["effective_from"], on)
    yield from _grade_faults(given)


def _day_faults(given: Any, on: date) -> Iterator[Fault]:
    day = _day(given)
    if day is None:
        yield fault("day", "effective_from")
    elif day < FIRST_DAY:
        yield fault("too_early", "effective_from", first=FIRST_DAY.isoformat())
    elif day.year > on.year + _YEARS_AHEAD:
        yield fault("too_late", "effective_from", day=day.isoformat(), years=_YEARS_AHEAD)


def _grade_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    grade, digest = given.get("grade", ""), given.get("source_sha256", "")
    if "grade" in given and grade not in GRADES:
        yield fault("grade", "grade", found=grade)
    if digest and not _SHA256.fullmatch(digest):
        yield fault("digest", "source_sha256")
    if grade == Grade.VERIFIED and not digest:
        yield fault("verified_by_file", "grade")


def _day(given: Any) -> date | None:
    # A datetime is a date in Python, and an hour is none of a form's.
    if type(given) is date:
        return given
    if not isinstance(given, str) or len(given) != len("2021-09-21"):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _entries(head: Head, rows: list[dict[str, Any]]) -> tuple[Entry, ...]:
    known = prescribed_of(head.form, head.language)
    faults: list[Fault] = []
    found: list[Entry] = []
    for number, row in enumerate(rows, 1):
        wrong = list(_row_faults(row, number))
        if not wrong:
            fitting = [one for one in known if one.id == row["id"]]
            wrong, one = _chosen(fitting, row)
            if one is not None:
                wrong.extend(check_words(row["text"], one))
                found.append(Entry(one, tidied(row["text"], one.language)))
        faults.extend(wrong)
    faults.extend(_set_faults([entry.packaged for entry in found], known))
    if faults:
        raise WordsRefused(tuple(faults))
    return tuple(found)


def _row_faults(row: Mapping[str, Any], number: int) -> Iterator[Fault]:
    where = str(row.get("id", f"[[statement]] {number}"))
    if missing := [name for name in ("id", "text") if name not in row]:
        yield fault("key_missing", where, names=", ".join(missing))
    if unknown := sorted(set(row) - set(_OF_STATEMENT)):
        yield fault("key_unknown", where, names=", ".join(unknown))
    if not all(isinstance(value, str) for value in row.values()):
        yield fault("not_text", where)


def _chosen(
    fitting: list[Statement], row: Mapping[str, Any]
) -> tuple[list[Fault], Statement | None]:
    """The statement that a row means, of the variants that its id has."""
    if not fitting:
        return [fault("unknown", row["id"])], None
    said = row.get("applies_to", "")
    same = [one for one in fitting if (one.applies_to or "") == said]
    if not same and not said and len(fitting) == 1:
        same = fitting
    if not same:
        wanted = " / ".join(f'"{one.applies_to or ""}"' for one in fitting)
        return [fault("variant", row["id"], wanted=wanted)], None
    return [], same[0]


def _set_faults(given: list[Statement], known: list[Statement]) -> Iterator[Fault]:
    """Statements given twice or out of the order of the form, and risks that lack a sister."""
    place = {(one.id, one.applies_to): number for number, one in enumerate(known)}
    places = [place[one.id, one.applies_to] for one in given]
    for index, one in enumerate(given):
        if places[index] in places[:index]:
            yield fault("twice", one.id)
        elif index and places[index] < max(places[:index]):
            after = known[min(p for p in places[:index] if p > places[index])]
            yield fault("order", one.id, after=after.id)
    if any(one.answered for one in given):
        asked = [one for one in known if one.answered]
        missing = [one.id for one in asked if place[one.id, one.applies_to] not in places]
        if missing:
            yield fault("risks", names=", ".join(missing))


_EXPLAINED: Final = {
    "fr": """\
# Libellés prescrits, {form}, en français, tels que ce portail les a en vigueur le {day}.
#
# Pour qui corrige ce fichier\u00a0: ouvrez le texte officiel à côté. Pour chaque [[statement]],
# comparez «\u00a0text\u00a0» mot à mot et corrigez-le; ne touchez ni à «\u00a0id\u00a0» ni à
# «\u00a0applies_to\u00a0». Là où l'annexe laisse un blanc à remplir, écrivez le nom entre
# accolades que porte l'énoncé actuel, par exemple {{issuer}}. Une liste d'intitulés
# sépare les siens par «\u00a0;\u00a0».
# Dans l'en-tête\u00a0: source dit où le texte se trouve; source_sha256 est l'empreinte du
# fichier officiel (sha256sum FICHIER); effective_from est le jour à partir duquel ces mots valent;
# grade est verified (lu dans le texte officiel), secondary (lu ailleurs) ou recalled (de mémoire).
# Un énoncé dont les mots sont déjà les bons reste tel quel. «\u00a0other_language\u00a0» est là
# pour vous.
""",
    "en": """\
# Prescribed wording, {form}, in English, as this portal has it in force on {day}.
#
# For whoever corrects this file: open the official text beside it. For each [[statement]], compare
# "text" word by word and correct it; leave "id" and "applies_to" alone. Where the form leaves a
# blank to be filled in, write the name between braces that the present statement has, for instance
# {{issuer}}. A list of headings separates its own by "; ".
# In the head: source says where the text stands; source_sha256 is the digest of the official file
# (sha256sum FILE); effective_from is the day from which these words hold; grade is verified (read
# in the official text), secondary (read elsewhere) or recalled (from memory).
# A statement whose words are right already stays as it is. "other_language" is there for you.
""",
}


def write_resource(form: str, language: Language, shelf: Shelf, *, on: date) -> str:
    """The words of a form in force on a day as a file that a lawyer corrects and sends back.

    Raises WordsRefused for an unknown form.
    """
    if form not in FORMS:
        raise WordsRefused((fault("form", "form", found=form, known=", ".join(FORMS)),))
    explained = _EXPLAINED[language].format(form=form, day=format_date(on, language))
    lines = [
        explained,
        f"format = {_quoted(FORMAT)}",
        f"form = {_quoted(form)}",
        f"language = {_quoted(language)}",
        f"effective_from = {on.isoformat()}",
        'source = ""',
        'source_sha256 = ""',
        'reference = ""',
        f"grade = {_quoted(Grade.RECALLED.value)}",
        'prepared_by = ""',
    ]
    other: Language = "en" if language == "fr" else "fr"
    for one in prescribed_of(form, language, shelf):
        kind = one.applies_to or "exempt"
        lines += ["", "[[statement]]", f"id = {_quoted(one.id)}"]
        if one.applies_to:
            lines.append(f"applies_to = {_quoted(one.applies_to)}")
        lines.append(f"text = {_quoted(shelf.statement(one.id, language, on, kind).text)}")
        beside = shelf.statement(one.id, other, on, kind).text
        lines.append(f"other_language = {_quoted(beside)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text as TOML and JSON both write it. The no-break space is shown, since nobody sees it."""
    return json.dumps(text, ensure_ascii=False).replace("\u00a0", "\\u00a0")
