import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { makeCommit } from '../object/commit.js';
import type { Identity } from '../object/identity.js';
import { branchRef, HEAD, type RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import type { ReflogNote } from '../store/batch.js';
import type { Draft } from '../store/draft.js';
import { findRefId, resolveRef } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { TreeEditor } from '../store/tree-editor.js';
import { finishMessage, fixupMessageFor, type FixupKind, type MessageOptions } from './amend.js';
import type { Person } from './clock.js';
import { readCommit, type CommitInfo } from './commit-info.js';
import type { ReadContext } from './read-context.js';
import { commitBody, type ImmediateSigner, type SignerChoice } from './sign.js';
import type { Stage } from './stage.js';

/** How a commit is made. */
export interface CommitOptions extends MessageOptions {
  /** Default: `user.name` and `user.email` of the repository's configuration. */
  readonly author?: Person | undefined;
  /** Default: the author. */
  readonly committer?: Person | undefined;
  /** A branch by its short name, made if it does not exist. Default: where `HEAD` stands. */
  readonly branch?: string | undefined;
  /** Commit even when the tree stays the same. Default: `false`. */
  readonly allowEmpty?: boolean | undefined;
  /** The commit that the branch must stand at, so that nothing done in between is lost. Default: any. */
  readonly expectedHead?: ObjectId | undefined;
  /**
   * Commit without a message. Default: `true` for a message that is taken as it is; where it is cleaned or composed, one of which
   * nothing is left is refused.
   */
  readonly allowEmptyMessage?: boolean | undefined;
  /** Title it for a later rebase to squash it into another; the message is what follows the title. Default: it has its own title. */
  readonly squashInto?: { readonly kind: FixupKind; readonly revision: string } | undefined;
  /** Signs the commit. Default: the signer of the repository, where `commit.gpgSign` says so. */
  readonly signer?: SignerChoice | undefined;
  /** The parents, where the commit concludes a merge. Default: the tip of the branch. */
  readonly parents?: readonly ObjectId[] | undefined;
}

/** The new commit and the ref that now names it. */
export interface NewCommit extends CommitInfo {
  readonly ref: RefName;
}

/** Identities and message of a commit that is about to be made. */
export interface CommitText {
  readonly message: string;
  readonly author: Identity;
  readonly committer: Identity;
}

/**
 * Writes the staged changes as a commit into a draft and moves the branch there.
 *
 * @returns the commit, and the tree editor that holds its tree, for the next commit to go on with.
 * @throws {GovcError} nothing-to-commit; ref-conflict: `expectedHead` does not hold; ref-name-invalid
 */
export function commitStage(
  draft: Draft, stage: Stage, text: CommitText,
  options: Omit<CommitOptions, 'signer'> & { readonly tree?: TreeEditor | undefined; readonly signer?: ImmediateSigner | undefined },
): { readonly commit: NewCommit; readonly tree: TreeEditor } {
  const view = draft.view;
  const { ref, parent } = findTip(view, options.branch);
  if (options.expectedHead !== undefined && options.expectedHead !== parent) {
    throw new GovcError('ref-conflict', `"${ref}" was expected at ${options.expectedHead}, but it is ${parent ?? 'unborn'}.`, {
      name: ref, expected: options.expectedHead, actual: parent,
    });
  }
  const baseTree = parent === undefined ? view.algorithm.emptyTreeId : readCommit(view, parent).tree;
  const tree = options.tree?.writtenId === baseTree
    ? options.tree
    : new TreeEditor(view.objects, baseTree, view.algorithm);
  tree.rebind(view.objects);
  // Also those that the repository holds: without a ref that leads there, another process may be about to delete its copy.
  for (const blob of stage.blobs.objects()) draft.write('blob', blob.body);
  stage.applyTo(tree);
  const treeId = tree.write((type, body) => draft.write(type, body));
  if (treeId === baseTree && options.allowEmpty !== true && options.parents === undefined) {
    throw new GovcError('nothing-to-commit', `Nothing differs from the tip of "${ref}"; stage a change first.`, { ref });
  }
  if (treeId === view.algorithm.emptyTreeId) draft.write('tree', new Uint8Array(0));
  const message = endWithLineFeed(text.message);
  const parents = options.parents ?? (parent === undefined ? [] : [parent]);
  const commit = makeCommit({ tree: treeId, parents, author: text.author, committer: text.committer, message });
  const id = draft.write('commit', commitBody(commit, options.signer, view.algorithm));
  draft.editRef(ref, directRef(id));
  return { commit: { ...readCommit(view, id), ref }, tree };
}

/**
 * The message of a commit. It stays as it is unless something asks for it to be cleaned or composed.
 *
 * @throws {GovcError} replay-invalid: nothing is left of the message; revision-invalid
 */
export function composeCommitMessage(context: ReadContext, message: string, options: CommitOptions & { readonly committer: Identity }): string {
  const { cleanup, signoff, trailers, squashInto, allowEmptyMessage } = options;
  let text = message;
  if (squashInto !== undefined) text = fixupMessageFor(context, squashInto.kind, { revision: squashInto.revision, body: message === '' ? undefined : message });
  const isPlain = cleanup === undefined && signoff !== true && trailers === undefined && squashInto === undefined;
  if (!isPlain) text = finishMessage(context, text, { cleanup, signoff, trailers, committer: options.committer });
  if (text === '' && !(allowEmptyMessage ?? isPlain)) {
    throw new GovcError('replay-invalid', 'Nothing is left of the message; write one, or allow it to be empty.', {});
  }
  return text;
}

/** The line for the reflog, in Git's words. */
export function commitReflog(text: CommitText, kind: 'initial' | 'merge' | undefined): ReflogNote {
  const subject = text.message.split('\n', 1)[0]!;
  return { identity: text.committer, message: `commit${kind === undefined ? '' : ` (${kind})`}: ${subject}` };
}

function findTip(view: Snapshot, branch: string | undefined): { ref: RefName; parent: ObjectId | undefined } {
  if (branch !== undefined) {
    const ref = branchRef(branch);
    return { ref: resolveRef(view.refs, ref)?.name ?? ref, parent: findRefId(view.refs, ref) };
  }
  const end = resolveRef(view.refs, HEAD);
  if (end === undefined) throw new GovcError('ref-missing', 'The repository has no HEAD; name a branch.', { name: HEAD });
  return { ref: end.name, parent: end.id };
}

function endWithLineFeed(message: string): string {
  return message === '' || message.endsWith('\n') ? message : `${message}\n`;
}
