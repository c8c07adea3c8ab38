/** What a rebase knows, as plain data: it may be kept as JSON and gone on with in another process. */
import type { ObjectId } from '../hash/object-id.js';
import type { SquashState } from '../history/commit-message-squash.js';
import type { TodoItem } from '../history/todo.js';
import type { RefName } from '../ref/ref-name.js';
import type { Person } from './clock.js';
import type { ReplayedCommit, StoppedCommit } from './replay-state.js';

/** How commits are rebased. All of it is plain data. */
export interface RebaseOptions {
  /** Where the commits go. Default: `upstream`. */
  readonly onto?: string | undefined;
  /** Rebase everything down to the roots, which become new roots where there is no `onto`. Default: `false`. */
  readonly root?: boolean | undefined;
  /** The branch to rebase, which `HEAD` is put on; or any commit. Default: where `HEAD` stands. */
  readonly branch?: string | undefined;
  /** Keep where the branch begins: onto the merge base with `upstream`. Default: `false`. */
  readonly keepBase?: boolean | undefined;
  /** Leave out what `upstream` once held, by its reflog. Default: `false`. */
  readonly forkPoint?: boolean | undefined;
  /** Rebase merges too, with labels. Default: `false`, which leaves them out. */
  readonly rebaseMerges?: boolean | 'cousins' | undefined;
  /** Take over commits whose change is upstream already. Default: `false`, or `true` with `keepBase`. */
  readonly reapplyCherryPicks?: boolean | undefined;
  /** Take over commits that were empty before. Default: `true`. */
  readonly keepEmpty?: boolean | undefined;
  /** What becomes of commits that become empty. Default: `drop`; `stop` with a `todo`, `keep` with `exec`. */
  readonly empty?: 'drop' | 'keep' | 'stop' | undefined;
  /** Make every commit anew, also where it would stay the same. Default: `false`. */
  readonly force?: boolean | undefined;
  /** Put commits titled `fixup!`, `squash!` and `amend!` where they belong. Default: `false`. */
  readonly autosquash?: boolean | undefined;
  /** Commands to be run after each commit. Default: none. */
  readonly exec?: readonly string[] | undefined;
  /** Move the branches that point at rebased commits too. Default: `false`. */
  readonly updateRefs?: boolean | undefined;
  readonly signoff?: boolean | undefined;
  readonly committerDateIsAuthorDate?: boolean | undefined;
  readonly resetAuthorDate?: boolean | undefined;
  /** Words as `-X` takes them. Default: none. */
  readonly strategyOptions?: readonly string[] | undefined;
  /** Who commits. Default: `user.name` and `user.email` of the configuration. */
  readonly committer?: Person | undefined;
  /** Who is the author of merges that are made without a commit to go by, and of copied notes. Default: the committer. */
  readonly author?: Person | undefined;
}

/** Why a rebase waits. */
export type RebaseStop =
  /** A change conflicts, or is empty and was to be looked at; a merge has its other parents. */
  | { readonly kind: 'commit'; readonly stopped: StoppedCommit; readonly item: TodoItem; readonly mergeHeads: readonly ObjectId[] }
  /** An octopus that cannot be made; merge it by hand, or skip it. */
  | { readonly kind: 'merge'; readonly item: TodoItem; readonly reason: string }
  /** The commit was made and may be changed now. */
  | { readonly kind: 'edit'; readonly commit: ObjectId }
  | { readonly kind: 'break' }
  /** A command failed. */
  | { readonly kind: 'exec'; readonly command: string; readonly status: number };

/** A rebase under way. */
export interface RebaseState {
  readonly options: RebaseOptions;
  /** The branch that is rebased; `undefined` where `HEAD` was detached. */
  readonly branch: RefName | undefined;
  readonly origin: ObjectId;
  /** `undefined` for new roots. */
  readonly onto: ObjectId | undefined;
  /** Where it stands; `undefined` before a new root. */
  readonly head: ObjectId | undefined;
  readonly todo: readonly TodoItem[];
  readonly done: readonly TodoItem[];
  readonly labels: Readonly<Record<string, ObjectId>>;
  readonly squash: SquashState | undefined;
  /** Whether a person made the list, so that empty commits are looked at. */
  readonly isInteractive: boolean;
  readonly refs: Readonly<Record<string, ObjectId>>;
  readonly rewritten: readonly ReplayedCommit[];
  /** Commits that wait for what is squashed into them. */
  readonly pending: readonly ObjectId[];
  readonly stop: RebaseStop | undefined;
}

/** What became of a rebase. */
export type RebaseResult =
  | { readonly kind: 'done'; readonly head: ObjectId; readonly rewritten: readonly ReplayedCommit[] }
  | { readonly kind: 'stopped'; readonly state: RebaseState & { readonly stop: RebaseStop } };
