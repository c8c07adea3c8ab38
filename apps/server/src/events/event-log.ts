import type { ObjectId, Snapshot } from '@govc/core';

import type { EventRecord, RefMove } from './event-record.js';
import type { EventStore } from './event-store.js';

type Refs = Snapshot['refs'];

/** How much of a log is kept. */
export interface EventLogLimits {
  readonly countMax: number;
  /** How many are left when there were more. */
  readonly countKept: number;
}

/** The bounds of a server. */
export const EVENT_LOG_LIMITS: EventLogLimits = { countMax: 10_000, countKept: 5000 };

/** A place in a log. */
export interface EventPlace {
  readonly log: string;
  /** The record that was read last; 0: none. */
  readonly sequence: number;
}

/** What {@link EventLog} needs. */
export interface EventLogOptions {
  readonly store: EventStore;
  /** An id for a new log. */
  readonly makeId: () => string;
  readonly limits?: EventLogLimits | undefined;
}

const REFS_PER_LINE = 1000;

/**
 * The ordered, durable, bounded log of what happened to one repository.
 *
 * 1. Records have the sequence 1, 2, 3, …; what is forgotten is always the oldest.
 * 2. After each record it is known what every ref was then, so that what happened while nobody watched is found.
 * 3. A log has an id of its own: a place in another log of the same repository is never taken for one in this.
 */
export class EventLog {
  /** Random; a new one where the log was lost. */
  readonly id: string;
  readonly #store: EventStore;
  readonly #limits: EventLogLimits;
  #records: EventRecord[];
  #refs: Refs;
  #lineCount: number;
  readonly #waiting = new Set<() => void>();

  private constructor(options: EventLogOptions, start: { readonly id: string; readonly records: EventRecord[]; readonly refs: Refs }) {
    this.#store = options.store;
    this.#limits = options.limits ?? EVENT_LOG_LIMITS;
    this.id = start.id;
    this.#records = start.records;
    this.#refs = start.refs;
    this.#lineCount = start.records.length;
  }

  /**
   * Opens a log, or begins one.
   *
   * @param refs where all refs stand now
   * @returns with `isNew`, and otherwise the moves that happened while nobody watched
   */
  static async open(options: EventLogOptions, refs: Refs): Promise<{ readonly log: EventLog; readonly isNew: boolean; readonly missed: readonly RefMove[] }> {
    const lines = await options.store.read();
    const found = lines === undefined ? undefined : parseLog(lines);
    if (found === undefined) {
      const log = new EventLog(options, { id: options.makeId(), records: [], refs });
      await options.store.replace(log.#lines());
      return { log, isNew: true, missed: [] };
    }
    const missed = compareRefs(found.refs, refs);
    // The moves are about to be recorded; what they lead to is known already.
    return { log: new EventLog(options, { id: found.id, records: found.records, refs }), isNew: false, missed };
  }

  /** The newest place. */
  get end(): EventPlace {
    return { log: this.id, sequence: this.#last };
  }

  /** The sequence before the oldest record that is kept. */
  get start(): number {
    return this.#records.length === 0 ? this.#forgotten : this.#records[0]!.sequence - 1;
  }

  /** Where all refs stand by the last record. */
  get refs(): Refs {
    return this.#refs;
  }

  /** Adds a record. Calls must not overlap. @param refs where all refs stand after it */
  async append(content: Omit<EventRecord, 'sequence'>, refs: Refs): Promise<EventRecord> {
    const record: EventRecord = { sequence: this.#last + 1, ...content };
    await this.#store.append([JSON.stringify(record)]);
    this.#records.push(record);
    this.#refs = refs;
    this.#lineCount++;
    if (this.#lineCount > this.#limits.countMax) await this.#forget();
    for (const wake of [...this.#waiting]) wake();
    return record;
  }

  /** The records after a sequence, oldest first. */
  after(sequence: number, limit: number): readonly EventRecord[] {
    const index = Math.max(0, sequence - this.start);
    return this.#records.slice(index, index + limit);
  }

  /** Calls `wake` at the next record; gives the function that takes that back. */
  onAppend(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  }

  get #last(): number {
    return this.#records.at(-1)?.sequence ?? this.#forgotten;
  }

  /** How many were forgotten where none is kept. */
  #forgotten = 0;

  async #forget(): Promise<void> {
    const kept = this.#records.slice(-this.#limits.countKept);
    this.#records = kept;
    this.#lineCount = kept.length;
    await this.#store.replace(this.#lines());
  }

  /** Everything as it is written: what happened, then where refs stand. */
  #lines(): string[] {
    const lines = [JSON.stringify({ format: 'govc-events', version: 1, log: this.id, after: this.start })];
    for (const record of this.#records) lines.push(JSON.stringify(record));
    let run: [string, string][] = [];
    const flush = (): void => {
      lines.push(JSON.stringify({ refs: run }));
      run = [];
    };
    for (const [name, value] of this.#refs.entries('refs/')) {
      if (value.kind === 'direct') run.push([name, value.id]);
      if (run.length >= REFS_PER_LINE) flush();
    }
    flush();
    return lines;
  }
}

interface ParsedLog {
  readonly id: string;
  readonly records: EventRecord[];
  readonly refs: ReadonlyMap<string, string>;
}

/** What lines say; `undefined` where they are no log of this version, which is then begun anew. */
function parseLog(lines: readonly string[]): ParsedLog | undefined {
  const records: EventRecord[] = [];
  let refs = new Map<string, string>();
  let isRun = false;
  let id: string | undefined;
  for (const line of lines) {
    const value = parseLine(line);
    if (value === undefined) return undefined;
    if ('format' in value) {
      if (value['format'] !== 'govc-events' || value['version'] !== 1 || typeof value['log'] !== 'string') return undefined;
      id = value['log'];
    } else if (Array.isArray(value['refs'])) {
      if (!isRun) refs = new Map();
      for (const [name, at] of value['refs'] as [string, string][]) refs.set(name, at);
      isRun = true;
    } else {
      const record = value as unknown as EventRecord;
      records.push(record);
      isRun = false;
      for (const { ref, after } of record.moves ?? []) {
        if (after === null) refs.delete(ref);
        else refs.set(ref, after);
      }
    }
  }
  return id === undefined ? undefined : { id, records, refs };
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The moves that lead from refs as they were known to refs as they are. */
function compareRefs(known: ReadonlyMap<string, string>, refs: Refs): RefMove[] {
  const moves: RefMove[] = [];
  const left = new Map(known);
  for (const [ref, value] of refs.entries('refs/')) {
    if (value.kind !== 'direct') continue;
    const before = left.get(ref) as ObjectId | undefined;
    left.delete(ref);
    if (before !== value.id) moves.push({ ref, before: before ?? null, after: value.id });
  }
  for (const [ref, before] of left) moves.push({ ref, before: before as ObjectId, after: null });
  return moves;
}
