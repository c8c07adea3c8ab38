import type { Batch, ObjectId, Reality } from '@govc/core';
import { branchRef } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { WorkingFiles } from '../routes/working-files.js';
import { branchTip } from './branch-tip.js';
import type { StoppedWork } from './stopped-work.js';

/**
 * - `transaction`: somebody's proposal of one commit, under an id that nobody can guess
 * - `reality`: a branch of the whole repository on trial, under a name, for all who may write
 * - `sequence`: somebody's cherry-pick, revert or rebase that waits for a decision
 */
export type RealityKind = 'transaction' | 'reality' | 'sequence';

/** A reality that lives between requests. */
export interface KeptReality {
  readonly kind: RealityKind;
  /** The id of a transaction or the name of a reality. */
  readonly id: string;
  readonly hosted: HostedRepository;
  readonly reality: Reality;
  /** The files as they stand with what is staged. */
  files: WorkingFiles;
  /** The branch on which it stands, by its short name. */
  readonly branch: string;
  /** Where it began; `undefined`: before the first commit. */
  readonly base: ObjectId | undefined;
  /** What was done in it, in order, so that its objects can be taken over. */
  readonly batches: readonly Batch[];
  /** Who made it; `undefined`: nobody was signed in. */
  readonly ownerId: string | undefined;
  readonly createdMs: number;
  /** How long it lives without being used. */
  readonly idleMs: number;
  /** Each use moves it. */
  expiresMs: number;
  /** Bytes of content that were brought. */
  sizeBytes: number;
  /** What it was measured by, for choosing a winner. */
  readonly scores: Map<string, number>;
  /** Of a sequence: what it waits for. */
  stopped: StoppedWork | undefined;
}

/** What is to be opened. */
export interface NewReality {
  readonly kind: RealityKind;
  readonly id: string;
  /** Short name; it need not exist yet. */
  readonly branch: string;
  /** A revision at which the branch stands in it. Default: where it stands in the repository. */
  readonly from?: string | undefined;
  readonly ownerId: string | undefined;
  /** Default: {@link RealityLimits}. */
  readonly idleMs?: number | undefined;
}

/** What bounds them. */
export interface RealityLimits {
  /** Open in one repository, of each kind. */
  readonly countMax: Readonly<Record<RealityKind, number>>;
  /** Open in one repository by one identity, of each kind. */
  readonly ownerCountMax: Readonly<Record<RealityKind, number>>;
  /** Content of one, in bytes. */
  readonly sizeMax: number;
  /** Content of all together, in bytes. */
  readonly totalSizeMax: number;
  /** How long an unused one lives unless it says otherwise, and the most that it may say. */
  readonly idleMs: Readonly<Record<RealityKind, number>>;
  readonly idleMsMax: number;
}

/** Those of one repository. */
interface Group {
  readonly entries: Map<string, KeptReality>;
  /** How many there are of a kind, and of a kind by one owner. */
  readonly counts: Map<string, number>;
}

const HOUR_MS = 3_600_000;

/** The bounds of a server. */
export const REALITY_LIMITS: RealityLimits = {
  countMax: { transaction: 1000, reality: 10_000, sequence: 1000 },
  ownerCountMax: { transaction: 100, reality: 5000, sequence: 100 },
  sizeMax: 256 * 1024 * 1024,
  totalSizeMax: 1024 * 1024 * 1024,
  idleMs: { transaction: HOUR_MS, reality: 24 * HOUR_MS, sequence: HOUR_MS },
  idleMsMax: 7 * 24 * HOUR_MS,
};

/**
 * The realities that clients hold open. They are in memory: they end with the server, with the repository, when nobody used them for
 * their time, or when they were published.
 *
 * 1. Opening one is O(1), however many there are and however large the repository is.
 * 2. A repository with an open one is not closed to make room; one that is deleted takes them with it.
 */
export class Realities {
  readonly #clock: () => number;
  readonly #limits: RealityLimits;
  readonly #groups = new Map<HostedRepository, Group>();
  #totalSize = 0;

  constructor({ clock, limits = REALITY_LIMITS }: { readonly clock: () => number; readonly limits?: RealityLimits | undefined }) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Forks one off.
   *
   * @throws {ServerError} reality-exists, realities-exhausted
   * @throws {GovcError} revision-invalid, object-type-mismatch, ref-name-invalid
   */
  open(hosted: HostedRepository, made: NewReality): KeptReality {
    const key = keyOf(made.kind, made.id);
    const old = this.#groups.get(hosted)?.entries.get(key);
    if (old !== undefined && !this.#endIfExpired(old)) {
      throw new ServerError('reality-exists', `There is a ${made.kind} "${made.id}" already.`, { name: made.id });
    }
    this.#mustHaveRoom(hosted, made);
    const entry = fork(hosted, made, { now: this.#clock(), limits: this.#limits });
    const group = this.#groups.get(hosted) ?? { entries: new Map<string, KeptReality>(), counts: new Map<string, number>() };
    this.#groups.set(hosted, group);
    group.entries.set(key, entry);
    for (const counted of countersOf(entry)) group.counts.set(counted, (group.counts.get(counted) ?? 0) + 1);
    return entry;
  }

  /** One that is open, whose time begins anew. @throws {ServerError} transaction-unknown, reality-unknown */
  use(hosted: HostedRepository, kind: RealityKind, id: string): KeptReality {
    const entry = this.#groups.get(hosted)?.entries.get(keyOf(kind, id));
    if (entry === undefined || this.#endIfExpired(entry)) {
      throw new ServerError(`${kind}-unknown`, `There is no open ${kind} "${id.slice(0, 200)}"; it may have expired.`, { id: id.slice(0, 200) });
    }
    entry.expiresMs = this.#clock() + entry.idleMs;
    return entry;
  }

  /** Those of a kind that are open, in the order in which they were opened. */
  list(hosted: HostedRepository, kind: RealityKind): KeptReality[] {
    const entries = [...this.#groups.get(hosted)?.entries.values() ?? []];
    return entries.filter((entry) => entry.kind === kind && !this.#endIfExpired(entry));
  }

  /** Makes room for content. @throws {ServerError} reality-full */
  grow(entry: KeptReality, sizeBytes: number): void {
    const { sizeMax, totalSizeMax } = this.#limits;
    const size = entry.sizeBytes + sizeBytes;
    if (size > sizeMax || this.#totalSize + sizeBytes > totalSizeMax) {
      throw new ServerError('reality-full', `The ${entry.kind} would hold ${size} bytes, which is more than there is room for.`, {
        size, max: Math.min(sizeMax, entry.sizeBytes + totalSizeMax - this.#totalSize),
      });
    }
    entry.sizeBytes = size;
    this.#totalSize += sizeBytes;
  }

  /** Ends one; what was not published is gone. Safe to call again. */
  end(entry: KeptReality): void {
    const group = this.#groups.get(entry.hosted);
    const key = keyOf(entry.kind, entry.id);
    if (group?.entries.get(key) !== entry) return;
    group.entries.delete(key);
    for (const counted of countersOf(entry)) group.counts.set(counted, group.counts.get(counted)! - 1);
    if (group.entries.size === 0) this.#groups.delete(entry.hosted);
    this.#totalSize -= entry.sizeBytes;
    entry.reality.discard();
  }

  /** Ends all of a repository that was closed. */
  drop(hosted: HostedRepository): void {
    for (const entry of [...this.#groups.get(hosted)?.entries.values() ?? []]) this.end(entry);
  }

  /** Whether the repository must stay open. */
  isHolding(hosted: HostedRepository): boolean {
    this.#sweep(hosted);
    return this.#groups.has(hosted);
  }

  /** How many are open. O(repositories with open ones). */
  count(kind: RealityKind): number {
    let count = 0;
    for (const { counts } of this.#groups.values()) count += counts.get(kind) ?? 0;
    return count;
  }

  /** Ends those whose time is over. */
  sweep(): void {
    for (const hosted of [...this.#groups.keys()]) this.#sweep(hosted);
  }

  #sweep(hosted: HostedRepository): void {
    for (const entry of [...this.#groups.get(hosted)?.entries.values() ?? []]) this.#endIfExpired(entry);
  }

  #endIfExpired(entry: KeptReality): boolean {
    if (entry.expiresMs > this.#clock()) return false;
    this.end(entry);
    return true;
  }

  #mustHaveRoom(hosted: HostedRepository, made: NewReality): void {
    const { countMax, ownerCountMax } = this.#limits;
    const [all, own] = countersOf(made);
    const read = (counter: string): number => this.#groups.get(hosted)?.counts.get(counter) ?? 0;
    const isFull = (): boolean => read(all) >= countMax[made.kind] || read(own) >= ownerCountMax[made.kind];
    if (isFull()) this.#sweep(hosted);
    if (!isFull()) return;
    throw new ServerError('realities-exhausted', `So many are open that there cannot be another ${made.kind}; end some.`, {
      open: read(all), yours: read(own),
    });
  }
}

function fork(hosted: HostedRepository, made: NewReality, { now, limits }: { readonly now: number; readonly limits: RealityLimits }): KeptReality {
  const { kind, id, branch, from, ownerId } = made;
  const { repository } = hosted;
  const reality = repository.reality({ branch });
  const ref = branchRef(branch);
  const own = branchTip(repository.snapshot, branch);
  const base = from === undefined ? own : repository.commitAt(from).id;
  const batches: Batch[] = [];
  reality.subscribe(({ batch }) => batches.push(batch));
  if (base !== undefined && base !== own) reality.setRef(ref, base);
  const idleMs = Math.min(made.idleMs ?? limits.idleMs[kind], limits.idleMsMax);
  return {
    kind, id, hosted, reality, files: new WorkingFiles(reality), branch, base, batches, ownerId, idleMs,
    createdMs: now, expiresMs: now + idleMs, sizeBytes: 0, scores: new Map(), stopped: undefined,
  };
}

function keyOf(kind: RealityKind, id: string): string {
  return `${kind} ${id}`;
}

function countersOf({ kind, ownerId }: Pick<KeptReality, 'kind' | 'ownerId'>): readonly [all: string, own: string] {
  return [kind, `${kind} ${ownerId ?? ''}`];
}
