"""Keys for development and demonstrations: made once, kept beside the data, never committed."""

import os
import secrets
from pathlib import Path


def development_secret(directory: Path, name: str, length: int = 32) -> str:
    """The secret called `name` (hex of `length` random bytes), made at the first call and kept.

    The file is readable by its owner only and is written whole before it takes its name, so that
    two processes starting together agree on one secret: the first link wins, the other reads it.
    """
    place = directory / "development-keys" / name
    try:
        return place.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        os.chmod(place.parent, 0o700)
    draft = place.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(length) + "\n")
    try:
        os.link(draft, place)
    except FileExistsError:
        pass  # Another process was first; its secret is the one to use.
    finally:
        draft.unlink()
    return place.read_text(encoding="ascii").strip()
