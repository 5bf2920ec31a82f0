"""What cannot be made, or must not be sealed, is said on a page; that it was taken is not told."""

from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from compliance.audit.models import Entry
from compliance.audit.tree.exporting import EntryChanged
from compliance.audit.tree.packages import NothingSigned
from compliance.audit.tree.sealing import seal_trail
from documents import services as documents
from documents.errors import RenderError
from equity.book.writing import signed
from equity.reports import folder
from tests.factories import CLOSED, closed, make_person, open_offering, subscribed
from tests.pages.issuing import at, issuer_client, issuing, officer_client

pytestmark = pytest.mark.django_db


def past_the_guards(table: str, change: str, *given: int) -> None:
    """As only the owner may, and no service ever does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE {table} SET {change}", given)
        assert cursor.rowcount == 1
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def changed(row: Entry) -> None:
    """Somebody with every right says that it was another hour."""
    past_the_guards(
        "compliance_audit_entry", "at = at + interval '1 hour' WHERE position = %s", row.position
    )


def takings() -> int:
    return Entry.objects.filter(action__endswith=":hand_over").count()


def refusal(client: Client, address: str, **sent: str) -> str:
    """What the page says to whoever gets nothing."""
    response = client.post(address, sent)
    assert response.status_code == 422
    assert takings() == 0
    return response.content.decode()


def test_nothing_is_sealed_over_a_row_that_was_changed() -> None:
    cast = open_offering()
    mine = subscribed(cast, make_person(), units=40)
    closed(cast)
    with at(CLOSED):
        with pytest.raises(NothingSigned):
            signed(cast.fresh(), issuer=True)
        seal_trail(CLOSED)
        assert signed(cast.fresh(), issuer=True).last.size > 0
        acts = Entry.objects.filter(subject_id=str(cast.offering.pk)).order_by("position")
        changed(acts.get(action="equity:offering:approve_closing"))
        for issuer in (True, False):
            with pytest.raises(EntryChanged):
                signed(cast.fresh(), issuer=issuer)
        own = Entry.objects.get(subject_id=str(mine.pk), action="equity:subscription:pay")
        changed(own)
        desk = reverse("desk:evidence_of", args=[mine.pk])
        assert "est endommagé" in refusal(officer_client(cast.asks), desk, form="zip")


def test_a_leaf_that_was_changed_keeps_evidence_from_being_sealed() -> None:
    cast = open_offering()
    mine = subscribed(cast, make_person())
    seal_trail(CLOSED)
    past_the_guards("compliance_audit_leaf", "hash = sha256('x') WHERE index = %s", 0)
    with at(CLOSED):
        desk = reverse("desk:evidence_of", args=[mine.pk])
        assert "est endommagé" in refusal(officer_client(cast.asks), desk, form="zip")


def test_a_document_that_cannot_be_made_is_named() -> None:
    cast = open_offering()
    mine = subscribed(cast, make_person(), units=40)
    closed(cast)
    officer, issuer = officer_client(cast.asks), issuer_client(cast)
    key = cast.offering.pk
    taken = (
        (officer, reverse("desk:closing_book", args=[key])),
        (officer, reverse("desk:filing_folder", args=[key])),
        (officer, reverse("desk:evidence_of", args=[mine.pk])),
        (issuer, issuing("issuing_book", cast)),
    )
    with at(CLOSED):
        with patch.object(documents, "render", side_effect=RenderError("x.lead")):
            for client, address in taken:
                assert "numéro 1, ne peut être établi" in refusal(client, address, form="zip")
            with pytest.raises(CommandError, match="number 1"):
                call_command("evidence", str(mine.pk), out=Path("/nowhere/evidence.zip"))
        with patch.object(folder, "filing_faults", lambda content: ["annotations"]):
            for client, address in (taken[0], taken[1], taken[3]):
                assert "Document d'offre" in refusal(client, address).replace("&#x27;", "'")
