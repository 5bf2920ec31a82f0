"""Who downloads a document gets it with its seal; officers also take the copy that is filed."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from documents.models import Document
from documents.seals.reading import signatures
from documents.seals.services import running_from, seal_pending
from documents.selectors import archive_copy
from documents.services import render_document
from tests.factories import OPENED, subscribed
from tests.pages.investing import visit
from tests.pages.issuing import at, issuer_client, officer_client
from tests.sealed import keyed
from tests.stamping import DAY


@pytest.mark.django_db
def test_a_download_bears_the_seal_and_the_copy_for_filing_does_not(
    settings: Any, tmp_path: Path
) -> None:
    with at(OPENED):
        seen = visit()
        subscribed(seen.cast, seen.person)
        hers = Document.objects.filter(person_id=seen.person.pk, language="fr").first()
        public = Document.objects.get(kind="offering_document", language="fr")
        assert hers is not None
        for document in (hers, public):
            render_document(document.pk, at=OPENED)
        offering, officer = seen.cast.offering.pk, officer_client(seen.cast.asks)
        desk = reverse("desk:document", args=[offering, public.pk])
        issuing = reverse("equity:issuing_document", args=[offering, public.pk])
        asked = (
            (seen.client, reverse("equity:my_document", args=[hers.pk]), hers),
            (seen.client, reverse("equity:document_pdf", args=[offering, "fr"]), public),
            (officer, desk, public),
            (issuer_client(seen.cast), issuing, public),
        )
        for client, address, document in asked:
            assert client.get(address).content == bytes(document.content.pdf), address
        settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(tmp_path)}
        keyed(tmp_path, OPENED - DAY)
        assert len(list(seal_pending(clock=running_from(OPENED)))) == 2
        for client, address, document in asked:
            got = client.get(address).content
            assert got == archive_copy(document), address
            assert len(signatures(got)) == 1
        assert officer.get(f"{desk}?copy=filing").content == bytes(public.content.pdf)
        listed = officer.get(reverse("desk:documents", args=[offering])).content.decode()
        assert f"{desk}?copy=filing" in listed
        assert "B-B" in listed
