import type { Repository } from '@govc/core';
import type { GitDirectory, Spool } from '@govc/core/storage';
import type { Lease, PoolStats } from '@govc/pool';

import type { QuotaKeeper } from './quota.js';

/** A repository with what a server needs around it. */
export interface HostedRepository {
  /** As it stands in URLs, without `.git`. */
  readonly id: string;
  readonly repository: Repository;
  /** Where packs of pushes land. */
  readonly spool: Spool;
  /** Where it lies on disk; `undefined` in memory. */
  readonly directory: GitDirectory | undefined;
  /** Tells the directory from another one that took its place; `undefined` in memory. */
  readonly identity: string | undefined;
  /** How it is shown: its folder below the one that is served, or `:memory:`. */
  readonly path: string;
  /** Keeps it within its bounds; `undefined`: it has none. */
  readonly quota?: QuotaKeeper | undefined;
  /** Whether it ends with the process. */
  readonly isMemoryOnly: boolean;
  readonly createdMs: number;
  description: string;
}

/** What a new repository is to be. */
export interface NewRepository {
  readonly id: string;
  readonly isMemoryOnly: boolean;
  readonly defaultBranch: string;
  readonly objectFormat: 'sha1' | 'sha256';
  readonly description: string;
  /** What it begins with. In the same kind of place objects are shared, not copied. Default: nothing. */
  readonly origin?: HostedRepository | undefined;
}

/** The repositories that a server serves. */
export interface Repositories {
  /** How repositories are kept, for people: "in memory", or a folder. */
  readonly place: string;
  /** Whether the rules of `git http-backend` decide about services, because others made the repositories. */
  readonly isForeign: boolean;
  /** How many there are, as far as is known without looking at the disk. */
  readonly count: number;
  /**
   * Makes a repository and leases it.
   *
   * @throws {ServerError} repository-id-invalid, repository-id-taken, repository-creation-disabled
   * @throws {PoolError} pool-exhausted, pool-closed
   */
  create(request: NewRepository): Promise<Lease<HostedRepository>>;
  /**
   * Leases a repository in its newest state, with what other processes did.
   *
   * @param name with or without `.git`
   * @throws {ServerError} repository-unknown
   * @throws {PoolError} pool-exhausted, pool-closed
   */
  acquire(name: string): Promise<Lease<HostedRepository>>;
  /** The ids, ordered. Cost: reads folders. */
  list(): Promise<readonly string[]>;
  /**
   * Deletes a repository for good: at once for new requests, on disk when those that use it have ended.
   *
   * @throws {ServerError} repository-unknown, repository-creation-disabled
   */
  delete(name: string): Promise<void>;
  /**
   * Gives a repository another id: at once for new requests; those that use it under the old one end first.
   *
   * @throws {ServerError} repository-unknown, repository-id-invalid, repository-id-taken, repository-creation-disabled
   */
  rename(name: string, to: string): Promise<void>;
  /**
   * Gives a repository another description, durably where it is.
   *
   * @throws {ServerError} repository-creation-disabled
   */
  describe(hosted: HostedRepository, description: string): Promise<void>;
  /** Whether the place can be read and written. @throws when not */
  probe(): Promise<void>;
  /** Closes repositories that nobody used for a while, and says how many those were and how many are left open. */
  cleanup(): Promise<{ readonly evicted: number; readonly remaining: number }>;
  /** What is open, and what the pool did since the start. Cost: O(open repositories). */
  poolStats(): PoolStats;
  /** Waits for leases to end, or `signal`, then flushes and closes everything. */
  close(signal: AbortSignal): Promise<void>;
}
