"""Places out of the database's reach, to which checkpoints are handed.

Whoever owns the database can rewrite it whole, its checkpoints too; not what somebody else holds.
The places are named in `settings.COMPLIANCE["AUDIT_PLACES"]`, a mapping of a name to the dotted
path of a function `(checkpoint, at) -> bytes | None`, called in the transaction that records the
handing over. A folder is here; upper floors and hosts add theirs.
"""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from compliance.audit.guard.trouble import apart
from compliance.audit.models import Anchoring, SignedCheckpoint
from compliance.audit.tree.checkpoints import latest
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.nodes import MissingNode, Nodes
from compliance.sealing.merkle import consistency_proof, verify_consistency
from compliance.sealing.notes import Checkpoint, NoteError, read_checkpoint

logger = logging.getLogger(__name__)

Place = Callable[[SignedCheckpoint, datetime], bytes | None]

EVERY: Mapping[str, timedelta] = {"mail": timedelta(days=1), "timestamp": timedelta(days=1)}
"""How often a place is handed a checkpoint at most; the others get each one."""
SUFFIX = ".checkpoint"


class Conflict(RuntimeError):  # noqa: N818 - it says what was found
    """The place holds a checkpoint that this one does not continue. Two histories exist: nothing
    is overwritten, and somebody must look into it."""


def places() -> dict[str, Place]:
    """The places of this installation by name."""
    named = getattr(settings, "COMPLIANCE", {}).get("AUDIT_PLACES") or {}
    return {name: import_string(path) for name, path in named.items()}


def anchor(*, at: datetime) -> tuple[int, tuple[str, ...]]:
    """Hand the latest checkpoint to every place that is due; returns how many took it, and the
    names of the places that could not. A place that fails is logged and tried again."""
    newest, taken, failed = latest(), 0, []
    if newest is None:
        return 0, ()
    for name, place in places().items():
        if not _is_due(name, newest, at):
            continue
        with apart(logger, "The checkpoint could not be handed to %s.", name) as piece:
            _hand_over(name, place, newest, at)
            taken += 1
        if piece.failed:
            failed.append(name)
    return taken, tuple(failed)


def _is_due(name: str, newest: SignedCheckpoint, at: datetime) -> bool:
    last = Anchoring.objects.filter(place=name).order_by("checkpoint_id").last()
    if last is None:
        return True
    # What was handed over at a moment still to come was not handed over by us.
    waited = at - last.at >= EVERY.get(name, timedelta(0)) or last.at > at
    return last.checkpoint_id < newest.size and waited


@transaction.atomic
def _hand_over(name: str, place: Place, checkpoint: SignedCheckpoint, at: datetime) -> None:
    token = place(checkpoint, at)
    Anchoring.objects.get_or_create(
        checkpoint=checkpoint, place=name, defaults={"at": at, "token": token}
    )


def folder(checkpoint: SignedCheckpoint, at: datetime) -> None:
    """Put a checkpoint into the folder `COMPLIANCE["AUDIT_FOLDER"]`, as a witness would take it.

    The folder never goes back: a checkpoint is refused unless it continues the largest one that is
    there, or comes late and begins it: then there is nothing to add. Written whole or not at all,
    and once. Raises Conflict, OSError.
    """
    root = Path(settings.COMPLIANCE["AUDIT_FOLDER"])
    root.mkdir(parents=True, exist_ok=True)
    with _held(root):
        kept = kept_in(root)
        before = _read(kept[-1]) if kept else None
        if kept and (before is None or not _are_of_one_tree(before, checkpoint)):
            raise Conflict(
                f"{kept[-1].name} in the folder of checkpoints and the tree of {checkpoint.size} "
                "leaves are not of one history."
            )
        if before is None or before.size < checkpoint.size:
            _write(root / f"{checkpoint.size:016d}{SUFFIX}", checkpoint.note)


def kept_in(root: Path) -> list[Path]:
    """The files of checkpoints in a folder, the smallest tree first."""
    return sorted(root.glob(f"*{SUFFIX}"))


def _read(path: Path) -> Checkpoint | None:
    """The checkpoint of a file; None where no known key signed it."""
    try:
        return read_checkpoint(path.read_text(encoding="utf-8"), verifier_keys())
    except (NoteError, UnicodeDecodeError):
        return None


def _are_of_one_tree(kept: Checkpoint, checkpoint: SignedCheckpoint) -> bool:
    """Whether the smaller of the two begins the larger one, by the leaves that there are."""
    both = ((kept.size, kept.root), (checkpoint.size, bytes(checkpoint.root)))
    (old, old_root), (new, new_root) = sorted(both, key=lambda one: one[0])
    try:
        path = consistency_proof(old, new, Nodes().range_root)
    except (IndexError, MissingNode):
        return False
    return verify_consistency(old=old, old_root=old_root, new=new, new_root=new_root, path=path)


@contextmanager
def _held(root: Path) -> Iterator[None]:
    """One writer of the folder at a time, among all processes."""
    with (root / ".lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    """The whole file or none, on the disk before this returns."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
