"""A document with files attached: PDF/A-3, made of one of ours that is PDF/A-2.

What PDF/A-3 adds to PDF/A-2 is leave to attach files of any kind, each with its relationship to the
document. Made here and not by WeasyPrint, which lists each attached file twice as associated. The
same document and files make the same bytes.
"""

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5
from io import BytesIO
from typing import Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, String

_PART = re.compile(rb"(<pdfaid:part>|pdfaid:part=\")2")
_MARK = re.compile(rb"pdfaid:part[>=]")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_KINDS = {".py": "text/x-python", ".note": "text/plain", ".json": "application/json"}

Relationship = Literal["Source", "Data", "Supplement"]


class AttachError(ValueError):
    """The files cannot be attached to this document; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file by its name, which is plain letters, and what it is to the document."""

    name: str
    data: bytes
    description: str
    relationship: Relationship = "Data"


def with_attachments(pdf: bytes, files: Sequence[Attachment], *, at: datetime) -> bytes:
    """The document as PDF/A-3 with files attached, dated `at`. Raises AttachError where the
    document is not PDF/A-2, a name is not plain or comes twice."""
    names = [one.name for one in files]
    if odd := [name for name in names if not _NAME.fullmatch(name)]:
        raise AttachError(f"{odd[0]!r} is no plain name of a file.")
    if len(set(names)) < len(names):
        raise AttachError("Two files of one name cannot be attached.")
    with pikepdf.open(BytesIO(pdf)) as document:
        root = document.Root
        xmp = root.Metadata.read_bytes()
        raised, count = _PART.subn(rb"\g<1>3", xmp)
        if count != 1 or len(_MARK.findall(xmp)) != count:
            raise AttachError("The document does not declare PDF/A-2, so it cannot become PDF/A-3.")
        root.Metadata.write(raised)
        specs = [_spec(document, one, at) for one in sorted(files, key=lambda one: one.name)]
        pairs = [part for spec in specs for part in (spec.UF, spec)]
        root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(pairs)))
        root.AF = Array(specs)
        # The panel of attachments opens by itself: this is where the evidence is.
        root.PageMode = Name.UseAttachments
        target = BytesIO()
        document.save(target, deterministic_id=True, object_stream_mode=_plain())
    return target.getvalue()


def _plain() -> pikepdf.ObjectStreamMode:
    return pikepdf.ObjectStreamMode.preserve


def _spec(document: pikepdf.Pdf, one: Attachment, at: datetime) -> pikepdf.Object:
    """A file as PDF/A-3 wants it: its kind, its size, its date, its digest, its relationship."""
    stream = document.make_stream(one.data)
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name("/" + _kind(one.name))
    dated = String(f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z")
    stream.Params = Dictionary(
        Size=len(one.data),
        CreationDate=dated,
        ModDate=dated,
        CheckSum=String(md5(one.data, usedforsecurity=False).digest()),
    )
    kept = document.make_indirect(stream)
    return document.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(one.name),
            UF=String(one.name),
            Desc=String(one.description),
            AFRelationship=Name(f"/{one.relationship}"),
            EF=Dictionary(F=kept, UF=kept),
        )
    )


def _kind(name: str) -> str:
    suffix = "." + name.rpartition(".")[2]
    return _KINDS.get(suffix) or mimetypes.types_map.get(suffix) or "application/octet-stream"
