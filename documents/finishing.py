"""Last touches on the objects of a file, before they are written.

WeasyPrint lays a page out and tags it; what PDF/A and PDF/UA want beyond that is done here, on the
objects that it hands over and not on the finished bytes, so that the file is written once.
"""

from typing import Any

import pydyf  # type: ignore[import-untyped]


def finish(document: Any, pdf: Any, *, under: bytes) -> None:
    """Last touches on the objects of the file, before they are written.

    Adds the PDF/UA-1 mark beside that of PDF/A-2A, since WeasyPrint writes one of the two only,
    scopes the header cells, and lays the engraved ornament under the first page.
    """
    _scope_headers(pdf)
    reference = int(pdf.catalog["Metadata"].split()[0])
    stream = pdf.objects[reference]
    stream.stream = [_with_accessible_mark(bytes(stream.stream[0]))]
    if under:
        first = next(one for one in pdf.objects if isinstance(one, dict) and _is_page(one))
        # An artifact: readers that speak a page aloud pass over it.
        ornament = pydyf.Stream([under], {"Filter": "/FlateDecode"})
        pdf.add_object(ornament)
        first["Contents"] = pydyf.Array([ornament.reference, first["Contents"]])


def _scope_headers(pdf: Any) -> None:
    """Say of every header cell whether it heads its row or its column, as PDF/UA wants."""
    for one in pdf.objects:
        if isinstance(one, dict) and one.get("S") == "/TH":
            body = _parent(pdf, _parent(pdf, one))
            one["A"]["Scope"] = "/Column" if body.get("S") == "/THead" else "/Row"


def _parent(pdf: Any, one: dict[str, Any]) -> dict[str, Any]:
    parent: dict[str, Any] = pdf.objects[int(one["P"].split()[0])]
    return parent


def _is_page(one: dict[str, Any]) -> bool:
    return one.get("Type") == "/Page"


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
