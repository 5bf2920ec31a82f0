"""The closing book by a button: of the desk and of the issuer, once the offering is closed."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Entry
from compliance.audit.verifier import verify_audit
from equity.book.writing import TOLD_TO_ISSUERS
from equity.services.evidence import BOOK
from equity.views import handing
from tests.factories import CLOSED, closed, make_person, open_offering, subscribed
from tests.pages.issuing import (
    at,
    examiner_client,
    issuer_client,
    issuing,
    officer_client,
    stranger,
)

pytestmark = pytest.mark.django_db


def taken_by(client: Client, address: str, folder: Path) -> set[str]:
    """The names in the book that is answered, which is intact; it stays in the folder."""
    response = client.post(address)
    assert response.streaming
    name = "livre-de-cloture-closing-book.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    path = folder / name
    path.write_bytes(b"".join(response.streaming_content))
    assert verify_audit.main([str(path)]) == 0
    with ZipFile(path) as archive:
        return set(archive.namelist())


def acts_in(folder: Path) -> set[str]:
    """The acts that the trail of the book in the folder tells."""
    with ZipFile(folder / "livre-de-cloture-closing-book.zip") as archive:
        trail = BytesIO(archive.read("trail.zip"))
    with ZipFile(trail) as archive:
        leaves = [
            json.loads(json.loads(line)["leaf"])
            for line in archive.read("proofs.jsonl").splitlines()
        ]
    return {leaf["action"] for leaf in leaves if "action" in leaf}


def test_the_desk_and_the_issuer_take_their_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = open_offering()
    subscribed(cast, make_person(), units=40)
    desk, own = reverse("desk:closing_book", args=[cast.offering.pk]), issuing("issuing_book", cast)
    officer, issuer = officer_client(cast.asks), issuer_client(cast)
    with at(CLOSED):
        assert officer.post(desk).status_code == issuer.post(own).status_code == 404
        closed(cast)
        assert (
            desk in officer.get(reverse("desk:dossier", args=[cast.offering.pk])).content.decode()
        )
        assert own in issuer.get(issuing("issuing_documents", cast)).content.decode()
        monkeypatch.setattr(handing, "_MOST_WAITING", 0)
        assert "se prépare" in issuer.post(own, follow=True).content.decode()
        assert "réessayez bientôt" in officer.post(desk, follow=True).content.decode()
        monkeypatch.undo()
        for client in (officer, examiner_client()):
            assert "evidence/00001.zip" in taken_by(client, desk, tmp_path)
            client.post(reverse("desk:examination", args=[cast.offering.pk]))
        told = acts_in(tmp_path)
        assert {"equity:offering:approve_closing", "equity:book:hand_over"} <= told
        # What regulators and officers took is never the issuer's to know.
        names = taken_by(issuer, own, tmp_path)
        told = acts_in(tmp_path)
        assert "equity:offering:approve_closing" in told
        assert told <= TOLD_TO_ISSUERS
        assert "register.fr.html" in names
        assert not any(name.startswith(("evidence/", "purchasers/")) for name in names)
        for client, address in ((stranger(), own), (stranger(), desk), (issuer, desk)):
            assert client.post(address).status_code == 404
        assert officer.get(desk).status_code == issuer.get(own).status_code == 405
    takers = Entry.objects.filter(action=BOOK).order_by("position")
    assert [row.actor_role for row in takers] == ["officer", "examiner", "issuer"]
