"""`manage.py wording`: words go out to a lawyer as a file, and come back in, all or none."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from compliance.approvals.models import ApprovalRequest
from compliance.rules.wording import statement
from documents.confirming import confirm_wording
from documents.models import WordingVersion
from documents.shelf import known
from tests import factories as f
from tests.pages.issuing import at

pytestmark = pytest.mark.django_db
OLD = "Les titres que vous souscrivez font l'objet d'une restriction à la revente."
NEW = "Les titres que vous achetez font l'objet d'une restriction à la revente."


def run(capsys: pytest.CaptureFixture[str], *words: Any) -> tuple[int, str, str]:
    """The exit code of the command, and what it says."""
    code = 0
    with at(f.OPENED):
        try:
            call_command("wording", *map(str, words))
        except SystemExit as exit_:
            code = int(str(exit_.code))
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def corrected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, Path]:
    """Form 45-110F1 as exported, with one statement corrected, and the official file beside it."""
    official, file = tmp_path / "annexe.pdf", tmp_path / "libelles.toml"
    official.write_bytes(b"%PDF-1.7 official")
    assert run(capsys, "export", "--form", "45-110F1", "--out", file) == (0, "", "")
    text = file.read_text(encoding="utf-8")
    assert 'id = "R1"' not in text
    digest = hashlib.sha256(official.read_bytes()).hexdigest()
    for old, new in (
        ('source = ""', 'source = "Bulletin de l\'AMF, vol. 18"'),
        ('source_sha256 = ""', f'source_sha256 = "{digest}"'),
        ('grade = "recalled"', 'grade = "verified"'),
        ("effective_from = 2026-03-02", "effective_from = 2021-09-21"),
        (OLD, NEW),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return file, official


def test_a_file_goes_out_is_corrected_and_comes_in(
    corrected: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    file, official = corrected
    asks, approves = f.make_officer("Odile Côté"), f.make_officer("Omar Haddad")
    given = ("import", file, "--source", official)
    code, out, _err = run(capsys, *given, "--dry-run")
    assert code == 0
    assert "P7 : d'autres mots".replace(" :", "\u00a0:") in out
    assert "[-souscrivez-] {+achetez+}" in out
    assert out.endswith("Rien n'a été versé.\n")
    assert not WordingVersion.objects.exists()
    assert run(capsys, *given) == (
        1, out[: -len("Rien n'a été versé.\n")],
        "Personne n'entre avec cette adresse comme responsable de la conformité.\n",
    )  # fmt: skip
    person = f.make_user("Anne Autre")
    assert run(capsys, *given, "--officer", person.email)[0] == 1
    assert not WordingVersion.objects.exists()
    code, out, _err = run(capsys, *given, "--officer", "odile.côté@exemple.example")
    assert code == 0
    row = WordingVersion.objects.get()
    assert (row.statement, row.number, row.grade, row.imported_by) == ("P7", 1, "verified", asks.id)
    assert "Énoncés en d'autres mots\u00a0: 1. À confirmer" in out
    requests = ApprovalRequest.objects.filter(standing=True)
    assert requests.count() == 37  # the whole form was compared with the official text
    request = requests.get(subject_id=row.pk)
    confirm_wording(actor=approves, request_id=request.pk, seen=request.digest, at=f.OPENED)
    day = f.OPENED.date()
    assert known().shelf.statement("P7", "fr", day).text.startswith(NEW)
    assert statement("P7", "fr", day).text.startswith(OLD)
    # What goes out next is what holds now.
    _code, out, _err = run(capsys, "export", "--form", "45-110F1")
    assert NEW in out
    code, _out, err = run(capsys, *given, "--officer", "odile.côté@exemple.example")
    assert code == 1
    assert err.startswith("Rien n'a été versé\u00a0: tous ces mots sont déjà en vigueur")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("achetez", "achetÃ©z"), "P7: letters were read in another"),
        (lambda text: text.replace('id = "P7"', 'id = "P77"'), "P77: there is no such statement"),
        (lambda text: text.replace("{issuer}", "[name]"), "P4: {issuer} is missing"),
        (lambda text: text.replace('source = "', 'source = '), "the file cannot be read"),
        (lambda text: text.replace('source_sha256 = "', 'source_sha256 = "f'), "sixty-four"),
        (lambda text: text.partition("\n[[statement]]")[0], "the file holds no statement"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_put_in(
    corrected: tuple[Path, Path], capsys: pytest.CaptureFixture[str], change: Any, told: str
) -> None:
    file, official = corrected
    f.make_officer("Odile Côté")
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    officer = ("--officer", "odile.côté@exemple.example", "--language", "en")
    code, _out, err = run(capsys, "import", file, "--source", official, *officer)
    assert (code, told in err) == (1, True), err
    assert not WordingVersion.objects.exists()


def test_the_source_is_looked_at_and_not_believed(
    corrected: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, official = corrected
    code, _out, err = run(capsys, "import", file, "--dry-run", "--language", "en")
    assert (code, "Give that source too" in err) == (1, True)
    official.write_bytes(b"%PDF-1.7 another")
    found = hashlib.sha256(official.read_bytes()).hexdigest()
    code, _out, err = run(capsys, "import", file, "--source", official, "--dry-run")
    assert code == 1
    assert found in err
    for absent in (("import", tmp_path / "none.toml"), ("import", file, "--source", tmp_path)):
        code, _out, err = run(capsys, *absent, "--dry-run")
        assert (code, err != "") == (1, True)
