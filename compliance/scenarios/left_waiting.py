"""What the demonstration leaves waiting: an officer finds work, and an investor an answer to give.

No story tells it, because the format of the stories has no words for it. It is done through the
same services as the pages do it, by the people of the stories.
"""

from datetime import datetime

from django.db import transaction

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor
from compliance.casework.models import Case
from compliance.casework.services import ask_question, assign_case
from compliance.scenarios.playing.samples import MARK, sample_place
from compliance.scenarios.playing.world import mail_of
from equity import moves
from equity.models import Offering, Subscription
from equity.services import bank_details
from equity.services.asking import ask_desk
from investors import services as investors
from investors.models import Login, Person

_QUESTION = "Les parts peuvent-elles être rachetées avant cinq ans?"
_COMPLAINT = "My refund came two weeks after you told me that it would."
_ASKED_BACK = "On which day did the money reach your account? The statement of your bank shows it."


@transaction.atomic
def leave_waiting(*, at: datetime) -> None:
    """Leave four things to do, once, whole or not at all: a question of Marie's, a complaint of
    Paul's that waits for what he is asked, a file so like Marie's that a rule raises a case, and
    the account of an issuer that waits for a second officer."""
    marie, paul = _person("marie"), _person("paul")
    if Case.objects.filter(kind="question", opened_by=marie.pk).exists():
        return
    odile = staff_actor(User.objects.get(email_index=mail_of("odile")), Role.OFFICER)
    _ask(marie, at)
    _complain(paul, odile, at)
    _register_likeness(marie, at)
    _propose_account(odile, at)


def _person(name: str) -> Person:
    return Login.objects.select_related("person").get(user__email_index=mail_of(name)).person


def _investor(person: Person) -> Actor:
    return Actor(Role.INVESTOR, person.pk, person.display_name)


def _ask(person: Person, at: datetime) -> None:
    offering = Offering.objects.get(state=moves.OPEN)
    ask_desk(
        actor=_investor(person), kind="question", text=_QUESTION, offering_id=offering.pk, at=at
    )


def _complain(person: Person, odile: Actor, at: datetime) -> None:
    row = Subscription.objects.get(person=person, offering__state=moves.FAILED)
    case = ask_desk(
        actor=_investor(person),
        kind="complaint",
        text=_COMPLAINT,
        offering_id=row.offering_id,
        subscription_id=row.pk,
        at=at,
    )
    assign_case(actor=odile, case=case, to=odile.id, at=at)
    ask_question(
        actor=odile,
        case=case,
        text=_ASKED_BACK,
        asked_of="investor",
        asked_of_id=person.pk,
        at=at,
    )


def _register_likeness(person: Person, at: datetime) -> None:
    investors.register_person(
        actor=SYSTEM,
        at=at,
        kind=person.kind,
        language="fr",
        province="QC",
        born=person.born,
        first_name="Marie-Ève",
        family_name=person.family_name,
        email=mail_of("marie-eve"),
        **sample_place(Person.objects.count()),
    )


def _propose_account(odile: Actor, at: datetime) -> None:
    issuer = Offering.objects.select_related("issuer").get(state=moves.CLOSED).issuer
    account = bank_details.propose_account(
        actor=Actor(Role.ISSUER, issuer.pk, issuer.name),
        issuer_id=issuer.pk,
        institution="815",
        transit="12345",
        number="1234567",
        holder=f"{issuer.name} {MARK['fr']}",
        at=at,
    ).subject
    bank_details.ask_account(actor=odile, account_id=account.pk, at=at)
