"""Forms 45-110F3 and F4 of the portal: saved, missing, issued, changed, told."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.accounts.roles import Actor, ActorNotAllowed, Role
from compliance.rules.wording import PLACEHOLDER
from compliance.rules.wording.resource import prescribed_of
from documents.models import Document
from documents.services import render_document
from equity.models import PortalChange, PortalFormVersion, PortalPrincipal
from equity.selectors.portal_forms import FormFile, form_file, issued_forms
from equity.services.portal_forms import AnotherVersion, NothingToIssue, issue_form, save_form
from equity.services.portals import add_principal
from tests import factories as f
from tests.pages.issuing import at, officer_client
from tests.pages.screens import Form, Reader
from tests.papers.test_wording import confirm, put_in, resource

pytestmark = pytest.mark.django_db

CONTENT = {
    "trade_names": "L'Essai",
    "legal_form": "nonprofit",
    "organized_in": "QC",
    "organized_on": "2019-04-11",
    "business": "Financement participatif.",
    "portal_orders": True,
    "portal_orders_details": "Une ordonnance de 2020, levée.",
    "principals_orders_details": "Des précisions sans réponse.",
}


@pytest.fixture
def cast() -> f.Cast:
    made = f.draft_offering()
    for name in ("Solange Dufrêne", "  solange dufrene "):
        add_principal(actor=made.asks, portal_id=made.portal.pk, name=name, at=f.OPENED)
    return made


def save(cast: f.Cast, content: dict[str, Any], *, of_principal: bool = False) -> None:
    principal = cast.portal.principals.get().pk if of_principal else None
    save_form(
        actor=cast.asks,
        portal_id=cast.portal.pk,
        principal_id=principal,
        language="fr",
        content=content,
        at=f.OPENED,
    )


def last_saved(cast: f.Cast, principal: PortalPrincipal | None = None) -> int:
    rows = PortalFormVersion.objects.filter(portal=cast.portal, principal=principal)
    return max(rows.values_list("number", flat=True))


def issue(cast: f.Cast, *, of_principal: bool = False, **given: Any) -> Document:
    principal = cast.portal.principals.get() if of_principal else None
    issue_form(
        actor=cast.asks,
        portal_id=cast.portal.pk,
        principal_id=principal and principal.pk,
        language="fr",
        at=f.OPENED,
        **{"number": last_saved(cast, principal), **given},
    )
    return issued_forms(cast.portal)[cast.portal.pk if principal is None else principal.pk][0]


def standing(cast: f.Cast) -> FormFile:
    return form_file(cast.portal, None, "fr", f.OPENED)


def test_what_is_saved_is_a_version_and_the_same_again_is_none(cast: f.Cast) -> None:
    save(cast, CONTENT)
    save(cast, CONTENT)
    save(cast, {**CONTENT, "trade_names": ""})
    assert [row.number for row in PortalFormVersion.objects.all()] == [1, 2]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PortalFormVersion.objects.update(number=3)
    with pytest.raises(DatabaseError, match="of_whom"), transaction.atomic():
        PortalFormVersion.objects.create(
            portal=cast.portal,
            form="f4",
            language="fr",
            number=9,
            content={},
            saved_at=f.OPENED,
            saved_by=cast.asks.id,
        )


def test_only_an_officer_fills_in_a_form(cast: f.Cast) -> None:
    with pytest.raises(ActorNotAllowed):
        save_form(
            actor=Actor(Role.EXAMINER, cast.asks.id),
            portal_id=cast.portal.pk,
            principal_id=None,
            language="fr",
            content=CONTENT,
            at=f.OPENED,
        )
    assert not PortalFormVersion.objects.exists()


def test_what_is_missing_is_said_line_by_line_and_printed(cast: f.Cast) -> None:
    save(cast, CONTENT)
    missing = {
        (line.heading[0], line.label.replace("\u00a0", " ")) for line in standing(cast).missing
    }
    assert {("B", "Courriel"), ("H", "Lieu de conservation des livres et dossiers")} <= missing
    # Details without a yes or a no are no answer; a yes with details is.
    assert ("G", "Ordonnances – ses principaux intéressés") in missing
    assert ("G", "Ordonnances – le portail") not in missing
    paper = issue(cast)
    assert paper.facts["signed"] is None
    assert paper.facts["unconfirmed"][0] == "F3.T"
    assert {"F3.G1", "F3.H1", "F3.H2"} <= set(paper.facts["unconfirmed"])
    assert (render_document(paper.pk, at=f.OPENED).pages or 0) >= 2


def test_a_change_makes_a_document_that_supersedes_and_the_regulators_are_to_be_told(
    cast: f.Cast,
) -> None:
    save(cast, CONTENT)
    first = issue(cast)
    with pytest.raises(NothingToIssue):
        issue(cast)
    save(cast, {**CONTENT, "business": "Financement et accompagnement."})
    (changed,) = standing(cast).changed
    assert (changed.label, changed.before, changed.after) == (
        "Activité du portail",
        "Financement participatif.",
        "Financement et accompagnement.",
    )
    second = issue(cast, change="L'activité du portail.")
    assert second.supersedes == first
    assert second.facts["supersedes"] == first.facts["reference"]
    assert (second.facts["version"], second.facts["signed"]) == (2, None)
    told = PortalChange.objects.get()
    assert (told.form, told.what) == ("f3", "L'activité du portail.")
    assert standing(cast).changed == ()


def test_only_the_version_that_was_shown_is_issued(cast: f.Cast) -> None:
    save(cast, CONTENT)
    save(cast, {**CONTENT, "business": "Une autre activité."})
    for shown in (0, 1, 3):
        with pytest.raises(AnotherVersion):
            issue(cast, number=shown)
    assert not Document.objects.filter(kind="portal_information").exists()
    assert issue(cast, number=2).facts["business"] == "Une autre activité."


def test_words_confirmed_since_are_reason_enough_to_issue_it_again(cast: f.Cast) -> None:
    save(cast, CONTENT)
    first = issue(cast)
    assert not standing(cast).to_issue
    one = next(one for one in prescribed_of("45-110F3", "fr") if one.kind != PLACEHOLDER)
    given = resource({one.id: one.text}, form="45-110F3")
    for request in put_in(cast.asks, given).asked:
        confirm(cast.approves, request)
    assert (standing(cast).to_issue, standing(cast).changed) == (True, ())
    second = issue(cast)
    assert second.supersedes == first
    assert set(first.facts["unconfirmed"]) - set(second.facts["unconfirmed"]) == {one.id}
    with pytest.raises(NothingToIssue):
        issue(cast)


def test_what_the_portal_itself_is_called_changes_the_form_too(cast: f.Cast) -> None:
    save(cast, CONTENT)
    issue(cast)
    cast.portal.name = "Portail renommé"
    cast.portal.save()
    assert [one.label for one in standing(cast).changed] == ["Nom"]


def test_the_position_of_a_principal_comes_from_their_own_form(cast: f.Cast) -> None:
    save(cast, CONTENT)
    assert "Principaux" in {line.heading[3:13] for line in standing(cast).missing}
    periods = [{"what": "12, rue Sainte-Ursule, Québec", "since": "2022-05"}]
    own = {"title": "présidente", "percent": "50", "residences": periods, "civil": False}
    save(cast, own, of_principal=True)
    assert "Principaux" not in {line.heading[3:13] for line in standing(cast).missing}
    paper = issue(cast, of_principal=True)
    assert paper.kind == "portal_individual_information"
    assert paper.facts["residences"][0]["since"] == "2022-05"
    assert paper.facts["answers"][2] == {"topic": "civil", "answer": {"yes": False, "details": ""}}
    assert (render_document(paper.pk, at=f.OPENED).pages or 0) >= 1


def test_the_list_of_forms_asks_the_same_few_questions_however_many_principals(
    cast: f.Cast,
) -> None:
    with CaptureQueriesContext(connection) as few:
        issued_forms(cast.portal)
    for number in range(5):
        PortalPrincipal.objects.create(portal=cast.portal, name=f"Principal {number}")
    with CaptureQueriesContext(connection) as many:
        issued_forms(cast.portal)
    assert len(few) == len(many) == 3


def forms_of(page: str) -> list[Form]:
    reader = Reader()
    reader.feed(page)
    return reader.forms


def test_an_officer_fills_in_a_form_page_and_issues_it(cast: f.Cast) -> None:
    principal = cast.portal.principals.get()
    client = officer_client(cast.asks)
    url = reverse("desk:principal_form", args=[cast.portal.pk, principal.pk, "fr"])
    with at(f.OPENED):
        page = client.get(url).content.decode()
        form = next(one for one in forms_of(page) if one.action == url)
        sent = form.data | {
            "form-title": ["présidente"],
            "form-percent": ["500"],
            "form-civil": ["no"],
            "residences-0-what": ["12, rue Sainte-Ursule"],
            "residences-0-since": ["2022-05"],
        }
        refused = client.post(url, sent)
        assert refused.status_code == 422
        assert "12, rue Sainte-Ursule" in refused.content.decode()
        assert client.post(url, sent | {"form-percent": ["50"]}).status_code == 303
        page = client.get(url).content.decode()
        issuing = next(one for one in forms_of(page) if one.action.endswith("/issue/"))
        stale = client.post(issuing.action, {})
        assert stale.status_code == 422
        assert "enregistrées de nouveau depuis" in stale.content.decode()
        # A name that somebody still posts signs nothing.
        answer = client.post(issuing.action, issuing.data | {"issue-certifier_name": ["S. D."]})
        assert answer.status_code == 303
        assert client.post(issuing.action, {"issue-number": ["1"]}).status_code == 422
        listed = client.get(reverse("desk:portal", args=[cast.portal.pk])).content.decode()
        paper = issued_forms(cast.portal)[principal.pk][0]
        assert paper.facts["signed"] is None
        assert reverse("desk:portal_document", args=[cast.portal.pk, paper.pk]) in listed
    other = f.make_portal(name="Autre portail (exemple)")
    with at(f.OPENED):
        stray = reverse("desk:principal_form", args=[other.pk, principal.pk, "fr"])
        assert client.get(stray).status_code == 404
        odd = reverse("desk:portal_form", args=[cast.portal.pk, "de"])
        assert client.get(odd).status_code == 404
