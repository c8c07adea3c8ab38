import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { hexFromBytes, writeHex } from '../bytes/hex.js';
import { concatBytes } from '../bytes/compare.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { objectIdAt } from '../hash/algorithm.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { TreeCursor } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { SparseDecision, SparsePatterns } from '../pattern/sparse.js';
import type { ObjectFilter } from './filter.js';
import { TreeMemory } from './tree-memory.js';
import { BLOB_TYPE, hashName, TREE_TYPE, type ObjectList } from './object-list.js';

type SimpleFilter = Exclude<ObjectFilter, { kind: 'combine' }>;

/** What a walk over trees reads, where it lists what it finds, and what it leaves out. */
export interface TreeWalkOptions {
  readonly objects: ObjectSource;
  readonly algorithm: HashAlgorithm;
  readonly list: ObjectList;
  /** Objects that are not listed and not entered. */
  readonly excluded: ObjectList | undefined;
  readonly filters: readonly SimpleFilter[];
  readonly findSparse?: ((revision: string) => SparsePatterns | undefined) | undefined;
  readonly verifyBlobs?: boolean | undefined;
}

interface Level {
  readonly cursor: TreeCursor;
  readonly nameHash: number;
  /** With a slash at its end below the root; kept only where patterns look at it. */
  readonly path: Uint8Array;
  /** Whether files here are inside the sparse definition unless a pattern says otherwise. */
  readonly inSparse: readonly boolean[];
}

/**
 * Lists the trees and blobs below root trees, each once however often it occurs. Trees are entered once
 * unless a filter makes the path or the depth matter.
 */
export class TreeWalk {
  readonly #options: TreeWalkOptions;
  readonly #algorithm: HashAlgorithm;
  readonly #list: ObjectList;
  readonly #excluded: ObjectList | undefined;
  readonly #rules: FilterRules;
  /** Trees that were entered, by id; and for depth filters at which depth at least. */
  readonly #entered: IdTable | undefined;
  readonly #enteredDepths: number[] = [];
  /** Lets a walk without filters pass over entries that it met in an earlier tree of the same path. */
  readonly #memory: TreeMemory | undefined;
  #sinceYield = 0;

  constructor(options: TreeWalkOptions) {
    this.#options = options;
    this.#algorithm = options.algorithm;
    this.#list = options.list;
    this.#excluded = options.excluded;
    this.#rules = readRules(options.filters, options.findSparse);
    this.#entered = this.#rules.isPlain ? undefined : new IdTable(options.algorithm);
    this.#memory = this.#rules.isPlain ? new TreeMemory(options.algorithm) : undefined;
  }

  /** Walks one root tree. */
  *walk(id: ObjectId, missing: 'must-exist' | 'tolerate-missing'): Job<void> {
    const raw = new Uint8Array(this.#algorithm.size);
    writeHex(id, raw, 0);
    yield* this.walkRaw(raw, 0, missing, true);
  }

  /**
   * Walks the root tree whose raw id stands at `offset`.
   *
   * @param listed the root was put in the list by the caller, which is no reason to skip it
   */
  *walkRaw(
    bytes: Uint8Array, offset: number, missing: 'must-exist' | 'tolerate-missing', listed = false,
  ): Job<void> {
    const rules = this.#rules;
    if (!this.#takeTree(bytes, offset, { depth: 0, nameHash: 0, listed })) return;
    const root = this.#open(bytes, offset, { missing, nameHash: 0 });
    if (root === undefined) return;
    const levels: Level[] = [{ cursor: root, nameHash: 0, path: NO_PATH, inSparse: rules.sparse.map(() => false) }];
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const { cursor } = level;
      const body = cursor.body;
      let entered = false;
      while (!entered && cursor.next()) {
        if (++this.#sinceYield >= TURN_COST) {
          this.#sinceYield = 0;
          yield { phase: 'Enumerating objects', done: this.#list.count, total: undefined };
        }
        const kind = cursor.mode & 0o170000;
        if (kind === 0o160000) continue;
        if (kind !== 0o040000) {
          this.#takeBlob(level, levels.length);
          continue;
        }
        if (this.#excluded?.hasRaw(body, cursor.idOffset) === true) continue;
        const nameHash = hashName(body, cursor.nameStart, cursor.nameEnd, hashSlash(level.nameHash));
        if (!this.#takeTree(body, cursor.idOffset, { depth: levels.length, nameHash, listed: false })) continue;
        const child = this.#open(body, cursor.idOffset, { missing, nameHash });
        if (child === undefined) continue;
        if (levels.length >= LIMITS.treeDepth.value) {
          const id = objectIdAt(body, cursor.idOffset, this.#algorithm);
          throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep at ${id}.`, { id });
        }
        levels.push(this.#descend(level, child, nameHash));
        this.#sinceYield += TREE_COST;
        entered = true;
      }
      if (!entered) levels.pop();
    }
  }

  /** Lists a tree if the filters let it through; `true` when it has to be entered. */
  #takeTree(
    bytes: Uint8Array, offset: number,
    { depth, nameHash, listed }: { depth: number; nameHash: number; listed: boolean },
  ): boolean {
    const rules = this.#rules;
    if (this.#entered === undefined) {
      return this.#excluded?.hasRaw(bytes, offset) !== true &&
        (this.#list.add(bytes, offset, TREE_TYPE, nameHash) || listed);
    }
    if (this.#excluded?.hasRaw(bytes, offset) === true) return false;
    if (depth >= rules.treeDepth && !listed) return false;
    if (rules.listsTrees) this.#list.add(bytes, offset, TREE_TYPE, nameHash);
    // Where a pattern looks at paths, the same tree may show other files at another place.
    if (rules.sparse.length > 0) return true;
    const index = this.#entered.add(bytes, offset);
    if (index >= 0) {
      this.#enteredDepths[index] = depth;
      return true;
    }
    const before = this.#enteredDepths[-1 - index]!;
    if (rules.treeDepth === Number.POSITIVE_INFINITY || before <= depth) return false;
    this.#enteredDepths[-1 - index] = depth;
    return true;
  }

  #takeBlob(level: Level, depth: number): void {
    const { cursor } = level;
    const rules = this.#rules;
    const body = cursor.body;
    const at = cursor.idOffset;
    if (this.#excluded?.hasRaw(body, at) === true) return;
    if (!rules.isPlain) {
      if (!rules.listsBlobs || depth >= rules.treeDepth || this.#list.hasRaw(body, at)) return;
      if (!this.#isInSparse(level)) return;
      if (rules.blobSizeMax !== undefined) {
        const header = this.#options.objects.findHeader(objectIdAt(body, at, this.#algorithm));
        if (header !== undefined && header.size >= rules.blobSizeMax) return;
      }
    }
    const nameHash = hashName(body, cursor.nameStart, cursor.nameEnd, hashSlash(level.nameHash));
    if (this.#list.add(body, at, BLOB_TYPE, nameHash) && this.#options.verifyBlobs === true) {
      const id = objectIdAt(body, at, this.#algorithm);
      const type = this.#options.objects.findHeader(id)?.type;
      if (type === undefined) throw missingObject(id);
      if (type !== 'blob') {
        throw new GovcError('object-type-mismatch', `The object ${id} is a ${type}, but a tree names it as a blob.`, { id });
      }
    }
  }

  /** A cursor over those entries of a tree that have to be looked at. */
  #open(
    bytes: Uint8Array, offset: number,
    { missing, nameHash }: { readonly missing: 'must-exist' | 'tolerate-missing'; readonly nameHash: number },
  ): TreeCursor | undefined {
    const id = hexFromBytes(bytes, offset, this.#algorithm.size) as ObjectId;
    const object = this.#options.objects.find(id);
    if (object?.type === 'tree') {
      return new TreeCursor(this.#memory?.takeNew(nameHash, object.body) ?? object.body, this.#algorithm);
    }
    if (missing === 'tolerate-missing' || id === this.#algorithm.emptyTreeId) return undefined;
    if (object === undefined) throw missingObject(id);
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }

  #descend(parent: Level, cursor: TreeCursor, nameHash: number): Level {
    const { sparse } = this.#rules;
    if (sparse.length === 0) return { cursor, nameHash, path: NO_PATH, inSparse: [] };
    const path = concatBytes([parent.path, entryName(parent.cursor)]);
    const inSparse = sparse.map((patterns, i) => decide(patterns.decide(path, true), parent.inSparse[i]!));
    return { cursor, nameHash, path: concatBytes([path, SLASH]), inSparse };
  }

  #isInSparse(level: Level): boolean {
    const { sparse } = this.#rules;
    if (sparse.length === 0) return true;
    const path = concatBytes([level.path, entryName(level.cursor)]);
    return sparse.every((patterns, i) => decide(patterns.decide(path, false), level.inSparse[i]!));
  }
}

interface FilterRules {
  /** No filter at all: what was listed need not be looked at again. */
  readonly isPlain: boolean;
  readonly listsTrees: boolean;
  readonly listsBlobs: boolean;
  readonly blobSizeMax: number | undefined;
  readonly treeDepth: number;
  readonly sparse: readonly SparsePatterns[];
}

/** Filters are joined by "and": each may only leave out more. */
function readRules(
  filters: readonly SimpleFilter[],
  findSparse: ((revision: string) => SparsePatterns | undefined) | undefined,
): FilterRules {
  let listsTrees = true;
  let listsBlobs = true;
  let blobSizeMax: number | undefined;
  let treeDepth = Number.POSITIVE_INFINITY;
  const sparse: SparsePatterns[] = [];
  for (const filter of filters) {
    switch (filter.kind) {
      case 'blob:none':
        listsBlobs = false;
        break;
      case 'blob:limit':
        blobSizeMax = Math.min(blobSizeMax ?? Number.POSITIVE_INFINITY, filter.sizeBytes);
        break;
      case 'tree':
        treeDepth = Math.min(treeDepth, filter.depth);
        break;
      case 'object:type':
        if (filter.type !== 'tree') listsTrees = false;
        if (filter.type !== 'blob') listsBlobs = false;
        break;
      case 'sparse:oid': {
        const patterns = findSparse?.(filter.revision);
        if (patterns === undefined) {
          throw new GovcError('protocol-error', `unable to access sparse blob in '${filter.revision}'`, {
            revision: filter.revision,
          });
        }
        sparse.push(patterns);
        break;
      }
    }
  }
  return { isPlain: filters.length === 0, listsTrees, listsBlobs, blobSizeMax, treeDepth, sparse };
}

// A yield after entries that cost about this much together; reading a tree costs as much as many entries.
const TURN_COST = 2048;
const TREE_COST = 64;

const SLASH = new Uint8Array([0x2f]);
const NO_PATH = new Uint8Array(0);

function hashSlash(hash: number): number {
  return hash === 0 ? 0 : hashName(SLASH, 0, 1, hash);
}

function entryName(cursor: TreeCursor): Uint8Array {
  return cursor.body.subarray(cursor.nameStart, cursor.nameEnd);
}

/** What patterns leave open is as it is for the folder. */
function decide(decision: SparseDecision, inherited: boolean): boolean {
  return decision === 'undecided' ? inherited : decision === 'included';
}

function missingObject(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
}
