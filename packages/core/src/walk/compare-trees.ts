import { commonPrefix } from '../bytes/common-prefix.js';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { canonicalMode, MODE_TREE } from '../object/tree.js';
import { countNotAbove, EMPTY_TREE, type IndexedTree, type TreeCache } from './indexed-tree.js';

/** What is asked while two trees are compared. Paths are views on one buffer, valid until the call returns. */
export interface TreeChangeVisitor {
  /** Whether anything below a folder counts. The root is not asked for. */
  enters(folder: Uint8Array): boolean;
  /**
   * A file, link or submodule that is in one tree and not, or otherwise, in the other.
   *
   * @returns whether to go on
   */
  change(path: Uint8Array, kind: ChangeKind, entry: ChangedEntry): boolean;
}

/** What has happened to a path. */
export type ChangeKind = 'added' | 'deleted' | 'modified';

/** Where the entry stands: in the newer tree, or in the older one where it was deleted. */
export interface ChangedEntry {
  readonly tree: IndexedTree;
  readonly index: number;
}

interface Level {
  readonly old: IndexedTree;
  readonly new: IndexedTree;
  oldIndex: number;
  newIndex: number;
  /** Bytes of the path that lead here, with a slash at the end below the root. */
  readonly pathSize: number;
}

const SPACE = 0x20;
const SLASH = 0x2f;

/**
 * Goes through what differs between two trees, folders entered, in the order of paths as trees have it. What is the
 * same is passed over at the speed of `memcmp`; nothing below equal folders is read. Never recursive.
 *
 * @returns `false` when the visitor has stopped it.
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt, limit-exceeded
 */
export function compareTrees(
  cache: TreeCache, old: IndexedTree, new_: IndexedTree, visitor: TreeChangeVisitor,
): boolean {
  let path = new Uint8Array(256);
  const put = (level: Level, tree: IndexedTree, index: number): number => {
    const start = tree.body.indexOf(SPACE, tree.starts[index]) + 1;
    const end = tree.body.indexOf(0, start);
    const size = level.pathSize + end - start;
    if (size + 1 > path.length) {
      if (size > LIMITS.treePathSize.value) throw tooLong(size);
      const grown = new Uint8Array(size * 2);
      grown.set(path);
      path = grown;
    }
    path.set(tree.body.subarray(start, end), level.pathSize);
    return size;
  };
  const levels: Level[] = [{ old, new: new_, oldIndex: 0, newIndex: 0, pathSize: 0 }];
  const enter = (size: number, from: ChangedEntry | undefined, to: ChangedEntry | undefined): void => {
    if (!visitor.enters(path.subarray(0, size))) return;
    if (levels.length >= LIMITS.treeDepth.value) {
      throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep.`, {});
    }
    const oldTree = from === undefined ? EMPTY_TREE : readSubtree(cache, from, EMPTY_TREE);
    const newTree = to === undefined ? EMPTY_TREE : readSubtree(cache, to, oldTree);
    path[size] = SLASH;
    levels.push({ old: oldTree, new: newTree, oldIndex: 0, newIndex: 0, pathSize: size + 1 });
  };
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const step = nextDifference(level);
    if (step === undefined) {
      levels.pop();
      continue;
    }
    const from = step.old < 0 ? undefined : { tree: level.old, index: step.old };
    const to = step.new < 0 ? undefined : { tree: level.new, index: step.new };
    const entry = to ?? from!;
    const size = put(level, entry.tree, entry.index);
    if (isTreeAt(entry.tree, entry.index)) {
      // Only the recorded mode differs, which is no difference.
      if (from === undefined || to === undefined || !hasSameId(from, to)) enter(size, from, to);
      continue;
    }
    if (from !== undefined && to !== undefined && hasSameId(from, to) && modeOf(from) === modeOf(to)) continue;
    const kind = from === undefined ? 'added' : to === undefined ? 'deleted' : 'modified';
    if (!visitor.change(path.subarray(0, size), kind, entry)) return false;
  }
  return true;
}

/** The next entries of a level that differ in their bytes: of one name, or of one side only (-1 for the other). */
function nextDifference(level: Level): { readonly old: number; readonly new: number } | undefined {
  const { old, new: new_ } = level;
  const oldCount = old.starts.length - 1;
  const newCount = new_.starts.length - 1;
  if (level.oldIndex < oldCount && level.newIndex < newCount) {
    const from = old.starts[level.oldIndex]!;
    const same = commonPrefix(old.body, from, new_.body, new_.starts[level.newIndex]!);
    const passed = countNotAbove(old.starts, from + same) - 1 - level.oldIndex;
    if (passed > 0) {
      level.oldIndex += passed;
      level.newIndex += passed;
    }
  }
  if (level.oldIndex >= oldCount && level.newIndex >= newCount) return undefined;
  if (level.newIndex >= newCount) return { old: level.oldIndex++, new: -1 };
  if (level.oldIndex >= oldCount) return { old: -1, new: level.newIndex++ };
  const order = compareEntries(level);
  if (order < 0) return { old: level.oldIndex++, new: -1 };
  if (order > 0) return { old: -1, new: level.newIndex++ };
  return { old: level.oldIndex++, new: level.newIndex++ };
}

/** The order of trees, in which the name of a folder ends with a slash. */
function compareEntries({ old, new: new_, oldIndex, newIndex }: Level): number {
  const oldStart = old.body.indexOf(SPACE, old.starts[oldIndex]) + 1;
  const newStart = new_.body.indexOf(SPACE, new_.starts[newIndex]) + 1;
  const oldSize = old.body.indexOf(0, oldStart) - oldStart;
  const newSize = new_.body.indexOf(0, newStart) - newStart;
  const size = Math.min(oldSize, newSize);
  const order = old.body.compare(new_.body, newStart, newStart + size, oldStart, oldStart + size);
  if (order !== 0) return order;
  const after = (tree: IndexedTree, index: number, at: number, isLonger: boolean): number =>
    isLonger ? tree.body[at]! : isTreeAt(tree, index) ? SLASH : 0;
  return after(old, oldIndex, oldStart + size, oldSize > size) - after(new_, newIndex, newStart + size, newSize > size);
}

/** The mode of an entry as Git takes it. */
export function modeOf({ tree, index }: ChangedEntry): number {
  let mode = 0;
  for (let at = tree.starts[index]!; tree.body[at] !== SPACE; at++) mode = ((mode << 3) | (tree.body[at]! - 0x30)) & 0xffff;
  return canonicalMode(mode);
}

function isTreeAt(tree: IndexedTree, index: number): boolean {
  const at = tree.starts[index]!;
  // All other modes are one digit longer; odd ones are looked at in full.
  if (tree.body[at] === 0x34 && tree.body[at + 5] === SPACE) return true;
  if (tree.body[at] === 0x31 && tree.body[at + 6] === SPACE) return false;
  return modeOf({ tree, index }) === MODE_TREE;
}

/** Where the raw id of an entry begins in the body of its tree. */
export function idOffsetOf({ tree, index }: ChangedEntry): number {
  return tree.body.indexOf(0, tree.body.indexOf(SPACE, tree.starts[index])) + 1;
}

function hasSameId(left: ChangedEntry, right: ChangedEntry): boolean {
  const from = idOffsetOf(left);
  const to = idOffsetOf(right);
  const size = left.tree.starts[left.index + 1]! - from;
  return left.tree.body.compare(right.tree.body, to, to + size, from, from + size) === 0;
}

function readSubtree(cache: TreeCache, entry: ChangedEntry, like: IndexedTree): IndexedTree {
  return cache.read(entry.tree.body, idOffsetOf(entry), like);
}

function tooLong(size: number): GovcError {
  return new GovcError('limit-exceeded', `A path of ${size} bytes is longer than ${LIMITS.treePathSize.value}.`, { size });
}
