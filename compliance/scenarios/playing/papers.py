"""Writing out the documents that a story issued."""

import re
from datetime import datetime
from pathlib import Path

from compliance.scenarios.playing.report import documents_of_world
from compliance.scenarios.playing.world import World
from documents.models import Document, DocumentContent
from documents.services import render_document


def render_all(world: World, at: datetime) -> list[Document]:
    """Render every document of the story; returns them with their digest and pages."""
    return [render_document(row.pk, at=at) for row in documents_of_world(world)]


def write_out(world: World, directory: Path) -> dict[Document, Path]:
    """Write the rendered documents as KIND-SUBJECT-LANGUAGE.pdf; a second one of the same kind,
    subject and language has its number before the language."""
    directory.mkdir(parents=True, exist_ok=True)
    written: dict[Document, Path] = {}
    for row in documents_of_world(world):
        subject = re.sub(r"[^\w.]+", "_", world.name_of(row.subject_id))
        again = "" if row.number == 1 else f"-{row.number}"
        path = directory / f"{row.kind}-{subject}{again}-{row.language}.pdf"
        path.write_bytes(DocumentContent.objects.get(document=row).pdf)
        written[row] = path
    return written
