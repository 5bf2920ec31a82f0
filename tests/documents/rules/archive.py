"""Rules of PDF/A-2 about the file as a whole; the names are the clauses of ISO 19005-2."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from pikepdf import Array, Dictionary, Name, Stream, String

from tests.documents.rules import rule
from tests.documents.rules.paper import DEEPEST, Paper

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
PDF = "{http://ns.adobe.com/pdf/1.3/}"
XMP = "{http://ns.adobe.com/xap/1.0/}"
AID = "{http://www.aiim.org/pdfa/ns/id/}"
UAID = "{http://www.aiim.org/pdfua/ns/id/}"
SAME = {
    "/Title": DC + "title",
    "/Author": DC + "creator",
    "/Subject": DC + "description",
    "/Keywords": PDF + "Keywords",
    "/Producer": PDF + "Producer",
    "/Creator": XMP + "CreatorTool",
    "/CreationDate": XMP + "CreateDate",
    "/ModDate": XMP + "ModifyDate",
}
_KNOWN = """
q Q cm w J j M d ri i gs m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Tf Tr Ts
Td TD Tm T* Tj TJ ' " CS cs SC SCN sc scn G g RG rg K k sh BI ID EI Do MP DP BMC BDC EMC
INLINE_IMAGE
"""
KNOWN = frozenset(_KNOWN.split())
NOWHERE = (
    "/JavaScript",
    "/JS",
    "/OpenAction",
    "/AA",
    "/XFA",
    "/OCProperties",
    "/AlternatePresentations",
)


@rule("6.1.2 header")
def header(paper: Paper) -> Iterator[str]:
    lines = paper.raw[:64].split(b"\n")
    if not re.fullmatch(rb"%PDF-1\.[0-7]", lines[0]):
        yield f"the file begins with {lines[0]!r}"
    marks = lines[1] if len(lines) > 1 else b""
    if not marks.startswith(b"%") or len(marks) < 5 or min(marks[1:5]) < 128:
        yield "no comment of four high bytes follows the first line"


@rule("6.1.3 trailer")
def trailer(paper: Paper) -> Iterator[str]:
    identifier = paper.pdf.trailer.get(Name.ID)
    if not isinstance(identifier, Array) or len(identifier) != 2 or not all(map(bytes, identifier)):
        yield "the file has no identifier"
    if paper.pdf.is_encrypted:
        yield "the file is encrypted"
    if not re.search(rb"%%EOF\r?\n?$", paper.raw[-32:]):
        yield "something stands after the end of the file"


@rule("6.1.7 streams")
def streams(paper: Paper) -> Iterator[str]:
    for one in paper.dictionaries:
        if isinstance(one, Stream):
            keys = one.stream_dict.keys()
            filters = str(one.get(Name.Filter, ""))
            if {"/F", "/FFilter", "/FDecodeParms"} & set(keys):
                yield "a stream is kept in another file"
            if "LZW" in filters or "Crypt" in filters:
                yield f"a stream is packed by {filters}"


@rule("6.1.13 limits")
def limits(paper: Paper) -> Iterator[str]:
    for number, content in enumerate(paper.contents, start=1):
        if content.deepest > DEEPEST:
            yield f"page {number} nests q {content.deepest} deep"
    for one in paper.dictionaries:
        for key, value in one.items():
            if len(key.encode()) > 128:
                yield f"the name {key[:20]} is too long"
            if isinstance(value, String) and len(bytes(value)) > 32767:
                yield f"the text of {key} is too long"


@rule("6.2.2 content streams")
def content_streams(paper: Paper) -> Iterator[str]:
    for number, content in enumerate(paper.contents, start=1):
        for fault in content.faults:
            if "q and Q" in fault:
                yield f"page {number}: {fault}"
        if unknown := set(content.operators) - KNOWN:
            yield f"page {number}: unknown operators {sorted(unknown)}"
        for name in {run.font for run in content.runs} - paper.fonts.keys():
            yield f"page {number}: the font {name!r} is not among its resources"


@rule("6.2.3 output intent")
def output_intent(paper: Paper) -> Iterator[str]:
    intents = list(paper.root.get(Name.OutputIntents, []))
    if [one.get(Name.S) for one in intents] != [Name.GTS_PDFA1]:
        yield "the file has not exactly one output intent of PDF/A"
        return
    profile = intents[0].get(Name.DestOutputProfile)
    raw = profile.read_bytes() if isinstance(profile, Stream) else b""
    if raw[36:40] != b"acsp" or raw[16:20] != b"RGB " or raw[8] > 4 or profile.get(Name.N) != 3:
        yield "the output intent has no profile of RGB"


@rule("6.2.4 colours")
def colours(paper: Paper) -> Iterator[str]:
    for number, content in enumerate(paper.contents, start=1):
        if content.operators.keys() & {"k", "K"}:
            yield f"page {number} paints in CMYK without a profile of it"
    for one in paper.dictionaries:
        space = one.get(Name.ColorSpace)
        for inner in space.values() if isinstance(space, Dictionary) else [space]:
            kind = inner[0] if isinstance(inner, Array) else inner
            if kind in (Name.DeviceCMYK, Name.Separation, Name.DeviceN):
                yield f"a colour space is {kind}"


@rule("6.2.5 graphics state")
def graphics_state(paper: Paper) -> Iterator[str]:
    for one in states(paper):
        if {"/TR", "/HTP", "/HTO"} & set(one.keys()) or one.get(
            Name.TR2, Name.Default
        ) != Name.Default:
            yield "a graphics state has a transfer function or a halftone"


@rule("6.2.8 pictures")
def pictures(paper: Paper) -> Iterator[str]:
    for one in paper.dictionaries:
        if not isinstance(one, Stream):
            continue
        keys = set(one.stream_dict.keys())
        kind = one.get(Name.Subtype)
        if kind == Name.PS or "/Ref" in keys or "/OPI" in keys or "/PS" in keys:
            yield "a form is written in PostScript or stands in another file"
        if kind == Name.Image and ("/Alternates" in keys or one.get(Name.Interpolate) is True):
            yield "a picture has alternates or is interpolated"


@rule("6.2.10 transparency")
def transparency(paper: Paper) -> Iterator[str]:
    """PDF/A-2 allows some; we have none, so that old readers and printers show the same."""
    for one in states(paper):
        if any(float(one.get(key, 1)) != 1 for key in (Name.ca, Name.CA)):
            yield "something is half transparent"
        if one.get(Name.SMask, Name("/None")) != Name("/None"):
            yield "something is masked softly"
        if one.get(Name.BM, Name.Normal) != Name.Normal:
            yield "something is blended"


def states(paper: Paper) -> Iterator[Any]:
    """Every graphics state of the file."""
    for one in paper.dictionaries:
        named = one.get(Name.ExtGState)
        if isinstance(named, Dictionary):
            yield from named.values()


@rule("6.3 annotations")
def annotations(paper: Paper) -> Iterator[str]:
    """None: a copy that is filed may have none. The seal has a field that is not seen."""
    for number, page in enumerate(paper.pdf.pages, start=1):
        for one in page.obj.get(Name.Annots, []):
            seal = one.get(Name.Subtype) == Name.Widget and one.get(Name.FT) == Name.Sig
            left, bottom, right, top = map(float, one.get(Name.Rect, [0, 0, 1, 1]))
            unseen = (left, bottom) == (right, top)
            if not (paper.sealed and seal and unseen):
                yield f"page {number} has an annotation {one.get(Name.Subtype)}"
    if Name.AcroForm in paper.root and not paper.sealed:
        yield "the file has a form"


@rule("6.5 actions")
def actions(paper: Paper) -> Iterator[str]:
    """Nothing acts: no script, no link, no layer, nothing that begins by itself."""
    for one in paper.dictionaries:
        for key in NOWHERE:
            if key in one:
                yield f"the file has {key}"
        if one.get(Name.S) in (Name.URI, Name.Launch, Name.GoToR, Name.SubmitForm, Name.Sound):
            yield f"the file has an action {one.S}"


@rule("6.8 embedded files")
def embedded_files(paper: Paper) -> Iterator[str]:
    """None, which is stricter than PDF/A-2: a copy that is filed may have none."""
    names = paper.root.get(Name.Names, {})
    if Name.EmbeddedFiles in names or Name.AF in paper.root:
        yield "files are attached"
    for one in paper.dictionaries:
        if Name.EF in one or one.get(Name.Type) in (Name.Filespec, Name.EmbeddedFile):
            yield "a file is embedded"


@rule("6.6.2 metadata")
def metadata(paper: Paper) -> Iterator[str]:
    """Also Matterhorn 06-001 to 06-003 and 05 of PDF/UA: the file says what it means to be."""
    properties = read_xmp(paper.xmp)
    wanted = {AID + "part": "2", AID + "conformance": "A", UAID + "part": "1"}
    for key, value in wanted.items():
        if properties.get(key) != value:
            yield f"the metadata say {properties.get(key)!r} for {key}"
    if re.search(r"<\?xpacket[^>]*(bytes|encoding)=", paper.xmp):
        yield "the packet of the metadata names its size or encoding"
    known = re.findall(r"<pdfaSchema:namespaceURI>([^<]+)<", paper.xmp)
    strange = {key[1:].split("}")[0] for key in properties} - {
        one[1:-1] for one in (DC, PDF, XMP, AID)
    }
    for namespace in sorted(strange - set(known)):
        yield f"the schema {namespace} is not described"


@rule("6.6.2 metadata as the information dictionary")
def consistent(paper: Paper) -> Iterator[str]:
    properties = read_xmp(paper.xmp)
    if not properties.get(DC + "title"):
        yield "the metadata have no title"
    for key, value in paper.pdf.docinfo.items():
        told = str(value)
        if key not in SAME:
            yield f"{key} has no counterpart"
            continue
        if key.endswith("Date"):
            told = iso(told)
        if properties.get(SAME[key]) != told:
            yield f"{key} is {told!r}, in the metadata {properties.get(SAME[key])!r}"


def read_xmp(packet: str) -> dict[str, str]:
    """The properties of a packet; lists are joined, and of languages the default is taken."""
    try:
        root = ElementTree.fromstring(packet.strip().lstrip("\ufeff") or "<none/>")
    except ElementTree.ParseError:
        return {}
    found: dict[str, str] = {}
    for description in root.iter(RDF + "Description"):
        found |= {key: value for key, value in description.attrib.items() if key != RDF + "about"}
        for one in description:
            if "pdfa/ns/extension" not in one.tag:
                items = [item.text or "" for item in one.iter(RDF + "li")]
                found[one.tag] = ", ".join(items) if items else (one.text or "")
    return found


def iso(written: str) -> str:
    """A date of the information dictionary as the metadata write it."""
    found = re.fullmatch(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)'(\d\d)'?", written)
    if not found:
        return written
    year, month, day, hour, minute, second, zone, rest = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{zone}:{rest}"
