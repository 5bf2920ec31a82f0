"""Two strangers who check exports: no Django, no network, and nothing of ours but one file each."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compliance.audit.tree.exporting import verifier_text

HERE = Path(__file__).parent
NEEDED = ("cryptography", "cffi", "_cffi_backend*", "pycparser")
"""What `cryptography` is made of, and all that the stranger's Python has beside its own library."""
# Asked for many files, one process answers for all of them: starting one takes longer than checking
# one of these files.
_MANY = """
import contextlib, io, json, runpy, sys
sys.path.append(sys.argv[1])
verifier = runpy.run_path(sys.argv[2])
def told(arguments):
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(said):
        status = verifier["main"](arguments)
    said.seek(0)
    return status, said.read()
json.dump([told(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
"""
_ONE = """
import runpy, sys
sys.path.append(sys.argv[1])
del sys.argv[:2]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_WITHOUT = """
import importlib.util, sys
sys.path.append(sys.argv[1])
found = [name for name in ("django", "compliance", "psycopg", "rfc8785", "cryptography")
         if importlib.util.find_spec(name)]
print(*found)
"""
_MANY_JS = """
import { readFileSync } from "node:fs";
const { check } = await import(process.argv[1]);
const told = [];
for (const line of JSON.parse(readFileSync(0, "utf-8"))) {
  const verdict = await check(line);
  told.push([verdict.status, verdict.message]);
}
console.log(JSON.stringify(told));
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a verifier said: the exit status, and its words."""

    status: int
    words: str


@cache
def offline() -> tuple[str, ...]:
    """What goes before a command so that it has no network, where the system allows that."""
    for command in (("unshare", "-n"), ("unshare", "-rn")):
        if shutil.which("unshare") is None:
            return ()
        tried = subprocess.run([*command, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return command
    return ()


class Python:
    """`python3 verify_audit.py`, in a folder where there is nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "verify_audit.py"
        self.file.write_text(verifier_text("verify_audit.py"), encoding="utf-8")
        self.library = folder / "library"
        self.library.mkdir()
        for pattern in NEEDED:
            for found in Path(sysconfig.get_path("purelib")).glob(pattern):
                (self.library / found.name).symlink_to(found)

    def knows(self) -> list[str]:
        """Which of the packages that our own program needs can be imported there."""
        return self._run(_WITHOUT).stdout.split()

    def one(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it once, as the person would."""
        return self._run(_ONE, str(self.file), *arguments)

    def many(self, lines: Sequence[Sequence[str]]) -> list[Answer]:
        """Let it check many files in one process."""
        ended = self._run(_MANY, str(self.file), given=json.dumps(lines))
        assert ended.returncode == 0, ended.stderr
        return [Answer(status, words) for status, words in json.loads(ended.stdout)]

    def _run(
        self, program: str, *arguments: str, given: str = ""
    ) -> subprocess.CompletedProcess[str]:
        # -I: nothing from the environment; -S: no site-packages, so no Django.
        command = [sys.executable, "-I", "-S", "-c", program, str(self.library), *arguments]
        return _asked([*offline(), *command], self.folder, given)


class Node:
    """`node verify_audit.mjs`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "verify_audit.mjs"
        self.file.write_bytes((HERE / "verify_audit.mjs").read_bytes())

    def one(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it once."""
        return _asked([*offline(), "node", str(self.file), *arguments], self.folder, "")

    def many(self, lines: Sequence[Sequence[str]]) -> list[Answer]:
        """Let it check many files in one process."""
        program = ["node", "--input-type=module", "-e", _MANY_JS, self.file.as_uri()]
        ended = _asked([*offline(), *program], self.folder, json.dumps(lines))
        assert ended.returncode == 0, ended.stderr
        return [Answer(status, words) for status, words in json.loads(ended.stdout)]


def _asked(command: list[str], folder: Path, given: str) -> subprocess.CompletedProcess[str]:
    bare = {"PATH": os.environ["PATH"], "LANG": "C"}
    return subprocess.run(
        command,
        cwd=folder,
        env=bare,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
