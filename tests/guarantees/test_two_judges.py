"""D2: good files and files altered in every way, told apart by us and by three others."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from documents.facts import KINDS
from documents.facts.shared import Language
from documents.seals import judging, verifying
from documents.seals import ring as keys
from documents.seals.authority import Authority
from documents.seals.judging import Finding, judge
from documents.seals.ring import Ring, declare_broken, read_ring
from documents.seals.services import seal_document, stamp_seal
from documents.seals.signing import renew, seal
from documents.seals.verifying import GOOD, verify_digest, verify_file
from documents.selectors import archive_copy
from tests.guarantees.paper_alterations import (
    WAYS,
    Good,
    Way,
    gap_filled,
    page_added,
    signature_byte,
    stamp_of_another,
)
from tests.guarantees.paper_judges import BLIND, Judges
from tests.guarantees.reporting import Report
from tests.guarantees.scale import LONG, sized
from tests.sealed import keyed, rendered
from tests.stamping import DAY, Stamper, listening

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
RENEWED, CHECKED = NOW + 650 * DAY, NOW + 700 * DAY
GOOD_FILES, ALTERED_FILES = sized(short=7, long=100), sized(short=21, long=200)
SHORT = ["withdrawal_notice", "purchaser_confirmation"]
PRINTED = sized(short=SHORT, long=sorted(set(KINDS) - {"offering_document"}))
SEED = 20260302
OF_STAMPED = {"a byte of the stamp", "another stamp put in", "gap of a stamp filled"}
OF_PLAIN = {
    "a byte of the signature",
    "another seal put in",
    "gap filled",
    "digits in small letters",
    "stamped by a stranger",
}
LANGUAGES: tuple[Language, Language] = ("fr", "en")


class Scene:
    """A portal, its authority, a key that it lost, an impostor, and documents of three forms."""

    def __init__(self, folder: Path, stamper: Stamper, stranger: Stamper) -> None:
        self.stamper, self.stranger = stamper, stranger
        lost = keyed(folder, NOW - DAY)
        self.lost = read_ring(folder)
        keyed(folder, NOW - DAY)
        declare_broken(folder, lost.fingerprint, since=NOW - DAY / 2)
        self.ring = read_ring(folder)
        keyed(folder / "impostor", NOW - DAY)
        self.impostor = read_ring(folder / "impostor")
        self.issued: dict[bytes, int] = {}

    def authority(self, at: datetime) -> Authority:
        """The portal's way to its authority, with both clocks at an instant."""
        self.stamper.now = lambda: at
        return Authority(self.ring, lambda: at)

    def good(self, number: int) -> bytes:
        """A good file in the register: of three, one is stamped; of those, each third again."""
        document = rendered(
            NOW,
            kind=PRINTED[number % len(PRINTED)],
            language=LANGUAGES[number // 2 % 2],
            reference=f"Essai {number}",
        )
        authority = self.authority(NOW) if number % 3 == 0 else None
        made = seal_document(document.pk, held=self.ring, clock=lambda: NOW, authority=authority)
        assert made is not None
        if number % 9 == 3:
            later = self.authority(RENEWED)
            assert stamp_seal(made.pk, clock=lambda: RENEWED, authority=later) is not None
        whole = archive_copy(document)
        self.issued[whole] = len(document.content.pdf)
        return whole

    def forged(self, good: Good, by: Ring, *, stamped: bool) -> bytes:
        """A document of the portal under a seal made with some ring's key."""
        issued = good.sealed[: good.issued]
        authority = self.authority(NOW) if stamped else None
        made = seal(issued, ring=by, about="x", clock=lambda: NOW, authority=authority)
        return issued + made.increment

    def stamped(self, sealed: bytes, at: datetime) -> bytes:
        """Any file with one more stamp by the portal's own authority."""
        return sealed + renew(sealed, authority=self.authority(at)).increment

    def stamped_by_a_stranger(self, good: Good) -> bytes:
        """A good file with one more stamp, by an authority that the portal does not know."""
        sealed = good.sealed
        stranger = replace(self.ring, roots=(keys.Root(self.stranger.root), *self.ring.roots))
        authority = Authority(stranger, lambda: NOW)
        with self.stamper.answering_as(self.stranger):
            return sealed + renew(sealed, authority=authority).increment


@pytest.fixture
def scene(tmp_path: Path, settings: Any, db: None) -> Iterator[Scene]:
    stamper, stranger = Stamper(NOW - DAY, years=2), Stamper(NOW - DAY, years=2, title="Autre")
    stranger.now = lambda: NOW
    stamper.trusted_in(tmp_path / "seal")
    with listening(stamper), listening(stranger):
        settings.COMPLIANCE = settings.COMPLIANCE | {"AUDIT_TIMESTAMP_URL": stamper.address}
        yield Scene(tmp_path / "seal", stamper, stranger)


def forgeries(scene: Scene) -> Mapping[str, Way]:
    """The ways that take keys and authorities, beside those that take only the file."""
    future = CHECKED + 10 * DAY
    return {
        "another stamp put in": stamp_of_another,
        "a byte of the stamp": signature_byte,
        "gap of a stamp filled": gap_filled,
        "page added and stamped": lambda good, dice: scene.stamped(page_added(good, dice), NOW),
        "stamped by a stranger": lambda good, dice: scene.stamped_by_a_stranger(good),
        "stamped in the future": lambda good, dice: scene.stamped(good.sealed, future),
        "sealed by another key": lambda good, dice: scene.forged(
            good, scene.impostor, stamped=False
        ),
        "sealed by a broken key": lambda good, dice: scene.forged(good, scene.lost, stamped=True),
    }


def altered(scene: Scene, good: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Altered files, each way in its turn, from good ones."""
    dice = random.Random(SEED)
    every = WAYS | forgeries(scene)
    stamped = [one for one in good if one.count(b"/ETSI.RFC3161") == 1]
    plain = [one for one in good if b"/ETSI.RFC3161" not in one]
    for number in range(ALTERED_FILES):
        name = list(every)[number % len(every)]
        # Whatever was added to a stamped file takes long to judge: the short form has few.
        few = not LONG and number % 4
        pool = stamped if name in OF_STAMPED else plain if few or name in OF_PLAIN else good
        base, other = dice.sample(pool, 2)
        made = every[name](Good(base, other, scene.issued[base]), dice)
        assert made != base, name
        yield name, made


def test_every_file_is_told_apart_by_us_and_by_every_judge_of_what_it_covers(
    scene: Scene, tmp_path: Path, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [scene.good(number) for number in range(GOOD_FILES)]
    files = [("", one) for one in good] + list(altered(scene, good))
    others = Judges.of(scene.ring, tmp_path / "judges", CHECKED)
    said: Counter[str] = Counter()
    seen_blind: set[tuple[str, str]] = set()
    for way, pdf in files:
        wanted = not way
        ours = {
            "by the register": verify_file(pdf, ring=scene.ring, at=CHECKED).status == GOOD,
            "by the digest": verify_digest(
                hashlib.sha256(pdf).hexdigest(), ring=scene.ring, at=CHECKED
            ).status
            == GOOD,
            "alone": judge(pdf, ring=scene.ring, at=CHECKED).finding is Finding.GOOD,
        }
        assert ours == dict.fromkeys(ours, wanted), way
        for name in ("pyhanko", "openssl", "pdfsig"):
            if getattr(others, name)(pdf) == wanted:
                said[name] += 1
            else:
                seen_blind.add((way, name))
    # Each difference is listed with its reason, and each that is listed is there.
    assert seen_blind == set(BLIND)
    report(
        "D2",
        figures={
            "good files": GOOD_FILES,
            "altered files": ALTERED_FILES,
            "ways to alter": len(WAYS) + len(forgeries(scene)),
            "told wrongly by us": 0,
            "agreed by pyHanko": said["pyhanko"],
            "agreed by openssl": said["openssl"],
            "agreed by pdfsig": said["pdfsig"],
            "known differences": len(BLIND),
        },
        caught=caught(scene, dict(files[GOOD_FILES:]), monkeypatch),
    )


def caught(
    scene: Scene, by_way: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Verifiers that were broken on purpose, each given the file that it must fall for."""

    def fooled(way: str, break_it: Callable[[pytest.MonkeyPatch], None], ring: Ring) -> None:
        with monkeypatch.context() as patch:
            break_it(patch)
            assert judge(by_way[way], ring=ring, at=CHECKED).finding is Finding.GOOD, way

    def first_revision(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(judging, "covers_all", lambda *arguments: True)
        patch.setattr(judging, "_what_was_added", lambda *arguments: ())

    def any_stamp_after(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(judging, "_what_was_added", lambda *arguments: ())

    def any_certificate(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Ring, "named", lambda self, fingerprint: self.known[0])

    def any_room(patch: pytest.MonkeyPatch) -> None:
        read = judging.signatures
        patch.setattr(
            judging, "signatures", lambda pdf: [replace(one, clean=True) for one in read(pdf)]
        )

    def any_authority(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(judging, "path_of", lambda found: [found["signing_cert"]])

    def any_time(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(judging, "AHEAD", timedelta(days=9999))

    forgiving = replace(
        scene.ring, known=tuple(replace(one, broken=None) for one in scene.ring.known)
    )
    fooled("page added", first_revision, scene.ring)
    fooled("page added and stamped", any_stamp_after, scene.ring)
    fooled("sealed by another key", any_certificate, scene.ring)
    fooled("gap filled", any_room, scene.ring)
    fooled("stamped by a stranger", any_authority, scene.ring)
    fooled("stamped in the future", any_time, scene.ring)
    fooled("sealed by a broken key", lambda patch: None, forgiving)
    with monkeypatch.context() as patch:
        patch.setattr(verifying, "hashlib", FirstRevision)
        found = verify_file(by_way["page replaced"], ring=scene.ring, at=CHECKED)
        assert found.status == GOOD
    return {
        "a verifier that trusts the first revision": "takes a page that was added",
        "a verifier that lets anything be added under a stamp": "takes a page added and stamped",
        "a verifier that asks nobody's certificate": "takes an impostor's seal",
        "a verifier that leaves the room beside the signature": "takes a digit changed there",
        "a verifier that believes any authority": "takes a stranger's stamp",
        "a verifier without a calendar": "takes a stamp of a day to come",
        "a verifier that forgives a lost key": "takes a seal made by whoever found it",
        "a register that looks up the first revision": "takes a page that was replaced",
    }


class FirstRevision:
    """What hashes a file up to the first place where it could end."""

    @staticmethod
    def sha256(pdf: bytes) -> Any:
        end = pdf.find(b"%%EOF\n") + 6
        return hashlib.sha256(pdf[:end])
