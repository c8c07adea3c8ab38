import { assert, GovcError } from '../errors.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { sortJob } from '../job/sort.js';
import { LIMITS } from '../limits.js';
import { DeltaIndex } from './create-delta.js';
import { deflate } from './deflate.js';
import type { ObjectSource } from './object-source.js';
import { ENTRY_COPIED, ENTRY_NEW_DELTA, ENTRY_WHOLE, type PlanDraft } from './plan-draft.js';

/** Bytes of an object from which on others get a turn after each thing that is done with it. */
const LARGE = 64 * 1024;

/** How new deltas are looked for. */
export interface DeltaSearchOptions {
  readonly source: ObjectSource;
  /** How many neighbours each object is compared with; 0 looks for no deltas. Default: 10. */
  readonly window?: number | undefined;
  /** How long a chain of new deltas may get. Default: 50. */
  readonly depth?: number | undefined;
  /** Compression of what is written anew, 0 to 9 or -1. Default: -1. */
  readonly level?: number | undefined;
  /** Bytes of an object from which on it is sent whole. Default: 16 MiB. */
  readonly deltaSizeMax?: number | undefined;
  /** Bytes of new deltas that are kept until they are written; further ones are made again then. Default: `LIMITS.deltaCacheSize`. */
  readonly keptSizeMax?: number | undefined;
}

/** A delta that was made for a pack. */
export interface NewDelta {
  /** Bytes before deflating. */
  readonly size: number;
  /** `undefined` where it was not kept: it is made again by {@link remakeDelta}. */
  readonly deflated: Uint8Array | undefined;
  /** What it is based on. */
  readonly baseId: ObjectId;
}

/** Makes a delta again that was not kept, with the same bytes. @throws {GovcError} object-missing */
export function remakeDelta(source: ObjectSource, id: ObjectId, delta: NewDelta): Uint8Array {
  const made = new DeltaIndex(readBody(source, delta.baseId)).createDelta(readBody(source, id), delta.size);
  assert(made?.length === delta.size, 'a delta that is made again is the same.');
  return made;
}

const WINDOW = 10;
const DEPTH = 50;
const DELTA_SIZE_MAX = 16 * 1024 * 1024;
/** A smaller object gains nothing. */
const DELTA_SIZE_MIN = 50;
const TYPE_ORDER: Record<ObjectType, number> = { commit: 3, tag: 2, tree: 1, blob: 0 };

/** One object that may be a delta, a base, or both. */
interface Candidate {
  readonly id: ObjectId;
  /** Its number in the list, or -1 - n for row n of the known objects. */
  readonly number: number;
  readonly type: ObjectType;
  readonly size: number;
  readonly nameHash: number;
  /** Whether it is only a base: its own entry is settled, or the receiver has it. */
  readonly isBaseOnly: boolean;
  depth: number;
}

interface WindowSlot {
  readonly candidate: Candidate;
  readonly body: Uint8Array;
  index: DeltaIndex | undefined;
}

/**
 * Looks for deltas for the objects of a plan that would be written whole. As in pack-objects, they are
 * sorted by type, name and falling size, and each is compared with those before it in a window. Stored
 * whole entries with the same names, and objects that the receiver has, take part as bases.
 *
 * O(objects x window); bodies of one window and new deltas up to a bound are held.
 */
export function* searchDeltas(draft: PlanDraft, options: DeltaSearchOptions): Job<ReadonlyMap<number, NewDelta>> {
  const deltas = new Map<number, NewDelta>();
  const windowMax = options.window ?? WINDOW;
  if (windowMax <= 0) {
    yield* checkPresent(draft, options.source);
    return deltas;
  }
  const candidates = yield* sortJob(yield* collect(draft, options), compareCandidates);
  const window: WindowSlot[] = [];
  const keptMax = options.keptSizeMax ?? LIMITS.deltaCacheSize.value;
  let kept = 0;
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    const slot: WindowSlot = { candidate, body: readBody(options.source, candidate.id), index: undefined };
    if (slot.body.length > LARGE) yield { phase: 'Compressing objects', done: i, total: candidates.length };
    if (!candidate.isBaseOnly) {
      const found = yield* bestDelta(slot, window, { draft, depthMax: options.depth ?? DEPTH });
      if (found !== undefined) {
        const deflated = kept < keptMax ? deflate(found.delta, options.level) : undefined;
        kept += deflated?.length ?? 0;
        deltas.set(candidate.number, { size: found.delta.length, deflated, baseId: found.base.candidate.id });
        setBase(draft, candidate.number, found.base.candidate);
        candidate.depth = found.base.candidate.depth + 1;
        // A base that served is likely to serve again: it moves to the young end of the window.
        window.splice(window.indexOf(found.base), 1);
        window.push(found.base);
      }
    }
    window.push(slot);
    while (window.length > windowMax || windowSize(window) > LIMITS.deltaCacheSize.value) window.shift();
    yield { phase: 'Compressing objects', done: i + 1, total: candidates.length };
  }
  return deltas;
}

function windowSize(window: readonly WindowSlot[]): number {
  let size = 0;
  for (const slot of window) size += slot.body.length + (slot.index?.sizeBytes ?? 0);
  return window.length > 1 ? size : 0;
}

function* bestDelta(
  target: WindowSlot,
  window: readonly WindowSlot[],
  { draft, depthMax: depthLimit }: { readonly draft: PlanDraft; readonly depthMax: number },
): Job<{ delta: Uint8Array; base: WindowSlot } | undefined> {
  let best: { delta: Uint8Array; base: WindowSlot } | undefined;
  const size = target.body.length;
  const { number } = target.candidate;
  // Copied deltas that hang below come to lie deeper.
  const depthMax = depthLimit - (draft.isCompared(number) ? draft.heightOf(number) : 0);
  if (depthMax <= 0) return undefined;
  for (let i = window.length - 1; i >= 0; i--) {
    const base = window[i]!;
    const { candidate } = base;
    if (candidate.type !== target.candidate.type) break;
    if (candidate.depth >= depthMax) continue;
    if (candidate.number >= 0 && draft.isCompared(number) && draft.wereCompared(number, candidate.number)) continue;
    // A deep base must be worth it: the delta has to be shorter, the deeper the chain.
    const plain = best === undefined ? size / 2 - 20 : best.delta.length - 1;
    const bestDepth = best === undefined ? 0 : best.base.candidate.depth;
    const sizeMax = Math.floor((plain * (depthMax - candidate.depth)) / (depthMax - bestDepth));
    if (sizeMax <= 0 || size - base.body.length >= sizeMax || size < base.body.length / 32) continue;
    if (base.index === undefined) {
      base.index = new DeltaIndex(base.body);
      if (base.body.length > LARGE) yield { phase: 'Compressing objects', done: 0, total: undefined };
    }
    const delta = base.index.createDelta(target.body, sizeMax);
    if (delta !== undefined) best = { delta, base };
    if (size > LARGE) yield { phase: 'Compressing objects', done: 0, total: undefined };
  }
  return best;
}

function setBase(draft: PlanDraft, number: number, base: Candidate): void {
  draft.ways[number] = ENTRY_NEW_DELTA;
  // It is written anew, not in its place among the copied ones.
  draft.packNumbers[number] = -1;
  if (base.number >= 0) {
    draft.bases[number] = base.number;
    return;
  }
  const row = draft.knownBases.addId(base.id);
  draft.bases[number] = -2 - (row >= 0 ? row : -1 - row);
}

/** Everything that takes part: objects without an entry to copy, and bases for them. */
function* collect(draft: PlanDraft, options: DeltaSearchOptions): Job<Candidate[]> {
  const { list, ways } = draft;
  const { source } = options;
  const candidates: Candidate[] = [];
  const sizeMax = options.deltaSizeMax ?? DELTA_SIZE_MAX;
  const names = new Set<number>();
  const add = (number: number, id: ObjectId, nameHash: number, isBaseOnly: boolean): void => {
    const header = source.findHeader(id);
    if (header === undefined) {
      if (isBaseOnly) return;
      throw missing(id);
    }
    if (header.size < DELTA_SIZE_MIN || header.size > sizeMax) return;
    candidates.push({ id, number, nameHash, isBaseOnly, depth: 0, type: header.type, size: header.size });
    names.add(nameHash);
  };
  for (let i = 0; i < list.count; i++) {
    if (ways[i] === ENTRY_WHOLE || draft.isCompared(i)) add(i, list.ids.idAt(i), list.nameHashAt(i), false);
    if (i % 1024 === 1023) yield { phase: 'Compressing objects', done: 0, total: undefined };
  }
  if (candidates.length === 0) return candidates;
  for (let i = 0; i < list.knownIds.count; i++) {
    const nameHash = list.knownNameHashAt(i);
    const id = list.knownIds.idAt(i);
    if (names.has(nameHash) && list.ids.findId(id) < 0) add(-1 - i, id, nameHash, true);
  }
  for (let i = 0; i < list.count; i++) {
    const nameHash = list.nameHashAt(i);
    if (ways[i] === ENTRY_COPIED && !draft.isCompared(i) && nameHash !== 0 && names.has(nameHash)) add(i, list.ids.idAt(i), nameHash, true);
    if (i % 1024 === 1023) yield { phase: 'Compressing objects', done: 0, total: undefined };
  }
  return candidates;
}

/** @throws {GovcError} object-missing: an object that is to be written whole is not there. */
function* checkPresent(draft: PlanDraft, source: ObjectSource): Job<void> {
  const { list, ways } = draft;
  for (let i = 0; i < list.count; i++) {
    if (ways[i] === ENTRY_WHOLE && !source.has(list.ids.idAt(i))) throw missing(list.ids.idAt(i));
    if (i % 1024 === 1023) yield { phase: 'Compressing objects', done: 0, total: undefined };
  }
}

/** By type, name, bases of the receiver first, then falling size: similar objects meet, and deltas remove. */
function compareCandidates(left: Candidate, right: Candidate): number {
  return (
    TYPE_ORDER[right.type] - TYPE_ORDER[left.type] ||
    right.nameHash - left.nameHash ||
    Number(right.number < 0) - Number(left.number < 0) ||
    right.size - left.size ||
    left.number - right.number
  );
}

function readBody(source: ObjectSource, id: ObjectId): Uint8Array {
  const object = source.find(id);
  if (object === undefined) throw missing(id);
  return object.body;
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is to be packed, but it does not exist here.`, { id });
}
