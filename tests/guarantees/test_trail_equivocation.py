"""A7: two histories from one backup; the place out of reach takes one and refuses the other.

A database is copied, both go on by themselves, and each signs a tree of the same size with the same
key. The folder that has taken the first checkpoint refuses the second, whoever comes first and
however many come at once, and is never brought back to a smaller tree. A checkpoint that is merely
late, because another sweep was faster, is no conflict.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from compliance.audit.guard.roles import connected_with
from compliance.audit.models import SignedCheckpoint
from compliance.audit.tree import places
from compliance.audit.tree.chaining import chain
from compliance.audit.tree.checkpoints import sign
from compliance.audit.tree.places import Conflict, folder, kept_in
from compliance.audit.tree.verifying import ALTERED, INTACT, verify
from tests.guarantees.conftest import copy, drop
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.guarantees.trail import stage
from tests.guarantees.trail.stage import AT, SIGNED, staged

COMMON, MORE = 300, 20
AT_ONCE = sized(short=100, long=1000)
THREADS = 8


@dataclass(frozen=True)
class Twin:
    """One of the two databases, and its checkpoints from the common one on."""

    entry: dict[str, Any]
    checkpoints: tuple[SignedCheckpoint, ...]

    @contextmanager
    def connected(self) -> Iterator[None]:
        """This thread works in it."""
        with connected_with(connection, self.entry):
            yield


@pytest.fixture(scope="module")
def twins(
    django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Twin, Twin]]:
    """Two databases that were one up to a checkpoint; nothing was handed over since."""
    name = f"twin_{secrets.token_hex(6)}"
    with (
        django_db_blocker.unblock(),
        staged(COMMON, 1, tmp_path_factory.mktemp("common")) as trail,
    ):
        own = dict(connection.settings_dict)
        copy(str(own["NAME"]), name)
        try:
            made = [
                _go_on({**own, "NAME": database}, first)
                for database, first in ((own["NAME"], COMMON), (name, COMMON + 1))
            ]
            assert trail.leaves == COMMON
            yield made[0], made[1]
        finally:
            drop(name)


def _go_on(entry: dict[str, Any], first: int) -> Twin:
    """Add rows from `first` on, and sign after each few."""
    with connected_with(connection, entry):
        signed = list(SignedCheckpoint.objects.all())
        for number in range(3):
            low = first + number * MORE
            stage.grow(low, low + MORE)
            chain()
            one = sign(at=SIGNED + timedelta(days=1 + number), every=timedelta(0))
            assert one is not None
            signed.append(one)
    return Twin(entry, tuple(signed))


@contextmanager
def empty_folder(path: Path) -> Iterator[Path]:
    """A folder that holds nothing yet, as the place of this installation."""
    with override_settings(COMPLIANCE={**settings.COMPLIANCE, "AUDIT_FOLDER": str(path)}):
        yield path


def test_the_second_history_is_refused_and_the_first_one_kept(
    twins: tuple[Twin, Twin], report: Report, tmp_path: Path
) -> None:
    one, other = twins
    assert [cp.size for cp in one.checkpoints] == [cp.size for cp in other.checkpoints]
    assert one.checkpoints[0].note == other.checkpoints[0].note
    with empty_folder(tmp_path / "both") as kept:
        with one.connected():
            for checkpoint in one.checkpoints[:3]:
                folder(checkpoint, AT)
        held = {path.name: path.read_bytes() for path in kept_in(kept)}
        with other.connected():
            # Of equal size, larger and smaller: none of them goes on from what is there.
            for checkpoint in other.checkpoints[1:]:
                with pytest.raises(Conflict):
                    folder(checkpoint, AT)
            assert verify(at=AT, outside=[kept]).status == ALTERED
        assert {path.name: path.read_bytes() for path in kept_in(kept)} == held
        with one.connected():
            # A sweep that comes late with what is already covered, and one that goes on.
            folder(one.checkpoints[1], AT)
            assert {path.name: path.read_bytes() for path in kept_in(kept)} == held
            folder(one.checkpoints[3], AT)
            assert verify(at=AT, outside=[kept]).status == INTACT
    report(
        "A7",
        figures={
            "handed over at once": concurrent(twins, tmp_path / "at once"),
            "two histories in one place": 0,
            "times the place went back": 0,
        },
        caught=broken_copies(twins, tmp_path),
    )


def concurrent(twins: tuple[Twin, Twin], place: Path) -> int:
    """Hand over all checkpoints of both, many at once; how many hand-overs there were."""
    said, heads = Counter[str](), []

    def work(part: int) -> None:
        for number in range(part, AT_ONCE, THREADS):
            twin = twins[number % 2]
            with twin.connected():
                try:
                    folder(twin.checkpoints[number // 2 % len(twin.checkpoints)], AT)
                    said["taken"] += 1
                except Conflict:
                    said["refused"] += 1
            heads.append((threading.get_ident(), kept_in(place)[-1].name))

    with empty_folder(place):
        threads = [threading.Thread(target=work, args=(part,)) for part in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said.total() == AT_ONCE
    assert said["taken"] > 0
    assert said["refused"] > 0
    for thread in threads:
        seen = [name for who, name in heads if who == thread.ident]
        assert seen == sorted(seen)
    assert one_history(twins, place)
    return AT_ONCE


def one_history(twins: tuple[Twin, Twin], place: Path) -> bool:
    """Whether everything in a folder is of one and the same of the two."""
    notes = {path.read_text(encoding="utf-8") for path in kept_in(place)}
    return any(notes <= {checkpoint.note for checkpoint in twin.checkpoints} for twin in twins)


BROKEN = {
    "looks only at the size": (
        "_are_of_one_tree",
        lambda kept, checkpoint: kept.size <= checkpoint.size,
    ),
    "believes every checkpoint of our key": ("_are_of_one_tree", lambda kept, checkpoint: True),
}


def broken_copies(twins: tuple[Twin, Twin], place: Path) -> dict[str, str]:
    """A place that looks at less ends with two histories."""
    caught = {}
    for name, (step, instead) in BROKEN.items():
        with empty_folder(place / name) as kept, patch.object(places, step, instead):
            for twin, number in ((twins[0], 1), (twins[1], 2)):
                with twin.connected():
                    folder(twin.checkpoints[number], AT)
            assert not one_history(twins, kept), name
        caught[f"a folder that {name}"] = "two histories in one place"
    return caught
