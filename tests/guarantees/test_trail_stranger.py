"""A4: a stranger with one file, no Django and no network checks exports and receipts.

`verify_audit.py` runs as a plain Python without our packages, `verify_audit.mjs`, which was written
from the published form and not from that program, as Node. Both must give every good export 0 and
every bad one the status that the form says, never 0 and never a stack trace, and name the first bad
position; and on each they must agree. Bits are flipped anywhere in the file too.
"""

import contextlib
import io
import random
import re
import resource
import struct
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from compliance.audit.tree.exporting import verifier_text
from compliance.audit.verifier import verify_audit
from compliance.audit.verifier.verify_audit import CANNOT_TELL, INTACT
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail.copies import copy_of
from tests.guarantees.trail.damages import bad_cases, good_cases, same_evidence
from tests.guarantees.trail.exports import write_long
from tests.guarantees.trail.making import KEY, Case, Maker
from tests.guarantees.trail.strangers import Answer, Node, Python, offline
from tests.guarantees.trail.told import leaf

LEAVES = sized(short=90, long=700)
ROUNDS = sized(short=1, long=11)
"""How often each class of damage is drawn."""
FLIPS = sized(short=60, long=1000)
MANY = sized(short=3000, long=1_000_000)
SECONDS, BYTES = 60, 1 << 30
SEED = 4


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Python, Node]:
    return Python(tmp_path_factory.mktemp("python")), Node(tmp_path_factory.mktemp("node"))


def answered(
    strangers: tuple[Python, Node], cases: Sequence[Case]
) -> list[tuple[Case, Answer, Answer]]:
    """What both say to each case."""
    lines = [case.arguments for case in cases]
    answers = [stranger.many(lines) for stranger in strangers]
    return list(zip(cases, *answers, strict=True))


def names(words: str, position: int) -> bool:
    """Whether a position, or bounds around it, stands in the sentence in English."""
    sentence = words.splitlines()[1]
    bounds = re.search(r"between positions (\d+) and (\d+)", sentence)
    if bounds:
        return int(bounds[1]) <= position <= int(bounds[2])
    return str(position) in re.findall(r"\d+", sentence)


def test_the_stranger_has_nothing_of_ours(strangers: tuple[Python, Node]) -> None:
    assert strangers[0].knows() == ["cryptography"]
    for line in verifier_text("verify_audit.py").splitlines():
        assert not re.match(r"\s*(import|from) (django|compliance|psycopg|rfc8785)", line)


def test_both_strangers_know_the_good_from_the_bad(
    strangers: tuple[Python, Node], report: Report, tmp_path: Path
) -> None:
    good, bad = [], []
    for number in range(ROUNDS):
        place = tmp_path / str(number)
        place.mkdir()
        maker = Maker(place, LEAVES, SEED + number)
        good += good_cases(maker)
        bad += bad_cases(maker)
    assert ROUNDS == 1 or min(len(good), len(bad)) >= 200
    wrong = []
    for case, python, node in answered(strangers, good + bad):
        if (python.status, node.status) != (case.status, case.status):
            wrong.append((case.name, case.status, python, node))
        if case.position is not None:
            assert names(python.words, case.position), (case, python)
        assert "Traceback" not in python.words
    assert wrong == []
    report(
        "A4",
        figures={
            "good exports and receipts": len(good),
            "bad ones": len(bad),
            "kinds of damage": len({case.name for case in bad}),
            "checked without a network": len(good + bad) if offline() else 0,
            "the two verifiers disagreed": 0,
        },
        caught=weakened_ones(bad, tmp_path),
    )


def test_as_a_person_runs_it(strangers: tuple[Python, Node], tmp_path: Path) -> None:
    maker = Maker(tmp_path, LEAVES, SEED)
    good, bad = good_cases(maker)[0], bad_cases(maker)
    for stranger in strangers:
        ended = stranger.one(*good.arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert "INTACT" in ended.stdout
        for name in ("a bit of a leaf", "a proof without an end", "encrypted", "receipt: nothing"):
            case = next(case for case in bad if case.name == name)
            ended = stranger.one(*case.arguments)
            assert (ended.returncode, ended.stderr) == (case.status, ""), name
    # A terminal that has no accents gets the verdict all the same.
    assert "MODIFI" in strangers[0].one(*bad[0].arguments).stdout


def test_no_bit_of_a_file_makes_good_of_bad(
    strangers: tuple[Python, Node], report: Report, tmp_path: Path
) -> None:
    chance, maker = random.Random(SEED), Maker(tmp_path, 40, SEED)
    originals = [
        export.write(maker.path(".zip")) for export in (maker.whole, maker.log.part([0, maker.at]))
    ]
    cases = []
    for number in range(FLIPS):
        original = originals[number % 2]
        data = bytearray(original.read_bytes())
        # The verifier and its pages, between the evidence and the directory, are none.
        (directory,) = struct.unpack("<L", data[-6:-2])
        evidence = range(data.index(b"README.txt"))
        at = chance.choice((chance.choice(evidence), chance.randrange(directory, len(data))))
        data[at] ^= 1 << chance.randrange(8)
        flipped = maker.path(".zip")
        flipped.write_bytes(data)
        cases.append(Case(str(original), [str(flipped), *KEY], CANNOT_TELL))
    harmless = 0
    for case, python, node in answered(strangers, cases):
        assert python.status == node.status, (case, python, node)
        if python.status == INTACT:
            # A date or a comment in the packing: the evidence is what it was.
            harmless += 1
            assert same_evidence(Path(case.name), Path(case.arguments[0]))
    assert 0 < harmless < FLIPS / 2
    report(
        "A4",
        figures={
            "bits flipped anywhere in the file": FLIPS,
            "which changed nothing but the packing": harmless,
        },
    )


def test_a_long_export_takes_a_minute_and_a_gigabyte_at_most(
    strangers: tuple[Python, Node], report: Report, tmp_path: Path
) -> None:
    path = tmp_path / "long.zip"
    write_long(path, MANY, 12, leaf)
    figures: dict[str, str | int] = {"entries of the long export": MANY}
    for name, stranger in zip(("Python", "Node"), strangers, strict=True):
        began = time.monotonic()
        ended = stranger.one(str(path), *KEY)
        took = time.monotonic() - began
        assert (ended.returncode, ended.stderr) == (0, ""), ended
        assert took < SECONDS
        figures[f"seconds, {name}"] = f"{took:.1f}"
    # The largest of all processes that have ended, so of ours and of the two verifiers.
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert most < BYTES
    figures["memory at most"] = f"{most >> 20} MiB"
    report("A4", figures=figures)


# --- Verifiers that believe too much --------------------------------------------------------------

NO_NET = ("    except Exception as error:", "    except OSError as error:")
BROKEN: dict[str, tuple[tuple[str, str], ...]] = {
    "believes any signature": (
        ("        return False\n    return True", "        return True\n    return True"),
    ),
    "believes the tree it is told": (("if tree.root() != root:", "if False:"),),
    "believes any proof": (("sn == 0 and running == root", "True"),),
    "does not read to its end what is packed": (
        ("        for piece in unpacked(archive, info):", "        for piece in ():"),
        ("        if (size, check) != (info.file_size, info.CRC):", "        if False:"),
    ),
    "stops at the last checkpoint": (
        ("        if not claims:\n", "        if not claims:\n            break\n"),
    ),
    "does not count": (
        ("    if claims:\n        size = min", "    if False:\n        size = min"),
    ),
    "passes over whose log it is": (('    if origin != manifest["origin"]:', "    if False:"),),
    "passes over what was kept": (("kept.append((size, root, where))", "pass"),),
    "does not link histories": (("    if not verify_consistency(", "    if False and ("),),
    "takes any version": (("not line.endswith(END_OF_LEAF)", "False"),),
    "takes two files of one name": (("if odd or info.filename in seen:", "if odd:"),),
    "takes base64 in any form": (
        ("return found if base64.b64encode(found).decode() == text else None", "return found"),
    ),
    "dies of what it reads": (
        ("    except (ValueError, RecursionError):", "    except ValueError:"),
        NO_NET,
    ),
}


def weakened_ones(bad: list[Case], folder: Path) -> dict[str, str]:
    """Copies of the verifier that lack one check; each believes some bad file, or dies of it."""
    caught = {}
    for name, changes in BROKEN.items():
        verifier = copy_of(verify_audit, folder, *changes)
        fooled = next((one.name for one in bad if status(verifier, one) in (INTACT, None)), "")
        assert fooled, f"a verifier that {name} was not noticed"
        caught[f"a verifier that {name}"] = fooled
    return caught


def status(verifier: ModuleType, case: Case) -> int | None:
    """What a copy ends with, in this process and without a word; None where it dies."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return int(verifier.main(case.arguments))
    except RecursionError:
        return None
