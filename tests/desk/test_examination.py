"""The examination bundle: what an examiner reads in it, and that one changed byte is seen."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from posixpath import dirname, normpath
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from compliance.audit.models import Entry
from compliance.audit.tree.exporting import NothingSigned
from compliance.audit.tree.sealing import seal_trail
from compliance.audit.verifier import verify_audit
from compliance.casework.services import open_case
from compliance.desk.examination.gathering import scope_of_offering, scope_of_period
from compliance.desk.examination.writing import write_bundle
from compliance.rules.kernel.zones import zone_of
from equity.models import Offering
from tests.factories import BOUND, OPENED, closed, make_person, open_offering, subscribed
from tests.pages.issuing import at, examiner_client, issuer_client, officer_client, stranger

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was written once, and an id in it."""

    data: bytes
    first: str


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Made:
    """The bundle of a closed offering with two purchasers; nothing of it stays in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = open_offering()
        first = subscribed(cast, make_person(), units=40)
        subscribed(cast, make_person("Basile", "Roy", email="basile@courriel.example"), units=8)
        closed(cast)
        seal_trail(AT)
        offering = Offering.objects.select_related("issuer", "portal", "in_force").get()
        file = BytesIO()
        done = write_bundle(file, scope_of_offering(offering), at=AT)
        assert done.subscriptions == 2
        assert done.documents > 4
        transaction.set_rollback(True)
    return Made(file.getvalue(), str(first.pk))


@pytest.fixture
def bundle(made: Made, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    path = tmp_path / "bundle.zip"
    path.write_bytes(made.data)
    return path


def names_of(path: Path) -> list[str]:
    with ZipFile(path) as archive:
        return archive.namelist()


def read(path: Path, name: str) -> str:
    with ZipFile(path) as archive:
        return archive.read(name).decode()


def changed(path: Path, name: str, data: bytes) -> Path:
    """A copy in which one file is another one."""
    target = path.with_name("changed.zip")
    with ZipFile(path) as source, ZipFile(target, "w") as copy:
        for each in source.namelist():
            copy.writestr(each, data if each == name else source.read(each))
    return target


def test_a_stranger_checks_it_with_one_file(bundle: Path, tmp_path: Path) -> None:
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (alone / "verify_audit.py").write_text(read(bundle, "verify_audit.py"), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-I", str(alone / "verify_audit.py"), str(bundle)],
        capture_output=True,
        text=True,
        check=False,
        cwd=alone,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "INTACT" in answer.stdout


def test_the_page_of_a_subscription_tells_everything(made: Made, bundle: Path) -> None:
    english = read(bundle, "offerings/1/subscriptions/0001.en.html")
    for words in (
        "opened on",
        "Form 45-110F2, answered on",
        "NI 45-110, s.",
        "Met",
        "$1,000.00",
        "room left",
        "of the trail",
    ):
        assert words in english, words
    french = read(bundle, "offerings/1/subscriptions/0001.fr.html")
    for words in ("ouvert le", "Annexe 45-110A2, remplie le", "Respecté", "1 000,00 $"):
        assert words.replace(" ", "\u00a0") in french.replace(" ", "\u00a0"), words
    assert made.first in english
    assert "Payment received in trust" in english
    assert "Au compte en fiducie" in french
    for code in (">payment<", ">trust<", ">state<"):
        assert code not in french, code
    papers = [name for name in names_of(bundle) if "/documents/" in name]
    assert sum(name.rsplit("/", 1)[1].removesuffix(".pdf") in english for name in papers) >= 3
    # The very bytes that were opened, in the language they were opened in.
    opened = re.search(r'opened on [^<]* · <a href="\.\./documents/([0-9a-f]{64})\.pdf">', english)
    assert opened
    assert f"offerings/1/documents/{opened[1]}.pdf" in papers


def proofs_of(path: Path) -> str:
    """The proven leaves of a bundle, a line each."""
    with ZipFile(path) as archive, ZipFile(BytesIO(archive.read("trail.zip"))) as trail:
        return trail.read("proofs.jsonl").decode()


def test_the_trail_names_the_digest_of_every_document(bundle: Path) -> None:
    told = proofs_of(bundle)
    papers = [name for name in names_of(bundle) if "/documents/" in name]
    assert papers
    for name in papers:
        assert name.rsplit("/", 1)[1].removesuffix(".pdf") in told, name


def test_a_decision_that_was_changed_is_named_by_the_number_on_its_page(
    bundle: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = next(one for one in proofs_of(bundle).splitlines() if "purchaser.limit" in one)
    spoiled = BytesIO()
    with (
        ZipFile(bundle) as archive,
        ZipFile(BytesIO(archive.read("trail.zip"))) as trail,
        ZipFile(spoiled, "w") as copy,
    ):
        for each in trail.namelist():
            text = trail.read(each).decode()
            copy.writestr(each, text.replace(line, line.replace("2500.00", "2600.00")))
    path = changed(bundle, "trail.zip", spoiled.getvalue())
    assert verify_audit.main([str(path)]) == 1
    number = json.loads(json.loads(line)["leaf"])["position"]
    assert f"(number {number} on the pages)" in capsys.readouterr().out
    assert f"number {number} of the trail" in "".join(
        read(bundle, name) for name in names_of(bundle) if name.endswith(".en.html")
    )


def test_the_index_leads_to_every_page_and_document(bundle: Path) -> None:
    with ZipFile(bundle) as archive:
        names = set(archive.namelist())
    for language in ("fr", "en"):
        here = "offerings/1/"
        for page in (
            f"index.{language}.html",
            f"{here}subscriptions/0001.{language}.html",
            f"{here}index.{language}.html",
        ):
            linked = [part.split('"', 1)[0] for part in read(bundle, page).split('href="')[1:]]
            reached = {normpath(f"{dirname(page)}/{one}".lstrip("/")) for one in linked}
            assert reached <= names, reached - names
        assert f"offerings/1/subscriptions/0002.{language}.html" in reached
        assert any("/documents/" in name for name in reached)
    rules = [name for name in names if name.startswith("rules/")]
    assert rules
    assert json.loads(read(bundle, rules[0]))["figures"]


def test_every_file_that_is_changed_is_named(bundle: Path, capsys: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    with ZipFile(bundle) as archive:
        names = archive.namelist()
    by_kind = {name.rsplit("/", 1)[0] if "/" in name else name: name for name in names}
    for name in by_kind.values():
        if name in ("manifest.json", "files.json", "seal.note"):
            continue
        with ZipFile(bundle) as archive:
            data = bytearray(archive.read(name))
        data[len(data) // 2] ^= 1
        assert verify_audit.main([str(changed(bundle, name, bytes(data)))]) == 1, name
        assert name in capsys.readouterr().out


@pytest.mark.parametrize("name", ["manifest.json", "files.json", "seal.note", "trail.zip"])
def test_a_file_that_is_damaged_or_missing_is_never_intact(bundle: Path, name: str) -> None:
    assert verify_audit.main([str(changed(bundle, name, b"{}"))]) in (1, 2)
    target = bundle.with_name("without.zip")
    with ZipFile(bundle) as source, ZipFile(target, "w") as copy:
        for each in source.namelist():
            if each != name:
                copy.writestr(each, source.read(each))
    assert verify_audit.main([str(target)]) in (1, 2)


def test_a_file_that_is_added_is_named(bundle: Path, capsys: pytest.CaptureFixture) -> None:  # type: ignore[type-arg]
    with ZipFile(bundle, "a") as archive:
        archive.writestr("offerings/1/subscriptions/0003.fr.html", "<p>Rien</p>")
    assert verify_audit.main([str(bundle)]) == 1
    assert "subscriptions/0003.fr.html" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_nothing_of_another_offering_is_in_it() -> None:
    # Each act commits by itself here, as it does on the site: the trail tells by transaction.
    mine, other = open_offering(), open_offering()
    theirs = subscribed(other, make_person("Anne", email="anne@courriel.example"))
    seal_trail(AT)
    offering = Offering.objects.select_related("issuer", "portal", "in_force").get(
        pk=mine.offering.pk
    )
    file = BytesIO()
    write_bundle(file, scope_of_offering(offering), at=AT)
    with ZipFile(file) as archive, ZipFile(BytesIO(archive.read("trail.zip"))) as trail:
        proofs = trail.read("proofs.jsonl").decode()
    assert str(theirs.pk) not in proofs


def test_the_command_says_what_it_wrote_or_why_not(tmp_path: Path) -> None:
    cast = open_offering()
    out = tmp_path / "one.zip"
    call_command("examination", str(cast.offering.pk), out=out)
    assert verify_audit.main([str(out)]) == 0
    with pytest.raises(CommandError, match="There is no offering"):
        call_command("examination", str(uuid4()), out=out)
    with pytest.raises(CommandError):
        call_command("examination", str(cast.offering.pk), out=tmp_path / "no" / "where.zip")
    with pytest.raises(CommandError, match="or a period"):
        call_command("examination", out=out)
    with pytest.raises(CommandError, match="or later"):
        call_command("examination", since=date(2026, 3, 2), until=date(2026, 3, 1), out=out)


def test_the_cases_about_an_offering_come_with_it() -> None:
    cast = open_offering()
    row = subscribed(cast, make_person())
    about = scope_of_offering(cast.offering)
    before = set(about.positions)
    case = open_case(actor=cast.asks, kind="complaint", subject=row, at=OPENED, province="QC")
    told = Entry.objects.get(subject_id=case.pk, action="casework:case:open").position
    assert told in set(about.positions) - before


def test_a_period_holds_what_happened_in_it_and_the_offerings_it_happened_to() -> None:
    cast = open_offering()
    seal_trail(AT)
    zone = zone_of("QC")
    day = OPENED.astimezone(zone).date()
    inside = scope_of_period(day, day, zone)
    assert [row.pk for row in inside.offerings] == [cast.offering.pk]
    assert inside.positions
    for first in (day - timedelta(days=1), day + timedelta(days=1)):
        outside = scope_of_period(first, first, zone)
        assert outside.offerings == ()
        assert outside.positions == []
    with pytest.raises(NothingSigned, match="Nothing happened"):
        write_bundle(BytesIO(), outside, at=AT)


def test_officers_and_examiners_take_it_by_a_button_and_that_is_recorded(tmp_path: Path) -> None:
    cast = open_offering()
    url = reverse("desk:examination", args=(cast.offering.pk,))
    with at(BOUND):
        page = officer_client(cast.asks).get(reverse("desk:trail", args=(cast.offering.pk,)))
        assert url in page.content.decode()
        for client in (officer_client(cast.asks), examiner_client()):
            response = client.post(url)
            assert response["Content-Disposition"] == 'attachment; filename="examination.zip"'
            kept = tmp_path / "taken.zip"
            kept.write_bytes(b"".join(response.streaming_content))
            assert verify_audit.main([str(kept)]) == 0
        for outsider in (stranger(), issuer_client(cast)):
            assert outsider.post(url).status_code == 404
        assert officer_client(cast.asks).get(url).status_code == 405
    takers = Entry.objects.filter(action="desk:bundle:write").values_list("actor_role", flat=True)
    assert list(takers.order_by("position")) == ["officer", "examiner"]
