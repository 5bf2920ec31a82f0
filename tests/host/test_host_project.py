"""A module, not only a site: the wheel serves a host project under the host's own roof.

The host (`tests/host_project`) has its own users, prefixes, namespaces, base template and settings,
and runs from another directory with the wheel alone: what it cannot import from there is missing.
"""

import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.host.conftest import HOST_PROJECT, PACKAGES, Host

ADDRESS = re.compile(r'(?:href|action|src)="(/[^"]*)"')
HOSTS_OWN = ("/invest/", "/members/", "/static/")


@pytest.fixture(scope="module")
def data_files(source: Path) -> frozenset[str]:
    """Everything in our packages that is not code."""
    return frozenset(
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".mo"}
    )


def test_the_wheel_holds_every_file_that_is_not_code(
    data_files: frozenset[str], wheel_files: frozenset[str]
) -> None:
    kinds = {name.rsplit(".", 1)[-1] for name in data_files}
    assert kinds >= {"html", "css", "svg", "toml", "ttf", "woff2", "po", "yaml"}
    assert data_files - wheel_files == set()


def test_the_wheel_holds_every_translation_compiled(
    data_files: frozenset[str], wheel_files: frozenset[str]
) -> None:
    catalogues = {name for name in data_files if name.endswith(".po")}
    assert catalogues
    assert {name.removesuffix(".po") + ".mo" for name in catalogues} - wheel_files == set()


def test_the_wheel_holds_our_packages_and_nothing_beside_them(wheel_files: frozenset[str]) -> None:
    tops = {name.split("/", 1)[0] for name in wheel_files}
    assert {name for name in tops if not name.endswith(".dist-info")} == set(PACKAGES)


def test_the_host_passes_the_checks_and_needs_no_migration_of_its_own(host: Host) -> None:
    assert "no issues" in host.manage("check")
    assert "No changes" in host.manage("makemigrations", "--check", "--dry-run")


@pytest.fixture(scope="module")
def migrated(host: Host) -> Host:
    """The host with its tables and ours."""
    host.manage("migrate", "--verbosity=0")
    return host


def test_the_host_migrates_and_has_no_table_of_our_users(migrated: Host) -> None:
    tables = migrated.manage("inspectdb")
    assert "members_member" in tables
    assert "compliance_accounts_rolegrant" in tables
    assert "compliance_accounts_user" not in tables


def test_the_host_serves_our_static_files(host: Host) -> None:
    assert str(host.site) in host.manage("findstatic", "--first", "web/site.css")


def read(path: Path) -> EmailMessage:
    """An e-mail as the host's file backend wrote it, with a line of dashes under it."""
    return message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_story_from_draft_to_closing_under_the_hosts_roof(migrated: Host) -> None:
    answer = migrated.python(str(HOST_PROJECT / "story.py"))
    assert answer.returncode == 0, answer.stderr
    seen = json.loads(answer.stdout)

    # From the wheel, and without the site's own roof.
    assert seen["module"] == str(migrated.site / "compliance" / "__init__.py")
    assert seen["roof"] == []

    # Every page stands in the host's template, under the host's prefix, in French.
    assert len(seen["pages"]) > 20
    for path, text in seen["pages"]:
        assert path.startswith(("/invest/", "/members/")), path
        assert '<header id="hostsite-header">' in text, path
        assert "La Ruchette" in text, path
        foreign = {to for to in ADDRESS.findall(text) if to != "/"}
        assert {to for to in foreign if not to.startswith(HOSTS_OWN)} == set(), path
    words = "".join(text for _path, text in seen["pages"])
    assert "Mon profil" in words
    assert "My profile" not in words

    # 8 shares at 25,00 $ are 200,00 $, above the minimum of 100,00 $.
    assert seen["state"] == "closed"
    assert seen["holdings"] == [["Marie Lacœur", 8]]
    assert seen["documents"] == {
        "offering_document": 1,
        "risk_acknowledgement": 1,
        "subscription_agreement": 1,
        "purchaser_confirmation": 1,
        "share_certificate": 1,
        "portal_resources_certificate": 2,
    }
    # The officers, whose keys are numbers in the host, are in the trail and have a name on screens.
    worksheets = [text for path, text in seen["pages"] if path.endswith("/closing/")]
    assert "odile" in worksheets[-2]
    assert set(seen["actors"]) == {"system", "officer", "issuer", "investor"}
    # What time and the closing brought is done by the host's own manage.py.
    assert "documents rendered" in migrated.manage("tick")
    mails = [read(path) for path in sorted((migrated.elsewhere / "mails").iterdir())]
    assert {mail["From"] for mail in mails} == {"bonjour@ruchette.example"}
    # Only the investor has an address here: the host's members have none, and nobody is guessed.
    assert {mail["To"] for mail in mails} == {"marie@ruchette.example"}
    assert any("Érablière du Ruisseau" in mail.get_content() for mail in mails)
