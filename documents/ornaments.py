"""Draws the engraved ornaments of template version v1: `python -m documents.ornaments FOLDER`.

The files it wrote stand beside the templates and never change once documents were made with them;
this is how they came to be, and where the next version starts.
"""

import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

INK = "#1f5a55"
PALE = "#dbe5df"
DRAFT = "#f4dcd6"
FONTS = Path(__file__).parent / "fonts"


def closed(point: Callable[[float], tuple[float, float]], steps: int) -> str:
    """A smooth closed curve through `steps` points (Catmull-Rom), in tenths of a unit."""
    spots = [point(2 * pi * n / steps) for n in range(steps)]
    x0, y0 = spots[0]
    curve = [f"M{x0:.1f} {y0:.1f}"]
    for n, (x, y) in enumerate(spots):
        before, after, beyond = spots[n - 1], spots[(n + 1) % steps], spots[(n + 2) % steps]
        pulls = (
            ((after[0] - before[0]) / 6, (after[1] - before[1]) / 6),
            (after[0] - x - (beyond[0] - x) / 6, after[1] - y - (beyond[1] - y) / 6),
            (after[0] - x, after[1] - y),
        )
        curve.append("c" + " ".join(f"{dx:.1f} {dy:.1f}" for dx, dy in pulls))
    return "".join(curve) + "Z"


def rosette(size: float, petals: int, rings: int, ink: str) -> str:
    """Woven rings, as on engraved certificates."""
    lines = []
    for ring in range(rings):
        radius = size * (0.34 + 0.62 * ring / rings)
        swing = size * (0.16 - 0.10 * ring / rings)
        for phase in (0.0, pi):

            def point(
                t: float, r: float = radius, s: float = swing, p: float = phase
            ) -> tuple[float, float]:
                reach = r + s * cos(petals * t + p)
                return reach * cos(t), reach * sin(t)

            lines.append(closed(point, petals * 8))
    return f'<path d="{"".join(lines)}" fill="none" stroke="{ink}" stroke-width="0.5"/>'


def rosette_file() -> str:
    """The rosette of the covers, pale enough to print over."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-200 -200 400 400" width="400" '
        f'height="400">{rosette(196, 12, 7, PALE)}</svg>'
    )


def edge(length: float, waves: int, depth: float, shift: float) -> str:
    """A wave along one side of a frame, from the origin to the right, of half-waves."""
    half = length / waves / 2
    curve = [f"M{shift * half:.1f} 0"]
    for n in range(waves * 2):
        up = depth * 1.16 * (1 if n % 2 else -1)
        curve.append(f"c{half * 0.364:.2f} {up:.1f} {half * 0.636:.2f} {up:.1f} {half:.2f} 0")
    return "".join(curve)


def frame_file(width: float, height: float) -> str:
    """The border of a certificate: a woven band between two rules, a small rosette at each
    corner."""
    inset = 15.0
    sides = []
    for along, across, waves, turn in ((width, height, 44, 0), (height, width, 34, 90)):
        length = along - 4 * inset
        waving = "".join(
            edge(length, waves, depth, shift) for shift in (-0.5, 0, 0.5) for depth in (7.2, 3.6)
        )
        for far in (inset, across - inset):
            x, y = (far, 2 * inset) if turn else (2 * inset, far)
            sides.append(f'<path transform="translate({x} {y}) rotate({turn})" d="{waving}"/>')
    corners = f'<defs><g id="corner">{rosette(16, 8, 3, INK)}</g></defs>' + "".join(
        f'<use href="#corner" x="{x:.0f}" y="{y:.0f}"/>'
        for x in (inset, width - inset)
        for y in (inset, height - inset)
    )
    rules = "".join(
        f'<rect x="{gap}" y="{gap}" width="{width - 2 * gap}" height="{height - 2 * gap}" '
        f'fill="none" stroke="{INK}" stroke-width="{thick}"/>'
        for gap, thick in ((inset - 9.5, 0.9), (inset + 9.5, 0.5))
    )
    # The corners are cut out of the rules, so that nothing runs under the rosettes.
    blanks = "".join(
        f'<circle cx="{x}" cy="{y}" r="17" fill="#ffffff"/>'
        for x in (inset, width - inset)
        for y in (inset, height - inset)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><g fill="none" stroke="{INK}" stroke-width="0.35">'
        f"{''.join(sides)}</g>{rules}{blanks}{corners}</svg>"
    )


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
        "rosette.svg": rosette_file(),
        "frame.svg": frame_file(792, 612),
        "draft.fr.svg": draft_file("ÉBAUCHE"),
        "draft.en.svg": draft_file("DRAFT"),
    }
    for name, drawing in drawings.items():
        (folder / name).write_text(drawing + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
