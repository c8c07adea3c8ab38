import type { ZoneOffset } from '../object/calendar-time.js';
import type { RerereCache } from '../store/rerere-cache.js';
import type { ReflogSource } from '../store/reflogs.js';
import type { Snapshot } from '../store/snapshot.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { Clock } from './clock.js';

/** What a reading verb works on: one moment of a repository, a reality or a transaction. */
export interface ReadContext {
  readonly snapshot: Snapshot;
  /** The commits that were read so far; shared by all snapshots. */
  readonly graph: CommitGraph;
  readonly reflogs: ReflogSource;
  /** For relative dates such as `@{2.days.ago}`. */
  readonly clock: Clock;
  /** The zone of dates that name none. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
  /** Where resolutions of conflicts are recorded when a verb is told nothing else. Default: nowhere. */
  readonly findRerere?: (() => RerereCache | undefined) | undefined;
}
