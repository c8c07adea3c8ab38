import type { ObjectId } from '@govc/core';
import { BRANCH_PREFIX, commitMessageText, HEAD, messageSubject, parseCommit, peelToTree, resolveRef, type RefName } from '@govc/core/plumbing';

import type { Session } from '../session/session.js';

/** Where HEAD stands. */
export interface HeadState {
  /** The ref that a commit moves: a branch, or HEAD itself. */
  readonly ref: RefName;
  /** The branch without `refs/heads/`; `undefined` where HEAD is detached. */
  readonly branch: string | undefined;
  readonly isDetached: boolean;
  /** `undefined` before the first commit. */
  readonly id: ObjectId | undefined;
  readonly tree: ObjectId | undefined;
}

/** Where HEAD of this worktree stands now. */
export function readHead(session: Session): HeadState {
  const { refs } = session.repository.snapshot;
  const value = refs.get(HEAD);
  const end = value === undefined ? undefined : resolveRef(refs, HEAD);
  const ref = end?.name ?? (value?.kind === 'symbolic' ? value.target : HEAD);
  const isDetached = value?.kind !== 'symbolic';
  const id = end?.id;
  return {
    ref, isDetached, id,
    branch: isDetached ? undefined : ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : ref,
    tree: id === undefined ? undefined : peelToTree(session.context.snapshot, id),
  };
}

/** The subject of a commit. */
export function subjectOf(session: Session, id: ObjectId): string {
  return messageSubject(commitMessageText(parseCommit(session.context.snapshot.objects.find(id)!.body, session.algorithm)));
}
