"""A purchaser's evidence package for each way in which it can end, made through the services.

Two offerings are enough for all of them, since making an offering document costs a second.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from compliance.rules.wording.wording import risk_statements
from equity.evidence.gathering import PurchaserFile
from equity.evidence.saying import outcome
from equity.evidence.summary import summary, summary_facts
from equity.evidence.writing import (
    Proof,
    Written,
    evidence_about,
    evidence_about_person,
    write_package,
)
from equity.models import Subscription
from equity.services import life, money, subscribing
from equity.services.time import settle
from investors.models import Person
from tests import factories as f

PRINTED = ("completed", "withdrawn")
"""Endings whose PDF is made: one in French, one in English."""
AFTER = f.CLOSED + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A package, what it holds, and the same as a PDF where it was made."""

    data: bytes
    written: Written
    again: bytes
    """The package, written once more."""
    pdf: bytes
    subject: str
    """The id of the subscription, or of the person who bought nothing."""


def every_ending() -> dict[str, Made]:
    """A package for each way in which it can end."""
    return {**closing_offering(), "released": released()}


def closing_offering() -> dict[str, Made]:
    """What an offering that closes leaves of five people."""
    made: dict[str, Made] = {}
    cast = f.open_offering()
    owner = f.make_person()
    f.advised(cast, owner)
    row = f.subscribed(cast, owner, units=40)
    made["agreed"] = of_subscription(row, f.OPENED)
    late = person("Basile")
    unpaid = f.subscribed(cast, late, paid=False)
    gone = person("Yasmine", language="en")
    left = f.subscribed(cast, gone)
    money.withdraw(actor=f.investor_actor(gone), subscription_id=left.pk, at=f.OPENED)
    no, nothing = person("Denis"), person("Lucie")
    reads(cast, no)
    says_no(cast, no)
    reads(cast, nothing)
    settle(cast.fresh(), f.BOUND)
    made["binding"] = of_subscription(row, f.BOUND)
    f.closed(cast)
    for name, one in (("completed", row), ("lapsed", unpaid), ("withdrawn", left)):
        made[name] = of_subscription(one, AFTER)
    for name, who in (("declined", no), ("looked", nothing)):
        file = evidence_about_person(cast.fresh(), who, at=AFTER, seal=True)
        made[name] = packed(file, str(who.pk))
    return made


def released() -> Made:
    """The issuer cancelled its offering."""
    cast = f.open_offering()
    row = f.subscribed(cast, person("Marc"))
    life.cancel(actor=cast.owner, offering_id=cast.offering.pk, reason="Autre projet.", at=f.BOUND)
    return of_subscription(row, f.BOUND)


def person(first: str, **given: str) -> Person:
    """Somebody else."""
    return f.make_person(first, "Tremblay", email=f"{first.lower()}@courriel.example", **given)


def reads(cast: f.Cast, who: Person) -> None:
    """Open the offering document, and nothing else."""
    actor = f.investor_actor(who)
    subscribing.read_document(actor=actor, offering_id=cast.offering.pk, at=f.OPENED)


def says_no(cast: f.Cast, who: Person) -> None:
    """No to the first statement of Form 45-110F2."""
    asked = risk_statements(cast.portal.kind, f.OPENED.date())
    subscribing.acknowledge_risks(
        actor=f.investor_actor(who),
        offering_id=cast.offering.pk,
        answers=dict.fromkeys(asked, True) | {asked[0]: False},
        at=f.OPENED,
    )


def of_subscription(row: Subscription, at: datetime) -> Made:
    """The package of a subscription as it now is, the trail signed up to now."""
    return packed(evidence_about(row, at=at, seal=True), str(row.pk))


def packed(file: PurchaserFile, subject: str) -> Made:
    """The package of a file, twice, and its PDF."""
    proof = Proof.now()
    target, again = BytesIO(), BytesIO()
    written = write_package(target, file, proof)
    write_package(again, file, proof)
    # Rendering takes a quarter of a second: the others are only put together.
    spoken = "en" if file.person.language == "en" else "fr"
    assert summary_facts(file, written, proof, spoken).files
    told = outcome(file) in PRINTED
    pdf = summary(file, target, written, proof) if told else b""
    return Made(target.getvalue(), written, again.getvalue(), pdf, subject)
