import type { ObjectId, Repository } from '@govc/core';

/** By what the state at a moment is found. */
export type PastSource = 'reflog' | 'commit-date';

/** Where a ref stood. */
export interface Past {
  readonly commit: ObjectId;
  readonly by: PastSource;
  /** Whether the log goes back that far; else this is the oldest that it knows. */
  readonly isExact: boolean;
}

/** What is asked for. */
export interface PastQuery {
  /** Full or short name, or for commit dates any revision. */
  readonly ref: string;
  readonly timeSeconds: number;
  readonly by: PastSource;
}

/**
 * Where a ref stood at a moment: by its reflog, which says what was where when; where there is none, or when that is asked for, the newest
 * commit that was made by then. `undefined`: nowhere.
 *
 * @throws {GovcError} revision-invalid
 */
export function findPast(repository: Repository, { ref, timeSeconds, by }: PastQuery): Past | undefined {
  const entries = by === 'reflog' ? repository.reflog(ref) : [];
  const oldest = entries.at(-1);
  if (oldest === undefined) return byCommitDate(repository, ref, timeSeconds);
  const { zeroId } = repository.snapshot.algorithm;
  const entry = entries.find((each) => each.timeSeconds <= timeSeconds);
  const commit = entry?.newId ?? oldest.oldId;
  return commit === zeroId ? undefined : { commit, by: 'reflog', isExact: entry !== undefined };
}

function byCommitDate(repository: Repository, ref: string, timeSeconds: number): Past | undefined {
  const [found] = repository.log({ from: ref, until: timeSeconds, limit: 1 });
  return found === undefined ? undefined : { commit: found.id, by: 'commit-date', isExact: true };
}
