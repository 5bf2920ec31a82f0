"""Copies of one of our modules with a line otherwise."""

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

_count = itertools.count()


def copy_of(
    module: ModuleType,
    folder: Path,
    *changes: tuple[str, str],
    within: str = "",
    of: Path | None = None,
) -> ModuleType:
    """The module with each text of its source, which must be there, put otherwise wherever it is,
    or in the one function whose name is `within`. `of` is another file of the same module.

    The file is kept in `folder`; nothing that is imported by its name changes.
    """
    source = (of or Path(str(module.__file__))).read_text(encoding="utf-8")
    before, body, after = _parted(source, within)
    for old, new in changes:
        assert old in body, f"{module.__name__} has changed, and so must its broken copy: {old}"
        body = body.replace(old, new)
    source = before + body + after
    name = f"copy_{next(_count)}_of_{module.__name__.rpartition('.')[2]}"
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    try:
        spec.loader.exec_module(made)
    finally:
        # Dataclasses look for their module while it is made, and nobody does afterwards.
        del sys.modules[name]
    return made


def _parted(source: str, function: str) -> tuple[str, str, str]:
    """What stands before a function, the function, and what comes after it."""
    if not function:
        return "", source, ""
    start = source.index(f"\ndef {function}(")
    end = source.find("\n\n\n", start)
    return source[:start], source[start:end], source[end:]
