"""The operating-system user that runs the server: ourselves, or someone unprivileged under root."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """Who owns the server's files and processes."""

    name: str
    uid: int
    gid: int
    separate: bool
    """True when the server runs as another user than this process (which is then root)."""

    def run(
        self, command: Sequence[str], *, cwd: Path, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this account and wait for it; its output is captured as text.

        The environment is a short list: a PGDATA or PGPORT of the developer's must not leak in.
        """
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(cwd),
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        return subprocess.run(
            list(command),
            cwd=cwd,
            env=environment,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=self.uid if self.separate else None,
            group=self.gid if self.separate else None,
            extra_groups=[] if self.separate else None,
        )


def server_account() -> Account:
    """This user; under root, which PostgreSQL refuses, the first unprivileged user that exists."""
    if os.geteuid() != 0:
        return Account(_own_name(), os.geteuid(), os.getegid(), separate=False)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid, separate=True)
    raise RuntimeError(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor a "
        "user `nobody` to run it. Create one (useradd --system postgres) or set DATABASE_URL."
    )


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
