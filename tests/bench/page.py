"""docs/performance.md, made of docs/performance.json and of nothing else."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.sizes import TURN
from tests.bench.targets import Results, targets

PARTS = ("throughput", "judgements", "replay", "trail", "pages", "paper", "growth", "history")
_WORDS = Path(__file__).parent / "words"


def _words(name: str, **given: object) -> str:
    """A text of the page, with the figures it names."""
    return (_WORDS / f"{name}.md").read_text(encoding="utf-8").format(**given)


def page(results: Results) -> str:
    """The whole page."""
    parts = [
        _words("head"),
        *_targets(results),
        "![Throughput, judgements and growth](performance.svg)\n",
    ]
    for name in PARTS:
        if name in results:
            parts += [*_PARTS[name](results[name]["figures"]), _made_on(results[name])]
    return "\n".join(parts)


def _targets(results: Results) -> Iterator[str]:
    rows = [
        (
            target.what,
            target.wanted,
            target.measured,
            f"**{'met' if target.met else 'missed'}**{', ' if target.by else ''}{target.by}",
        )
        for target in targets(results)
    ]
    yield _table(("what", "target", "measured", ""), rows)


def _throughput(figures: Results) -> Iterator[str]:
    yield _words("throughput")
    for where, title in (
        ("hot", "One hot offering"),
        ("spread", f"Spread over {figures['spread']} offerings"),
    ):
        rows = (_compared(row, where, figures["pgbench"]) for row in figures["rows"])
        yield f"### {title}\n"
        head = ("workers", "service /s", "p50 ms", "p99 ms", "Python ms each")
        more = ("bare guarded /s", "ours is", "textbook /s", "ours is")
        yield _table(head + (more if figures["pgbench"] else ()), rows)
    yield "### Agreement and payment on one hot offering\n"
    yield "Two acts and two transactions, the trust ledger in the second; pairs per second.\n"
    rows = ((row["workers"], *_ours(row["paid"])) for row in figures["rows"])
    yield _table(("workers", "pairs /s", "p50 ms", "p99 ms", "Python ms each"), rows)
    if not figures["pgbench"]:
        yield "pgbench is not among this machine's PostgreSQL programs: nothing to compare with.\n"
    yield (
        f"{figures['accepted']:,} acts (half as many pairs) and {figures['bare']:,} transactions of"
        f" pgbench in a round, {figures['rounds']} rounds; each count is that of the rows left.\n"
    )
    yield _words("throughput-end")


def _ours(told: Results) -> tuple[str, ...]:
    return (
        f"{told['rate']:,.0f}",
        f"{told['p50_ms']:.1f}",
        f"{told['p99_ms']:.1f}",
        f"{told['cpu_ms']:.2f}",
    )


def _compared(row: Results, where: str, pgbench: bool) -> tuple[Any, ...]:
    ours = row[where]
    cells: tuple[Any, ...] = (row["workers"], *_ours(ours))
    if not pgbench:
        return cells
    bare, classic = row[f"bare_{where}"]["rate"], row[f"classic_{where}"]["rate"]
    return (
        *cells,
        f"{bare:,.0f}",
        f"{ours['rate'] / bare:.0%}",
        f"{classic:,.0f}",
        f"{ours['rate'] / classic:.0%}",
    )


def _judgements(figures: Results) -> Iterator[str]:
    yield _words("judgements", cases=figures["cases"], accepted=figures["accepted_cases"])
    ours = figures["rows"][0]["rate"]
    rows = []
    for row in figures["rows"]:
        name = f"{row['name']} {row['version']}".strip()
        rows.append((name, f"{row['rate']:,.0f}", f"{ours / row['rate']:,.3g}"))
        rows += [
            (f"{name}, {how}", f"{rate:,.0f}", f"{ours / rate:,.3g}")
            for how, rate in row["more"].items()
        ]
    yield _table(("engine", "judgements /s and core", "ours is so many times that"), rows)
    if len(figures["rows"]) == 1:
        yield "The peers were not installed: ours alone.\n"
    yield _words("judgements-end")


def _trail(figures: Results) -> Iterator[str]:
    yield _words("trail", counted=figures["counted"], turn=TURN)
    rows = [
        ("a subscription, its rows recorded, ms", f"{figures['recorded_ms']:.2f}"),
        ("a subscription, its rows not recorded, ms", f"{figures['unrecorded_ms']:.2f}"),
        ("entries and changes chained /s", f"{figures['chained_per_second']:,.0f}"),
        ("verified in the database /s", f"{figures['verified_per_second']:,.0f}"),
        ("exported /s", f"{figures['exported_per_second']:,.0f}"),
        ("checked by a stranger /s", f"{figures['checked_per_second']:,.0f}"),
        ("the stranger's memory, MiB", f"{figures['checker_peak_mib']:.0f}"),
        ("bytes of the export, each", f"{figures['export_bytes'] / figures['leaves']:.0f}"),
    ]
    yield _table((f"{figures['leaves']:,} leaves", ""), rows)


_SLOWEST = 20
"""How many pages the table shows."""


def _pages(figures: Results) -> Iterator[str]:
    rows = figures["rows"]
    said = {k: figures[k] for k in ("few", "many", "looks", "offerings")}
    yield _words("pages", pages=len(rows), **said)
    shown = ((row["page"], f"{row['few_ms']:.0f}", f"{row['many_ms']:.0f}") for row in rows)
    head = ("page (and who looks at it)", f"ms at {figures['few']:,}", f"ms at {figures['many']:,}")
    yield _table(head, list(shown)[:_SLOWEST])
    middle = sorted(row["many_ms"] for row in rows)[len(rows) // 2]
    yield f"The {_SLOWEST} slowest of {len(rows)}; the page in the middle takes {middle:.0f} ms.\n"


def _paper(figures: Results) -> Iterator[str]:
    yield _words("paper", holders=figures["holders"], rounds=figures["rounds"])
    bare = figures["rows"][1]["ms"]
    yield _table(
        ("engine", "ms each", "times WeasyPrint alone", "kB of a file"),
        (
            (
                f"{row['name']} {row['version']}".strip(),
                f"{row['ms']:.1f}",
                f"{row['ms'] / bare:.2f}",
                f"{row['bytes'] / 1000:.0f}",
            )
            for row in figures["rows"]
        ),
    )
    bulk = figures["bulk"]
    yield "### The papers of a closing\n"
    yield _words("paper-bulk", purchasers=bulk["purchasers"], workers=bulk["workers"])
    yield _table(
        (f"{bulk['documents']:,} documents", ""),
        (
            ("time", _time(bulk["seconds"])),
            ("documents per second", f"{bulk['documents'] / bulk['seconds']:,.1f}"),
            ("until the workers have begun", f"{bulk['first_seconds']:.1f} s"),
            ("processor time of a worker for each, ms", f"{bulk['spent_ms']:.0f}"),
            ("memory of the largest process", f"{bulk['peak_mib']:,.0f} MiB"),
            ("their bytes, sealed at rest", _size(bulk["stored_bytes"])),
        ),
    )
    yield _words("paper-end")


def _replay(figures: Results) -> Iterator[str]:
    count = figures["decisions"]
    yield _words("replay", decisions=count, rounds=figures["rounds"])
    yield _table(
        ("replay", "seconds", "of which Python", "decisions /s"),
        (
            (
                row["name"],
                f"{row['seconds']:.1f}",
                f"{row['python_seconds']:.1f}",
                f"{count / row['seconds']:,.0f}",
            )
            for row in figures["rows"]
        ),
    )


def _growth(figures: Results) -> Iterator[str]:
    yield _words(
        "growth",
        rows_each=figures["rows_each"],
        database=_size(figures["database_bytes"]),
        following=figures["following"],
    )
    first = figures["rows"][0]
    yield _table(
        (
            "already there",
            "subscribe: median ms",
            "mean",
            "p99",
            "ratio",
            "pay: median ms",
            "ratio",
        ),
        (
            (
                f"{row['filled']:,}",
                f"{row['subscribe']['median_ms']:.2f}",
                f"{row['subscribe']['mean_ms']:.2f}",
                f"{row['subscribe']['p99_ms']:.1f}",
                f"{row['subscribe']['median_ms'] / first['subscribe']['median_ms']:.2f}",
                f"{row['pay']['median_ms']:.2f}",
                f"{row['pay']['median_ms'] / first['pay']['median_ms']:.2f}",
            )
            for row in figures["rows"]
        ),
    )


def _history(figures: Results) -> Iterator[str]:
    yield _words(
        "history",
        label=figures["label"][:1].upper() + figures["label"][1:],
        offerings=figures["offerings"],
        subscriptions=figures["subscriptions"],
        workers=figures["workers"],
        **figures["states"],
    )
    seconds, count = figures["seconds"], figures["subscriptions"]
    yield _table(
        ("what", ""),
        (
            ("time", _time(seconds)),
            (
                "subscriptions per second, with all that precedes and follows them",
                f"{count / seconds:,.0f}",
            ),
            ("memory of a process at its highest", f"{figures['peak_mib']:,.0f} MiB"),
            ("database", _size(figures["database_bytes"])),
            ("audit entries", f"{figures['entries']:,}"),
            (
                "offerings refused for want of room in the cap, then accepted",
                f"{figures['waits']:,}",
            ),
            ("groups over their cap at a closing", figures["over_cap"]),
            ("purchasers over their limit", figures["over_limit"]),
            ("journal entries out of balance", figures["unbalanced"]),
        ),
    )


_PARTS = {
    "throughput": _throughput,
    "judgements": _judgements,
    "replay": _replay,
    "pages": _pages,
    "paper": _paper,
    "trail": _trail,
    "growth": _growth,
    "history": _history,
}


def _made_on(part: Results) -> str:
    """The machine of a part, in one line."""
    machine = part["machine"]
    words = [
        f"{machine['cores']} cores ({machine['processor']})",
        f"{machine['memory_gib']} GiB",
        f"{machine['system']}",
        f"Python {machine['python']}",
    ]
    server = part.get("postgresql")
    if server:
        words.append(
            f"PostgreSQL {server['server_version']} (fsync {server['fsync']},"
            f" synchronous_commit {server['synchronous_commit']})"
        )
    words += [
        f"commit {machine['commit']}",
        machine["at"],
        f"load before {machine['load']}",
        f"took {_time(part['seconds'])}",
    ]
    return f"<sub>{' · '.join(words)}</sub>\n"


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    columns = list(head)
    lines = [_line(columns), "|" + "---|" * len(columns), *(_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
