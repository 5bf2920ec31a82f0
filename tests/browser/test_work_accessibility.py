"""The issuer's and the officer's pages through axe, on a telephone, in French and English."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from compliance.accounts.models import User
from compliance.casework.services import add_evidence, ask_question
from documents.selectors import comparable_statements
from equity.forms.items import SECTIONS
from equity.selectors.money import payments_of
from equity.services.bank_details import ask_account, propose_account
from tests.browser.test_investor_accessibility import faults
from tests.factories import (
    BOUND,
    Cast,
    draft_offering,
    investor_user,
    issuer_actor,
    issuer_user,
    make_person,
    open_offering,
    subscribed,
)
from tests.pages.casework import flagged, opened
from tests.pages.issuing import at
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def issuers_pages(cast: Cast, draft: Cast) -> list[str]:
    """Every page of the issuer: one offering in preparation, one open."""
    here, there = draft.offering.pk, cast.offering.pk
    return [
        reverse("equity:issuer", args=[cast.issuer.pk]),
        reverse("equity:principal_edit", args=[cast.issuer.pk, 0]),
        reverse("equity:offering_new", args=[cast.issuer.pk]),
        *(reverse("equity:issuing_section", args=[here, each.key]) for each in SECTIONS),
        *(
            reverse(f"equity:{name}", args=[here])
            for name in ("issuing", "issuing_certify", "issuing_concurrent", "issuing_cancel")
        ),
        *(
            reverse(f"equity:{name}", args=[there])
            for name in ("issuing", "issuing_amend", "issuing_documents", "issuing_duties")
        ),
    ]


def desk_pages(cast: Cast) -> list[str]:
    """Every page of the desk."""
    offering, subscription = cast.offering.pk, cast.offering.subscriptions.get()
    plain = ("queue", "cases", "register", "calendar", "portals", "issuers", "persons", "rules")
    about = (
        *("dossier", "trail", "subscriptions", "ledger", "documents"),
        *("worksheet", "refunds", "duties", "advise"),
    )
    return [
        *(reverse(f"desk:{name}") for name in plain),
        *(reverse(f"desk:{name}", args=[offering]) for name in about),
        reverse("desk:decide", args=[offering, "stop"]),
        *(
            reverse(f"desk:{name}", args=[subscription.pk])
            for name in ("subscription", "withdrawal", "late_case")
        ),
        *(
            reverse(f"desk:{name}", args=[subscription.person_id])
            for name in ("person", "identify")
        ),
        *(
            reverse(f"desk:{name}", args=[cast.portal.pk])
            for name in ("portal", "authorisations", "resources", "change")
        ),
        *(reverse(f"desk:{name}", args=[cast.issuer.pk]) for name in ("issuer", "relate")),
    ]


def work_pages(cast: Cast) -> list[str]:
    """The desk's pages about cases, about what takes two people, and about what is proven."""
    offering, row = cast.offering, cast.offering.subscriptions.get()
    case = opened(cast, subject=row)
    flag = flagged(cast)
    ask_question(
        actor=cast.asks,
        case=case,
        text="Quand l'avez-vous envoyé?",
        asked_of="investor",
        asked_of_id=row.person_id,
        at=BOUND,
    )
    add_evidence(actor=cast.asks, case=case, kind="notice", name="Avis", content=b"x", at=BOUND)
    account = propose_account(
        actor=issuer_actor(cast.issuer),
        issuer_id=cast.issuer.pk,
        institution="815",
        transit="12345",
        number="1234567",
        holder=cast.issuer.name,
        at=BOUND,
    ).subject
    request = ask_account(actor=cast.approves, account_id=account.pk, at=BOUND).subject
    read = next(iter(comparable_statements(BOUND.date())))
    return [
        *(reverse(f"desk:{name}") for name in ("approvals", "staff", "wording")),
        reverse("desk:approval", args=[request.pk]),
        reverse("desk:statement", args=[read]),
        reverse("desk:account", args=[cast.issuer.pk]),
        reverse("desk:correct", args=[row.pk, payments_of(row)[0].entry_id]),
        reverse("desk:case", args=[case.pk]),
        reverse("desk:case", args=[flag.case_id]),
        reverse("desk:decide_case", args=[case.pk, "accept"]),
        reverse("desk:open_case", args=["equity.offering", offering.pk]),
    ]


def _faults(
    live_server: LiveServer, browser: Browser, language: str, email: str, addresses: list[str]
) -> list[str]:
    """What axe finds on the pages at the width of a telephone, signed in."""
    # axe is a script, which the pages themselves do not allow.
    context = browser.new_context(viewport={"width": 390, "height": 900}, bypass_csp=True)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page, found = context.new_page(), list[str]()
    with at(BOUND):
        sign_in(page, live_server.url, email)
        for address in addresses:
            page.goto(live_server.url + address)
            found += faults(page)
    context.close()
    return found


def test_the_issuers_pages_are_accessible_and_fit(
    live_server: LiveServer, browser: Browser
) -> None:
    cast = open_offering()
    draft = draft_offering("community_bond", issuer=cast.issuer, portal=cast.portal)
    email = issuer_user(cast.issuer).email
    assert _faults(live_server, browser, "fr", email, issuers_pages(cast, draft)) == []


def test_the_pages_of_the_desk_are_accessible_and_fit(
    live_server: LiveServer, browser: Browser
) -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=60)
    email = User.objects.get(pk=cast.asks.id).email
    assert _faults(live_server, browser, "en", email, desk_pages(cast)) == []


def test_the_pages_of_cases_and_of_two_people_are_accessible_and_fit(
    live_server: LiveServer, browser: Browser
) -> None:
    cast, person = open_offering(), make_person(email="marie@courriel.example")
    investor_user(person)
    subscribed(cast, person)
    email = User.objects.get(pk=cast.asks.id).email
    found = _faults(live_server, browser, "fr", email, work_pages(cast))
    theirs = [reverse("equity:ask", args=[cast.offering.pk]), reverse("equity:asked")]
    found += _faults(live_server, browser, "fr", person.email, theirs)
    issuers = [
        reverse(f"equity:{name}", args=[cast.issuer.pk]) for name in ("account", "issuer_asked")
    ]
    found += _faults(live_server, browser, "en", issuer_user(cast.issuer).email, issuers)
    assert found == []
