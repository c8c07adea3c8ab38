import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { scanCommit } from '../object/commit.js';
import { scanTagTarget } from '../object/tag.js';
import { expandShortRefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';

const ABBREVIATION = /^[0-9a-f]{4,64}$/;

/**
 * The object that a name stands for: a full or short ref name (`HEAD`, `@`, `main`, `v1.0`, `refs/…`) by the
 * rules of gitrevisions(7), or a full or abbreviated object id.
 *
 * @returns `undefined` when nothing has that name.
 * @throws {GovcError} object-id-ambiguous: an abbreviation fits several objects.
 */
export function findNamed(snapshot: Snapshot, name: string): ObjectId | undefined {
  const full = findObjectId(name, snapshot.algorithm);
  if (full !== undefined) return full;
  for (const candidate of expandShortRefName(name === '@' ? 'HEAD' : name)) {
    const id = findRefId(snapshot.refs, candidate);
    if (id !== undefined) return id;
  }
  const prefix = name.toLowerCase();
  return ABBREVIATION.test(prefix) ? findAbbreviated(snapshot, prefix) : undefined;
}

/**
 * As {@link findNamed}.
 *
 * @throws {GovcError} revision-invalid: nothing has that name; object-id-ambiguous
 */
export function resolveNamed(snapshot: Snapshot, name: string): ObjectId {
  const id = findNamed(snapshot, name);
  if (id !== undefined) return id;
  throw new GovcError('revision-invalid', `"${name.slice(0, 200)}" is neither a ref nor an object of this repository.`, {
    revision: name.slice(0, 200),
  });
}

function findAbbreviated(snapshot: Snapshot, prefix: string): ObjectId | undefined {
  const found = new Set<ObjectId>();
  for (const id of snapshot.objects.idsWithPrefix(prefix)) found.add(id);
  if (found.size <= 1) return found.values().next().value;
  throw new GovcError('object-id-ambiguous', `The abbreviation ${prefix} fits ${found.size} objects; write more digits.`, {
    prefix, candidates: [...found].slice(0, 20),
  });
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
