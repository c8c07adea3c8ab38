/**
 * The extension `TREE`: trees that are known to match parts of the index (gitformat-index, "Cache tree").
 *
 *     <name> NUL <decimal entry count> SP <decimal subtree count> LF [raw id]      a folder, then its subfolders
 *
 * The count is -1, and the id absent, for a folder of which something changed. Subfolders stand in order of the
 * length of their names, then of their bytes.
 */
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import { compareBytes } from '../bytes/compare.js';
import { writeHex } from '../bytes/hex.js';
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import { ByteWriter } from '../bytes/writer.js';
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';

/** A folder of the cache tree. An immutable value. */
export interface CacheTree {
  /** Lossless text; `''` for the root. */
  readonly name: string;
  /** How many entries of the index the tree covers; -1 where it is not known. */
  readonly entryCount: number;
  /** The tree; `undefined` where it is not known. */
  readonly id: ObjectId | undefined;
  /** In the order of {@link compareTreeNames}. */
  readonly children: readonly CacheTree[];
}

/** The order of subfolders: by bytes of length, then by bytes. */
export function compareTreeNames(left: string, right: string): number {
  const a = bytesFromLosslessText(left);
  const b = bytesFromLosslessText(right);
  return a.length - b.length || compareBytes(a, b);
}

/**
 * The same tree with all folders on the way to `path` unknown; a folder of that very path is dropped. O(depth ×
 * subfolders).
 */
export function invalidatePath(root: CacheTree, path: string): CacheTree {
  const parts = path.split('/');
  const way: CacheTree[] = [root];
  for (const part of parts.slice(0, -1)) {
    const child = way.at(-1)!.children.find(({ name }) => name === part);
    if (child === undefined) break;
    way.push(child);
  }
  const last = way.at(-1)!;
  const dropped = way.length === parts.length ? parts.at(-1) : undefined;
  let changed = forget(last, last.children.filter(({ name }) => name !== dropped));
  for (let i = way.length - 2; i >= 0; i--) {
    const below = changed;
    changed = forget(way[i]!, way[i]!.children.map((child) => (child.name === below.name ? below : child)));
  }
  return changed;
}

/** The folder at `path`, or `undefined`; the root for `''`. */
export function findCacheTree(root: CacheTree, path: string): CacheTree | undefined {
  let node: CacheTree | undefined = root;
  if (path === '') return node;
  for (const part of path.split('/')) node = node?.children.find(({ name }) => name === part);
  return node;
}

function forget(tree: CacheTree, children: readonly CacheTree[]): CacheTree {
  return { name: tree.name, entryCount: -1, id: undefined, children };
}

interface OpenFolder {
  readonly name: string;
  readonly entryCount: number;
  readonly id: ObjectId | undefined;
  readonly children: CacheTree[];
  /** Subfolders still to come. */
  left: number;
}

/**
 * Reads the extension.
 *
 * @throws {GovcError} index-file-invalid: it is malformed or nests too deeply.
 */
export function parseCacheTree(data: Uint8Array, algorithm: HashAlgorithm): CacheTree {
  const open: OpenFolder[] = [];
  let at = 0;
  for (;;) {
    const { folder, end } = readFolder(data, at, algorithm);
    at = end;
    open.push(folder);
    if (open.length > LIMITS.treeDepth.value) throw malformed('it nests too deeply');
    for (let last = open.at(-1)!; last.left === 0; last = open.at(-1)!) {
      open.pop();
      const { name, entryCount, id, children } = last;
      const tree: CacheTree = { name, entryCount, id, children };
      const parent = open.at(-1);
      if (parent === undefined) {
        if (at !== data.length) throw malformed('something follows its root');
        return tree;
      }
      parent.children.push(tree);
      parent.left--;
    }
  }
}

/** The data of the extension. */
export function serializeCacheTree(root: CacheTree): Uint8Array {
  const writer = new ByteWriter(1024);
  const pending: CacheTree[] = [root];
  for (let tree = pending.pop(); tree !== undefined; tree = pending.pop()) {
    const { name, entryCount, id, children } = tree;
    writer.bytes(bytesFromLosslessText(name)).u8(0);
    writer.bytes(bytesFromLatin1(`${id === undefined ? -1 : entryCount} ${children.length}\n`));
    if (id !== undefined) {
      const raw = new Uint8Array(id.length / 2);
      writeHex(id, raw, 0);
      writer.bytes(raw);
    }
    for (let i = children.length - 1; i >= 0; i--) pending.push(children[i]!);
  }
  return writer.finish();
}

function readFolder(
  data: Uint8Array,
  start: number,
  algorithm: HashAlgorithm,
): { folder: OpenFolder; end: number } {
  const nameEnd = data.indexOf(0, start);
  const lineEnd = nameEnd < 0 ? -1 : data.indexOf(0x0a, nameEnd);
  if (lineEnd < 0 || lineEnd - nameEnd > 32) throw malformed('a folder has no counts');
  const counts = /^(-?\d{1,10}) (\d{1,10})$/.exec(latin1FromBytes(data.subarray(nameEnd + 1, lineEnd)));
  if (counts === null) throw malformed('a folder has no counts');
  const entryCount = Number(counts[1]);
  const known = entryCount >= 0;
  const end = lineEnd + 1 + (known ? algorithm.size : 0);
  if (end > data.length) throw malformed('an id is cut off');
  const name = losslessTextFromBytes(data.subarray(start, nameEnd));
  const id = known ? objectIdAt(data, lineEnd + 1, algorithm) : undefined;
  return { folder: { name, entryCount, id, children: [], left: Number(counts[2]) }, end };
}

function malformed(reason: string): GovcError {
  return new GovcError('index-file-invalid', `The cache tree of an index file is malformed: ${reason}.`, { reason });
}
