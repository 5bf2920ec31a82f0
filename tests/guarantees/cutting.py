"""A link to PostgreSQL that is cut at a chosen place: a proxy on a socket of its own.

It reads just enough of what passes: BEGIN and COMMIT stand in it as they are written.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PORT = 5432


@dataclass(frozen=True)
class Cut:
    """Where the next connection is cut, once."""

    place: str
    """``begin``: before BEGIN leaves. ``statement``: in the middle of what is said after it.
    ``commit``: after COMMIT has left, before its reply comes."""
    message: int = 1
    """For ``statement``: which message after BEGIN; COMMIT is not let through where it comes
    sooner."""
    half: bool = False
    """For ``statement``: cut in the middle of its bytes, so that the server gets a part of it; else
    after all of them. For ``commit``: cut at once, so that the server may not have ended yet; else
    after the server has answered."""


class Link:
    """A proxy between a client and the server; ``cut`` and ``delay`` are of the next connection."""

    def __init__(self, host: str, port: int, directory: Path) -> None:
        """Leads to the server at ``host``, which may be its socket's directory, and listens on a
        socket in ``directory``."""
        self.host, self.port = host, port
        self.cut: Cut | None = None
        self.delay = 0.0
        """Seconds that COMMIT waits on its way."""
        self.cuts = 0
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(directory / f".s.PGSQL.{PORT}"))
        self._listener.listen(64)
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Link":
        self._run(self._accept)
        return self

    def __exit__(self, *ended: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(30)

    def _run(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            cut, delay = self.cut, self.delay
            self.cut, self.delay = None, 0.0
            server = self._server()
            self._run(self._answers, server, client, cut)
            self._run(self._asks, client, server, cut, delay)

    def _server(self) -> socket.socket:
        if not self.host.startswith("/"):
            return socket.create_connection((self.host or "localhost", self.port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{self.host}/.s.PGSQL.{self.port}")
        return server

    def _asks(
        self, client: socket.socket, server: socket.socket, cut: Cut | None, delay: float
    ) -> None:
        """Pass on what the client says, until the place of the cut."""
        messages = 0
        with _both(client, server):
            while data := _read(client):
                messages += messages > 0 or b"BEGIN" in data
                if b"COMMIT" in data:
                    time.sleep(delay)
                if cut is not None and _is_there(cut, data, messages):
                    self.cuts += 1
                    server.sendall(_what_leaves(cut, data))
                    return
                server.sendall(data)

    def _answers(self, server: socket.socket, client: socket.socket, cut: Cut | None) -> None:
        """Pass on what the server says; where it is to be cut after its reply to COMMIT, that reply
        is the first thing lost."""
        with _both(server, client):
            while data := _read(server):
                if cut is not None and cut.place == "commit" and b"COMMIT\x00" in data:
                    self.cuts += not cut.half
                    return
                client.sendall(data)


def _is_there(cut: Cut, data: bytes, messages: int) -> bool:
    """Whether this is the place; ``messages`` counts from BEGIN, which is the first."""
    match cut.place:
        case "begin":
            return b"BEGIN" in data
        case "statement":
            return messages == cut.message + 1 or b"COMMIT" in data
        case _:
            # What asks for the reply may leave after COMMIT itself, so the reply is waited for.
            return cut.half and b"COMMIT" in data


def _what_leaves(cut: Cut, data: bytes) -> bytes:
    if cut.place == "begin" or (cut.place == "statement" and b"COMMIT" in data):
        return b""
    return data[: len(data) // 2] if cut.place == "statement" and cut.half else data


def _read(side: socket.socket) -> bytes:
    with suppress(OSError):
        return side.recv(65536)
    return b""


@contextmanager
def _both(*sides: socket.socket) -> Iterator[None]:
    """Whatever ends one side ends both, as a cut cable does."""
    try:
        with suppress(OSError):
            yield
    finally:
        for side in sides:
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()
