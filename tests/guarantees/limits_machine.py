"""A life of three offerings, a step at a time: the machine of test_every_limit_at_once.py.

Each step asks the services for one act and the model whether it is accepted. The database and the
model are compared after each.
"""

import inspect
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)

from compliance.accounts.roles import SYSTEM
from equity.refusal import Refused
from equity.services import (
    amendments,
    closing,
    filing,
    issuers,
    life,
    money,
    subscribing,
    time,
)
from tests import factories as f
from tests.equity.tables import Crash, writes
from tests.guarantees.limits_model import begins, instants
from tests.guarantees.limits_world import (
    EARLIER,
    LINKED,
    PEOPLE,
    PRICE,
    World,
    content,
    differences,
)

LAST = f.OPENED + timedelta(days=95)
OFFERINGS, PERSONS = st.sampled_from("AAAAABC"), st.sampled_from(PEOPLE)
UNITS = st.sampled_from((1, 2, 3, 4, 5, 5, 6, 14, 20, 21))
AMOUNTS = st.sampled_from((None, None, None, 250, 500, 10_500, 0, -500))
AMENDED = ((5_000, 60), (15_000, 20), (22_000, 90))
"""Maximum and days."""
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
COMES_BACK = [begins(day.replace(year=2026) + timedelta(days=1)) for _, day, _ in EARLIER]
Draw = Callable[[st.SearchStrategy[Any]], Any]
Service = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Request:
    """An act as it was asked for: what the model says to it, and the service with its arguments."""

    told: Callable[[], bool]
    service: Service
    given: dict[str, Any]
    key: str = ""


class EveryLimit(RuleBasedStateMachine):
    """One life of the world, undone at its end."""

    world: ClassVar[World]
    counts: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.savepoint()
        self.model = self.world.model()
        self.keys: list[UUID] = []
        self.cut_at = 0
        self.last: Request | None = None
        self.counts["runs"] += 1

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.undo)
        transaction.set_rollback(False)

    # How a request is made

    def ask(self, told: Callable[[], bool], service: Service, **given: Any) -> Any:
        """Ask a service for an act; it is accepted where the model says so, and nowhere else."""
        keyed = "key" in inspect.signature(service).parameters
        key = f"request-{self.counts['acts']}" if keyed else ""
        return self.make(Request(told, service, given, key))

    def make(self, request: Request) -> Any:
        self.counts["acts"] += 1
        given = {**request.given, "at": self.model.at}
        given |= {"key": request.key} if request.key else {}
        answer = self.cut_off(request, given) if self.cut_at else None
        if answer is None:
            answer = outcome(request.service, given)
        accepted, name = not isinstance(answer, Refused), request.service.__name__
        told = "accepted" if accepted else f"refused by {answer}"
        assert accepted == request.told(), f"{name} at {self.model.at} is {told}, and should not be"
        self.counts["accepted" if accepted else "refused"] += 1
        self.last = request if accepted else replace(request, key="")
        return answer

    def cut_off(self, request: Request, given: dict[str, Any]) -> Any:
        """Stop the act before one of its writes: nothing of it is left. None when it was stopped;
        an act that has fewer writes is simply done."""
        try:
            with writes(crash_at=self.cut_at):
                return outcome(request.service, given)
        except Crash:
            self.cut_at = 0
            self.counts["cut off"] += 1
            transaction.set_rollback(False)  # look at what it left, as after a real crash
            self.the_database_and_the_model_agree()
            return None

    @invariant()
    def the_database_and_the_model_agree(self) -> None:
        found = differences(self.model, self.world, self.keys)
        assert not found, "; ".join(found)

    # What happens

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One thing, by its weight: every life is to have some of everything."""
        weights = dict(WEIGHTS)
        if not self.keys:
            weights |= dict.fromkeys(OF_AN_AGREEMENT, 0)
        for one in self.model.offerings.values():
            if one.amending:
                weights["publish"] = 6
            if one.state == "closing":
                weights["approve_closing"] = 6
        kinds = [kind for kind, weight in weights.items() for _ in range(weight)]
        getattr(self, data.draw(st.sampled_from(kinds)))(data.draw)

    # Money

    def subscribe(self, draw: Draw) -> bool:
        return self.buy(draw(OFFERINGS), draw(PERSONS), draw(UNITS))

    def subscribe_and_pay(self, draw: Draw) -> None:
        if self.buy(draw(OFFERINGS), draw(PERSONS), draw(st.integers(1, 5))):
            self.paid(len(self.keys) - 1, None)

    def buy(self, name: str, person: str, units: int) -> bool:
        actor = self.world.ready(name, person)
        offering, amount = self.model.offerings[name], units * PRICE
        done = self.ask(
            lambda: self.model.subscribe(offering, person, amount),
            subscribing.subscribe,
            actor=actor,
            offering_id=self.world.casts[name].offering.pk,
            units=units,
            insider=False,
        )
        if isinstance(done, Refused):
            return False
        self.keys.append(done.subject.pk)
        return True

    def one_of_them(self, draw: Draw) -> int:
        """An agreement, by its place; the newest one more often than any other."""
        newest = len(self.keys) - 1
        return draw(st.just(newest) | st.integers(0, newest))

    def pay(self, draw: Draw) -> None:
        self.paid(self.one_of_them(draw), draw(AMOUNTS))

    def paid(self, place: int, amount: int | None) -> None:
        row, key = self.model.agreements[place], self.keys[place]
        self.ask(
            lambda: self.model.pay(row, amount),
            money.pay,
            actor=f.investor_actor(self.world.people[row.person]),
            subscription_id=key,
            amount=None if amount is None else Decimal(amount),
        )

    def withdraw(self, draw: Draw) -> None:
        place = self.one_of_them(draw)
        row = self.model.agreements[place]
        self.ask(
            lambda: self.model.withdraw(row),
            money.withdraw,
            actor=f.investor_actor(self.world.people[row.person]),
            subscription_id=self.keys[place],
        )

    def withdraw_by_letter(self, draw: Draw) -> None:
        place = self.one_of_them(draw)
        sent = self.model.at + draw(st.sampled_from((-100, -30, -1, 0, 1))) * HOUR
        row = self.model.agreements[place]
        self.ask(
            lambda: self.model.letter(row, sent),
            money.record_withdrawal,
            actor=self.world.casts["A"].asks,
            subscription_id=self.keys[place],
            sent=sent,
        )

    def refund(self, draw: Draw) -> None:
        place = self.one_of_them(draw)
        row = self.model.agreements[place]
        self.ask(
            lambda: self.model.refund(row),
            money.refund,
            actor=self.world.casts["A"].asks,
            subscription_id=self.keys[place],
        )

    # Offerings

    def act(self, name: str, told: str, service: Service, by: str, *also: str) -> bool:
        """An act of an officer (``asks``, ``approves``) or of the issuer (``owner``)."""
        offering, cast = self.model.offerings[name], self.world.casts[name]
        done = self.ask(
            lambda: getattr(self.model, told)(offering, *also),
            service,
            actor=getattr(cast, by),
            offering_id=cast.offering.pk,
        )
        return not isinstance(done, Refused)

    def approve_and_open(self, draw: Draw) -> None:
        name = draw(st.sampled_from("BC"))
        self.act(name, "approve", filing.approve, "asks")
        self.act(name, "open", filing.open_offering, "owner")

    def suspend_or_resume(self, draw: Draw) -> None:
        name = draw(OFFERINGS)
        held = self.model.offerings[name].held
        if draw(st.sampled_from((held, held, held, not held))):
            self.act(name, "resume", life.resume, "asks")
        else:
            self.act(name, "suspend", life.suspend, "asks")

    def amend(self, draw: Draw) -> None:
        name, terms = draw(OFFERINGS), draw(st.sampled_from(AMENDED))
        offering, cast = self.model.offerings[name], self.world.casts[name]
        self.ask(
            lambda: self.model.amend(offering, *terms),
            amendments.amend,
            actor=cast.owner,
            offering_id=cast.offering.pk,
            content=content(offering.minimum, *terms),
            what="Autres montants",
        )

    def publish(self, draw: Draw) -> None:
        """Certified first where it is suspended: an amendment, or what is in force once more."""
        found = [name for name, one in self.model.offerings.items() if one.amending]
        name = draw(st.sampled_from(found or ["A"]))
        if self.model.offerings[name].state == "suspended":
            self.act(name, "certify", filing.certify, "owner")
        self.act(name, "publish", amendments.publish, "owner")

    def end(self, draw: Draw) -> None:
        name = draw(st.sampled_from("CBBA"))
        if draw(st.booleans()):
            self.act(name, "stop", life.stop, "asks")
        else:
            self.act(name, "cancel", life.cancel, "owner")

    def ask_closing(self, draw: Draw) -> None:
        """After some days one officer asks, and perhaps one of the two approves."""
        name, days, by = draw(OFFERINGS), draw(st.sampled_from((0, 4, 5))), draw(st.booleans())
        self.go_on(timedelta(days=days), awake=True)
        who = "asks" if by else "approves"
        if self.act(name, "ask", closing.ask_closing, who, who) and draw(st.booleans()):
            self.approved(name, draw)

    def approve_closing(self, draw: Draw) -> None:
        self.approved(draw(OFFERINGS), draw)

    def approved(self, name: str, draw: Draw) -> None:
        who = draw(st.sampled_from(("asks", "approves")))
        self.act(name, "close", closing.approve_closing, who, who)

    def advise(self, draw: Draw) -> None:
        name, person = draw(OFFERINGS), draw(PERSONS)
        offering, cast = self.model.offerings[name], self.world.casts[name]
        self.ask(
            lambda: self.model.advise(offering, person),
            subscribing.advise,
            actor=cast.asks,
            offering_id=cast.offering.pk,
            person_id=self.world.people[person].pk,
            dealer="Courtage Nord",
            registration="EMD",
            suitable=True,
        )

    def declare_earlier(self, draw: Draw) -> None:
        day, amount = date(2025, 6, 2), draw(st.sampled_from((500, 2_000, 6_000)))
        self.ask(
            lambda: self.model.declare("B", day, amount),
            issuers.declare_earlier,
            actor=SYSTEM,
            issuer_id=self.world.issuers["B"].pk,
            closed_on=day,
            amount=Decimal(amount),
        )

    def link(self, draw: Draw) -> None:
        """A neighbour that has closed something joins the group; there is one such neighbour."""
        del draw
        if self.model.groups is not LINKED:
            self.ask(
                lambda: self.model.relate(LINKED),
                issuers.relate,
                actor=SYSTEM,
                issuer_id=self.world.issuers["A"].pk,
                other_id=self.world.issuers["D"].pk,
                kind="affiliate",
                since=f.OPENED.date(),
            )

    # Time, twice, and cut off

    def pass_time(self, draw: Draw) -> None:
        """Hours or days; or until a second before, at, or after what time brings next."""
        by = draw(st.sampled_from((1, 5, 20, 49, 120))) * HOUR
        ahead = instants(self.model)
        # A right may have ended this very instant and nobody have looked: nothing lies ahead then.
        if ahead and self.model.of_all("agreed") and draw(st.booleans()):
            by = ahead[0] - self.model.at + draw(st.sampled_from((-1, 0, 1))) * SECOND
        self.go_on(by, draw(st.booleans()))

    def pass_a_long_time(self, draw: Draw) -> None:
        """Until about a last day, a 90th day, or the day on which room comes back."""
        ahead = draw(st.sampled_from([*instants(self.model), *COMES_BACK]))
        by = ahead - self.model.at + draw(st.sampled_from((-1, 0, 1))) * SECOND
        self.go_on(max(by, HOUR), draw(st.booleans()))

    def go_on(self, by: timedelta, awake: bool) -> None:
        """Time passes, with workers that are awake at its end, or asleep."""
        self.model.at = min(LAST, self.model.at + by)
        if awake:
            self.model.tick()
            time.tick(at=self.model.at)

    def once_more(self, draw: Draw) -> None:
        """The last request again: under its key nothing is done; without one it is a new one."""
        del draw
        request, self.last = self.last, None
        if request is None:
            return
        if request.key:
            given = {**request.given, "at": self.model.at, "key": request.key}
            assert not isinstance(outcome(request.service, given), Refused)
            self.counts["asked again"] += 1
        elif request.service not in (subscribing.subscribe, issuers.relate):
            self.make(request)

    def cut_the_next_act(self, draw: Draw) -> None:
        self.cut_at = draw(st.integers(1, 8))


WEIGHTS = {
    "pass_time": 6,
    "subscribe": 4,
    "subscribe_and_pay": 7,
    "pay": 4,
    "withdraw": 1,
    "withdraw_by_letter": 1,
    "refund": 3,
    "approve_and_open": 1,
    "suspend_or_resume": 2,
    "amend": 2,
    "publish": 1,
    "end": 1,
    "ask_closing": 4,
    "approve_closing": 1,
    "advise": 2,
    "declare_earlier": 1,
    "link": 1,
    "pass_a_long_time": 1,
    "once_more": 3,
    "cut_the_next_act": 3,
}
OF_AN_AGREEMENT = ("pay", "withdraw", "withdraw_by_letter", "refund", "ask_closing", "end")


def outcome(service: Service, given: dict[str, Any]) -> Any:
    """What a service answers, or its refusal."""
    try:
        return service(**given)
    except Refused as refusal:
        return refusal
