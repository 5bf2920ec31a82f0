"""A9: the forms are frozen, byte for byte, and what was written once is checked for ever.

`trail/golden/` holds the canonical bytes of every kind of leaf, and a whole export, a part and a
receipt as they were first written. A changed byte fails here: it needs a new version beside the
old one, new files beside these, and a verifier that knows both. The files are never written again.
"""

import contextlib
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from compliance.audit.models import Change, Entry, Leaf
from compliance.audit.tree import leaves
from compliance.audit.tree.checkpoints import receipt
from compliance.audit.tree.exporting import export_part, export_whole
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.leaves import VERSION, Told, canonical
from compliance.audit.verifier import verify_audit
from tests.guarantees.reporting import Report
from tests.guarantees.trail.copies import copy_of
from tests.guarantees.trail.exports import Export, log
from tests.guarantees.trail.stage import staged
from tests.guarantees.trail.strangers import Node
from tests.guarantees.trail.told import BEGINNING, told

GOLDEN = Path(__file__).parent / "trail" / "golden"
LEAVES, CHECKPOINTS, CHOSEN = 12, 3, (1, 6, 11)
MADE = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
EVIDENCE = (".json", ".jsonl")


def forms() -> list[Told]:
    """One of every kind of leaf."""
    system = told(0)
    assert isinstance(system, Entry)
    system.actor_role, system.actor_id, system.payload = "system", None, {}
    nested = told(4)
    assert isinstance(nested, Entry)
    nested.payload = {"b": [1, -2, None, True], "a": {"z": "0.10", "A": "é"}, "": {}}
    removed, emptied = told(2), told(6)
    assert isinstance(removed, Change)
    assert isinstance(emptied, Change)
    removed.operation, removed.after = "delete", None
    emptied.operation, emptied.row, emptied.before, emptied.after = "truncate", "*", None, None
    whole_second = told(8)
    whole_second.at = BEGINNING.replace(microsecond=0)
    return [*(told(number) for number in range(4)), system, nested, removed, emptied, whole_second]


def golden(name: str) -> Path:
    """A file that was written once."""
    return GOLDEN / name


BROKEN: dict[str, tuple[str, str]] = {
    "forgets the transaction": ('        "transaction": entry.transaction,\n', ""),
    "forgets the role of the database": ('        "role": change.role,\n', ""),
    "forgets who acted": ('"id": entry.actor_id', '"id": None'),
    "writes facts as their text": ("json.loads(judgement.facts)", "judgement.facts"),
    "puts the newest judgement first": ("in judgements]", "in reversed(judgements)]"),
    "raises the version alone": ("VERSION = 1", "VERSION = 2"),
    "drops what the columns were": ('"before": change.before', '"before": None'),
}


def test_the_bytes_of_every_kind_of_leaf_are_frozen(report: Report, tmp_path: Path) -> None:
    frozen = golden("leaves.jsonl").read_bytes().splitlines()
    assert VERSION == 1
    assert [canonical(form) for form in forms()] == frozen
    caught = {}
    for name, change in BROKEN.items():
        made = copy_of(leaves, tmp_path, change)
        other = sum(
            made.canonical(form) != line for form, line in zip(forms(), frozen, strict=True)
        )
        assert other, name
        caught[f"a form that {name}"] = f"{other} of {len(frozen)} leaves are otherwise"
    report("A9", figures={"kinds of leaf, frozen": len(frozen)}, caught=caught)


@pytest.fixture(scope="module")
def written(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, bytes]]:
    """What our program writes today of the trail of which the golden files are."""
    place = tmp_path_factory.mktemp("trail")
    with django_db_blocker.unblock(), staged(LEAVES, CHECKPOINTS, place):
        positions = list(Leaf.objects.order_by("index").values_list("position", flat=True))
        chosen = [positions[index] for index in CHOSEN]
        found = receipt(chosen[0])
        assert found is not None
        yield {
            "whole.zip": packed(lambda file: export_whole(file, at=MADE)),
            "part.zip": packed(lambda file: export_part(file, chosen, at=MADE)),
            "receipt.json": found[0],
            "receipt.tlog-proof": found[1].encode(),
            "key.txt": (verifier_keys()[0].text + "\n").encode(),
        }


def packed(write: Callable[[io.BytesIO], object]) -> bytes:
    """The bytes of an export."""
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def evidence(data: bytes) -> dict[str, bytes]:
    """What an export says: its files but the verifier and its pages, which may get better."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name.endswith(EVIDENCE)}


def test_today_the_same_is_written(written: dict[str, bytes]) -> None:
    for name, made in written.items():
        before = golden(name).read_bytes()
        if name.endswith(".zip"):
            assert evidence(made) == evidence(before), name
        else:
            assert made == before, name


def test_the_exports_of_these_tests_are_like_those_of_the_program(
    written: dict[str, bytes], tmp_path: Path
) -> None:
    mine = log(LEAVES, CHECKPOINTS)
    exports: dict[str, Export] = {"whole.zip": mine.whole(), "part.zip": mine.part(CHOSEN)}
    for name, export in exports.items():
        made = export.told(made_at=MADE.isoformat()).write(tmp_path / name)
        assert evidence(made.read_bytes()) == evidence(written[name])
    assert mine.receipt(CHOSEN[0]).proof.encode() == written["receipt.tlog-proof"]


def test_what_was_written_once_still_verifies(report: Report, tmp_path: Path) -> None:
    key = ["--key", golden("key.txt").read_text(encoding="utf-8").strip()]
    receipt_files = [str(golden("receipt.tlog-proof")), str(golden("receipt.json"))]
    lines = [[str(golden("whole.zip")), *key], [str(golden("part.zip")), *key], receipt_files + key]
    with zipfile.ZipFile(golden("whole.zip")) as archive:
        # The verifier of that time, which somebody may have kept with it.
        kept = tmp_path / "verify_audit.py"
        kept.write_bytes(archive.read("verify_audit.py"))
    with contextlib.redirect_stdout(io.StringIO()):
        assert [verify_audit.main(line) for line in lines] == [0, 0, 0]
        then = copy_of(verify_audit, tmp_path, of=kept)
        assert [then.main(line) for line in lines] == [0, 0, 0]
    place = tmp_path / "node"
    place.mkdir()
    assert [answer.status for answer in Node(place).many(lines)] == [0, 0, 0]
    report("A9", figures={"files of earlier versions that verify": len(lines)})
