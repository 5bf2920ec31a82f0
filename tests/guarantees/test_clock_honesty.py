"""D7: a wrong clock never makes a certain time: the seal is marked, or it is not made."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.audit.models import Change
from documents.models import Document, Seal
from documents.seals import authority as stamping
from documents.seals.authority import Authority, Clock
from documents.seals.judging import judge
from documents.seals.ring import read_ring
from documents.seals.services import seal_document
from documents.seals.signing import NotSealed, renew
from documents.seals.telling import sentences
from documents.seals.verifying import verify_file
from documents.selectors import archive_copy
from tests.guarantees.reporting import Report
from tests.sealed import keyed, rendered
from tests.stamping import DAY, Stamper, listening

TRUE = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND, MINUTES = timedelta(seconds=1), timedelta(minutes=10)
Sealing = Callable[[Clock], Seal]


def stepping_back() -> Clock:
    """A clock that is right when the authority is asked, and set back before it has answered."""
    shown = iter([TRUE, TRUE])
    return lambda: next(shown, TRUE - MINUTES)


CLOCKS: dict[str, tuple[Clock, bool]] = {
    "right": (lambda: TRUE, False),
    "5 seconds ahead": (lambda: TRUE + 5 * SECOND, False),
    "5 seconds behind": (lambda: TRUE - 5 * SECOND, False),
    "6 seconds ahead": (lambda: TRUE + 6 * SECOND, True),
    "6 seconds behind": (lambda: TRUE - 6 * SECOND, True),
    "10 minutes ahead": (lambda: TRUE + MINUTES, True),
    "10 minutes behind": (lambda: TRUE - MINUTES, True),
}


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[Path]:
    stamper = Stamper(TRUE - DAY, years=2)
    stamper.now = lambda: TRUE
    stamper.trusted_in(tmp_path)
    keyed(tmp_path, TRUE - DAY)
    with listening(stamper):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": stamper.address}
        yield tmp_path


@pytest.fixture
def sealing(folder: Path, db: None) -> Sealing:
    """Seals a new document by a clock."""

    def make(clock: Clock) -> Seal:
        document = rendered(TRUE)
        held = read_ring(folder)
        made = seal_document(document.pk, held=held, clock=clock, authority=Authority(held, clock))
        assert made is not None
        return made

    return make


def test_a_time_on_which_the_clocks_differ_is_never_told_as_certain(
    sealing: Sealing, folder: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, in_order = read_ring(folder), list[str]()
    clocks = CLOCKS | {"set back while it seals": (stepping_back(), True)}
    for name, (clock, uncertain) in clocks.items():
        made = sealing(clock)
        in_order.append(str(made.pk))
        assert (made.time_uncertain, made.stamped_at) == (uncertain, TRUE), name
        whole = archive_copy(made.document)
        told = verify_file(whole, ring=held, at=TRUE + DAY)
        assert told.seal is not None
        assert told.seal.uncertain == uncertain, name
        assert any("incertaine" in one for one in sentences(told)) == uncertain, name
        if "10 minutes" in name:
            assert judge(whole, ring=held, at=TRUE + DAY).uncertain, name
    for clock in (CLOCKS["10 minutes ahead"][0], CLOCKS["10 minutes behind"][0]):
        with pytest.raises(NotSealed, match="clock shows"):
            renew(whole, authority=Authority(held, clock))
    # The trail keeps them in the order in which they were made, whatever the clocks said.
    rows = Change.objects.filter(table=Seal._meta.db_table).order_by("position")
    assert list(rows.values_list("row", flat=True)) == in_order
    with monkeypatch.context() as patch:
        patch.setattr(stamping, "TOLERANCE", timedelta(hours=1))
        assert not sealing(lambda: TRUE + MINUTES).time_uncertain
    with monkeypatch.context() as patch:
        # As a reader that asks our own clock alone: it is never wrong.
        patch.setattr(stamping.Stamp, "agrees", True)
        assert not sealing(stepping_back()).time_uncertain
    report(
        "D7",
        figures={"clocks tried": len(clocks), "wrong times told as certain": 0},
        caught={
            "a tolerance of an hour": "10 minutes ahead is told as certain",
            "a clock that is asked about itself": "set back while it seals, told as certain",
        },
    )
    assert Document.objects.count() == Seal.objects.count()
