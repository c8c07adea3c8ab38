/**
 * Applying patches as `git apply --cached` does: to files as values, with the new files as a value.
 *
 * Each file of the patch is checked and applied by itself, in order, and later ones see what earlier ones made of a
 * path; renames and copies take their source from before the patch, so that names can be swapped. Only when all is
 * well is anything changed: first every old path is removed, then every new one is put there.
 */
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { isDotGitmodulesHfs, isDotGitmodulesNtfs } from '../bytes/dotgit.js';
import type { FilePatch } from '../diff/parse-patch.js';
import type { PatchHunk } from '../diff/parse-patch-hunk.js';
import {
  DEFAULT_WHITESPACE_RULE, findWhitespaceErrors, type WhitespaceRule,
} from '../diff/whitespace-rule.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { MODE_BLOB, MODE_GITLINK } from '../object/tree.js';
import { findBrokenPathRule } from '../pattern/safe-path.js';
import { wildmatch } from '../pattern/wildmatch.js';
import {
  findSubmoduleCommit, indexMode, nameOf, patchContent, startWork,
  type ContentRequest, type PatchProblem, type PatchProblemKind, type PatchWhitespaceError, type WorkingPatch,
} from './apply-patch-file.js';
import { PatchedFiles, type PatchedFile, type PatchTarget } from './apply-patch-files.js';
import { mergePatch } from './apply-patch-merge.js';
import type { ConflictStyle } from './merge-file.js';

/** How a patch is applied. */
export interface ApplyPatchOptions {
  /** Undo the patch (`--reverse`). Default: `false`. */
  readonly reverse?: boolean | undefined;
  /** The least lines of context, before and behind, that have to match (`-C<n>`). Default: all that a hunk has. */
  readonly contextLines?: number | undefined;
  /** Take patches made with no context at all (`--unidiff-zero`). Default: `false`. */
  readonly unidiffZero?: boolean | undefined;
  /** Take hunks that touch lines of an earlier hunk (`--allow-overlap`). Default: `false`. */
  readonly allowOverlap?: boolean | undefined;
  /** Take patches of old diffs that miss the mark of a last line without line feed (`--inaccurate-eof`). Default: `false`. */
  readonly inaccurateEof?: boolean | undefined;
  /** Take lines for the same that differ in the amount of white space (`--ignore-space-change`). Default: `false`. */
  readonly ignoreSpaceChange?: boolean | undefined;
  /**
   * What white space errors in added lines lead to: nothing, a list of them, a refusal, or lines without them.
   * Default: `warn`.
   */
  readonly whitespace?: 'nowarn' | 'warn' | 'error' | 'fix' | undefined;
  /** What white space is an error at a path. Default: Git's own rule, see {@link DEFAULT_WHITESPACE_RULE}. */
  readonly whitespaceRule?: ((path: string) => WhitespaceRule) | undefined;
  /**
   * Which files of the patch are applied: the first pattern that matches the path decides; where none does, a file
   * is applied unless there is any `include`. Default: all.
   */
  readonly filters?: readonly { readonly kind: 'include' | 'exclude'; readonly pattern: string }[] | undefined;
  /** Apply the hunks and files that can be, and give the others as rejects (`--reject`). Default: `false`. */
  readonly reject?: boolean | undefined;
  /** Merge with the content that the patch was made for where its blobs are known (`--3way`). Default: `false`. */
  readonly threeWay?: boolean | undefined;
  /** How conflicts of such merges look. Default: `merge`. */
  readonly conflictStyle?: ConflictStyle | undefined;
  /** Take input without any patch (`--allow-empty`). Default: `false`. */
  readonly allowEmpty?: boolean | undefined;
}

/** What is to be patched, and what with. */
export interface ApplyPatchRequest {
  readonly target: PatchTarget;
  readonly algorithm: HashAlgorithm;
  /** The blob whose id begins with the given hex digits, if it is known and the only one. Default: none is. */
  readonly findBlob?: ((idPrefix: string) => Uint8Array | undefined) | undefined;
  readonly options?: ApplyPatchOptions | undefined;
}

/** The hunks of one file that had no place. */
export interface PatchReject {
  readonly path: string;
  readonly hunks: readonly PatchHunk[];
  /** The content of Git's `.rej` file. */
  readonly text: Uint8Array;
}

/** What came of a patch. */
export interface PatchResult {
  /**
   * `applied`: wholly. `conflicts`: wholly, with merges that have to be finished. `rejected`: in part, as was asked for.
   * `refused`: nothing may change; there are no files.
   */
  readonly outcome: 'applied' | 'conflicts' | 'rejected' | 'refused';
  /** What changes, in the order in which Git writes it; `undefined` is a removal. */
  readonly files: ReadonlyMap<string, PatchedFile | undefined>;
  readonly problems: readonly PatchProblem[];
  readonly rejects: readonly PatchReject[];
  readonly whitespaceErrors: readonly PatchWhitespaceError[];
}

/**
 * Applies patches to files. Nothing is changed: what would change is in the result. O(patch + files patched), times
 * the lines of a file for every hunk that is not where it says.
 */
export function applyPatch(patches: readonly FilePatch[], request: ApplyPatchRequest): PatchResult {
  return new PatchSession(patches, request).run();
}

type Earlier = WorkingPatch | 'to-be-deleted' | 'deleted';

class PatchSession {
  readonly #patches: WorkingPatch[] = [];
  readonly #target: PatchTarget;
  readonly #algorithm: HashAlgorithm;
  readonly #options: ApplyPatchOptions;
  readonly #content: ContentRequest;
  readonly #problems: PatchProblem[] = [];
  readonly #whitespaceErrors: PatchWhitespaceError[] = [];
  /** By path: the patch that last wrote it, or that it goes or has gone. */
  readonly #earlier = new Map<string, Earlier>();
  readonly #keptLinks = new Set<string>();
  readonly #removedLinks = new Set<string>();
  readonly #isEmpty: boolean;

  constructor(patches: readonly FilePatch[], request: ApplyPatchRequest) {
    const options = request.options ?? {};
    this.#target = request.target;
    this.#algorithm = request.algorithm;
    this.#options = options;
    const isReverse = options.reverse === true;
    this.#content = {
      algorithm: request.algorithm,
      rejects: options.reject === true,
      findBlob: request.findBlob ?? (() => undefined),
      whitespaceErrors: this.#whitespaceErrors,
      problems: this.#problems,
      rule: {
        fixes: options.whitespace === 'fix', ignoresSpaceChange: options.ignoreSpaceChange === true, isReverse,
        contextMin: options.contextLines ?? Number.POSITIVE_INFINITY, isUnidiffZero: options.unidiffZero === true,
        isEofInaccurate: options.inaccurateEof === true, allowsOverlap: options.allowOverlap === true,
      },
    };
    this.#isEmpty = patches.length === 0 && options.allowEmpty !== true;
    const used = patches.filter(({ newPath, oldPath }) => this.#isUsed((isReverse ? oldPath ?? newPath : newPath ?? oldPath) ?? ''));
    for (const patch of isReverse ? used.reverse() : used) {
      const path = patch.newPath ?? patch.oldPath ?? '';
      const work = startWork(patch, isReverse, options.whitespaceRule?.(path) ?? DEFAULT_WHITESPACE_RULE);
      this.#patches.push(work);
      this.#checkWhitespace(work);
    }
  }

  run(): PatchResult {
    if (this.#isEmpty) this.#fail('empty', '', 1);
    this.#prepare();
    let isFatal = this.#isEmpty;
    for (const patch of this.#patches) {
      if (isFatal) break;
      patch.isRejected = !this.#apply(patch);
      isFatal = this.#problems.some(({ kind }) => kind === 'path-invalid' || kind === 'empty');
    }
    if (this.#options.whitespace === 'error' && this.#whitespaceErrors.length > 0) {
      this.#fail('whitespace', this.#whitespaceErrors[0]!.path, this.#whitespaceErrors[0]!.line);
      isFatal = true;
    }
    if (isFatal || (this.#problems.length > 0 && this.#options.reject !== true)) return this.#result('refused', new Map());
    const files = this.#write();
    if (files === undefined) return this.#result('refused', new Map());
    const hasConflicts = this.#patches.some(({ isRejected, conflict }) => !isRejected && conflict !== undefined);
    return this.#result(this.#problems.length > 0 ? 'rejected' : hasConflicts ? 'conflicts' : 'applied', files);
  }

  #result(outcome: PatchResult['outcome'], files: ReadonlyMap<string, PatchedFile | undefined>): PatchResult {
    const rejects = outcome !== 'rejected' ? [] : this.#patches.filter((patch) => !patch.isRejected).flatMap(rejectsOf);
    return { outcome, files, problems: this.#problems, rejects, whitespaceErrors: this.#whitespaceErrors };
  }

  #isUsed(path: string): boolean {
    const { filters = [] } = this.#options;
    const bytes = bytesFromLosslessText(path);
    const found = filters.find(({ pattern }) => wildmatch(bytesFromLosslessText(pattern), bytes, 0));
    return found === undefined ? !filters.some(({ kind }) => kind === 'include') : found.kind === 'include';
  }

  /** Notes errors of the lines that the patch adds; when errors are to be fixed also of context. */
  #checkWhitespace(work: WorkingPatch): void {
    const { whitespace = 'warn', reverse = false } = this.#options;
    for (const hunk of work.source.hunks) {
      const isCrlf = hunk.hasCrlf.context || (reverse ? hunk.hasCrlf.added : hunk.hasCrlf.deleted);
      const checksContext = !reverse && whitespace === 'fix';
      let { bytes } = hunk;
      let rule = work.whitespace;
      for (let line = hunk.line; bytes.length > 0; line++) {
        const lf = bytes.indexOf(LF);
        const end = lf < 0 ? bytes.length : lf + 1;
        const first = bytes[0];
        const isContext = first === SPACE || first === LF;
        const isAdded = first === (reverse ? MINUS : PLUS);
        // From the first old line with a carriage return on, none is an error.
        if (isCrlf && end >= 2 && bytes[end - 2] === CR && !isAdded && first !== AT) rule = { ...rule, crAtEol: true };
        if (whitespace !== 'nowarn' && (isAdded || (isContext && checksContext)) && line > hunk.line) {
          const errors = findWhitespaceErrors(bytes, 1, end, rule);
          if (errors.length > 0) this.#whitespaceErrors.push({ path: nameOf(work), line, errors });
        }
        bytes = bytes.subarray(end);
      }
      work.whitespace = rule;
    }
  }

  #prepare(): void {
    for (const { source, oldPath, newPath, oldMode, newMode, isDeleted } of this.#patches) {
      if (oldPath !== undefined && isLink(oldMode) && (source.isRename || isDeleted !== false)) this.#removedLinks.add(oldPath);
      if (newPath !== undefined && isLink(newMode)) this.#keptLinks.add(newPath);
      if (oldPath !== undefined && (newPath === undefined || source.isRename)) this.#earlier.set(oldPath, 'to-be-deleted');
    }
  }

  #apply(patch: WorkingPatch): boolean {
    const { source } = patch;
    if (source.hunks.length === 0 && source.binary === undefined && !changesMetadata(patch)) return this.#problem(patch, 'empty');
    if (!this.#checkOld(patch) || !this.#checkNew(patch)) return false;
    for (const path of [patch.isNew !== true && !(source.isCopy && patch.isDeleted !== true) ? patch.oldPath : undefined, patch.isDeleted === true ? undefined : patch.newPath]) {
      if (path !== undefined && !isSafePath(path, path === patch.newPath ? patch.newMode : patch.oldMode)) return this.#problem(patch, 'path-invalid');
    }
    if (patch.isDeleted === false && patch.newPath !== undefined && this.#isBelowLink(patch.newPath)) return this.#problem(patch, 'symlink-above');
    const content = this.#newContent(patch);
    if (content === undefined) return false;
    patch.result = content;
    const { oldPath, newPath } = patch;
    if (newPath !== undefined) this.#earlier.set(newPath, patch);
    if (oldPath !== undefined && (newPath === undefined || source.isRename)) this.#earlier.set(oldPath, 'deleted');
    return patch.isDeleted === true && content.length > 0 ? this.#problem(patch, 'leftover-contents') : true;
  }

  /** Finds what the patch is for, and with it what the patch leaves open. */
  #checkOld(patch: WorkingPatch): boolean {
    const { oldPath } = patch;
    if (oldPath === undefined) return true;
    const earlier = this.#earlierOf(patch);
    if (earlier === 'deleted') return this.#problem(patch, 'gone');
    let mode = earlier?.newMode;
    if (earlier === undefined) {
      mode = this.#target.find(oldPath)?.mode;
      if (mode === undefined) {
        if (patch.isNew !== undefined) return this.#problem(patch, 'missing');
        patch.isNew = true;
        patch.isDeleted = false;
        patch.oldPath = undefined;
        return true;
      }
    }
    patch.isNew ??= false;
    if (patch.oldMode === 0) patch.oldMode = mode ?? 0;
    if (((mode ?? 0) ^ patch.oldMode) & TYPE_MASK) return this.#problem(patch, 'wrong-type');
    if (patch.newMode === 0 && patch.isDeleted === false) patch.newMode = mode ?? 0;
    return true;
  }

  #checkNew(patch: WorkingPatch): boolean {
    const { oldPath, newPath, source } = patch;
    if (newPath === undefined) return true;
    if (patch.isNew === true || source.isRename || source.isCopy) {
      const earlier = this.#earlier.get(newPath);
      const mayExist = earlier === 'deleted' || earlier === 'to-be-deleted';
      if (!mayExist && this.#target.find(newPath) !== undefined) {
        if (this.#options.threeWay !== true) return this.#problem(patch, 'exists');
        patch.isDirectMerge = true;
      }
      if (patch.newMode === 0) patch.newMode = patch.isNew === true ? MODE_BLOB : patch.oldMode;
    }
    if (oldPath === undefined) return true;
    if (patch.newMode === 0) patch.newMode = patch.oldMode;
    return ((patch.oldMode ^ patch.newMode) & TYPE_MASK) === 0 || this.#problem(patch, 'mode-mismatch');
  }

  #newContent(patch: WorkingPatch): Uint8Array | undefined {
    const before = this.#oldContent(patch);
    if (this.#options.threeWay === true) {
      const merged = mergePatch(patch, {
        content: this.#content, style: this.#options.conflictStyle ?? 'merge',
        ours: () => (patch.isNew === true ? this.#target.find(patch.newPath!)?.read() : before),
      });
      if (merged !== undefined) return merged;
      if (patch.isDirectMerge) {
        this.#problem(patch, 'exists');
        return undefined;
      }
    }
    return patchContent(patch, before, this.#content);
  }

  #oldContent(patch: WorkingPatch): Uint8Array {
    const earlier = this.#earlierOf(patch);
    if (earlier !== undefined && earlier !== 'deleted') return earlier.result;
    return patch.oldPath === undefined ? EMPTY : this.#target.find(patch.oldPath)?.read() ?? EMPTY;
  }

  /** What an earlier file of the patch made of the old path. Renames and copies do not depend on the order. */
  #earlierOf({ source, oldPath }: WorkingPatch): Exclude<Earlier, 'to-be-deleted'> | undefined {
    if (source.isRename || source.isCopy || oldPath === undefined) return undefined;
    const earlier = this.#earlier.get(oldPath);
    return earlier === 'to-be-deleted' ? undefined : earlier;
  }

  #isBelowLink(path: string): boolean {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const folder = path.slice(0, slash);
      if (this.#keptLinks.has(folder)) return true;
      if (!this.#removedLinks.has(folder) && isLink(this.#target.find(folder)?.mode ?? 0)) return true;
    }
    return false;
  }

  /** Everything that changes, or `undefined` where files would stand in each other's way. */
  #write(): ReadonlyMap<string, PatchedFile | undefined> | undefined {
    const files = new PatchedFiles(this.#target);
    const done = this.#patches.filter((patch) => !patch.isRejected);
    for (const { oldPath, isNew, source, isDeleted } of done) {
      if (oldPath !== undefined && (isDeleted === true || (isNew !== true && !source.isCopy))) files.remove(oldPath);
    }
    for (const patch of done) {
      if (patch.isDeleted === true || patch.newPath === undefined) continue;
      const mode = indexMode(patch.newMode);
      if (mode === MODE_GITLINK && findSubmoduleCommit(patch.result, this.#algorithm) === undefined) {
        this.#problem(patch, 'submodule-corrupt');
        return undefined;
      }
      if (!files.put(patch.newPath, { mode, content: patch.result, conflict: patch.conflict })) {
        this.#problem(patch, 'name-clash');
        return undefined;
      }
    }
    return files.changes;
  }

  #problem(patch: WorkingPatch, kind: PatchProblemKind): false {
    this.#fail(kind, nameOf(patch), patch.source.line);
    return false;
  }

  #fail(kind: PatchProblemKind, path: string, line: number): void {
    this.#problems.push({ kind, path, line });
  }
}

const EMPTY = new Uint8Array(0);
const TYPE_MASK = 0o170000;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const AT = 0x40;

function isLink(mode: number): boolean {
  return (mode & TYPE_MASK) === 0o120000;
}

function changesMetadata({ source, isNew, isDeleted, oldMode, newMode }: WorkingPatch): boolean {
  return source.isRename || source.isCopy || isNew === true || isDeleted !== false ||
    (oldMode !== 0 && newMode !== 0 && oldMode !== newMode);
}

function isSafePath(path: string, mode: number): boolean {
  if (findBrokenPathRule(path) !== undefined) return false;
  if (!isLink(mode)) return true;
  return !path.split('/').some((part) => {
    const name = bytesFromLosslessText(part);
    return isDotGitmodulesHfs(name) || isDotGitmodulesNtfs(name) || part.toLowerCase() === '.gitmodules';
  });
}

function rejectsOf(patch: WorkingPatch): PatchReject[] {
  if (patch.rejectedHunks.size === 0 || patch.newPath === undefined) return [];
  const path = patch.newPath;
  const hunks = patch.source.hunks.filter((hunk) => patch.rejectedHunks.has(hunk));
  const parts = [bytesFromLosslessText(`diff a/${path} b/${path}\t(rejected hunks)\n`)];
  for (const { bytes } of hunks) {
    parts.push(bytes);
    if (bytes.at(-1) !== LF) parts.push(Uint8Array.of(LF));
  }
  return [{ path, hunks, text: Buffer.concat(parts) }];
}
