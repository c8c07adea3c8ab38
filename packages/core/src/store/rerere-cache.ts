/** Where recorded resolutions of conflicts are kept: the content of `rr-cache`. */

/** What is kept of one variant of a conflict. */
export interface RerereRecord {
  readonly preimage: Uint8Array | undefined;
  /** `undefined` while nobody has resolved it. */
  readonly postimage: Uint8Array | undefined;
  /** When the preimage was recorded, in seconds since 1970. */
  readonly recordedSeconds: number;
  /** When the resolution was recorded or last used, in seconds since 1970. */
  readonly usedSeconds: number;
}

/** A store of resolutions. What is handed out is never written again. */
export interface RerereCache {
  /** The names of all conflicts. */
  ids(): readonly string[];
  /** The variants of a conflict; the position of each is its number, and one that is gone is `undefined`. */
  find(id: string): readonly (RerereRecord | undefined)[];
  /** Keeps a variant, or with `undefined` removes it. */
  set(id: string, variant: number, record: RerereRecord | undefined): void;
}

/** Resolutions in memory. */
export class MemoryRerereCache implements RerereCache {
  readonly #records = new Map<string, (RerereRecord | undefined)[]>();

  ids(): readonly string[] {
    return [...this.#records.keys()];
  }

  find(id: string): readonly (RerereRecord | undefined)[] {
    return this.#records.get(id)?.slice() ?? [];
  }

  set(id: string, variant: number, record: RerereRecord | undefined): void {
    const records = this.#records.get(id) ?? [];
    while (records.length < variant) records.push(undefined);
    records[variant] = record;
    while (records.length > 0 && records.at(-1) === undefined) records.pop();
    if (records.length === 0) this.#records.delete(id);
    else this.#records.set(id, records);
  }
}
