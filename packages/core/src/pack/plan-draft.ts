import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import type { ObjectSource } from './object-source.js';
import type { Pack } from './pack.js';
import type { PackList } from './pack-list.js';

/** What a plan is made from. */
export interface PlanSources {
  /** Where the objects are. */
  readonly source: ObjectSource;
  /**
   * Makes a thin pack: whether the receiver has an object, so that a stored delta on it can be sent
   * though the object is not. Default: nothing is known.
   */
  readonly isBaseKnown?: ((id: ObjectId) => boolean) | undefined;
  /**
   * Whether objects that are stored whole are compared too, as a repack does; otherwise they are copied as they are, which is
   * quick. Two that lie in one pack with deltas were compared when it was made, and are not again. Default: false.
   */
  readonly comparesStored?: boolean | undefined;
}

/** The ways in which an entry is written. */
export const ENTRY_WHOLE = 0;
export const ENTRY_COPIED = 1;
export const ENTRY_COPIED_DELTA = 2;
export const ENTRY_NEW_DELTA = 3;

const NO_BASE = -1;
const ON_PATH = 0xffff;
// New deltas may come below the deepest copied one.
const DEPTH_MAX = LIMITS.deltaChainDepth.value - 128;

/** A plan while it is made. */
export class PlanDraft {
  readonly list: PackList;
  readonly ways: Uint8Array;
  readonly packs: Pack[] = [];
  readonly packNumbers: Int32Array;
  readonly offsets: Float64Array;
  readonly bases: Int32Array;
  readonly knownBases: IdTable;
  /** How many deltas lie between an object and a whole one, plus one; 0 while not known. */
  readonly #depths: Uint16Array;
  /** How many deltas hang below an object in a row. */
  #heights: Uint16Array | undefined;
  /** Per pack, whether a delta was seen in it. */
  readonly #hasDeltas: boolean[] = [];
  readonly #options: PlanSources;
  readonly #packNumberOf = new Map<Pack, number>();

  constructor(list: PackList, options: PlanSources) {
    const { count } = list;
    this.list = list;
    this.#options = options;
    this.ways = new Uint8Array(count);
    this.packNumbers = new Int32Array(count).fill(-1);
    this.offsets = new Float64Array(count);
    this.bases = new Int32Array(count).fill(NO_BASE);
    this.knownBases = new IdTable(list.algorithm);
    this.#depths = new Uint16Array(count);
  }

  /** Finds where object `i` stands, without reading its pack. */
  locate(i: number): void {
    const place = this.#options.source.findEntry(this.list.ids.idAt(i));
    if (place === undefined) return;
    this.packNumbers[i] = this.#numberOf(place.pack);
    this.offsets[i] = place.offset;
  }

  /** Decides whether the entry of object `i` can be copied. Fast when packs are read forwards. */
  examine(i: number): void {
    const number = this.packNumbers[i]!;
    if (number < 0) return;
    const pack = this.packs[number]!;
    const entry = pack.entryAt(this.offsets[i]!);
    if (entry.type !== 'ofs-delta' && entry.type !== 'ref-delta') {
      this.ways[i] = ENTRY_COPIED;
      return;
    }
    this.#hasDeltas[number] = true;
    this.bases[i] = this.#findBase(pack, entry.baseOffset, entry.baseId);
    // A delta on something that does not go along is of no use; the object is made whole.
    if (this.bases[i] === NO_BASE) this.makeWhole(i);
    else this.ways[i] = ENTRY_COPIED_DELTA;
  }

  #findBase(pack: Pack, baseOffset: number | undefined, baseId: ObjectId | undefined): number {
    const { index } = pack;
    let found: number;
    if (baseOffset !== undefined) {
      const position = index.findByOffset(baseOffset);
      if (position === undefined) return NO_BASE;
      const at = index.idBytesAt(position);
      found = this.list.ids.find(index.bytes, at);
      if (found >= 0 || this.#options.isBaseKnown === undefined) return found;
      return this.#findKnown(index.idAt(position));
    }
    if (baseId === undefined) return NO_BASE;
    found = this.list.ids.findId(baseId);
    return found >= 0 ? found : this.#findKnown(baseId);
  }

  #findKnown(id: ObjectId): number {
    if (this.#options.isBaseKnown?.(id) !== true) return NO_BASE;
    const row = this.knownBases.addId(id);
    return -2 - (row >= 0 ? row : -1 - row);
  }

  #numberOf(pack: Pack): number {
    let number = this.#packNumberOf.get(pack);
    if (number === undefined) {
      number = this.packs.length;
      this.packs.push(pack);
      this.#packNumberOf.set(pack, number);
    }
    return number;
  }

  /**
   * Makes sure that the chain of copied deltas from object `i` ends, at a depth that readers accept:
   * deltas from several packs can form a circle, which is cut by making one object whole.
   */
  breakChain(i: number): void {
    const depths = this.#depths;
    if (depths[i]! > 0) return;
    const path: number[] = [];
    let at = i;
    while (at >= 0 && depths[at] === 0) {
      // While it is on the path an object has a depth that no finished one has.
      depths[at] = ON_PATH;
      path.push(at);
      at = this.bases[at]!;
    }
    if (at >= 0 && depths[at] === ON_PATH) {
      this.makeWhole(path[path.length - 1]!);
      at = NO_BASE;
    }
    let depth = at >= 0 ? depths[at]! : 0;
    for (let k = path.length - 1; k >= 0; k--) {
      if (depth >= DEPTH_MAX) {
        this.makeWhole(path[k]!);
        depth = 0;
      }
      depth++;
      depths[path[k]!] = depth;
    }
  }

  /** Whether object `i` takes part in the search for new deltas although it could be copied. */
  isCompared(i: number): boolean {
    return this.#options.comparesStored === true && this.ways[i] === ENTRY_COPIED;
  }

  /** Whether two objects were compared before, when the pack was made in which both are stored whole. */
  wereCompared(i: number, other: number): boolean {
    const number = this.packNumbers[i]!;
    return number >= 0 && number === this.packNumbers[other] && this.#hasDeltas[number] === true;
  }

  /** How many copied deltas hang below object `i` in a row; it may become a delta itself only so much higher. O(objects) at first. */
  heightOf(i: number): number {
    if (this.#heights === undefined) {
      const heights = new Uint16Array(this.list.count);
      for (let leaf = 0; leaf < heights.length; leaf++) {
        let height = 0;
        for (let at = this.bases[leaf]!; at >= 0 && heights[at]! <= height; at = this.bases[at]!) heights[at] = ++height;
      }
      this.#heights = heights;
    }
    return this.#heights[i]!;
  }

  /** Takes back the decision to copy object `i`. */
  makeWhole(i: number): void {
    this.ways[i] = ENTRY_WHOLE;
    this.bases[i] = NO_BASE;
    this.packNumbers[i] = -1;
  }
}
