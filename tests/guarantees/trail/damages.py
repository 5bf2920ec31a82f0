"""The cases that a verifier is given: one of each damage, and what must be believed."""

import zipfile
from pathlib import Path
from typing import Any

from compliance.audit.verifier.verify_audit import INTACT
from tests.guarantees.trail.damages_other import OF_THE_OTHERS
from tests.guarantees.trail.damages_whole import OF_WHOLE_EXPORTS
from tests.guarantees.trail.exports import Export, Log, Receipt
from tests.guarantees.trail.making import KEY, OTHER_NAME, Case, Made, Maker

CLASSES = OF_WHOLE_EXPORTS | OF_THE_OTHERS


def bad_cases(maker: Maker) -> list[Case]:
    """One case of each class."""
    return [maker.case(name, *row) for name, row in CLASSES.items()]


def good_cases(maker: Maker) -> list[Case]:
    """What must be believed: every kind, as people keep and send it."""
    first = maker.log.sizes[0]
    kept = maker.log.note(first)
    whole, part = maker.whole, maker.part
    stored = whole.write(maker.path(".zip"), packing=zipfile.ZIP_STORED)
    extra = maker.receipt.proof.replace("\nindex", "\nextra AAAA\nindex")
    witnessed = [note + OTHER_NAME.sign("x\n").rpartition("\n\n")[2] for note in whole.notes or ()]
    before = maker.path(".zip")
    before.write_bytes(b"#!/bin/sh\n" + whole.write(maker.path(".zip")).read_bytes())
    streamed = maker.path(".zip")
    with streamed.open("wb") as file:
        _stream(whole, file)
    made: dict[str, tuple[Made, list[str]]] = {
        "whole": (whole, KEY),
        "whole, with its own key": (whole, []),
        "whole, and a checkpoint kept": (whole, KEY + maker.outside(kept)),
        "whole, and a checkpoint from a mail": (
            whole,
            KEY + maker.outside(kept.replace("\n", "\r\n")),
        ),
        "whole, not packed": (stored, KEY),
        "whole, written as a stream": (streamed, KEY),
        "whole, behind something else": (before, KEY),
        "whole, of one checkpoint": (Log(maker.log.leaves, [maker.log.size]).whole(), KEY),
        "whole, of one leaf": (Log(maker.log.leaves, [1]).whole(), KEY),
        "whole, witnessed": (whole.but(notes=witnessed), KEY),
        "whole, among other files": (whole.but(more=(("dossier/page.pdf", b"%PDF"),)), KEY),
        "part": (part, KEY),
        "part, with its own key": (part, []),
        "part, and a checkpoint kept": (part, KEY + maker.outside(kept)),
        "part of everything": (maker.log.part(range(maker.log.size)), KEY),
        "receipt": (maker.receipt, KEY),
        "receipt, and a checkpoint kept": (
            maker.receipt,
            KEY + maker.outside(maker.log.note(maker.log.size)),
        ),
        "receipt with something extra": (Receipt(maker.receipt.leaf, extra), KEY),
        "receipt from a mail": (
            Receipt(maker.receipt.leaf, maker.receipt.proof.replace("\n", "\r\n")),
            KEY,
        ),
    }
    return [maker.case(name, INTACT, lambda _, it=row: it) for name, row in made.items()]


class _NoSeek:
    """A file in which nobody goes back, as an answer of a web server."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, data: bytes) -> int:
        return int(self.file.write(data))

    def flush(self) -> None:
        self.file.flush()


def _stream(export: Export, file: Any) -> None:
    with zipfile.ZipFile(_NoSeek(file), "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in export.files().items():
            archive.writestr(name, content)


def same_evidence(one: Path, other: Path) -> bool:
    """Whether Python's own reader finds the same evidence in both files."""
    return _evidence(one) == _evidence(other)


def _evidence(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {
            info.filename: archive.read(info)
            for info in archive.infolist()
            if info.filename.endswith((".jsonl", ".json"))
        }
