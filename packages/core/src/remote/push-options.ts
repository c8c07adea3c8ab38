import type { ObjectId } from '../hash/object-id.js';
import type { Identity } from '../object/identity.js';
import type { RefName } from '../ref/ref-name.js';
import type { Refspec } from '../ref/refspec.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';

/** What the left side of a refspec is here. */
export interface PushSource {
  readonly id: ObjectId;
  /** The ref that it names, where it names one. */
  readonly ref: RefName | undefined;
}

/** What a ref of the remote must be for a push to replace it (`--force-with-lease`). */
export interface PushLease {
  /** The full name at the remote; `undefined`: every ref that is pushed and has no lease of its own. */
  readonly ref: RefName | undefined;
  /** The all-zero id: it must not exist. `undefined`: what the remote-tracking ref says. */
  readonly expected: ObjectId | undefined;
}

/** What is pushed and how. */
export interface PushOptions {
  /** Parsed by `parsePushRefspec`. */
  readonly refspecs: readonly Refspec[];
  /** All refs become what they are here, and what is not here is removed. Default: `false`. */
  readonly isMirror?: boolean | undefined;
  /** Removes refs of the remote that the refspecs would store and that are not here. Default: `false`. */
  readonly isPruning?: boolean | undefined;
  /** Annotated tags of pushed commits go along where the remote lacks them. Default: `false`. */
  readonly followsTags?: boolean | undefined;
  readonly isForced?: boolean | undefined;
  readonly leases?: readonly PushLease[] | undefined;
  /** With a lease: what the remote has must also have been part of the local branch at some time. Default: `false`. */
  readonly mustInclude?: boolean | undefined;
  readonly isAtomic?: boolean | undefined;
  readonly pushOptions?: readonly string[] | undefined;
  readonly isDryRun?: boolean | undefined;
  readonly isQuiet?: boolean | undefined;
  readonly isThin?: boolean | undefined;
  /** What the remote's refs are stored as here, which a push keeps up to date: the refspecs of its fetches. Default: none. */
  readonly trackingRefspecs?: readonly Refspec[] | undefined;
  /** Asked when all is planned and before anything is sent: `pre-push`. May throw to stop. */
  readonly onPlanned?: ((updates: readonly PushUpdate[]) => void) | undefined;
}

/** The repository that is pushed from, at one moment. */
export interface PushFrom {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly identity: Identity;
  /** The left side of a refspec, or `undefined` where it names nothing. */
  readonly resolve: (text: string) => PushSource | undefined;
  /** Whether a commit was ever the tip of a local branch, or an ancestor of one of its tips, by its reflog. */
  readonly wasIncluded: (local: RefName, id: ObjectId) => boolean;
  readonly isLogged: (name: RefName) => boolean;
}

/** What became of one ref of the remote. */
export interface PushUpdate {
  /** What was pushed: the text of the refspec's left side, or the ref's name; `undefined` for a deletion. */
  readonly source: string | undefined;
  /** The local ref, where the source is one. */
  readonly sourceRef: RefName | undefined;
  /** The full name at the remote. */
  readonly target: RefName;
  /** What the remote had; `undefined`: nothing. */
  readonly oldId: ObjectId | undefined;
  /** `undefined`: deleted. */
  readonly newId: ObjectId | undefined;
  /** `rejected`: not even asked for; `refused`: the remote said no; `unreported`: it said nothing. */
  readonly status: 'new' | 'fast-forward' | 'forced' | 'deleted' | 'up-to-date' | 'rejected' | 'refused' | 'unreported';
  /** Why it was rejected or refused, in Git's words. */
  readonly reason: string | undefined;
}
