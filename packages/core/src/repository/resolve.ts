import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { ObjectId } from '../hash/object-id.js';
import { scanCommit } from '../object/commit.js';
import { scanTagTarget } from '../object/tag.js';
import type { Snapshot } from '../store/snapshot.js';
import { resolveRevision } from '../walk/revision/resolve-revision.js';
import type { ExpectedObject, RevisionContext } from '../walk/revision/revision-context.js';
import type { ReadContext } from './read-context.js';

/** What revisions are resolved against, of what a reading verb works on. */
export function revisionContext(context: ReadContext): RevisionContext {
  const { snapshot, graph, reflogs, clock, zone } = context;
  return { snapshot, graph, reflogs, nowSeconds: Math.floor(clock() / 1000), zone };
}

/**
 * The object that a revision names.
 *
 * @throws {GovcError} revision-invalid, object-id-ambiguous; object-missing, object-corrupt: on the way
 */
export function resolveText(context: ReadContext, revision: string, expected?: ExpectedObject): ObjectId {
  return resolveRevision(revisionContext(context), revision, { expected });
}

/**
 * Follows tags until something else comes.
 *
 * @throws {GovcError} object-missing; limit-exceeded: tags nest too deeply.
 */
export function peelTag(snapshot: Snapshot, id: ObjectId): ObjectId {
  let at = id;
  for (let depth = 0; depth <= LIMITS.tagDepth.value; depth++) {
    const type = snapshot.objects.findHeader(at)?.type;
    if (type === undefined) throw new GovcError('object-missing', `The object ${at} is missing from the repository.`, { id: at });
    if (type !== 'tag') return at;
    at = scanTagTarget(snapshot.objects.find(at)!.body, snapshot.algorithm).id;
  }
  throw new GovcError('limit-exceeded', `The tag ${id} nests more than ${LIMITS.tagDepth.value} tags.`, { id });
}

/**
 * The commit that an object is or, through tags, names.
 *
 * @throws {GovcError} object-type-mismatch, object-missing
 */
export function peelToCommit(snapshot: Snapshot, id: ObjectId): ObjectId {
  const peeled = peelTag(snapshot, id);
  const type = snapshot.objects.findHeader(peeled)?.type;
  if (type === 'commit') return peeled;
  throw new GovcError('object-type-mismatch', `The object ${peeled} is a ${type}, not a commit.`, {
    id: peeled, expected: 'commit', actual: type,
  });
}

/**
 * The tree of a commit, or of what a tag names, or the tree itself.
 *
 * @throws {GovcError} object-type-mismatch, object-missing
 */
export function peelToTree(snapshot: Snapshot, id: ObjectId): ObjectId {
  if (id === snapshot.algorithm.emptyTreeId) return id;
  const peeled = peelTag(snapshot, id);
  const object = snapshot.objects.find(peeled)!;
  if (object.type === 'tree') return peeled;
  if (object.type === 'commit') return scanCommit(object.body, snapshot.algorithm).tree;
  throw new GovcError('object-type-mismatch', `The object ${peeled} is a ${object.type} and has no tree.`, {
    id: peeled, expected: 'tree', actual: object.type,
  });
}
