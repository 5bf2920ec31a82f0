"""The certificate by ReportLab: drawn with its canvas and platypus, untagged."""

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import LETTER, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table, TableStyle

from tests.bench.peers.certificate import FONTS, main
from tests.bench.peers.timing import Case

for name in (
    "SourceSans3-Regular",
    "SourceSans3-Semibold",
    "SourceSans3-Bold",
    "SourceSerif4-Regular",
    "SourceSerif4-It",
    "SourceSerif4Display-Regular",
    "SourceSerif4Display-Semibold",
):
    pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))

PAGE = landscape(LETTER)
INK, GREEN, GREY = HexColor("#17302e"), HexColor("#1f5a55"), HexColor("#56655f")
SMALL = ParagraphStyle("s", fontName="SourceSans3-Regular", fontSize=8.2, leading=11.5)
PROMISE = ParagraphStyle(
    "p", fontName="SourceSerif4-Regular", fontSize=10.4, leading=14, alignment=TA_CENTER
)
CELL = ParagraphStyle("c", fontName="SourceSans3-Regular", fontSize=9, leading=12.6)
LABEL = ParagraphStyle("l", parent=CELL, textColor=GREY)
RULED = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor("#d8e0dc"))])
FACE = (
    (88, "issuer", "SourceSerif4Display-Semibold", 31, INK),
    (104, "governed", "SourceSans3-Regular", 8.6, GREY),
    (124, "kind", "SourceSerif4Display-Regular", 15, GREEN),
    (205, "attests", "SourceSerif4-It", 10.4, INK),
    (232, "holder", "SourceSerif4Display-Semibold", 23, INK),
    (258, "is_holder", "SourceSerif4-It", 10.4, INK),
)
"""Points from the top, which words, and in what."""


def draw(case: Case) -> bytes:
    """Both pages."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1, lang="fr")
    canvas.setTitle(f"{case['kind']} – {case['issuer']}")
    _face(canvas, case)
    canvas.showPage()
    _back(canvas, case)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _face(canvas: Canvas, case: Case) -> None:
    width, height = PAGE
    left, right = 28 * mm, width - 28 * mm
    canvas.setFont("SourceSans3-Semibold", 9)
    canvas.drawRightString(right, height - 70, case["number"])
    for top, name, font, size, colour in FACE:
        canvas.setFont(font, size)
        canvas.setFillColor(colour)
        canvas.drawCentredString(width / 2, height - top, case[name])
    canvas.setFont("SourceSerif4-Regular", 15.5)
    canvas.drawCentredString(width / 2, height - 292, f"{case['count']} {case['designation']}")
    _put(canvas, Paragraph(case["promise"], PROMISE), left + 62, height - 305, right - left - 124)
    legend = Paragraph(f"<b>{case['legend_label']}</b> {case['legend']}", SMALL)
    _put(canvas, legend, left, height - 440, right - left)
    canvas.line(left, height - 505, left + 60 * mm, height - 505)
    canvas.setFont("SourceSans3-Semibold", 8.8)
    canvas.drawString(left, height - 518, case["signatory"])
    canvas.setFont("SourceSans3-Regular", 8.8)
    canvas.drawString(left, height - 530, case["position"])
    for place, line in enumerate(case["issued"]):
        canvas.drawRightString(right, height - 518 - 12 * place, line)
    _foot(canvas, case, 0)


def _back(canvas: Canvas, case: Case) -> None:
    width, height = PAGE
    left, right = 27 * mm, width - 27 * mm
    canvas.setFont("SourceSans3-Semibold", 7.6)
    canvas.drawString(left, height - 54, case["issuer"])
    canvas.setFont("SourceSans3-Regular", 7.6)
    canvas.drawRightString(right, height - 54, case["kind"])
    canvas.setFont("SourceSerif4Display-Semibold", 19)
    canvas.drawString(left, height - 100, case["back"])
    canvas.setFont("SourceSans3-Regular", 8.6)
    canvas.drawString(left, height - 116, case["under"])
    rows = [[Paragraph(label, LABEL), Paragraph(text, CELL)] for label, text in case["rows"]]
    table = Table(rows, colWidths=(67 * mm, right - left - 67 * mm), style=RULED)
    used = _put(canvas, table, left, height - 130, right - left)
    _put(canvas, Paragraph(case["note"], SMALL), left, height - 142 - used, right - left)
    _foot(canvas, case, 1)


def _put(canvas: Canvas, what: Paragraph | Table, left: float, top: float, width: float) -> float:
    _, used = what.wrapOn(canvas, width, 1000)
    what.drawOn(canvas, left, top - used)
    return float(used)


def _foot(canvas: Canvas, case: Case, page: int) -> None:
    canvas.setFont("SourceSans3-Regular", 7.6)
    canvas.setFillColor(GREY)
    canvas.drawString(28 * mm, 52, case["foot"])
    canvas.drawRightString(PAGE[0] - 28 * mm, 52, case["pages"][page])


if __name__ == "__main__":
    main("reportlab", draw)
