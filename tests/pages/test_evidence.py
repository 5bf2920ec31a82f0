"""Taking the evidence about a purchase: who may, in which form, and that it is recorded."""

import json
from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Entry
from compliance.audit.tree.sealing import seal_trail
from compliance.audit.verifier import verify_audit
from equity.services import evidence as service
from tests.equity.evidence import person, reads
from tests.factories import investor_user, subscribed
from tests.pages.investing import text_of, visit
from tests.pages.issuing import (
    at,
    client_of,
    examiner_client,
    issuer_client,
    officer_client,
    stranger,
)
from tests.pages.test_investor_mine import NOON

pytestmark = pytest.mark.django_db


def taken_by(client: Client, address: str, form: str = "zip") -> dict[str, bytes]:
    """The files of what is answered."""
    response = client.post(address, {"form": form})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="preuve-evidence.{form}"'
    assert response["Cache-Control"] == "private, no-store"
    with ZipFile(BytesIO(response.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everybody_takes_what_is_theirs_and_it_is_recorded(tmp_path: Path) -> None:
    seen = visit()
    cast, mine = seen.cast, subscribed(seen.cast, seen.person)
    other = person("Lucie")
    reads(cast, other)
    own = reverse("equity:evidence", args=[mine.pk])
    desk = reverse("desk:evidence_of", args=[mine.pk])
    of_other = reverse("desk:evidence_of_person", args=[other.pk, cast.offering.pk])
    with at(NOON):
        # Its documents are made now, and the trail does not name them yet.
        page = text_of(seen.client.post(own, {"form": "zip"}, follow=True))
        assert "se prépare" in page
        assert "Votre dossier de preuve" in page
        seal_trail(NOON)
        files = taken_by(seen.client, own)
        assert json.loads(files["agreement.json"])["subscription"] == str(mine.pk)
        # That it was taken changes nothing of it.
        assert taken_by(seen.client, own) == files
        for client in (officer_client(cast.asks), examiner_client()):
            told = json.loads(taken_by(client, desk)["agreement.json"])
            assert told["subscription"] == str(mine.pk)
            page = client.get(reverse("desk:subscription", args=[mine.pk]))
            assert f'action="{desk}"' in page.content.decode()
            told = json.loads(taken_by(client, of_other)["agreement.json"])
            assert (told["outcome"], told["subscription"]) == ("looked", None)
        page = officer_client(cast.asks).get(reverse("desk:person", args=[other.pk]))
        assert of_other in page.content.decode()
        strange = client_of(investor_user(person("Anne")))
        for client in (stranger(), issuer_client(cast), strange):
            for address in (own, desk, of_other):
                assert client.post(address, {"form": "zip"}).status_code == 404
        for address in (own, desk):
            assert officer_client(cast.asks).post(address, {"form": "exe"}).status_code == 404
            assert officer_client(cast.asks).get(address).status_code == 405
        # Of somebody who subscribed there is the package of the subscription alone.
        bought = reverse("desk:evidence_of_person", args=[seen.person.pk, cast.offering.pk])
        assert officer_client(cast.asks).post(bought, {"form": "zip"}).status_code == 404
    takers = Entry.objects.filter(action=service.ACTION).order_by("position")
    assert [(row.actor_role, row.subject_id) for row in takers] == [
        ("investor", seen.person.pk),
        ("investor", seen.person.pk),
        ("officer", seen.person.pk),
        ("officer", other.pk),
        ("examiner", seen.person.pk),
        ("examiner", other.pk),
    ]
    by_command(tmp_path, str(mine.pk), str(cast.offering.pk), str(other.pk), str(seen.person.pk))


def by_command(folder: Path, mine: str, offering: str, other: str, buyer: str) -> None:
    """The same by `manage.py evidence`."""
    out = folder / "one.zip"
    call_command("evidence", mine, out=out)
    assert verify_audit.main([str(out)]) == 0
    call_command("evidence", offering=offering, person=other, out=out)
    assert verify_audit.main([str(out)]) == 0
    call_command("evidence", mine, out=folder / "one.pdf")
    assert (folder / "one.pdf").read_bytes().startswith(b"%PDF")
    for given, words in (
        ({}, "Name a subscription"),
        ({"subscription": str(uuid4())}, "There is no subscription"),
        ({"offering": offering, "person": str(uuid4())}, "no such person"),
        ({"offering": offering, "person": buyer}, "name the subscription"),
        ({"subscription": mine, "out": folder / "one.txt"}, "ends in .zip or in .pdf"),
        ({"subscription": mine, "out": folder / "no" / "where.zip"}, "No such file"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("evidence", **({"out": out} | given))
    assert sorted(path.name for path in folder.iterdir()) == ["one.pdf", "one.zip"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert Entry.objects.filter(action=service.ACTION, actor_role="system").count() == 3
