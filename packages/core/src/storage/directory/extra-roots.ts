/**
 * What keeps objects alive besides refs: reflogs, what worktrees have checked out and staged, and what a merge or rebase that has
 * stopped remembers. `git gc` counts the same (reachable.c), but for notes of operations, of which it knows fewer.
 */
import { join } from 'node:path';
import { latin1FromBytes } from '../../bytes/text.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import { MODE_GITLINK } from '../../object/tree.js';
import { parseIndexFile } from '../../staging/index-file.js';
import type { CacheTree } from '../../staging/cache-tree.js';
import { findEntries, findFile } from './disk.js';

const NOTES = ['rebase-merge', 'rebase-apply', 'sequencer'];
const DEPTH_MAX = 64;

/**
 * The ids, in no order, with repetitions; some may name nothing. One step at a time, so that others get a turn.
 *
 * @param commonPath where the shared parts of the repository are
 * @throws {GovcError} io-failed, index-file-invalid: something cannot be read, and nothing may be deleted.
 */
export function* listExtraRoots(commonPath: string, algorithm: HashAlgorithm): Generator<readonly ObjectId[], void, void> {
  const worktrees = (findEntries(join(commonPath, 'worktrees')) ?? [])
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(commonPath, 'worktrees', textName(entry.name)));
  for (const [i, path] of [commonPath, ...worktrees].entries()) {
    for (const entry of findEntries(path) ?? []) {
      if (entry.isFile() && /^[A-Z_]+$/.test(entry.name)) yield idsIn(join(path, entry.name), algorithm);
    }
    for (const folder of NOTES) yield* idsBelow(join(path, folder), algorithm);
    yield* idsBelow(join(path, 'logs'), algorithm);
    // Those of the repository itself are refs that everybody knows.
    if (i > 0) yield* idsBelow(join(path, 'refs'), algorithm);
    yield* stagedIds(path, algorithm);
  }
}

function* idsBelow(folder: string, algorithm: HashAlgorithm): Generator<readonly ObjectId[], void, void> {
  const waiting = [{ folder, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of findEntries(next.folder) ?? []) {
      const path = join(next.folder, textName(entry.name));
      if (entry.isDirectory() && next.depth < DEPTH_MAX) waiting.push({ folder: path, depth: next.depth + 1 });
      else if (entry.isFile()) yield idsIn(path, algorithm);
    }
  }
}

/** Every word of a file that reads like an id. */
function idsIn(path: string, algorithm: HashAlgorithm): ObjectId[] {
  const bytes = findFile(path);
  if (bytes === undefined) return [];
  const pattern = new RegExp(`(?<![0-9a-f])[0-9a-f]{${algorithm.size * 2}}(?![0-9a-f])`, 'g');
  const found = new Set(latin1FromBytes(bytes).match(pattern));
  found.delete(algorithm.zeroId);
  return [...found] as ObjectId[];
}

/** What the index of a worktree names; where it is split, also what its shared part does. */
function* stagedIds(path: string, algorithm: HashAlgorithm): Generator<readonly ObjectId[], void, void> {
  for (const entry of findEntries(path) ?? []) {
    if (!entry.isFile() || !/^(?:index|sharedindex\.[0-9a-f]+)$/.test(entry.name)) continue;
    const bytes = findFile(join(path, entry.name));
    if (bytes === undefined) continue;
    const index = parseIndexFile(bytes, algorithm);
    yield index.entries.filter(({ mode }) => mode !== MODE_GITLINK).map(({ id }) => id);
    yield cachedTrees(index.cacheTree);
    yield (index.resolveUndo ?? []).flatMap(({ sides }) => sides.flatMap((side) => (side === undefined ? [] : [side.id])));
  }
}

function cachedTrees(root: CacheTree | undefined): ObjectId[] {
  const ids: ObjectId[] = [];
  const waiting = root === undefined ? [] : [root];
  for (let tree = waiting.pop(); tree !== undefined; tree = waiting.pop()) {
    if (tree.id !== undefined) ids.push(tree.id);
    for (const child of tree.children) waiting.push(child);
  }
  return ids;
}

function textName(name: string): string {
  return Buffer.from(name, 'latin1').toString();
}
