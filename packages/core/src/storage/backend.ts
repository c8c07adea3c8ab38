import type { GovcError } from '../errors.js';
import type { Config } from '../config/config.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Batch } from '../store/batch.js';
import type { ReflogPolicy } from '../store/reflog-policy.js';
import type { ReflogSource } from '../store/reflogs.js';
import type { RerereCache } from '../store/rerere-cache.js';
import type { DirectoryMaintenance } from './directory/directory-maintenance.js';
import type { Spool } from './spool.js';

declare const positionBrand: unique symbol;

/**
 * A place in a backend's log, after some batch. Opaque: only the backend that gave it can read it, and
 * only equality means anything to others.
 */
export type Position = string & { readonly [positionBrand]: true };

/** One step of the log: a batch, and where the log stood after it. */
export interface LogEntry {
  readonly position: Position;
  readonly batch: Batch;
}

/** How {@link Backend.read} goes on after the last batch. */
export interface ReadOptions {
  /** Wait for batches that others append, until `signal` is raised. */
  readonly follow: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Reads what is there and ends. */
export const READ_ONCE: ReadOptions = { follow: false, signal: undefined };

/** Whether whoever reads has asked to end. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/**
 * The log of batches that a repository is durable in: the whole contract of storage.
 *
 * Replaying the log from its start gives the repository's refs, configuration and reachable objects.
 * A backend may answer a read from the start with one batch that has the same effect as the batches
 * that led there; the directory backend, whose log *is* a Git directory, always does. The log is never
 * empty: it begins with the batch that made the repository.
 */
export interface Backend {
  readonly algorithm: HashAlgorithm;
  /**
   * The batches after a position (`undefined`: from the start), oldest first, and with `follow` also
   * those that anyone appends later. Empty when nothing was appended. Raising `signal` ends it.
   *
   * @throws {GovcError} backend-moved: the position is not in the log any more; read from the start.
   * @throws {GovcError} backend-closed, repository-invalid, io-failed
   */
  read(after: Position | undefined, options: ReadOptions): AsyncIterable<LogEntry>;
  /**
   * Makes all batches durable or none, and gives the new end of the log. When it resolves, they survive
   * a crash (as far as the backend promises).
   *
   * @throws {GovcError} backend-moved: the log has changed since `after` in what these batches touch;
   *   read on and try again.
   * @throws {GovcError} backend-closed, io-failed, lock-held, transaction-refused
   */
  append(after: Position, batches: readonly Batch[]): Promise<Position>;
  /**
   * Replaces everything up to a position by one batch of the same effect.
   *
   * @throws {GovcError} backend-moved: the position is not in the log any more.
   */
  compact(upTo: Position, replacement: Batch): Promise<void>;
  /** Releases what it holds. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A capability beside {@link Backend}: the backend serves every object of its log itself, so that a writer need
 * not hold what it has appended.
 */
export interface ObjectKeeper {
  /** All objects of the log, also those that others append. The same source for the backend's whole life. */
  readonly objects: ObjectSource;
}

/** The backend as an object keeper, or `undefined` where it is none. */
export function findObjectKeeper(backend: Backend): ObjectKeeper | undefined {
  return 'objects' in backend ? (backend as Backend & ObjectKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend keeps the reflogs of what was appended itself, others' lines too. */
export interface ReflogKeeper {
  readonly reflogs: ReflogSource;
  /** Which refs get a log where the configuration leaves it open. @throws {GovcError} config-invalid */
  reflogPolicy(config: Config): ReflogPolicy;
}

/** The backend as a keeper of reflogs, or `undefined` where it is none. */
export function findReflogKeeper(backend: Backend): ReflogKeeper | undefined {
  return 'reflogs' in backend ? (backend as Backend & ReflogKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend has a place for the commit-graph file of Git. */
export interface CommitGraphKeeper {
  readonly commitGraph: {
    /** The bytes of its files, the lowest of a chain first; empty where there are none. @throws {GovcError} io-failed */
    read(): readonly Uint8Array[];
    /** Puts one file in place of all. @throws {GovcError} lock-held, io-failed */
    write(bytes: Uint8Array): Promise<void>;
    /** Told why a file is not used. */
    readonly onProblem: (problem: GovcError) => void;
  };
}

/** The backend as a keeper of a commit-graph, or `undefined` where it is none. */
export function findCommitGraphKeeper(backend: Backend): CommitGraphKeeper | undefined {
  return 'commitGraph' in backend ? (backend as Backend & CommitGraphKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend has a place for recorded resolutions of conflicts. */
export interface RerereKeeper {
  readonly rerere: RerereCache & {
    /** Whether the place is there, which turns the recording on where the configuration leaves it open. */
    readonly exists: boolean;
  };
}

/** The backend as a keeper of recorded resolutions, or `undefined` where it is none. */
export function findRerereKeeper(backend: Backend): RerereKeeper | undefined {
  return 'rerere' in backend ? (backend as Backend & RerereKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend has grafts, an older way of giving commits other parents for reading. */
export interface GraftsKeeper {
  /** The text of `info/grafts` as it is now; `undefined` without one. @throws {GovcError} io-failed */
  readGrafts(): Uint8Array | undefined;
}

/** The backend as a keeper of grafts, or `undefined` where it is none. */
export function findGraftsKeeper(backend: Backend): GraftsKeeper | undefined {
  return 'readGrafts' in backend ? (backend as Backend & GraftsKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend stores objects in packs that can be made fewer and better. */
export interface MaintenanceKeeper {
  readonly maintenance: DirectoryMaintenance;
}

/** The backend as something that needs maintenance, or `undefined` where it needs none. */
export function findMaintenanceKeeper(backend: Backend): MaintenanceKeeper | undefined {
  return 'maintenance' in backend ? (backend as Backend & MaintenanceKeeper) : undefined;
}

/** A capability beside {@link Backend}: the backend has a place where packs are received. */
export interface SpoolKeeper {
  readonly spool: Spool;
}

/** The backend as a keeper of a spool, or `undefined` where it is none. */
export function findSpoolKeeper(backend: Backend): SpoolKeeper | undefined {
  return 'spool' in backend ? (backend as Backend & SpoolKeeper) : undefined;
}
