"""What every test shares: the throwaway server counted from start to end, and Debian's Chromium."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from compliance.config.postgres.base import server_for
from compliance.config.postgres.server import Server
from tests.roles import as_runtime

# Playwright's own loop runs in the thread that also touches the database in live-server tests.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def throwaway_server() -> Server | None:
    """The server the tests run on, or None when DATABASE_URL names another one."""
    entry = settings.DATABASES["default"]
    return server_for(entry) if "SERVER" in entry else None


def pytest_configure(config: pytest.Config) -> None:
    # Counted before any worker begins and until the last has ended, so that a worker that finishes
    # early does not stop the server under one that starts late. Nothing is started here.
    server = throwaway_server()
    if server:
        server.hold()


def pytest_unconfigure(config: pytest.Config) -> None:
    # A worker of xdist may end without running its exit handlers.
    server = throwaway_server()
    if server:
        server.leave()


@pytest.fixture(scope="session", autouse=True)
def papers_shared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where workers that run at once leave the documents that they printed, each for the others."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = tmp_path_factory.getbasetemp().parent / "papers"
        folder.mkdir(exist_ok=True)
        os.environ["PAPERS_SHARED"] = str(folder)


@pytest.fixture
def runtime_connection(transactional_db: None) -> Iterator[Any]:
    """The default connection as the role that the site runs as, while the test runs."""
    with as_runtime():
        yield connection


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": list(CHROMIUM_ARGUMENTS),
    }
