"""An offering carried from nothing to certificates by people who have only the screens.

An issuer writes and certifies, an officer approves, an investor registers, reads, answers every
statement, subscribes and pays, two officers close. No service is called; every page is reached by a
link on the one before it. What the windows are is the caller's: clients without script
(``tests.pages.screens``) or those of a real browser (``tests.browser.windows``).
"""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from compliance.accounts.models import User
from compliance.outbox.models import Message
from documents.models import Document
from equity.content import Content, UseRow
from equity.forms.items import SECTIONS
from equity.models import Offering
from equity.services.time import tick
from investors.models import Person
from tests import factories as f
from tests.contents import PRICES, make_content
from tests.pages.issuing import at, client_of
from tests.pages.screens import Screens

KINDS = ("common_share", "community_bond", "cooperative_share")
IN_A_BROWSER = (("common_share", "fr"), ("community_bond", "en"))
"""Those that windows of a real browser carry through."""
_OWN = ("csrfmiddlewaretoken", "once", "seen")
"""What a form holds that is of this page alone."""
MINIMUM = "1000"
_ANSWERED_OTHERWISE = {
    "issuer": {
        "item_2_1-address": "1420, rang du Ruisseau\nSaint-Ferdinand (Québec)  G0N 1N0",
        "item_2_1-telephone": "418 555-0142",
    },
    "previous": {"item_8_1-not_applicable": "on"},
}
"""What the finished draft leaves out of its pages, by section."""

Windows = Callable[[User | None, str], Any]
"""What opens a window: whose it is (None: nobody is signed in), and in which language."""


def carry_through(kind: str, language: str, windows: Windows) -> None:
    """From nothing to a certificate, every step by its page."""
    portal = f.make_portal()
    issuer = f.make_issuer(f.FORMS.get(kind, "company"))
    asks, approves = (
        User.objects.get(pk=f.make_officer(name).id) for name in ("Odile Côté", "Omar Haddad")
    )
    owner = windows(f.issuer_user(issuer), language)
    model = f.draft_offering(kind, content=_content(kind), portal=portal, issuer=issuer)
    reader = Screens(client_of(f.issuer_user(issuer, "Autre"), language))
    with at(f.OPENED):
        offering = _drafted(owner, issuer.pk, kind)
        _written(owner, offering, reader, model)
        _certified(owner, offering)
        officer = windows(asks, language)
        _approved(officer, offering)
        owner.open(reverse("equity:issuing", args=[offering.pk]))
        owner.send(owner.form(reverse("equity:issuing_open", args=[offering.pk])))
        investor = _registered(windows(None, language), offering)
        _identified(officer, Person.objects.get())
        _subscribed(investor, offering, kind)
    with at(f.CLOSED):
        tick(at=f.CLOSED)
        _closed(officer, windows(approves, language), offering)
    tick(at=f.CLOSED + timedelta(minutes=5))
    with at(f.CLOSED + timedelta(hours=1)):
        _held(owner, investor, offering)


def _content(kind: str) -> Content:
    return make_content(
        kind,
        minimum=Decimal(MINIMUM),
        maximum=Decimal("100000.00"),
        use_of_funds=(UseRow("Serre", Decimal(MINIMUM), Decimal("100000.00")),),
    )


def _drafted(owner: Any, issuer: object, kind: str) -> Offering:
    """The first page: kind, price, amounts, days, places, languages."""
    before = set(Offering.objects.values_list("pk", flat=True))
    owner.open(reverse("equity:issuer", args=[issuer]))
    owner.go(reverse("equity:offering_new", args=[issuer]))
    owner.send(
        owner.form(holding="kind"),
        kind=kind,
        price=PRICES[kind],
        minimum=MINIMUM,
        maximum="100000",
        days="60",
        jurisdictions=["QC", "ON"],
        languages=["fr", "en"],
    )
    return Offering.objects.exclude(pk__in=before).get()


def _written(owner: Any, offering: Offering, reader: Screens, model: f.Cast) -> None:
    """Every section, with the words of a finished draft, which are read from its own pages."""
    for section in SECTIONS:
        there = reverse("equity:issuing_section", args=[model.offering.pk, section.key])
        reader.open(there)
        words = {
            name: values for name, values in reader.form(there).data.items() if name not in _OWN
        }
        here = reverse("equity:issuing_section", args=[offering.pk, section.key])
        owner.open(reverse("equity:issuing", args=[offering.pk]))
        owner.go(here)
        owner.send(owner.form(here), **words | _ANSWERED_OTHERWISE.get(section.key, {}))


def _certified(owner: Any, offering: Offering) -> None:
    here = reverse("equity:issuing", args=[offering.pk])
    owner.open(here)
    owner.go(reverse("equity:issuing_certify", args=[offering.pk]))
    owner.send(owner.form(holding="agreed"), position="présidente", agreed="on")
    owner.open(here)
    owner.send(owner.form(reverse("equity:issuing_submit", args=[offering.pk])))
    assert Offering.objects.get(pk=offering.pk).state == "submitted"


def _approved(officer: Any, offering: Offering) -> None:
    officer.open(reverse("desk:queue"))
    officer.go(reverse("desk:dossier", args=[offering.pk]))
    officer.go(reverse("desk:decide", args=[offering.pk, "approve"]))
    officer.send(officer.form(holding="once"))
    assert Offering.objects.get(pk=offering.pk).state == "approved"


def _registered(page: Any, offering: Offering) -> Any:
    """An account opened from the offering's page, its address verified, its profile filled in."""
    page.go(reverse("equity:offering", args=[offering.pk]))
    page.send(page.form(reverse("equity:entry", args=[offering.pk])))
    page.go(reverse("investors:register"))
    page.send(
        page.form(holding="password"),
        kind="person",
        first_name="Léa",
        family_name="Tremblay",
        province="QC",
        email="lea@courriel.example",
        password="une-phrase-longue-7",
    )
    link = re.search(
        r"http://[^/\s]+(\S+)", Message.objects.get(event="accounts_verify_address").body
    )
    assert link
    page.open(link[1])
    page.send(page.form(page.at))
    page.go(reverse("investors:profile"))
    page.send(
        page.form(holding="born"),
        born="1990-05-17",
        street="18, rue des Érables",
        municipality="Rimouski",
        postal_code="G5L 1A1",
        telephone="581 555-0101",
        registrant="no",
    )
    assert User.objects.get(email_index="lea@courriel.example").address_verified_at
    return page


def _identified(officer: Any, person: Person) -> None:
    officer.open(reverse("desk:person", args=[person.pk]))
    officer.go(reverse("desk:identify", args=[person.pk]))
    officer.send(officer.form(holding="method"), method="in_person")


def _subscribed(page: Any, offering: Offering, kind: str) -> None:
    """The document opened, every statement answered, as much as the limit allows, and paid."""
    here = reverse("equity:offering", args=[offering.pk])
    page.open(here)
    page.go(reverse("equity:document", args=[offering.pk]))
    for language in ("fr", "en"):
        assert (
            page.fetch(reverse("equity:document_pdf", args=[offering.pk, language]))[:5] == b"%PDF-"
        )
    page.open(here)
    page.go(reverse("equity:risks", args=[offering.pk]))
    names = set(re.findall(r'name="(R[0-9]+)"', page.html))
    assert len(names) > 5
    assert not names & set(page.form(holding="R1").data), "something is ticked beforehand"
    page.send(page.form(holding="R1"), **dict.fromkeys(names, "yes"))
    units = str(int(Decimal("2500") / Decimal(PRICES[kind])))
    page.open(reverse("equity:subscribe", args=[offering.pk]))
    page.send(page.form(holding="units"), units=units, insider="no")
    page.send(page.form(holding="step"))
    mine = offering.subscriptions.get()
    assert mine.state == "agreed"
    assert page.at == reverse("equity:subscription", args=[mine.pk])
    page.send(page.form(reverse("equity:pay", args=[mine.pk])))
    assert offering.subscriptions.get().paid == mine.amount


def _closed(first: Any, second: Any, offering: Offering) -> None:
    """One officer asks, another approves."""
    for officer, act in ((first, "ask_closing"), (second, "approve_closing")):
        officer.open(reverse("desk:dossier", args=[offering.pk]))
        officer.go(reverse("desk:worksheet", args=[offering.pk]))
        officer.send(officer.form(reverse(f"desk:{act}", args=[offering.pk])))
    assert Offering.objects.get(pk=offering.pk).state == "closed"


def _held(owner: Any, investor: Any, offering: Offering) -> None:
    """The issuer sees its register, the investor the security and its paper."""
    owner.open(reverse("equity:issuing", args=[offering.pk]))
    assert "Léa Tremblay" in owner.go(reverse("equity:issuing_holders", args=[offering.pk]))
    holding = offering.holdings.get()
    investor.open(reverse("equity:space"))
    investor.go(reverse("equity:holdings"))
    investor.go(reverse("equity:holding", args=[holding.pk]))
    paper = Document.objects.filter(person_id=holding.person_id).latest("issued_at")
    assert investor.fetch(reverse("equity:my_document", args=[paper.pk]))[:5] == b"%PDF-"
