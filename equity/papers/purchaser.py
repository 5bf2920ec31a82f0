"""The papers of one purchaser before the closing."""

from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from compliance.rules.kernel.money import ZERO, cad
from compliance.rules.ni45_110.book import rulebook
from documents.facts import (
    AdviceFacts,
    AmendmentNoticeFacts,
    ChangeRow,
    Facts,
    RiskAcknowledgementFacts,
    RiskAnswer,
    SubscriptionAgreementFacts,
    WithdrawalNoticeFacts,
)
from documents.facts.purchaser import QUESTIONS
from documents.facts.shared import Language
from documents.models import Document
from documents.services import first_document
from documents.shelf import Known, known_by
from equity.changes import changes
from equity.models import Duty, Offering, Subscription, Version
from equity.papers.common import (
    document_ref,
    freeze,
    head,
    languages_for,
    local,
    marked,
    person_facts,
    subscription_ref,
)
from equity.papers.security import security_facts
from equity.selectors.clock import portal_day
from equity.words import ENGLISH, FRENCH
from investors.models import Advice, RiskAcknowledgement


def issue_risk_acknowledgement(
    offering: Offering, acknowledgement: RiskAcknowledgement, standing: Known, *, at: datetime
) -> None:
    """Issue Form 45-110F2 as it was answered, in the language and the words in which it was shown:
    those of ``standing``.

    One serves one agreement (W-13), so a later one does not take the place of one before.
    """
    version, person = offering.in_force, acknowledgement.person
    assert version is not None
    language: Language = FRENCH if acknowledgement.language == FRENCH else ENGLISH
    answered_at = local(acknowledgement.at, offering.portal)
    facts = RiskAcknowledgementFacts(
        **head("RR", person.pk, offering, version, language, at),
        purchaser=person_facts(person, language),
        security=security_facts(version, language),
        offering_document=document_ref(version, offering.portal),
        answers=tuple(
            RiskAnswer(
                statement=one, yes=acknowledgement.answers[one] is True, answered_at=answered_at
            )
            for one in QUESTIONS[offering.portal.kind]
            if one in acknowledgement.answers
        ),
        signed_at=answered_at,
    )
    freeze(
        facts,
        offering=offering,
        subject=("investors.person", person.pk),
        person=person,
        at=at,
        supersedes=False,
        standing=standing,
    )


def subscription_agreement(
    subscription: Subscription, confirmations: int, *, at: datetime
) -> list[Document]:
    """The agreement that is being concluded, in each language of the purchaser; not yet saved.

    ``confirmations`` is the mark of the confirmations of wording there are, as just read.
    """
    offering, version = subscription.offering, subscription.version
    assert offering.last_day is not None
    book = rulebook(portal_day(offering.portal, at))
    advised = subscription.advice is not None
    limit = book.amount("purchaser_limit_advised" if advised else "purchaser_limit")
    papers = []
    for language in languages_for(subscription.person):
        known = _Marks(
            version.pk,
            offering.portal.kind,
            language,
            portal_day(offering.portal, at),
            advised,
            confirmations,
        )
        facts = SubscriptionAgreementFacts(
            **_parties("CS", subscription, version, language, at),
            **_marks.get(known, _NOTHING),
            offering_document=document_ref(version, offering.portal),
            minimum=cad(version.minimum),
            maximum=cad(version.maximum),
            last_day=offering.last_day,
            right_ends_on=subscription.right_ends_on,
            limit=limit,
            refund_business_days=book.count("refund_business_days"),
            distribution_days=book.count("distribution_days"),
            trust_institution=offering.portal.trust_institution,
            advice=_advice(subscription.advice, offering),
        )
        paper = first_document(
            facts=facts if known in _marks else _remembered(known, facts),
            offering_id=offering.pk,
            subject=("equity.subscription", subscription.pk),
            person_id=subscription.person_id,
            at=at,
        )
        papers.append(paper)
    return papers


class _Marks(NamedTuple):
    """What decides which prescribed statements an agreement prints, in which words, and which of
    them nobody has confirmed.

    Who buys how much does not: the kind of security, of portal and of purchase does, and the day.
    Confirmations are never taken back, so their mark tells whether any came since.
    """

    version_id: UUID
    portal_kind: str
    language: Language
    on: date
    advised: bool
    confirmations: int


_NOTHING: dict[str, Any] = {}
_marks: dict[_Marks, dict[str, Any]] = {}


def _remembered(known: _Marks, facts: SubscriptionAgreementFacts) -> Facts:
    """The facts with their words and draft marks, which the next agreements like it will know at
    once."""
    found = marked(facts, known_by(known.confirmations))
    if len(_marks) >= 1000:
        _marks.clear()
    _marks[known] = {"wording": found.wording, "unconfirmed": found.unconfirmed}
    return found


def issue_withdrawal_notice(
    subscription: Subscription, *, sent: datetime, at: datetime, duty: Duty | None, by_letter: bool
) -> None:
    """Issue the notice that confirms a withdrawal."""
    offering = subscription.offering
    for language in languages_for(subscription.person):
        facts = WithdrawalNoticeFacts(
            **_parties("AR", subscription, subscription.version, language, at),
            sent_at=local(sent, offering.portal),
            recorded_at=local(at, offering.portal),
            channel="letter" if by_letter else "portal",
            right_ended_on=subscription.right_ends_on,
            refund=ZERO if duty is None else cad(duty.amount),
            refund_due_on=None if duty is None else duty.due_on,
        )
        _freeze(facts, subscription, at)


def issue_amendment_notice(
    subscription: Subscription, before: Version, version: Version, *, at: datetime
) -> None:
    """Issue the notice of an amendment, with what changed item by item. The notice of an earlier
    amendment stays beside it."""
    portal = subscription.offering.portal
    for language in languages_for(subscription.person):
        facts = AmendmentNoticeFacts(
            **_parties("AM", subscription, version, language, at),
            before=document_ref(before, portal),
            after=document_ref(version, portal),
            what=version.what,
            changes=tuple(
                ChangeRow(item=item, before=old, after=new)
                for item, old, new in changes(before, version, language)
            ),
            sent_at=local(at, portal),
            right_ends_on=subscription.right_ends_on,
        )
        _freeze(facts, subscription, at, supersedes=False)


def _parties(
    prefix: str, subscription: Subscription, version: Version, language: Language, at: datetime
) -> dict[str, Any]:
    """What every paper of a subscription says; the security is that of the given version."""
    return {
        **head(prefix, subscription.pk, subscription.offering, version, language, at),
        "purchaser": person_facts(subscription.person, language),
        "security": security_facts(version, language),
        "subscription": subscription_ref(subscription),
    }


def _freeze(
    facts: Facts, subscription: Subscription, at: datetime, *, supersedes: bool = True
) -> None:
    freeze(
        facts,
        offering=subscription.offering,
        subject=("equity.subscription", subscription.pk),
        person=subscription.person,
        at=at,
        supersedes=supersedes,
    )


def _advice(advice: Advice | None, offering: Offering) -> AdviceFacts | None:
    """The advice that raised the limit. The category is that which the reference names; a
    reference that names none is taken for an exempt market dealer's, the narrower of the two."""
    if advice is None:
        return None
    told = advice.registration.casefold()
    investment = any(mark in told for mark in ("investment", "placement", "ocri", "ciro"))
    category: Literal["investment_dealer", "exempt_market_dealer"] = (
        "investment_dealer" if investment else "exempt_market_dealer"
    )
    return AdviceFacts(
        dealer=advice.dealer,
        registration=category,
        given_on=portal_day(offering.portal, advice.given_at),
        reference=advice.registration,
    )
