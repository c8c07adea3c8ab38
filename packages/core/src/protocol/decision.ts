import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { RefName } from '../ref/ref-name.js';
import type { Snapshot } from '../store/snapshot.js';

/** One change that a push asks for. The all-zero id stands for "does not exist". */
export interface PushCommand {
  /** As the client sent it, not checked; bytes that are not UTF-8 are escaped (`bytes/lossless-text.ts`). */
  readonly name: string;
  readonly oldId: ObjectId;
  readonly newId: ObjectId;
}

/** A push as those see it who decide about it. */
export interface Push {
  readonly algorithm: HashAlgorithm;
  readonly commands: readonly PushCommand[];
  /** The `--push-option`s; `undefined` when client and server did not agree on them. */
  readonly options: readonly string[] | undefined;
  readonly atomic: boolean;
  /** The repository with what was pushed, refs still as they were: an ordinary snapshot to inspect. */
  readonly view: Snapshot;
  /** Where the pushed objects lie while they are not accepted, for hooks of Git; `undefined` in memory. */
  readonly quarantinePath: string | undefined;
}

/**
 * A question to policy and hooks, in Git's order (githooks):
 *
 * - `pre-receive`: may the push go on at all? Once, with all commands.
 * - `proc-receive`: carry out these commands yourself (`receive.procReceiveRefs`), after pre-receive.
 * - `update`: may this one command take effect? After it passed all of Git's own checks.
 * - `update-worktree`: bring the worktree of the current branch to the new commit
 *   (`receive.denyCurrentBranch=updateInstead`).
 * - `post-receive`, `post-update`: these took effect. The answer changes nothing.
 */
export type Decision =
  | { readonly kind: 'pre-receive'; readonly push: Push; readonly commands: readonly PushCommand[] }
  | { readonly kind: 'proc-receive'; readonly push: Push; readonly commands: readonly PushCommand[] }
  | { readonly kind: 'update'; readonly push: Push; readonly command: PushCommand }
  | { readonly kind: 'update-worktree'; readonly push: Push; readonly command: PushCommand }
  | { readonly kind: 'post-receive'; readonly push: Push; readonly commands: readonly PushCommand[] }
  | { readonly kind: 'post-update'; readonly push: Push; readonly names: readonly RefName[] };

/** The answer to all decisions but `proc-receive`. */
export interface Verdict {
  readonly kind: 'verdict';
  readonly accepted: boolean;
  /** What the client's report says; `undefined`: the words of Git for a hook that declined. */
  readonly reason: string | undefined;
}

/** Yes. */
export const ACCEPTED: Verdict = { kind: 'verdict', accepted: true, reason: undefined };

/** No, for a reason that the pusher reads in the report; without one in Git's words. */
export function refused(reason?: string): Verdict {
  return { kind: 'verdict', accepted: false, reason };
}

/** The answer to `proc-receive`: a line for each command, or why there is none. What went wrong is told to the pusher. */
export interface ProcReceiveAnswer {
  readonly kind: 'proc-receive';
  /** In the order in which they were said; a command may have several `ok` lines. */
  readonly reports: readonly ProcReceiveReport[];
  /** Why the handler never came to report, so that commands without a report count as not run; `undefined` when it did. */
  readonly error: string | undefined;
  /** What was wrong with what it reported or with how it ended; commands that it did report stay reported. */
  readonly problems: readonly string[];
}

/** What a proc-receive handler did with one command (githooks, "proc-receive"). */
export interface ProcReceiveReport {
  readonly name: string;
  /**
   * - `ok`: done
   * - `ng`: refused, with the reason
   * - `fall-through`: receive-pack shall do it as usual
   */
  readonly status: 'ok' | 'ng' | 'fall-through';
  readonly reason: string | undefined;
  /** What really happened, where it is not what was asked for. */
  readonly rewritten: RewrittenCommand | undefined;
}

/** The option lines of report-status-v2; what is `undefined` is as in the command. */
export interface RewrittenCommand {
  readonly name: string | undefined;
  readonly oldId: ObjectId | undefined;
  readonly newId: ObjectId | undefined;
  readonly forced: boolean;
}
