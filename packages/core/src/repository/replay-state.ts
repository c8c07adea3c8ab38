/** What a replay of commits knows, as plain data: it may be kept as JSON and gone on with in another process. */
import type { ObjectId } from '../hash/object-id.js';
import type { MergeEnvironment } from '../merge/replay-options.js';
import type { MergeMessage } from '../merge/merge-message.js';
import type { MergeStage } from '../merge/merge-trees.js';
import type { RererePath } from '../merge/rerere-session.js';
import type { RerereCache } from '../store/rerere-cache.js';
import type { Person } from './clock.js';
import type { SignerChoice } from './sign.js';

/** How commits are made again. All of it is plain data. */
export interface ReplayOptions {
  /** Words as `-X` takes them: `theirs`, `find-renames=40`, `ignore-space-change`. Default: none. */
  readonly strategyOptions?: readonly string[] | undefined;
  /** The parent of merges, counted from 1, against which they are taken for a change. Default: merges are refused. */
  readonly mainline?: number | undefined;
  /** Say in the message where a commit was picked from (`-x`). Default: `false`. */
  readonly recordOrigin?: boolean | undefined;
  /** Add a sign-off of the committer. Default: `false`. */
  readonly signoff?: boolean | undefined;
  /** Make commits that were empty already. Default: `false`, which stops at them. */
  readonly allowEmpty?: boolean | undefined;
  /** Make commits that became empty. Default: `false`, which stops at them. */
  readonly keepRedundant?: boolean | undefined;
  /** Take a commit as it is where its parent is the tip already. Default: `false`. */
  readonly fastForward?: boolean | undefined;
  /** Name reverted commits by a short id, title and date (`--reference`). Default: by full id. */
  readonly reference?: boolean | undefined;
  /** Commit after a stop although no message is left. Default: `false`. */
  readonly allowEmptyMessage?: boolean | undefined;
  /** Who commits. Default: `user.name` and `user.email` of the configuration, by the clock at each commit. */
  readonly committer?: Person | undefined;
  /** Who is the author of reverts. Default: the committer. */
  readonly author?: Person | undefined;
}

/** What asks for a message to be edited. */
export interface MessageRequest {
  readonly verb: 'pick' | 'revert' | 'reword' | 'squash' | 'fixup' | 'merge';
  readonly commit: ObjectId;
}

/** What only the running process has. */
export interface ReplayEnvironment {
  readonly merge?: MergeEnvironment | undefined;
  /** Resolves conflicts as they were resolved before, and records new ones, unless `rerere.enabled` is `false`. Default: those of the directory of the repository, if it has any. */
  readonly rerere?: RerereCache | undefined;
  /** Signs the commits that are made (`-S`). Default: the signer of the repository, where `commit.gpgSign` says so. */
  readonly signer?: SignerChoice | undefined;
  /** Edits a message, as an editor would; comments are taken away from what it gives. Default: messages are left alone. */
  readonly editMessage?: ((text: string, request: MessageRequest) => string) | undefined;
  /** Runs a command of a todo list at a commit and gives its exit status. Default: commands are refused. */
  readonly runCommand?: ((command: string, head: ObjectId) => number) | undefined;
}

/** A path that someone has to decide about. */
export interface ReplayConflict {
  /** Lossless text. */
  readonly path: string;
  /** What an index would hold in stages 1, 2 and 3. */
  readonly stages: { readonly base: MergeStage | undefined; readonly ours: MergeStage | undefined; readonly theirs: MergeStage | undefined };
}

/** A commit that could not be made again by itself. */
export interface StoppedCommit {
  readonly commit: ObjectId;
  /**
   * - `conflict`: decide about `conflicts`, whose files stand in `tree` with markers
   * - `empty`: the change is there already
   */
  readonly reason: 'conflict' | 'empty';
  /** What the files would be. */
  readonly tree: ObjectId;
  readonly conflicts: readonly ReplayConflict[];
  /** Files whose resolution is to be recorded, where there is a store of such. Default: none. */
  readonly rerere?: readonly RererePath[] | undefined;
  /** What the merge has to say, in Git's words. */
  readonly messages: readonly MergeMessage[];
  /** The message that the commit is to get, with comments about conflicts. Lossless text. */
  readonly message: string;
}

/** A commit and what it was made from. */
export interface ReplayedCommit {
  readonly from: ObjectId;
  readonly to: ObjectId;
}

/** How a stopped replay is gone on with. */
export interface ReplayResolution {
  /** The files as they are to be committed. Default: those of the stop, with `paths` laid over them. */
  readonly tree?: ObjectId | undefined;
  /** What stands at the paths in conflict: content, an entry, or nothing. */
  readonly paths?: ReadonlyMap<string, Uint8Array | MergeStage | undefined> | undefined;
  /** The message. Default: that of the stop, without its comments. */
  readonly message?: string | undefined;
  /** Commit although nothing changes. Default: `false`. */
  readonly allowEmpty?: boolean | undefined;
}
