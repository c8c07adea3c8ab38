/**
 * Patch ids: hashes of what a patch does, without line numbers and white space, so that the same change made on
 * another base is recognized (git-patch-id(1)).
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromText, latin1FromBytes } from '../bytes/text.js';
import { hexFromBytes } from '../bytes/hex.js';
import { GovcError } from '../errors.js';
import { readContents, type DiffSource } from '../diff/diff-source.js';
import { makeHunks } from '../diff/hunks.js';
import { diffLines } from '../diff/line-diff.js';
import { diffTrees, type FileChange } from '../diff/tree-diff.js';
import { unifiedHunks } from '../diff/unified.js';
import type { HashAlgorithm, Hasher } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { scanCommit, type CommitLinks } from '../object/commit.js';
import { MODE_TREE } from '../object/tree.js';

/** How `git patch-id` is told to count. */
export type PatchIdKind = 'stable' | 'unstable' | 'verbatim';

/** One line of `git patch-id`. */
export interface NamedPatchId {
  readonly patchId: string;
  /** The commit that the text before the patch names; zeros where it names none. */
  readonly commit: ObjectId;
}

const LF = 0x0a;

/**
 * The ids of all patches in a text, such as the output of `git log -p` or of `git format-patch`. O(text).
 *
 * @param kind `stable` does not depend on the order of files, `verbatim` is stable and counts white space
 */
export function patchIdsOfText(text: Uint8Array, kind: PatchIdKind, algorithm: HashAlgorithm): NamedPatchId[] {
  const ids: NamedPatchId[] = [];
  const scan = new TextScan(text, kind, algorithm);
  let commit = algorithm.zeroId;
  while (!scan.isAtEnd) {
    const { patchId, size, next } = scan.readPatch();
    if (size > 0) ids.push({ patchId, commit });
    commit = next;
  }
  return ids;
}

/** A sum of hashes, so that the order does not matter: little-endian with carry, as Git adds them. */
class HashSum {
  readonly #algorithm: HashAlgorithm;
  readonly #sum: Uint8Array;
  #hasher: Hasher;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
    this.#sum = new Uint8Array(algorithm.size);
    this.#hasher = algorithm.createHasher();
  }

  update(bytes: Uint8Array): void {
    this.#hasher.update(bytes);
  }

  /** Ends a part. */
  flush(): void {
    const hash = this.#hasher.digest();
    let carry = 0;
    for (let i = 0; i < this.#sum.length; i++) {
      carry += this.#sum[i]! + hash[i]!;
      this.#sum[i] = carry & 0xff;
      carry >>= 8;
    }
    this.#hasher = this.#algorithm.createHasher();
  }

  finish(): string {
    this.flush();
    return hexFromBytes(this.#sum);
  }

  /** What was flushed so far. */
  get hex(): string {
    return hexFromBytes(this.#sum);
  }
}

/** `header` before the first hunk of a file, `hunk` inside one; the counts say how many lines are left of it. */
class TextScan {
  readonly #text: Uint8Array;
  readonly #kind: PatchIdKind;
  readonly #algorithm: HashAlgorithm;
  #at = 0;

  constructor(text: Uint8Array, kind: PatchIdKind, algorithm: HashAlgorithm) {
    this.#text = text;
    this.#kind = kind;
    this.#algorithm = algorithm;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  readPatch(): { readonly patchId: string; readonly size: number; readonly next: ObjectId } {
    const sum = new HashSum(this.#algorithm);
    const isVerbatim = this.#kind === 'verbatim';
    const isStable = this.#kind !== 'unstable';
    let size = 0;
    let before = -1;
    let after = -1;
    let isBinary = false;
    let ids: readonly [string, string] = ['', ''];
    let next = this.#algorithm.zeroId;
    for (let line = this.#nextLine(); line !== undefined; line = this.#nextLine()) {
      // Only the start says what a line is; a name is never longer than that.
      const start = latin1FromBytes(line.subarray(0, 8192));
      if (start.startsWith('\\ ') && line.length > 12) {
        if (isVerbatim) sum.update(line);
        continue;
      }
      const id = this.#commitAt(start);
      if (id !== undefined) {
        next = id;
        break;
      }
      if (size === 0 && !start.startsWith('diff ')) continue;
      if (before === -1) {
        if (start.startsWith('GIT binary patch') || start.startsWith('Binary files')) {
          isBinary = true;
          before = 0;
          sum.update(bytesFromText(ids[0]));
          sum.update(bytesFromText(ids[1]));
          if (isStable) sum.flush();
          continue;
        }
        if (start.startsWith('index ')) {
          ids = parseIndexIds(start) ?? ids;
          continue;
        }
        if (start.startsWith('--- ')) {
          before = 1;
          after = 1;
        } else if (!/^[A-Za-z]/.test(start)) {
          break;
        }
      }
      if (isBinary) {
        if (start.startsWith('diff ')) {
          isBinary = false;
          before = -1;
        }
        continue;
      }
      if (before === 0 && after === 0) {
        if (start.startsWith('@@ -')) {
          [before, after] = parseCounts(start, before, after);
          continue;
        }
        if (!start.startsWith('diff ')) break;
        if (isStable) sum.flush();
        before = -1;
        after = -1;
      }
      if (start.startsWith('-') || start.startsWith(' ')) before--;
      if (start.startsWith('+') || start.startsWith(' ')) after--;
      const counted = isVerbatim ? line : withoutSpace(line);
      size += counted.length;
      sum.update(counted);
    }
    return { patchId: sum.finish(), size, next };
  }

  #nextLine(): Uint8Array | undefined {
    if (this.isAtEnd) return undefined;
    const lf = this.#text.indexOf(LF, this.#at);
    const end = lf < 0 ? this.#text.length : lf + 1;
    const line = this.#text.subarray(this.#at, end);
    this.#at = end;
    return line;
  }

  #commitAt(start: string): ObjectId | undefined {
    const from = start.startsWith('commit ') ? 7 : start.startsWith('From ') ? 5 : 0;
    return findObjectId(start.slice(from, from + this.#algorithm.hexSize), this.#algorithm);
  }
}

function parseIndexIds(line: string): readonly [string, string] | undefined {
  const dots = line.indexOf('..');
  if (dots < 0) return undefined;
  const space = line.indexOf(' ', dots);
  return [line.slice(6, dots), line.slice(dots + 2, space < 0 ? line.length - 1 : space)];
}

function parseCounts(line: string, before: number, after: number): [number, number] {
  const match = /^@@ -\d+(?:,(\d+))?( \+\d+(?:,(\d+))?)?/.exec(line);
  if (match === null) return [before, after];
  return [Number(match[1] ?? '1'), match[2] === undefined ? after : Number(match[3] ?? '1')];
}

function withoutSpace(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let size = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte !== 0x20 && byte !== 0x09 && byte !== LF && byte !== 0x0d) kept[size++] = byte;
  }
  return kept.subarray(0, size);
}

/** Two trees whose difference has a patch id. */
export interface PatchIdRequest {
  readonly source: DiffSource;
  readonly algorithm: HashAlgorithm;
  /** `undefined` for an empty tree, as of a root commit. */
  readonly old: ObjectId | undefined;
  readonly new: ObjectId | undefined;
}

/**
 * The patch id by which `git cherry`, `--cherry-mark` and rebasing know the same change: of the difference of two
 * trees without renames, with three lines of context. Its number is not that of {@link patchIdsOfText}. O(difference).
 *
 * @throws {GovcError} object-missing, object-corrupt
 */
export function patchIdOfTrees(request: PatchIdRequest): string {
  const { source, algorithm, old, new: new_ } = request;
  return patchIdOfChanges([...diffTrees(source.objects, algorithm, old, new_)], { source, algorithm });
}

/**
 * The patch id of what a commit does to its parent, as {@link patchIdOfTrees}; merges have none.
 *
 * @throws {GovcError} object-missing, object-corrupt, object-type-mismatch
 */
export function patchIdOfCommit(source: DiffSource, id: ObjectId, algorithm: HashAlgorithm): string | undefined {
  const { tree, parents } = readLinks(source, id, algorithm);
  if (parents.length > 1) return undefined;
  const old = parents[0] === undefined ? undefined : readLinks(source, parents[0], algorithm).tree;
  return patchIdOfTrees({ source, algorithm, old, new: tree });
}

function readLinks(source: DiffSource, id: ObjectId, algorithm: HashAlgorithm): CommitLinks {
  const object = source.objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
  if (object.type !== 'commit') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a commit.`, { id, type: object.type });
  }
  return scanCommit(object.body, algorithm);
}

/** The patch id of changes; see {@link patchIdOfTrees}. */
export function patchIdOfChanges(
  changes: Iterable<FileChange>, request: Pick<PatchIdRequest, 'source' | 'algorithm'>,
): string {
  const sum = new HashSum(request.algorithm);
  for (const change of changes) {
    if (change.status === 'unmerged' || change.old?.mode === MODE_TREE || change.new?.mode === MODE_TREE) continue;
    addChange(sum, change, request);
    sum.flush();
  }
  return sum.hex;
}

function addChange(sum: HashSum, change: FileChange, { source, algorithm }: Pick<PatchIdRequest, 'source' | 'algorithm'>): void {
  const { old, new: new_ } = change;
  const oldName = nameWithoutSpace(old?.path ?? new_!.path);
  const newName = nameWithoutSpace(new_?.path ?? old!.path);
  const add = (text: string): void => {
    sum.update(bytesFromLosslessText(text));
  };
  add(`diff--gita/${oldName}b/${newName}`);
  if (old === undefined) add(`newfilemode${modeText(new_!.mode)}`);
  else if (new_ === undefined) add(`deletedfilemode${modeText(old.mode)}`);
  else if (old.mode !== new_.mode) add(`oldmode${modeText(old.mode)}newmode${modeText(new_.mode)}`);
  const contents = readContents(source, change);
  if (contents.isBinary) {
    add((old?.id ?? algorithm.zeroId) + (new_?.id ?? algorithm.zeroId));
    return;
  }
  add(old === undefined ? '---/dev/null' : `---a/${oldName}`);
  add(new_ === undefined ? '+++/dev/null' : `+++b/${newName}`);
  const diff = diffLines(contents.old, contents.new, { indentHeuristic: false });
  for (const hunk of makeHunks(diff, { contextLines: 3 })) {
    const text = unifiedHunks(diff, [hunk]);
    for (let start = text.indexOf(LF) + 1; start < text.length; ) {
      const lf = text.indexOf(LF, start);
      const end = lf < 0 ? text.length : lf + 1;
      // The mark of a last line without line feed is not counted.
      if (text[start] !== 0x5c) sum.update(withoutSpace(text.subarray(start, end)));
      start = end;
    }
  }
}

function nameWithoutSpace(path: string): string {
  return path.replace(/[ \t\r\n]/g, '');
}

function modeText(mode: number): string {
  return mode.toString(8).padStart(6, '0');
}
