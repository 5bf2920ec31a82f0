"""Draws the engraved ornaments of template version v1: `python -m documents.ornaments FOLDER`.

Two are operators of a PDF page (`.ops`), laid under the words of the first page as they are: as a
background picture they took more time than the rest of the document. The files stand beside the
templates and never change once documents were made with them; this is how they came to be, and
where the next version starts.
"""

import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

Spot = tuple[float, float]

INK = "0.122 0.353 0.333"
PALE = "0.859 0.898 0.875"
DRAFT = "#f8e4de"
FONTS = Path(__file__).parent / "fonts"


def closed(point: Callable[[float], Spot], steps: int) -> str:
    """A smooth closed curve through `steps` points (Catmull-Rom)."""
    spots = [point(2 * pi * n / steps) for n in range(steps)]
    curve = [f"{pair(spots[0])} m"]
    for n, spot in enumerate(spots):
        before, after, beyond = spots[n - 1], spots[(n + 1) % steps], spots[(n + 2) % steps]
        out = (spot[0] + (after[0] - before[0]) / 6, spot[1] + (after[1] - before[1]) / 6)
        into = (after[0] - (beyond[0] - spot[0]) / 6, after[1] - (beyond[1] - spot[1]) / 6)
        curve.append(f"{pair(out)} {pair(into)} {pair(after)} c")
    return "\n".join([*curve, "s"])


def pair(spot: Spot) -> str:
    """A point, to a tenth of a point of the page."""
    return f"{spot[0]:.1f} {spot[1]:.1f}"


def rosette(centre: Spot, size: float, petals: int, rings: int, ink: str) -> str:
    """Woven rings, as on engraved certificates."""
    lines = [f"{ink} RG 0.45 w"]
    for ring in range(rings):
        radius = size * (0.34 + 0.62 * ring / rings)
        swing = size * (0.16 - 0.10 * ring / rings)
        for phase in (0.0, pi):

            def point(t: float, r: float = radius, s: float = swing, p: float = phase) -> Spot:
                reach = r + s * cos(petals * t + p)
                return centre[0] + reach * cos(t), centre[1] + reach * sin(t)

            lines.append(closed(point, petals * 8))
    return "\n".join(lines)


def edge(start: Spot, length: float, waves: int, depth: float, shift: float, up: bool) -> str:
    """A wave along one side of a frame, to the right or upwards, made of half-waves."""
    half = length / waves / 2

    def spot(along: float, across: float) -> Spot:
        return (
            (start[0] + across, start[1] + along) if up else (start[0] + along, start[1] + across)
        )

    curve = [f"{pair(spot(shift * half, 0))} m"]
    for n in range(waves * 2):
        reach = depth * 1.16 * (1 if n % 2 else -1)
        begin = (shift + n) * half
        curve.append(
            f"{pair(spot(begin + half * 0.364, reach))} {pair(spot(begin + half * 0.636, reach))} "
            f"{pair(spot(begin + half, 0))} c"
        )
    return "\n".join([*curve, "S"])


def frame(width: float, height: float) -> str:
    """The border of a certificate: a woven band between two rules, a small rosette at each corner,
    and a pale rosette under the words."""
    gap, arm = 34.0, 18.0
    lines = [rosette((width / 2, height / 2), 208, 12, 7, PALE), f"{INK} RG 0.35 w"]
    for along, across, waves, up in ((width, height, 44, False), (height, width, 34, True)):
        for far in (gap, across - gap):
            start = (far, gap + arm) if up else (gap + arm, far)
            lines += [
                edge(start, along - 2 * (gap + arm), waves, depth, shift, up)
                for shift in (-0.5, 0, 0.5)
                for depth in (7.2, 3.6)
            ]
            # The rules stop short of the corners, so that nothing runs under the rosettes.
            for side in (-9.5, 9.5):
                first, last = gap + arm - 3, along - gap - arm + 3
                ends = (
                    ((far + side, first), (far + side, last))
                    if up
                    else ((first, far + side), (last, far + side))
                )
                lines.append(f"{pair(ends[0])} m {pair(ends[1])} l S")
    corners = [(x, y) for x in (gap, width - gap) for y in (gap, height - gap)]
    lines += [rosette(corner, 17, 8, 3, INK) for corner in corners]
    return "\n".join(lines)


def draft_file(word: str) -> str:
    """The word of the draft mark across a page, as outlines: searches and readers do not meet
    it."""
    font = TTFont(FONTS / "SourceSans3-Bold.ttf")
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    shapes, at = [], 0.0
    for letter in word:
        name = names[ord(letter)]
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.0f}")
        glyphs[name].draw(pen)
        shapes.append(f'<path transform="translate({at:.0f} 0)" d="{pen.getCommands()}"/>')
        at += glyphs[name].width + 60
    scale = 560 / at
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 612 612" width="612" height="612">'
        f'<g fill="{DRAFT}" transform="translate(306 306) rotate(-38) '
        f'scale({scale:.4f} {-scale:.4f}) translate({-at / 2:.0f} -330)">'
        f"{''.join(shapes)}</g></svg>"
    )


def main(folder: Path) -> None:
    """Write the four drawings."""
    drawings = {
        "cover.ops": rosette((520, 70), 268, 12, 7, PALE),
        "certificate.ops": frame(792, 612),
        "draft.fr.svg": draft_file("ÉBAUCHE"),
        "draft.en.svg": draft_file("DRAFT"),
    }
    for name, drawing in drawings.items():
        (folder / name).write_text(drawing + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
