"""D6: an evidence package is whole, says what can no longer be shown, and tells no other story.

A package is made for each way in which a purchase can end. Each is checked by a stranger with one
file and no network; then each of its files is taken away, each is changed, and it is sealed anew
over another story, as a portal could that holds its own key.
"""

import contextlib
import io
import json
import random
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from compliance.audit.tree.keys import signer
from compliance.audit.tree.packages import Package, ZipSink
from compliance.audit.verifier import verify_audit
from compliance.audit.verifier.verify_audit import ALTERED, CANNOT_TELL, INTACT, WITHOUT
from compliance.sealing.notes import Signer
from equity.evidence.saying import states
from equity.evidence.writing import FORM, KIND
from tests.equity.evidence import Made, every_ending
from tests.guarantees.reporting import Report
from tests.guarantees.trail.copies import copy_of
from tests.guarantees.trail.strangers import Python, offline

pytestmark = pytest.mark.django_db
SECONDS = 5
FLIPS = 40
SEED = 6
OTHER = Signer("autre.example/audit", b"\x09" * 32)
AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
SEALS = ("manifest.json", "files.json", "seal.note")
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Made]:
    """A package for every ending; nothing of them stays in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        packages = every_ending()
        transaction.set_rollback(True)
    return packages


def unpacked(one: Made) -> Files:
    with zipfile.ZipFile(io.BytesIO(one.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def sealed_anew(path: Path, files: Files) -> Path:
    """Other files, which the portal itself sealed today."""
    told = json.loads(files["manifest.json"])
    claims = told.pop("claims")
    with zipfile.ZipFile(path, "w") as archive:
        package = Package(ZipSink(archive, AT), KIND, FORM, AT)
        for name, data in files.items():
            if name not in SEALS:
                package.add(name, data)
        package.close(outcome=told["outcome"], claims_told=claims)
    return path


def says(path: Path, verifier: ModuleType = verify_audit) -> tuple[int, str]:
    """The status and the words of the verifier, with the portal's key."""
    key = signer()
    assert key is not None
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        status = int(verifier.main([str(path), "--key", key.verifier.text]))
    return status, said.getvalue()


def test_every_ending_has_its_package_and_it_is_the_same_each_time(made: dict[str, Made]) -> None:
    assert set(made) == set(states())
    for name, one in made.items():
        files = unpacked(one)
        assert one.again == one.data, name
        told = json.loads(files["manifest.json"])
        assert told["outcome"] == name == json.loads(files["agreement.json"])["outcome"]
        # Every file shows something, and what it shows is said in both languages.
        shown = {file for claim in told["claims"] for file in claim["files"]}
        assert shown == set(files) - set(SEALS), name
        assert all(claim["fr"].strip() and claim["en"].strip() for claim in told["claims"])


def test_a_stranger_checks_it_within_seconds(
    made: dict[str, Made], tmp_path: Path, report: Report
) -> None:
    stranger, slowest = Python(tmp_path), 0.0
    for name, one in made.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(one.data)
        began = time.monotonic()
        ended = stranger.one(str(path))
        slowest = max(slowest, time.monotonic() - began)
        assert (ended.returncode, ended.stderr) == (INTACT, ""), (name, ended)
    assert slowest < SECONDS
    report(
        "D6",
        figures={
            "packages, one for each ending": len(made),
            "checked without a network": len(made) if offline() else 0,
            "slowest check": f"{slowest:.1f} s",
        },
    )


def test_what_is_gone_is_said_and_what_is_changed_is_seen(
    made: dict[str, Made], tmp_path: Path, report: Report
) -> None:
    gone = changed = 0
    for name, one in made.items():
        files = unpacked(one)
        claims = {
            file: (claim["fr"], claim["en"])
            for claim in json.loads(files["manifest.json"])["claims"]
            for file in claim["files"]
        } | WITHOUT
        for lost in files:
            status, words = says(packed(tmp_path / "gone.zip", without(files, lost)))
            french, english = claims[lost]
            assert status == (CANNOT_TELL if lost in WITHOUT else ALTERED), (name, lost)
            assert lost in words
            assert f"montrer {french}." in words.replace("\u00a0:", ":") or french in words, lost
            assert english in words, (name, lost)
            others = [said for file, (_, said) in claims.items() if file != lost]
            assert not any(said in words for said in others if said != english), (name, lost)
            gone += 1
        if name not in ("completed", "declined"):
            continue
        for spoiled in files:
            data = bytearray(files[spoiled])
            data[len(data) // 2] ^= 1
            path = packed(tmp_path / "changed.zip", files | {spoiled: bytes(data)})
            status, words = says(path)
            assert status in ((ALTERED, CANNOT_TELL) if spoiled in SEALS else (ALTERED,)), spoiled
            assert spoiled in SEALS or spoiled in words
            changed += 1
    status, words = says(packed(tmp_path / "more.zip", files | {"document-99.pdf": b"%PDF"}))
    assert (status, "document-99.pdf" in words) == (ALTERED, True)
    report("D6", figures={"files taken away, one at a time": gone, "files changed": changed})


def without(files: Files, *names: str) -> Files:
    return {name: data for name, data in files.items() if name not in names}


def test_no_bit_of_the_file_makes_good_of_bad(
    made: dict[str, Made], tmp_path: Path, report: Report
) -> None:
    one, chance, harmless = made["looked"], random.Random(SEED), 0
    for _ in range(FLIPS):
        data = bytearray(one.data)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / "flipped.zip"
        path.write_bytes(data)
        status, _words = says(path)
        if status == INTACT:
            # A date or a mode in the packing: what is packed is what it was.
            harmless += 1
            with zipfile.ZipFile(path) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == unpacked(one)
    assert harmless < FLIPS / 2
    report("D6", figures={"bits flipped anywhere in the package": FLIPS})


def json_file(files: Files, name: str, change: Callable[[list[dict[str, object]]], None]) -> Files:
    """A data file told otherwise."""
    rows = json.loads(files[name])
    change(rows)
    return files | {name: json.dumps(rows, ensure_ascii=False).encode()}


def other_answer(files: Files) -> Files:
    def change(rows: list[dict[str, object]]) -> None:
        answers = rows[0]["answers"]
        assert isinstance(answers, dict)
        answers[next(iter(answers))] = not answers[next(iter(answers))]

    return json_file(files, "answers.json", change)


def other_hour(files: Files) -> Files:
    return json_file(files, "events.json", lambda rows: rows[-1].update(at="2026-03-02T14:59:00Z"))


def other_act(files: Files) -> Files:
    return json_file(
        files, "events.json", lambda rows: rows[0].update(action="equity:offering:approve")
    )


def made_up_act(files: Files) -> Files:
    return json_file(files, "events.json", lambda rows: rows[0].update(position=999_999))


def other_document(files: Files) -> Files:
    name = next(one for one in files if one.startswith("document-"))
    return files | {name: files[name] + b"\n"}


STORIES: Mapping[str, Callable[[Files], Files]] = {
    "another answer": other_answer,
    "another hour": other_hour,
    "another act": other_act,
    "an act that never was": made_up_act,
    "another document": other_document,
}


def forged(made: dict[str, Made], folder: Path) -> dict[str, Path]:
    """Packages that tell something else, or that somebody else sealed."""
    files = unpacked(made["declined"])
    found = {
        f"sealed anew over {name}": sealed_anew(folder / f"{number}.zip", change(files))
        for number, (name, change) in enumerate(STORIES.items())
    }
    told = json.loads(files["manifest.json"])
    quiet = json.dumps(told | {"outcome": "looked"}).encode()
    found["a manifest that was written again"] = packed(
        folder / "manifest.zip", files | {"manifest.json": quiet}
    )
    listed = json.loads(files["files.json"])
    shorter = json.dumps(without(listed, "answers.json")).encode()
    found["a shorter list without a signature"] = packed(
        folder / "list.zip", without(files, "answers.json") | {"files.json": shorter}
    )
    other = OTHER.sign(files["seal.note"].decode().partition("\n\n")[0] + "\n").encode()
    found["a seal by another key"] = packed(folder / "seal.zip", files | {"seal.note": other})
    found["the trail of somebody else"] = sealed_anew(
        folder / "trail.zip", files | {"trail.zip": unpacked(made["looked"])["trail.zip"]}
    )
    found["a file that nobody sealed"] = packed(folder / "more.zip", files | {"x.json": b"[]"})
    found["a file less"] = packed(folder / "less.zip", without(files, "answers.json"))
    return found


BROKEN: Mapping[str, tuple[str, str]] = {
    "believes any seal": ('keys, "seal.note")', '[], "") if False else None'),
    "believes the list": ("    if text != f\"{manifest['origin']}", '    if "" and f"{manifest}'),
    "passes over files that are gone": (
        "    lost = sorted(set(sealed) - there)\n",
        "    lost = []\n    for gone in set(sealed) - there:\n        sealed.pop(gone)\n",
    ),
    "passes over files that were added": (
        "    for name in sorted(there - set(sealed)):",
        "    for name in ():",
    ),
    "does not hash": ("        if digest_of(archive, name) != sealed[name]:", "        if False:"),
    "does not ask the trail for documents": (
        'if name.endswith(".pdf") and sealed[name] not in named:',
        "if False:",
    ),
    "does not ask the trail for acts": ('("events.json", ("action", "at"))', '("events.json", ())'),
    "does not ask the trail for answers": (
        '("answers.json", ("answers",))',
        '("answers.json", ())',
    ),
}


def test_another_story_is_not_believed(
    made: dict[str, Made], tmp_path: Path, report: Report
) -> None:
    cases = forged(made, tmp_path)
    for name, path in cases.items():
        status, words = says(path)
        assert status in (ALTERED, CANNOT_TELL), (name, words)
        assert name.startswith("a seal") or status == ALTERED, (name, words)
        assert not re.search("Traceback|illisible", words), (name, words)
    caught = {}
    for name, change in BROKEN.items():
        copy = copy_of(verify_audit, tmp_path, change)
        fooled = [case for case, path in cases.items() if says(path, copy)[0] == INTACT]
        assert fooled, f"a verifier that {name} was not noticed"
        caught[f"a verifier that {name}"] = fooled[0]
    report("D6", figures={"other stories, none believed": len(cases)}, caught=caught)
