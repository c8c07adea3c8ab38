/** What a ref was: `ref@{n}` and `ref@{date}` of gitrevisions. */
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectId } from '../../hash/object-id.js';
import type { ReflogEntry } from '../../ref/reflog.js';

/** What a log says. `isExact` is false where it does not go back that far; then it is the oldest value known. */
export interface ReflogValue {
  /** `undefined`: the log is silent, and the value of the ref itself stands. */
  readonly id: ObjectId | undefined;
  readonly isExact: boolean;
  /** The entry that decided. */
  readonly entry: ReflogEntry | undefined;
}

/** The value before the last n changes. @param entries oldest first; not empty unless `n` is 0 */
export function reflogValueAt(entries: readonly ReflogEntry[], n: number, algorithm: HashAlgorithm): ReflogValue {
  if (n === 0) return { id: entries.at(-1)?.newId, isExact: true, entry: entries.at(-1) };
  let left = n;
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!;
    if (left > 0) left--;
    if (left === 0 && entry.oldId !== algorithm.zeroId) return { id: entry.oldId, isExact: true, entry };
    // Git takes an entry of 1970 for one that is old enough.
    if (entry.timeSeconds <= 0) return fromDate(entries, i, { timeSeconds: 0, algorithm });
  }
  return oldest(entries, algorithm);
}

/** The value at a moment, in seconds since 1970. @param entries oldest first; not empty */
export function reflogValueOn(entries: readonly ReflogEntry[], timeSeconds: number, algorithm: HashAlgorithm): ReflogValue {
  for (let i = entries.length - 1; i >= 0; i--) {
    if (entries[i]!.timeSeconds <= timeSeconds) return fromDate(entries, i, { timeSeconds, algorithm });
  }
  return oldest(entries, algorithm);
}

function fromDate(
  entries: readonly ReflogEntry[], index: number,
  { timeSeconds, algorithm }: { readonly timeSeconds: number; readonly algorithm: HashAlgorithm },
): ReflogValue {
  const entry = entries[index]!;
  const later = entries[index + 1];
  const isUsed = (later !== undefined && later.oldId !== algorithm.zeroId) || entry.timeSeconds === timeSeconds;
  return { id: isUsed ? entry.newId : undefined, isExact: true, entry };
}

function oldest(entries: readonly ReflogEntry[], algorithm: HashAlgorithm): ReflogValue {
  const [entry] = entries;
  const id = entry?.oldId === algorithm.zeroId ? entry.newId : entry?.oldId;
  return { id, isExact: false, entry };
}
