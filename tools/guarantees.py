#!/usr/bin/env python3
"""Try every promise hard, tell what was counted, and write GUARANTEES.md.

    python tools/guarantees.py run             all promises, long forms, then the page
    python tools/guarantees.py run G-03        the tests of one promise, then the page
    python tools/guarantees.py run --short     the forms of `make test`; kept where no long one is
    python tools/guarantees.py write           the page alone, from what was kept

What each test says of its run is kept in docs/guarantees/last-run.json, with its day and commit.
Exit status 1 when a test failed: it is told and not kept; the others are.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROMISES = ROOT / "docs" / "guarantees" / "promises.toml"
KEPT = ROOT / "docs" / "guarantees" / "last-run.json"
TESTS = ROOT / "tests" / "guarantees"
LONGEST = 3 * 60 * 60

Row = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    todo = parser.add_subparsers(dest="todo", required=True)
    run = todo.add_parser("run", help="run the tests of the promises")
    run.add_argument("promises", nargs="*", metavar="G-NN")
    run.add_argument("--short", action="store_true", help="the short forms of `make test`")
    todo.add_parser("write", help="write GUARANTEES.md from what was kept")
    given = parser.parse_args(arguments)
    book = tomllib.loads(PROMISES.read_text(encoding="utf-8"))
    if given.todo == "run":
        return run_promises(book, given.promises, short=given.short)
    write_page()
    return 0


def run_promises(book: Row, wanted: list[str], *, short: bool) -> int:
    """Run the tests of the promises, tell each promise, keep the figures and write the page."""
    chosen = [one for one in book["promise"] if not wanted or one["id"] in wanted]
    if unknown := set(wanted) - {one["id"] for one in chosen}:
        print(f"There is no promise {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    ids = {test for one in chosen for test in one["tests"]}
    tests = [test for test in book["test"] if test["id"] in ids]
    ran: dict[str, Row] = {}
    for number, test in enumerate(tests, start=1):
        print(f"\n[{number}/{len(tests)}] {test['id']}: {test['en']}", flush=True)
        row = ran[test["id"]] = run_test(test, short=short)
        # At once: a run of more than an hour that is ended keeps what it had shown by then.
        if row["passed"]:
            keep(test["id"], row)
    for promise in chosen:
        tell(promise, ran)
    failed = [name for name, row in ran.items() if not row["passed"]]
    write_page()
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def run_test(test: Row, *, short: bool) -> Row:
    """Run the files of one test and return what it told, with its day, commit and seconds."""
    told = ROOT / "build" / "guarantees" / f"{test['id']}.jsonl"
    told.parent.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    began, day = time.monotonic(), datetime.now(UTC).date().isoformat()
    asked = {"GUARANTEES_RUN": str(told)} | ({} if short else {"GUARANTEES": "long"})
    files = [str(TESTS / name) for name in test["files"]]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider", *files],
        cwd=ROOT,
        env=os.environ | asked,
        timeout=LONGEST,
        check=False,
    )
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    rows = [json.loads(line) for line in lines]
    return {
        "passed": ended.returncode == 0,
        "form": "short" if short else "long",
        "day": day,
        "commit": _commit(),
        "seconds": round(time.monotonic() - began),
        "figures": [row["figures"] for row in rows if row["figures"]],
        "caught": {name: how for row in rows for name, how in row["caught"].items()},
    }


def tell(promise: Row, ran: dict[str, Row]) -> None:
    """Print a promise with the figures of its tests."""
    rows = {name: ran[name] for name in promise["tests"] if name in ran}
    word = "held" if all(row["passed"] for row in rows.values()) else "NOT HELD"
    print(f"\n{promise['id']}  {promise['en']['title']}: {word}")
    for name, row in rows.items():
        print(f"  {name} ({row['seconds']} s{'' if row['passed'] else ', failed'})")
        for figures in row["figures"]:
            print("    " + ", ".join(f"{key} {value}" for key, value in figures.items()))
        for copy, how in row["caught"].items():
            print(f"    caught: {copy} ({how})")


def keep(name: str, row: Row) -> None:
    """Put the figures of a test that passed beside those of the tests that were not run now; those
    of a long form are replaced by another long one only."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {"tests": {}}
    if row["form"] == "short" and kept["tests"].get(name, row)["form"] == "long":
        return
    kept["machine"] = _machine()
    kept["tests"][name] = {key: value for key, value in row.items() if key != "passed"}
    text = json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True)
    KEPT.write_text(text + "\n", encoding="utf-8")


def write_page() -> None:
    """Write GUARANTEES.md by the tool beside this one."""
    subprocess.run([sys.executable, str(ROOT / "tools" / "guarantees_page.py")], check=True)


def _machine() -> Row:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "memory": f"{round(pages / 2**30)} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _commit() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "unknown"


if __name__ == "__main__":
    raise SystemExit(main())
