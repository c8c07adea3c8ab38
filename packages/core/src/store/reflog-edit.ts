import type { ReflogEntry } from '../ref/reflog.js';
import type { RefName } from '../ref/ref-name.js';

/** One change of the log of one ref. */
export type ReflogStep =
  /** Adds an entry as the newest. */
  | { readonly kind: 'append'; readonly entry: ReflogEntry }
  /** Takes away entries, each once, found by what they say; those that are not there are passed over. */
  | {
    readonly kind: 'remove'; readonly entries: readonly ReflogEntry[];
    /** Makes the old id of each that stays the new id of the one before it. */
    readonly rewrites: boolean;
  };

/** A change of a log that is not the line of a ref's change. */
export interface ReflogEdit {
  readonly name: RefName;
  readonly step: ReflogStep;
}

/**
 * The entries of a log, oldest first, after some steps.
 *
 * @param zeroId what the oldest entry was made of where it is rewritten
 */
export function applyReflogSteps(
  entries: readonly ReflogEntry[], steps: readonly ReflogStep[], zeroId: ReflogEntry['oldId'],
): ReflogEntry[] {
  let current = [...entries];
  for (const step of steps) {
    if (step.kind === 'append') current.push(step.entry);
    else current = removeEntries(current, step, zeroId);
  }
  return current;
}

function removeEntries(
  entries: readonly ReflogEntry[], step: ReflogStep & { readonly kind: 'remove' }, zeroId: ReflogEntry['oldId'],
): ReflogEntry[] {
  const counts = new Map<string, number>();
  for (const entry of step.entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  const kept: ReflogEntry[] = [];
  for (const entry of entries) {
    const key = keyOf(entry);
    const count = counts.get(key) ?? 0;
    if (count > 0) counts.set(key, count - 1);
    else kept.push(entry);
  }
  if (!step.rewrites) return kept;
  let last = zeroId;
  return kept.map((entry) => {
    const rewritten = { ...entry, oldId: last };
    last = entry.newId;
    return rewritten;
  });
}

/** Two entries that say the same have the same key. */
export function keyOf(entry: ReflogEntry): string {
  const { oldId, newId, name, email, timeSeconds, timezone, message } = entry;
  return `${oldId} ${newId} ${name} <${email}> ${timeSeconds} ${timezone}\t${message}`;
}
