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

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from compliance.audit.services import Subject, subject_key
from compliance.casework import rules
from compliance.casework.models import CaseFlag
from compliance.casework.rules import casebook
from compliance.casework.services import raise_case
from compliance.outbox.listening import Listened, listen
from compliance.rules.kernel.findings import Finding
from compliance.rules.kernel.rulebook import Rulebook
from compliance.rules.kernel.zones import local_date, zone_of
from equity.models import Subscription
from equity.selectors import suspicions
from equity.selectors.clock import portal_day
from equity.selectors.suspicions import Alike
from investors.models import Person

READER = "equity.casework"
_PERSON, _SUBSCRIPTION = "investors.person", "equity.subscription"
_HOME = "QC"
"""Whose working days count where there is no portal yet."""
AT_MOST = 2000
"""How many entries one sweep asks about: the next round does not wait for a whole history."""


def raise_cases(*, at: datetime, done: Counter[str], from_the_start: bool = False) -> Listened:
    """Ask the rules about everything that happened and was not heard yet; ``done`` counts the flags
    that are new, by the code of their rule."""
    new: Counter[str] = Counter()

    def hear(entry: Entry) -> int:
        found = _HEARD[entry.action](entry.subject_id, at)
        fresh = [flag.code.replace(".", "_") for flag in found if flag.fresh]
        new.update(fresh)
        return len(fresh)

    heard = listen(
        reader=READER,
        actions=tuple(_HEARD),
        hear=hear,
        at=at,
        from_the_start=from_the_start,
        at_most=AT_MOST,
    )
    done.update(new)
    return heard


def ask_about_person(person_id: UUID, at: datetime) -> list[CaseFlag]:
    """The rules about one person: who shares the address, who may be the same person, whether a
    changed name is that of an insider. Returns the flags of what was found, those that were there
    already included."""
    person = Person.objects.get(pk=person_id)
    portal = suspicions.home_portal(person_id)
    province = _HOME if portal is None else portal.province
    book = casebook(local_date(at, zone_of(province)))
    flags: list[CaseFlag] = []
    if (there := suspicions.same_address(person)) is not None:
        finding = rules.shared_address(rules.Shared(there.persons), book)
        step = _grown(finding, "persons")
        flags += _raise(finding, (_PERSON, there.first), there.matter, step, province, at, there)
    for alike in suspicions.likenesses(person):
        finding = rules.near_match(rules.Likeness(alike.persons, alike.what), book)
        for pk in _not_raised(finding.code, alike):
            flags += _raise(finding, (_PERSON, pk), alike.matter, str(pk), province, at, alike)
    for subscription in suspicions.counted_of(person_id):
        book = casebook(portal_day(subscription.offering.portal, at))
        flags += _ask_whether_insider(subscription, book, at)
    return flags


def _not_raised(code: str, alike: Alike) -> list[UUID]:
    """Those who are like somebody recorded before them, and were not raised for it yet: whoever is
    heard of first, one flag for each but the first who was recorded."""
    raised = set(
        CaseFlag.objects.filter(code=code, matter=alike.matter).values_list("step", flat=True)
    )
    return [pk for pk in alike.some[1:] if str(pk) not in raised]


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
    first, offering = suspicions.first_of(subscription), subscription.offering
    return _raise(finding, first, f"insider:{first.pk}", "", offering.portal.province, at)


def _ask_about_limits(
    subscription: Subscription, on: date, book: Rulebook, at: datetime
) -> list[CaseFlag]:
    offering, person_id = subscription.offering, subscription.person_id
    province, person = offering.portal.province, (_PERSON, person_id)
    many = rules.under_limit_many(suspicions.purchases_of_offering(offering.pk, on), book)
    months = book.count("under_limit_months")
    one = rules.under_limit_one(suspicions.purchases_of_person(person_id, on, months=months), book)
    return [
        *_raise(many, offering, str(offering.pk), _grown(many, "near"), province, at),
        *_raise(one, person, str(person_id), _grown(one, "near"), province, at),
    ]


def _grown(finding: Finding, measure: str) -> str:
    """The step that the measure of a finding has reached; a matter has grown when it doubled."""
    if finding.met:
        return ""
    return str(rules.growth(finding.figures[measure], finding.figures["threshold"]))


def _raise(
    finding: Finding,
    subject: Subject,
    matter: str,
    step: str,
    province: str,
    at: datetime,
    alike: Alike | None = None,
) -> list[CaseFlag]:
    if finding.met:
        return []
    flag = raise_case(
        actor=SYSTEM,
        finding=finding,
        subject=subject,
        matter=matter,
        step=step,
        province=province,
        concerns=() if alike is None else alike.but(subject_key(subject)[1]),
        at=at,
    )
    return [flag]


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
        actor=SYSTEM,
        finding=rules.third_party(amount, casebook(on)),
        subject=subscription,
        matter=f"payment:{subscription.pk}",
        step=on.isoformat(),
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
