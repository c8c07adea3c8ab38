/** What an object filter says while objects are listed one by one: git-rev-list(1), `--filter`. */
import { GovcError } from '../errors.js';
import { objectIdAt, type HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { SparsePatterns } from '../pattern/sparse.js';
import { simpleFilters, type ObjectFilter } from './filter.js';

/** The object is listed. */
export const LISTED = 1;
/** It need not be looked at when it is met again. */
export const DONE = 2;
/** What is below the tree need not be looked at. */
export const SKIPPED = 4;

/** An object that is met, by the place of its raw id. */
export interface MetObject {
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** From the root, without a slash at the end. */
  readonly path: Uint8Array;
}

/** Answers are sums of {@link LISTED}, {@link DONE} and {@link SKIPPED}. Between the two questions about a tree come those about what it holds. */
export interface FilterState {
  commit(): number;
  tag(): number;
  beginTree(met: MetObject): number;
  endTree(met: MetObject): number;
  blob(met: MetObject): number;
}

/** What filters are read with. */
export interface FilterContext {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  /** The patterns that `sparse:oid` names. Default: there are none. */
  readonly findSparse?: ((revision: string) => SparsePatterns | undefined) | undefined;
}

/**
 * A filter at its beginning.
 *
 * @throws {GovcError} protocol-error: the patterns that the filter names are not there.
 */
export function openFilter(filter: ObjectFilter | undefined, context: FilterContext): FilterState {
  if (filter === undefined) return new PlainFilter();
  const parts = simpleFilters(filter).map((part) => openSimple(part, context));
  return parts.length === 1 ? parts[0]! : new CombinedFilter(parts, context.algorithm);
}

function openSimple(filter: ReturnType<typeof simpleFilters>[number], context: FilterContext): FilterState {
  switch (filter.kind) {
    case 'blob:none': return new BlobFilter(() => false);
    case 'blob:limit': return new BlobFilter(({ bytes, offset }) => {
      const header = context.objects.findHeader(objectIdAt(bytes, offset, context.algorithm));
      // Of what is not there the size is not known.
      return header?.type !== 'blob' || header.size < filter.sizeBytes;
    });
    case 'tree': return new DepthFilter(filter.depth, context.algorithm);
    case 'object:type': return new TypeFilter(filter.type);
    case 'sparse:oid': {
      const patterns = context.findSparse?.(filter.revision);
      if (patterns === undefined) {
        throw new GovcError('protocol-error', `unable to access sparse blob in '${filter.revision}'`, { revision: filter.revision });
      }
      return new SparseFilter(patterns, context.algorithm);
    }
    default: return filter satisfies never;
  }
}

/** Lists everything. */
class PlainFilter implements FilterState {
  commit(): number {
    return LISTED | DONE;
  }

  tag(): number {
    return LISTED | DONE;
  }

  beginTree(_met: MetObject): number {
    return LISTED | DONE;
  }

  endTree(_met: MetObject): number {
    return 0;
  }

  blob(_met: MetObject): number {
    return LISTED | DONE;
  }
}

class BlobFilter extends PlainFilter {
  readonly #lists: (met: MetObject) => boolean;

  constructor(lists: (met: MetObject) => boolean) {
    super();
    this.#lists = lists;
  }

  override blob(met: MetObject): number {
    return this.#lists(met) ? LISTED | DONE : DONE;
  }
}

class TypeFilter implements FilterState {
  readonly #type: ObjectType;

  constructor(type: ObjectType) {
    this.#type = type;
  }

  commit(): number {
    return this.#of('commit');
  }

  tag(): number {
    return this.#of('tag');
  }

  beginTree(): number {
    return this.#type === 'commit' || this.#type === 'tag' ? SKIPPED : this.#of('tree');
  }

  endTree(): number {
    return 0;
  }

  blob(): number {
    return this.#of('blob');
  }

  #of(type: ObjectType): number {
    return type === this.#type ? LISTED | DONE : DONE;
  }
}

/** A tree that is met again nearer to a root may show more. */
class DepthFilter extends PlainFilter {
  readonly #depthMax: number;
  readonly #trees: IdTable;
  readonly #depths: number[] = [];
  #depth = 0;

  constructor(depthMax: number, algorithm: HashAlgorithm) {
    super();
    this.#depthMax = depthMax;
    this.#trees = new IdTable(algorithm);
  }

  override beginTree({ bytes, offset }: MetObject): number {
    const depth = this.#depth++;
    const added = this.#trees.add(bytes, offset);
    const index = added < 0 ? -1 - added : added;
    if (added < 0 && depth >= this.#depths[index]!) return SKIPPED;
    this.#depths[index] = depth;
    return depth < this.#depthMax ? LISTED : SKIPPED;
  }

  override endTree(): number {
    this.#depth--;
    return 0;
  }

  override blob(): number {
    return this.#depth < this.#depthMax ? LISTED | DONE : 0;
  }
}

/** A tree may show other files at another place, so it is done only when all below was listed. */
class SparseFilter extends PlainFilter {
  readonly #patterns: SparsePatterns;
  readonly #trees: IdTable;
  readonly #levels: { readonly isIncluded: boolean; lacks: boolean }[] = [{ isIncluded: false, lacks: false }];

  constructor(patterns: SparsePatterns, algorithm: HashAlgorithm) {
    super();
    this.#patterns = patterns;
    this.#trees = new IdTable(algorithm);
  }

  override beginTree({ bytes, offset, path }: MetObject): number {
    this.#levels.push({ isIncluded: this.#decide(path, true), lacks: false });
    return this.#trees.add(bytes, offset) < 0 ? 0 : LISTED;
  }

  override endTree(): number {
    const { lacks } = this.#levels.pop()!;
    if (!lacks) return DONE;
    this.#levels.at(-1)!.lacks = true;
    return 0;
  }

  override blob({ path }: MetObject): number {
    if (this.#decide(path, false)) return LISTED | DONE;
    this.#levels.at(-1)!.lacks = true;
    return 0;
  }

  #decide(path: Uint8Array, isDirectory: boolean): boolean {
    const decision = path.length === 0 ? 'undecided' : this.#patterns.decide(path, isDirectory);
    return decision === 'undecided' ? this.#levels.at(-1)!.isIncluded : decision === 'included';
  }
}

interface Part {
  readonly filter: FilterState;
  readonly done: IdTable;
  /** How deep the walk is in a tree that this part skips; 0: in none. */
  skippedDepth: number;
}

/** Lists what all parts list; each part forgets what it is done with by itself. */
class CombinedFilter implements FilterState {
  readonly #parts: readonly Part[];

  constructor(filters: readonly FilterState[], algorithm: HashAlgorithm) {
    this.#parts = filters.map((filter) => ({ filter, done: new IdTable(algorithm), skippedDepth: 0 }));
  }

  commit(): number {
    return this.#parts.reduce((answer, { filter }) => answer & filter.commit(), LISTED | DONE);
  }

  tag(): number {
    return this.#parts.reduce((answer, { filter }) => answer & filter.tag(), LISTED | DONE);
  }

  beginTree(met: MetObject): number {
    let answer = LISTED | DONE | SKIPPED;
    for (const part of this.#parts) {
      let own = 0;
      if (part.skippedDepth > 0) {
        part.skippedDepth++;
      } else if (part.done.find(met.bytes, met.offset) < 0) {
        own = part.filter.beginTree(met);
        if ((own & DONE) !== 0) part.done.add(met.bytes, met.offset);
        if ((own & SKIPPED) !== 0) part.skippedDepth = 1;
      }
      answer &= (own & (LISTED | DONE)) | (part.skippedDepth > 0 ? SKIPPED : 0);
    }
    return answer;
  }

  endTree(met: MetObject): number {
    let answer = LISTED | DONE;
    for (const part of this.#parts) {
      let own = 0;
      if (part.skippedDepth > 0) part.skippedDepth--;
      if (part.skippedDepth === 0 && part.done.find(met.bytes, met.offset) < 0) {
        own = part.filter.endTree(met);
        if ((own & DONE) !== 0) part.done.add(met.bytes, met.offset);
      }
      answer &= own;
    }
    return answer;
  }

  blob(met: MetObject): number {
    let answer = LISTED | DONE;
    for (const { filter, done, skippedDepth } of this.#parts) {
      let own = 0;
      if (skippedDepth === 0 && done.find(met.bytes, met.offset) < 0) {
        own = filter.blob(met);
        if ((own & DONE) !== 0) done.add(met.bytes, met.offset);
      }
      answer &= own;
    }
    return answer;
  }
}
