"""Settings fail loudly in production, and a demonstration makes its own keys once."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from compliance.config.development import development_secret
from compliance.config.env import (
    database_from_url,
    env_bool,
    env_int,
    env_list,
    env_secret,
    owner_from_url,
)
from tests.sealed import keyed

ROOT = Path(__file__).resolve().parents[2]
SHOW = "import django; django.setup(); from django.conf import settings as s; print({})"
RING = f"active = a; a = {'ab12' * 16}; index = {'cd34' * 16}"
# Production names its database; nothing here connects to it.
DATABASE = {"DATABASE_URL": "postgresql://portal@db.invalid/portal"}
SECRETS = {"COMPLIANCE_SECRET_KEY": "x" * 50, "COMPLIANCE_DATA_KEYS": RING}


def start(expression: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A fresh process that loads the site's own settings and prints what is asked."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMPLIANCE_", "DJANGO_", "DATABASE_", "SOURCE_DATE"))
    }
    environment |= {"DJANGO_SETTINGS_MODULE": "compliance.config.settings", **variables}
    return subprocess.run(
        [sys.executable, "-c", SHOW.format(expression)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_production_does_not_start_without_its_secrets(missing: str, tmp_path: Path) -> None:
    given = {name: value for name, value in SECRETS.items() if name != missing}
    answer = start("1", COMPLIANCE_DATA_DIR=str(tmp_path), **DATABASE, **given)
    assert answer.returncode != 0
    assert f"{missing} is not set" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_production_is_closed_by_default(tmp_path: Path) -> None:
    answer = start(
        "s.DEBUG, s.COMPLIANCE['DEMONSTRATION'], s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS, "
        "'Manifest' in s.STORAGES['staticfiles']['BACKEND'], s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN",
        COMPLIANCE_DATA_DIR=str(tmp_path),
        **DATABASE,
        **SECRETS,
    )
    assert answer.stdout.strip() == "False False True True True True [] True False", answer.stderr


def test_production_passes_the_deployment_checks_but_for_a_database_that_is_not_there(
    tmp_path: Path,
) -> None:
    """With its database, it passes them all: tests/guarantees/test_deploy_check.py."""
    keyed(tmp_path / "seals", datetime.now(UTC))
    answer = start(
        "__import__('django.core.management', fromlist=['x'])"
        ".call_command('check', deploy=True, fail_level='WARNING', tags=['security'])",
        COMPLIANCE_DATA_DIR=str(tmp_path),
        COMPLIANCE_SECRET_KEY="".join(chr(33 + n % 90) for n in range(60)),
        COMPLIANCE_DATA_KEYS=RING,
        COMPLIANCE_ALLOWED_HOSTS="portail.example",
        COMPLIANCE_AUDIT_KEY="ab" * 32,
        COMPLIANCE_AUDIT_ORIGIN="portail.example/audit",
        COMPLIANCE_AUDIT_FOLDER=str(tmp_path / "checkpoints"),
        COMPLIANCE_SEAL_FOLDER=str(tmp_path / "seals"),
        **DATABASE,
    )
    assert answer.returncode != 0
    assert "compliance_audit.E101) The database could not be asked" in answer.stderr
    assert "System check identified 1 issue" in answer.stderr


def test_without_a_named_database_it_is_a_demonstration_for_this_machine_only(
    tmp_path: Path,
) -> None:
    asked = "s.DEBUG, s.COMPLIANCE['DEMONSTRATION'], s.ALLOWED_HOSTS"
    answer = start(asked, COMPLIANCE_DATA_DIR=str(tmp_path))
    assert answer.stdout.strip() == "False True ['localhost', '127.0.0.1', '[::1]']", answer.stderr


def test_saying_no_to_a_demonstration_asks_for_the_secrets(tmp_path: Path) -> None:
    answer = start("1", COMPLIANCE_DEMONSTRATION="0", COMPLIANCE_DATA_DIR=str(tmp_path))
    assert answer.returncode != 0
    assert "COMPLIANCE_SECRET_KEY is not set" in answer.stderr


def test_a_demonstration_makes_keys_once_and_starts_no_server(tmp_path: Path) -> None:
    asked = "s.SECRET_KEY, s.COMPLIANCE['DATA_KEYS']"
    first = start(asked, COMPLIANCE_DEMONSTRATION="1", COMPLIANCE_DATA_DIR=str(tmp_path))
    again = start(asked, COMPLIANCE_DEMONSTRATION="1", COMPLIANCE_DATA_DIR=str(tmp_path))
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert "active = " in first.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["development-keys"]
    for key in (tmp_path / "development-keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600


def test_two_installations_have_different_development_keys(tmp_path: Path) -> None:
    keys = {development_secret(tmp_path / place, "key") for place in ("one", "two")}
    assert {len(key) for key in keys} == {64}
    assert len(keys) == 2


def test_documents_repeat_and_zone_data_is_the_pinned_one(tmp_path: Path) -> None:
    answer = start(
        "__import__('os').environ['SOURCE_DATE_EPOCH'], __import__('zoneinfo').TZPATH",
        COMPLIANCE_DATA_DIR=str(tmp_path),
        **SECRETS,
    )
    assert answer.stdout.strip() == "1632182400 ()", answer.stderr


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("1", True), ("Yes", True), ("on", True), ("0", False), ("false", False), ("", False)],
)
def test_a_switch_is_read(word: str, meaning: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLIANCE_X", word)
    assert env_bool("COMPLIANCE_X", default=not meaning) is meaning


def test_a_misspelt_switch_or_number_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLIANCE_X", "ture")
    with pytest.raises(ImproperlyConfigured, match="COMPLIANCE_X is 'ture'"):
        env_bool("COMPLIANCE_X")
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env_int("COMPLIANCE_X", 3)
    monkeypatch.delenv("COMPLIANCE_X")
    assert (env_bool("COMPLIANCE_X"), env_int("COMPLIANCE_X", 3)) == (False, 3)


def test_a_list_ignores_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLIANCE_X", " a.example, b.example ,")
    assert env_list("COMPLIANCE_X") == ["a.example", "b.example"]


def test_a_secret_comes_from_its_variable_or_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert env_secret("COMPLIANCE_X") is None
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.setenv("COMPLIANCE_X_FILE", str(file))
    assert env_secret("COMPLIANCE_X") == "from the file"
    monkeypatch.setenv("COMPLIANCE_X", "from the variable")
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env_secret("COMPLIANCE_X")
    monkeypatch.delenv("COMPLIANCE_X_FILE")
    assert env_secret("COMPLIANCE_X") == "from the variable"


def test_an_empty_or_unreadable_secret_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPLIANCE_X", "  ")
    with pytest.raises(ImproperlyConfigured, match="set but empty"):
        env_secret("COMPLIANCE_X")
    monkeypatch.delenv("COMPLIANCE_X")
    monkeypatch.setenv("COMPLIANCE_X_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env_secret("COMPLIANCE_X")


def test_a_database_url_becomes_an_ordinary_connection() -> None:
    found = database_from_url("postgresql://us%40er:p%2Fw@db.example:6432/name?sslmode=require")
    assert found == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "name",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }
    by_socket = database_from_url("postgres:///name?host=/var/run/postgresql")
    assert (by_socket["HOST"], by_socket["PORT"]) == ("/var/run/postgresql", "")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("sqlite:///x.db", "only postgresql://"),
        ("postgresql://host", "names no database"),
        ("postgresql://host:abc/x", "no usable port"),
    ],
)
def test_a_wrong_database_url_is_refused(url: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=complaint):
        database_from_url(url)


def test_the_owner_is_another_role_on_the_same_database(tmp_path: Path) -> None:
    site = database_from_url("postgresql://portal@db.example/name")
    found = owner_from_url("postgresql://boss:p%2Fw@db.example:5433/name?sslmode=require", site)
    assert found == {
        "USER": "boss",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }
    answer = start(
        "s.DATABASES['default']['USER'], s.DATABASES['default']['OWNER']['USER']",
        COMPLIANCE_DATA_DIR=str(tmp_path),
        DATABASE_OWNER_URL="postgresql://boss@db.invalid/portal",
        **DATABASE,
        **SECRETS,
    )
    assert answer.stdout.strip() == "portal boss", answer.stderr


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql://boss@db.example/other", "both name the same one"),
        ("postgresql://portal@db.example/name", "or the same one as DATABASE_URL"),
        ("postgresql://db.example/name", "names no role"),
        ("sqlite:///name", "DATABASE_OWNER_URL starts with"),
    ],
)
def test_an_owner_that_is_none_is_refused(url: str, complaint: str) -> None:
    site = database_from_url("postgresql://portal@db.example/name")
    with pytest.raises(ImproperlyConfigured, match=complaint):
        owner_from_url(url, site)


def test_an_owner_without_a_database_is_refused(tmp_path: Path) -> None:
    answer = start(
        "1", COMPLIANCE_DATA_DIR=str(tmp_path), DATABASE_OWNER_URL="postgresql://boss@h/name"
    )
    assert answer.returncode != 0
    assert "DATABASE_OWNER_URL is set without DATABASE_URL" in answer.stderr
