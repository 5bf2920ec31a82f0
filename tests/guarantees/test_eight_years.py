"""D1: sealed today, checked after one, three, eight and ten years, when every certificate of today
has ended and a root was declared broken meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from documents.models import Document
from documents.seals import signing
from documents.seals.authority import Authority
from documents.seals.judging import Finding, judge
from documents.seals.reading import signatures
from documents.seals.ring import Ring, Root, declare_broken, fingerprint, read_ring
from documents.seals.services import RENEW_BEFORE, running_from, seal_pending, stamp_pending
from documents.seals.signing import seal
from documents.seals.verifying import GOOD, Answer, verify_file
from documents.selectors import archive_copy
from tests.guarantees.reporting import Report
from tests.guarantees.scale import sized
from tests.sealed import keyed, rendered
from tests.stamping import DAY, YEAR, Stamper, listening

ROOT = Path(__file__).resolve().parents[2]
SEALED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
YEARS = (1, 3, 8, 10)
PACKAGES = sized(short=1, long=100)
IN_A_PROCESS = sized(short=(8,), long=YEARS)
"""After how many years a process of its own is asked, whose whole clock was moved."""


class Times:
    """The same documents as they are after some years: sealed, stamped anew, and again."""

    def __init__(self, folder: Path, stampers: list[Stamper], settings: Any) -> None:
        self.folder, self.stampers, self.settings = folder, stampers, settings
        keyed(folder, SEALED - DAY)
        self.documents = [rendered(SEALED, reference=f"Essai {one}") for one in range(PACKAGES)]
        self._use(0, SEALED)
        assert len(list(seal_pending(clock=running_from(SEALED)))) == PACKAGES
        self.first = self._copies()
        self.renewed = [stampers[0].until - RENEW_BEFORE / 2, stampers[1].until - RENEW_BEFORE / 2]
        self.second = self._stamped_anew(1)
        self.broken = self.renewed[0] + 30 * DAY
        declare_broken(folder, fingerprint(stampers[0].root), since=self.broken)
        self.third = self._stamped_anew(2)
        self.ring = read_ring(folder)

    def after(self, years: int) -> list[bytes]:
        """The documents as they are kept after so many years."""
        at = SEALED + years * YEAR
        made = [when for when in self.renewed if when <= at]
        return (self.first, self.second, self.third)[len(made)]

    def only_stamped(self) -> bytes:
        """A document of the level B-T: a stamp over the signature, and none over the file."""
        self._use(0, SEALED)
        issued = bytes(self.documents[0].content.pdf)
        authority = Authority(self.ring_of_then(), lambda: SEALED)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signing, "_stamped", lambda pdf, authority: pdf)
            made = seal(
                issued,
                ring=self.ring_of_then(),
                about="x",
                clock=lambda: SEALED,
                authority=authority,
            )
        return issued + made.increment

    def ring_of_then(self) -> Ring:
        """What was believed before the root was declared broken."""
        roots = tuple(Root(one.certificate) for one in read_ring(self.folder).roots)
        return replace(read_ring(self.folder), roots=roots)

    def _stamped_anew(self, number: int) -> list[bytes]:
        at = self.renewed[number - 1]
        self._use(number, at)
        assert len(list(stamp_pending(clock=running_from(at)))) == PACKAGES
        return self._copies()

    def _use(self, number: int, at: datetime) -> None:
        for one in self.stampers:
            one.now = lambda: at
        address = self.stampers[number].address
        self.settings.COMPLIANCE = self.settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": address}

    def _copies(self) -> list[bytes]:
        documents = Document.objects.order_by("issued_at", "pk")
        return [archive_copy(one) for one in documents]


@pytest.fixture
def times(tmp_path: Path, settings: Any, db: None) -> Iterator[Times]:
    folder = tmp_path / "seal"
    settings.COMPLIANCE = settings.COMPLIANCE | {"SEAL_FOLDER": str(folder)}
    names = ((2.5, "Première"), (6, "Deuxième"), (12, "Troisième"))
    stampers = [Stamper(SEALED, years=years, title=title) for years, title in names]
    with ExitStack() as stack:
        for one in stampers:
            one.trusted_in(folder)
            stack.enter_context(listening(one))
        yield Times(folder, stampers, settings)


def test_what_was_sealed_today_is_good_years_later_and_a_plain_stamp_is_not(
    times: Times, tmp_path: Path, report: Report
) -> None:
    checked = 0
    for years in YEARS:
        at = SEALED + years * YEAR
        for pdf in times.after(years):
            judged = judge(pdf, ring=times.ring, at=at)
            assert (judged.finding, judged.proven) == (Finding.GOOD, SEALED), years
            assert verify_file(pdf, ring=times.ring, at=at).answer in (
                Answer.SEALED,
                Answer.STAMPED,
            )
            assert by_openssl(times, pdf, years, tmp_path), years
            checked += 1
    for years in IN_A_PROCESS:
        files = [tmp_path / f"{years}-{number}.pdf" for number in range(PACKAGES)]
        for path, pdf in zip(files, times.after(years), strict=True):
            path.write_bytes(pdf)
        assert in_a_process(times, years, files) == 0, years
    report(
        "D1",
        figures={
            "packages": PACKAGES,
            "checks, after 1, 3, 8 and 10 years": checked,
            "valid at signing time": checked,
            "processes whose clock was moved": len(IN_A_PROCESS),
            "authorities that followed each other": len(times.stampers),
        },
        caught=caught(times, tmp_path),
    )


def caught(times: Times, place: Path) -> dict[str, str]:
    """What must not be good years later, and is not."""
    plain, first, second = times.only_stamped(), times.first[0], times.second[0]
    assert judge(plain, ring=times.ring_of_then(), at=SEALED + YEAR).finding is Finding.GOOD
    later = judge(plain, ring=times.ring_of_then(), at=SEALED + 3 * YEAR)
    assert later.finding is Finding.ENDED
    (place / "plain.pdf").write_bytes(plain)
    if 3 in IN_A_PROCESS:
        assert in_a_process(times, 3, [place / "plain.pdf"]) == 2
    # Not stamped anew in time: the file alone tells it no longer; the register does.
    assert judge(first, ring=times.ring_of_then(), at=SEALED + 3 * YEAR).finding is Finding.ENDED
    kept = verify_file(first, ring=times.ring, at=SEALED + 3 * YEAR)
    assert (kept.status, kept.notice) == (GOOD, Answer.ENDED)
    assert judge(second, ring=times.ring, at=SEALED + 8 * YEAR).finding is Finding.ENDED
    # Nothing covered the first stamp before its root was broken: whoever broke it may have made it.
    alone = judge(first, ring=times.ring, at=times.broken + DAY)
    assert alone.finding is Finding.STAMP_UNKNOWN
    forgiven = judge(first, ring=times.ring_of_then(), at=times.broken + DAY)
    assert forgiven.finding is Finding.GOOD
    return {
        "a stamp over the signature alone (B-T)": "cannot be told after 3 years",
        "a seal that nobody stamped anew": "cannot be told after 3 years",
        "a stamp whose root was broken before the next one": "not believed",
    }


def in_a_process(times: Times, years: int, files: list[Path]) -> int:
    """The exit status of the command, in a process whose clock shows so many years later."""
    then = (SEALED + years * YEAR).strftime("%Y-%m-%d %H:%M:%S")
    command = [sys.executable, str(ROOT / "manage.py"), "document", "verify", "--alone"]
    command += ["--certificates", str(times.folder), *map(str, files)]
    ended = subprocess.run(
        ["faketime", "-f", f"@{then}", *command],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": "UTC"},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in ended.stderr, ended.stderr
    return ended.returncode


def by_openssl(times: Times, pdf: bytes, years: int, place: Path) -> bool:
    """The same walk by openssl: each stamp as of the next one, the last one as of that year."""
    sealers, roots = place / "sealers.pem", place / "roots.pem"
    sealers.write_bytes((times.folder / "current.pem").read_bytes().split(b"KEY-----\n")[-1])
    roots.write_bytes(b"".join(one.read_bytes() for one in times.folder.glob("authorities/*.pem")))
    made, at = signatures(pdf), SEALED + years * YEAR
    moments = [SEALED, *[one for one in times.renewed if one <= at][: len(made) - 2], at]
    good = True
    for one, moment in zip(made, [SEALED, *moments[1:]], strict=True):
        (place / "covered").write_bytes(pdf[: one.before] + pdf[one.after : one.end])
        (place / "signature").write_bytes(
            bytes.fromhex(pdf[one.before + 1 : one.after - 1].decode())
        )
        when = ["-attime", str(int(moment.timestamp()))]
        verify = ["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-purpose", "any"]
        verify += ["-content", "covered", "-CAfile", str(sealers), "-out", "/dev/null"]
        if one.is_stamp:
            verify = ["ts", "-verify", "-data", "covered", "-token_in", "-CAfile", str(roots)]
        command = ["openssl", *verify, "-in", "signature", *when]
        good &= subprocess.run(command, cwd=place, capture_output=True, check=False).returncode == 0
    return good
