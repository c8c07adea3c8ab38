import { concatBytes } from '../bytes/compare.js';
import { writeHex } from '../bytes/hex.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { TreeCursor } from '../object/tree.js';
import { equalAt } from '../pattern/path-pattern.js';
import type { Pathspec } from '../pattern/pathspec.js';
import type { SparsePatterns } from '../pattern/sparse.js';
import type { ObjectFilter } from '../walk/filter.js';
import { DONE, LISTED, openFilter, SKIPPED, type FilterState, type MetObject } from '../walk/object-filter.js';
import { openRevList } from './rev-list.js';
import type { RevListEntry, RevListRequest } from './rev-list-options.js';

/** A tag, tree or blob that is asked for by itself. */
export interface ObjectStart {
  readonly id: ObjectId;
  readonly type: 'tag' | 'tree' | 'blob';
  /** The name of a tag; the path at which a tree or blob was found, empty where it was named by its id. */
  readonly path: Uint8Array;
  /** Whether it is left out, a tree with all that it holds. */
  readonly isExcluded: boolean;
}

/** Which objects are listed. */
export interface ListObjectsRequest extends RevListRequest {
  /** In the order in which they were given. */
  readonly objectStarts: readonly ObjectStart[];
  /** Default: nothing is left out. What was asked for by itself is listed whatever the filter says. */
  readonly filter?: ObjectFilter | undefined;
  readonly findSparse?: ((revision: string) => SparsePatterns | undefined) | undefined;
  /** Lists trees and blobs right behind their commit, not behind all commits. Default: false. */
  readonly inCommitOrder?: boolean | undefined;
}

/** An object of a list. */
export interface ListedObject {
  readonly type: ObjectType;
  readonly id: ObjectId;
  /** Where a tree or blob was first met, as lossless text; the name of a tag; empty for commits and root trees. */
  readonly path: string;
  /** What the walk says of a commit. */
  readonly entry: RevListEntry | undefined;
}

/**
 * The objects that `git rev-list --objects` lists, in its order: commits, then tags, trees and blobs as they are met, each once.
 * What the commits at the edge of the range hold is left out; older commits that are left out are not searched for it.
 *
 * O(distinct trees and their entries); every entry is looked at in a loop, however deep trees are nested.
 *
 * @throws {GovcError} object-missing, object-type-mismatch, object-corrupt, limit-exceeded
 * @throws {GovcError} revision-invalid: an ancestry path from nowhere; protocol-error: a sparse filter that names nothing
 */
export function* listObjects(request: ListObjectsRequest): Generator<ListedObject, void, void> {
  const { entries, edges } = openRevList(request);
  const walk = new ObjectWalk(request);
  for (const edge of edges) walk.excludeCommit(edge);
  for (const start of request.objectStarts) walk.addStart(start);
  for (const entry of entries) {
    if (walk.addCommit(entry)) yield { type: 'commit', id: entry.id, path: '', entry };
    if (request.inCommitOrder === true) yield* walk.listWaiting();
  }
  yield* walk.listWaiting();
}

interface Waiting extends MetObject {
  readonly type: 'tag' | 'tree' | 'blob';
}

interface Level extends MetObject {
  readonly cursor: TreeCursor;
  readonly isGiven: boolean;
}

const NO_PATH = new Uint8Array(0);
const SLASH = new Uint8Array([0x2f]);
const NOTHING = new Uint8Array(0);

class ObjectWalk {
  readonly #request: ListObjectsRequest;
  readonly #filter: FilterState;
  readonly #done: IdTable;
  readonly #excluded: IdTable;
  /** Ids that were asked for by themselves and were not met otherwise. */
  readonly #given = new Set<ObjectId>();
  #waiting: Waiting[] = [];

  constructor(request: ListObjectsRequest) {
    const { algorithm } = request.graph;
    this.#request = request;
    this.#filter = openFilter(request.filter, { objects: request.objects, algorithm, findSparse: request.findSparse });
    this.#done = new IdTable(algorithm, 1024);
    this.#excluded = new IdTable(algorithm);
    for (const { id } of request.starts) this.#given.add(id);
  }

  /** Leaves out what a commit at the edge holds, as far as it is there. */
  excludeCommit(commit: number): void {
    const { graph, objects } = this.#request;
    if (graph.read(commit, objects)) this.#excludeTree(graph.rawTrees, graph.treeOffsetOf(commit));
  }

  addStart({ id, type, path, isExcluded }: ObjectStart): void {
    const bytes = new Uint8Array(this.#request.graph.algorithm.size);
    writeHex(id, bytes, 0);
    if (!isExcluded) {
      this.#given.add(id);
      this.#waiting.push({ type, bytes, offset: 0, path });
    } else if (type === 'tree') {
      this.#excludeTree(bytes, 0);
    } else {
      this.#excluded.add(bytes, 0);
    }
  }

  /** Whether the commit itself is listed. */
  addCommit({ id, commit }: RevListEntry): boolean {
    const { graph, objects } = this.#request;
    if (graph.read(commit, objects)) {
      const { size } = graph.algorithm;
      const offset = graph.treeOffsetOf(commit);
      // Reading further commits moves the trees of the graph.
      const bytes = graph.rawTrees.slice(offset, offset + size);
      this.#given.delete(objectIdAt(bytes, 0, graph.algorithm));
      this.#waiting.push({ type: 'tree', bytes, offset: 0, path: NO_PATH });
    }
    return this.#given.has(id) || (this.#filter.commit() & LISTED) !== 0;
  }

  *listWaiting(): Generator<ListedObject, void, void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const met of waiting) {
      if (this.#isPast(met)) continue;
      switch (met.type) {
        case 'tag':
          if (this.#settle(met, LISTED | DONE)) yield this.#listed('tag', met);
          break;
        case 'tree':
          yield* this.#listTree(met);
          break;
        case 'blob':
          yield* this.#listBlob(met);
          break;
      }
    }
  }

  *#listTree(root: MetObject): Generator<ListedObject, void, void> {
    const { pathspec } = this.#request.options;
    const levels: Level[] = [];
    yield* this.#enter(levels, root);
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const { cursor } = level;
      if (!cursor.next()) {
        levels.pop();
        if (this.#settle(level, level.isGiven ? 0 : this.#filter.endTree(level))) yield this.#listed('tree', level);
        continue;
      }
      const kind = cursor.mode & 0o170000;
      if (kind === 0o160000) continue;
      const isTree = kind === 0o040000;
      const name = cursor.body.subarray(cursor.nameStart, cursor.nameEnd);
      const path = level.path.length === 0 ? name : concatBytes([level.path, SLASH, name]);
      if (pathspec !== undefined && !(isTree ? entersFolder(pathspec, path, level.path) : pathspec.matches(path))) continue;
      const met = { bytes: cursor.body, offset: cursor.idOffset, path };
      if (this.#given.size > 0) this.#given.delete(this.#idOf(met));
      if (this.#isPast(met)) continue;
      if (isTree) yield* this.#enter(levels, met);
      else yield* this.#listBlob(met);
    }
  }

  *#enter(levels: Level[], met: MetObject): Generator<ListedObject, void, void> {
    const { algorithm } = this.#request.graph;
    if (levels.length >= LIMITS.treeDepth.value) {
      throw new GovcError('limit-exceeded', `Trees are nested more than ${LIMITS.treeDepth.value} deep.`, { id: this.#idOf(met) });
    }
    const body = this.#readTree(this.#idOf(met));
    const isGiven = this.#isGiven(met);
    const answer = isGiven ? LISTED | DONE : this.#filter.beginTree(met);
    const isListed = this.#settle(met, answer);
    // A tree that is skipped still ends, which the filter has to hear.
    levels.push({ ...met, cursor: new TreeCursor((answer & SKIPPED) === 0 ? body : NOTHING, algorithm), isGiven });
    if (isListed) yield this.#listed('tree', met);
  }

  *#listBlob(met: MetObject): Generator<ListedObject, void, void> {
    if (!this.#settle(met, this.#isGiven(met) ? LISTED | DONE : this.#filter.blob(met))) return;
    const id = this.#idOf(met);
    if (!this.#request.objects.has(id)) throw missing(id);
    yield this.#listed('blob', met);
  }

  /** Keeps what an answer says; whether it says that the object is listed. */
  #settle({ bytes, offset }: MetObject, answer: number): boolean {
    if ((answer & DONE) !== 0) this.#done.add(bytes, offset);
    return (answer & LISTED) !== 0;
  }

  #isPast({ bytes, offset }: MetObject): boolean {
    return this.#done.find(bytes, offset) >= 0 || this.#excluded.find(bytes, offset) >= 0;
  }

  #isGiven(met: MetObject): boolean {
    return this.#given.size > 0 && this.#given.has(this.#idOf(met));
  }

  #excludeTree(bytes: Uint8Array, offset: number): void {
    const { graph: { algorithm }, objects } = this.#request;
    if (this.#excluded.add(bytes, offset) < 0) return;
    const waiting: ObjectId[] = [objectIdAt(bytes, offset, algorithm)];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const object = objects.find(id);
      if (object?.type !== 'tree') continue;
      const cursor = new TreeCursor(object.body, algorithm);
      while (cursor.next()) {
        const kind = cursor.mode & 0o170000;
        if (kind === 0o160000 || this.#excluded.add(cursor.body, cursor.idOffset) < 0) continue;
        if (kind === 0o040000) waiting.push(objectIdAt(cursor.body, cursor.idOffset, algorithm));
      }
    }
  }

  #readTree(id: ObjectId): Uint8Array {
    const object = this.#request.objects.find(id);
    if (object?.type === 'tree') return object.body;
    if (object === undefined && id === this.#request.graph.algorithm.emptyTreeId) return NOTHING;
    if (object === undefined) throw missing(id);
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, but it stands for a tree.`, { id });
  }

  #idOf({ bytes, offset }: MetObject): ObjectId {
    return objectIdAt(bytes, offset, this.#request.graph.algorithm);
  }

  #listed(type: 'tag' | 'tree' | 'blob', met: MetObject): ListedObject {
    return { type, id: this.#idOf(met), path: losslessTextFromBytes(met.path), entry: undefined };
  }
}

/**
 * Whether a folder is listed and entered. Git decides that element by element: a pattern has to match the folder itself or to begin
 * with its path, whatever it could match below; and only a folder inside an excluded one is left out.
 */
function entersFolder(pathspec: Pathspec, path: Uint8Array, parent: Uint8Array): boolean {
  let isEntered = false;
  for (const [index, { isExclude, match, literalSize, ignoresCase }] of pathspec.elements.entries()) {
    if (isExclude) {
      if (parent.length > 0 && literalSize === match.length && pathspec.matchesElement(index, parent, true)) return false;
    } else {
      isEntered ||= pathspec.matchesElement(index, path, true) ||
        (match[path.length] === SLASH[0] && equalAt(match, 0, path, { at: 0, size: path.length, ignoresCase }));
    }
  }
  return isEntered;
}

function missing(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The object ${id} is missing from the repository.`, { id });
}
