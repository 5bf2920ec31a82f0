"""Writing e-mails into the outbox: of an entry of the trail, or of a reminder."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from compliance.audit.models import Entry
from compliance.outbox.listening import Listened, listen
from compliance.outbox.services import Letter, enqueue
from compliance.rules.ni45_110 import duties
from documents.facts.shared import Language
from equity.mails.events import ACTIONS, To, events_of
from equity.mails.facts import duty_facts, member_facts, offering_facts, subscription_facts
from equity.mails.people import Recipient, issuer_people, officer_people, purchaser
from equity.mails.texts import Facts, compose
from equity.models import Duty, Issuer, Notice, Offering, Subscription

READER = "equity.mails"
_SUBSCRIPTION = "equity.subscription"
_ISSUER = "equity.issuer"


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
    facts: Callable[[Language], Facts]
    if entry.subject_type == _SUBSCRIPTION:
        subscription = Subscription.objects.select_related(
            "person", "offering__issuer", "offering__portal"
        ).get(pk=entry.subject_id)
        offering, person = subscription.offering, subscription.person

        def facts(language: Language) -> Facts:
            return subscription_facts(subscription, entry, language)
    elif entry.subject_type == _ISSUER:
        return _write_for_issuer(entry, at=at)
    else:
        offering = Offering.objects.select_related("issuer", "portal").get(pk=entry.subject_id)
        person = None

        def facts(language: Language) -> Facts:
            return offering_facts(offering, entry, language)

    written = 0
    for event in events_of(entry.action):
        if event.to is To.PURCHASER:
            assert person is not None
            people = purchaser(person)
        elif event.to is To.ISSUER:
            people = issuer_people(offering.issuer)
        else:
            people = officer_people(but=entry.actor_id if event.to is To.OTHER_OFFICERS else None)
        about = (entry.subject_type, entry.subject_id)
        written += post(event.code, entry.pk, about, people, facts, entry.at, at)
    return written


def _write_for_issuer(entry: Entry, *, at: datetime) -> int:
    """The e-mails of an entry about an issuer's people, to all of them as they are now."""
    issuer = Issuer.objects.get(pk=entry.subject_id)
    about = (entry.subject_type, entry.subject_id)

    def facts(language: Language) -> Facts:
        return member_facts(issuer, entry, language)

    return sum(
        post(event.code, entry.pk, about, issuer_people(issuer), facts, entry.at, at)
        for event in events_of(entry.action)
    )


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
