// A second verifier of exports and receipts, for Node 18 or newer; no packages. It was written from
// what verify_audit.py says of the form at its top, from RFC 9162 and from the C2SP texts, and not
// from that program: the tests let both judge the same files, and they must agree.
//
//     node verify_audit.mjs EXPORT.zip [--key KEY] [--checkpoint FILE]...
//     node verify_audit.mjs RECEIPT.tlog-proof LEAF.json --key KEY
//
// Exit status: 0 intact; 1 altered; 2 cannot tell.

import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { createInflateRaw } from "node:zlib";

const INTACT = 0, ALTERED = 1, CANNOT_TELL = 2;
const MEGABYTE = 1 << 20;
const EVIDENCE = {
  whole: ["checkpoints.jsonl", "leaves.jsonl"],
  part: ["checkpoints.jsonl", "proofs.jsonl", "consistency.jsonl"],
};
const END_OF_LEAF = Buffer.from('"version":1}');

class Verdict extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}
const cannotTell = (words) => new Verdict(CANNOT_TELL, words);
const altered = (words) => new Verdict(ALTERED, words);

// --- The tree (RFC 9162, 2.1) ---------------------------------------------------------------------

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Buffer.from([0]), NODE = Buffer.from([1]);
const leafHash = (data) => sha256(LEAF, data);
const nodeHash = (left, right) => sha256(NODE, left, right);

class Tree {
  // Complete subtrees from the left, each larger than the next: [how many leaves, root].
  subtrees = [];
  size = 0;

  add(leaf) {
    let [count, root] = [1, leafHash(leaf)];
    while (this.subtrees.length && this.subtrees.at(-1)[0] === count) {
      root = nodeHash(this.subtrees.pop()[1], root);
      count *= 2;
    }
    this.subtrees.push([count, root]);
    this.size += 1;
  }

  root() {
    if (!this.subtrees.length) return sha256();
    return this.subtrees.map(([, root]) => root).reduceRight((right, left) => nodeHash(left, right));
  }
}

// The largest power of two below n, for n > 1.
function splitAt(n) {
  let k = 1n;
  while (k * 2n < n) k *= 2n;
  return k;
}

// 2.1.3.1 from the root down: the root that a leaf and its path make; null for another length.
function rootOf(leaf, index, size, path) {
  if (size === 1n) return path.length ? null : leaf;
  if (!path.length) return null;
  const k = splitAt(size), last = path.at(-1), rest = path.slice(0, -1);
  const below = index < k ? rootOf(leaf, index, k, rest) : rootOf(leaf, index - k, size - k, rest);
  if (below === null) return null;
  return index < k ? nodeHash(below, last) : nodeHash(last, below);
}

// 2.1.4.1 from the root down: both roots that a path makes; null for another length.
function rootsOf(old, size, path, oldRoot, whole) {
  if (old === size) {
    const found = whole ? [oldRoot, ...path] : path;
    return found.length === 1 ? [found[0], found[0]] : null;
  }
  if (!path.length) return null;
  const k = splitAt(size), last = path.at(-1), rest = path.slice(0, -1);
  if (old <= k) {
    const both = rootsOf(old, k, rest, oldRoot, whole);
    return both && [both[0], nodeHash(both[1], last)];
  }
  const both = rootsOf(old - k, size - k, rest, oldRoot, false);
  return both && [nodeHash(last, both[0]), nodeHash(last, both[1])];
}

function stands(leaf, index, size, path, root) {
  if (index >= size) return false;
  const made = rootOf(leaf, index, size, path);
  return made !== null && made.equals(root);
}

function begins(old, oldRoot, size, root, path) {
  if (old < 1n || old > size) return false;
  const made = rootsOf(old, size, path, oldRoot, true);
  return made !== null && made[0].equals(oldRoot) && made[1].equals(root);
}

// --- Keys and signed notes (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) -----------------------

function bytesOf(base64) {
  if (typeof base64 !== "string") return null;
  const found = Buffer.from(base64, "base64");
  return found.toString("base64") === base64 ? found : null;
}

function hashesOf(list) {
  if (!Array.isArray(list)) return null;
  const found = list.map(bytesOf);
  return found.every((one) => one !== null && one.length === 32) ? found : null;
}

const isName = (text) =>
  !/[\p{White_Space}\p{Cs}+\x00-\x1f]/u.test(text) && text !== "" && [...text].length <= 200;

function readKey(line) {
  const parts = line.trim().split("+");
  const [name, id, encoded] = [parts[0], parts[1] ?? "", parts.slice(2).join("+")];
  const material = bytesOf(encoded);
  if (!isName(name) || material === null || material.length !== 33 || material[0] !== 1)
    throw cannotTell("A key is not an Ed25519 key of the form name+id+base64.");
  const own = sha256(Buffer.from(`${name}\n`), material).subarray(0, 4);
  if (own.toString("hex") !== id.toLowerCase())
    throw cannotTell("The id of a key is not that of its bytes.");
  const x = material.subarray(1).toString("base64url");
  return { name, id: own, key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }) };
}

function readCheckpoint(note, keys, where) {
  const cut = note.lastIndexOf("\n\n");
  const malformed = cannotTell(`This is not a checkpoint (${where}).`);
  if (cut < 0 || note.length > MEGABYTE || /[\x00-\x09\x0b-\x1f]/.test(note)) throw malformed;
  const text = note.slice(0, cut + 1), lines = text.split("\n");
  const [origin, size, encoded] = lines, root = bytesOf(encoded);
  if (lines.length !== 4 || !origin || !/^(0|[1-9][0-9]{0,18})$/.test(size)) throw malformed;
  if (root === null || root.length !== 32) throw malformed;
  requireSignature(text, note.slice(cut + 2), keys, where);
  return { origin, size: BigInt(size), root, where };
}

function requireSignature(text, signatures, keys, where) {
  const lines = signatures.split("\n");
  const malformed = cannotTell(`A signature line is malformed (${where}).`);
  if (lines.pop() !== "" || lines.length < 1 || lines.length > 63) throw malformed;
  let signed = false;
  for (const line of lines) {
    const [dash, name, encoded, ...more] = line.split(" ");
    const material = bytesOf(encoded);
    if (dash !== "\u2014" || more.length || material === null || material.length < 5 || !isName(name))
      throw malformed;
    for (const known of keys) {
      if (known.name !== name || !known.id.equals(material.subarray(0, 4))) continue;
      if (!verifySignature(null, Buffer.from(text), known.key, material.subarray(4)))
        throw altered(`The signature of the checkpoint does not hold (${where}).`);
      signed = true;
    }
  }
  if (!signed) throw cannotTell(`No known key signed the checkpoint (${where}).`);
}

function requireOrigin(checkpoint, origin) {
  if (checkpoint.origin !== origin)
    throw cannotTell(`The checkpoint is that of another log (${checkpoint.where}).`);
}

function requireLinked(checkpoint, size, root, path) {
  const proof = checkpoint.size === size ? [] : path;
  if (!proof) throw cannotTell(`No proof links the checkpoint of ${checkpoint.size} leaves.`);
  if (!begins(checkpoint.size, checkpoint.root, size, root, proof))
    throw altered(`The checkpoint of ${checkpoint.size} leaves is of another history.`);
}

// --- ZIP: the central directory, and one packed file after the other ------------------------------

const damaged = (what) => cannotTell(`${what} is damaged, or cannot be read whole.`);

class Zip {
  constructor(path) {
    try {
      this.file = openSync(path, "r");
      this.length = fstatSync(this.file).size;
      this.entries = this.readDirectory();
    } catch (error) {
      throw error instanceof Verdict ? error : damaged(path);
    }
  }

  bytes(at, count) {
    if (at < 0 || count < 0 || at + count > this.length) throw damaged("The file");
    const found = Buffer.alloc(count);
    if (readSync(this.file, found, 0, count, at) !== count) throw damaged("The file");
    return found;
  }

  findEnd() {
    if (this.length < 22) throw damaged("The file");
    const plain = this.bytes(this.length - 22, 22);
    if (plain.readUInt32LE(0) === 0x06054b50 && plain.readUInt16LE(20) === 0) return this.length - 22;
    const start = Math.max(0, this.length - 22 - 65535);
    const at = this.bytes(start, this.length - start).lastIndexOf("PK\x05\x06", undefined, "latin1");
    if (at < 0) throw damaged("The file");
    return start + at;
  }

  readDirectory() {
    const end = this.findEnd(), record = this.bytes(end, 22);
    let [size, offset, after] = [record.readUInt32LE(12), record.readUInt32LE(16), end];
    const locator = end >= 20 ? this.bytes(end - 20, 20) : Buffer.alloc(4);
    if (locator.readUInt32LE(0) === 0x07064b50) {
      after = end - 20 - 56;
      const large = this.bytes(after, 56);
      if (large.readUInt32LE(0) !== 0x06064b50) throw damaged("The file");
      size = Number(large.readBigUInt64LE(40));
      offset = Number(large.readBigUInt64LE(48));
    }
    // Something may stand before the ZIP: offsets count from where it begins.
    const shift = after - size - offset;
    if (shift + offset < 0) throw damaged("The file");
    this.directory = offset + shift;
    const directory = this.bytes(this.directory, size), entries = new Map();
    for (let at = 0; at < size; ) {
      const entry = this.readEntry(directory, at, shift);
      if (entries.has(entry.name)) throw cannotTell(`A name comes twice: ${entry.name}`);
      entries.set(entry.name, entry);
      at = entry.next;
    }
    return entries;
  }

  readEntry(directory, at, shift) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x02014b50) throw damaged("The file");
    const u16 = (n) => directory.readUInt16LE(at + n), u32 = (n) => directory.readUInt32LE(at + n);
    if ((u16(6) & 0xff) > 63) throw damaged("The file");
    const nameEnd = at + 46 + u16(28), extraEnd = nameEnd + u16(30), next = extraEnd + u16(32);
    const raw = directory.subarray(at + 46, nameEnd), name = raw.toString("latin1");
    const entry = {
      name, raw, next, flags: u16(8), method: u16(10), crc: u32(16),
      packed: u32(20), size: u32(24), at: u32(42),
    };
    this.readExtra(entry, directory.subarray(nameEnd, extraEnd));
    entry.at += shift;
    const parts = name.split(/[/\\]/);
    if (parts[0] === "" || parts.includes("..") || /[\x00-\x1f:]/.test(name))
      throw cannotTell(`A name of a file is not allowed: ${JSON.stringify(name)}`);
    return entry;
  }

  readExtra(entry, extra) {
    for (let at = 0; at + 4 <= extra.length; ) {
      const kind = extra.readUInt16LE(at), length = extra.readUInt16LE(at + 2);
      if (at + 4 + length > extra.length) throw damaged("The file");
      if (kind === 1) {
        const large = extra.subarray(at + 4, at + 4 + length);
        let n = 0;
        for (const field of ["size", "packed", "at"]) {
          if (entry[field] !== 0xffffffff) continue;
          if (n + 8 > large.length) throw damaged("The file");
          entry[field] = Number(large.readBigUInt64LE(n));
          n += 8;
        }
      }
      at += 4 + length;
    }
  }

  entry(name) {
    const entry = this.entries.get(name);
    if (!entry) throw cannotTell(`${name} is missing in the export.`);
    const bomb = entry.size > 200 * entry.packed + MEGABYTE;
    const beyond = entry.at + entry.packed > this.directory;
    if (![0, 8].includes(entry.method) || entry.flags & ~0x080e || bomb || beyond) throw damaged(name);
    return entry;
  }

  *packed(entry) {
    const head = this.bytes(entry.at, 30);
    if (head.readUInt32LE(0) !== 0x04034b50) throw damaged(entry.name);
    const nameLength = head.readUInt16LE(26), start = entry.at + 30 + nameLength + head.readUInt16LE(28);
    if (!this.bytes(entry.at + 30, nameLength).equals(entry.raw)) throw damaged(entry.name);
    for (let done = 0; done < entry.packed; done += 65536)
      yield this.bytes(start + done, Math.min(65536, entry.packed - done));
  }

  // The unpacked bytes of a file, a piece at a time.
  async *pieces(name) {
    const entry = this.entry(name);
    let size = 0, crc = 0xffffffff;
    const pieces = entry.method === 0 ? this.packed(entry) : inflated(this.packed(entry), entry.packed);
    try {
      for await (const piece of pieces) {
        size += piece.length;
        if (size > entry.size) throw damaged(name);
        crc = crc32(piece, crc);
        yield piece;
      }
    } catch (error) {
      throw error instanceof Verdict ? error : damaged(name);
    }
    if (size !== entry.size || (crc ^ 0xffffffff) >>> 0 !== entry.crc) throw damaged(name);
  }

  async requireReadable(name) {
    for await (const _ of this.pieces(name));
  }

  async *lines(name) {
    let rest = Buffer.alloc(0), done = 0;
    for await (const piece of this.pieces(name)) {
      const whole = rest.length ? Buffer.concat([rest, piece]) : piece;
      let start = 0, end;
      while ((end = whole.indexOf(10, start)) >= 0) {
        yield whole.subarray(start, end);
        done += 1;
        start = end + 1;
      }
      rest = whole.subarray(start);
      if (rest.length > 64 * MEGABYTE) throw cannotTell(`${name} is cut off after line ${done}.`);
    }
    if (rest.length) throw cannotTell(`${name} is cut off after line ${done}.`);
  }

  close() {
    if (this.file !== undefined) closeSync(this.file);
  }
}

async function* inflated(source, length) {
  const stream = createInflateRaw();
  // What goes wrong on either side ends the stream with it, and so whoever reads from it.
  pipeline(Readable.from(source), stream, () => {});
  yield* stream;
  if (stream.bytesWritten !== length) throw new Error("the packing ends before the file does");
}

const CRC = new Int32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit += 1) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
function crc32(data, crc) {
  for (let n = 0; n < data.length; n += 1) crc = CRC[(crc ^ data[n]) & 255] ^ (crc >>> 8);
  return crc;
}

// --- Exports --------------------------------------------------------------------------------------

function parsed(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const rowOf = (line) => {
  const row = parsed(line);
  return isObject(row) ? row : {};
};

async function readManifest(zip) {
  const pieces = [];
  for await (const piece of zip.pieces("manifest.json")) {
    if (pieces.length < 64) pieces.push(piece);
  }
  const said = parsed(Buffer.concat(pieces).subarray(0, MEGABYTE));
  const good =
    isObject(said) && typeof said.origin === "string" && isCount(said.size) &&
    Array.isArray(said.keys) && said.keys.every((key) => typeof key === "string");
  if (!good || said.form !== "equity-compliance/audit-export")
    throw cannotTell("This is not an export of the audit trail (manifest.json).");
  if (said.version !== 1 || !["whole", "part"].includes(said.kind))
    throw cannotTell("The export is of a version that this program does not know.");
  return said;
}

async function checkExport(path, given, notes) {
  const zip = new Zip(path);
  try {
    const manifest = await readManifest(zip);
    for (const name of EVIDENCE[manifest.kind]) await zip.requireReadable(name);
    const keys = given.length ? given : manifest.keys.map(readKey);
    const signed = await readSigned(zip, manifest, keys);
    const outside = notes.map(([where, note]) => readCheckpoint(note, keys, where));
    for (const one of outside) requireOrigin(one, manifest.origin);
    const check = manifest.kind === "whole" ? checkWhole : checkPart;
    return await check(zip, manifest, signed, outside);
  } finally {
    zip.close();
  }
}

// The checkpoints of the export by size, the largest of which is that of the manifest.
async function readSigned(zip, manifest, keys) {
  const signed = new Map();
  let number = 0, largest = -1n;
  for await (const line of zip.lines("checkpoints.jsonl")) {
    const where = `checkpoints.jsonl:${(number += 1)}`, note = parsed(line);
    if (typeof note !== "string") throw cannotTell(`Unreadable line (${where}).`);
    const said = readCheckpoint(note, keys, where);
    requireOrigin(said, manifest.origin);
    const before = signed.get(said.size);
    if (before && !before.root.equals(said.root))
      throw altered(`Two roots were signed for ${said.size} leaves (${where}).`);
    signed.set(said.size, said);
    if (said.size > largest) largest = said.size;
  }
  if (largest !== BigInt(manifest.size))
    throw cannotTell(`The checkpoint of ${manifest.size} leaves is missing.`);
  return signed;
}

async function checkWhole(zip, manifest, signed, outside) {
  const claims = new Map();
  for (const one of [...signed.values(), ...outside])
    claims.set(one.size, [...(claims.get(one.size) ?? []), one]);
  const sizes = [...claims.keys()].sort((a, b) => (a < b ? -1 : 1));
  const tree = new Tree();
  let next = 0, good = 0;
  const compare = () => {
    if (next >= sizes.length || BigInt(tree.size) !== sizes[next]) return;
    const root = tree.root();
    if (claims.get(sizes[next]).some((one) => !one.root.equals(root)))
      throw altered(`An entry between positions ${good} and ${tree.size - 1} is not the one that was signed.`);
    good = tree.size;
    next += 1;
  };
  compare();
  for await (const line of zip.lines("leaves.jsonl")) {
    if (next >= sizes.length) throw altered(`The entries from position ${good} on are signed nowhere.`);
    if (!line.subarray(-END_OF_LEAF.length).equals(END_OF_LEAF))
      throw cannotTell(`Entry ${tree.size} is of an unknown version, or cut off.`);
    tree.add(line);
    compare();
  }
  if (next < sizes.length)
    throw altered(`The export ends at position ${tree.size}; a checkpoint counts ${sizes[next]} entries.`);
  return new Verdict(INTACT, `${tree.size} entries`);
}

async function checkPart(zip, manifest, signed, outside) {
  const size = BigInt(manifest.size), { root } = signed.get(size);
  if (!isCount(manifest.entries) || manifest.entries === 0) throw cannotTell("The export proves no entry.");
  let count = 0, before = -1;
  for await (const line of zip.lines("proofs.jsonl")) {
    const { index, leaf, path } = rowOf(line), nodes = hashesOf(path);
    if (!isCount(index) || typeof leaf !== "string" || nodes === null)
      throw cannotTell(`Unreadable line (proofs.jsonl:${count + 1}).`);
    const data = Buffer.from(leaf, "utf8");
    if (!data.subarray(-END_OF_LEAF.length).equals(END_OF_LEAF) || nodes.length > 63)
      throw cannotTell(`Entry ${index} is of an unknown version.`);
    if (index <= before) throw cannotTell(`Entry ${index} comes twice, or after a greater one.`);
    before = index;
    if (!stands(leafHash(data), BigInt(index), size, nodes, root))
      throw altered(`The entry at position ${index} is not the one that was signed.`);
    count += 1;
    if (count > manifest.entries) break;
  }
  if (count !== manifest.entries)
    throw altered(`The part announces ${manifest.entries} entries and does not hold as many.`);
  const others = [...signed.values(), ...outside], proofs = new Map();
  const wanted = new Set(others.map((one) => one.size));
  for await (const line of zip.lines("consistency.jsonl")) {
    const { old, path } = rowOf(line);
    if (isCount(old) && wanted.has(BigInt(old))) proofs.set(BigInt(old), hashesOf(path));
  }
  for (const one of others) requireLinked(one, size, root, proofs.get(one.size));
  return new Verdict(INTACT, `${count} entries proven in the tree of ${size}`);
}

// --- A receipt (c2sp.org/tlog-proof) --------------------------------------------------------------

function checkReceipt(proof, leaf, keys, notes) {
  const cut = proof.indexOf("\n\n");
  const lines = (cut < 0 ? proof : proof.slice(0, cut)).split("\n");
  if (lines[1]?.startsWith("extra ")) lines.splice(1, 1);
  const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines[1] ?? ""), path = hashesOf(lines.slice(2));
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || !index || path === null || path.length > 63)
    throw cannotTell("This is not a receipt of the form c2sp.org/tlog-proof@v1.");
  const said = readCheckpoint(cut < 0 ? "" : proof.slice(cut + 2), keys, "receipt");
  if (!stands(leafHash(leaf), BigInt(index[1]), said.size, path, said.root))
    throw altered(`This entry is not the one at position ${index[1]} of the signed tree.`);
  for (const [where, note] of notes) {
    const other = readCheckpoint(note, keys, where);
    requireOrigin(other, said.origin);
    requireLinked(other, said.size, said.root, undefined);
  }
  return new Verdict(INTACT, `Entry ${index[1]} stands in the tree of ${said.size} leaves`);
}

// --- The command line -----------------------------------------------------------------------------

function readText(path) {
  const bytes = readFileSync(path);
  if (bytes.length > MEGABYTE) throw cannotTell(`${path} is too long.`);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).replaceAll("\r\n", "\n");
}

// The verdict on what a command line names.
export async function check(args) {
  const files = [], keyLines = [], notePaths = [];
  for (let n = 0; n < args.length; n += 1) {
    if (args[n] === "--key") keyLines.push(args[(n += 1)]);
    else if (args[n] === "--checkpoint") notePaths.push(args[(n += 1)]);
    else files.push(args[n]);
  }
  try {
    const keys = keyLines.map(readKey);
    const notes = notePaths.map((path) => [path, readText(path)]);
    if (files.length === 1) return await checkExport(files[0], keys, notes);
    if (!keys.length) throw cannotTell("A receipt is checked with the public key of the portal (--key).");
    return checkReceipt(readText(files[0]), readFileSync(files[1]), keys, notes);
  } catch (error) {
    return error instanceof Verdict ? error : cannotTell(`Unreadable file (${error.message}).`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const verdict = await check(process.argv.slice(2));
  console.log(`${["INTACT", "ALTERED", "CANNOT TELL"][verdict.status]}: ${verdict.message}`);
  process.exitCode = verdict.status;
}
