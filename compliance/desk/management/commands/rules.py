"""``manage.py rules [--on DATE] [--json]``: the law as this installation has it, on a day."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseError

from compliance.desk.law_words import fee_in_words, figure_in_words, late_fee_in_words
from compliance.desk.rules_in_force import report_in_force, rules_in_force
from compliance.rules.kernel.dates import OutsideDates
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language, format_date
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import local_date, zone_of
from compliance.rules.ni45_106.fees import FeeLine
from compliance.web import clock
from equity.selectors.clock import HOME, day_of_portals

_WORDS = {
    "fr": {
        "title": "{title}\N{NO-BREAK SPACE}: état au {on}",
        "figures": "Chiffres",
        "rules": "Règles",
        "duties": "Obligations à date fixe",
        "report_rules": "Déclaration de placement avec dispense (Annexe 45-106A1)",
        "report_fees": "Droits de dépôt de la déclaration",
        "ordinary": "Ce sont les droits ordinaires d'une déclaration, tirés de feuilles sans date;"
        " on n'a pas trouvé si le financement participatif coûte moins cher.",
        "holidays": "Jours fériés (W-7 et W-8)",
        "extra_days": "Jours que le portail ajoute (W-7)",
        "binds": "lie\N{NO-BREAK SPACE}: {who}",
        "reviewed": "revu le {day}",
        "reading": "lecture {reading}",
        "digest": "empreinte {digest}",
        "everywhere": "partout",
    },
    "en": {
        "title": "{title}: as of {on}",
        "figures": "Figures",
        "rules": "Rules",
        "duties": "Duties with a due day",
        "report_rules": "Report of exempt distribution (Form 45-106F1)",
        "report_fees": "Filing fees of the report",
        "ordinary": "These are the ordinary fees of a report, from sheets without a date; whether"
        " start-up crowdfunding costs less was not found.",
        "holidays": "Holidays (W-7 and W-8)",
        "extra_days": "Days the portal adds (W-7)",
        "binds": "binds: {who}",
        "reviewed": "reviewed {day}",
        "reading": "reading {reading}",
        "digest": "digest {digest}",
        "everywhere": "everywhere",
    },
}


class Command(BaseCommand):
    """Print every figure and every rule in force on a day, with where each stands."""

    help = "Print the figures, rules, duties and holidays in force on a day, each with its source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the day, the form and the language."""
        parser.add_argument(
            "--on", type=_day, metavar="DATE", help="YYYY-MM-DD; today at the portal if left out"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object, both languages")
        parser.add_argument("--language", choices=("fr", "en"), default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print; exit 1 with a sentence when nothing is known for that day."""
        on = options["on"] or _today()
        try:
            told = rules_in_force(on)
        except OutsideDates as fault:
            self.stderr.write(str(fault))
            raise SystemExit(1) from None
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(_page(told, options["language"])))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2026-03-02.") from None


def _today() -> date:
    """The day it is at the portal; at home while there is none, or no database yet."""
    at = clock.now()
    try:
        return day_of_portals(at)
    except DatabaseError:
        return local_date(at, zone_of(HOME))


def _page(told: Mapping[str, Any], language: Language) -> Iterator[str]:
    """The lines of the page, section by section."""
    words = _WORDS[language]
    on = format_date(date.fromisoformat(told["on"]), language)
    yield words["title"].format(title=told[f"title_{language}"], on=on)
    yield words["digest"].format(digest=told["digest"])
    for section in ("figures", "rules", "duties", "report_rules"):
        if told[section]:
            yield from ("", words[section], "")
        for row in told[section]:
            yield from _entry(row, language)
    _, fees = report_in_force(date.fromisoformat(told["on"]))
    if fees:
        yield from ("", words["report_fees"], "", words["ordinary"], "")
    for line in fees:
        yield from _fee(line, language)
    for section, rows in (
        ("holidays", told["holidays"]["lines"]),
        ("extra_days", told["holidays"]["extra_days"]),
    ):
        yield from ("", words[section], "")
        for row in rows:
            yield _holiday(row, language)


def _entry(row: Mapping[str, Any], language: Language) -> Iterator[str]:
    """A figure, a rule or a duty: what it is, then where it stands and how sure we are."""
    words = _WORDS[language]
    name = row.get("code") or row["name"]
    value = row.get("value")
    yield name if value is None else f"{name}  {figure_in_words(value, row['unit'], language)}"
    yield f"    {row[f'title_{language}']}"
    facts = [row[f"citation_{language}"]]
    if row["grade"]:
        facts.append(Grade(row["grade"]).label(language))
    facts.append(words["binds"].format(who=_who(row["binds"], language)))
    if row.get("reading"):
        facts.append(words["reading"].format(reading=row["reading"]))
    if row.get("reviewed"):
        facts.append(_reviewed(date.fromisoformat(row["reviewed"]), language))
    yield _facts(facts)


def _fee(line: FeeLine, language: Language) -> Iterator[str]:
    """The fee of a jurisdiction: how much, late too, whom to ask, of when it is and how sure."""
    yield f"{line.jurisdiction}  {fee_in_words(line, language)}"
    late, note = late_fee_in_words(line, language), line.note(language)
    for told in (note, late):
        if told:
            yield f"    {told}"
    yield _facts(
        (
            line.regulator(language),
            line.as_of(language),
            line.source,
            "" if line.grade is None else line.grade.label(language),
            _reviewed(line.reviewed, language),
        )
    )


def _reviewed(day: date, language: Language) -> str:
    return _WORDS[language]["reviewed"].format(day=format_date(day, language))


def _facts(facts: Iterable[str]) -> str:
    return "    " + " · ".join(fact for fact in facts if fact)


def _who(binds: str, language: Language) -> str:
    """Whom a line binds: a dealer, not the kind of portal of the same code."""
    return term(binds, language, "bound")


def _holiday(row: Mapping[str, Any], language: Language) -> str:
    places = ", ".join(row["provinces"]) or _WORDS[language]["everywhere"]
    grade = Grade(row["grade"]).label(language)
    day = format_date(date.fromisoformat(row["day"]), language)
    return f"{day} · {row[f'title_{language}']} · {places} · {grade}"
