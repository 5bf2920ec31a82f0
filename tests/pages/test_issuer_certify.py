"""Whoever certifies signs what they were shown, and nothing that came since."""

import re

import pytest

from tests.factories import OPENED, draft_offering
from tests.pages.issuing import at, html, issuer_client, issuing
from tests.pages.test_issuer_acts import CERTIFICATE, TERMS

pytestmark = pytest.mark.django_db


def test_what_a_colleague_changed_meanwhile_is_not_signed() -> None:
    cast = draft_offering()
    client, colleague = issuer_client(cast), issuer_client(cast)
    with at(OPENED):
        seen = re.search(
            r'name="seen" value="([^"]+)"', html(client.get(issuing("issuing_certify", cast)))
        )
        assert seen
        colleague.post(issuing("issuing_section", cast, "terms"), {**TERMS, "maximum": "50000"})
        signed = {**CERTIFICATE, "seen": seen[1]}
        refused = client.post(issuing("issuing_certify", cast), signed)
        assert refused.status_code == 422
        assert "Rien n'a été attesté." in html(refused)
        assert cast.fresh().document.certified_at is None
        again = re.search(r'name="seen" value="([^"]+)"', html(refused))
        assert again
        assert again[1] != seen[1]
        signed["seen"] = again[1]
        assert client.post(issuing("issuing_certify", cast), signed).status_code == 303
    assert cast.fresh().document.certified_at == OPENED
