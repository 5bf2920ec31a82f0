"""Readers of environment variables that fail loudly.

A misspelt switch or a missing secret stops the process at start-up, in words, and never falls back
to something weaker: a portal that runs with a guessed key is worse than one that does not run.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


def env_text(name: str, default: str = "") -> str:
    """The variable's text without surrounding blanks, or the default."""
    return os.environ.get(name, default).strip()


def env_bool(name: str, default: bool = False) -> bool:
    """A switch: 1/true/yes/on or 0/false/no/off. Any other word stops the start-up."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.strip().lower() in TRUE_WORDS:
        return True
    if word.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} is {word!r}: write 1 or 0 (or true/false, yes/no, on/off).")


def env_int(name: str, default: int) -> int:
    """A whole number, or the default when the variable is absent or empty."""
    word = env_text(name)
    if not word:
        return default
    if not word.isascii() or not word.isdigit():
        raise ImproperlyConfigured(f"{name} is {word!r}: write a whole number.")
    return int(word)


def env_list(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list; blanks around the items do not count."""
    word = env_text(name)
    return [item.strip() for item in word.split(",") if item.strip()] if word else list(default)


def env_secret(name: str) -> str | None:
    """A secret from NAME, or from the file named by NAME_FILE; None when neither is set.

    Both set, an unreadable file or an empty secret stop the start-up: each of them is a mistake
    that would otherwise be found with the wrong key already in use.
    """
    value, file_name = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value is not None and file_name is not None:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep only one of them.")
    if file_name is not None:
        try:
            value = Path(file_name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {file_name!r}, which cannot be read: {error}."
            ) from error
    if value is None:
        return None
    if not value.strip():
        raise ImproperlyConfigured(f"{name} is set but empty: give it a value or unset it.")
    return value.strip()


def database_from_url(url: str, variable: str = "DATABASE_URL") -> dict[str, object]:
    """The Django DATABASES entry of a postgres:// or postgresql:// URL.

    The query string becomes connection OPTIONS, except `host`, which may name a socket directory.
    `variable` is where the URL came from, for the message of the ImproperlyConfigured it may raise.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{variable} starts with {parts.scheme!r}: only postgresql:// is served here."
        )
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured(f"{variable} names no database: end it with /NAME.")
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} has no usable port: {error}.") from error
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def owner_from_url(url: str, database: dict[str, object]) -> dict[str, object]:
    """What differs in the owner's connection to the same database: the OWNER of its entry.

    Raises ImproperlyConfigured when the URL names no role, the runtime role itself, or another
    database, where migrations would be run in vain.
    """
    variable = "DATABASE_OWNER_URL"
    found = database_from_url(url, variable)
    if found["NAME"] != database["NAME"]:
        raise ImproperlyConfigured(
            f"{variable} names the database {found['NAME']!r} and DATABASE_URL names "
            f"{database['NAME']!r}: both name the same one, as two roles."
        )
    if not found["USER"] or found["USER"] == database["USER"]:
        raise ImproperlyConfigured(
            f"{variable} names no role, or the same one as DATABASE_URL: it names the owner of the "
            "tables, who is not the role that the site runs as."
        )
    return {key: found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
