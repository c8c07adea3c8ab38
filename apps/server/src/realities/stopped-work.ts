import type { ObjectId, RebaseState, RebaseStop, ReplayedCommit, SequenceKind, SequenceState } from '@govc/core';

/** A cherry-pick, revert or rebase that waits: for a decision, or, when it is finished, for leave to be published. */
export type StoppedWork =
  | { readonly kind: SequenceKind; readonly state: SequenceState; readonly progress: ReplayProgress; readonly body: object }
  | { readonly kind: 'rebase'; readonly state: RebaseState & { readonly stop: RebaseStop }; readonly oldHead: ObjectId; readonly body: object }
  | { readonly kind: 'finished'; readonly of: SequenceKind | 'rebase'; readonly body: object };

/** What a cherry-pick or revert has made so far. */
export interface ReplayProgress {
  /** Where the branch stood before. */
  readonly before: ObjectId | undefined;
  readonly commits: readonly ReplayedCommit[];
}
