"""The house holds: what no reader should have to check by eye.

Layers, imports at the top of files, sizes, no signals, one django_fsm, no
index hosts in what we ask to install. A new package outside the contracts fails too.
"""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("compliance", "equity", "investors", "documents")
LONGEST_FILE = 400
SIGNALS = re.compile(r"django\.(\w+\.)*(signals|dispatch)(\.|$)")


def sources(*places: str) -> list[Path]:
    """Our Python files under the named directories, caches left out."""
    return sorted(path for place in places for path in (ROOT / place).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Import | ast.ImportFrom))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for found in ast.walk(module):
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef):
            yield found


def contracts() -> dict[str, dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in settings["tool"]["importlinter"]["contracts"]}


def test_imports_only_go_down() -> None:
    answer = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"{len(contracts())} kept, 0 broken" in answer.stdout


def test_every_package_has_its_floor() -> None:
    layers = contracts()["Imports only go down"]["layers"]
    assert isinstance(layers, list)
    floors = {name.strip() for layer in layers for name in re.split(r"[|:]", layer)}
    rooms = {name for name in OURS if name != "compliance"}
    rooms |= {
        f"compliance.{path.name}"
        for path in (ROOT / "compliance").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    }
    rooms |= {f"compliance.{path.stem}" for path in (ROOT / "compliance").glob("[!_]*.py")}
    assert rooms == floors


def test_nothing_but_the_entrances_imports_the_roof() -> None:
    importers = {
        named(path)
        for path in sources(*OURS)
        for found in imports(tree(path))
        for name in _names(found)
        if name.split(".")[:2] == ["compliance", "config"]
    }
    outside = {name for name in importers if not name.startswith("compliance/config/")}
    assert outside == set()


WORDING = "compliance.rules.wording"
PACKAGED_WORDS = {
    "compliance/desk/wording_history.py",  # the history begins with them
    "compliance/desk/wording_uses.py",  # what documents of before print
    "documents/paper/words.py",  # the same
    "documents/shelf.py",  # what lies under the rest
    "equity/evidence/gathering.py",  # a default, replaced by what is known
    "equity/selectors/shown.py",  # the entry notices, which nobody puts in
    "equity/views/investor.py",  # the draft mark, which nobody puts in
    "investors/services.py",  # the entry notices
}


def test_words_are_asked_of_the_shelf_and_not_of_the_package() -> None:
    """Whoever shows the packaged words shows them also where a portal put the official ones in."""
    importers = {
        named(path)
        for path in sources(*OURS)
        if not named(path).startswith("compliance/rules/")
        for found in imports(tree(path))
        if isinstance(found, ast.ImportFrom) and (found.module or "").startswith(WORDING)
        if {alias.name for alias in found.names} & {"statement", "statements_of", "packaged"}
    }
    assert importers == PACKAGED_WORDS


def test_no_import_inside_a_function() -> None:
    inside = [
        f"{named(path)}:{found.lineno}"
        for path in sources(*OURS, "tests", "tools")
        for function in functions(tree(path))
        for found in imports(function)
    ]
    assert inside == []


def test_no_look_up_of_code_by_string() -> None:
    found = [
        f"{named(path)}:{node.lineno}"
        for path in sources(*OURS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] in {"import_module", "__import__"}
    ]
    assert found == []


def test_no_file_is_too_long_to_read() -> None:
    long = {
        named(path): lines
        for path in sources(*OURS, "tests", "tools")
        if "migrations" not in path.parts and "data" not in path.parts
        # The one file that is handed to strangers must stay one file.
        if path.name != "verify_audit.py"
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_domain_logic_in_signals() -> None:
    listeners = [
        f"{named(path)}:{found.lineno}"
        for path in sources(*OURS)
        for found in imports(tree(path))
        for name in _names(found)
        if SIGNALS.match(name)
    ]
    assert listeners == []


def test_the_maintained_state_machine_is_the_only_one() -> None:
    installed = {
        name
        for distribution in importlib.metadata.distributions()
        if (name := distribution.metadata["Name"].lower()).startswith("django-fsm")
    }
    assert installed == {"django-fsm-2"}


def test_the_clock_is_read_at_the_edge_only() -> None:
    edge = re.compile(
        r"(^compliance/(config|desk|web)/)|/(views|api|tasks|admin)(/|\.py)|/commands/"
    )
    readers = [
        f"{named(path)}:{node.lineno}"
        for path in sources(*OURS)
        if not edge.search(named(path))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "today", "utcnow", "localdate", "localtime"}
        and ast.unparse(node.func.value) in {"datetime", "datetime.datetime", "date", "timezone"}
        and not (node.func.attr in {"localdate", "localtime"} and node.args)
    ]
    assert readers == []


def test_requirements_are_pinned_by_hash_and_name_no_index() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)
        pinned = re.findall(r"^[a-z0-9._-]+(?:\[[a-z0-9,_-]+\])?==", text, flags=re.MULTILINE)
        entries = re.split(r"\n(?=\S)", text.strip())
        assert len(pinned) == len(entries) > 10
        assert all("--hash=sha256:" in entry for entry in entries)


def test_what_the_product_runs_on_is_what_was_tested() -> None:
    versions = {
        name: set(
            re.findall(
                r"^\S+==[^\s;]+", (ROOT / "requirements" / name).read_text(), flags=re.MULTILINE
            )
        )
        for name in ("base.txt", "dev.txt")
    }
    assert versions["base.txt"] - versions["dev.txt"] == set()


def _names(found: ast.Import | ast.ImportFrom) -> list[str]:
    """The dotted names that an import brings in."""
    if isinstance(found, ast.Import):
        return [alias.name for alias in found.names]
    return [f"{found.module or ''}.{alias.name}" for alias in found.names]
