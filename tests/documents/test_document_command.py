"""``manage.py document``: what it says of files, its exit status, and the keys by hand."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from documents.checks import check_seal
from documents.management.commands import document as command
from documents.seals.ring import read_ring
from documents.seals.services import running_from, seal_pending
from documents.selectors import archive_copy
from tests.sealed import keyed, rendered
from tests.stamping import DAY, Stamper


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    place = tmp_path / "seal"
    asked = {"SEAL_FOLDER": str(place), "DEMONSTRATION": False}
    settings.COMPLIANCE = settings.COMPLIANCE | asked
    keyed(place, datetime.now(UTC) - DAY)
    return place


def said(*arguments: object) -> tuple[int, str]:
    """The exit status and what was printed."""
    out, err = StringIO(), StringIO()
    try:
        call_command("document", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{err.getvalue()}{error}"
    return 0, out.getvalue() + err.getvalue()


@pytest.mark.django_db
def test_verify_ends_with_what_was_found_by_the_register_or_by_the_file_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = rendered(datetime.now(UTC))
    list(seal_pending(clock=running_from(datetime.now(UTC))))
    files = {
        "good": archive_copy(made),
        "plain": bytes(made.content.pdf),
        "changed": archive_copy(made).replace(b"stream", b"Stream", 1),
        "nothing": b"",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    good, plain, changed, nothing = (tmp_path / name for name in files)
    assert files["changed"] != files["good"]
    status, words = said("verify", good, plain)
    assert status == 0
    assert words.count("Intact") == 2
    assert "Avis de résolution" in words
    assert said("verify", "--language", "en", good)[1].count("Unchanged") == 1
    assert said("verify", good, changed)[0] == 1
    assert said("verify", nothing)[0] == 1
    assert said("verify", tmp_path / "absent")[0] == 2
    assert said("verify", "--alone", good)[0] == 0
    assert said("verify", "--alone", plain)[0] == 2
    assert said("verify", "--alone", changed)[0] == 1
    assert said("verify", "--alone", plain, changed)[0] == 1
    # Who verifies is given certificates, and no key.
    (tmp_path / "given").mkdir()
    pem = (folder / "current.pem").read_text(encoding="ascii")
    (tmp_path / "given" / "current.pem").write_text(pem[pem.index("-----BEGIN CERT") :])
    assert said("verify", "--alone", "--certificates", tmp_path / "given", good)[0] == 0
    (tmp_path / "empty").mkdir()
    assert said("verify", "--alone", "--certificates", tmp_path / "empty", good)[0] == 2

    def away(*arguments: Any, **named: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(command, "verify_file", away)
    status, words = said("verify", good)
    assert status == 0
    assert "The register could not be read: connection refused" in words
    assert "Tableau" not in words


def test_a_key_is_shown_replaced_installed_and_declared_broken(
    folder: Path, tmp_path: Path, settings: Any
) -> None:
    (first,) = read_ring(folder).known
    status, words = said("key", "show")
    assert (status, first.fingerprint in words, "seals" in words) == (0, True, True)
    assert said("key", "new", "--holder", "Portail")[0] == 0
    second = read_ring(folder).known[0]
    assert second.holder == "Portail"
    assert not second.demonstration
    words = said("key", "show")[1]
    assert f"seals\t{second.fingerprint}" in words
    assert f"sealed\t{first.fingerprint}" in words
    (tmp_path / "other.pem").write_bytes((folder / "current.pem").read_bytes())
    assert said("key", "install", tmp_path / "other.pem")[0] == 0
    for wrong in ("2026-03-02", "yesterday"):
        assert said("key", "broken", first.fingerprint, "--since", wrong)[0] == 2
    assert said("key", "broken", "0" * 64, "--since", "2026-03-02T09:00-05:00")[0] == 2
    assert said("key", "broken", first.fingerprint, "--since", "2026-03-02T09:00-05:00")[0] == 0
    assert "BROKEN since 2026-03-02T09:00:00-05:00" in said("key", "show")[1]
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": ""}
    assert said("key", "new")[0] == 2
    assert "Nothing seals here" in said("key", "show")[1]


def test_a_site_without_a_seal_or_with_one_that_nobody_could_date_is_told_so(
    folder: Path, settings: Any
) -> None:
    assert check_seal(None) == []
    ours = settings.COMPLIANCE
    settings.COMPLIANCE = ours | {"AUDIT_TIMESTAMP_URL": "https://authority.example/"}
    assert [one.id for one in check_seal(None)] == ["documents.E102"]
    Stamper(datetime.now(UTC), years=1).trusted_in(folder)
    assert check_seal(None) == []
    (folder / "current.pem").write_text("no key", encoding="ascii")
    assert [one.id for one in check_seal(None)] == ["documents.E101"]
    (folder / "current.pem").unlink()
    assert [one.id for one in check_seal(None)] == ["documents.W103"]
    settings.COMPLIANCE = ours | {"SEAL_FOLDER": ""}
    assert [one.id for one in check_seal(None)] == ["documents.W103"]
