"""Last touches on the objects of a file, before they are written.

WeasyPrint lays a page out and tags it; what PDF/A-2A and PDF/UA-1 want beyond that is done here, on
the objects that it hands over and not on finished bytes, so that a file is written once:

- what stands in the margins is an artifact, so that nobody hears the page number between two lines;
  the draft mark of the first page alone is content, because everybody must hear of it;
- header cells have their scope, items of a list their body, pictures their true place;
- a passage in another language (`lang` in the page) says so, and letters that run from right to
  left are said in the order in which they are read;
- the file says that it means to be PDF/UA-1 too: WeasyPrint writes one of the two marks only.
"""

import re
from collections.abc import Iterator
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import MarginBox, ReplacedBox, TextBox

from documents.errors import RenderError

Part = Any
"""A dictionary of the file that knows its own reference: of the structure tree, mostly."""

PAGINATION = "<</Type /Pagination>>"
_LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def finish(document: Any, pdf: Any, *, under: bytes) -> None:
    """Finish the objects of a file that WeasyPrint laid out as PDF/A-2A.

    `under` is a compressed content stream that is drawn under the first page, or empty.
    """
    tree = _Tree(pdf)
    for page in range(len(document.pages)):
        _set_margins_apart(tree, page)
    for part in tree.parts():
        _set_right(tree, part)
    _say_right(tree, document)
    stream = pdf.objects[_number(pdf.catalog["Metadata"])]
    stream.stream = [_with_accessible_mark(bytes(stream.stream[0]))]
    if under:
        # An artifact: readers that speak a page aloud pass over it.
        ornament = pydyf.Stream([under], {"Filter": "/FlateDecode"})
        pdf.add_object(ornament)
        first = tree.pages[0]
        first["Contents"] = pydyf.Array([ornament.reference, first["Contents"]])


class _Tree:
    """The structure tree that WeasyPrint made, and the pages that it speaks of."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        root = self.at(pdf.catalog["StructTreeRoot"])
        self.top = self.at(root["K"][0])
        self.pages: list[Part] = [self.at(one) for one in pdf.page_references]
        marked: list[Any] = self.at(root["ParentTree"])["Nums"][1::2]
        self.marked = marked
        """Of each page, the part of the tree that holds each piece of marked content."""

    def at(self, reference: bytes) -> Any:
        return self.pdf.objects[_number(reference)]

    def children(self, part: Part) -> Iterator[Part]:
        """The parts below one, in reading order."""
        for one in part["K"]:
            if isinstance(one, bytes):
                yield self.at(one)

    def parts(self) -> list[Part]:
        """Every part that can be reached, in reading order."""
        found, waiting = [], [self.top]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting.extend(reversed(list(self.children(part))))
        return found

    def ancestor(self, part: Part) -> Part:
        """The part right below the document that this one stands in."""
        while part["P"] != self.top.reference:
            part = self.at(part["P"])
        return part

    def add(self, kind: str, children: list[bytes], above: Part) -> Part:
        """A new part that takes over these children."""
        part = pydyf.Dictionary(
            {
                "Type": "/StructElem",
                "S": f"/{kind}",
                "K": pydyf.Array(children),
                "Pg": above["Pg"],
                "P": above.reference,
            }
        )
        self.pdf.add_object(part)
        for child in self.children(part):
            child["P"] = part.reference
        return part


def _set_margins_apart(tree: _Tree, page: int) -> None:
    """What stands in the margins of a page becomes an artifact.

    WeasyPrint tags it and leaves it out of the tree, which is neither content nor artifact. What is
    a section there, on the first page, is content nevertheless: it goes to the head of the tree.
    """
    linked = set(tree.top["K"])
    loose: dict[int, Part] = {}
    for place, reference in enumerate(tree.marked[page]):
        ancestor = tree.ancestor(tree.at(reference))
        if ancestor.reference in linked:
            continue
        if page == 0 and ancestor["S"] == "/Sect":
            tree.top["K"].insert(0, ancestor.reference)
            linked.add(ancestor.reference)
            continue
        loose[place] = ancestor
    if not loose:
        return
    kept = tree.marked[page]
    for place, ancestor in loose.items():
        kept[place] = "null"
        _forget(tree, ancestor)
    while kept and kept[-1] == "null":
        kept.pop()
    operators = tree.at(tree.pages[page]["Contents"]).stream
    for place, one in enumerate(operators):
        if isinstance(one, pydyf.Dictionary) and one.get("MCID") in loose:
            operators[place - 1 : place + 1] = ["/Artifact", PAGINATION]


def _forget(tree: _Tree, part: Part) -> None:
    """Empty a part that is not in the tree, and those below it."""
    for one in part.get("K", ()):
        if isinstance(one, bytes):
            _forget(tree, tree.at(one))
    part.clear()


def _set_right(tree: _Tree, part: Part) -> None:
    """What one part of the tree lacks, by its kind."""
    kind = part["S"]
    if kind in ("/TH", "/TD"):
        # Scopes say the same as identifiers do in plain tables, and need no tree of identifiers.
        part.pop("ID", None)
        part["A"].pop("Headers", None)
    if kind == "/TH":
        body = tree.at(tree.at(part["P"])["P"])
        part["A"]["Scope"] = "/Column" if body["S"] == "/THead" else "/Row"
    elif kind == "/TD" and len(part["A"]) == 1:
        del part["A"]
    elif kind == "/LI":
        _give_body(tree, part)
    elif kind == "/Figure":
        left, top, right, bottom = part["A"]["BBox"]
        height = tree.at(part["Pg"])["MediaBox"][3]
        # From pixels counted from the top of the page to points counted from its foot.
        sides = (left, height * 4 / 3 - bottom, right, height * 4 / 3 - top)
        part["A"]["BBox"] = pydyf.Array([side * 3 / 4 for side in sides])


def _give_body(tree: _Tree, item: Part) -> None:
    """An item of a list holds its label and one body, and nothing else."""
    label = [one for one in item["K"] if tree.at(one)["S"] == "/Lbl"]
    rest = [one for one in item["K"] if one not in label]
    if [tree.at(one)["S"] for one in rest] != ["/LBody"]:
        rest = [tree.add("LBody", rest, item).reference]
    item["K"] = pydyf.Array([*label, *rest])


def _say_right(tree: _Tree, document: Any) -> None:
    """Passages in another language say so, and letters that run from right to left are read right.

    A passage says its language by `lang` in the page. Arabic and Hebrew are laid out as they are
    seen, last letter first; who listens is given the words as they were written. The tree does not
    tell which box a part was made of, but both are read in the same order, page by page; where the
    numbers of their pieces differ, words would be put in another's mouth, so nothing is made.
    """
    main = document.metadata.lang
    for number, page in enumerate(document.pages):
        said = [one for child in _boxes(page._page_box) for one in _spoken(child, main)]
        if all(lang == main and not _LEFTWARDS.search(text) for lang, text in said):
            continue
        reference = tree.pdf.page_references[number]
        there = (one for one in tree.parts() if one.get("Pg") == reference)
        pieces = [one for one in there if any(isinstance(kid, int) for kid in one["K"])]
        if len(pieces) != len(said):
            raise RenderError(f"page {number + 1}: it is not known which words are which")
        for piece, (lang, text) in zip(pieces, said, strict=True):
            if lang != main:
                piece["Lang"] = pydyf.String(lang)
            if _LEFTWARDS.search(text):
                piece["ActualText"] = pydyf.String(text)


def _boxes(box: Any) -> Iterator[Any]:
    """The boxes of a page, but for its margins: of those, what is kept as content comes first."""
    margins = [one for one in box.children if isinstance(one, MarginBox)]
    yield from (one for margin in margins for one in margin.children if _is_section(one))
    yield from (one for one in box.children if one not in margins)


def _is_section(box: Any) -> bool:
    return bool(box.element_tag == "section")


def _spoken(box: Any, lang: str) -> Iterator[tuple[str, str]]:
    """The language and the words of each piece of text or picture in a box, in reading order."""
    box = getattr(box, "_box", box)
    element = getattr(box, "element", None)
    if element is not None:
        lang = element.get("lang") or lang
    if isinstance(box, TextBox | ReplacedBox):
        yield lang, getattr(box, "text", "")
        return
    for child in box.children:
        yield from _spoken(child, lang)


def _number(reference: bytes) -> int:
    """The number of the object that a reference names."""
    return int(reference.split()[0])


def _with_accessible_mark(xmp: bytes) -> bytes:
    start = xmp.index(b"<rdf:Description")
    return xmp[:start] + ACCESSIBLE + xmp[start:]


ACCESSIBLE = b"".join(
    (
        b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" ',
        b'pdfuaid:part="1"/>',
        # PDF/A allows a property that it does not know only where its schema is described.
        b'<rdf:Description rdf:about="" ',
        b'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" ',
        b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" ',
        b'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">',
        b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">',
        b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>",
        b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>",
        b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>",
        b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">',
        b"<pdfaProperty:name>part</pdfaProperty:name>",
        b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>",
        b"<pdfaProperty:category>internal</pdfaProperty:category>",
        b"<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>",
        b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>",
        b"</rdf:Description>",
    )
)
