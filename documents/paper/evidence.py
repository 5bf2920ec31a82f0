"""The summary of an evidence package."""

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from documents.facts.evidence import AnsweredRow, EventRow, EvidenceSummaryFacts
from documents.paper.parts import Row, row
from documents.paper.words import Words, typeset


def evidence_summary(words: Words, facts: EvidenceSummaryFacts) -> dict[str, Any]:
    """How it ended, what was shown and answered, what happened, what is attached, how to check."""

    def label(name: str, **variables: str) -> str:
        return words.label(f"evidence_summary.{name}", **variables)

    return {
        "outcome": words.set(facts.outcome),
        "rows": _particulars(words, facts),
        "notice": _typeset(facts.notice, facts.notice_language),
        "notice_language": facts.notice_language,
        "shown": _happened(words, facts.shown),
        "answered": label("answered", language=facts.answered_in) if facts.answers else "",
        "answers": [_answer(words, one, facts.answers_language) for one in facts.answers],
        "answers_language": facts.answers_language,
        "advice": _happened(words, facts.advice),
        "events": _happened(words, facts.events),
        "files": [row(one.name, one.sha256) for one in facts.files],
        "proven": label(
            "proven", entries=words.number(facts.entries), size=words.number(facts.size)
        ),
        "key": row(label("key"), facts.key),
        "listed": row(label("listed"), facts.listed),
        "program": label("program", program=facts.program),
    }


def _particulars(words: Words, facts: EvidenceSummaryFacts) -> list[Row]:
    ref = facts.subscription
    rows = [
        row(words.label("common.purchaser"), words.set(facts.purchaser)),
        row(words.label("common.portal"), words.set(facts.portal.name)),
        row(
            words.label("evidence_summary.identified"),
            *(f"{words.set(one.what)} – {words.instant(one.at)}" for one in facts.identified),
        ),
    ]
    if ref is not None:
        rows += [
            row(words.label("common.subscription"), words.set(ref.reference)),
            row(words.label("common.agreed"), words.instant(ref.agreed_at)),
            row(words.label("common.units"), words.number(ref.units)),
            row(words.label("common.total"), words.cad(ref.total)),
        ]
    return [one for one in rows if one["lines"]]


def _happened(words: Words, rows: Iterable[EventRow]) -> list[dict[str, str]]:
    """Each with its instant twice: by the portal's clocks, and in UTC."""
    return [
        {
            "at": words.instant(one.at),
            "utc": f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
            "what": words.set(one.what),
            "number": words.label("evidence_summary.number", n=words.number(one.position))
            if one.position
            else "",
        }
        for one in rows
    ]


def _typeset(text: str, language: str) -> str:
    """What was shown, in the language in which it was, which may not be that of the page."""
    return typeset(text, "en" if language == "en" else "fr") if text else ""


def _answer(words: Words, one: AnsweredRow, language: str) -> dict[str, str]:
    reply = words.label(f"common.{one.reply}") if one.reply else "–"
    return {
        "text": _typeset(one.text, language),
        "at": words.instant(one.at),
        "reply": reply,
        "style": one.reply,
    }
