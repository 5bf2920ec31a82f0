"""Principals, declared, changed and removed through the issuer's pages."""

import pytest
from django.urls import reverse

from tests.factories import OPENED, certify, draft_offering, make_issuer
from tests.pages.issuing import at, html, issuer_client, issuing, rows_data

pytestmark = pytest.mark.django_db


def test_a_principal_declared_through_the_pages_is_complete_and_undoes_the_certificate() -> None:
    cast = draft_offering(issuer=make_issuer(principals=()))
    certify(cast)
    client = issuer_client(cast)
    posted = {
        "name": "Aline Roy",
        "position": "présidente",
        "municipality": "Saint-Ferdinand",
        "jurisdiction": "QC",
        "occupation_fr": "Acéricultrice",
        "expertise_fr": "Agronomie",
        "percent": "69,14",
        **rows_data("held", [{"units": "100", "security_fr": "actions"}, {}]),
    }
    with at(OPENED):
        new = reverse("equity:principal_new", args=(cast.issuer.pk,))
        assert client.post(new, {**posted, "percent": "101"}).status_code == 422
        assert not cast.issuer.principals.exists()
        assert client.post(new, posted).status_code == 303
        row = cast.issuer.principals.get()
        assert row.particulars["percent"] == "69.14"
        assert row.particulars["held"] == [{"units": 100, "security": {"fr": "actions"}}]
        page = html(client.get(issuing("issuing", cast)))
        assert issuing("issuing_certify", cast) in page
        assert "principals" not in {
            part.section.key
            for part in client.get(issuing("issuing", cast)).context["standing"].parts
            if not part.complete
        }
        remove = reverse("equity:principal_remove", args=(cast.issuer.pk, 0))
        assert client.get(remove).status_code == 405
        assert client.post(remove).status_code == 303
        assert client.post(remove).status_code == 404
    assert not cast.issuer.principals.exists()


@pytest.mark.parametrize("name", ["principal_edit", "principal_remove", "principal_new"])
def test_a_list_that_a_colleague_changed_meanwhile_is_left_alone(name: str) -> None:
    cast = draft_offering()
    client = issuer_client(cast)
    place = () if name == "principal_new" else (1,)
    to = reverse(f"equity:{name}", args=(cast.issuer.pk, *place))
    list_page = reverse("equity:issuer", args=(cast.issuer.pk,))
    shown = list_page if name == "principal_remove" else to
    posted = {"name": "Aline Roy", "position": "présidente", **rows_data("held", [])}
    with at(OPENED):
        seen = client.get(shown).context["seen"]
        first = reverse("equity:principal_remove", args=(cast.issuer.pk, 0))
        assert client.post(first, {"seen": seen}).status_code == 303
        left = [row.name for row in cast.issuer.principals.all()]
        refused = client.post(to, posted | {"seen": seen})
        assert refused.status_code in (404, 422)
        if refused.status_code == 422:
            assert 'data-code="principals.as_shown"' in html(refused)
        assert [row.name for row in cast.issuer.principals.all()] == left
        if name == "principal_new":
            assert (
                client.post(to, posted | {"seen": client.get(to).context["seen"]}).status_code
                == 303
            )
            assert "Aline Roy" in [row.name for row in cast.issuer.principals.all()]
