"""Cases that rules raise, found in the audit trail and never sent.

A person who registers or changes, a subscription, new principals or accounts of an issuer: each
leaves its entry, and a reader of the trail asks the rules about what the entry concerns. So the
work follows the news, not the size of the register; what is raised is raised once by the constraint
of its flag; and a sweep that dies leaves the entry to the next one.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from compliance.audit.models import Entry
from compliance.audit.services import Subject
from compliance.casework import rules
from compliance.casework.models import CaseFlag
from compliance.casework.rules import casebook
from compliance.casework.services import raise_case
from compliance.outbox.listening import Listened, listen
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.zones import local_date, zone_of
from equity.models import Offering, Subscription
from equity.selectors import suspicions
from equity.selectors.clock import portal_day
from equity.selectors.suspicions import Alike
from investors.models import Person

READER = "equity.casework"
_PERSON, _SUBSCRIPTION = "investors.person", "equity.subscription"
_HOME = "QC"
"""Whose working days count where there is no portal yet."""


def raise_cases(*, at: datetime, done: Counter[str], from_the_start: bool = False) -> Listened:
    """Ask the rules about everything that happened and was not heard yet; ``done`` counts the flags
    that are new, by the code of their rule."""

    new: dict[int, str] = {}

    def hear(entry: Entry) -> int:
        found = [
            flag for flag in _HEARD[entry.action](entry.subject_id, at) if flag.raised_at == at
        ]
        fresh = {flag.pk: flag.code for flag in found if flag.pk not in new}
        new.update(fresh)
        return len(fresh)

    heard = listen(
        reader=READER, actions=tuple(_HEARD), hear=hear, at=at, from_the_start=from_the_start
    )
    done.update(code.replace(".", "_") for code in new.values())
    return heard


def ask_about_person(person_id: UUID, at: datetime) -> list[CaseFlag]:
    """The rules about one person: who shares the address, who may be the same person. Returns the
    flags of what was found, those that were there already included."""
    person = Person.objects.get(pk=person_id)
    portal = suspicions.home_portal(person_id)
    province = _HOME if portal is None else portal.province
    book = casebook(local_date(at, zone_of(province)))
    flags: list[CaseFlag] = []
    if (there := suspicions.same_address(person)) is not None:
        finding = rules.shared_address(rules.Shared(there.persons), book)
        flags += _raise_alike(there, finding, book.count("persons_at_one_address"), province, at)
    for alike in suspicions.likenesses(person):
        finding = rules.near_match(rules.Likeness(alike.persons, alike.what), book)
        flags += _raise_alike(alike, finding, 2, province, at)
    return flags


def _raise_alike(
    alike: Alike, finding: Finding, threshold: int, province: str, at: datetime
) -> list[CaseFlag]:
    """About the first of those who are alike, so that all of them are one matter."""
    if finding.met:
        return []
    step = rules.growth(alike.persons, threshold)
    return [
        raise_case(
            finding=finding,
            subject=(_PERSON, alike.first),
            cause=f"{alike.matter}:{step}",
            related=[(_PERSON, other) for other in alike.others],
            province=province,
            at=at,
        )
    ]


def ask_about_subscription(subscription_id: UUID, at: datetime) -> list[CaseFlag]:
    """The rules about one subscription: an insider's, and amounts just under a limit."""
    subscription = Subscription.objects.select_related("offering__portal", "person").get(
        pk=subscription_id
    )
    on = portal_day(subscription.offering.portal, at)
    book = casebook(on)
    flags = _ask_whether_insider(subscription, book, at)
    own = suspicions.purchase_in(subscription.offering_id, subscription.person_id, on)
    if own is not None and rules.just_under(own, book):
        flags += _ask_about_limits(subscription, on, book, at)
    return flags


def _ask_whether_insider(
    subscription: Subscription, book: Rulebook, at: datetime
) -> list[CaseFlag]:
    finding = rules.insider(suspicions.ties(subscription), book)
    first = suspicions.first_of(subscription)
    related = ((_PERSON, first.person_id),)
    return _raise(finding, first, "insider", subscription.offering, at, related)


def _ask_about_limits(
    subscription: Subscription, on: date, book: Rulebook, at: datetime
) -> list[CaseFlag]:
    offering, person_id = subscription.offering, subscription.person_id
    many = rules.under_limit_many(suspicions.purchases_of_offering(offering.pk, on), book)
    bought = suspicions.purchases_of_person(person_id, on, months=book.count("under_limit_months"))
    one = rules.under_limit_one(bought, book)
    return [
        *_raise(many, offering, _grown(many), offering, at),
        *_raise(one, (_PERSON, person_id), _grown(one), offering, at),
    ]


def _grown(finding: Finding) -> str:
    if finding.met:
        return ""
    return str(rules.growth(finding.figures["near"], finding.figures["threshold"]))


def _raise(
    finding: Finding,
    subject: Subject,
    cause: str,
    offering: Offering,
    at: datetime,
    related: tuple[tuple[str, UUID], ...] = (),
) -> list[CaseFlag]:
    if finding.met:
        return []
    province = offering.portal.province
    return [
        raise_case(
            finding=finding,
            subject=subject,
            cause=cause,
            related=related,
            province=province,
            at=at,
        )
    ]


def ask_about_issuer(issuer_id: UUID, at: datetime) -> list[CaseFlag]:
    """Whether somebody who already subscribed turns out to be an insider of the issuer."""
    flags: list[CaseFlag] = []
    for subscription in suspicions.tied_subscriptions(issuer_id):
        book = casebook(portal_day(subscription.offering.portal, at))
        flags += _ask_whether_insider(subscription, book, at)
    return flags


def report_third_party(subscription: Subscription, amount: Decimal, at: datetime) -> CaseFlag:
    """Raise that a payment from a third party was tried and refused: once a day and subscription,
    since a second press says nothing that the first did not."""
    portal = subscription.offering.portal
    on = portal_day(portal, at)
    return raise_case(
        finding=rules.third_party(amount, casebook(on)),
        subject=subscription,
        cause=on.isoformat(),
        related=((_PERSON, subscription.person_id),),
        province=portal.province,
        at=at,
    )


_HEARD: dict[str, Callable[[UUID, datetime], list[CaseFlag]]] = {
    "investors:person:register": ask_about_person,
    "investors:person:update": ask_about_person,
    "equity:subscription:subscribe": ask_about_subscription,
    "equity:issuer:principals": ask_about_issuer,
    "equity:issuer:add_member": ask_about_issuer,
}
"""Which acts are news to the rules, and which question each of them asks."""
