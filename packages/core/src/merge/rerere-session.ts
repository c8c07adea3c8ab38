/**
 * What `git rerere` does with the files of a stopped merge, over a store of resolutions: it resolves what was resolved before,
 * records what was not, and later takes what someone made of those as their resolution.
 */
import { equalBytes } from '../bytes/compare.js';
import { bytesFromLosslessText, losslessTextFromBytes } from '../bytes/lossless-text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { RerereCache, RerereRecord } from '../store/rerere-cache.js';
import { findConflicts, findVariantToForget, resolveRecorded, type RerereVariant } from './rerere.js';

const DAY_SECONDS = 86_400;

/** A file whose conflict is known by name; plain data. */
export interface RererePath {
  /** Lossless text. */
  readonly path: string;
  readonly id: string;
  readonly variant: number;
}

/** What a session works with. */
export interface RerereSession {
  readonly cache: RerereCache;
  readonly algorithm: HashAlgorithm;
  /** Seconds since 1970, for the collection of old records. */
  readonly nowSeconds: number;
}

/** A file in conflict. */
export interface ConflictedFile {
  readonly path: string;
  /** With markers. */
  readonly content: Uint8Array;
  /** Characters of a marker. Default: 7. */
  readonly markerSize?: number | undefined;
}

/** What became of the files in conflict. */
export interface RerereResult {
  /** Files that were resolved as before, with their content. */
  readonly resolved: readonly (RererePath & { readonly content: Uint8Array })[];
  /** Files that wait for someone; what is made of them goes to {@link recordResolutions}. */
  readonly recorded: readonly RererePath[];
}

const NO_RECORD: RerereVariant = { preimage: undefined, postimage: undefined };

/** Resolves files as before, and records the conflicts of the others. Files without conflict markers are passed over. */
export function recordConflicts(session: RerereSession, files: readonly ConflictedFile[]): RerereResult {
  const { cache, algorithm, nowSeconds } = session;
  const resolved: (RererePath & { content: Uint8Array })[] = [];
  const recorded: RererePath[] = [];
  for (const { path, content, markerSize } of files) {
    const conflicts = findConflicts(content, algorithm, markerSize);
    if (conflicts === undefined || conflicts === 'malformed') continue;
    const { id } = conflicts;
    const records = cache.find(id);
    const outcome = resolveRecorded(conflicts.preimage, records.map((record) => record ?? NO_RECORD));
    const { variant } = outcome;
    if (outcome.kind === 'resolved') {
      cache.set(id, variant, { ...records[variant]!, usedSeconds: nowSeconds });
      resolved.push({ path, id, variant, content: outcome.content });
    } else {
      // The same conflict may wait already, without a resolution.
      const waiting = records.findIndex((record) => record?.postimage === undefined && record?.preimage !== undefined && equalBytes(record.preimage, outcome.preimage));
      const at = waiting < 0 ? variant : waiting;
      cache.set(id, at, { preimage: outcome.preimage, postimage: undefined, recordedSeconds: nowSeconds, usedSeconds: 0 });
      recorded.push({ path, id, variant: at });
    }
  }
  return { resolved, recorded };
}

/**
 * Records what someone made of files that were waiting.
 *
 * @param read the content of a file now; `undefined` where it is gone
 * @returns the files that still wait, because they have conflict markers
 */
export function recordResolutions(session: RerereSession, waiting: readonly RererePath[], read: (path: string) => Uint8Array | undefined): RererePath[] {
  const { cache, algorithm, nowSeconds } = session;
  const left: RererePath[] = [];
  for (const entry of waiting) {
    const content = read(entry.path);
    if (content === undefined) continue;
    if (findConflicts(content, algorithm) !== undefined) {
      left.push(entry);
      continue;
    }
    const record = cache.find(entry.id)[entry.variant];
    if (record?.preimage !== undefined) cache.set(entry.id, entry.variant, { ...record, postimage: content.slice(), usedSeconds: nowSeconds });
  }
  return left;
}

/** Forgets the resolution of a file as it is in conflict; gives what waits for another one, or `undefined` where none was known. */
export function forgetResolution(session: RerereSession, file: ConflictedFile): RererePath | undefined {
  const conflicts = findConflicts(file.content, session.algorithm, file.markerSize);
  if (conflicts === undefined || conflicts === 'malformed') return undefined;
  const { id, preimage } = conflicts;
  const records = session.cache.find(id);
  const variant = findVariantToForget(preimage, records.map((record) => record ?? NO_RECORD));
  if (variant < 0) return undefined;
  session.cache.set(id, variant, { preimage, postimage: undefined, recordedSeconds: session.nowSeconds, usedSeconds: 0 });
  return { path: file.path, id, variant };
}

/** How long records are kept, in days. */
export interface RerereExpiry {
  /** Since a resolution was used. Default: 60 (`gc.rerereResolved`). */
  readonly resolvedDays?: number | undefined;
  /** Since a conflict was recorded that nobody has resolved. Default: 15 (`gc.rerereUnresolved`). */
  readonly unresolvedDays?: number | undefined;
}

/** Removes old records; gives how many. O(records). */
export function collectResolutions({ cache, nowSeconds }: RerereSession, { resolvedDays = 60, unresolvedDays = 15 }: RerereExpiry = {}): number {
  let count = 0;
  const isOld = ({ postimage, usedSeconds, recordedSeconds }: RerereRecord): boolean => (postimage === undefined
    ? recordedSeconds < nowSeconds - unresolvedDays * DAY_SECONDS
    : usedSeconds < nowSeconds - resolvedDays * DAY_SECONDS);
  for (const id of cache.ids()) {
    for (const [variant, record] of cache.find(id).entries()) {
      if (record === undefined || !isOld(record)) continue;
      cache.set(id, variant, undefined);
      count++;
    }
  }
  return count;
}

/** The bytes of `MERGE_RR`. */
export function serializeRererePaths(paths: readonly RererePath[]): Uint8Array {
  const sorted = [...paths].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return bytesFromLosslessText(sorted.map(({ path, id, variant }) => `${id}${variant === 0 ? '' : `.${variant}`}\t${path}\0`).join(''));
}

/** Reads `MERGE_RR`; what is no entry is left out. */
export function parseRererePaths(bytes: Uint8Array): RererePath[] {
  const paths: RererePath[] = [];
  for (const line of losslessTextFromBytes(bytes).split('\0')) {
    const match = /^(?<id>[0-9a-f]{40}|[0-9a-f]{64})(?:\.(?<variant>[0-9]{1,4}))?\t(?<path>[^]+)$/.exec(line);
    if (match?.groups === undefined) continue;
    paths.push({ path: match.groups['path']!, id: match.groups['id']!, variant: Number(match.groups['variant'] ?? 0) });
  }
  return paths;
}
