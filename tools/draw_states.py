"""Draw the two state machines from the one table of moves: docs/states.svg and docs/states.md.

    python tools/draw_states.py           write both
    python tools/draw_states.py --check   exit 1 when a committed one is not what would be written

Where a state stands is said here; which lines there are, and what is written on them, is read from
``equity.moves``. A state or a line without a place is an error, so that the picture cannot lie.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from compliance.accounts.roles import Role  # noqa: E402
from compliance.rules.kernel.terms import term  # noqa: E402
from equity import moves  # noqa: E402
from equity.moves import Move  # noqa: E402

PICTURE, PAGE = ROOT / "docs" / "states.svg", ROOT / "docs" / "states.md"
WIDTH, HEIGHT = 1560, 1010
BOX_W, BOX_H = 172, 56
COLOURS = {
    Role.ISSUER: "#1d5c3a",
    Role.OFFICER: "#1f4e8c",
    Role.INVESTOR: "#8a4b08",
    Role.SYSTEM: "#6b3fa0",
}
WHO = {
    Role.ISSUER: "issuer",
    Role.OFFICER: "compliance officer",
    Role.INVESTOR: "investor",
    Role.SYSTEM: "the system, when a time has passed",
}
FINAL_SUBSCRIPTION = {moves.COMPLETED, moves.WITHDRAWN, moves.LAPSED, moves.RELEASED}
Point = tuple[int, int]
_HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"
 aria-labelledby="title" font-family="Source Sans 3, Helvetica, Arial, sans-serif">
<title id="title">States and moves of an offering and of a subscription</title>
<style>
.state {{fill: #fff; stroke: #333; stroke-width: 1.4}}
.final {{fill: none; stroke: #333}}
.name {{font-size: 15px; font-weight: 600; text-anchor: middle; fill: #111}}
.french {{font-size: 12px; text-anchor: middle; fill: #555}}
.move {{font-size: 13px; text-anchor: middle; paint-order: stroke; stroke: #fff;
  stroke-width: 5px; stroke-linejoin: round}}
.legend {{font-size: 13px; fill: #333}}
.head {{font-size: 20px; font-weight: 600; fill: #111}}
</style>"""

OFFERING_AT: dict[str, Point] = {
    moves.DRAFT: (120, 250),
    moves.SUBMITTED: (370, 250),
    moves.APPROVED: (610, 250),
    moves.OPEN: (830, 250),
    moves.CLOSING: (1140, 250),
    moves.CLOSED: (1450, 250),
    moves.CHANGES_REQUESTED: (245, 420),
    moves.SUSPENDED: (985, 420),
    moves.REFUSED: (370, 110),
    moves.FAILED: (985, 110),
    moves.CANCELLED: (610, 570),
}
SUBSCRIPTION_AT: dict[str, Point] = {
    moves.AGREED: (220, 770),
    moves.BINDING: (760, 770),
    moves.COMPLETED: (1260, 700),
    moves.LAPSED: (1260, 840),
    moves.WITHDRAWN: (220, 920),
    moves.RELEASED: (760, 920),
}
BENT: dict[tuple[str, str], int] = {
    (moves.SUBMITTED, moves.CHANGES_REQUESTED): 30,
    (moves.CHANGES_REQUESTED, moves.SUBMITTED): 18,
    (moves.OPEN, moves.SUSPENDED): 56,
    (moves.SUSPENDED, moves.OPEN): -2,
    (moves.AGREED, moves.BINDING): 22,
    (moves.BINDING, moves.AGREED): 22,
    (moves.DRAFT, moves.CANCELLED): 60,
    (moves.CLOSING, moves.CANCELLED): -100,
    (moves.OPEN, moves.CANCELLED): 10,
}
"""How far a line bends to its right, in points, where two lines would lie on one another."""
NAMED_AT: dict[tuple[str, str], float] = {
    (moves.OPEN, moves.CLOSING): 0.25,
    (moves.SUSPENDED, moves.FAILED): 0.3,
    (moves.BINDING, moves.WITHDRAWN): 0.28,
    (moves.AGREED, moves.RELEASED): 0.28,
    (moves.SUBMITTED, moves.CHANGES_REQUESTED): 0.45,
    (moves.CHANGES_REQUESTED, moves.SUBMITTED): 0.4,
}
"""How far along a line its moves are named, where the middle is taken."""
QUIET = "cancel"
"""A move that almost every state has: its lines are thin, and named once in the legend."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the picture: from a state to another, with the moves it stands for."""

    source: str
    target: str
    moves: tuple[Move, ...]


def lines(table: Mapping[str, Move]) -> list[Line]:
    """The lines of a table, in its order: one per pair of states that differ."""
    found: dict[tuple[str, str], list[Move]] = {}
    for move in table.values():
        for source in sorted(move.sources):
            for target in sorted(move.targets or ()):
                if source != target:
                    found.setdefault((source, target), []).append(move)
    return [Line(a, b, tuple(found[a, b])) for a, b in found]


def who(move: Move) -> Role:
    """Who makes a move; each has one maker."""
    (role,) = move.roles
    return role


def edge_of_box(centre: Point, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from the middle of a box towards a point leaves the box."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    scale = min(
        (BOX_W / 2 + 3) / abs(dx) if dx else 1e9,
        (BOX_H / 2 + 3) / abs(dy) if dy else 1e9,
    )
    return centre[0] + dx * scale, centre[1] + dy * scale


def draw_line(line: Line, places: Mapping[str, Point]) -> list[str]:
    """A line with its arrow and the names of its moves."""
    (ax, ay), (bx, by) = places[line.source], places[line.target]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    bend = BENT.get((line.source, line.target), 0)
    # The middle, moved to the right of the direction of travel; a curve bends half as far.
    mx = (ax + bx) / 2 - (by - ay) / length * bend * 2
    my = (ay + by) / 2 + (bx - ax) / length * bend * 2
    start = edge_of_box((ax, ay), (mx, my))
    end = edge_of_box((bx, by), (mx, my))
    quiet = all(move.name == QUIET for move in line.moves)
    colour = COLOURS[who(line.moves[0])]
    style = f'stroke="{colour}" stroke-width="{1 if quiet else 1.8}"'
    style += ' stroke-dasharray="3 4" stroke-opacity="0.55"' if quiet else ""
    role = who(line.moves[0]).value
    path = f"M{start[0]:.1f} {start[1]:.1f} Q{mx:.1f} {my:.1f} {end[0]:.1f} {end[1]:.1f}"
    drawn = [f'<path d="{path}" fill="none" {style} marker-end="url(#{role})"/>']
    if quiet:
        return drawn
    t = NAMED_AT.get((line.source, line.target), 0.5)
    lx, ly = (
        (1 - t) ** 2 * start[n] + 2 * t * (1 - t) * (mx, my)[n] + t**2 * end[n] for n in (0, 1)
    )
    top = ly - (len(line.moves) - 1) * 8 + 4
    for n, move in enumerate(line.moves):
        text = escape(move.name.replace("_", " "))
        drawn.append(
            f'<text class="move" x="{lx:.1f}" y="{top + 16 * n:.1f}" '
            f'fill="{COLOURS[who(move)]}">{text}</text>'
        )
    return drawn


def draw_state(state: str, place: Point, *, final: bool) -> list[str]:
    """A state: its name in English, and in French below it; a double frame where it is final."""
    x, y = place[0] - BOX_W / 2, place[1] - BOX_H / 2
    box = f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX_W}" height="{BOX_H}" rx="10" class="state"/>'
    drawn = [box]
    if final:
        drawn.append(
            f'<rect x="{x + 4:.0f}" y="{y + 4:.0f}" width="{BOX_W - 8}" height="{BOX_H - 8}" '
            'rx="7" class="final"/>'
        )
    for style, dy, text in (("name", -3, _words(state)), ("french", 15, term(state, "fr"))):
        at = f'x="{place[0]}" y="{place[1] + dy}"'
        drawn.append(f'<text class="{style}" {at}>{escape(text)}</text>')
    return drawn


def _words(state: str) -> str:
    return state.replace("_", " ")


def draw_machine(
    table: Mapping[str, Move], places: Mapping[str, Point], final: Iterable[str]
) -> list[str]:
    """All lines, then all states over them."""
    ends = set(final)
    drawn = [part for line in lines(table) for part in draw_line(line, places)]
    for state, place in places.items():
        drawn += draw_state(state, place, final=state in ends)
    return drawn


def legend() -> list[str]:
    """Who makes which lines, and what the frames and the dotted lines mean."""
    drawn = []
    for n, (role, text) in enumerate(WHO.items()):
        x = 40 + (0, 110, 300, 420)[n]
        drawn.append(f'<circle cx="{x}" cy="985" r="6" fill="{COLOURS[role]}"/>')
        drawn.append(f'<text class="legend" x="{x + 12}" y="990">{escape(text)}</text>')
    text = "double frame: final · dotted: the issuer cancels"
    drawn.append(f'<text class="legend" x="740" y="990">{text}</text>')
    return drawn


def picture() -> str:
    """The picture of both machines, as SVG."""
    arrows = [
        f'<marker id="{role.value}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        f'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="{colour}"/>'
        "</marker>"
        for role, colour in COLOURS.items()
    ]
    parts = [
        _HEAD,
        f"<defs>{''.join(arrows)}</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        '<text class="head" x="40" y="46">Offering</text>',
        *draw_machine(moves.OFFERING_MOVES, OFFERING_AT, moves.FINAL),
        '<text class="head" x="40" y="680">Subscription</text>',
        *draw_machine(moves.SUBSCRIPTION_MOVES, SUBSCRIPTION_AT, FINAL_SUBSCRIPTION),
        *legend(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def table(rows: Mapping[str, Move], states: Iterable[str]) -> list[str]:
    """A table of moves by states: a dot where the state stays, else where the move leads."""
    known = list(states)
    drawn = [
        "| move | who | " + " | ".join(_words(state) for state in known) + " |",
        "|---|---|" + "---|" * len(known),
    ]
    for move in rows.values():
        cells = [_cell(move, state) for state in known]
        drawn.append(f"| `{move.name}` | {who(move).value} | " + " | ".join(cells) + " |")
    return drawn


def _cell(move: Move, state: str) -> str:
    if state not in move.sources:
        return ""
    if move.targets is None:
        return "•"
    return "→ " + " or ".join(_words(target) for target in sorted(move.targets))


_PAGE = """# States and moves

Drawn by `python tools/draw_states.py` from `equity/moves.py`, the one table that the services, the
models and the tests use. Do not edit it by hand: a test compares.

![States and moves of an offering and of a subscription](states.svg)

• the state has the move and stays as it is. An empty cell is refused with `state.not_allowed`;
anybody but the one named, or an issuer or investor on what is not theirs, with `actor.not_allowed`.

## Offering

{offering}

`resume` also needs an officer's suspension, `publish` an amendment. An offering that both hold is
open again when both are over. Rules and what is due limit `subscribe`, `file` and `refund`, not the
state.

## Subscription

{subscription}

Nobody asks for `bind`, `release` and `fail`, which follow from time or from the end of the
offering, for `reopen`, which follows from a published amendment, nor for `complete` and `lapse`,
which follow from an approved closing.
"""


def page() -> str:
    """The page: the picture, and the two tables in full."""
    return _PAGE.format(
        offering="\n".join(table(moves.OFFERING_MOVES, moves.OFFERING_STATES)),
        subscription="\n".join(table(moves.SUBSCRIPTION_MOVES, moves.SUBSCRIPTION_STATES)),
    )


def main() -> int:
    """Write both files, or say which one is not up to date."""
    wanted = {PICTURE: picture(), PAGE: page()}
    if "--check" in sys.argv[1:]:
        stale = [
            path
            for path, text in wanted.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what tools/draw_states.py draws; run it.")
        return 1 if stale else 0
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
