import type { Identity } from '../object/identity.js';
import type { FsckPolicy } from '../protocol/receive-config.js';
import type { RefName } from '../ref/ref-name.js';
import type { Refspec } from '../ref/refspec.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { RefUpdate } from './ref-update.js';

/** How deep a history is fetched. */
export interface FetchDepth {
  /** Commits from each tip; `Infinity`: all, as `--unshallow`. */
  readonly depth?: number | undefined;
  /** Whether `depth` counts from the present boundary (`--deepen`). Default: `false`. */
  readonly isRelative?: boolean | undefined;
  /** Seconds since 1970 (`--shallow-since`). */
  readonly sinceSeconds?: number | undefined;
  /** Refs of the remote whose history is left out (`--shallow-exclude`). */
  readonly not?: readonly string[] | undefined;
}

/** What is fetched and how; nothing of where from. */
export interface FetchOptions {
  /** Parsed by `parseFetchRefspec`; empty: `HEAD`, stored nowhere. */
  readonly refspecs: readonly Refspec[];
  /** Where refs are stored besides, for refspecs that store nothing: those of the remote's configuration. Default: nowhere. */
  readonly trackingRefspecs?: readonly Refspec[] | undefined;
  /** `auto`: tags of what is fetched; `all`; `none`. Default: `auto`. */
  readonly tags?: 'auto' | 'all' | 'none' | undefined;
  /** Remove refs that the remote has no more, of those that the refspecs store. Default: `false`. */
  readonly isPruning?: boolean | undefined;
  /** Whether updates that are no fast-forward are made although no `+` says so. Default: `false`. */
  readonly isForced?: boolean | undefined;
  /** Either all refs change or none. Default: `false`. */
  readonly isAtomic?: boolean | undefined;
  readonly depth?: FetchDepth | undefined;
  /** As `--filter` spells it; sent where the remote can filter. What is left out is missing here for good: nothing fetches it later. */
  readonly filter?: string | undefined;
  /** Default: `consecutive`. */
  readonly negotiation?: 'consecutive' | 'skipping' | 'noop' | undefined;
  /** Refs that may not change, with the reason: a branch that is checked out. */
  readonly lockedRefs?: ReadonlyMap<RefName, string> | undefined;
  /** Objects are checked as by `fetch.fsckObjects`. Default: only that they are well-formed. */
  readonly fsck?: FsckPolicy | undefined;
  /** Asked with what is going to change, before anything does. May throw to stop. */
  readonly onPlanned?: ((updates: readonly RefUpdate[]) => void) | undefined;
  /** Finds out what would change and changes nothing. Default: `false`. */
  readonly isDryRun?: boolean | undefined;
}

/** The repository that is fetched into, at one moment. */
export interface FetchTarget {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly identity: Identity;
  /** What the lines of reflogs begin with: `fetch origin`. */
  readonly reflogPrefix: string;
  /** Whether changes of a ref are logged. */
  readonly isLogged: (name: RefName) => boolean;
}
