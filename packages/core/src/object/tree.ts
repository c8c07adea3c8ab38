/**
 * Trees as values and bytes.
 *
 *     <octal mode> SP <name> NUL <raw object id>      once per entry
 *
 * Entries stand in the order of their names' bytes, where the name of a subtree counts as if it ended with a
 * slash. Names hold neither NUL nor slash and come once. Modes other than those below, or with leading
 * zeros, exist in old history; they are read as Git reads them and written back as they were.
 */
import { GovcError } from '../errors.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { writeHex } from '../bytes/hex.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { isDotgitLookalike } from '../bytes/dotgit.js';

/** A subtree. */
export const MODE_TREE = 0o040000;
/** A file. */
export const MODE_BLOB = 0o100644;
/** A file that may be executed. */
export const MODE_EXECUTABLE = 0o100755;
/** A symbolic link; the blob holds its target. */
export const MODE_SYMLINK = 0o120000;
/** A commit of a submodule, which need not be in the repository. */
export const MODE_GITLINK = 0o160000;

/** One entry of a tree. */
export interface TreeEntry {
  /** One of the five modes above; see {@link canonicalMode}. */
  readonly mode: number;
  /** Raw bytes, UTF-8 by convention; a view on the tree's body. */
  readonly name: Uint8Array;
  readonly id: ObjectId;
  /** The mode as it is written where that is not the mode in octal without leading zeros. */
  readonly modeText?: string | undefined;
}

/** The mode that Git takes any recorded mode for: of a file only the owner's execute bit counts, unknown types are gitlinks. */
export function canonicalMode(mode: number): number {
  switch (mode & 0o170000) {
    case 0o100000:
      return (mode & 0o100) === 0 ? MODE_BLOB : MODE_EXECUTABLE;
    case 0o120000:
      return MODE_SYMLINK;
    case 0o040000:
      return MODE_TREE;
    default:
      return MODE_GITLINK;
  }
}

/** Whether a mode is that of a file, executable or not. */
export function isFileMode(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}

const SPACE = 0x20;
const SLASH = 0x2f;

/**
 * Goes through the entries of a tree without allocating. After {@link next} gave `true` the fields describe an
 * entry by offsets into `body`.
 */
export class TreeCursor {
  readonly body: Uint8Array;
  readonly #idSize: number;
  #end = 0;
  /** The mode as Git takes it: one of the five. */
  mode = 0;
  /** The mode as recorded, cut to 16 bits. */
  rawMode = 0;
  modeStart = 0;
  nameStart = 0;
  /** Where the NUL after the name stands. */
  nameEnd = 0;
  /** Where the raw id begins. */
  idOffset = 0;

  constructor(body: Uint8Array, algorithm: HashAlgorithm) {
    this.body = body;
    this.#idSize = algorithm.size;
  }

  /**
   * Moves to the next entry; `false` after the last.
   *
   * @throws {GovcError} object-corrupt: the bytes there are no entry.
   */
  next(): boolean {
    const { body } = this;
    const start = this.#end;
    const size = body.length;
    if (start === size) return false;
    let at = start;
    let mode = 0;
    for (; at < size && body[at] !== SPACE; at++) {
      const digit = body[at]! - 0x30;
      if (digit < 0 || digit > 7) throw corrupt(body, start, 'its mode is not octal');
      mode = ((mode << 3) | digit) & 0xffff;
    }
    if (at === start || at === size) throw corrupt(body, start, 'it has no mode');
    const nameStart = at + 1;
    at = nameStart;
    while (at < size && body[at] !== 0) at++;
    if (at === nameStart) throw corrupt(body, start, 'its name is empty');
    const end = at + 1 + this.#idSize;
    if (end > size) throw corrupt(body, start, 'it is cut off');
    this.modeStart = start;
    this.rawMode = mode;
    this.mode = mode === MODE_BLOB || mode === MODE_TREE ? mode : canonicalMode(mode);
    this.nameStart = nameStart;
    this.nameEnd = at;
    this.idOffset = at + 1;
    this.#end = end;
    return true;
  }

  /** Makes {@link next} continue with the entry that begins at `offset`. */
  moveTo(offset: number): void {
    this.#end = offset;
  }

  /** Whether the entry's name has exactly these bytes. */
  nameEquals(name: Uint8Array): boolean {
    const { body, nameStart } = this;
    const size = this.nameEnd - nameStart;
    if (name.length !== size) return false;
    for (let i = 0; i < size; i++) if (body[nameStart + i] !== name[i]) return false;
    return true;
  }
}

/**
 * The entries of a tree in the order in which they stand. Names are views on `body`.
 *
 * @throws {GovcError} object-corrupt: the body is no sequence of entries.
 */
export function parseTree(body: Uint8Array, algorithm: HashAlgorithm): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const cursor = new TreeCursor(body, algorithm);
  while (cursor.next()) entries.push(entryAt(cursor, algorithm));
  return entries;
}

/**
 * The entry with that name, or `undefined`. O(entries); allocates only the result.
 *
 * @throws {GovcError} object-corrupt: the body up to the entry is no sequence of entries.
 */
export function findTreeEntry(
  body: Uint8Array,
  name: Uint8Array,
  algorithm: HashAlgorithm,
): TreeEntry | undefined {
  const cursor = new TreeCursor(body, algorithm);
  while (cursor.next()) if (cursor.nameEquals(name)) return entryAt(cursor, algorithm);
  return undefined;
}

/** The body with the given entries in the given order, the exact inverse of {@link parseTree}. */
export function serializeTree(entries: readonly TreeEntry[]): Uint8Array {
  let size = 0;
  for (const { name, id, modeText } of entries) size += (modeText?.length ?? 6) + 2 + name.length + id.length / 2;
  const body = new Uint8Array(size);
  let at = 0;
  for (const entry of entries) {
    const mode = modeTextOf(entry);
    for (let i = 0; i < mode.length; i++) body[at++] = mode.charCodeAt(i);
    body[at++] = SPACE;
    body.set(entry.name, at);
    at += entry.name.length;
    body[at++] = 0;
    writeHex(entry.id, body, at);
    at += entry.id.length / 2;
  }
  return body.subarray(0, at);
}

/**
 * Entries for a new tree: sorted, with canonical modes. O(n) where they are sorted already.
 *
 * @throws {GovcError} path-invalid: a name is empty, `.`, `..`, holds a slash or NUL, is taken for `.git` by some
 *   file system, or comes twice.
 * @throws {GovcError} object-invalid: an id is all zeros.
 */
export function makeTree(entries: readonly TreeEntry[]): TreeEntry[] {
  const made = entries.map(({ mode, name, id }) => {
    requireName(name);
    if (/^0+$/.test(id)) throw new GovcError('object-invalid', `The entry "${show(name)}" names no object.`, { id });
    return { mode: canonicalMode(mode), name, id };
  });
  const inOrder = made.every((entry, i) => i === 0 || compareTreeEntries(made[i - 1]!, entry) < 0);
  if (!inOrder) made.sort(compareTreeEntries);
  requireUniqueNames(made);
  return made;
}

/** The order of entries in a tree (`base_name_compare` of Git); 0 only for the same name and kind. */
export function compareTreeEntries(
  left: Pick<TreeEntry, 'mode' | 'name'>,
  right: Pick<TreeEntry, 'mode' | 'name'>,
): number {
  const a = left.name;
  const b = right.name;
  const size = Math.min(a.length, b.length);
  for (let i = 0; i < size; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return byteAfter(a, size, left.mode) - byteAfter(b, size, right.mode);
}

function byteAfter(name: Uint8Array, size: number, mode: number): number {
  if (size < name.length) return name[size]!;
  return (mode & 0o170000) === MODE_TREE ? SLASH : 0;
}

function entryAt(cursor: TreeCursor, algorithm: HashAlgorithm): TreeEntry {
  const { body, mode, modeStart, nameStart, nameEnd, idOffset } = cursor;
  const name = body.subarray(nameStart, nameEnd);
  const id = objectIdAt(body, idOffset, algorithm);
  const digits = nameStart - 1 - modeStart;
  // Six digits hold more than 16 bits; only those that begin with 1 are the mode and nothing else.
  const isWhole = mode === MODE_TREE ? digits === 5 : digits === 6 && body[modeStart] === 0x31;
  const canonical = mode === cursor.rawMode && isWhole;
  if (canonical) return { mode, name, id };
  return { mode, name, id, modeText: latin1FromBytes(body.subarray(modeStart, nameStart - 1)) };
}

/** The recorded spelling is for the mode it came with; an entry copied with another mode has that one. */
function modeTextOf({ mode, modeText }: TreeEntry): string {
  const recorded = modeText !== undefined && canonicalMode(parseMode(modeText)) === mode;
  return recorded ? modeText : mode.toString(8);
}

function parseMode(text: string): number {
  let mode = 0;
  for (const byte of bytesFromLatin1(text)) mode = ((mode << 3) | (byte - 0x30)) & 0xffff;
  return mode;
}

function requireName(name: Uint8Array): void {
  if (name.length === 0) throw invalidName(name, 'it is empty');
  if (name.includes(SLASH) || name.includes(0)) throw invalidName(name, 'it holds a slash or NUL byte');
  if (name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e))) {
    throw invalidName(name, 'it is a relative folder');
  }
  if (isDotgitLookalike(name)) throw invalidName(name, 'some file system takes it for ".git"');
}

/** Between a file and a subtree of the same name other names can stand ("a", "a.b", "a/"), so a set is needed. */
function requireUniqueNames(entries: readonly TreeEntry[]): void {
  const files = new Set<string>();
  for (let i = 0; i < entries.length; i++) {
    const { mode, name } = entries[i]!;
    const next = entries[i + 1];
    if (next !== undefined && compareTreeEntries(entries[i]!, next) === 0) throw invalidName(name, 'it comes twice');
    if (mode !== MODE_TREE) {
      // Only a name that the next one extends can come again.
      if (next !== undefined && extendsName(next.name, name)) files.add(latin1FromBytes(name));
    } else if (files.size > 0 && files.has(latin1FromBytes(name))) {
      throw invalidName(name, 'it comes twice');
    }
  }
}

function extendsName(longer: Uint8Array, name: Uint8Array): boolean {
  if (longer.length < name.length) return false;
  for (let i = 0; i < name.length; i++) if (longer[i] !== name[i]) return false;
  return true;
}

function show(name: Uint8Array): string {
  return latin1FromBytes(name.subarray(0, 200));
}

function invalidName(name: Uint8Array, reason: string): GovcError {
  return new GovcError('path-invalid', `The name "${show(name)}" cannot stand in a tree: ${reason}.`, {
    path: show(name),
    reason,
  });
}

function corrupt(body: Uint8Array, offset: number, reason: string): GovcError {
  return new GovcError('object-corrupt', `The tree entry at byte ${offset} of ${body.length} is malformed: ${reason}.`, {
    type: 'tree',
    offset,
    reason,
  });
}
