"""Rules of PDF/UA-1 that a program can judge; the numbers are checkpoints of Matterhorn 1.1."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Name

from tests.documents.rules import rule
from tests.documents.rules.paper import Paper, Part

_STANDARD = """
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4
H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code
Link Annot Ruby RB RT RP Warichu WT WP Figure Formula Form
"""
STANDARD = frozenset(_STANDARD.split())
BELOW = {
    "Table": {"TR", "THead", "TBody", "TFoot", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"L", "LI", "Caption"},
    "LI": {"Lbl", "LBody"},
}
ABOVE = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "LI": {"L"},
    "Lbl": {"LI", "Note"},
    "LBody": {"LI"},
}
HEADING = re.compile(r"H[1-6]?$")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


@rule("01 content is tagged or an artifact")
def content_marked(paper: Paper) -> Iterator[str]:
    for number, content in enumerate(paper.contents, start=1):
        for fault in sorted(set(content.faults)):
            if "q and Q" not in fault:
                yield f"page {number}: {fault}"


@rule("01 tagged content is in the tree, once")
def in_the_tree(paper: Paper) -> Iterator[str]:
    """The pages, the tree and the table between them say the same of every piece."""
    told: Counter[tuple[int, int]] = Counter(
        (paper.page_of(part), piece) for part in paper.parts for piece in part.pieces
    )
    there = Counter(
        (number, piece) for number, one in enumerate(paper.contents) for piece in one.mcids
    )
    for piece in sorted(there.keys() - told.keys()):
        yield f"page {piece[0] + 1}: piece {piece[1]} is not in the tree"
    for piece in sorted(told.keys() - there.keys()):
        yield f"page {piece[0] + 1}: the tree speaks of piece {piece[1]}, which is not there"
    for piece, times in (told + there).items():
        if times > 2:
            yield f"page {piece[0] + 1}: piece {piece[1]} stands more than once"


@rule("01 the table of pieces")
def table_of_pieces(paper: Paper) -> Iterator[str]:
    tree = paper.root.get(Name.StructTreeRoot, {})
    numbers = list(tree.get(Name.ParentTree, {}).get(Name.Nums, []))
    table = {
        int(key): list(value)
        for key, value in zip(numbers[::2], numbers[1::2], strict=True)
        if isinstance(value, Array)
    }
    for number, page in enumerate(paper.pdf.pages):
        place = page.obj.get(Name.StructParents)
        if place is None or int(place) not in table:
            yield f"page {number + 1} is not in the table"
            continue
        parents = table[int(place)]
        for part in paper.parts:
            if paper.page_of(part) != number:
                continue
            for piece in part.pieces:
                if (
                    piece >= len(parents)
                    or parents[piece] is None
                    or (parents[piece].objgen != part.node.objgen)
                ):
                    yield f"page {number + 1}: piece {piece} has another parent in the table"


@rule("01 the tree is whole")
def whole(paper: Paper) -> Iterator[str]:
    if paper.root.get(Name.MarkInfo, {}).get(Name.Marked) is not True:
        yield "the file does not say that it is tagged"
    if paper.root.get(Name.MarkInfo, {}).get(Name.Suspects) is True:
        yield "the file says that its tags are suspect"
    tops = [part for part in paper.parts if part.above is None]
    if [part.kind for part in tops] != ["Document"]:
        yield f"the tree begins with {[part.kind for part in tops]}"
    for part in paper.parts:
        above = paper.root.StructTreeRoot if part.above is None else part.above.node
        if part.node.get(Name.P) is None or part.node.P.objgen != above.objgen:
            yield f"{part.kind} names another parent"
        if Name.ID in part.node and Name.IDTree not in paper.root.StructTreeRoot:
            yield f"{part.kind} has an identifier without a tree of them"


@rule("02 kinds of parts")
def role_map(paper: Paper) -> Iterator[str]:
    roles = paper.root.get(Name.StructTreeRoot, {}).get(Name.RoleMap, {})
    for name in dict(roles):
        if name.lstrip("/") in STANDARD:
            yield f"the standard kind {name} is mapped to another"
    for kind in sorted({part.kind for part in paper.parts} - STANDARD):
        target = str(roles.get(f"/{kind}", "")).lstrip("/")
        if target not in STANDARD:
            yield f"{kind or 'nothing'} is no standard kind"


@rule("07 the title is shown")
def title(paper: Paper) -> Iterator[str]:
    if paper.root.get(Name.ViewerPreferences, {}).get(Name.DisplayDocTitle) is not True:
        yield "readers are not asked to show the title"
    if not str(paper.pdf.docinfo.get(Name.Title, "")).strip():
        yield "there is no title"


@rule("09 lists and tables are built as such")
def nesting(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        allowed = BELOW.get(part.kind)
        if allowed is not None:
            for child in part.children:
                if child.kind not in allowed:
                    yield f"{child.kind} stands in {part.kind}"
            if part.pieces:
                yield f"text stands right in {part.kind}"
        wanted = ABOVE.get(part.kind)
        if wanted is not None and (part.above is None or part.above.kind not in wanted):
            yield f"{part.kind} stands in {part.above and part.above.kind}"


@rule("11 languages")
def languages(paper: Paper) -> Iterator[str]:
    main = str(paper.root.get(Name.Lang, ""))
    if main not in ("fr", "en"):
        yield f"the language of the file is {main!r}"
    for part in paper.parts:
        lang = part.node.get(Name.Lang)
        if lang is not None and not LANGUAGE.match(str(lang)):
            yield f"{part.kind} is in the language {str(lang)!r}"


@rule("13 pictures have words")
def figures(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        if part.kind not in ("Figure", "Formula"):
            continue
        if not str(part.node.get(Name.Alt, "")).strip():
            yield f"{part.kind} has no words for those who do not see it"
        box = part.node.get(Name.A, {}).get(Name.BBox)
        page = paper.pdf.pages[paper.page_of(part)].mediabox if paper.page_of(part) >= 0 else None
        if box is None or page is None or not _lies_in(box, page):
            yield f"{part.kind} does not say where it stands on its page"
    for number, content in enumerate(paper.contents):
        for name, tagged in content.drawn:
            form = paper.pdf.pages[number].obj.Resources.XObject.get(name)
            if form is not None and form.get(Name.Subtype) == Name.Image and not tagged:
                yield f"page {number + 1}: the picture {name} is no figure"


def _lies_in(box: Any, page: Any) -> bool:
    left, bottom, right, top = (float(one) for one in box)
    return (
        float(page[0]) - 1 <= left < right <= float(page[2]) + 1
        and float(page[1]) - 1 <= bottom < top <= float(page[3]) + 1
    )


@rule("14 headings go down one by one")
def headings(paper: Paper) -> Iterator[str]:
    kinds = [part for part in paper.parts if HEADING.match(part.kind)]
    if not kinds:
        yield "there is no heading"
    if any(part.kind == "H" for part in kinds):
        yield "a heading has no level"
        return
    level = 0
    for part in kinds:
        deeper = int(part.kind[1])
        if deeper > level + 1:
            yield f"{part.kind} follows {f'H{level}' if level else 'nothing'}"
        if not paper.text(part).strip():
            yield f"{part.kind} is empty"
        level = deeper
    if [part.kind for part in kinds].count("H1") > 1:
        yield "there is more than one H1"


@rule("15 tables say what their cells are about")
def tables(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        if part.kind == "TH" and part.node.get(Name.A, {}).get(Name.Scope) not in (
            Name.Row,
            Name.Column,
            Name.Both,
        ):
            yield f"the header {paper.text(part)[:30]!r} has no scope"
        if part.kind != "Table":
            continue
        rows = [one for one in _below(part) if one.kind == "TR"]
        widths = {sum(_span(cell) for cell in row.children) for row in rows}
        if len(widths) > 1:
            yield f"rows of a table have {sorted(widths)} cells"
        if not any(one.kind == "TH" for one in _below(part)):
            yield "a table has no header"


def _below(part: Part) -> Iterator[Part]:
    for child in part.children:
        yield child
        yield from _below(child)


def _span(cell: Part) -> int:
    return int(cell.node.get(Name.A, {}).get(Name.ColSpan, 1))


@rule("18 headers and page numbers are artifacts")
def margins(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        if part.pieces and re.search(r"Page\W+\d+\W+(de|of)\W+\d+", paper.text(part)):
            yield f"the page number {paper.text(part)!r} is read aloud"


@rule("27 bookmarks are the headings, in order")
def bookmarks(paper: Paper) -> Iterator[str]:
    with paper.pdf.open_outline() as outline:
        told = list(_outline(outline.root))
    at = -1
    for name, page in told:
        number = paper.page_numbers.get(page.objgen, -1) if page is not None else -1
        if number < 0 or number < at:
            yield f"the bookmark {name!r} leads to no page, or back"
        at = max(at, number)
    wanted = [_plain(paper.text(part)) for part in paper.parts if HEADING.match(part.kind)]
    if [_plain(name) for name, _ in told] != wanted:
        yield "the bookmarks are not the headings"


def _outline(items: Any) -> Iterator[tuple[str, Any]]:
    for item in items:
        place = item.destination
        yield item.title, place[0] if isinstance(place, Array) else None
        yield from _outline(item.children)


def _plain(words: str) -> str:
    return "".join(words.split())


@rule("28 the order of the tabs")
def tabs(paper: Paper) -> Iterator[str]:
    for number, page in enumerate(paper.pdf.pages, start=1):
        if page.obj.get(Name.Tabs) != Name.S:
            yield f"page {number} does not follow the structure"


@rule("30 forms are drawn once and hold no tags")
def forms(paper: Paper) -> Iterator[str]:
    for one in paper.dictionaries:
        if one.get(Name.Subtype) == Name.Form and (
            Name.StructParents in one or Name.StructParent in one
        ):
            yield "a form has tags of its own"


@rule("house: every part that speaks has words")
def no_hollow(paper: Paper) -> Iterator[str]:
    for part in paper.parts:
        if part.kind in ("L", "LI", "Table", "TR", "Sect", "Document") and not part.children:
            yield f"{part.kind} is empty"
