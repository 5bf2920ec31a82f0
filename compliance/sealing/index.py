"""Blind indexes: finding a sealed value by equality without opening every row.

The index is an HMAC-SHA256 of the normalised text under the index key. Anybody without that key
can neither read it nor test guesses against it; a plain hash of an e-mail or a birth date is
guessed in seconds. Whoever holds the key can test guesses, so the key is as precious as the data.
"""

import hashlib
import hmac
import re
import unicodedata

from compliance.sealing.keyring import KeyRing

INDEX_BYTES = 32
_PURPOSE = re.compile(r"[a-z][a-z0-9_.:-]{0,63}")
# Letters that Unicode does not take apart, though a person who leaves out accents types the plain
# ones: "Cœur" is looked for as "coeur".
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d"})


def normalise(text: str, *, strip_accents: bool) -> str:
    """Return the form of `text` that is indexed.

    Compatibility characters, case, invisible characters and runs of white space make no
    difference; accents make none either when `strip_accents` is true. Two strings that look the
    same on a screen must not be two persons, or the limit per purchaser is per spelling.
    """
    # Each step can undo another (folding the case of a ligature may bring a new accent), so they
    # are repeated until nothing changes; two or three rounds are the most ever seen.
    while (folded := _fold(text, strip_accents=strip_accents)) != text:
        text = folded
    return text


def _fold(text: str, *, strip_accents: bool) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) not in ("Cf", "Cc"))
    if strip_accents:
        apart = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = unicodedata.normalize(
            "NFKC", "".join(c for c in apart if not unicodedata.combining(c))
        )
    return " ".join(text.split())


def blind_index(text: str, *, ring: KeyRing, purpose: str, strip_accents: bool = False) -> bytes:
    """Return the 32-byte index of `text` for one purpose.

    The purpose (`accounts.user.email`) keeps the indexes of two columns from being compared: the
    same text gives unrelated indexes under two purposes. Raises ValueError on a purpose that is
    not 1 to 64 of a-z, 0-9, `_`, `.`, `:` and `-` beginning with a letter.
    """
    normal = normalise(text, strip_accents=strip_accents)
    return keyed_digest(normal.encode("utf-8", "surrogatepass"), ring=ring, purpose=purpose)


def keyed_digest(content: bytes, *, ring: KeyRing, purpose: str) -> bytes:
    """Return the 32-byte digest of exactly these bytes for one purpose, under the index key.

    For what is only ever compared, never read: without the key, no guess can be tested. Raises
    ValueError on a malformed purpose, as `blind_index` does.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"{purpose!r} cannot be the purpose of a blind index.")
    # The zero byte cannot be in a purpose, so purpose and content cannot run into each other.
    message = purpose.encode("ascii") + b"\x00" + content
    return hmac.new(ring.index_key, message, hashlib.sha256).digest()
