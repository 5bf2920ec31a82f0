#!/usr/bin/env python3
"""Check an export of the audit trail, or one receipt, without the program that made it.

    python3 verify_audit.py EXPORT.zip [--key KEY] [--checkpoint FILE]...
    python3 verify_audit.py PACKAGE.zip [--key KEY] [--checkpoint FILE]...
    python3 verify_audit.py FOLDER [--key KEY] [--checkpoint FILE]...
    python3 verify_audit.py RECEIPT.tlog-proof LEAF.json --key KEY

It needs Python 3.9 or newer and the package `cryptography`; no network, no Django, no database.
KEY is the portal's public key, `name+id+base64`, which you should have from somewhere else than
the file you check. FILE is a checkpoint that you kept, or were sent, at an earlier time: it must
belong to the same history.

Exit status: 0 intact; 1 altered; 2 cannot tell. What is first wrong is named by its position.

An export is a ZIP. `manifest.json` says its form, version and kind, the name of the log (`origin`),
how many leaves it had (`size`), and the keys. `checkpoints.jsonl` holds the signed notes, each a
JSON string; the largest is that of `size` leaves. A whole export has `leaves.jsonl`: the bytes of
every leaf, from the first, a line each. A part has `proofs.jsonl`, as many lines as `entries` says
(`index`, `leaf`, `path`), and `consistency.jsonl`, which links every other checkpoint to the
largest one (`old`, `path`). Hashes are written in base64, in its one form. A package (the bundle of
an examination, the evidence about one purchaser, the closing book of an offering) holds files for
people, `files.json` with the SHA-256 of each, `seal.note` signed over it, and a part as
`trail.zip`; its `claims` say what each file shows. It may also be a folder: the ZIP unpacked, or
what a PDF has attached. Of evidence, the documents, the events and the answers must be those that
the trail names.

Altered are: a signature of a known key that does not hold; two roots for one size; leaves or proofs
that do not lead to a root that was signed; a file of a package that is not the sealed one, or
missing, or that the trail tells otherwise; fewer leaves than a checkpoint counts, or more than any
does; another number of proofs than was announced; a checkpoint that does not begin the largest one.
Everything else that is wrong is "cannot tell": a file that cannot be read whole, also where only
its packing is damaged; a form, version or kind that is not known; another missing file; a line that
cannot be read; no proof at all, or proofs whose indexes do not rise; no signature of a known key; a
checkpoint of another log; no proof to link one.

How it works: every entry is hashed (SHA-256, a zero byte before it) and the hashes are joined into
one tree (RFC 9162, section 2.1). The portal signed the root of that tree again and again
(c2sp.org/tlog-checkpoint). One changed byte gives another root than the one that was signed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import copy
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Iterator, Tuple, Union

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment, misc]

INTACT, ALTERED, CANNOT_TELL = 0, 1, 2
FORM, VERSION = "equity-compliance/audit-export", 1
PACKAGES = {
    "bundle": "equity-compliance/examination-bundle",
    "evidence": "equity-compliance/evidence-package",
    "book": "equity-compliance/closing-book",
}
FORMS = {"whole": FORM, "part": FORM, **PACKAGES}
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
ED25519 = 1
MOST_PROOF_LINES = 63
LONGEST_LINE = 64 * 1024 * 1024
LONGEST_NOTE = 1024 * 1024
MOST_SIGNATURES = 63
LARGEST_COUNT = 2**53 - 1
MOST_UNPACKED = 200
"""How many times larger than its packing a file may be: ours are five to twenty times, a bomb a
thousand times."""
HARMLESS_FLAGS = 0x080E
"""Of a file in a ZIP: how hard it was packed, where its length stands, that its name is UTF-8."""
OWN = "export"
"""Where a checkpoint stands that the export itself brings."""
END_OF_LEAF = b'"version":1}'
PACKAGED = ("manifest.json", "files.json", "seal.note", "trail.zip")
EVIDENCE = {
    "whole": ("manifest.json", "checkpoints.jsonl", "leaves.jsonl"),
    "part": ("manifest.json", "checkpoints.jsonl", "proofs.jsonl", "consistency.jsonl"),
    **dict.fromkeys(PACKAGES, PACKAGED),
}
WITHOUT = {
    "manifest.json": (
        "ce que le fichier est, ni ce que chacune de ses parties montre",
        "what the file is, and what each of its parts shows",
    ),
    "files.json": (
        "que chaque fichier est celui que le portail a scellé",
        "that each file is the one that the portal sealed",
    ),
    "seal.note": (
        "que le portail a remis ces fichiers",
        "that the portal handed these files over",
    ),
    "trail.zip": (
        "que ce qui est raconté ici était inscrit au journal signé du portail",
        "that what is told here stood in the signed trail of the portal",
    ),
}
"""What can no longer be shown without one of these files, in French and English."""
DOCUMENTS = "documents_document"
"""The table whose rows name the digest of each document."""
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    MemoryError,
)
"""What Python's reader of ZIP files answers to a damaged one."""

TOLD = {
    INTACT: ("INTACT", "INTACT"),
    ALTERED: ("MODIFIÉ", "ALTERED"),
    CANNOT_TELL: ("INDÉTERMINÉ", "CANNOT TELL"),
}


Key = Tuple[str, bytes, bytes]
"""The name, the id and the bytes of a public key."""
Claim = Tuple[int, bytes, str]
"""What was signed elsewhere: the number of leaves, their root, and where."""


class Verdict(Exception):  # noqa: N818 - it is an answer, not an error
    """The check is over: a status, and why in French and in English."""

    def __init__(self, status: int, french: str, english: str) -> None:
        super().__init__(english)
        self.status, self.french, self.english = status, french, english


# --- The tree (RFC 9162, section 2.1) ------------------------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree that remembers the roots of its complete subtrees only."""

    def __init__(self) -> None:
        self.size = 0
        self.peaks: list[bytes] = []

    def append(self, data: bytes) -> None:
        """Add one entry."""
        node, waiting = leaf_hash(data), self.size
        while waiting & 1:
            node = node_hash(self.peaks.pop(), node)
            waiting >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over everything added so far."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def verify_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Whether `path` proves a leaf hash at `index` of the tree `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not are_hashes(leaf, root, *path):
        return False
    fn, sn, running = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            running = node_hash(sibling, running)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            running = node_hash(running, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and running == root


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]
) -> bool:
    """Whether `path` proves that one tree begins another (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new or not are_hashes(old_root, new_root, *path):
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not nodes:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    first = second = nodes[0]
    for sibling in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            second = node_hash(second, sibling)
        fn >>= 1
        sn >>= 1
    return sn == 0 and first == old_root and second == new_root


def are_hashes(*found: bytes) -> bool:
    """Whether all of these are 32 bytes."""
    return all(len(one) == 32 for one in found)


# --- Keys and signed checkpoints -----------------------------------------------------------------


def read_key(text: str) -> Key:
    """The name, id and public key of `name+id+base64`."""
    name, _, rest = text.strip().partition("+")
    hexed, _, encoded = rest.partition("+")
    material = unbase64(encoded)
    if not is_name(name) or material is None or len(material) != 33 or material[0] != ED25519:
        raise Verdict(
            CANNOT_TELL,
            "Une clé n'est pas une clé Ed25519 de la forme nom+id+base64.",
            "A key is not an Ed25519 key of the form name+id+base64.",
        )
    key_id = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
    if key_id.hex() != hexed.lower():
        raise Verdict(
            CANNOT_TELL,
            "L'identifiant d'une clé n'est pas celui de ses octets.",
            "The id of a key is not that of its bytes.",
        )
    return name, key_id, material[1:]


def read_checkpoint(note: str, keys: list[Key], where: str) -> tuple[str, int, bytes]:
    """The origin, size and root that a note says, once a signature of a known key holds over it."""
    text, found, signatures = note.rpartition("\n\n")
    lines = (text + "\n").split("\n")
    malformed = Verdict(
        CANNOT_TELL,
        f"Ceci n'est pas un point de contrôle ({where}).",
        f"This is not a checkpoint ({where}).",
    )
    # A note has no control character but the end of a line (c2sp.org/signed-note).
    if not found or len(note) > LONGEST_NOTE or re.search(r"[\x00-\x09\x0b-\x1f]", note):
        raise malformed
    if len(lines) != 4 or lines[3]:
        raise malformed
    origin, size, root = lines[0], lines[1], unbase64(lines[2])
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,18}", size) or root is None:
        raise malformed
    if len(root) != 32:
        raise malformed
    require_signature(text + "\n", signatures, keys, where)
    return origin, int(size), root


def require_signature(text: str, signatures: str, keys: list[Key], where: str) -> None:
    """Leave unless a known key signed the text, and no signature of a known key fails."""
    malformed = Verdict(
        CANNOT_TELL,
        f"Une ligne de signature est mal formée ({where}).",
        f"A signature line is malformed ({where}).",
    )
    signed, lines = False, signatures.split("\n")
    if lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise malformed
    for line in lines:
        parts = line.split(" ")
        material = unbase64(parts[2]) if len(parts) == 3 and parts[0] == "\u2014" else None
        if material is None or len(material) < 5 or not is_name(parts[1]):
            raise malformed
        for name, key_id, public in keys:
            if (name, key_id) == (parts[1], material[:4]):
                if not signature_holds(public, material[4:], text):
                    raise Verdict(
                        ALTERED,
                        f"La signature du point de contrôle ne tient pas ({where}).",
                        f"The signature of the checkpoint does not hold ({where}).",
                    )
                signed = True
    if not signed:
        raise Verdict(
            CANNOT_TELL,
            f"Aucune clé connue n'a signé le point de contrôle ({where}).",
            f"No known key signed the checkpoint ({where}).",
        )


def signature_holds(public: bytes, signature: bytes, text: str) -> bool:
    """Whether an Ed25519 signature over the text is that of the public key."""
    if Ed25519PublicKey is None:
        raise Verdict(
            CANNOT_TELL,
            "Le paquet « cryptography » manque : python3 -m pip install cryptography.",
            "The package `cryptography` is missing: python3 -m pip install cryptography.",
        )
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def is_name(text: str) -> bool:
    """Whether a key may be called so: neither spaces nor a plus sign."""
    return re.fullmatch(r"[^\s+]{1,200}", text) is not None and not re.search(
        "[\ud800-\udfff]", text
    )


def unbase64(text: Any) -> bytes | None:
    """The bytes of standard base64 in its one form, or None.

    Python passes over bits that no byte needs: the last character of a signature could be changed
    and nobody would see it.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return None
    return found if base64.b64encode(found).decode() == text else None


# --- A receipt -----------------------------------------------------------------------------------


def check_receipt(
    proof: str, leaf: bytes, keys: list[Key], outside: list[tuple[str, str]]
) -> Verdict:
    """Check that the bytes of one entry stand in a tree that the portal signed; `outside` are notes
    kept elsewhere, which a receipt can only be compared with where they are of the same size."""
    head, _, note = proof.partition("\n\n")
    lines = head.split("\n")
    if lines and lines[1:] and lines[1].startswith("extra "):
        del lines[1]
    index = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines[1]) if len(lines) > 1 else None
    path = hashes(lines[2:])
    if lines[0] != PROOF_HEADER or index is None or path is None or len(path) > MOST_PROOF_LINES:
        raise Verdict(
            CANNOT_TELL,
            "Ceci n'est pas un reçu de la forme c2sp.org/tlog-proof@v1.",
            "This is not a receipt of the form c2sp.org/tlog-proof@v1.",
        )
    origin, size, root = read_checkpoint(note, keys, "receipt")
    at = int(index.group(1))
    if not verify_inclusion(leaf_hash(leaf), at, size, path, root):
        raise Verdict(
            ALTERED,
            f"Cette écriture n'est pas celle de la position {at} de l'arbre signé.",
            f"This entry is not the one at position {at} of the signed tree.",
        )
    for where, other in outside:
        other_origin, other_size, other_root = read_checkpoint(other, keys, where)
        require_origin(other_origin, {"origin": origin}, where)
        require_linked(other_size, other_root, where, size, root, None)
    return Verdict(
        INTACT,
        f"L'écriture {at} est dans l'arbre de {size} feuilles signé par {origin}.",
        f"Entry {at} stands in the tree of {size} leaves signed by {origin}.",
    )


# --- An export -----------------------------------------------------------------------------------


class Folder:
    """The files of a folder, as an archive has them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = [
            one.relative_to(path).as_posix() for one in sorted(path.rglob("*")) if one.is_file()
        ]

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held open."""

    def infolist(self) -> list[zipfile.ZipInfo]:
        """An entry for each file."""
        return [zipfile.ZipInfo(name) for name in self.names]

    def open(self, name: str) -> IO[bytes]:
        """A file to be read."""
        return (self.path / name).open("rb")


Archive = Union[zipfile.ZipFile, Folder]


def check_export(
    path: Path | IO[bytes],
    keys: list[Key],
    outside: list[tuple[str, str]],
    kinds: tuple[str, ...] = tuple(EVIDENCE),
) -> Verdict:
    """Check a whole export, a part with its proofs, or a bundle; `outside` are notes kept elsewhere
    and `kinds` what it may be."""
    try:
        archive: Archive
        if isinstance(path, Path) and path.is_dir():
            archive = Folder(path)
        else:
            archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise Verdict(
            CANNOT_TELL,
            f"Le fichier ne peut pas être lu en entier ({type(error).__name__}).",
            f"The file cannot be read whole ({type(error).__name__}).",
        ) from None
    with archive:
        require_plain_names(archive)
        manifest = read_manifest(archive, kinds)
        for name in EVIDENCE[manifest["kind"]]:
            require_readable(archive, name)
        keys = keys or [read_key(text) for text in manifest["keys"]]
        if manifest["kind"] in PACKAGES:
            return check_package(archive, manifest, keys, outside)
        signed = read_checkpoints(archive, manifest, keys)
        check = check_whole if manifest["kind"] == "whole" else check_part
        return check(archive, manifest, signed, read_outside(outside, manifest, keys))


def require_plain_names(archive: Archive) -> None:
    """Leave when two files have one name, so that another program would show the other one, or when
    a name leads out of the folder into which somebody unpacks it."""
    seen = set()
    for info in archive.infolist():
        parts = re.split(r"[/\\]", info.orig_filename)
        odd = parts[0] == "" or ".." in parts or re.search(r"[\x00-\x1f:]", info.orig_filename)
        if odd or info.filename in seen:
            raise Verdict(
                CANNOT_TELL,
                f"Un nom de fichier n'est pas permis, ou vient deux fois : {info.filename!a}.",
                f"A name of a file is not allowed, or comes twice: {info.filename!a}.",
            )
        seen.add(info.filename)


def require_readable(archive: Archive, name: str) -> None:
    """Read a file of the export to its end, so that damage of the packing is not taken for a change
    of what is packed, and a file that would never end is not begun."""
    done = size = check = 0
    if isinstance(archive, Folder):
        if name not in archive.names:
            raise missing(name)
        return
    try:
        info = archive.getinfo(name)
        packed_plainly = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not packed_plainly or info.flag_bits & ~HARMLESS_FLAGS:
            raise zipfile.BadZipFile(name)
        if info.file_size > MOST_UNPACKED * info.compress_size + LONGEST_NOTE:
            raise zipfile.BadZipFile(name)
        for piece in unpacked(archive, info):
            done += piece.count(b"\n")
            size += len(piece)
            check = zlib.crc32(piece, check)
        if (size, check) != (info.file_size, info.CRC):
            raise zipfile.BadZipFile(name)
    except KeyError:
        raise missing(name) from None
    except UNREADABLE:
        raise Verdict(
            CANNOT_TELL,
            f"{name} est endommagé après la ligne {done}.",
            f"{name} is damaged after line {done}.",
        ) from None


def missing(name: str) -> Verdict:
    """That a file is not there without which nothing can be said, and what is lost with it."""
    if name not in WITHOUT:
        return Verdict(
            CANNOT_TELL, f"Il manque {name} dans l'export.", f"{name} is missing in the export."
        )
    french, english = WITHOUT[name]
    return Verdict(
        CANNOT_TELL,
        f"Il manque {name}\u00a0: on ne peut plus montrer {french}.",
        f"{name} is missing: it can no longer be shown {english}.",
    )


def unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a file holds, in pieces. Python's own reader is content when enough has come out; here
    the packing must end where the archive says, and not before."""
    packed = copy.copy(info)
    packed.compress_type, packed.file_size = zipfile.ZIP_STORED, info.compress_size
    del packed.CRC
    if info.header_offset + info.compress_size > archive.start_dir:
        raise zipfile.BadZipFile(info.filename)
    stored = info.compress_type == zipfile.ZIP_STORED
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    with archive.open(packed) as file:
        while chunk := file.read(1 << 14):
            yield chunk if stored else inflating.decompress(chunk)
    if not stored and (not inflating.eof or inflating.unused_data):
        raise zipfile.BadZipFile(info.filename)


def read_manifest(archive: Archive, kinds: tuple[str, ...]) -> dict[str, Any]:
    """What the export says of itself, of a form and a version that we know."""
    require_readable(archive, "manifest.json")
    manifest = read_json(archive.open("manifest.json").read(LONGEST_NOTE))
    good = (
        isinstance(manifest, dict)
        and isinstance(manifest.get("origin"), str)
        and count_in(manifest, "size") is not None
        and isinstance(manifest.get("keys"), list)
        and all(isinstance(key, str) for key in manifest["keys"])
    )
    if not good or manifest.get("form") not in FORMS.values():
        raise Verdict(
            CANNOT_TELL,
            "Ceci n'est pas un export du journal d'audit (manifest.json).",
            "This is not an export of the audit trail (manifest.json).",
        )
    form = FORMS.get(str(manifest.get("kind")))
    known = count_in(manifest, "version") == VERSION and manifest.get("form") == form
    if not known or manifest["kind"] not in kinds:
        raise Verdict(
            CANNOT_TELL,
            "L'export est d'une version que ce programme ne connaît pas.",
            "The export is of a version that this program does not know.",
        )
    return manifest


def check_package(
    archive: Archive,
    manifest: dict[str, Any],
    keys: list[Key],
    outside: list[tuple[str, str]],
) -> Verdict:
    """Check that every file of a package is the one that was sealed, then its trail, then that what
    it tells is what the trail tells."""
    listed = read_member(archive, "files.json")
    note = read_member(archive, "seal.note").decode("utf-8", "replace")
    text, _, signatures = note.rpartition("\n\n")
    require_signature(text + "\n", signatures, keys, "seal.note")
    digest = base64.b64encode(hashlib.sha256(listed).digest()).decode()
    if text != f"{manifest['origin']}\n{manifest['form']}\n{digest}":
        raise Verdict(
            ALTERED,
            "La liste des fichiers n'est pas celle qui a été scellée (files.json).",
            "The list of the files is not the one that was sealed (files.json).",
        )
    sealed = parsed(listed)
    require_sealed_files(archive, manifest, sealed)
    for done, name in enumerate(sorted(sealed), start=1):
        require_readable(archive, name)
        if digest_of(archive, name) != sealed[name]:
            within = within_trail(archive, keys, outside) if name == "trail.zip" else ("", "")
            raise Verdict(
                ALTERED,
                f"Ce fichier n'est pas celui qui a été scellé\u00a0: {name}{within[0]}",
                f"This file is not the one that was sealed: {name}{within[1]}",
            )
        tell_progress(done, len(sealed))
    with archive.open("trail.zip") as trail:
        verdict = check_export(trail, keys, outside, ("part",))
    if manifest["kind"] == "evidence":
        require_told_alike(archive, sealed)
    return Verdict(
        verdict.status,
        f"{len(sealed)} fichiers scellés; {verdict.french}",
        f"{len(sealed)} sealed files; {verdict.english}",
    )


def require_sealed_files(
    archive: Archive, manifest: dict[str, Any], sealed: dict[str, Any]
) -> None:
    """Leave when a sealed file is not there, and say what it would show; or when one was added."""
    there = {info.filename for info in archive.infolist()} - {"files.json", "seal.note"}
    lost = sorted(set(sealed) - there)
    if lost:
        # What the manifest says of them is believed only where it is the sealed one.
        own = digest_of(archive, "manifest.json") == sealed.get("manifest.json")
        french, english = claims_on(manifest if own else {}, lost)
        names = ", ".join(f"{name!a}" for name in lost)
        raise Verdict(
            ALTERED,
            f"Il manque {names}. On ne peut plus montrer {french}.",
            f"Missing: {names}. It can no longer be shown {english}.",
        )
    for name in sorted(there - set(sealed)):
        raise Verdict(
            ALTERED,
            f"Un fichier a été ajouté\u00a0: {name!a}.",
            f"A file was added: {name!a}.",
        )


def claims_on(manifest: dict[str, Any], lost: list[str]) -> tuple[str, str]:
    """What files that are missing would show, in French and English."""
    told = manifest.get("claims")
    lines = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    french, english = [], []
    for one in lines:
        names = one.get("files")
        if isinstance(names, list) and set(lost) & {str(name) for name in names}:
            french.append(str(one.get("fr")))
            english.append(str(one.get("en")))
    if not french:
        return "ce que disait ce fichier", "what that file said"
    return "; ".join(french), "; ".join(english)


def require_told_alike(archive: Archive, sealed: dict[str, Any]) -> None:
    """Leave when evidence tells of a document, an event or an answer otherwise than the trail does:
    a portal that sealed another story today would still have signed the first one then."""
    leaves: dict[int, dict[str, Any]] = {}
    with archive.open("trail.zip") as file, zipfile.ZipFile(file) as trail:
        for number, line in enumerate(lines_of(trail, "proofs.jsonl")):
            leaf = parsed(read_proof(line, number)[1])
            position = count_in(leaf, "position")
            if position is not None:
                leaves[position] = leaf
    named = {
        (leaf.get("after") or {}).get("sha256")
        for leaf in leaves.values()
        if leaf.get("table") == DOCUMENTS
    }
    for name in sorted(sealed):
        if name.endswith(".pdf") and sealed[name] not in named:
            raise Verdict(
                ALTERED,
                f"Le journal ne nomme pas ce document\u00a0: {name}",
                f"The trail does not name this document: {name}",
            )
    for name, fields in (("events.json", ("action", "at")), ("answers.json", ("answers",))):
        for row in told_rows(archive, name, sealed):
            position = count_in(row, "position")
            leaf = leaves.get(-1 if position is None else position, {})
            told = {**leaf, **(leaf.get("payload") or {})}
            if not leaf or any(told.get(field) != row.get(field) for field in fields):
                raise Verdict(
                    ALTERED,
                    f"Le journal raconte autrement le numéro {position} ({name}).",
                    f"The trail tells number {position} otherwise ({name}).",
                )


def told_rows(archive: Archive, name: str, sealed: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a file of evidence that name their place in the trail."""
    if name not in sealed:
        return []
    found = read_json(read_member(archive, name))
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    if not isinstance(found, list) or len(rows) < len(found):
        raise Verdict(CANNOT_TELL, f"Fichier illisible ({name}).", f"Unreadable file ({name}).")
    return [row for row in rows if "position" in row]


def within_trail(
    archive: Archive, keys: list[Key], outside: list[tuple[str, str]]
) -> tuple[str, str]:
    """What is first wrong within the trail of a bundle, in French and English, to say where."""
    try:
        with archive.open("trail.zip") as trail:
            found = check_export(trail, keys, outside, ("part",))
    except Verdict as verdict:
        found = verdict
    return f"; {found.french}", f"; {found.english}"


def numbered(leaf: bytes, language: str) -> str:
    """The number that an entry itself says it has, which is the one on people's pages; as told by
    bytes that may have been altered, so that it only helps to look."""
    try:
        number = json.loads(leaf).get("position")
    except (ValueError, AttributeError, RecursionError):
        return ""
    if not isinstance(number, int):
        return ""
    if language == "fr":
        return f" (numéro {number} dans les pages)"
    return f" (number {number} on the pages)"


def digest_of(archive: Archive, name: str) -> str:
    """The SHA-256 of a file of the archive, read piece by piece."""
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def read_member(archive: Archive, name: str) -> bytes:
    """The bytes of one file of the archive that is known to be readable, and not endless."""
    with archive.open(name) as file:
        data = file.read(LONGEST_LINE + 1)
    if len(data) > LONGEST_LINE:
        raise Verdict(CANNOT_TELL, f"{name} est trop grand.", f"{name} is too large.")
    return data


def read_checkpoints(
    archive: Archive, manifest: dict[str, Any], keys: list[Key]
) -> dict[int, bytes]:
    """The roots that were signed, by size."""
    signed: dict[int, bytes] = {}
    for number, line in enumerate(lines_of(archive, "checkpoints.jsonl")):
        where = f"checkpoints.jsonl:{number + 1}"
        note = read_json(line)
        if not isinstance(note, str):
            raise Verdict(CANNOT_TELL, f"Ligne illisible ({where}).", f"Unreadable line ({where}).")
        origin, size, root = read_checkpoint(note, keys, where)
        require_origin(origin, manifest, where)
        if signed.setdefault(size, root) != root:
            raise Verdict(
                ALTERED,
                f"Deux racines ont été signées pour {size} feuilles ({where}).",
                f"Two roots were signed for {size} leaves ({where}).",
            )
    if not signed or manifest["size"] != max(signed):
        raise Verdict(
            CANNOT_TELL,
            f"Il manque le point de contrôle de {manifest['size']} feuilles.",
            f"The checkpoint of {manifest['size']} leaves is missing.",
        )
    return signed


def read_outside(
    notes: list[tuple[str, str]], manifest: dict[str, Any], keys: list[Key]
) -> list[Claim]:
    """Checkpoints that were kept elsewhere: (size, root, where)."""
    kept = []
    for where, note in notes:
        origin, size, root = read_checkpoint(note, keys, where)
        require_origin(origin, manifest, where)
        kept.append((size, root, where))
    return kept


def require_origin(origin: str, manifest: dict[str, Any], where: str) -> None:
    """Leave when a checkpoint is that of another log."""
    if origin != manifest["origin"]:
        raise Verdict(
            CANNOT_TELL,
            f"Le point de contrôle est celui d'un autre journal ({where}).",
            f"The checkpoint is that of another log ({where}).",
        )


def check_whole(
    archive: Archive,
    manifest: dict[str, Any],
    signed: dict[int, bytes],
    outside: list[Claim],
) -> Verdict:
    """Hash every entry from the first; compare with each root that was ever signed."""
    claims: dict[int, list[tuple[bytes, str]]] = {}
    for size, root in signed.items():
        claims[size] = [(root, OWN)]
    for size, root, where in outside:
        claims.setdefault(size, []).append((root, where))
    tree, good, kept, compared = Tree(), 0, 0, 0
    leaves = lines_of(archive, "leaves.jsonl")
    while True:
        here = claims.pop(tree.size, [])
        for root, where in here:
            if tree.root() != root:
                # What the export says of smaller trees does not bind what was kept elsewhere.
                first = good if where == OWN else kept
                raise Verdict(
                    ALTERED,
                    f"Une écriture entre les positions {first} et {tree.size - 1} n'est pas celle "
                    f"qui a été signée ({where}).",
                    f"An entry between positions {first} and {tree.size - 1} is not the one that "
                    f"was signed ({where}).",
                )
        if here:
            good, compared = tree.size, compared + len(here)
        if any(where != OWN for _, where in here):
            kept = tree.size
        line = next(leaves, None)
        if line is None:
            break
        if not claims:
            raise Verdict(
                ALTERED,
                f"Les écritures à partir de la position {good} ne sont signées nulle part.",
                f"The entries from position {good} on are signed nowhere.",
            )
        if not line.endswith(END_OF_LEAF):
            raise Verdict(
                CANNOT_TELL,
                f"L'écriture {tree.size} est d'une version inconnue, ou coupée.",
                f"Entry {tree.size} is of an unknown version, or cut off.",
            )
        tree.append(line)
        if tree.size % 50_000 == 0:
            tell_progress(tree.size, manifest["size"])
    if claims:
        size = min(claims)
        raise Verdict(
            ALTERED,
            f"L'export s'arrête à la position {tree.size}; un point de contrôle signé compte "
            f"{size} écritures ({claims[size][0][1]}). Il en manque entre les positions {good} et "
            f"{tree.size}.",
            f"The export ends at position {tree.size}; a signed checkpoint counts {size} entries "
            f"({claims[size][0][1]}). Some are missing between positions {good} and {tree.size}.",
        )
    return Verdict(
        INTACT,
        f"{tree.size} écritures, {compared} points de contrôle, {len(outside)} gardés ailleurs.",
        f"{tree.size} entries, {compared} checkpoints, {len(outside)} kept elsewhere.",
    )


def check_part(
    archive: Archive,
    manifest: dict[str, Any],
    signed: dict[int, bytes],
    outside: list[Claim],
) -> Verdict:
    """Check each entry of a part by its proof; compare checkpoints kept elsewhere where the sizes
    are equal or the export brings a proof of consistency."""
    size, count, announced = manifest["size"], 0, count_in(manifest, "entries")
    root = signed[size]
    if not announced:
        raise Verdict(
            CANNOT_TELL,
            "L'export ne prouve aucune écriture (manifest.json).",
            "The export proves no entry (manifest.json).",
        )
    before = -1
    for number, line in enumerate(lines_of(archive, "proofs.jsonl")):
        index, leaf, path = read_proof(line, number)
        if index <= before:
            raise Verdict(
                CANNOT_TELL,
                f"L'écriture {index} vient deux fois, ou après une plus grande.",
                f"Entry {index} comes twice, or after a greater one.",
            )
        before = index
        if not verify_inclusion(leaf_hash(leaf), index, size, path, root):
            raise Verdict(
                ALTERED,
                f"L'écriture de la position {index} de l'arbre{numbered(leaf, 'fr')} n'est pas "
                "celle qui a été signée.",
                f"The entry at position {index} of the tree{numbered(leaf, 'en')} is not the one "
                "that was signed.",
            )
        count += 1
        if count > announced:
            break
    if count != announced:
        raise Verdict(
            ALTERED,
            f"La partie annonce {announced} écritures et n'en compte pas autant.",
            f"The part announces {announced} entries and does not hold as many.",
        )
    check_histories(archive, size, root, signed, outside)
    return Verdict(
        INTACT,
        f"{count} écritures prouvées dans l'arbre de {size}.",
        f"{count} entries proven in the tree of {size}.",
    )


def check_histories(
    archive: Archive,
    size: int,
    root: bytes,
    signed: dict[int, bytes],
    outside: list[Claim],
) -> None:
    """Every other checkpoint must begin the one that the proofs lead to."""
    others = [(old, old_root, OWN) for old, old_root in signed.items()] + outside
    wanted, proofs = {old for old, _, _ in others}, {}
    for line in lines_of(archive, "consistency.jsonl"):
        row = parsed(line)
        old = count_in(row, "old")
        if old in wanted:
            proofs[old] = hashes(row.get("path"))
    for old, old_root, where in others:
        require_linked(old, old_root, where, size, root, proofs.get(old))


def require_linked(
    old: int, old_root: bytes, where: str, size: int, root: bytes, path: list[bytes] | None
) -> None:
    """Leave unless a checkpoint begins the one of `size`, by the proof there is."""
    if old == size:
        path = []
    if path is None:
        raise Verdict(
            CANNOT_TELL,
            f"Aucune preuve ne relie le point de contrôle de {old} feuilles ({where}).",
            f"No proof links the checkpoint of {old} leaves ({where}).",
        )
    if not verify_consistency(old, old_root, size, root, path):
        raise Verdict(
            ALTERED,
            f"Le point de contrôle de {old} feuilles est d'une autre histoire ({where}).",
            f"The checkpoint of {old} leaves is of another history ({where}).",
        )


def read_proof(line: bytes, number: int) -> tuple[int, bytes, list[bytes]]:
    """The index, the bytes and the path of one line of proofs.jsonl."""
    row = parsed(line)
    index, leaf, nodes = count_in(row, "index"), row.get("leaf"), hashes(row.get("path"))
    if index is None or not isinstance(leaf, str) or nodes is None:
        raise Verdict(
            CANNOT_TELL,
            f"Ligne illisible (proofs.jsonl:{number + 1}).",
            f"Unreadable line (proofs.jsonl:{number + 1}).",
        )
    data = leaf.encode("utf-8", "surrogatepass")
    if not data.endswith(END_OF_LEAF) or len(nodes) > MOST_PROOF_LINES:
        raise Verdict(
            CANNOT_TELL,
            f"L'écriture {index} est d'une version inconnue.",
            f"Entry {index} is of an unknown version.",
        )
    return index, data, nodes


def hashes(lines: Any) -> list[bytes] | None:
    """The hashes of a proof, written in base64; None where one is not."""
    found = [unbase64(line) for line in lines] if isinstance(lines, list) else [None]
    good = [one for one in found if one is not None and len(one) == 32]
    return good if len(good) == len(found) else None


def parsed(line: bytes) -> dict[str, Any]:
    """A JSON object, or an empty one."""
    row = read_json(line)
    return row if isinstance(row, dict) else {}


def read_json(data: bytes) -> Any:
    """What the bytes say in JSON; None where they do not."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        return json.loads(data.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError):
        return None


def count_in(row: dict[str, Any], name: str) -> int | None:
    """A whole number that every implementation reads alike; None where there is no such one."""
    value = row.get(name)
    good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT
    return value if good else None


def lines_of(archive: Archive, name: str) -> Iterator[bytes]:
    """The lines of a file of the export, without their ends, one at a time."""
    done = 0
    with archive.open(name) as file:
        while line := file.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise Verdict(
                    CANNOT_TELL,
                    f"{name} est coupé après la ligne {done}.",
                    f"{name} is cut off after line {done}.",
                )
            yield line[:-1]
            done += 1


def tell_progress(done: int, total: int) -> None:
    """How far we are, for people who watch."""
    if sys.stderr.isatty():
        end = "\n" if done >= total else "\r"
        sys.stderr.write(f"{done} / {total}{end}")
        sys.stderr.flush()


# --- The command line ----------------------------------------------------------------------------


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names, say the verdict in both languages; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument(
        "file", type=Path, help="an export or package (.zip), its folder, or a receipt"
    )
    parser.add_argument("leaf", type=Path, nargs="?", help="with a receipt: the entry itself")
    parser.add_argument("--key", action="append", default=[], help="the portal's public key")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="kept before")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # Where a terminal has no accents, a question mark is better than no verdict.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        verdict = check(given)
    except Verdict as reached:
        verdict = reached
    except Exception as error:  # noqa: BLE001 - a crash would end with 1, which means altered
        name = type(error).__name__
        verdict = Verdict(CANNOT_TELL, f"Fichier illisible ({name}).", f"Unreadable file ({name}).")
    french, english = TOLD[verdict.status]
    print(f"{french} : {verdict.french}")
    print(f"{english}: {verdict.english}")
    if verdict.status == INTACT and not given.key:
        print("La clé venait de l'export lui-même : comparez-la avec celle que le portail publie.")
        print("The key came with the export itself: compare it with the one the portal publishes.")
    return verdict.status


def check(given: argparse.Namespace) -> Verdict:
    """The verdict on what was given."""
    keys = [read_key(text) for text in given.key]
    outside = [(str(path), read_text(path)) for path in given.checkpoint]
    if given.leaf is None:
        return check_export(given.file, keys, outside)
    if not keys:
        raise Verdict(
            CANNOT_TELL,
            "Un reçu se vérifie avec la clé publique du portail (--key).",
            "A receipt is checked with the public key of the portal (--key).",
        )
    return check_receipt(read_text(given.file), given.leaf.read_bytes(), keys, outside)


def read_text(path: Path) -> str:
    """A note or a receipt; its lines may have got the ends that mail programs give them."""
    with path.open("rb") as file:
        return file.read(LONGEST_NOTE + 1).decode("utf-8").replace("\r\n", "\n")


if __name__ == "__main__":
    raise SystemExit(main())
