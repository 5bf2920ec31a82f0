"""Notes and keys as somebody hostile would write them, and what a reader must say to each."""

import base64
from enum import Enum

from compliance.sealing.notes import Checkpoint, Signer
from tests.guarantees.trail.exports import OURS

SAME_NAME = Signer("portal.example/trail", b"\x08" * 32)
WITNESS = Signer("witness.example", b"\x09" * 32)
_TEXT = Checkpoint(OURS.verifier.name, 7, bytes(range(32))).text


class Said(Enum):
    """What a reader says to a note."""

    GOOD = "read"
    MALFORMED = "malformed"
    UNSIGNED = "signed by nobody we know"
    FORGED = "a signature of a known key does not hold"


def _parts(note: str) -> tuple[str, str]:
    text, _, signatures = note.rpartition("\n\n")
    return text + "\n", signatures


def _line(name: str, material: bytes) -> str:
    return f"\u2014 {name} {base64.b64encode(material).decode()}\n"


def _signed_with(material: bytes, name: str = OURS.verifier.name) -> str:
    return f"{_TEXT}\n{_line(name, material)}"


def _other_last_bits(encoded: str) -> str:
    """Base64 whose last character before the padding differs in bits that no byte needs."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    kept = encoded.rstrip("=")
    assert kept != encoded
    changed = kept[:-1] + alphabet[alphabet.index(kept[-1]) ^ 1] + encoded[len(kept) :]
    assert base64.b64decode(changed, validate=True) == base64.b64decode(encoded)
    return changed


GOOD = OURS.sign(_TEXT)
_, _OUR_LINE = _parts(GOOD)
_, _FOREIGN_LINE = _parts(SAME_NAME.sign(_TEXT))
_, _WITNESS_LINE = _parts(WITNESS.sign(_TEXT))
_, _SWAPPED = _parts(OURS.sign(_TEXT.replace("\n7\n", "\n8\n")))
_ENCODED = _OUR_LINE[:-1].split(" ")[2]
_SIGNATURE = base64.b64decode(_ENCODED)
_FORGED_LINE = _line(
    OURS.verifier.name,
    OURS.verifier.key_id + base64.b64decode(_FOREIGN_LINE.split(" ")[2])[4:],
)


def _text(origin: str = OURS.verifier.name, size: str = "7", root: str = "", more: str = "") -> str:
    root = root or base64.b64encode(bytes(range(32))).decode()
    return OURS.sign(f"{origin}\n{size}\n{root}\n{more}")


def _control(character: str) -> str:
    return OURS.sign(_TEXT.replace("portal", f"por{character}tal"))


G, M, U, F = Said.GOOD, Said.MALFORMED, Said.UNSIGNED, Said.FORGED
NOTES: dict[str, tuple[str, Said]] = {
    "as it was signed": (GOOD, G),
    "a witness signed too": (GOOD + _WITNESS_LINE, G),
    "a witness signed first": (f"{_TEXT}\n{_WITNESS_LINE}{_OUR_LINE}", G),
    "our signature twice": (GOOD + _OUR_LINE, G),
    "a foreign key of our name": (f"{_TEXT}\n{_FOREIGN_LINE}", U),
    "only a witness": (f"{_TEXT}\n{_WITNESS_LINE}", U),
    "our signature under another name": (_signed_with(_SIGNATURE, "other.example"), U),
    "the id of another key": (_signed_with(b"\x00" * 4 + _SIGNATURE[4:]), U),
    "a foreign signature under our id": (f"{_TEXT}\n{_FORGED_LINE}", F),
    "a signature that holds and one that does not": (GOOD + _FORGED_LINE, F),
    "the signature of another text": (f"{_TEXT}\n{_SWAPPED}", F),
    "another text": (GOOD.replace("\n7\n", "\n8\n"), F),
    "a signature a byte short": (_signed_with(_SIGNATURE[:-1]), F),
    "a signature a byte long": (_signed_with(_SIGNATURE + b"\x00"), F),
    "an id and no signature": (_signed_with(_SIGNATURE[:4]), M),
    "no bytes": (_signed_with(b""), M),
    "the last bits of the signature otherwise": (
        f"{_TEXT}\n{_OUR_LINE.replace(_ENCODED, _other_last_bits(_ENCODED))}",
        M,
    ),
    "a signature without padding": (GOOD.replace("=\n", "\n"), M),
    "a signature in two pieces of base64": (f"{_TEXT}\n{_OUR_LINE[:-1]}AAAA\n", M),
    "a hyphen for the dash": (f"{_TEXT}\n{_OUR_LINE.replace(chr(0x2014), '-')}", M),
    "two spaces": (f"{_TEXT}\n{_OUR_LINE.replace(chr(0x2014), chr(0x2014) + ' ')}", M),
    "a word after the signature": (f"{_TEXT}\n{_OUR_LINE[:-1]} x\n", M),
    "no end of the last line": (GOOD[:-1], M),
    "a second signature cut off": (GOOD + _WITNESS_LINE[:-1], M),
    "no signature": (f"{_TEXT}\n", M),
    "no blank line": (_TEXT + _OUR_LINE, M),
    "nothing": ("", M),
    "more signatures than anybody needs": (GOOD + _WITNESS_LINE * 63, M),
    "as many signatures as are read": (GOOD + _WITNESS_LINE * 62, G),
    "a plus sign in a name": (GOOD + _line("a+b", b"\x00" * 68), M),
    "an empty name": (GOOD + _line("", b"\x00" * 68), M),
    "ends of lines of a mail program": (GOOD.replace("\n", "\r\n"), M),
    "half of a surrogate pair": (GOOD.replace("portal", "por\ud800tal", 1), F),
    "half of a surrogate pair in a name": (GOOD + _line("a\udfff", b"\x00" * 68), M),
    **{f"the control character {n:#04x}": (_control(chr(n)), M) for n in range(32) if n != 10},
    "a control character among the signatures": (GOOD + "\t" + _WITNESS_LINE, M),
    "a root a byte short": (_text(root=base64.b64encode(bytes(31)).decode()), M),
    "a root a byte long": (_text(root=base64.b64encode(bytes(33)).decode()), M),
    "a root of other last bits": (
        _text(root=_other_last_bits(base64.b64encode(bytes(32)).decode())),
        M,
    ),
    "a root in another alphabet": (_text(root="-" * 43 + "="), M),
    "a negative size": (_text(size="-7"), M),
    "a size with a sign": (_text(size="+7"), M),
    "a size that begins with nothing": (_text(size="07"), M),
    "a size in other digits": (_text(size="\u0667"), M),
    "a size beyond every tree": (_text(size="1" + "0" * 19), M),
    "no size": (_text(size=""), M),
    "no origin": (_text(origin=""), M),
    "a line more": (_text(more="x\n"), M),
    "a line less": (OURS.sign("portal.example/trail\n7\n"), M),
}

_NAME, _ID, _MATERIAL = OURS.verifier.text.split("+", 2)
_KEY = base64.b64decode(_MATERIAL)


def _key(material: bytes, name: str = _NAME) -> str:
    return f"{name}+{_ID}+{base64.b64encode(material).decode()}"


KEYS: dict[str, tuple[str, bool]] = {
    "as it is published": (OURS.verifier.text, True),
    "with its id in capitals": (f"{_NAME}+{_ID.upper()}+{_MATERIAL}", True),
    "with the end of its line": (OURS.verifier.text + "\n", True),
    "the id of another": (f"{_NAME}+{SAME_NAME.verifier.key_id.hex()}+{_MATERIAL}", False),
    "another name": (_key(_KEY, "other.example"), False),
    "another algorithm": (_key(b"\x02" + _KEY[1:]), False),
    "a byte short": (_key(_KEY[:-1]), False),
    "a byte long": (_key(_KEY + b"\x00"), False),
    "no bytes": (_key(b""), False),
    "no base64": (f"{_NAME}+{_ID}+{'!' * 44}", False),
    "no name": (_key(_KEY, ""), False),
    "a space in its name": (_key(_KEY, "portal example"), False),
    "half of a surrogate pair": (_key(_KEY, "a\ud800"), False),
    "one part": (_NAME, False),
    "two parts": (f"{_NAME}+{_ID}", False),
    "nothing": ("", False),
}
