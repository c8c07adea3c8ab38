import type { ReflogEntry } from '../ref/reflog.js';
import type { AncestryRequest } from '../walk/ancestry.js';
import type { ReflogWalk } from './rev-list-options.js';

/** One entry of a walk through reflogs. */
export interface ReflogStep {
  /** The number of the commit that the ref became. */
  readonly commit: number;
  readonly name: string;
  /** Counted from the newest entry, as in `name@{index}`. */
  readonly index: number;
  readonly entry: ReflogEntry;
}

/**
 * The entries of some reflogs, each from the newest to the oldest, the youngest of all next (`--walk-reflogs`). Entries that
 * name no commit are left out.
 */
export function* walkReflogs(
  { graph, objects }: AncestryRequest, logs: readonly ReflogWalk[],
): Generator<ReflogStep, void, void> {
  const places = logs.map(({ entries }) => entries.length - 1);
  for (;;) {
    let best = -1;
    let bestTime = Number.NEGATIVE_INFINITY;
    for (const [log, { entries }] of logs.entries()) {
      let at = places[log]!;
      while (at >= 0 && objects.findHeader(entries[at]!.newId)?.type !== 'commit') at--;
      places[log] = at;
      if (at < 0 || entries[at]!.timeSeconds <= bestTime) continue;
      best = log;
      bestTime = entries[at]!.timeSeconds;
    }
    if (best < 0) return;
    const { name, entries } = logs[best]!;
    const at = places[best]!--;
    yield { commit: graph.numberOf(entries[at]!.newId), name, index: entries.length - 1 - at, entry: entries[at]! };
  }
}
