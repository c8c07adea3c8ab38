import type { ObjectId } from '../hash/object-id.js';
import type { RefName } from '../ref/ref-name.js';
import type { ReadContext } from './read-context.js';
import { readRevisionList } from './revision-list.js';

/** One revision that is asked for. */
export interface RevisionTip {
  /** The ref that the text names; `undefined` for an id or an expression. */
  readonly ref: RefName | undefined;
  /** What the text names, tags not followed. */
  readonly id: ObjectId;
}

/** What a list of revisions asks for. */
export interface RevisionArguments {
  /** In the order of the list, each ref once. */
  readonly tips: readonly RevisionTip[];
  readonly exclude: readonly ObjectId[];
}

/**
 * What a list of revisions, written as {@link readRevisionList} takes them, asks for by name.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous
 */
export function readRevisionArguments(context: ReadContext, revisions: readonly string[]): RevisionArguments {
  const tips = new Map<string, RevisionTip>();
  const exclude: ObjectId[] = [];
  for (const { id, ref, isExcluded } of readRevisionList(context, revisions)) {
    if (isExcluded) exclude.push(id);
    else if (!tips.has(ref ?? id)) tips.set(ref ?? id, { ref, id });
  }
  return { tips: [...tips.values()], exclude };
}
