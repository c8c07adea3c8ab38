/**
 * What differs between two trees, path by path, in Git's order and without looking for renames.
 *
 * Both trees are read side by side. Runs of entries whose bytes are equal are passed over by comparing bytes,
 * so that only what differs is decoded; subtrees of equal id are not opened. Open directories are
 * a stack of cursors, never the call stack.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { commonPrefix } from '../bytes/common-prefix.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_GITLINK, MODE_TREE, TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pathspec } from '../pattern/pathspec.js';

/** One side of a change: an entry of a tree. */
export interface DiffEntry {
  /** From the root of the tree, slash-separated; lossless text. */
  readonly path: string;
  /** One of the five modes of `object/tree.ts`. */
  readonly mode: number;
  readonly id: ObjectId;
}

/** What happened to a path; the letters of Git are A, D, M, T, R, C and U. */
export type ChangeStatus = 'added' | 'deleted' | 'modified' | 'type-changed' | 'renamed' | 'copied' | 'unmerged';

/** One path that differs. */
export interface FileChange {
  readonly status: ChangeStatus;
  /** `undefined` when the path was added. */
  readonly old: DiffEntry | undefined;
  /** `undefined` when the path was deleted. */
  readonly new: DiffEntry | undefined;
  /**
   * In percent, cut to a whole number: how similar the two sides of a rename or copy are; how much of the old file is
   * gone where a modification is a rewrite; `undefined` for everything else.
   */
  readonly score: number | undefined;
}

/** Which differences {@link diffTrees} gives. */
export interface TreeDiffOptions {
  /** Whether to look into directories instead of giving them as entries. Default: true. */
  readonly recursive?: boolean | undefined;
  /** With `recursive`, whether directories are given too, each before what is in it. Default: false. */
  readonly includeTrees?: boolean | undefined;
  /** Only paths that match. Default: all. */
  readonly pathspec?: Pathspec | undefined;
  /**
   * Whether files that are equal on both sides are given too, as `modified` with two equal sides: the sources for
   * finding copies harder. Reads both trees whole. Default: false.
   */
  readonly includeUnmodified?: boolean | undefined;
}

/** What {@link diffTrees} takes: where trees are read, the two roots, and options. */
export type TreeDiffArguments = [
  objects: ObjectSource,
  algorithm: HashAlgorithm,
  old: ObjectId | undefined,
  new_: ObjectId | undefined,
  options?: TreeDiffOptions,
];

/**
 * The differences between two trees, in Git's order: as `git diff-tree -r` gives them. A path that was a file
 * and is a directory is a deletion and additions. Lazy; O(entries of the directories that differ).
 *
 * @param old the id of the old tree; `undefined` stands for an empty one
 * @param new_ the id of the new tree; `undefined` stands for an empty one
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt: a tree cannot be read.
 * @throws {GovcError} limit-exceeded: directories are nested too deep.
 */
export function* diffTrees(
  ...[objects, algorithm, old, new_, options = {}]: TreeDiffArguments
): Generator<FileChange, void, void> {
  const { recursive = true, includeTrees = false, includeUnmodified = false } = options;
  const takes = makeFilter(options.pathspec, recursive);
  if (old === new_ && !includeUnmodified) return;
  const stack = [openLevel(objects, algorithm, { prefix: '', old, new: new_ })];
  for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
    const step = nextStep(level, includeUnmodified);
    if (step === 'done') {
      stack.pop();
      continue;
    }
    const before = step === 'added' ? undefined : level.old!;
    const after = step === 'deleted' ? undefined : level.new!;
    const shown = (before ?? after)!;
    const path = level.prefix + nameOf(shown);
    if (takes(path, shown.mode)) {
      const isTree = shown.mode === MODE_TREE;
      const oldEntry = before === undefined ? undefined : entryAt(before, path, algorithm);
      const newEntry = after === undefined ? undefined : entryAt(after, path, algorithm);
      const isShown = !isTree || !recursive || (includeTrees && oldEntry?.id !== newEntry?.id);
      if (isShown) yield makeChange(oldEntry, newEntry);
      if (isTree && recursive) {
        if (stack.length >= LIMITS.diffTreeDepth.value) throw tooDeep(path);
        stack.push(openLevel(objects, algorithm, { prefix: `${path}/`, old: oldEntry?.id, new: newEntry?.id }));
      }
    }
    leave(level, step);
  }
}

/** The change between two sides of one path, of which at least one is there. */
export function makeChange(old: DiffEntry | undefined, new_: DiffEntry | undefined): FileChange {
  return { status: statusOf(old, new_), old, new: new_, score: undefined };
}

function statusOf(old: DiffEntry | undefined, new_: DiffEntry | undefined): ChangeStatus {
  if (old === undefined) return 'added';
  if (new_ === undefined) return 'deleted';
  return (old.mode & 0o170000) === (new_.mode & 0o170000) ? 'modified' : 'type-changed';
}

/** A directory that is open on one side or both. A cursor stands on an entry, or is `undefined` at its end. */
interface Level {
  readonly prefix: string;
  old: TreeCursor | undefined;
  new: TreeCursor | undefined;
  readonly idSize: number;
}

type Step = 'added' | 'deleted' | 'both' | 'done';

/** Moves past entries that are equal on both sides, and says what the entries there are. */
function nextStep(level: Level, includeUnmodified: boolean): Step {
  for (;;) {
    const { old, new: new_ } = level;
    if (old === undefined) return new_ === undefined ? 'done' : 'added';
    if (new_ === undefined) return 'deleted';
    const order = compareEntries(old, new_);
    if (order < 0) return 'deleted';
    if (order > 0) return 'added';
    if (includeUnmodified || old.mode !== new_.mode || !sameId(old, new_, level.idSize)) return 'both';
    skipEqual(level);
  }
}

/** Moves past the entries of a step. */
function leave(level: Level, step: Step): void {
  if (step !== 'added') level.old = advance(level.old!);
  if (step !== 'deleted') level.new = advance(level.new!);
}

/** Both cursors stand on equal entries: moves both behind all whole entries whose bytes are equal. */
function skipEqual(level: Level): void {
  const old = level.old!;
  const new_ = level.new!;
  const size = equalEntriesSize(old, new_, level.idSize);
  if (size > 0) {
    old.moveTo(old.modeStart + size);
    new_.moveTo(new_.modeStart + size);
  }
  level.old = advance(old);
  level.new = advance(new_);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** How many bytes from the entries at which two cursors stand are whole entries with the same bytes. */
function equalEntriesSize(old: TreeCursor, new_: TreeCursor, idSize: number): number {
  const { body, modeStart: start } = old;
  const end = start + commonPrefix(asBuffer(body), start, asBuffer(new_.body), new_.modeStart);
  // Of what is common only the names have to be looked through, for where they end.
  let whole = start;
  for (;;) {
    let at = whole;
    while (at < end && body[at] !== 0) at++;
    at += 1 + idSize;
    if (at > end) return whole - start;
    whole = at;
  }
}

/** Git's order of two entries; 0 when both have the same name and are directories or both are not. */
function compareEntries(old: TreeCursor, new_: TreeCursor): number {
  const left = old.body;
  const right = new_.body;
  const leftSize = old.nameEnd - old.nameStart;
  const rightSize = new_.nameEnd - new_.nameStart;
  const size = leftSize < rightSize ? leftSize : rightSize;
  const a = old.nameStart;
  const b = new_.nameStart;
  for (let i = 0; i < size; i++) {
    const difference = left[a + i]! - right[b + i]!;
    if (difference !== 0) return difference;
  }
  const leftByte = size < leftSize ? left[a + size]! : old.mode === MODE_TREE ? SLASH : 0;
  const rightByte = size < rightSize ? right[b + size]! : new_.mode === MODE_TREE ? SLASH : 0;
  return leftByte - rightByte;
}

const SLASH = 0x2f;

function sameId(old: TreeCursor, new_: TreeCursor, idSize: number): boolean {
  const left = old.body;
  const right = new_.body;
  const a = old.idOffset;
  const b = new_.idOffset;
  for (let i = 0; i < idSize; i++) if (left[a + i] !== right[b + i]) return false;
  return true;
}

function advance(cursor: TreeCursor): TreeCursor | undefined {
  return cursor.next() ? cursor : undefined;
}

function nameOf(cursor: TreeCursor): string {
  return losslessTextFromBytes(cursor.body.subarray(cursor.nameStart, cursor.nameEnd));
}

function entryAt(cursor: TreeCursor, path: string, algorithm: HashAlgorithm): DiffEntry {
  return { path, mode: cursor.mode, id: objectIdAt(cursor.body, cursor.idOffset, algorithm) };
}

function openLevel(
  objects: ObjectSource, algorithm: HashAlgorithm,
  { prefix, old, new: new_ }: { readonly prefix: string; readonly old: ObjectId | undefined; readonly new: ObjectId | undefined },
): Level {
  return {
    prefix,
    old: openTree(objects, algorithm, old),
    new: openTree(objects, algorithm, new_),
    idSize: algorithm.size,
  };
}

/** A cursor on the first entry of a tree; `undefined` when there is none. */
function openTree(objects: ObjectSource, algorithm: HashAlgorithm, id: ObjectId | undefined): TreeCursor | undefined {
  if (id === undefined || id === algorithm.emptyTreeId) return undefined;
  const object = objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The tree ${id} is missing from the repository.`, { id });
  if (object.type !== 'tree') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }
  return advance(new TreeCursor(object.body, algorithm));
}

type Filter = (path: string, mode: number) => boolean;

/** Whether an entry is given, or for a directory that is looked into, whether anything below it may be. */
function makeFilter(pathspec: Pathspec | undefined, recursive: boolean): Filter {
  if (pathspec === undefined || pathspec.matchesEverything) return () => true;
  // Git does not take a directory for what a wildcard might match inside when it does not look inside.
  const hasWildcards = pathspec.elements.some(({ match, literalSize, isExclude }) => !isExclude && literalSize < match.length);
  return (path, mode) => {
    if (mode !== MODE_TREE) return pathspec.matches(path, mode === MODE_GITLINK);
    if (recursive) return pathspec.canMatchBelow(path);
    return pathspec.matches(path, true) || (!hasWildcards && pathspec.canMatchBelow(path));
  };
}

function tooDeep(path: string): GovcError {
  const shown = path.slice(0, 200);
  return new GovcError(
    'limit-exceeded',
    `Directories are nested more than ${LIMITS.diffTreeDepth.value} deep below "${shown}".`,
    { path: shown },
  );
}
