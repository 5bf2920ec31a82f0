"""The data of an evidence package: what a purchaser's file says, as plain JSON a file at a time.

Instants are given twice, in UTC as the trail has them and by Montréal's clocks. Nothing here is
more than the person's own: of an identification its method and its day, of an officer an id.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from compliance import VERSION
from compliance.audit.actions import wording
from compliance.rules.kernel.findings import plain as plain_finding
from compliance.rules.kernel.grades import Grade
from compliance.rules.kernel.money import Language
from compliance.rules.kernel.terms import term
from compliance.rules.kernel.zones import zone_of
from compliance.sealing.canonical import plain
from documents.models import Document
from documents.selectors import statement_named
from equity import moves
from equity.evidence.gathering import PurchaserFile
from equity.selectors.clock import portal_day
from equity.selectors.shown import filled_in
from equity.words import LANGUAGES
from investors.models import RiskAcknowledgement

MONTREAL = zone_of("QC")
FORM = "45-110F2"
ACKNOWLEDGED = "equity:offering:acknowledge"
DECLINED, LOOKED = "declined", "looked"
"""What somebody did who bought nothing: said no to a risk, or went no further."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """An issued document as the package holds it."""

    name: str
    paper: Document


def outcome(file: PurchaserFile) -> str:
    """How it ended: the state of the subscription, or what somebody did who bought nothing."""
    if file.bought is not None:
        return str(file.bought.state)
    latest = file.acknowledgements[-1] if file.acknowledgements else None
    return DECLINED if latest is not None and _refused(latest) else LOOKED


def _refused(given: RiskAcknowledgement) -> bool:
    return any(answer is False for answer in given.answers.values())


def states() -> tuple[str, ...]:
    """Every way in which it can end."""
    return (*moves.SUBSCRIPTION_STATES, DECLINED, LOOKED)


def identity(file: PurchaserFile) -> Row:
    """Who it is, and how that was established: methods and days, never the papers themselves."""
    bought = file.bought
    return {
        "name": file.person.display_name,
        "kind": file.person.kind,
        "residence": bought.province if bought is not None else file.person.province,
        "identified": [
            {
                "method": row.method,
                "words": words_of(row.method),
                "verified": when(row.verified_at),
                "verified_by": None if row.verified_by is None else str(row.verified_by),
                "current_until": plain(row.expires_on),
            }
            for row in file.identifications
        ],
    }


def notices(file: PurchaserFile) -> list[Row]:
    """The portal's entry notice in its very words, each time one was acknowledged."""
    return [
        {
            "acknowledged": when(row.at),
            "language": row.language,
            "portal_kind": row.portal_kind,
            "digest": row.statement_digest,
            "words": words,
        }
        for row, words in file.notices
    ]


def readings(file: PurchaserFile, shown: Mapping[tuple[Any, str], Shown]) -> Row:
    """The offering document opened, in the order in which it was, and in which language first."""
    rows = [
        {
            "opened": when(row.at),
            "language": row.language,
            "version": str(row.version_id),
            "document": shown[row.version_id, row.language].name
            if (row.version_id, row.language) in shown
            else None,
        }
        for row in file.readings
    ]
    return {"first_language": rows[0]["language"] if rows else None, "opened": rows}


def answers(file: PurchaserFile) -> list[Row]:
    """Form 45-110F2 each time it was answered: the page statement by statement, as it was filled in
    for this person, the answer to each, and the place of the act in the trail.

    The statements are answered one by one and sent together: the instant of each is that one.
    """
    return [_answered(file, given) for given in file.acknowledgements]


def _answered(file: PurchaserFile, given: RiskAcknowledgement) -> Row:
    language: Language = "en" if given.language == "en" else "fr"
    kind, on = file.offering.portal.kind, portal_day(file.offering.portal, given.at)
    shown = file.answered(given).shelf
    rows = (shown or file.shelf).statements_of(FORM, language, on, kind)
    place = next(
        (
            act.entry.position
            for act in file.acts
            if act.entry.action == ACKNOWLEDGED
            and act.entry.at == given.at
            and act.entry.payload.get("answers") == given.answers
        ),
        None,
    )
    told: Row = {} if place is None else {"position": place}
    return told | {
        "form": FORM,
        "language": language,
        "version": str(given.version_id),
        "answered": when(given.at),
        "answers": given.answers,
        "used_by": None if given.used_by is None else str(given.used_by),
        "statements_digest": given.statements_digest,
        "words_are_those_of_the_digest": shown is not None,
        "page": [
            {
                "id": row.id,
                "item": row.item,
                "kind": row.kind,
                "words": words,
                "grade": Grade(row.grade).value,
                **(
                    {"answer": given.answers.get(row.id), "at": when(given.at)}
                    if row.answered
                    else {}
                ),
            }
            for row, words in filled_in(rows, file.offering, file.person, language)
        ],
    }


def advice(file: PurchaserFile) -> list[Row]:
    """A registered dealer's word on whether the offering suits this person."""
    used = None if file.bought is None else file.bought.advice_id
    return [
        {
            "dealer": row.dealer,
            "registration": row.registration,
            "suitable": row.suitable,
            "given": when(row.given_at),
            "used": row.pk == used,
        }
        for row in file.advised
    ]


def agreement(file: PurchaserFile) -> Row:
    """The subscription, or that there is none, and how it ended."""
    bought = file.bought
    told: Row = {
        "outcome": outcome(file),
        "offering": str(file.offering.pk),
        "issuer": file.offering.issuer.name,
        "portal": file.offering.portal.name,
        "subscription": None,
    }
    if bought is None:
        return told
    return told | {
        "subscription": str(bought.pk),
        "state": bought.state,
        "units": bought.units,
        "amount": f"{bought.amount:.2f}",
        "paid": f"{bought.paid:.2f}",
        "residence": bought.province,
        "insider": bought.insider,
        "version": str(bought.version_id),
        "agreed": when(bought.agreed_at),
        "ended": None if bought.ended_at is None else when(bought.ended_at),
    }


def rights(file: PurchaserFile) -> list[Row]:
    """Each right of withdrawal as it was counted."""
    return [
        {
            "rule": row.rule,
            "from": when(row.from_at),
            "inputs": row.inputs,
            "counted": row.counted,
            "skipped": row.skipped,
            "last_day": row.ends_on.isoformat(),
            "ends": when(row.ends_at),
        }
        for row in file.rights
    ]


def money(file: PurchaserFile) -> list[Row]:
    """Every movement of this purchaser's money in the trust ledger, in CAD."""
    return [
        {
            "moved": when(row.entry.at),
            "kind": row.entry.kind,
            "account": row.account,
            "amount": f"{row.amount:.2f}",
            "correction": row.correction,
        }
        for row in file.postings
    ]


def events(file: PurchaserFile) -> list[Row]:
    """What the trail tells of this purchaser, in its order, each with its place in it."""
    return [
        {
            "position": act.entry.position,
            "at": plain(act.entry.at),
            "montreal": act.entry.at.astimezone(MONTREAL).isoformat(),
            "action": act.entry.action,
            "words": {language: wording(act.entry.action, language) for language in LANGUAGES},
            "by": act.entry.actor_role,
        }
        for act in file.acts
    ]


def judgements(file: PurchaserFile) -> list[Row]:
    """Every finding that an act rested on, with its sentence, its citation and its grade."""
    return [
        {
            "position": act.entry.position,
            "question": told.question,
            "on": told.on.isoformat(),
            "rulebook": told.rulebook,
            "findings": [
                {**plain_finding(row), "citation_fr": row.citation("fr")} for row in told.findings
            ],
        }
        for act in file.acts
        for told in act.judgements
    ]


def papers(shown: Sequence[Shown]) -> list[Row]:
    """The documents in the package, each with the digests of its bytes and of its frozen facts."""
    return [
        {
            "file": one.name,
            "kind": one.paper.kind,
            "language": one.paper.language,
            "issued": when(one.paper.issued_at),
            "sha256": one.paper.sha256,
            "facts_digest": one.paper.facts_digest,
            "template": one.paper.template,
            "own": one.paper.person_id is not None,
        }
        for one in shown
    ]


def software(file: PurchaserFile, shown: Sequence[Shown]) -> Row:
    """What wrote it all: the program, its template versions and the rulebooks that judged."""
    return {
        "program": "equity-compliance",
        "version": VERSION,
        "templates": sorted({one.paper.template for one in shown}),
        "rulebooks": sorted({row.rulebook for act in file.acts for row in act.judgements}),
        "statements": sorted(
            {
                row.statement_digest
                for row in file.entries_shown
                if statement_named(row.statement_digest, file.shelf) is not None
            }
        ),
    }


def when(at: datetime) -> dict[str, str]:
    """An instant in UTC, and as Montréal's clocks show it with their offset."""
    return {"utc": plain(at), "montreal": at.astimezone(MONTREAL).isoformat()}


def words_of(code: str) -> dict[str, str]:
    """A code in both languages."""
    return {language: term(code, language) for language in LANGUAGES}


def written(told: Any) -> bytes:
    """Data as a person can read it too."""
    return json.dumps(told, indent=1, ensure_ascii=False).encode() + b"\n"


def data_files(
    file: PurchaserFile, shown: Sequence[Shown], by_version: Mapping[tuple[Any, str], Shown]
) -> Iterator[tuple[str, Any]]:
    """Each data file by its name; what there is nothing to tell of is told as nothing, but for the
    advice and the money, which most purchasers have none of."""
    yield "agreement.json", agreement(file)
    yield "identity.json", identity(file)
    yield "entry-notice.json", notices(file)
    yield "readings.json", readings(file, by_version)
    yield "answers.json", answers(file)
    if file.advised:
        yield "advice.json", advice(file)
    yield "events.json", events(file)
    yield "judgements.json", judgements(file)
    yield "withdrawal.json", rights(file)
    if file.postings:
        yield "money.json", money(file)
    yield "documents.json", papers(shown)
    yield "software.json", software(file, shown)
