"""Where checkpoints are handed to: each place once; one that fails holds none of the others."""

import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as sent_mail

from compliance.audit.models import Anchoring, SignedCheckpoint
from compliance.audit.tree import places
from compliance.audit.tree.chaining import chain
from compliance.audit.tree.checkpoints import latest, sign
from compliance.audit.tree.keys import verifier_keys
from compliance.audit.tree.places import anchor
from compliance.audit.tree.sealing import seal_trail
from compliance.audit.tree.timestamps import NotStamped, timestamp
from compliance.outbox.delivery import deliver
from compliance.outbox.models import Message
from compliance.sealing.notes import read_checkpoint
from tests.factories import make_officer, make_person, make_portal, open_offering, subscribed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def placed(settings: Any, tmp_path: Path) -> Path:
    """A folder as the one place; returns it."""
    folder = tmp_path / "checkpoints"
    settings.COMPLIANCE = settings.COMPLIANCE | {
        "AUDIT_FOLDER": str(folder),
        "AUDIT_PLACES": {"folder": "compliance.audit.tree.places.folder"},
    }
    return folder


def signed(at: datetime) -> SignedCheckpoint:
    """A checkpoint over whatever is new."""
    chain()
    found = sign(at=at)
    assert found is not None
    return found


def grow() -> None:
    """Something happens."""
    make_person()


def test_the_sweep_chains_signs_and_hands_over_and_has_nothing_to_do_then(placed: Path) -> None:
    subscribed(open_offering(), make_person())
    first, again = seal_trail(AT), seal_trail(AT)
    assert first.done["entries_chained"] > 0
    assert first.done["checkpoints_signed"] == first.done["checkpoints_anchored"] == 1
    assert not +again.done
    (file,) = places.kept_in(placed)
    kept = latest()
    assert kept is not None
    assert file.read_text(encoding="utf-8") == kept.note
    assert read_checkpoint(kept.note, verifier_keys()).size == kept.size


@pytest.mark.parametrize(
    ("later", "more"), [(timedelta(seconds=59), 0), (MINUTE, 1), (timedelta(seconds=61), 1)]
)
def test_a_tree_that_grew_is_signed_again_after_a_minute(
    placed: Path, later: timedelta, more: int
) -> None:
    grow()
    seal_trail(AT)
    grow()
    seal_trail(AT + later)
    assert len(places.kept_in(placed)) == 1 + more


def test_a_place_that_fails_holds_no_other_and_is_tried_again(placed: Path, settings: Any) -> None:
    grow()
    settings.COMPLIANCE["AUDIT_PLACES"] = {
        "broken": "tests.ground.test_places.broken",
        "folder": "compliance.audit.tree.places.folder",
    }
    run = seal_trail(AT)
    assert "broken" in run.trouble
    assert len(places.kept_in(placed)) == 1
    assert anchor(at=AT) == (0, ("broken",))
    settings.COMPLIANCE["AUDIT_PLACES"]["broken"] = "tests.ground.test_places.mended"
    assert anchor(at=AT) == (1, ())
    assert anchor(at=AT) == (0, ())


def broken(checkpoint: SignedCheckpoint, at: datetime) -> None:
    raise OSError("no such place")


def mended(checkpoint: SignedCheckpoint, at: datetime) -> bytes:
    return b"taken"


def test_officers_get_the_checkpoint_once_a_day_and_can_keep_it_as_a_file(settings: Any) -> None:
    settings.COMPLIANCE = settings.COMPLIANCE | {
        "AUDIT_PLACES": {"mail": "equity.mails.checkpoints.mail"}
    }
    make_portal()
    for name in ("Odile", "Omar"):
        make_officer(name)
    for at in (AT, AT + MINUTE, AT + DAY - MINUTE, AT + DAY):
        grow()
        seal_trail(at)
    notes = list(SignedCheckpoint.objects.order_by("size").values_list("note", flat=True))
    told = Message.objects.filter(event="checkpoint")
    assert told.count() == 2 * 2
    deliver()
    bodies = [str(message.body) for message in sent_mail.outbox]
    assert len(bodies) == 4
    for note in (notes[0], notes[-1]):
        (body, _) = [body for body in bodies if body.endswith(note)]
        assert "point de contrôle" in body
        assert verifier_keys()[0].text in body


def test_nobody_is_written_to_before_there_is_a_portal(settings: Any) -> None:
    settings.COMPLIANCE = settings.COMPLIANCE | {
        "AUDIT_PLACES": {"mail": "equity.mails.checkpoints.mail"}
    }
    make_officer("Odile")
    seal_trail(AT)
    assert Message.objects.count() == 0


# --- An authority of our own, made by openssl -----------------------------------------------------

CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = {0}/serial
signer_cert = {0}/tsa.pem
signer_key = {0}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


class Authority(BaseHTTPRequestHandler):
    """Answers queries with `openssl ts`, or with what a test wants instead."""

    home: Path
    instead: bytes | None = None

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        (self.home / "query").write_bytes(query)
        if self.instead is None:
            ts(self.home, "-reply", "-config", "conf", "-queryfile", "query", "-out", "reply")
        answer = self.instead or (self.home / "reply").read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def ts(home: Path, *arguments: str) -> str:
    answer = subprocess.run(
        ["openssl", "ts", *arguments], cwd=home, capture_output=True, text=True, check=True
    )
    return answer.stdout + answer.stderr


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[type[Authority]]:
    (tmp_path / "conf").write_text(CONFIGURATION.format(tmp_path), encoding="utf-8")
    (tmp_path / "serial").write_text("01\n", encoding="ascii")
    made = (
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 30 "
        "-subj /CN=essai -addext extendedKeyUsage=critical,timeStamping"
    )
    subprocess.run(made.split(), cwd=tmp_path, capture_output=True, check=True)

    class Here(Authority):
        home = tmp_path

    server = HTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.COMPLIANCE = settings.COMPLIANCE | {
        "AUDIT_TIMESTAMP_URL": f"http://127.0.0.1:{server.server_port}/",
        "AUDIT_PLACES": {"timestamp": "compliance.audit.tree.timestamps.timestamp"},
    }
    yield Here
    server.shutdown()
    server.server_close()


def test_an_authority_stamps_a_checkpoint_and_openssl_agrees(
    authority: type[Authority], tmp_path: Path
) -> None:
    grow()
    seal_trail(AT)
    row = Anchoring.objects.get(place="timestamp")
    (tmp_path / "token").write_bytes(bytes(row.token))
    (tmp_path / "note").write_bytes(row.checkpoint.note.encode())
    verify = ("-verify", "-data", "note", "-in", "token", "-CAfile", "tsa.pem")
    assert "Verification: OK" in ts(tmp_path, *verify)
    (tmp_path / "note").write_bytes(row.checkpoint.note.encode() + b"x")
    with pytest.raises(subprocess.CalledProcessError):
        ts(tmp_path, *verify)


def test_an_answer_that_is_no_stamp_of_ours_is_refused(authority: type[Authority]) -> None:
    grow()
    first = signed(AT)
    earlier = timestamp(first, AT)
    for answer in (b"nothing", b"\x30\x00", earlier):
        authority.instead = answer
        with pytest.raises(NotStamped):
            timestamp(first, AT)
        taken, failed = anchor(at=AT)
        assert (taken, failed) == (0, ("timestamp",))
    assert Anchoring.objects.count() == 0
