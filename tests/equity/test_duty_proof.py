"""Nothing is done without its proof, by the service and by the database; what is done stays so."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from compliance.accounts.roles import SYSTEM
from compliance.audit.models import Entry
from compliance.rules.ni45_110 import duties
from equity.models import Duty, ProofFile
from equity.refusal import Refused
from equity.services import money, portals
from equity.services.duties import file_duty
from equity.services.proofs import LARGEST, FileFault, ProofMissing, Upload
from tests import factories as f

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


def closed_cast() -> f.Cast:
    cast = f.open_offering()
    f.subscribed(cast, f.make_person(), units=100)
    f.closed(cast)
    return cast


def record(cast: f.Cast, **given: Any) -> list[Duty]:
    return file_duty(
        actor=cast.asks,
        offering_id=cast.offering.pk,
        at=f.CLOSED + timedelta(days=1),
        **{"code": duties.FILE_EXEMPT_REPORT, **given},
    ).subject


def test_each_kind_of_duty_has_its_proof_beside_its_code() -> None:
    """The migration names the duties that an act does: the same as the table of the rules."""
    assert {duty.proof for duty in duties.DUTIES.values()} == {"act", "shown"}
    assert {duties.REFUND, duties.NOTIFY_AMENDMENT} == duties.DONE_BY_ACT
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            ["duty_done_with_proof"],
        )
        told = cursor.fetchone()[0]
    assert {code for code in duties.DUTIES if code in told} == {
        *duties.DONE_BY_ACT,
        duties.CERTIFY_RESOURCES,
    }


@pytest.mark.parametrize("reference", ["", " ", "\N{NO-BREAK SPACE}\t"])
def test_a_filing_without_proof_changes_nothing(reference: str) -> None:
    cast = closed_cast()
    before = Entry.objects.count()
    with pytest.raises(ProofMissing):
        record(cast, reference=reference)
    assert not Duty.objects.filter(code=duties.FILE_EXEMPT_REPORT, done_at__isnull=False).exists()
    assert Entry.objects.count() == before


def test_a_reference_a_file_or_both() -> None:
    cast = closed_cast()
    (first,) = record(cast, reference="  SEDAR  06012345 ")
    assert (first.reference, first.file, first.done_by) == ("SEDAR 06012345", None, cast.asks.id)
    (second,) = record(cast, code=duties.INFORM_ISSUER, file=Upload("C:\\Reçus\\avis.pdf", PDF))
    kept = ProofFile.objects.get()
    assert (second.reference, second.file) == ("", kept)
    assert (kept.name, kept.media_type, kept.size) == ("avis.pdf", "application/pdf", len(PDF))
    assert (bytes(kept.content), kept.kept_by) == (PDF, cast.asks.id)
    entry = Entry.objects.filter(action="equity:offering:file").latest("position")
    assert (entry.payload["file"], entry.payload["sha256"]) == (str(kept.pk), kept.sha256)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, content FROM equity_prooffile")
        name, content = cursor.fetchone()
    assert b"avis" not in bytes(name)
    assert PDF not in bytes(content)


@pytest.mark.parametrize("size", [1, LARGEST, LARGEST + 1])
def test_how_large_a_file_may_be(size: int) -> None:
    content = (b"\xff\xd8\xff" + b"x" * size)[: max(size, 3)]
    if size > LARGEST:
        with pytest.raises(FileFault, match="large"):
            Upload("a.jpg", content)
    else:
        assert Upload("a.jpg", content).media_type == "image/jpeg"


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ\x90", b"%PDF", b"\x89PNG"])
def test_what_a_file_is_is_told_by_its_bytes(content: bytes) -> None:
    with pytest.raises(FileFault, match="kind" if content else "empty"):
        Upload("proof.pdf", content)


def test_an_f5_does_the_duty_before_it_with_a_proof() -> None:
    portal = f.make_portal()  # Certified on 5 January 2026.
    summer = f.OPENED + timedelta(days=120)
    with pytest.raises(ProofMissing):
        portals.certify_resources(actor=SYSTEM, portal_id=portal.pk, at=summer)
    due = portals.certify_resources(
        actor=SYSTEM, portal_id=portal.pk, at=summer, file=Upload("a5.pdf", PDF)
    ).subject
    done, waiting = portal.duties.order_by("event_on")
    assert (done.done_at, done.file) == (summer, ProofFile.objects.get())
    assert (waiting, waiting.done_at) == (due, None)
    # Recorded late, after a newer one: it does nothing and leaves nothing.
    late = portals.certify_resources(
        actor=SYSTEM, portal_id=portal.pk, on=f.OPENED.date(), at=summer
    )
    assert late.subject == due
    assert portal.duties.count() == 2
    # Twice on one day is once.
    again = portals.certify_resources(actor=SYSTEM, portal_id=portal.pk, at=summer)
    assert (again.subject, portal.duties.filter(done_at=None).count()) == (due, 1)


def owing() -> f.Cast:
    """An offering whose purchaser withdrew and is owed a refund."""
    cast = f.open_offering()
    row = f.subscribed(cast, f.make_person())
    money.withdraw(
        actor=f.investor_actor(row.person), subscription_id=row.pk, at=f.OPENED + timedelta(hours=2)
    )
    return cast


def test_a_file_of_proof_is_never_changed() -> None:
    cast = closed_cast()
    record(cast, file=Upload("a.pdf", PDF))
    for statement in ("UPDATE equity_prooffile SET size = 1", "DELETE FROM equity_prooffile"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_what_an_act_does_is_done_by_no_filing() -> None:
    cast = owing()
    with pytest.raises(Refused):
        record(cast, code=duties.REFUND, reference="x")
