"""The evidence package as one PDF/A-3: a summary to read, with the package's files attached."""

import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any

from django.utils import translation
from django.utils.translation import gettext as _

from compliance import VERSION
from compliance.audit.tree.keys import verifier_keys
from compliance.rules.kernel.terms import term
from documents.attaching import Attachment, Relationship, with_attachments
from documents.facts.evidence import AnsweredRow, EventRow, EvidenceSummaryFacts, FileRow
from documents.facts.shared import Language
from documents.render import render
from equity.evidence.gathering import PurchaserFile
from equity.evidence.pages import OUTCOMES
from equity.evidence.saying import FORM, events, outcome
from equity.evidence.writing import Proof, Written
from equity.papers.common import head, local, subscription_ref
from equity.selectors.clock import portal_day
from equity.selectors.shown import filled_in
from investors.models import RiskAcknowledgement


def summary(file: PurchaserFile, package: IO[bytes], written: Written, proof: Proof) -> bytes:
    """The PDF of a package that was just written, in the person's language.

    Its pages only sum up: what counts is attached, with the portal's signature over it.
    """
    language: Language = "en" if file.person.language == "en" else "fr"
    facts = summary_facts(file, written, proof, language)
    with zipfile.ZipFile(package) as archive:
        attached = [
            Attachment(
                name,
                archive.read(name),
                _description(name, language),
                _relationship(name),
            )
            for name in archive.namelist()
        ]
    return with_attachments(render(facts.kind, facts).pdf, attached, at=proof.last.signed_at)


def summary_facts(
    file: PurchaserFile, written: Written, proof: Proof, language: Language
) -> EvidenceSummaryFacts:
    """What the summary says, in a language."""
    bought, offering = file.bought, file.offering
    version = offering.document if bought is None else bought.version
    subject = file.person.pk if bought is None else bought.pk
    with translation.override(language):
        given = _last(file)
        notice = file.notices[-1][1] if file.notices else ""
        return EvidenceSummaryFacts(
            **head("DP", subject, offering, version, language, proof.last.signed_at),
            purchaser=file.person.display_name,
            outcome=str(OUTCOMES[outcome(file)]),
            subscription=None if bought is None else subscription_ref(bought),
            identified=_rows(
                file,
                ((row.verified_at, term(row.method, language)) for row in file.identifications),
            ),
            notice=notice,
            notice_language=file.notices[-1][0].language if notice else "",
            shown=_rows(file, _shown(file, language)),
            answered_in="" if given is None else term(given.language, language),
            answers_language="" if given is None else given.language,
            answers=() if given is None else _answers(file, given),
            advice=_rows(file, _advice(file)),
            events=tuple(
                EventRow(
                    at=local(act.entry.at, offering.portal),
                    what=row["words"][language],
                    position=row["position"],
                )
                for act, row in zip(file.acts, events(file), strict=True)
            ),
            files=tuple(
                FileRow(name=name, sha256=digest) for name, digest in written.digests.items()
            ),
            entries=written.entries,
            size=written.size,
            listed=written.listed,
            key=verifier_keys()[0].text,
            program=f"equity-compliance {VERSION}",
        )


def _last(file: PurchaserFile) -> RiskAcknowledgement | None:
    """The answers that the agreement rests on; the last ones of somebody who bought nothing."""
    if file.bought is not None:
        return file.bought.acknowledgement
    return file.acknowledgements[-1] if file.acknowledgements else None


def _rows(file: PurchaserFile, told: Iterable[tuple[datetime, str]]) -> tuple[EventRow, ...]:
    portal = file.offering.portal
    return tuple(EventRow(at=local(at, portal), what=what) for at, what in told)


def _shown(file: PurchaserFile, language: Language) -> Iterable[tuple[datetime, str]]:
    found = [(row.at, _("The portal's entry notice")) for row in file.entries_shown]
    found += [
        (
            row.at,
            _("The offering document, in %(language)s")
            % {"language": term(row.language, language)},
        )
        for row in file.readings
    ]
    return sorted(found, key=lambda one: one[0])


def _advice(file: PurchaserFile) -> Iterable[tuple[datetime, str]]:
    for row in file.advised:
        says = _("suitable") if row.suitable else _("unsuitable")
        yield row.given_at, f"{row.dealer} ({row.registration})\u00a0– {says}"


def _answers(file: PurchaserFile, given: RiskAcknowledgement) -> tuple[AnsweredRow, ...]:
    """The statements in the words and the language that were shown, whatever that of the page."""
    portal = file.offering.portal
    spoken: Language = "en" if given.language == "en" else "fr"
    shelf = file.answered(given).shelf or file.shelf
    rows = shelf.statements_of(FORM, spoken, portal_day(portal, given.at), portal.kind)
    replies: dict[Any, str] = {True: "yes", False: "no"}
    return tuple(
        AnsweredRow(
            statement=row.id,
            text=words,
            reply=replies.get(given.answers.get(row.id), ""),
            at=local(given.at, portal),
        )
        for row, words in filled_in(rows, file.offering, file.person, spoken)
        if row.answered
    )


def _relationship(name: str) -> Relationship:
    if name.startswith("document-"):
        return "Source"
    return "Data" if name.endswith((".json", ".note", "trail.zip")) else "Supplement"


def _description(name: str, language: Language) -> str:
    french = language == "fr"
    if name.startswith("document-"):
        return "Document montré ou émis" if french else "Document shown or issued"
    if _relationship(name) == "Data":
        return "Donnée de preuve" if french else "Data of the evidence"
    return "Pour lire et vérifier" if french else "To read and to check"
