import type { Snapshot } from '../store/snapshot.js';

/** Something that reads from snapshots for as long as it is held: a reality. */
export interface SnapshotHolder {
  readonly base: Snapshot;
  readonly snapshot: Snapshot;
}

const PRUNE_MIN = 256;

/**
 * The snapshots and realities of a repository that somebody may still read, though its refs have moved on. They are held weakly: what
 * nobody refers to is forgotten when memory is collected.
 */
export class OpenSnapshots {
  #snapshots: WeakRef<Snapshot>[] = [];
  #holders: WeakRef<SnapshotHolder>[] = [];
  #pruneAt = PRUNE_MIN;

  /** Notes a snapshot that is no longer the current one. */
  add(snapshot: Snapshot): void {
    this.#snapshots.push(new WeakRef(snapshot));
    this.#prune();
  }

  /** Notes a reality. */
  addHolder(holder: SnapshotHolder): void {
    this.#holders.push(new WeakRef(holder));
    this.#prune();
  }

  /** Those that are left, each set of refs once. */
  list(): Snapshot[] {
    const found = new Map<unknown, Snapshot>();
    for (const reference of this.#snapshots) {
      const snapshot = reference.deref();
      if (snapshot !== undefined) found.set(snapshot.refs, snapshot);
    }
    for (const reference of this.#holders) {
      const holder = reference.deref();
      if (holder === undefined) continue;
      found.set(holder.base.refs, holder.base);
      found.set(holder.snapshot.refs, holder.snapshot);
    }
    return [...found.values()];
  }

  #prune(): void {
    if (this.#snapshots.length + this.#holders.length < this.#pruneAt) return;
    this.#snapshots = this.#snapshots.filter((reference) => reference.deref() !== undefined);
    this.#holders = this.#holders.filter((reference) => reference.deref() !== undefined);
    this.#pruneAt = Math.max(PRUNE_MIN, (this.#snapshots.length + this.#holders.length) * 2);
  }
}
