import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { commitMessageText, parseCommit } from '../object/commit.js';
import type { Identity } from '../object/identity.js';
import type { Snapshot } from '../store/snapshot.js';

/** A commit as a value for programs; text is decoded by the commit's encoding. */
export interface CommitInfo {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
  readonly author: Identity;
  readonly committer: Identity;
  /** The whole message, with the line feed at its end. */
  readonly message: string;
}

/**
 * The commit with that id.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt
 */
export function readCommit(snapshot: Snapshot, id: ObjectId): CommitInfo {
  const object = snapshot.objects.find(id);
  if (object === undefined) {
    throw new GovcError('object-missing', `The commit ${id} is missing from the repository.`, { id });
  }
  if (object.type !== 'commit') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a commit.`, {
      id, expected: 'commit', actual: object.type,
    });
  }
  const commit = parseCommit(object.body, snapshot.algorithm);
  const { tree, parents, author, committer } = commit;
  return { id, tree, parents, author, committer, message: commitMessageText(commit) };
}
