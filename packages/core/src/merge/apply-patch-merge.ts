import { equalBytes } from '../bytes/compare.js';
import { isBinary } from '../diff/is-binary.js';
import { patchContent, type ContentRequest, type WorkingPatch } from './apply-patch-file.js';
import { mergeFile, type ConflictStyle } from './merge-file.js';

/** What a three-way merge of a patch needs. */
export interface MergePatchRequest {
  readonly content: ContentRequest;
  readonly style: ConflictStyle;
  /** The content that is there now. */
  readonly ours: () => Uint8Array | undefined;
}

const EMPTY = new Uint8Array(0);

/**
 * Applies a patch to the content that it was made for, and merges the result with the content that is there. A
 * conflict is noted in the patch.
 *
 * @returns `undefined` where that cannot be done: the content is not known, or there is nothing to merge.
 */
export function mergePatch(patch: WorkingPatch, request: MergePatchRequest): Uint8Array | undefined {
  const { source } = patch;
  const isUseless = patch.isDeleted === true || isSubmodule(patch.oldMode) || isSubmodule(patch.newMode) ||
    (patch.isNew === true && !patch.isDirectMerge) ||
    (source.isRename && source.linesAdded === 0 && source.linesDeleted === 0);
  if (isUseless) return undefined;
  const isCreation = patch.isNew === true;
  const base = isCreation ? EMPTY : patch.oldIdPrefix === undefined ? undefined : request.content.findBlob(patch.oldIdPrefix);
  if (base === undefined) return undefined;
  const { problems } = request.content;
  const count = problems.length;
  const theirs = patchContent(patch, base, request.content);
  // What keeps the patch from its own base is no problem of the target; the direct way will tell.
  problems.length = count;
  const ours = theirs === undefined ? undefined : request.ours();
  if (theirs === undefined || ours === undefined) return undefined;
  if (equalBytes(base, ours)) return theirs;
  if (equalBytes(base, theirs) || equalBytes(ours, theirs)) return ours;
  const conflict = { base: isCreation ? undefined : base, ours, theirs };
  if ([base, ours, theirs].some(isBinary)) {
    patch.conflict = conflict;
    return ours;
  }
  const merged = mergeFile(base, ours, theirs, {
    style: request.style, level: 'zealous', labels: { base: 'base', ours: 'ours', theirs: 'theirs' },
  });
  if (merged.conflictCount > 0) patch.conflict = conflict;
  return merged.content;
}

function isSubmodule(mode: number): boolean {
  return (mode & 0o170000) === 0o160000;
}
