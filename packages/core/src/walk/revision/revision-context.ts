import type { ObjectId } from '../../hash/object-id.js';
import type { StagingIndex } from '../../staging/staging-index.js';
import type { ReflogSource } from '../../store/reflogs.js';
import type { Snapshot } from '../../store/snapshot.js';
import type { ZoneOffset } from '../../object/calendar-time.js';
import type { CommitGraph } from '../commit-graph.js';

/** What revisions are resolved against. */
export interface RevisionContext {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly reflogs: ReflogSource;
  /** Seconds since 1970, for dates such as `@{2.days.ago}`. */
  readonly nowSeconds: number;
  /** The zone of dates without one. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
  /** What `:path` reads. Default: an index without entries. */
  readonly index?: StagingIndex | undefined;
  /**
   * The folder from which `./` and `../` lead, `''` for the root, else with a slash at its end. Default: there is no
   * working tree, and such paths are refused.
   */
  readonly prefix?: string | undefined;
  /** Told what git would warn of. Default: nobody is told. */
  readonly onWarning?: ((warning: RevisionWarning) => void) | undefined;
}

/** Something that resolves all the same. */
export type RevisionWarning =
  /** Several refs, or a ref and an abbreviated id, have that name; the first by the rules was taken. */
  | { readonly kind: 'ambiguous-name'; readonly name: string }
  /** A reflog begins after the date that was asked for; its oldest value was taken. */
  | { readonly kind: 'reflog-too-young'; readonly name: string; readonly timeSeconds: number; readonly timezone: string };

/** What kind of object the place of a revision asks for; it decides between objects with the same abbreviation. */
export type ExpectedObject = 'commit' | 'committish' | 'tree' | 'treeish' | 'blob';

/** What a revision names. */
export interface ResolvedRevision {
  readonly id: ObjectId;
  /** The path of `rev:path` and `:path`, from the root of the tree; `undefined` for others. */
  readonly path: string | undefined;
  /** The mode of that path's entry. */
  readonly mode: number | undefined;
}
