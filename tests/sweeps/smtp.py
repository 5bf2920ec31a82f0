"""A mail server for tests: it listens on loopback, keeps what it took, and can refuse or vanish."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default as modern
from typing import Any


@dataclass
class Mailbox:
    """What the server took, in the order in which it did, and how it answers."""

    port: int = 0
    taken: list[Message] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers to RCPT TO, by address: `550 no such user`."""
    vanish: bool = False
    """Take the message and hang up without an answer: nobody knows."""

    @property
    def ids(self) -> list[str]:
        """The Message-IDs, one for each copy."""
        return [str(message["Message-ID"]) for message in self.taken]


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        box: Mailbox = self.server.box
        self._say("220 test")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "DATA":
                self._say("354 go on")
                box.taken.append(message_from_bytes(self._data(), policy=modern))
                if box.vanish:
                    return
                self._say("250 taken")
            elif verb.upper() == "RCPT":
                address = rest.partition("<")[2].rstrip(">")
                self._say(box.refuse.get(address, "250 ok"))
            elif verb.upper() == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: Mailbox


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A running mail server on a port of its own."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = Mailbox(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
