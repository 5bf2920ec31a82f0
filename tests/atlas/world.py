"""A world in which everything has happened once: the demonstration, and what its stories lack."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from allauth.mfa.models import Authenticator

from compliance.accounts.models import User
from compliance.accounts.roles import SYSTEM, Actor, Role
from compliance.accounts.selectors import staff_actor
from compliance.accounts.services import create_user, grant_role
from compliance.approvals.models import ApprovalRequest
from compliance.audit.models import Entry
from compliance.casework.models import Case, CaseEvidence
from compliance.casework.services import add_evidence
from compliance.scenarios.demonstrating import load
from compliance.scenarios.playing.world import mail_of
from compliance.web import clock
from documents.models import Document, WordingVersion
from documents.selectors import comparable_statements
from equity.models import Duty, Holding, Issuer, Offering, Portal, PortalChange, Subscription
from equity.selectors.money import payments_of
from equity.services import filing, portals, remarks
from equity.services.duties import file_duty
from equity.services.portal_changes import record_change
from equity.services.proofs import Upload
from equity.services.time import tick
from investors.models import Login, Person
from tests.papers.test_wording import confirm, put_in, resource
from tests.signing_in import give_passkey

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
"""A Tuesday morning in Montreal: the clock of every page of the atlas."""
ISSUERS = ("atelier", "erabliere", "ferme", "boulangerie", "costumerie")
"""A draft, one that waits for approval, one open, one being amended, one closed."""
STAFF, INVESTORS, EXAMINER = ("odile", "omar"), ("marie", "paul", "yasmine"), "examiner"


@dataclass(frozen=True, slots=True)
class World:
    """Who is there, by short name, and what the pages of the atlas are about."""

    users: dict[str, User]
    issuers: dict[str, Issuer]
    offerings: dict[str, Offering]
    """By the short name of the issuer."""
    persons: dict[str, Person]
    evidence: CaseEvidence
    change: PortalChange
    passkey: Authenticator

    @property
    def portal(self) -> Portal:
        return self.offerings["ferme"].portal

    def subscription(self, who: str, issuer: str) -> UUID:
        """What somebody subscribed in the offering of an issuer."""
        mine = Subscription.objects.filter(person=self.persons[who])
        return mine.filter(offering=self.offerings[issuer]).earliest("order").pk

    def holding(self, who: str) -> UUID:
        """The first securities that somebody holds."""
        return Holding.objects.filter(person=self.persons[who]).earliest("issued_on").pk

    def payment(self) -> list[UUID]:
        """A subscription of the open offering and a payment of it."""
        paid = self.offerings["ferme"].subscriptions.filter(paid__gt=0).earliest("order")
        return [paid.pk, payments_of(paid)[0].entry_id]

    def case(self, kind: str) -> UUID:
        """The case of a kind."""
        return Case.objects.filter(kind=kind).earliest("opened_at", "pk").pk

    def request(self) -> UUID:
        """A request that waits for a second person."""
        return ApprovalRequest.objects.filter(standing=True).earliest("asked_at").pk

    def entry(self) -> list[Any]:
        """The open offering and the place of an entry about it, with what was judged."""
        offering = self.offerings["ferme"].pk
        about = {"subject_id": offering, "action": "equity:offering:open"}
        return [offering, Entry.objects.filter(**about).earliest("position").position]

    def duty(self) -> UUID:
        """A duty of the closed offering that is not done."""
        open_ones = Duty.objects.filter(offering=self.offerings["costumerie"], done_at=None)
        return open_ones.earliest("due_on", "code", "jurisdiction").pk

    def principal(self) -> list[Any]:
        """A principal of the portal, and a language."""
        return [self.portal.pk, self.portal.principals.earliest("pk").pk, "en"]

    def document(self, **about: object) -> UUID:
        """A document."""
        return Document.objects.filter(**about).earliest("issued_at", "pk").pk

    def statement(self) -> str:
        """The digest of a prescribed statement that can be compared."""
        return next(iter(comparable_statements(NOW.date())))

    def put_in(self) -> str:
        """The digest of the words in force of a statement that a portal put in."""
        return WordingVersion.objects.exclude(confirmation=None).get().text_digest

    def words(self) -> UUID:
        """Words that were put in and wait for a second person."""
        return WordingVersion.objects.get(confirmation=None).pk


def still_clock() -> AbstractContextManager[object]:
    """The clock of the pages stands still at ``NOW``."""
    return patch.object(clock, "now", lambda: NOW)


def make_world() -> World:
    """Play the demonstration, let the sweeps run, and add what no story leaves: an examiner, a
    piece of evidence, a duty done with its proof, a change of the portal."""
    for _ in load(at=NOW):
        pass
    tick(at=NOW)
    users = {
        name: User.objects.get(email_index=mail_of(name)) for name in (*ISSUERS, *STAFF, *INVESTORS)
    }
    odile = staff_actor(users["odile"], Role.OFFICER)
    _words(odile, staff_actor(users["omar"], Role.OFFICER))
    users[EXAMINER] = _examiner()
    issuers = {name: Issuer.objects.get(members__user=users[name]) for name in ISSUERS}
    offerings = {name: issuer.offerings.get() for name, issuer in issuers.items()}
    _file_one(odile, offerings["costumerie"])
    portals.add_principal(
        actor=odile,
        portal_id=offerings["ferme"].portal_id,
        name="Solange Dufrêne (exemple)",
        at=NOW,
    )
    _remark(odile, issuers["erabliere"], offerings["erabliere"])
    return World(
        users=users,
        issuers=issuers,
        offerings=offerings,
        persons={name: Login.objects.get(user=users[name]).person for name in INVESTORS},
        evidence=add_evidence(
            actor=odile,
            case=Case.objects.get(kind="complaint"),
            kind="notice",
            name="Releve.pdf",
            content=b"%PDF-1.7 (sample)",
            at=NOW,
        ),
        change=record_change(
            actor=odile,
            portal_id=offerings["ferme"].portal_id,
            form="f3",
            what="Nouvelle adresse (exemple)",
            happened_on=date(2026, 11, 20),
            at=NOW,
        ).subject,
        passkey=give_passkey(users["omar"]),
    )


def _examiner() -> User:
    user = create_user(
        actor=SYSTEM,
        email="examinatrice@exemple.test",
        name="Élise Examinatrice",
        language="fr",
        password="erable-2026",
        at=NOW,
    )
    grant_role(actor=SYSTEM, user=user, role=Role.EXAMINER, at=NOW)
    return user


def _remark(actor: Actor, issuer: Issuer, offering: Offering) -> None:
    """A change is asked for and answered, and the offering is submitted once more."""
    asked = [
        ("5.1", "Précisez les droits de vote. (exemple)"),
        ("", "Relisez l'anglais. (exemple)"),
    ]
    remarks.ask_changes(actor=actor, offering_id=offering.pk, remarks=asked, at=NOW)
    owner = Actor(Role.ISSUER, issuer.pk, issuer.name)
    for remark in offering.remarks.all():
        remarks.answer_remark(actor=owner, remark_id=remark.pk, text="C'est fait.", at=NOW)
    certifier = {"name": "Aline Roy", "position": "Présidente"}
    filing.certify(actor=owner, offering_id=offering.pk, certifier=certifier, at=NOW)
    filing.submit(actor=owner, offering_id=offering.pk, at=NOW)


def _words(asks: Actor, approves: Actor) -> None:
    """One statement in words that two people confirmed, another in words that wait for a second."""
    new = "Les titres que vous achetez ne peuvent être revendus librement. (exemple)"
    (request,) = put_in(asks, resource({"P7": new}), at=NOW).asked
    confirm(approves, request, at=NOW)
    put_in(asks, resource({"P10": "Le présent document ne trompe personne. (exemple)"}), at=NOW)


def _file_one(actor: Actor, offering: Offering) -> None:
    duty = Duty.objects.filter(offering=offering, done_at=None).order_by("-due_on").first()
    assert duty is not None
    file_duty(
        actor=actor,
        offering_id=offering.pk,
        code=duty.code,
        jurisdiction=duty.jurisdiction,
        reference="SEDAR+ 0001",
        file=Upload(name="preuve.pdf", content=b"%PDF-1.7 (sample)"),
        at=NOW,
    )
