"""The wheel, installed beside a host project that knows nothing of this repository."""

import os
import secrets
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import runtime_entry, runtime_role

ROOT = Path(__file__).resolve().parents[2]
HOST_PROJECT = ROOT / "tests" / "host_project"
PACKAGES = ("compliance", "equity", "investors", "documents")
BUILT_FROM = (*PACKAGES, "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "requirements")


@dataclass(frozen=True)
class Host:
    """The host project, with the module in a directory of its own and a database of its own."""

    site: Path
    """Where the wheel was installed."""
    elsewhere: Path
    """The working directory: neither the repository nor the host project."""
    environment: dict[str, str]

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as the host does; where `cwd` is given, there."""
        return subprocess.run(
            command,
            cwd=cwd or self.elsewhere,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python as the host does."""
        return self.run(sys.executable, *arguments)

    def manage(self, *arguments: str) -> str:
        """Run the host's manage.py; what it printed, once it succeeded."""
        answer = self.python(str(HOST_PROJECT / "manage.py"), *arguments)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stdout


def run(*command: str, cwd: Path) -> None:
    answer = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as they are committed: no compiled translations, no caches."""
    source = tmp_path_factory.mktemp("source")
    without = shutil.ignore_patterns("__pycache__", "*.mo", "*.egg-info")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=without)
        else:
            shutil.copy(ROOT / name, source / name)
    return source


@pytest.fixture(scope="session")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from them."""
    out = tmp_path_factory.mktemp("dist")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), "."),
        cwd=source,
    )
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def wheel_files(wheel: Path) -> frozenset[str]:
    """The names of what the wheel holds."""
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory into which the wheel was installed, and nothing else."""
    place = tmp_path_factory.mktemp("site")
    run(
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-index", "--target", str(place), str(wheel)),
        cwd=place,
    )
    return place


@pytest.fixture(scope="module")
def host(
    site: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[Host]:
    """The module installed for a host, with an empty database on the server of the tests."""
    database = f"host_{secrets.token_hex(6)}"
    server = connection.settings_dict
    # Nothing else of what this shell happens to hold reaches the host.
    environment = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    environment |= {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join((str(site), str(HOST_PROJECT))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DJANGO_SETTINGS_MODULE": "hostsite.settings",
        "HOSTSITE_DATABASE": database,
        "HOSTSITE_USER": runtime_entry(server)["USER"],
        "PGHOST": server["HOST"],
        "PGPORT": str(server["PORT"]),
        "PGUSER": server["USER"],
        "PGPASSWORD": server["PASSWORD"],
    }
    if runtime_role(server) is not None:
        environment["HOSTSITE_OWNER"] = server["USER"]
    with django_db_blocker.unblock():
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{database}"')
        yield Host(site, tmp_path_factory.mktemp("elsewhere"), environment)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
