"""Ways of breaking a document on purpose; `tests/documents/broken.py` lists the broken copies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.documents.rules.paper import Paper, Part

Change = Callable[[pikepdf.Pdf], None]


@dataclass(frozen=True)
class Broken:
    """A way of breaking a file: what is done to it, and the rule that sees it."""

    rule: str
    name: str
    change: Change | None = None
    raw: Callable[[bytes], bytes] | None = None
    encrypted: bool = False

    def copy_of(self, good: bytes) -> bytes:
        """The broken copy."""
        if self.raw is not None:
            changed = self.raw(good)
            assert changed != good
            return changed
        with pikepdf.open(BytesIO(good)) as pdf:
            if self.change is not None:
                self.change(pdf)
            out = BytesIO()
            lock = pikepdf.Encryption(owner="o", user="") if self.encrypted else None
            pdf.save(
                out,
                encryption=lock or False,
                static_id=not self.encrypted,
                fix_metadata_version=False,
            )
        return out.getvalue()


def parts(pdf: pikepdf.Pdf, kind: str) -> Iterator[Part]:
    """The parts of that kind, in reading order."""
    return (part for part in Paper(b"", pdf).parts if part.kind == kind)


def first(pdf: pikepdf.Pdf, kind: str) -> Any:
    return next(parts(pdf, kind)).node


def content(pdf: pikepdf.Pdf, change: Callable[[bytes], bytes], page: int = 0) -> None:
    """Change the content of a page."""
    whole = pdf.pages[page]
    whole.contents_coalesce()
    before = whole.obj.Contents.read_bytes()
    after = change(before)
    assert after != before
    whole.obj.Contents = pdf.make_stream(after)


def xmp(pdf: pikepdf.Pdf, before: str, after: str) -> None:
    packet = pdf.Root.Metadata.read_bytes()
    changed = packet.replace(before.encode(), after.encode())
    assert changed != packet
    pdf.Root.Metadata.write(changed)


def font(pdf: pikepdf.Pdf) -> Any:
    """The font of the first text on the first page."""
    paper = Paper(b"", pdf)
    return paper.fonts[paper.contents[0].runs[0].font]


def put(target: Callable[[pikepdf.Pdf], Any], key: str, value: Any) -> Change:
    """Write a value at a place."""

    def change(pdf: pikepdf.Pdf) -> None:
        target(pdf)[key] = value(pdf) if callable(value) else value

    return change


def drop(target: Callable[[pikepdf.Pdf], Any], key: str) -> Change:
    """Take a value away."""

    def change(pdf: pikepdf.Pdf) -> None:
        del target(pdf)[key]

    return change


def root(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root


def page(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj


def state(pdf: pikepdf.Pdf) -> Any:
    states = pdf.pages[0].obj.Resources.ExtGState
    return states[next(iter(states.keys()))]


def after(words: bytes) -> Change:
    """Add operators to the first page."""
    return lambda pdf: content(pdf, lambda old: old + b"\n" + words)


def instead(pattern: bytes, words: bytes) -> Change:
    """Replace the first match in the content of the first page."""
    return lambda pdf: content(pdf, lambda old: re.sub(pattern, words, old, count=1))


def annotated(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


def linked(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://example.org"))
    pdf.pages[0].obj.PieceInfo = Dictionary(A=action)


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["facts.json"] = pikepdf.AttachedFileSpec(pdf, b"{}")


def stranger(pdf: pikepdf.Pdf) -> None:
    """Courier, which every reader has and this file does not."""
    letters = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
    pdf.pages[0].obj.Resources.Font["/Fx"] = letters


def unembedded(pdf: pikepdf.Pdf) -> None:
    del font(pdf).DescendantFonts[0].FontDescriptor["/FontFile2"]


def other_widths(pdf: pikepdf.Pdf) -> None:
    inside = font(pdf).DescendantFonts[0]
    inside.W = Array([0, Array([1500] * 2000)])


def without_letter(pdf: pikepdf.Pdf) -> None:
    cmap = font(pdf).ToUnicode
    cmap.write(re.sub(rb"<[0-9a-f]{4}> <0065>\n", b"", cmap.read_bytes()))


def private_letter(pdf: pikepdf.Pdf) -> None:
    cmap = font(pdf).ToUnicode
    cmap.write(cmap.read_bytes().replace(b"<0065>", b"<e065>"))


def to_first_piece(pdf: pikepdf.Pdf, change: Callable[[list[Any]], None]) -> None:
    """Change the table of the pieces of the first page."""
    table = pdf.Root.StructTreeRoot.ParentTree.Nums
    rows = list(table[1])
    change(rows)
    table[1] = Array(rows)


def swap(rows: list[Any]) -> None:
    rows[0], rows[1] = rows[1], rows[0]


def unlink(pdf: pikepdf.Pdf) -> None:
    """Take the last part out of the tree, and leave its words on the page."""
    top = pdf.Root.StructTreeRoot.K[0]
    top.K = Array(list(top.K)[:-1])


def doubled(pdf: pikepdf.Pdf) -> None:
    top = pdf.Root.StructTreeRoot.K[0]
    top.K = Array([*top.K, top.K[-1]])


def rename(kind: str, other: str) -> Change:
    return lambda pdf: first(pdf, kind).__setitem__("/S", Name(f"/{other}"))


def headless(pdf: pikepdf.Pdf) -> None:
    for part in list(parts(pdf, "TH")):
        part.node.S = Name.TD


def fewer_cells(pdf: pikepdf.Pdf) -> None:
    row = next(part.node for part in parts(pdf, "TR") if len(part.children) > 1)
    row.K = Array(list(row.K)[:-1])


def aloud(pdf: pikepdf.Pdf) -> None:
    """The page number as WeasyPrint tags it: with a number, as if it were content."""
    top = pdf.Root.StructTreeRoot.K[0]
    paper = Paper(b"", pdf)
    number = max(paper.contents[0].mcids) + 1
    hidden = [run for run in paper.contents[0].runs if run.mcid is None]
    assert hidden
    content(
        pdf,
        lambda old: re.sub(
            rb"/Artifact\s+<<\s*/Type\s*/Pagination\s*>>", b"/Span <</MCID %d>>" % number, old
        ),
    )
    part = Dictionary(Type=Name.StructElem, S=Name.P, P=top, Pg=pdf.pages[0].obj, K=number)
    top.K.append(pdf.make_indirect(part))


def bookmarks(change: Callable[[Any], None]) -> Change:
    def changed(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            change(outline.root)

    return changed


def retitled(items: Any) -> None:
    items[0].title = "Autre chose"


def backwards(items: Any) -> None:
    items.reverse()


def outside(pdf: pikepdf.Pdf) -> None:
    first(pdf, "Figure").A.BBox = Array([90, 700, 725, 735])


def form_with_tags(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"")
    form.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, StructParents=7)
    pdf.pages[0].obj.Resources.XObject = Dictionary({"/Fm": form})


def picture(**more: Any) -> Change:
    def change(pdf: pikepdf.Pdf) -> None:
        image = pdf.make_stream(b"\0")
        image.stream_dict = Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=1,
            Height=1,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
            **more,
        )
        pdf.pages[0].obj.Resources.XObject = Dictionary({"/Im": image})

    return change


def shown_picture(pdf: pikepdf.Pdf) -> None:
    picture()(pdf)
    content(pdf, lambda old: old + b"\n/Artifact BMC /Im Do EMC")


def foreign_stream(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"x")
    stream.stream_dict = Dictionary(F=String("elsewhere.bin"))
    pdf.Root.PieceInfo = stream
