"""Exports of the trail: one ZIP that a stranger checks with one file and no network.

A whole export holds every leaf from the first; a part holds chosen leaves, each with its proof.
Both bring the signed checkpoints, the keys, the verifier and how to use it in both languages.
"""

import base64
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

from compliance.audit.models import Anchoring, Leaf, SignedCheckpoint
from compliance.audit.tree.checkpoints import latest
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.leaves import canonical, is_what_was_chained, told_at
from compliance.audit.tree.nodes import Nodes
from compliance.audit.tree.packages import NothingSigned, TrailDamaged, member
from compliance.sealing.canonical import written
from compliance.sealing.merkle import consistency_proof, inclusion_proof, verify_inclusion

FORM, VERSION = "equity-compliance/audit-export", 1
MOST_CHECKPOINTS = 1000
FREQUENT = ("folder",)
"""Places that get every checkpoint, and keep them themselves."""
_CHUNK = 2000
_TEXTS = ("LISEZMOI.txt", "README.txt", "verify_audit.py")

Progress = Callable[[int, int], None]


class EntryGone(TrailDamaged):
    """An entry that has its leaf is no longer there: run `manage.py audit verify`."""


class EntryChanged(TrailDamaged):
    """An entry is not the one that was chained, or its leaf not the one that was signed: run
    `manage.py audit verify`."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    entries: int
    size: int
    """The number of leaves of the tree it belongs to."""


def export_whole(file: IO[bytes], *, at: datetime, progress: Progress | None = None) -> Exported:
    """Write everything up to the latest checkpoint; memory does not grow with the trail.

    Raises NothingSigned, EntryGone.
    """
    last = _latest()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        _write_frame(archive, _manifest("whole", last, at), _sizes(last.size))
        with archive.open(member("leaves.jsonl", at), "w", force_zip64=True) as lines:
            for done, leaf in enumerate(_leaves(last.size), start=1):
                lines.write(leaf + b"\n")
                if progress is not None and done % _CHUNK == 0:
                    progress(done, last.size)
    return Exported(last.size, last.size)


def export_part(
    file: IO[bytes],
    positions: Iterable[int],
    *,
    at: datetime,
    last: SignedCheckpoint | None = None,
    nodes: Nodes | None = None,
) -> Exported:
    """Write the entries and changes at these positions, each with its proof, as far as the latest
    checkpoint covers them. Raises NothingSigned, EntryGone, EntryChanged, MissingNode.

    Whoever writes many parts of one tree gives the checkpoint and what was read of the tree.
    """
    last, chosen = last or _latest(), sorted(set(positions))
    covered = Leaf.objects.filter(position__in=chosen, index__lt=last.size)
    indexes = list(covered.order_by("index").values_list("index", flat=True))
    manifest = _manifest("part", last, at) | {"entries": len(indexes)}
    nodes = nodes or Nodes()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        sizes = _handed_out(last.size)
        _write_frame(archive, manifest, sizes)
        archive.writestr(member("consistency.jsonl", at), _jsonl(_consistency(sizes, nodes)))
        with archive.open(member("proofs.jsonl", at), "w", force_zip64=True) as lines:
            for first in range(0, len(indexes), _CHUNK):
                for row in _proofs(indexes[first : first + _CHUNK], last, nodes):
                    lines.write(written(row) + b"\n")
    return Exported(len(indexes), last.size)


def _proofs(
    indexes: Sequence[int], last: SignedCheckpoint, nodes: Nodes
) -> Iterator[dict[str, Any]]:
    """Each leaf with its path to the root that was signed. Whoever changed a row, or the leaf with
    it, would else have us seal what a stranger then finds is not so."""
    leaves = list(Leaf.objects.filter(index__in=indexes).order_by("index"))
    told = told_at(leaf.position for leaf in leaves)
    for leaf in leaves:
        if leaf.position not in told:
            raise EntryGone(f"The entry at position {leaf.position} is gone.")
        kept, root = bytes(leaf.hash), bytes(last.root)
        path = inclusion_proof(leaf.index, last.size, nodes.range_root)
        if not is_what_was_chained(told[leaf.position], kept) or not verify_inclusion(
            kept, index=leaf.index, size=last.size, path=path, root=root
        ):
            raise EntryChanged(f"What stands at position {leaf.position} is not what was signed.")
        row = {"index": leaf.index, "leaf": canonical(told[leaf.position]).decode()}
        yield row | {"path": _base64(path)}


def _consistency(sizes: Sequence[int], nodes: Nodes) -> Iterator[dict[str, Any]]:
    """How each earlier checkpoint begins the tree of the last one."""
    *earlier, size = sizes
    for old in earlier:
        yield {"old": old, "path": _base64(consistency_proof(old, size, nodes.range_root))}


def _handed_out(size: int) -> list[int]:
    """The sizes of the checkpoints that a part brings: the last one, and those that people outside
    may hold, the latest first where there are many. There is one a minute in all; a receipt that
    brought each of them would grow for ever."""
    elsewhere = Anchoring.objects.filter(checkpoint__lt=size).exclude(place__in=FREQUENT)
    held = elsewhere.order_by("-checkpoint").values_list("checkpoint", flat=True).distinct()
    return [*sorted(held[:MOST_CHECKPOINTS]), size]


def _base64(path: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in path]


@lru_cache(maxsize=len(_TEXTS))
def verifier_text(name: str) -> str:
    """One of the files that go with every export: the verifier, or how to use it."""
    return (files("compliance.audit.verifier") / name).read_text(encoding="utf-8")


def _latest() -> SignedCheckpoint:
    last = latest()
    if last is None:
        raise NothingSigned("No checkpoint was signed yet.")
    return last


def _manifest(kind: str, last: SignedCheckpoint, at: datetime) -> dict[str, Any]:
    origin = last.note.split("\n", 1)[0]
    return {
        "form": FORM,
        "version": VERSION,
        "kind": kind,
        "origin": origin,
        "size": last.size,
        "keys": [key.text for key in verifier_keys()],
        "made_at": at,
    }


def _write_frame(archive: zipfile.ZipFile, manifest: dict[str, Any], sizes: list[int]) -> None:
    """What both kinds of export bring: the manifest, the checkpoints, the verifier."""
    at = manifest["made_at"]
    plain = manifest | {"made_at": at.isoformat()}
    archive.writestr(member("manifest.json", at), json.dumps(plain, indent=1, ensure_ascii=False))
    notes = SignedCheckpoint.objects.filter(size__in=sizes).order_by("size")
    archive.writestr(
        member("checkpoints.jsonl", at),
        _jsonl(notes.values_list("note", flat=True)),
    )
    for name in _TEXTS:
        archive.writestr(member(name, at), verifier_text(name))


def _sizes(size: int) -> list[int]:
    """The sizes of all checkpoints up to one."""
    signed = SignedCheckpoint.objects.filter(size__lte=size).order_by("size")
    return list(signed.values_list("size", flat=True))


def _jsonl(rows: Iterable[Any]) -> bytes:
    return b"".join(written(row) + b"\n" for row in rows)


def _leaves(size: int) -> Iterator[bytes]:
    """The canonical bytes of every leaf up to a size, in order."""
    for first in range(0, size, _CHUNK):
        chunk = Leaf.objects.filter(index__gte=first, index__lt=min(first + _CHUNK, size))
        positions = list(chunk.order_by("index").values_list("position", flat=True))
        told = told_at(positions)
        for position in positions:
            if position not in told:
                raise EntryGone(f"The entry at position {position} is gone.")
            yield canonical(told[position])


def export_to(path: Path, *, at: datetime, progress: Progress | None = None) -> Exported:
    """A whole export into a file, whole or not at all. As `export_whole`, and OSError."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            exported = export_whole(file, at=at, progress=progress)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return exported
