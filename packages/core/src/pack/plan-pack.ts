import type { IdTable } from '../hash/id-table.js';
import type { Job } from '../job/job.js';
import { searchDeltas, type DeltaSearchOptions, type NewDelta } from './delta-search.js';
import type { ObjectSource } from './object-source.js';
import type { Pack } from './pack.js';
import { sortedOrderJob } from './pack-index.js';
import type { PackList } from './pack-list.js';
import { PlanDraft, type PlanSources } from './plan-draft.js';

/** How a pack is made. */
export interface PlanPackOptions extends PlanSources, DeltaSearchOptions {
  /** Whether the receiver understands deltas that name their base by offset (`ofs-delta`). Default: true. */
  readonly ofsDelta?: boolean | undefined;
}

/** What will be written, decided in full: rows in typed arrays, numbered as in the list. */
export interface PackPlan {
  readonly list: PackList;
  readonly source: ObjectSource;
  readonly ofsDelta: boolean;
  readonly level: number | undefined;
  /** How each object is written: one of the `ENTRY_` numbers of `plan-draft.ts`. */
  readonly ways: Uint8Array;
  /** The packs that entries are copied from, and per object which of them, or -1. */
  readonly packs: readonly Pack[];
  readonly packNumbers: Int32Array;
  /** Where the copied entry begins in its pack. */
  readonly offsets: Float64Array;
  /** The number of the base of a delta; -1 for none; -2 - n for row n of `knownBases`. */
  readonly bases: Int32Array;
  /** Bases that the receiver has. */
  readonly knownBases: IdTable;
  /** New deltas, deflated, with their inflated sizes. */
  readonly newDeltas: ReadonlyMap<number, NewDelta>;
  /** The order of writing, but for bases that a delta needs earlier. */
  readonly order: Uint32Array;
}

const SLICE = 512;

/**
 * Decides how each object of a list is written: stored entries are copied as they are where the base
 * of a delta goes along (or is known to the receiver), the rest is deltified anew or sent whole.
 * O(objects) but for new deltas; 30 bytes an object.
 *
 * @throws {GovcError} object-missing: the source lacks an object of the list.
 */
export function* planPack(list: PackList, options: PlanPackOptions): Job<PackPlan> {
  const count = list.count;
  const draft = new PlanDraft(list, options);
  for (let i = 0; i < count; i++) {
    draft.locate(i);
    if (i % SLICE === SLICE - 1) yield { phase: 'Counting objects', done: i, total: count };
  }
  const stored = yield* orderOf(draft);
  for (let k = 0; k < count; k++) {
    draft.examine(stored[k]!);
    if (k % SLICE === SLICE - 1) yield { phase: 'Counting objects', done: k, total: count };
  }
  for (let i = 0; i < count; i++) {
    draft.breakChain(i);
    if (i % 8192 === 8191) yield { phase: 'Counting objects', done: i, total: count };
  }
  const newDeltas = yield* searchDeltas(draft, options);
  return {
    list,
    source: options.source,
    ofsDelta: options.ofsDelta ?? true,
    level: options.level,
    ways: draft.ways,
    packs: draft.packs,
    packNumbers: draft.packNumbers,
    offsets: draft.offsets,
    bases: draft.bases,
    knownBases: draft.knownBases,
    newDeltas,
    order: yield* orderOf(draft),
  };
}

/** Objects that are not copied first, in the order of the list; then each pack from its begin to its end. */
function* orderOf(draft: PlanDraft): Job<Uint32Array> {
  const { packs, packNumbers, offsets, list } = draft;
  const order = new Uint32Array(list.count);
  const counts = new Uint32Array(packs.length + 2);
  for (let i = 0; i < list.count; i++) counts[packNumbers[i]! + 2]!++;
  for (let k = 1; k < counts.length; k++) counts[k]! += counts[k - 1]!;
  for (let i = 0; i < list.count; i++) order[counts[packNumbers[i]! + 1]!++] = i;
  // counts[k + 1] is now where the rows of pack k end, and where they began is the end of those before.
  for (let k = 0; k < packs.length; k++) {
    const part = order.subarray(counts[k], counts[k + 1]);
    const keys = new Float64Array(part.length);
    for (let i = 0; i < part.length; i++) keys[i] = offsets[part[i]!]!;
    const sorted = yield* sortRows(keys, part);
    part.set(sorted);
    yield { phase: 'Counting objects', done: list.count, total: list.count };
  }
  return order;
}

function* sortRows(keys: Float64Array, rows: Uint32Array): Job<Uint32Array> {
  const order = yield* sortedOrderJob(keys);
  for (let i = 0; i < order.length; i++) order[i] = rows[order[i]!]!;
  return order;
}
