"""The settings of tests, on a PostgreSQL that waits for its disk: another one measures nothing."""

import os
import tempfile
from pathlib import Path

# A server of its own, whatever the developer has: figures of a shared one say nothing.
os.environ.pop("DATABASE_URL", None)
os.environ.pop("DATABASE_OWNER_URL", None)


def _home() -> Path:
    """BENCH_DIR, else /var/tmp, which is on a disk where /tmp may be memory.

    Under root, the user who runs PostgreSQL must be able to enter it.
    """
    kept = Path("/var/tmp") if Path("/var/tmp").is_dir() else Path(tempfile.gettempdir())
    return Path(os.environ.get("BENCH_DIR") or kept / f"eqc-bench-{os.geteuid()}").absolute()


BENCH_HOME = _home()
os.environ["COMPLIANCE_TEST_SERVER"] = str(BENCH_HOME)

from tests.settings import *  # noqa: E402, F403
from tests.settings import DATABASES  # noqa: E402

DATABASES["default"]["SERVER"] = {"HOME": str(BENCH_HOME), "THROWAWAY": False}
