"""The filing folder: complete for every jurisdiction, nothing in it that may not be filed, and the
folders of the shared stories."""

import hashlib
import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zipfile import ZipFile

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from compliance.accounts.roles import Actor, Role
from compliance.audit.models import Entry
from compliance.rules.ni45_110 import duties
from compliance.scenarios.playing.play import play
from compliance.scenarios.reading import read_story
from documents import services as documents
from documents.models import Document
from documents.render import Rendered
from equity import moves
from equity.models import Duty, Offering
from equity.refusal import Refused
from equity.reports import folder
from equity.reports.folder import NotAFilingCopy, filing_faults, write_zip
from equity.services.duties import file_duty
from equity.services.reports import hand_over, issue_report, save_details
from tests import factories as f
from tests.reports.scene import AFTER, answered, answers_for, in_three_provinces, issued
from tests.reports.workbook import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("printing")]
SHARED = sorted((Path(__file__).parents[1] / "scenarios" / "shared").glob("*.yaml"))


@pytest.fixture
def as_printed() -> None:
    """Asked for by a test that wants the documents as they are printed."""


@pytest.fixture
def printing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents have one blank page, but where a test wants them as they are: what is in them is
    the matter of other tests, and printing them takes most of the time."""
    if "as_printed" in request.fixturenames:
        return
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        file = io.BytesIO()
        pdf.save(file)
    content = file.getvalue()
    blank = Rendered(pdf=content, sha256=hashlib.sha256(content).hexdigest(), pages=1)
    monkeypatch.setattr(documents, "render", lambda kind, facts, version: blank)


def taken(offering: Offering, at: Any = AFTER) -> dict[str, bytes]:
    """The folder as a ZIP, read back: the bytes of every file by its path."""
    file = io.BytesIO()
    write_zip(offering, file, at=at)
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(set(names)) == len(names)
        return {name: archive.read(name) for name in names}


def check_complete(
    found: dict[str, bytes], places: list[str], *, versions: int, languages: list[str]
) -> None:
    """Every jurisdiction has every file, the manifest knows each by its digest, and every PDF may
    be filed."""
    assert sorted({name.split("/")[0] for name in found if "/" in name}) == places
    for place in places:
        manifest = json.loads(found[f"{place}/manifest.json"])
        told = {f"{place}/{one['file']}": one for one in manifest["files"]}
        there = {name for name in found if name.startswith(f"{place}/")}
        assert there == {*told, f"{place}/manifest.json", f"{place}/checklist.html"}
        assert all(
            one["sha256"] == hashlib.sha256(found[at]).hexdigest() for at, one in told.items()
        )
        wanted = [
            *(("offering_document", n + 1, one) for n in range(versions) for one in languages),
            *(("exempt_distribution_report", 1, one) for one in languages),
            ("schedule_1", 1, "fr-en"),
            ("schedule_2", 1, "fr-en"),
        ]
        assert [(one["what"], one["version"], one["language"]) for one in told.values()] == wanted
        for name, one in told.items():
            assert one["confidential"] is name.startswith(f"{place}/confidential/")
            assert one["listed_in_item_7h"] is (one["what"] == "offering_document")
            if name.endswith(".pdf"):
                assert not filing_faults(found[name])
            else:
                assert read(found[name])
        assert manifest["complete"]
        assert [one["jurisdiction"] for one in manifest["filings"]] == [place]
    assert all(name.isascii() for name in found)


def test_every_jurisdiction_gets_everything_and_no_name_of_a_file_tells_of_anybody() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    found = taken(cast.offering)
    check_complete(found, ["NB", "ON", "QC"], versions=1, languages=["fr", "en"])
    names = " ".join(found).lower()
    assert not re.search(r"lacœur|lacoeur|paul|savoie|erabliere|roy", names)
    for name, content in found.items():
        if name.endswith((".json", ".html")):
            assert not re.search(r"Lacœur|Gestion Paul|Savoie|Rimouski|rang", content.decode())
    assert found == taken(cast.offering)
    for place in ("NB", "ON", "QC"):
        same = found[f"{place}/confidential/schedule-1.xlsx"]
        assert same == found["QC/confidential/schedule-1.xlsx"]
    issued_bytes = Document.objects.get(kind="offering_document", language="fr").content.pdf
    assert found["QC/public/offering-document-1-fr.pdf"] == bytes(issued_bytes)


def test_the_checklist_says_by_when_for_how_much_and_what_is_not_known() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    found = taken(cast.offering)
    page = " ".join(found["checklist.html"].decode().split()).replace("\u00a0", " ")
    for words in (
        "10 avril 2026",
        "April 10, 2026",
        "au moins 284,00 $",
        "at least $284.00",
        "$500.00",
        "feuilles non datées, vers 2016 à 2022",
        "undated sheets, about 2016 to 2022",
        "Autorité des marchés financiers",
        "https://lautorite.qc.ca/",
    ):
        assert words in page, words
    [quebec] = json.loads(found["QC/manifest.json"])["filings"]
    assert (quebec["fee"], quebec["fee_status"]) == ("284.00", "out_of_date")
    assert quebec["report_due_on"] == quebec["offering_document_due_on"] == "2026-04-10"
    spoken = "In Quebec, the offering document is filed in French"
    assert spoken in found["QC/checklist.html"].decode()
    assert spoken not in found["ON/checklist.html"].decode()


def test_a_fee_that_nobody_saw_is_not_known_and_never_zero() -> None:
    cast = f.open_offering(issuer=f.make_issuer(head_office="SK"))
    f.subscribed(cast, f.make_person(), units=60)
    f.closed(cast)
    page = taken(cast.offering)["SK/checklist.html"].decode()
    assert "not known" in page
    assert "inconnu" in page
    [there] = json.loads(taken(cast.offering)["SK/manifest.json"])["filings"]
    assert there["fee"] is None
    assert there["distributed_there"] == "0.00"


def test_before_the_report_the_folder_says_what_it_lacks() -> None:
    cast = in_three_provinces()
    found = taken(cast.offering)
    manifest = json.loads(found["manifest.json"])
    assert not manifest["complete"]
    assert {"5 a", "10", "S2"} <= set(manifest["lacking"])
    assert not [name for name in found if "report" in name or "schedule" in name]
    assert "is not issued yet: it lacks 5 a" in found["QC/checklist.html"].decode()
    answered(cast)
    assert "complete and not issued yet" in taken(cast.offering)["QC/checklist.html"].decode()


def test_an_amended_report_takes_the_place_of_the_first_in_the_folder() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    issued(cast, at=AFTER + timedelta(days=9), amends_filed_on=AFTER.date())
    names = taken(cast.offering, AFTER + timedelta(days=9))
    reports = [name for name in names if name.startswith("QC/public/report")]
    assert reports == ["QC/public/report-45-106F1-2-fr.pdf", "QC/public/report-45-106F1-2-en.pdf"]


def with_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["evidence.json"] = b"{}"


def with_annotation(pdf: pikepdf.Pdf) -> None:
    square = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 9, 9]
    )
    pdf.pages[0]["/Annots"] = pikepdf.Array([pdf.make_indirect(square)])


def with_script(pdf: pikepdf.Pdf) -> None:
    act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.Root["/OpenAction"] = act


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [(with_attachment, "attachments"), (with_annotation, "annotations"), (with_script, "scripts")],
)
def test_a_pdf_that_may_not_be_filed_is_refused(spoil: Any, fault: str) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        plain, spoilt = io.BytesIO(), io.BytesIO()
        pdf.save(plain)
        spoil(pdf)
        pdf.save(spoilt)
    assert filing_faults(plain.getvalue()) == []
    assert filing_faults(spoilt.getvalue()) == [fault]


def test_a_copy_with_a_fault_never_reaches_the_folder() -> None:
    cast = in_three_provinces()
    with (
        patch.object(folder, "filing_faults", lambda content: ["annotations"]),
        pytest.raises(NotAFilingCopy, match=r"offering-document-1-fr.pdf .* annotations"),
    ):
        taken(cast.offering)


def test_who_takes_the_folder_is_recorded_and_nobody_else_may() -> None:
    cast = in_three_provinces()
    for actor in (cast.owner, cast.asks):
        hand_over(actor=actor, offering=cast.offering, at=AFTER)
    assert Entry.objects.filter(action="equity:report:hand_over").count() == 2
    others = (
        Actor(Role.ISSUER, f.make_issuer(name="Autre inc.").pk),
        Actor(Role.INVESTOR, cast.offering.subscriptions.first().person_id),  # type: ignore[union-attr]
        Actor(Role.EXAMINER, cast.asks.id),
    )
    for actor in others:
        with pytest.raises(Refused):
            hand_over(actor=actor, offering=cast.offering, at=AFTER)


def test_a_filing_that_is_recorded_shows_in_the_folder() -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast)
    for code in duties.AFTER_CLOSING_PER_JURISDICTION:
        file_duty(
            actor=cast.asks,
            offering_id=cast.offering.pk,
            code=code,
            jurisdiction="QC",
            reference="SEDAR+ 000001",
            at=AFTER,
        )
    found = taken(cast.offering)
    assert found["QC/checklist.html"].decode().count("recorded as filed") == 2
    assert "recorded as filed" not in found["ON/checklist.html"].decode()


def test_the_command_writes_it_whole_for_its_owner_alone_or_not_at_all(tmp_path: Path) -> None:
    cast = in_three_provinces()
    answered(cast)
    issued(cast, at=min(AFTER, timezone.now()))
    out = tmp_path / "folder"
    call_command("filing_folder", str(cast.offering.pk), "--out", str(out), stdout=io.StringIO())
    files = {str(one.relative_to(out)): one for one in out.rglob("*") if one.is_file()}
    check_complete(
        {name: one.read_bytes() for name, one in files.items()},
        ["NB", "ON", "QC"],
        versions=1,
        languages=["fr", "en"],
    )
    assert {one.stat().st_mode & 0o777 for one in files.values()} == {0o600}
    assert out.stat().st_mode & 0o777 == 0o700
    with pytest.raises(CommandError, match="already there"):
        call_command("filing_folder", str(cast.offering.pk), "--out", str(out))
    with pytest.raises(CommandError, match="There is no offering"):
        call_command("filing_folder", str(cast.issuer.pk), "--out", str(tmp_path / "none"))
    other = f.open_offering()
    with pytest.raises(CommandError, match="not closed: there is nothing to report"):
        call_command("filing_folder", str(other.offering.pk), "--out", str(tmp_path / "none"))
    with (
        patch.object(folder, "filing_faults", lambda content: ["annotations"]),
        pytest.raises(CommandError, match="may not be filed as it is"),
    ):
        call_command("filing_folder", str(cast.offering.pk), "--out", str(tmp_path / "none"))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder"]


CLOSED = {"01-maple-shares-close": ["ON", "QC"], "02-community-bond": ["QC"]}
"""The shared stories that close, and where each is filed; the others have nothing to file."""


@pytest.mark.usefixtures("as_printed")
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_the_folder_of_each_shared_story_is_complete(path: Path) -> None:
    with transaction.atomic():
        world, _ = play(read_story(path))
        [pk] = world.offerings.values()
        offering = Offering.objects.get(pk=pk)
        at = max(offering.ended_at or offering.created_at, offering.created_at)
        assert (offering.state == moves.CLOSED) is (path.stem in CLOSED)
        if path.stem not in CLOSED:
            with pytest.raises(Refused, match=r"report\.closed"):
                taken(offering, at)
            transaction.set_rollback(True)
            return
        at += timedelta(days=3)
        owner = f.issuer_actor(offering.issuer)
        save_details(actor=owner, offering_id=pk, answers=answers_for(offering), at=at)
        issue_report(actor=owner, offering_id=pk, at=at)
        places = CLOSED[path.stem]
        assert offering.in_force is not None
        languages = offering.in_force.languages
        check_complete(taken(offering, at), places, versions=1, languages=languages)
        for code in duties.AFTER_CLOSING_PER_JURISDICTION:
            owed = Duty.objects.filter(offering=offering, code=code)
            assert sorted(owed.values_list("jurisdiction", flat=True)) == places
        transaction.set_rollback(True)
