"""``manage.py wording``: take the prescribed words out to a file, and put the official ones in."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError

from compliance.accounts.roles import Actor, ActorNotAllowed, Role
from compliance.accounts.selectors import account_of, staff_actor
from compliance.approvals.judging import ApprovalRefused
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language, format_date
from compliance.rules.wording.checking import WordsRefused
from compliance.rules.wording.resource import (
    FORMS,
    LARGEST,
    Resource,
    read_resource,
    write_resource,
)
from compliance.web import clock
from compliance.web.differences import differences
from documents.importing import Change, Imported, changes_of, check_source, import_wording
from documents.shelf import day_of_words, known

"""Whose day it is: the forms are read in Quebec."""
REFUSED = 1
_MARKS = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}", "cut": " … ({}) … "}
_WORDS = {
    "fr": {
        "head": "{form}, en français, à partir du {day}\N{NO-BREAK SPACE}: {source} ({grade})",
        "new": "{id}\N{NO-BREAK SPACE}: d'autres mots",
        "to_confirm": "{id}\N{NO-BREAK SPACE}: les mots en vigueur, que personne n'a confirmés",
        "asked": "{id}\N{NO-BREAK SPACE}: les mots en vigueur, qui attendent une seconde personne",
        "confirmed": "{id}\N{NO-BREAK SPACE}: les mots en vigueur, confirmés",
        "waits": "{id}\N{NO-BREAK SPACE}: des mots versés, qui attendent une seconde personne",
        "unseen": "{id}\N{NO-BREAK SPACE}: les mots officiels manquent encore",
        "dry": "Rien n'a été versé.",
        "done": "Versé. Énoncés en d'autres mots\N{NO-BREAK SPACE}: {versions}. À confirmer par "
        "une seconde personne\N{NO-BREAK SPACE}: {asked}.",
        "nobody": "Personne n'entre avec cette adresse comme responsable de la conformité.",
    },
    "en": {
        "head": "{form}, in English, from {day}: {source} ({grade})",
        "new": "{id}: other words",
        "to_confirm": "{id}: the words in force, which nobody has confirmed",
        "asked": "{id}: the words in force, which wait for a second person",
        "confirmed": "{id}: the words in force, confirmed",
        "waits": "{id}: words that were put in and wait for a second person",
        "unseen": "{id}: the official words are still missing",
        "dry": "Nothing was put in.",
        "done": "Put in. Statements in other words: {versions}. For a second person to confirm: "
        "{asked}.",
        "nobody": "Nobody signs in with this address as a compliance officer.",
    },
}


class Command(BaseCommand):
    """Write the words in force as a file, or put in those of a file that came back."""

    help = "Prescribed wording: export to a file that a lawyer corrects, import the official words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare ``export`` and ``import`` with their options."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        out = verbs.add_parser("export", help="write the words of a form in force as a file")
        out.add_argument("--form", choices=FORMS, required=True)
        out.add_argument("--language", choices=("fr", "en"), default="fr")
        out.add_argument("--on", type=_day, metavar="DATE", help="the day; today if left out")
        out.add_argument("--out", type=Path, metavar="FILE", help="standard output if left out")
        put = verbs.add_parser("import", help="put in the words of a file, all or none")
        put.add_argument("file", type=Path)
        put.add_argument("--source", type=Path, help="the official file that the words stand in")
        put.add_argument("--officer", metavar="ADDRESS", help="who puts them in, the first of two")
        put.add_argument("--dry-run", action="store_true", help="show what differs, and no more")
        put.add_argument("--language", choices=("fr", "en"), default="fr", help="of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked; exit 1 with sentences where it is refused, and nothing was done."""
        language: Language = "en" if options["language"] == "en" else "fr"
        try:
            if options["verb"] == "export":
                self._export(options, language)
            else:
                self._import(options, language)
        except WordsRefused as refused:
            self._refuse(fault.message(language) for fault in refused.faults)
        except ApprovalRefused as refused:
            self._refuse(finding.message(language) for finding in refused.findings)
        except (ActorNotAllowed, OSError, DatabaseError) as fault:
            self._refuse([str(fault)])

    def _export(self, options: dict[str, Any], language: Language) -> None:
        on = options["on"] or _today()
        text = write_resource(options["form"], language, known().shelf, on=on)
        if options["out"] is None:
            self.stdout.write(text, ending="")
        else:
            options["out"].write_text(text, encoding="utf-8")

    def _import(self, options: dict[str, Any], language: Language) -> None:
        resource = read_resource(_bytes(options["file"]), on=_today())
        source = options["source"]
        check_source(resource.head, None if source is None else source.read_bytes())
        for line in _told(resource, changes_of(resource), language):
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write(_WORDS[language]["dry"])
            return
        actor = _officer(options["officer"])
        if actor is None:
            self._refuse([_WORDS[language]["nobody"]])
        else:
            done = import_wording(actor=actor, resource=resource, at=clock.now())
            self.stdout.write(_counted(done, language))

    def _refuse(self, sentences: Iterator[str] | Sequence[str]) -> None:
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(REFUSED)


def _told(resource: Resource, changes: Sequence[Change], language: Language) -> Iterator[str]:
    """What a file says, and statement by statement what it would change, word by word."""
    words, head = _WORDS[language], resource.head
    yield words["head"].format(
        form=head.form,
        day=format_date(head.effective_from, language),
        source=head.source,
        grade=Grade(head.grade).label(language),
    )
    for change in changes:
        kind = change.packaged.applies_to
        named = change.packaged.id + (f" ({kind})" if kind else "")
        yield words[change.standing].format(id=named)
        if change.standing in ("new", "waits"):
            pieces = differences(change.before.text, change.text)
            yield (
                "    "
                + "".join(
                    _MARKS[one.kind].format(one.text.strip(" ")) + " "
                    if one.kind != "same"
                    else one.text
                    for one in pieces
                ).strip()
            )


def _counted(done: Imported, language: Language) -> str:
    return _WORDS[language]["done"].format(versions=len(done.versions), asked=len(done.asked))


def _officer(address: str | None) -> Actor | None:
    user = account_of(address or "")
    if user is None:
        return None
    try:
        return staff_actor(user, Role.OFFICER)
    except ActorNotAllowed:
        return None


def _bytes(file: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _today() -> date:
    return day_of_words(clock.now())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-02.") from None
