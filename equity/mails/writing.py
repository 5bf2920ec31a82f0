"""Writing e-mails into the outbox: of an entry of the trail, or of a reminder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from compliance.audit.models import Entry
from compliance.outbox.listening import Listened, listen
from compliance.outbox.services import Letter, enqueue
from compliance.rules.ni45_110 import duties
from documents.facts.shared import Language
from equity.mails.events import ACTIONS, To, events_of
from equity.mails.facts import (
    duty_facts,
    member_facts,
    offering_facts,
    person_facts,
    statement_facts,
    subscription_facts,
)
from equity.mails.people import Recipient, issuer_people, officer_people, purchaser, purchasers
from equity.mails.texts import Facts, compose
from equity.models import AnnualStatement, Duty, Issuer, Notice, Offering, Subscription
from equity.selectors.suspicions import home_portal
from investors.models import Person

READER = "equity.mails"
_SUBSCRIPTION, _PERSON, _ISSUER = "equity.subscription", "investors.person", "equity.issuer"
_STATEMENT = "equity.annualstatement"


def write_mails(*, at: datetime, from_the_start: bool = False) -> Listened:
    """Write the e-mails of every act that nobody was told of yet."""
    return listen(
        reader=READER,
        actions=ACTIONS,
        hear=lambda entry: write_for(entry, at=at),
        at=at,
        from_the_start=from_the_start,
    )


def write_for(entry: Entry, *, at: datetime) -> int:
    """Write the e-mails of one entry, in the caller's transaction; returns how many are new."""
    written = 0
    told = _told_of(entry)
    about = (entry.subject_type, entry.subject_id)
    for event in events_of(entry.action):
        people = told.people(event.to, entry)
        written += post(event.code, entry.pk, about, people, told.facts, entry.at, at)
    return written


@dataclass(frozen=True, slots=True)
class _Told:
    """What an entry is about: whom it concerns, and what can be said of it."""

    facts: Callable[[Language], Facts]
    person: Person | None = None
    offering: Offering | None = None
    issuer: Issuer | None = None

    def people(self, to: To, entry: Entry) -> list[Recipient]:
        """Who is told, by the line of the table."""
        if to in (To.PURCHASER, To.PERSON):
            assert self.person is not None
            return purchaser(self.person)
        if to is To.ISSUER and self.issuer is not None:
            return issuer_people(self.issuer, about=UUID(str(entry.payload["user"])))
        if to in (To.PURCHASERS, To.ISSUER):
            assert self.offering is not None
            if to is To.ISSUER:
                return issuer_people(self.offering.issuer)
            return purchasers(self.offering)
        return officer_people(but=entry.actor_id if to is To.OTHER_OFFICERS else None)


def _told_of(entry: Entry) -> _Told:
    if entry.subject_type == _PERSON:
        who = Person.objects.get(pk=entry.subject_id)
        home = home_portal(who.pk)
        return _Told(lambda language: person_facts(home, entry, language), person=who)
    if entry.subject_type == _ISSUER:
        issuer = Issuer.objects.get(pk=entry.subject_id)
        return _Told(lambda language: member_facts(issuer, entry, language), issuer=issuer)
    if entry.subject_type == _SUBSCRIPTION:
        mine = Subscription.objects.select_related(
            "person", "offering__issuer", "offering__portal"
        ).get(pk=entry.subject_id)
        return _Told(
            lambda language: subscription_facts(mine, entry, language), mine.person, mine.offering
        )
    if entry.subject_type == _STATEMENT:
        paper = AnnualStatement.objects.select_related("person", "issuer").get(pk=entry.subject_id)
        return _Told(lambda language: statement_facts(paper, language), person=paper.person)
    offering = Offering.objects.select_related("issuer", "portal").get(pk=entry.subject_id)
    return _Told(lambda language: offering_facts(offering, entry, language), offering=offering)


def write_reminder(notices: list[Notice], owed: list[Duty], *, at: datetime) -> int:
    """Write the one e-mail of reminders of one kind and due day, in the caller's transaction.

    A day that comes near is told to whom the duty binds; what is overdue, to the officers too.
    """
    first, kind = owed[0], notices[0].kind
    binds_issuer = duties.DUTIES[first.code].binds == "issuer" and first.offering is not None
    people: list[Recipient] = []
    if binds_issuer:
        assert first.offering is not None
        people += issuer_people(first.offering.issuer)
    if not binds_issuer or kind.endswith("overdue"):
        people += officer_people()
    text = kind.replace("confirmation_due", "duty_near").replace("confirmation_", "duty_")
    notice = min(notices, key=lambda one: one.pk)
    about = ("equity.duty", first.pk)
    return post(
        text,
        notice.pk,
        about,
        people,
        lambda language: duty_facts(owed, language),
        at,
        at,
    )


def post(
    text: str,
    cause_id: UUID,
    about: tuple[str, UUID],
    people: list[Recipient],
    facts: Callable[[Language], Facts],
    occurred_at: datetime,
    at: datetime,
    *,
    event: str = "",
) -> int:
    """Write one text to each recipient, in the caller's transaction; returns how many are new.

    ``event`` names what is told where one cause is told of more than once.
    """
    written = 0
    for one in people:
        subject, body = compose(text, one.languages, _named(facts, one.name))
        letter = Letter(one.id, one.to, ",".join(one.languages), subject, body)
        written += enqueue(
            letter,
            event=event or text,
            cause_id=cause_id,
            about=about,
            occurred_at=occurred_at,
            at=at,
        )
    return written


def _named(facts: Callable[[Language], Facts], name: str) -> Callable[[Language], Facts]:
    """The facts with how the recipient is called."""
    return lambda language: {**facts(language), "name": name}
