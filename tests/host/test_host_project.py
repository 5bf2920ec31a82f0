"""A module, not only a site: the wheel serves a host project under the host's own roof.

The host (`tests/host_project`) has its own users, prefixes, namespaces, base template and settings,
and runs from another directory with the wheel alone: what it cannot import from there is missing.
"""

from tests.host.conftest import PACKAGES, ROOT, Host


def data_files() -> set[str]:
    """Everything in our packages that is not code and that a checkout holds."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".mo"}
    }


def test_the_wheel_holds_every_file_that_is_not_code(wheel_files: frozenset[str]) -> None:
    ours = data_files()
    kinds = {name.rsplit(".", 1)[-1] for name in ours}
    assert kinds >= {"html", "css", "svg", "toml", "ttf", "woff2", "po", "yaml"}
    assert ours - wheel_files == set()


def test_the_wheel_holds_every_translation_compiled(wheel_files: frozenset[str]) -> None:
    catalogues = {name for name in data_files() if name.endswith(".po")}
    assert catalogues
    assert {name.removesuffix(".po") + ".mo" for name in catalogues} - wheel_files == set()


def test_the_wheel_holds_our_packages_and_nothing_beside_them(wheel_files: frozenset[str]) -> None:
    tops = {name.split("/", 1)[0] for name in wheel_files}
    assert {name for name in tops if not name.endswith(".dist-info")} == set(PACKAGES)


def test_the_host_passes_the_checks_and_needs_no_migration_of_its_own(host: Host) -> None:
    assert "no issues" in host.manage("check")
    assert "No changes" in host.manage("makemigrations", "--check", "--dry-run")


def test_the_host_migrates_and_has_no_table_of_our_users(host: Host) -> None:
    host.manage("migrate", "--verbosity=0")
    tables = host.manage("inspectdb")
    assert "members_member" in tables
    assert "compliance_accounts_rolegrant" in tables
    assert "compliance_accounts_user" not in tables
