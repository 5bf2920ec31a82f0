"""What a purchaser receives: Form 45-110F2, the agreement, the notices and the confirmation."""

from typing import Any

from documents.facts import (
    AmendmentNoticeFacts,
    PurchaserConfirmationFacts,
    RiskAcknowledgementFacts,
    RiskAnswer,
    SubscriptionAgreementFacts,
    WithdrawalNoticeFacts,
)
from documents.facts.purchaser import QUESTIONS
from documents.paper.parts import (
    document_text,
    party_rows,
    person_lines,
    portal_lines,
    row,
    security_rows,
    security_title,
    subscription_rows,
)
from documents.paper.words import Words, fill

SECTIONS = (
    ("F2.1", ("R1", "R2", "R3", "R4")),
    ("F2.2", ("R5", "R6")),
    ("F2.3", ("R7",)),
    ("F2.4", ("R8", "R9")),
)
"""The answered sections of Form 45-110F2, in the order of the form."""


def risk_acknowledgement(words: Words, facts: RiskAcknowledgementFacts) -> dict[str, Any]:
    """Form 45-110F2 as it was answered, every statement with its answer and the time of it."""
    answers = {answer.statement: answer for answer in facts.answers}
    title = words.prescribed("F2.T")
    name = words.prescribed("H1", issuer=facts.issuer.name)
    kind = words.prescribed("H2", security=words.label(f"securities.{facts.security.kind}"))
    warning = words.prescribed("R0")
    sections = [
        {
            "heading": words.prescribed(heading),
            "rows": [
                {**run_in(words.prescribed(one)), **reply(words, answers.get(one))}
                for one in ids
                if one in QUESTIONS[facts.portal.kind]
            ],
        }
        for heading, ids in SECTIONS
    ]
    return {
        "form_title": title,
        "issuer_line": name,
        "security_line": kind,
        "warning": run_in(warning, ": "),
        "sections": sections,
        "met": facts.met,
        "signature_name": words.prescribed("S1", name=facts.purchaser.name),
        "signature_words": words.prescribed(
            "R10", button=words.label("risk_acknowledgement.button")
        ),
        "signed_at": words.instant(facts.signed_at),
        "more_heading": words.prescribed("F2.5"),
        "more": [
            words.prescribed("R11", notice_address=facts.portal.email),
            words.prescribed("R12"),
            *([words.prescribed("R13")] if facts.portal.kind == "dealer" else []),
        ],
        "document": document_text(words, facts.offering_document),
        "portal": portal_lines(words, facts),
    }


def reply(words: Words, answer: RiskAnswer | None) -> dict[str, str]:
    """An answer as it is printed: its box and word, and when it was given."""
    if answer is None:
        return {"reply": words.label("risk_acknowledgement.unanswered"), "at": "", "style": "no"}
    said = words.label("common.yes" if answer.yes else "common.no")
    return {
        "reply": f"{'☑' if answer.yes else '✗'} {said}",
        "at": words.instant(answer.answered_at),
        "style": "yes" if answer.yes else "no",
    }


def run_in(text: str, mark: str = "– ") -> dict[str, str]:
    """A statement with its run-in heading apart: "Risk of loss – Do you understand ..."."""
    head, found, tail = text.partition(mark)
    if not found:
        return {"head": "", "text": text}
    return {"head": head + found.strip(), "text": tail}


def subscription_agreement(words: Words, facts: SubscriptionAgreementFacts) -> dict[str, Any]:
    """The agreement between purchaser and issuer."""
    rows = subscription_rows(words, facts.security, facts.subscription)
    rows += [
        row(words.label("subscription_agreement.last_day"), words.day(facts.last_day)),
        row(words.label("subscription_agreement.limit"), words.cad(facts.limit)),
    ]
    if facts.advice is not None:
        rows.append(row(words.label("subscription_agreement.advice"), advice_line(words, facts)))
    return {
        "parties": party_rows(words, facts, facts.purchaser),
        "rows": rows,
        "right": right_box(
            words,
            words.label("subscription_agreement.right_until"),
            words.day(facts.right_ends_on),
            words.label("subscription_agreement.how", email=facts.portal.email),
        ),
        "clauses": clauses(words, facts),
        "security_title": security_title(words, facts.security),
        "security_rows": security_rows(words, facts.security),
        "resale": words.prescribed("P7"),
        "withdrawal": words.prescribed("P9"),
        "signed": words.label(
            "subscription_agreement.signed",
            name=facts.purchaser.signatory or facts.purchaser.name,
            at=words.instant(facts.subscription.agreed_at),
        ),
    }


def advice_line(words: Words, facts: SubscriptionAgreementFacts) -> str:
    """The advice that raised the limit."""
    advice = facts.advice
    if advice is None:
        return ""
    return words.label(
        "subscription_agreement.advice_line",
        on=words.day(advice.given_on),
        dealer=advice.dealer,
        registration=words.label(f"registrations.{advice.registration}"),
        reference=f" ({advice.reference})" if advice.reference else "",
    )


def clauses(words: Words, facts: SubscriptionAgreementFacts) -> list[dict[str, str]]:
    """The terms of the agreement, ours, with its figures filled in."""
    ref = facts.subscription
    institution = f" ({facts.trust_institution})" if facts.trust_institution else ""
    figures = {
        "units": words.number(ref.units),
        "designation": facts.security.designation,
        "price": words.cad(ref.price),
        "total": words.cad(ref.total),
        "reference": facts.offering_document.reference,
        "version": str(facts.offering_document.version),
        "institution": institution,
        "right_ends_on": words.day(facts.right_ends_on),
        "minimum": words.cad(facts.minimum),
        "maximum": words.cad(facts.maximum),
        "last_day": words.day(facts.last_day),
        "limit": words.cad(facts.limit),
        "refund_business_days": words.number(facts.refund_business_days),
        "distribution_days": words.number(facts.distribution_days),
    }
    return [
        {
            "number": str(number),
            "heading": words.set(clause["heading"]),
            "text": words.set(fill(clause["text"], figures)),
        }
        for number, clause in enumerate(words.labels["subscription_agreement"]["clause"], start=1)
    ]


def right_box(words: Words, sentence: str, day: str, how: str) -> dict[str, str]:
    """The box that says until when one may cancel."""
    return {
        "title": words.label("subscription_agreement.right_title"),
        "sentence": sentence,
        "day": day,
        "how": how,
    }


def withdrawal_notice(words: Words, facts: WithdrawalNoticeFacts) -> dict[str, Any]:
    """Confirms the withdrawal and says what is refunded, and when at the latest."""
    label = words.label
    rows = subscription_rows(words, facts.security, facts.subscription)
    refund = label("withdrawal_notice.no_refund")
    if facts.refund_due_on is not None:
        on = words.day(facts.refund_due_on)
        refund = label("withdrawal_notice.refund_line", refund=words.cad(facts.refund), on=on)
    return {
        "lead": label("withdrawal_notice.lead"),
        "body": label("withdrawal_notice.body"),
        "address": person_lines(words, facts.purchaser),
        "rows": rows,
        "notice_rows": [
            row(label("withdrawal_notice.sent_at"), words.instant(facts.sent_at)),
            row(label("withdrawal_notice.recorded_at"), words.instant(facts.recorded_at)),
            row(label("withdrawal_notice.channel"), label(f"withdrawal_notice.{facts.channel}")),
            row(label("withdrawal_notice.right_ended"), words.day(facts.right_ended_on)),
        ],
        "refund": words.cad(facts.refund) if facts.refund_due_on else "",
        "refund_due": words.day(facts.refund_due_on) if facts.refund_due_on else "",
        "refund_line": refund,
        "again": label("withdrawal_notice.again"),
        "portal": portal_lines(words, facts),
    }


def amendment_notice(words: Words, facts: AmendmentNoticeFacts) -> dict[str, Any]:
    """What changed, item by item, and until when the right of withdrawal is open again."""
    label = words.label
    return {
        "lead": label("amendment_notice.lead"),
        "address": person_lines(words, facts.purchaser),
        "what": words.paragraphs(facts.what),
        "changes": [
            {
                "item": change.item,
                "before": words.paragraphs(change.before)
                if change.before
                else [label("amendment_notice.nothing_before")],
                "after": words.paragraphs(change.after)
                if change.after
                else [label("amendment_notice.nothing_after")],
            }
            for change in facts.changes
        ],
        "rows": subscription_rows(words, facts.security, facts.subscription),
        "before": document_text(words, facts.before),
        "after": document_text(words, facts.after),
        "sent_at": words.instant(facts.sent_at),
        "right": right_box(
            words,
            label("amendment_notice.right_until"),
            words.day(facts.right_ends_on),
            label("amendment_notice.how", email=facts.portal.email),
        ),
        "withdrawal": words.prescribed("P9"),
        "no_action": label("amendment_notice.no_action"),
        "portal": portal_lines(words, facts),
    }


def purchaser_confirmation(words: Words, facts: PurchaserConfirmationFacts) -> dict[str, Any]:
    """The confirmation after the closing; with the written notice N2 where there is no
    certificate."""

    def label(name: str) -> str:
        return words.label(f"purchaser_confirmation.{name}")

    ref = facts.subscription
    notice = ""
    if not facts.certificate:
        legend = words.prescribed("N1", distribution_date=words.day(facts.distributed_on))
        notice = words.prescribed("N2", legend=legend)
    return {
        "lead": label("lead"),
        "address": person_lines(words, facts.purchaser),
        "rows": [
            row(words.label("common.subscription"), words.set(ref.reference)),
            row(label("subscribed_on"), words.day(ref.agreed_at.date())),
            row(label("closed_on"), words.day(facts.closed_on)),
            row(label("quantity"), words.number(ref.units)),
            row(label("description"), words.set(facts.security.designation)),
            row(label("price"), words.cad(ref.price)),
            row(label("total"), words.cad(ref.total)),
            row(label("portal_fee"), words.cad(facts.portal_fee)),
            row(label("certificate"), words.set(facts.certificate) or label("no_certificate")),
        ],
        "issuer": words.set(facts.issuer.name),
        "notice": notice,
        "enclosed": words.label(
            "purchaser_confirmation.enclosed",
            document=document_text(words, facts.offering_document),
        ),
        "keep": label("keep"),
        "total": words.cad(ref.total),
        "quantity": words.number(ref.units),
        "designation": words.set(facts.security.designation),
        "portal": portal_lines(words, facts),
    }
