"""The offerings that test_every_limit_at_once.py plays with, made once, and what the database says.

A and B are affiliates, B and C have the same founder: B's group is all three, A's is A and B, C's
is C and B (W-3). D stands aside until somebody links it to A. Securities cost 500 dollars; what A
and B closed elsewhere a year before leaves their group 20 000 dollars of the cap on the first day,
and more of it comes back as the year rolls.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from compliance.accounts.roles import Actor
from compliance.rules.wording import packaged, risk_statements
from equity.content import Content, UseRow
from equity.models import Issuer, Offering
from equity.services import filing, issuers
from investors import services as investors
from investors.models import Person
from tests import factories as f
from tests.guarantees.limits_model import Distribution, Model

PRICE = 500
EARLIER = [("A", date(2025, 3, 10), 1_477_000), ("B", date(2025, 4, 1), 3_000)]
OF_D = ("D", date(2025, 9, 1), 4_000)
TERMS = {"A": (2_000, 20_000, 60), "B": (1_000, 6_000, 60), "C": (1_000, 100_000, 20)}
"""Minimum, maximum, days."""
GROUPS = {"A": {"A", "B"}, "B": {"A", "B", "C"}, "C": {"C", "B"}}
LINKED = {"A": {"A", "B", "D"}, "B": {"A", "B", "C", "D"}, "C": {"C", "B"}}
PEOPLE = ("Anne", "Basile", "Clara")
YES = dict.fromkeys(risk_statements("exempt", f.OPENED.date()), True)


def content(minimum: int, maximum: int, days: int) -> Content:
    """The content of an offering with these terms."""
    low, high = Decimal(minimum), Decimal(maximum)
    return f.make_content(
        price=Decimal(PRICE),
        minimum=low,
        maximum=high,
        days=days,
        use_of_funds=(UseRow("Évaporateur", low, high),),
    )


@dataclass(slots=True)
class World:
    """Who and what there is, by name."""

    casts: dict[str, f.Cast]
    issuers: dict[str, Issuer]
    people: dict[str, Person]

    def model(self) -> Model:
        """The same, as the model begins."""
        offerings = {name: Distribution(name, *terms) for name, terms in TERMS.items()}
        begun = Model(f.OPENED, offerings, GROUPS, [*EARLIER, OF_D])
        assert begun.approve(offerings["A"])
        assert begun.open(offerings["A"])
        return begun

    def ready(self, name: str, person: str) -> Actor:
        """A person who has read what is in force and answered yes to every risk, once more."""
        who = self.people[person]
        offering = Offering.objects.get(pk=self.casts[name].offering.pk)
        if offering.in_force_id is not None:
            given: dict[str, Any] = {
                "person": who,
                "offering_id": offering.pk,
                "version_id": offering.in_force_id,
                "language": "fr",
                "at": f.OPENED,
            }
            investors.record_reading(**given)
            investors.record_acknowledgement(
                portal_kind="exempt",
                answers=YES,
                shelf=packaged(),
                on=f.OPENED.date(),
                **given,
            )
        return f.investor_actor(who)


def made() -> World:
    """The world through the services: A is open, B and C wait for their approval."""
    portal = f.make_portal()
    told = {
        name: [(day, Decimal(n)) for who, day, n in (*EARLIER, OF_D) if who == name]
        for name in "ABCD"
    }
    firms = {
        name: f.make_issuer(name=f"{name} inc.", earlier=told[name], principals=principals(name))
        for name in "ABCD"
    }
    for one, other, kind in (("A", "B", "affiliate"), ("B", "C", "same_founder")):
        link(firms[one], firms[other], kind)
    casts = {}
    for name, terms in TERMS.items():
        casts[name] = f.draft_offering(portal=portal, issuer=firms[name], content=content(*terms))
        f.certify(casts[name])
        filing.submit(actor=casts[name].owner, offering_id=casts[name].offering.pk, at=f.OPENED)
    first = casts["A"]
    filing.approve(actor=first.asks, offering_id=first.offering.pk, at=f.OPENED)
    filing.open_offering(actor=first.owner, offering_id=first.offering.pk, at=f.OPENED)
    people = {name: f.make_person(name) for name in PEOPLE}
    for person in people.values():
        investors.acknowledge_entry(
            person=person,
            portal_id=portal.pk,
            portal_kind="exempt",
            language="fr",
            on=f.OPENED.date(),
            at=f.OPENED,
        )
    return World(casts, firms, people)


def principals(name: str) -> tuple[issuers.NewPrincipal, ...]:
    """Somebody of each issuer's own: nobody sits on both sides."""
    return (
        issuers.NewPrincipal(
            f"Directrice {name}",
            "director",
            {
                "municipality": "Saint-Ferdinand",
                "jurisdiction": "QC",
                "occupation": "Acéricultrice",
                "expertise": f.both("Agronomie", "Agronomy"),
                "held": [],
                "percent": "0",
            },
        ),
    )


def link(one: Issuer, other: Issuer, kind: str, at: Any = f.OPENED) -> Any:
    """A link of the group, from the first day."""
    return issuers.relate(
        actor=f.SYSTEM,
        issuer_id=one.pk,
        other_id=other.pk,
        kind=kind,
        since=f.OPENED.date(),
        at=at,
    )


# What the database says, in SQL of its own

_OFFERINGS = """
SELECT o.id, o.state, o.amending, o.held_by_officer, o.live_amount, v.maximum,
       (SELECT coalesce(sum(s.amount), 0) FROM equity_subscription s
         WHERE s.offering_id = o.id AND s.state IN ('agreed', 'binding')),
       (SELECT coalesce(sum(s.amount), 0) FROM equity_subscription s
         WHERE s.offering_id = o.id AND s.state = 'completed'),
       (SELECT max(s.right_ends_at) FROM equity_subscription s
         WHERE s.offering_id = o.id AND s.state = 'completed'),
       v.minimum, c.closed_at, c.amount
  FROM equity_offering o
  LEFT JOIN equity_version v ON v.id = o.in_force_id
  LEFT JOIN equity_closing c ON c.offering_id = o.id
"""
_AGREEMENTS = """
SELECT s.id, s.state, s.amount, s.paid, s.right_ends_at,
       coalesce(sum(p.amount) FILTER (WHERE p.account = 'trust'), 0),
       coalesce(sum(p.amount) FILTER (WHERE p.account = 'purchasers'), 0),
       coalesce(sum(p.amount) FILTER (WHERE p.account = 'refunds'), 0)
  FROM equity_subscription s LEFT JOIN equity_posting p ON p.subscription_id = s.id
 GROUP BY s.id
"""
_UNBALANCED = """
SELECT count(*) FROM (
    SELECT entry_id FROM equity_posting GROUP BY entry_id HAVING sum(amount) <> 0 OR count(*) <> 2
) AS wrong
"""
_PERSONS = """
SELECT count(*) FROM (
    SELECT 1 FROM equity_subscription WHERE state IN ('agreed', 'binding')
     GROUP BY offering_id, person_id
    HAVING sum(amount) > CASE WHEN bool_or(advice_id IS NOT NULL) THEN 10000 ELSE 2500 END
) AS over
"""


def rows(statement: str) -> dict[UUID, tuple[Any, ...]]:
    """The rows of a statement by their first column."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {key: tuple(more) for key, *more in cursor.fetchall()}


def count(statement: str) -> int:
    """The one number of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        number: int = cursor.fetchone()[0]
        return number


def differences(model: Model, world: World, keys: list[UUID]) -> list[str]:
    """In words, whatever the database and the model say otherwise, and each limit that is passed.

    ``keys`` are the agreements in the order of the model's.
    """
    wrong = []
    with connection.cursor() as cursor:  # what would be looked at when the act commits
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    agreements, offerings = rows(_AGREEMENTS), rows(_OFFERINGS)
    if set(agreements) != set(keys):
        wrong.append(f"{len(agreements)} agreements, not {len(keys)}")
    for key, row in zip(keys, model.agreements, strict=True):
        live = row.state in ("agreed", "binding")
        held = row.paid if live else row.due
        told = (row.state, row.amount, row.paid, row.ends)
        books = (held, -row.paid if live else 0, 0 if live else -row.due)
        if agreements.get(key) != (*told, *books):
            wrong.append(
                f"an agreement is {_words(agreements.get(key))}, not {_words(told + books)}"
            )
    for name, cast in world.casts.items():
        wrong += _of_offering(name, model, offerings[cast.offering.pk])
    if count(_UNBALANCED):
        wrong.append("an entry does not balance")
    if count(_PERSONS):
        wrong.append("a person is over the limit")
    return wrong


def _words(found: tuple[Any, ...] | None) -> str:
    if found is None:
        return "missing"
    state, amount, paid, ends, *books = found
    return f"{state}, {paid:.0f} of {amount:.0f}, right to {ends:%d %B}, books {[*map(int, books)]}"


def _of_offering(name: str, model: Model, found: tuple[Any, ...]) -> list[str]:
    wrong, should = [], model.offerings[name]
    state, amending, held, counted, maximum, live, completed, rights, minimum, closed, total = found
    if (state, amending, held) != (should.state, should.amending, should.held):
        wrong.append(f"{name} is {found[:3]}, not {should}")
    if not counted == live == model.live(should):
        wrong.append(f"{name} counts {counted} live, has {live}, should have {model.live(should)}")
    if maximum is not None and live > maximum:
        wrong.append(f"{name} is over its maximum")
    if (state == "closed") != (closed is not None) or (closed is None and completed):
        wrong.append(f"{name} is {state}, closed {closed}, completed {completed}")
    if closed is not None and not (minimum <= completed == total and rights <= closed):
        wrong.append(f"{name} closed {completed} of {minimum} while a right ran to {rights}")
    return wrong
