"""What a run was made on: without it, a figure says nothing."""

import os
import platform
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

_ROOT = Path(__file__).resolve().parents[2]


def describe(at: datetime) -> dict[str, Any]:
    """The machine, the programs and the commit, at the beginning of a part."""
    return {
        "at": at.strftime("%Y-%m-%d %H:%M UTC"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": _field("/proc/cpuinfo", "model name"),
        "memory_gib": round(int(_field("/proc/meminfo", "MemTotal").split()[0] or 0) / 2**20),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
        "commit": _commit(),
    }


def postgresql() -> dict[str, str]:
    """The server of the default connection: its release, and whether it waits for the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN"
            " ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes')"
        )
        return dict(cursor.fetchall())


def _field(path: str, name: str) -> str:
    """The first value of that name in a file of ``name : value`` lines; ``0`` without one."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return "0"
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, "0")


def _commit() -> str:
    """The short name of the commit, with a plus where files differ from it."""
    try:
        head = _git("rev-parse", "--short=10", "HEAD")
        # What the run itself writes is no difference.
        changed = _git("status", "--porcelain", "--", ".", ":!docs/performance.*")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}{' with changes' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
