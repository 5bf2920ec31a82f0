"""The proof that a duty was done: a reference, a file as it was handed in, or both."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from compliance.accounts.roles import Actor
from equity.models import ProofFile

LARGEST = 10 * 1024 * 1024
"""Bytes of a file of proof: a scanned receipt of many pages."""
_BEGINNINGS = {
    "application/pdf": b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
_LONGEST_NAME = 200


class ProofMissing(ValueError):  # noqa: N818 - it says what is wrong
    """A duty is not done without a reference or a file; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("A duty is done with a reference, a file, or both; neither was given.")


class FileFault(ValueError):  # noqa: N818 - it says what is wrong with the file
    """A file cannot be kept as a proof; ``reason`` is ``empty``, ``large`` or ``kind``."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The file cannot be kept as a proof: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody hands it in. Raises FileFault on one that cannot be a proof."""

    name: str
    content: bytes

    def __post_init__(self) -> None:
        if not self.content:
            raise FileFault("empty")
        if len(self.content) > LARGEST:
            raise FileFault("large")
        if not self.media_type:
            raise FileFault("kind")

    @property
    def media_type(self) -> str:
        """What it is by its first bytes, whatever its name says; empty when it is no proof."""
        for media_type, beginning in _BEGINNINGS.items():
            if self.content.startswith(beginning):
                return media_type
        return ""


def shown(reference: str, file: Upload | None) -> str:
    """The reference as it is kept. Raises ProofMissing when there is neither it nor a file."""
    kept = " ".join(reference.split())
    if not kept and file is None:
        raise ProofMissing
    return kept


def keep(actor: Actor, file: Upload | None, at: datetime) -> ProofFile | None:
    """Keep a file, in the transaction of the act that it proves."""
    if file is None:
        return None
    # Of a path, which some browsers send, the last part only; it goes into a header one day.
    last = PurePosixPath(file.name.replace("\\", "/")).name
    name = "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME]
    return ProofFile.objects.create(
        name=name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content=file.content,
        kept_at=at,
        kept_by=actor.id,
    )


def told(proof: ProofFile | None) -> dict[str, Any]:
    """What the audit entry of an act says of its file."""
    return {} if proof is None else {"file": proof.pk, "sha256": proof.sha256}
