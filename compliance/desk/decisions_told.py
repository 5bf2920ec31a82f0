"""What a replay found, for people and for programs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from compliance.decisions.proposing import Change
from compliance.decisions.replay import Decision, Difference
from compliance.decisions.running import Totals, Verdict
from compliance.rules.kernel.findings import plain_value
from compliance.rules.kernel.money import Language, format_cad

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "unjudged": "ne peut être jugée de nouveau\N{NO-BREAK SPACE}: {fault}",
        "rulebook": "les chiffres ou les règles de ce jour ont été corrigés depuis "
        "({stored} devient {today})",
        "differs": "{code} {what}\N{NO-BREAK SPACE}: {stored} enregistré, {today} aujourd’hui",
        "turns": "{code}\N{NO-BREAK SPACE}: {before}, deviendrait {after}",
        "met": "satisfaite",
        "unmet": "non satisfaite",
        "room": "marge {before} → {after}",
        "excess": "dépassement {before} → {after}",
        "persons": "personnes\N{NO-BREAK SPACE}: {persons}",
        "totals": "Décisions jugées\N{NO-BREAK SPACE}: {judged}. Différentes"
        "\N{NO-BREAK SPACE}: {differing}, dont {corrected} où les chiffres ou les règles ont été "
        "corrigés. Impossibles à juger\N{NO-BREAK SPACE}: {unjudged}.",
        "would": "Selon la proposition\N{NO-BREAK SPACE}: {refused} acceptées seraient refusées, "
        "{accepted} refusées seraient acceptées.",
        "turned": "  {code}\N{NO-BREAK SPACE}: {turned} changeraient, dépassement total {excess}"
        "\N{NO-BREAK SPACE}; {moved} garderaient leur réponse avec une autre marge",
    },
    "en": {
        "unjudged": "cannot be judged again: {fault}",
        "rulebook": "the figures or rules of that day were corrected since "
        "({stored} became {today})",
        "differs": "{code} {what}: {stored} stored, {today} today",
        "turns": "{code}: {before}, would be {after}",
        "met": "met",
        "unmet": "not met",
        "room": "room {before} → {after}",
        "excess": "excess {before} → {after}",
        "persons": "persons: {persons}",
        "totals": "Decisions judged: {judged}. Different: {differing}, of which {corrected} where "
        "figures or rules were corrected. Not to be judged: {unjudged}.",
        "would": "Under the proposal: {refused} accepted would be refused, {accepted} refused "
        "would be accepted.",
        "turned": "  {code}: {turned} would turn, {excess} over in all; {moved} would keep their "
        "answer with another room",
    },
}


def lines(verdict: Verdict, language: Language) -> Iterator[str]:
    """A line for each thing to be told of a decision; none where all agrees."""
    words = _WORDS[language]
    head = _head(verdict.decision)
    if verdict.fault:
        yield f"{head}  {words['unjudged'].format(fault=verdict.fault)}"
    for each in verdict.differences:
        yield f"{head}  {_difference(each, words)}"
    for change in verdict.changes:
        yield f"{head}  {_change(change, words, language)}"


def total_lines(totals: Totals, language: Language, *, proposed: bool) -> Iterator[str]:
    """What the verdicts come to."""
    words = _WORDS[language]
    yield words["totals"].format(
        judged=totals.judged,
        differing=totals.differing,
        corrected=totals.corrected,
        unjudged=totals.unjudged,
    )
    if not proposed:
        return
    yield words["would"].format(refused=totals.refused, accepted=totals.accepted)
    for code in sorted({*totals.turned, *totals.moved}):
        yield words["turned"].format(
            code=code,
            turned=totals.turned[code],
            moved=totals.moved[code],
            excess=_cad(totals.excess.get(code), language),
        )


def rows(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """The same as JSON objects, one for each thing to be told."""
    about = _about(verdict.decision)
    if verdict.fault:
        yield {"kind": "unjudged", **about, "fault": verdict.fault}
    for each in verdict.differences:
        yield {
            "kind": "difference",
            **about,
            "code": each.code,
            "what": each.what,
            "stored": each.stored,
            "today": each.today,
        }
    for change in verdict.changes:
        yield {
            "kind": "change",
            **about,
            "code": change.code,
            "met": list(change.met),
            "room": plain_value(change.room),
            "excess": plain_value(change.excess),
            "persons": list(change.persons),
        }


def total_row(totals: Totals, *, proposed: bool) -> dict[str, Any]:
    """What the verdicts come to, as JSON."""
    told: dict[str, Any] = {
        "kind": "totals",
        "judged": totals.judged,
        "differing": totals.differing,
        "corrected": totals.corrected,
        "unjudged": totals.unjudged,
    }
    if proposed:
        told |= {
            "refused": totals.refused,
            "accepted": totals.accepted,
            "turned": dict(totals.turned),
            "excess": {code: f"{over:.2f}" for code, over in totals.excess.items()},
            "moved": dict(totals.moved),
        }
    return told


def _head(decision: Decision) -> str:
    about = _about(decision)
    return "  ".join(f"{about[name]}" for name in ("position", "question", "on", "subject"))


def _about(decision: Decision) -> dict[str, Any]:
    """Which decision it is, by ids alone: what a replay prints is kept and sent about."""
    return {
        "position": decision.position,
        "question": decision.question,
        "on": decision.on.isoformat(),
        "subject": f"{decision.subject_type}:{decision.subject_id}",
    }


def _difference(each: Difference, words: Mapping[str, str]) -> str:
    if each.what == "rulebook":
        return words["rulebook"].format(stored=each.stored[:12], today=each.today[:12])
    told = words["differs"].format(
        code=each.code, what=each.what, stored=each.stored, today=each.today
    )
    return told.strip()


def _change(change: Change, words: Mapping[str, str], language: Language) -> str:
    before, after = (words["met" if met else "unmet"] for met in change.met)
    parts = [words["turns"].format(code=change.code, before=before, after=after)]
    for name, (was, would) in (("room", change.room), ("excess", change.excess)):
        if was != would:
            parts.append(
                words[name].format(before=_cad(was, language), after=_cad(would, language))
            )
    if change.persons:
        parts.append(words["persons"].format(persons=", ".join(change.persons)))
    return "; ".join(parts)


def _cad(amount: Decimal | None, language: Language) -> str:
    return "—" if amount is None else format_cad(amount, language)
