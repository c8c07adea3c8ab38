/**
 * One file of a patch on its way: from what the patch says to what the file becomes, by the rules of `git apply`.
 */
import { bytesFromLatin1, latin1FromBytes } from '../bytes/text.js';
import type { FilePatch } from '../diff/parse-patch.js';
import type { PatchHunk } from '../diff/parse-patch-hunk.js';
import type { WhitespaceError, WhitespaceRule } from '../diff/whitespace-rule.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { hashObject } from '../hash/hash-object.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK } from '../object/tree.js';
import { applyDelta } from '../pack/apply-delta.js';
import { hasCode } from '../errors.js';
import { applyHunk, type HunkRule } from './apply-patch-hunk.js';
import { imageOf } from './apply-patch-image.js';

/** Why a file of a patch, or the whole patch, is not applied. */
export type PatchProblemKind =
  | 'binary-mismatch' | 'binary-without-data' | 'binary-without-ids' | 'binary-wrong-result'
  | 'empty' | 'exists' | 'gone' | 'hunk-failed' | 'leftover-contents' | 'missing' | 'mode-mismatch' | 'name-clash'
  | 'path-invalid' | 'symlink-above' | 'submodule-corrupt' | 'whitespace' | 'wrong-type';

/** One reason, of one file. */
export interface PatchProblem {
  readonly kind: PatchProblemKind;
  /** Lossless text; empty where the whole patch is meant. */
  readonly path: string;
  /** A line of the patch, counted from 1: of the hunk, or of the header of the file. */
  readonly line: number;
}

/** White space that is an error in a line that a patch adds. */
export interface PatchWhitespaceError {
  readonly path: string;
  /** A line of the patch, counted from 1. */
  readonly line: number;
  readonly errors: readonly WhitespaceError[];
}

/** The three versions of which a conflict is made. */
export interface PatchConflict {
  /** `undefined` where both sides made the file. */
  readonly base: Uint8Array | undefined;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

/** A file of a patch with what is found out about it. */
export interface WorkingPatch {
  readonly source: FilePatch;
  oldPath: string | undefined;
  newPath: string | undefined;
  /** 0 where it is not known. */
  oldMode: number;
  newMode: number;
  isNew: boolean | undefined;
  isDeleted: boolean | undefined;
  oldIdPrefix: string | undefined;
  newIdPrefix: string | undefined;
  whitespace: WhitespaceRule;
  isDirectMerge: boolean;
  isRejected: boolean;
  readonly rejectedHunks: Set<PatchHunk>;
  result: Uint8Array;
  conflict: PatchConflict | undefined;
}

/** The file of a patch as it is to be applied: forward, or with its sides exchanged. */
export function startWork(source: FilePatch, isReverse: boolean, whitespace: WhitespaceRule): WorkingPatch {
  const forward = {
    oldPath: source.oldPath, newPath: source.newPath, oldMode: source.oldMode ?? 0, newMode: source.newMode ?? 0,
    isNew: source.isNew, isDeleted: source.isDeleted, oldIdPrefix: source.oldIdPrefix, newIdPrefix: source.newIdPrefix,
  };
  const sides = !isReverse ? forward : {
    oldPath: forward.newPath, newPath: forward.oldPath, oldMode: forward.newMode, newMode: forward.oldMode,
    isNew: forward.isDeleted, isDeleted: forward.isNew, oldIdPrefix: forward.newIdPrefix, newIdPrefix: forward.oldIdPrefix,
  };
  return {
    ...sides, source, whitespace, isDirectMerge: false, isRejected: true, rejectedHunks: new Set(), result: EMPTY, conflict: undefined,
  };
}

const EMPTY = new Uint8Array(0);

/** What applying a file needs beside the file. */
export interface ContentRequest {
  readonly algorithm: HashAlgorithm;
  readonly rule: Omit<HunkRule, 'whitespace' | 'fixesAdded'>;
  /** Whether hunks that have no place are left out, rather than the file refused. */
  readonly rejects: boolean;
  readonly findBlob: (idPrefix: string) => Uint8Array | undefined;
  readonly whitespaceErrors: PatchWhitespaceError[];
  readonly problems: PatchProblem[];
}

/** The content after the patch, or `undefined` with a problem noted. */
export function patchContent(patch: WorkingPatch, before: Uint8Array, request: ContentRequest): Uint8Array | undefined {
  const { source, whitespace } = patch;
  if (source.binary !== undefined) return patchBinary(patch, before, request);
  if (source.hunks.length === 0) return before;
  const file = imageOf(before);
  for (const hunk of source.hunks) {
    const fixesAdded = request.rule.fixes && request.whitespaceErrors.length > 0;
    const placed = applyHunk(file, hunk, { ...request.rule, whitespace, fixesAdded });
    if (placed === undefined) {
      request.problems.push({ kind: 'hunk-failed', path: nameOf(patch), line: hunk.line });
      if (!request.rejects) return undefined;
      patch.rejectedHunks.add(hunk);
    } else if (placed.blankAtEofLine !== undefined) {
      request.whitespaceErrors.push({ path: nameOf(patch), line: placed.blankAtEofLine, errors: ['blank-at-eof'] });
    }
  }
  return file.bytes;
}

/** A binary patch is for exactly one content, which its full ids prove. */
function patchBinary(patch: WorkingPatch, before: Uint8Array, request: ContentRequest): Uint8Array | undefined {
  const after = findBinaryResult(patch, before, request);
  if (typeof after !== 'string') return after;
  request.problems.push({ kind: after, path: nameOf(patch), line: patch.source.line });
  return undefined;
}

function findBinaryResult(patch: WorkingPatch, before: Uint8Array, request: ContentRequest): Uint8Array | PatchProblemKind {
  const { algorithm } = request;
  const oldId = findObjectId(patch.oldIdPrefix ?? '', algorithm);
  const newId = findObjectId(patch.newIdPrefix ?? '', algorithm);
  if (oldId === undefined || newId === undefined) return 'binary-without-ids';
  const fits = patch.oldPath === undefined ? before.length === 0 : hashObject('blob', before, algorithm) === oldId;
  if (!fits) return 'binary-mismatch';
  if (newId === algorithm.zeroId) return EMPTY;
  const known = request.findBlob(newId);
  if (known !== undefined) return known;
  const hunk = request.rule.isReverse ? patch.source.binary?.reverse : patch.source.binary?.forward;
  if (hunk === undefined) return 'binary-without-data';
  const after = hunk.method === 'literal' ? hunk.data : findDeltaResult(before, hunk.data);
  return after !== undefined && hashObject('blob', after, algorithm) === newId ? after : 'binary-wrong-result';
}

function findDeltaResult(base: Uint8Array, delta: Uint8Array): Uint8Array | undefined {
  try {
    return applyDelta(base, delta);
  } catch (error) {
    if (hasCode(error, 'delta-invalid')) return undefined;
    throw error;
  }
}

/** The path by which a file of a patch is spoken of. */
export function nameOf(patch: Pick<WorkingPatch, 'oldPath' | 'newPath'>): string {
  return patch.oldPath ?? patch.newPath ?? '';
}

/** The mode that Git's index has for any mode in a patch. */
export function indexMode(mode: number): number {
  if (mode === 0) return MODE_BLOB;
  const type = mode & 0o170000;
  if (type === 0o120000) return MODE_SYMLINK;
  if (type === 0o040000 || type === 0o160000) return MODE_GITLINK;
  return (mode & 0o100) === 0 ? MODE_BLOB : MODE_EXECUTABLE;
}

const SUBMODULE = 'Subproject commit ';

/** How a patch shows the commit of a submodule. */
export function submoduleContent(id: ObjectId): Uint8Array {
  return bytesFromLatin1(`${SUBMODULE}${id}\n`);
}

/** The commit that {@link submoduleContent} shows, or `undefined`. */
export function findSubmoduleCommit(content: Uint8Array, algorithm: HashAlgorithm): ObjectId | undefined {
  const text = latin1FromBytes(content.subarray(0, SUBMODULE.length + algorithm.hexSize));
  return text.startsWith(SUBMODULE) ? findObjectId(text.slice(SUBMODULE.length), algorithm) : undefined;
}
