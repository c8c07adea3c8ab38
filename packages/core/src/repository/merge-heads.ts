import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { parseTag } from '../object/tag.js';
import { BRANCH_PREFIX, REMOTE_PREFIX, TAG_PREFIX, type RefName } from '../ref/ref-name.js';
import { findRefId } from '../store/ref-map.js';
import { independentCommits } from '../walk/merge-base.js';
import { findRefByShortName } from '../walk/revision/find-ref.js';
import type { ReadContext } from './read-context.js';
import { peelToCommit, resolveText } from './resolve.js';

/** A commit that is to be merged. */
export interface NamedHead {
  readonly id: ObjectId;
  /** The revision as it was given. */
  readonly name: string;
  /** What the revision names: the commit, or a tag of it. */
  readonly object: ObjectId;
}

/** The commits that revisions name. @throws {GovcError} revision-invalid, object-type-mismatch, object-missing */
export function readMergeHeads(context: ReadContext, revisions: readonly string[]): NamedHead[] {
  if (revisions.length === 0) throw new GovcError('revision-invalid', 'Name at least one revision to merge.', { revision: '' });
  return revisions.map((name) => {
    const object = resolveText(context, name);
    return { id: peelToCommit(context.snapshot, object), name, object };
  });
}

/** The heads that no other head, nor the commit they are merged into, reaches; and whether one of them reaches that commit. */
export function* reduceHeads(
  context: ReadContext, ours: ObjectId, heads: readonly NamedHead[],
): Job<{ readonly heads: readonly NamedHead[]; readonly isOursReached: boolean }> {
  const { graph, snapshot } = context;
  const request = { graph, objects: snapshot.objects, shallow: snapshot.shallow };
  const left = yield* independentCommits(request, [ours, ...heads.map(({ id }) => id)]);
  const named = left.filter((id) => id !== ours).map((id) => heads.find((head) => head.id === id)!);
  return { heads: named, isOursReached: !left.includes(ours) };
}

/** What a revision is, for the title of a merge: a branch, or whatever else. */
export interface HeadDescription {
  readonly kind: 'branch' | 'remote-tracking branch' | 'tag' | 'other';
  /** As the title spells it, with quotes. */
  readonly text: string;
  /** As the list of merged commits is headed. */
  readonly origin: string;
}

/** How a merge names a head. */
export function describeHead({ snapshot }: ReadContext, head: NamedHead): HeadDescription {
  const { refs } = snapshot;
  const { name } = head;
  const quoted = `'${name}'`;
  const ref = findRefByShortName(refs, name)?.name;
  if (ref?.startsWith(BRANCH_PREFIX) === true) return { kind: 'branch', text: quoted, origin: name };
  if (ref?.startsWith(TAG_PREFIX) === true) return { kind: 'tag', text: quoted, origin: `tag ${quoted}` };
  if (ref?.startsWith(REMOTE_PREFIX) === true) return { kind: 'remote-tracking branch', text: quoted, origin: name };
  const part = /^(.*?)(\^+|~\d*)$/.exec(name);
  if (part !== null && findRefId(refs, `${BRANCH_PREFIX}${part[1]!}` as RefName) !== undefined) {
    const isEarly = !/^~0+$/.test(part[2]!);
    const text = `'${part[1]!}'${isEarly ? ' (early part)' : ''}`;
    return { kind: 'branch', text, origin: isEarly ? text : part[1]! };
  }
  const text = `${head.object === head.id ? 'commit' : 'tag'} ${quoted}`;
  return { kind: 'other', text, origin: text };
}

/**
 * Whether a head is a tag that no ref keeps under its own name. A fast-forward to its commit would lose it, so it is merged
 * with a commit that records it.
 */
export function isLooseTag({ snapshot }: ReadContext, head: NamedHead): boolean {
  if (head.object === head.id) return false;
  const tag = parseTag(snapshot.objects.find(head.object)!.body, snapshot.algorithm);
  return findRefId(snapshot.refs, `${TAG_PREFIX}${tag.name}` as RefName) !== head.object;
}
