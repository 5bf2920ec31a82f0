"""One short story at the host's site, from the draft to the closing, through the host's own URLs.

Run as a script by `tests/host/test_host_project.py`: prints what was seen as one JSON object. The
people are the host's members; what nobody does on a page (the portal's file, the issuer's, the
roles) the host does through the services, as docs/host.md says.
"""

import json
import sys
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import django

django.setup()

# Only now: the models exist once Django is set up.
from browsing import Visitor  # noqa: E402
from members.models import Member  # noqa: E402

import compliance  # noqa: E402
from compliance.accounts.roles import SYSTEM, Actor, Role  # noqa: E402
from compliance.accounts.services import grant_role  # noqa: E402
from compliance.audit.models import Entry  # noqa: E402
from compliance.scenarios.playing.samples import sample_items  # noqa: E402
from compliance.web import clock  # noqa: E402
from documents.models import Document  # noqa: E402
from equity.content import Content, UseRow  # noqa: E402
from equity.models import Issuer, Offering, Portal  # noqa: E402
from equity.services import filing, issuers, portals  # noqa: E402
from equity.services.issuers import NewPrincipal  # noqa: E402
from equity.services.members import add_member  # noqa: E402
from equity.services.portals import Standing  # noqa: E402
from investors.models import Person  # noqa: E402

PASSWORD = "ruchette-2026"
STARTS = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BOUND = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
DAY = date(2026, 1, 5)
CONTENT = Content(
    security_kind="common_share",
    price=Decimal("25.00"),
    minimum=Decimal("100.00"),
    maximum=Decimal("50000.00"),
    days=60,
    jurisdictions=("QC",),
    languages=("fr",),
    use_of_funds=(UseRow("Évaporateur", Decimal("100.00"), Decimal("50000.00")),),
    particulars={
        "class": "A",
        "votes": {"fr": "Un vote par action."},
        "dividends": {"fr": "Au gré du conseil."},
        "rank": {"fr": "Partage égal du reliquat."},
        "restrictions": {"transfer": {"fr": "Consentement du conseil."}},
    },
    items=sample_items("Érablière du Ruisseau inc."),
)
PRINCIPAL = {
    "municipality": "Saint-Ferdinand",
    "jurisdiction": "QC",
    "occupation": "Acéricultrice",
    "expertise": {"fr": "Agronomie"},
    "held": [],
    "percent": "0",
}
SUBSCRIBER = {
    "kind": "person",
    "first_name": "Marie",
    "family_name": "Lacœur",
    "province": "QC",
    "email": "marie@ruchette.example",
}
PROFILE = {
    "born": "1990-05-17",
    "street": "18, rue des Érables",
    "municipality": "Rimouski",
    "postal_code": "G5L 1A1",
    "telephone": "581 555-0101",
    "registrant": "no",
}


def officer(name: str) -> Member:
    """A member of the host to whom the host gives the role of officer."""
    member = Member.objects.create_user(name, PASSWORD)
    grant_role(actor=SYSTEM, user=member, role=Role.OFFICER, at=STARTS)
    return member


def portal() -> Portal:
    """The host as a funding portal: exempt, authorised in Quebec, its F5 current."""
    made = portals.register_portal(
        actor=SYSTEM,
        at=STARTS,
        name="La Ruchette",
        kind="exempt",
        province="QC",
        demonstration=True,
        address="870, avenue De Salaberry\nQuébec (Québec)  G1R 2T9",
        email="conformite@ruchette.example",
        telephone="418 555-0110",
        trust_institution="Caisse d'essai",
    ).subject
    standing = Standing("QC", f3_delivered=DAY, f4_delivered=DAY, confirmed=DAY)
    portals.set_authorisations(actor=SYSTEM, portal_id=made.pk, standings=[standing], at=STARTS)
    portals.certify_resources(actor=SYSTEM, portal_id=made.pk, on=DAY, at=STARTS)
    return made


def issuer(member: Member) -> Issuer:
    """An issuer, and the member who acts for it."""
    made = issuers.register_issuer(
        actor=SYSTEM,
        at=STARTS,
        principals=[NewPrincipal("Aline Roy", "director", PRINCIPAL)],
        name="Érablière du Ruisseau inc.",
        form="company",
        head_office="QC",
        reporting=False,
        investment_fund=False,
        has_operations=True,
        address="1420, rang du Ruisseau\nSaint-Ferdinand (Québec)  G0N 1N0",
        telephone="418 555-0142",
    ).subject
    # By what the host's members sign in with, which here is no address.
    add_member(actor=SYSTEM, issuer_id=made.pk, email=member.username, at=STARTS)
    return made


def signed_in(name: str, wanted: str) -> Visitor:
    """A member who asks for a page, is sent to the host's sign-in page, and comes back."""
    visitor = Visitor(name)
    visitor.open(wanted)
    assert visitor.seen[-1][0].startswith("/members/sign-in/"), visitor.seen[-1][0]
    visitor.send("username", username=name, password=PASSWORD)
    return visitor


def prepare(aline: Visitor, issuer_id: Any) -> Offering:
    """The issuer starts a draft on a page; the host fills it in from its own records; the issuer
    saves a section, certifies and submits on pages."""
    aline.open(aline.link("/offerings/new/"))
    aline.send(
        "kind",
        kind=CONTENT.security_kind,
        price="25,00",
        minimum="100",
        maximum="50000",
        days="60",
        jurisdictions=["QC"],
        languages=["fr"],
    )
    offering = Offering.objects.get()
    acts = Actor(Role.ISSUER, issuer_id, "Aline Roy")
    filing.edit(actor=acts, offering_id=offering.pk, content=CONTENT, at=STARTS)
    overview = aline.seen[-1][0]
    aline.open(aline.link("/section/terms/"))
    aline.send("minimum_per_purchaser", minimum_per_purchaser="50", then="overview")
    aline.open(aline.link("/certify/"))
    aline.send("position", name="Aline Roy", position="Présidente", agreed="on")
    assert aline.seen[-1][0] == overview
    aline.send("/submit/")
    return offering


def join() -> Visitor:
    """A member becomes an investor and tells what the law asks of a purchaser."""
    marie = signed_in("marie", "/invest/me/register/")
    marie.send("family_name", **SUBSCRIBER)
    marie.send("street", **PROFILE)
    return marie


def invest(marie: Visitor, offering: Offering) -> None:
    """The investor reads, acknowledges each risk, subscribes and pays."""
    marie.open("/invest/")
    marie.open(marie.link(f"/offerings/{offering.pk}/"))
    marie.send("next")
    marie.open(marie.link("/document/"))
    pdf = marie.download(marie.link("/document/fr.pdf"))
    assert pdf.startswith(b"%PDF-1.7"), pdf[:20]
    marie.open(f"/invest/offerings/{offering.pk}/risks/")
    marie.send("R1", **dict.fromkeys(marie.questions("R"), "yes"))
    marie.send("units", units="8", insider="no")
    marie.send("step")
    marie.send("/pay/")


def verify(odile: Visitor) -> None:
    """An officer finds the investor by the exact address and records that she was identified."""
    odile.open("/invest/desk/persons/")
    odile.send("email", email=SUBSCRIBER["email"])
    odile.open(odile.link(f"/{Person.objects.get().pk}/"))
    odile.open(odile.link("/identify/"))
    odile.send("method")


def approve(odile: Visitor, offering: Offering) -> None:
    """An officer finds the submitted offering in the queue, reads its dossier and approves it."""
    odile.open("/invest/desk/")
    odile.open(odile.link(f"/offerings/{offering.pk}/"))
    odile.open(odile.link("/decide/approve/"))
    odile.send("reason")


def close(who: Visitor, offering: Offering, act: str) -> None:
    """An officer asks for the closing, or approves it, on its worksheet."""
    who.open(f"/invest/desk/offerings/{offering.pk}/closing/")
    who.send(f"/closing/{act}/")


def play() -> dict[str, Any]:
    """Play the story; what was seen, and how it ended."""
    for name in ("odile", "omar"):
        officer(name)
    portal()
    ours = issuer(Member.objects.create_user("aline", PASSWORD))
    Member.objects.create_user("marie", PASSWORD)
    with patch.object(clock, "now", return_value=STARTS) as now:
        aline = signed_in("aline", "/invest/issuers/")
        offering = prepare(aline, ours.pk)
        odile, omar = (signed_in(name, "/invest/desk/") for name in ("odile", "omar"))
        approve(odile, offering)
        aline.open(f"/invest/issuing/{offering.pk}/")
        aline.send("/open/")
        marie = join()
        verify(odile)
        invest(marie, offering)
        now.return_value = BOUND
        close(odile, offering, "ask")
        close(omar, offering, "approve")
        aline.open(f"/invest/issuing/{offering.pk}/")
        aline.open(aline.link("/holders/"))
        marie.open("/invest/documents/")
    offering = Offering.objects.get()
    everybody = (aline, odile, omar, marie)
    return {
        "pages": [(path, text) for one in everybody for path, _status, text in one.seen if text],
        "state": offering.state,
        "holdings": [
            [row.person.display_name, row.units] for row in offering.holdings.select_related()
        ],
        "documents": Counter(Document.objects.values_list("kind", flat=True)),
        "actors": Counter(Entry.objects.values_list("actor_role", flat=True)),
        "module": compliance.__file__,
        "roof": sorted(name for name in sys.modules if name.startswith("compliance.config")),
    }


if __name__ == "__main__":
    json.dump(play(), sys.stdout)
