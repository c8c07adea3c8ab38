import type { ObjectId } from '../hash/object-id.js';
import { textFromByteText, type MergeMessageKind } from './merge-message.js';
import type { MergeState } from './merge-state.js';

/** What came of the commits of a submodule; without an id where there is no base to fall back on. */
export interface SubmoduleResult {
  readonly id: ObjectId | undefined;
  readonly isClean: boolean;
}

/**
 * Merges the commits of a submodule: the one that has the other in its history wins; anything else is a conflict.
 *
 * @param path as byte text
 * @param commits base, ours and theirs
 */
export function mergeSubmodule(
  state: MergeState, path: string, commits: readonly [ObjectId | undefined, ObjectId, ObjectId],
): SubmoduleResult {
  const [base, ours, theirs] = commits;
  const fail = (kind: MergeMessageKind | undefined, reason: string): SubmoduleResult => {
    if (kind !== undefined) state.say(kind, [path], `Failed to merge submodule ${path}${reason}`);
    if (state.depth === 0) state.conflictedSubmodules.push(textFromByteText(path));
    return { id: state.depth > 0 ? base : ours, isClean: false };
  };
  const forward = (id: ObjectId): SubmoduleResult => {
    state.say('Fast forwarding submodule', [path], `Note: Fast-forwarding submodule ${path} to ${id}`);
    return { id, isClean: true };
  };
  const history = state.options.submodule?.(textFromByteText(path), commits.filter((id) => id !== undefined));
  if (history === undefined) return fail('CONFLICT (submodule not initialized)', ' (not checked out)');
  if (base === undefined) return fail('CONFLICT (submodule lacks merge base)', ' (no merge base)');
  if (!history.has(base) || !history.has(ours) || !history.has(theirs)) {
    return fail('CONFLICT (submodule history not available)', ' (commits not present)');
  }
  if (!history.isAncestor(base, ours) || !history.isAncestor(base, theirs)) {
    return fail('CONFLICT (submodule may have rewinds)', " (commits don't follow merge-base)");
  }
  if (history.isAncestor(ours, theirs)) return forward(theirs);
  if (history.isAncestor(theirs, ours)) return forward(ours);
  if (state.depth > 0) return fail(undefined, '');
  const merges = history.findMerges(ours, theirs).map((line) => `    ${line}\n`);
  if (merges.length === 0) return fail('CONFLICT (submodule)', '');
  const possible = 'CONFLICT (submodule with possible resolution)';
  return merges.length === 1
    ? fail(possible, `, but a possible merge resolution exists: ${merges[0]!}`)
    : fail(possible, `, but multiple possible merges exist:\n${merges.join('')}`);
}
