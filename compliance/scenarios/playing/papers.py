"""Writing out the documents that a story issued."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

from compliance.scenarios.playing.report import documents_of_world
from compliance.scenarios.playing.world import World
from documents.models import Document, DocumentContent
from documents.services import render_document


def render_all(world: World, at: datetime) -> list[Document]:
    """Render every document of the story; returns them with their digest and pages."""
    return [render_document(row.pk, at=at) for row in documents_of_world(world)]


def write_out(world: World, directory: Path, taken: set[Path]) -> dict[Document, Path]:
    """Write the rendered documents as KIND-SUBJECT-LANGUAGE.pdf.

    A name that this run has written already, for a second document of the same subject or by
    another story, gets a number before the language. Adds what it writes to ``taken``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written: dict[Document, Path] = {}
    for row in documents_of_world(world):
        subject = re.sub(r"[^\w.]+", "_", world.name_of(row.subject_id))
        names = (f"{row.kind}-{subject}{again}-{row.language}.pdf" for again in _again())
        path = next(directory / name for name in names if directory / name not in taken)
        taken.add(path)
        path.write_bytes(DocumentContent.objects.get(document=row).pdf)
        written[row] = path
    return written


def _again() -> Iterator[str]:
    """Nothing, then -2, -3, and so on."""
    yield ""
    yield from (f"-{number}" for number in count(2))
