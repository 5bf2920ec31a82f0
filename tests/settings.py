"""The project's settings for tests: fixed keys, a fast hasher and a throwaway PostgreSQL."""

import os
import secrets
import tempfile
from pathlib import Path

# What a developer happens to have in the environment must not change what the tests see.
for stray in [name for name in os.environ if name.startswith("COMPLIANCE_")]:
    if stray not in {"COMPLIANCE_TEST_SERVER", "COMPLIANCE_POSTGRES_BIN"}:
        del os.environ[stray]
os.environ["COMPLIANCE_DEMONSTRATION"] = "1"
os.environ["COMPLIANCE_SECRET_KEY"] = "a-fixed-key-for-tests-and-nothing-else"
os.environ["COMPLIANCE_DATA_KEYS"] = f"active = test; test = {'7e57' * 16}; index = {'1dec' * 16}"
os.environ["COMPLIANCE_AUDIT_KEY"] = "a0d1" * 16
os.environ["COMPLIANCE_LOG_LEVEL"] = "ERROR"

from compliance.audit.guard.roles import owner_entry  # noqa: E402
from compliance.config.postgres.server import socket_directory  # noqa: E402
from compliance.config.settings import *  # noqa: E402, F403
from compliance.config.settings import (  # noqa: E402
    COMPLIANCE,
    DATABASE_URL,
    DATABASES,
    INSTALLED_APPS,
    STORAGES,
)

# The parent chooses the server's place once; xdist workers and subprocesses inherit it.
os.environ.setdefault(
    "COMPLIANCE_TEST_SERVER", str(Path(tempfile.gettempdir()) / f"eqc-test-{secrets.token_hex(6)}")
)
if DATABASE_URL is None:
    TEST_SERVER = Path(os.environ["COMPLIANCE_TEST_SERVER"])
    DATABASES["default"]["HOST"] = str(socket_directory(TEST_SERVER))
    DATABASES["default"]["SERVER"] = {"HOME": str(TEST_SERVER), "THROWAWAY": True}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Tests make and empty databases, so they run as the owner; `as_runtime` of tests/roles.py runs
# code as the site does.
DATABASES["default"] = owner_entry(DATABASES["default"])

# A test that hands checkpoints over, or seals, names its own places.
COMPLIANCE = {**COMPLIANCE, "AUDIT_FOLDER": "", "AUDIT_PLACES": {}, "SEAL_FOLDER": ""}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = str(Path(tempfile.gettempdir()) / "eqc-test-media")

# Before the others, so that its `flush` may empty the append-only tables between tests.
INSTALLED_APPS.insert(0, "tests.vault_app")
