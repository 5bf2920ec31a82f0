"""E1, the table of moves at the pages: every state x move x person, as a browser posts it.

Whoever may not gets the page of what does not exist, or is asked to sign in; what the state does
not have is not there either, or is refused in words (422); what goes on is done (303) or judged
(422 with the rules that are not met).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Entry
from compliance.desk.views import common
from compliance.rules.wording import packaged, risk_statements
from equity import moves
from equity.models import Duty, Issuer, Subscription
from equity.views import investor, investor_mine
from investors.models import Person
from investors.risks import risks_digest
from tests import factories as f
from tests.guarantees.reporting import Report
from tests.guarantees.scale import LONG
from tests.guarantees.stage import (
    ACTS,
    AT,
    OFFERING,
    SETTINGS,
    SUBSCRIPTION,
    Setting,
    Stage,
    may,
    stage,
    undone,
)
from tests.pages.issuing import at, client_of, examiner_client, officer_client

pytestmark = pytest.mark.django_db

REFUSED, GOES_ON = "refused", "goes on"
TERMS = {
    "minimum": "1000",
    "maximum": "250000",
    "minimum_per_purchaser": "0",
    "days": "60",
    "jurisdictions": ["QC", "ON"],
    "languages": ["fr", "en"],
    "group_commission": "no",
}
CERTIFICATE = {"name": "Aline Roy", "position": "présidente", "agreed": "on"}
DECIDED = {"reason": "Une raison.", "sure": "on"}
REMARK = {
    "remark-TOTAL_FORMS": "1",
    "remark-INITIAL_FORMS": "0",
    "remark-0-item": "3.1",
    "remark-0-text": "Dites combien.",
}
ADVICE = {"dealer": "Courtage Nord", "registration": "EMD 1", "suitable": "yes"}
SENT = {"day": "2026-03-02", "time": "10:00"}


@dataclass(frozen=True, slots=True)
class Page:
    """Where a move is made, and what a browser posts there; without ``posted`` it is opened."""

    name: str
    posted: dict[str, Any] | None
    more: tuple[object, ...] = ()

    def asked(self, client: Client, subject: object) -> HttpResponse:
        url = reverse(self.name, args=(subject, *self.more))
        return client.get(url) if self.posted is None else client.post(url, self.posted)  # type: ignore[return-value]


def decision(name: str) -> Page:
    return Page("desk:decide", DECIDED, (name,))


OFFERING_PAGES = {
    "edit": Page("equity:issuing_section", TERMS, ("terms",)),
    "certify": Page("equity:issuing_certify", CERTIFICATE),
    "submit": Page("equity:issuing_submit", {}),
    "approve": decision("approve"),
    "request_changes": Page("desk:ask_changes", REMARK),
    "refuse": decision("refuse"),
    "open": Page("equity:issuing_open", {}),
    "suspend": decision("suspend"),
    "resume": decision("resume"),
    "amend": Page("equity:issuing_amend", {"what": "Un jour de plus"}),
    "publish": Page("equity:issuing_publish", {}),
    "stop": decision("stop"),
    "cancel": Page("equity:issuing_cancel", DECIDED),
    "ask_closing": Page("desk:ask_closing", {}),
    "approve_closing": Page("desk:approve_closing", {}),
    "concurrent": Page("equity:issuing_concurrent", {"amount": "10", "unconditional": "yes"}),
    "advise": Page("desk:advise", {**ADVICE, "email": "marie.lacœur@courriel.example"}),
    "read": Page("equity:document_pdf", None, ("fr",)),
    "acknowledge": Page(
        "equity:risks",
        dict.fromkeys(risk_statements("exempt", AT.date()), "yes")
        | {"seen": risks_digest(packaged(), "exempt", "fr", AT.date())},
    ),
    "subscribe": Page("equity:subscribe", {"units": "1", "insider": "no", "step": "agree"}),
    "file": Page("desk:file", {"reference": "no 1"}),
    "refund": Page("desk:refund_all", {}),
}
SUBSCRIPTION_PAGES = {
    "pay": Page("equity:pay", {}),
    "withdraw": Page("equity:withdraw", {}),
    "record_withdrawal": Page("desk:withdrawal", SENT),
    "refund": Page("desk:refund", {}),
}
PAGES = {OFFERING: OFFERING_PAGES, SUBSCRIPTION: SUBSCRIPTION_PAGES}


@dataclass(slots=True)
class Pages:
    """The stage, and a browser for everybody."""

    stage: Stage
    clients: dict[str, Client]

    def ask(self, machine: str, move: str, who: str) -> str:
        """What comes of a move at its page: refused, goes on, or in words what should not be."""
        page, client = PAGES[machine][move], self.clients[who]
        with undone(), at(AT):
            before = Entry.objects.count()
            response = page.asked(client, self.subject(machine, move))
            return answer(response, left=Entry.objects.count() - before)

    def subject(self, machine: str, move: str) -> object:
        """What the address names."""
        if machine == SUBSCRIPTION:
            return self.stage.subscription.pk
        if move == "file":
            return Duty.objects.get(code="duty.inform_issuer").pk
        return self.stage.offering_id


def answer(response: HttpResponse, *, left: int) -> str:
    """A response as one word. ``left`` counts the entries of the audit trail that came with it."""
    codes = set(re.findall(r'data-code="([a-z_.]+)"', page_of(response)))
    if response.status_code == 422 and codes:
        return REFUSED if codes & {"state.not_allowed", "actor.not_allowed"} else GOES_ON
    if response.status_code == 303 or (response.status_code == 200 and left):
        return GOES_ON
    if response.status_code in (302, 403, 404, 405) or response.status_code == 200:
        return REFUSED if not left else f"{response.status_code}, and yet something was done"
    return f"{response.status_code} {codes}"


def page_of(response: HttpResponse) -> str:
    return response.content.decode() if "html" in response["Content-Type"] else ""


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    # The bytes of the document are rendered by their own tests.
    monkeypatch.setattr(investor, "render_document", lambda key, at: key)
    monkeypatch.setattr(
        investor, "pdf_response", lambda _: HttpResponse(content_type="application/pdf")
    )
    at_stage = stage()
    cast, other = at_stage.cast, at_stage.actors
    marie = at_stage.subscription.person
    paul = Person.objects.get(pk=other["investor, other"].id)
    someone_else = Issuer.objects.get(pk=other["issuer, other"].id)
    clients = {
        "issuer, own": client_of(f.issuer_user(cast.issuer)),
        "issuer, other": client_of(f.issuer_user(someone_else, "Line Autre")),
        "officer": officer_client(cast.approves),
        "investor, own": client_of(f.investor_user(marie)),
        "investor, other": client_of(f.investor_user(paul)),
        "examiner": examiner_client(),
        "visitor": Client(),
    }
    with at(AT):
        for client in clients.values():  # the entry notice is acknowledged by everybody
            client.post(reverse("equity:entry", args=(at_stage.offering_id,)))
            client.raise_request_exception = False
    return Pages(at_stage, clients)


def may_here(who: str, machine: str, move: str) -> bool:
    return who != "visitor" and may(who, machine, move)


def has_here(setting: Setting, move: str) -> bool:
    """The table as the pages have it. Two pages differ from it, on purpose:

    a section of the document is edited in preparation, and amended on the same page in an
    amendment; and nothing is signed in a suspended offering that is not being amended.
    """
    if move == "edit" and setting.amending and setting.state in moves.OPENED:
        return True
    if move == "certify" and setting.state == moves.SUSPENDED and not setting.amending:
        return False
    return setting.has(move)


ASK_WHY = ("edit", "certify", "amend", "suspend", "resume", "publish")
"""Moves that an amendment or an officer's suspension might let through or hold."""
WHO = (
    "issuer, own",
    "issuer, other",
    "officer",
    "investor, own",
    "investor, other",
    "examiner",
    "visitor",
)


def whom(setting: Setting, move: str) -> Iterator[str]:
    """Who tries a move in a setting. Long: everybody everywhere. Short: whoever has the move
    everywhere, and everybody in the first setting that has it."""
    first = next(one for one in SETTINGS if one.machine == setting.machine and one.has(move))
    for who in WHO:
        if (
            LONG
            or setting == first
            or (may_here(who, setting.machine, move) and "other" not in who)
        ):
            yield who


def matrix(pages: Pages, settings: list[Setting], *moves_: str) -> tuple[int, list[str]]:
    """Try every move (or only those named) at its page; how many, and in words what was wrong."""
    tried, wrong = 0, []
    for setting in settings:
        with undone():
            setting.put(pages.stage)
            for move in moves_ or PAGES[setting.machine]:
                for who in whom(setting, move):
                    goes_on = may_here(who, setting.machine, move) and has_here(setting, move)
                    expected = GOES_ON if goes_on else REFUSED
                    found = pages.ask(setting.machine, move, who)
                    tried += 1
                    if found != expected:
                        wrong.append(f"{move} in {setting} by {who}: {found}, not {expected}")
    return tried, wrong


def test_every_move_that_has_a_service_has_its_page() -> None:
    assert {machine: set(acts) for machine, acts in ACTS.items()} == {
        machine: set(pages) for machine, pages in PAGES.items()
    }


def test_every_move_at_its_page_in_every_state_by_everybody(pages: Pages, report: Report) -> None:
    # Only settings that can be: a page of a draft whose flag says that it is amended shows either.
    tried, wrong = matrix(pages, SETTINGS)
    assert wrong == []
    assert tried > len(moves.OFFERING_STATES) * 22 + len(WHO) * 22
    report("E1", figures={"at the pages": tried})


# The broken copies


def any_desk(patched: pytest.MonkeyPatch, pages: Pages) -> None:
    """The desk takes whoever is signed in for an officer."""
    actor = pages.stage.actors["officer"]
    patched.setattr(common, "_desk", lambda request, *_: common.Desk(request.user, actor))


def anybodys_subscription(patched: pytest.MonkeyPatch, pages: Pages) -> None:
    """An investor's page takes the subscription of the address, and its purchaser for the one who
    asks."""
    own = pages.stage.actors["investor, own"]
    patched.setattr(investor_mine, "_mine", lambda _, key: Subscription.objects.get(pk=key))
    patched.setattr(investor_mine, "investor_actor", lambda _: own)


def a_state_more(patched: pytest.MonkeyPatch, pages: Pages) -> None:
    """The table lets an officer suspend an offering that is closing."""
    del pages
    line = moves.OFFERING_MOVES["suspend"]
    patched.setitem(
        moves.OFFERING_MOVES, "suspend", replace(line, sources=line.sources | {moves.CLOSING})
    )
    patched.setattr(moves, "_OFFERING", tuple(moves.OFFERING_MOVES.values()))


BROKEN: dict[str, tuple[str, str, Callable[[pytest.MonkeyPatch, Pages], None]]] = {
    "a desk for whoever is signed in": (OFFERING, "suspend", any_desk),
    "anybody's subscription": (SUBSCRIPTION, "pay", anybodys_subscription),
    "a page in one state more": (OFFERING, "suspend", a_state_more),
}


def test_broken_copies_are_caught(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    caught = {}
    for name, (machine, move, broken) in BROKEN.items():
        with monkeypatch.context() as patched:
            broken(patched, pages)
            _, wrong = matrix(pages, [one for one in SETTINGS if one.machine == machine], move)
        assert wrong, f"{name} was not caught"
        caught[name] = wrong[0]
    report("E1", caught=caught)
