import { GovcError } from '../errors.js';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectStart } from '../history/list-objects.js';
import type { RevListStart } from '../history/rev-list-options.js';
import { LIMITS } from '../limits.js';
import { parseTag } from '../object/tag.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import type { ReadContext } from './read-context.js';
import { readRevisionList } from './revision-list.js';

/** Where a walk begins. */
export interface RevListStarts {
  readonly starts: readonly RevListStart[];
  /** Tags on the way to commits, and what is no commit, in the order in which they were given. */
  readonly objectStarts: readonly ObjectStart[];
  /** Whether anything was asked for, even if it names no commit: then nothing is the answer, not `HEAD`. */
  readonly isGiven: boolean;
}

/**
 * Where a walk over revisions, written as {@link readRevisionList} takes them, begins.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous, object-missing, object-type-mismatch
 */
export function readStarts(
  context: ReadContext, revisions: readonly string[], { ignoreMissing }: { readonly ignoreMissing: boolean },
): RevListStarts {
  const { snapshot } = context;
  const starts: RevListStart[] = [];
  const objectStarts: ObjectStart[] = [];
  for (const { id, isExcluded, isLeft, text } of readRevisionList(context, revisions, { ignoreMissing })) {
    const path = text === undefined ? NO_PATH : bytesFromLosslessText(text.slice(text.indexOf(':') + 1 || text.length));
    const commit = addObjects(context, id, { objectStarts, isExcluded, path });
    if (commit !== undefined) starts.push({ id: commit, isExcluded, isLeft });
    else if (text !== undefined && !isExcluded && !ignoreMissing && findThroughTags(snapshot, id) === undefined) {
      throw new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
    }
  }
  return { starts, objectStarts, isGiven: revisions.some((text) => text !== '--not' && !text.startsWith('--exclude=')) };
}

const NO_PATH = new Uint8Array(0);

/** Takes the tags on the way to an object, and the object unless it is a commit; gives the commit. */
function addObjects(
  { snapshot: { objects, algorithm } }: ReadContext, first: ObjectId,
  to: { readonly objectStarts: ObjectStart[]; readonly isExcluded: boolean; readonly path: Uint8Array },
): ObjectId | undefined {
  let id = first;
  for (let depth = 0; depth <= LIMITS.tagDepth.value; depth++) {
    const type = objects.findHeader(id)?.type;
    if (type === 'commit' || type === undefined) return type === undefined ? undefined : id;
    if (type !== 'tag') {
      to.objectStarts.push({ id, type, path: to.path, isExcluded: to.isExcluded });
      return undefined;
    }
    const tag = parseTag(objects.find(id)!.body, algorithm);
    if (!to.isExcluded) to.objectStarts.push({ id, type, path: bytesFromLosslessText(tag.name), isExcluded: false });
    id = tag.target.id;
  }
  throw new GovcError('limit-exceeded', `The tag ${first} nests more than ${LIMITS.tagDepth.value} tags.`, { id: first });
}
