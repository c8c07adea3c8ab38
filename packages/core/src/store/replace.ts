/**
 * Replaced objects (git-replace(1)): a ref `refs/replace/<id>` names the object that is read in the place of `<id>`. And
 * grafts, the older way: lines `<commit> <parent>…` that give commits other parents for reading.
 *
 * The snapshot of a repository knows neither, because what is written, served, packed and checked must be what it is. Reading
 * verbs look through a derived snapshot.
 */
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { latin1FromBytes } from '../bytes/text.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { parseCommit } from '../object/commit.js';
import { serializeHeaderBlock, type Header } from '../object/headers.js';
import type { GitObject, ObjectHeader } from '../object/object.js';
import type { PackEntryLocation } from '../pack/entry-location.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { RefName } from '../ref/ref-name.js';
import { findRefId, type RefMap } from './ref-map.js';
import type { Snapshot } from './snapshot.js';

/** Where replacement refs stand. */
export const REPLACE_PREFIX = 'refs/replace/';

/** Which object is read in the place of which. */
export type Replacements = ReadonlyMap<ObjectId, ObjectId>;

/** Which parents a commit has for reading; none makes it a root. */
export type Grafts = ReadonlyMap<ObjectId, readonly ObjectId[]>;

/** No grafts. */
export const NO_GRAFTS: Grafts = new Map();

/** The replacements that refs say. O(refs below `refs/replace/`). Names that are no ids are passed over, as Git does. */
export function readReplacements(refs: RefMap, algorithm: HashAlgorithm): Replacements {
  const replacements = new Map<ObjectId, ObjectId>();
  for (const [name] of refs.entries(REPLACE_PREFIX)) {
    const id = findObjectId(name.slice(REPLACE_PREFIX.length), algorithm);
    const target = findRefId(refs, name as RefName);
    if (id !== undefined && target !== undefined) replacements.set(id, target);
  }
  return replacements;
}

/**
 * The object that is read in the place of `id`, through replacements of replacements.
 *
 * @throws {GovcError} limit-exceeded: they go on for more than `LIMITS.replaceDepth` steps, in a circle for example.
 */
export function replacementOf(replacements: Replacements, id: ObjectId): ObjectId {
  let at = id;
  for (let depth = 0; depth < LIMITS.replaceDepth.value; depth++) {
    const next = replacements.get(at);
    if (next === undefined) return at;
    at = next;
  }
  throw new GovcError('limit-exceeded', `The replacements of the object ${id} do not end.`, { id });
}

/**
 * Grafts from the text of a grafts file (`info/grafts`): a commit and its parents on each line, comments after `#` at its start. The
 * first line of a commit counts, and lines that are no lists of ids are passed over, as in Git.
 */
export function parseGrafts(text: string | Uint8Array, algorithm: HashAlgorithm): Grafts {
  const grafts = new Map<ObjectId, readonly ObjectId[]>();
  const whole = typeof text === 'string' ? text : latin1FromBytes(text);
  for (const line of whole.split('\n')) {
    const trimmed = line.trimEnd();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [commit, ...parents] = trimmed.split(/[ \t\v\f\r]/).map((word) => findObjectId(word, algorithm));
    if (commit === undefined || parents.includes(undefined) || grafts.has(commit)) continue;
    grafts.set(commit, parents as ObjectId[]);
  }
  return grafts;
}

/** Reads through replacements and grafts; what neither names is read as it is. */
export class ReplacedObjects implements ObjectSource {
  readonly #objects: ObjectSource;
  readonly #algorithm: HashAlgorithm;
  readonly #replacements: Replacements;
  readonly #grafts: Grafts;
  readonly #grafted = new Map<ObjectId, GitObject>();

  constructor(objects: ObjectSource, changes: { algorithm: HashAlgorithm; replacements: Replacements; grafts: Grafts }) {
    this.#objects = objects;
    this.#algorithm = changes.algorithm;
    this.#replacements = changes.replacements;
    this.#grafts = changes.grafts;
  }

  has(id: ObjectId): boolean {
    return this.#objects.has(id);
  }

  find(id: ObjectId): GitObject | undefined {
    const parents = this.#grafts.get(id);
    const object = this.#objects.find(this.#read(id));
    if (parents === undefined || object?.type !== 'commit') return object;
    let grafted = this.#grafted.get(id);
    if (grafted === undefined) {
      grafted = { type: 'commit', body: withParents(object.body, parents, this.#algorithm) };
      this.#grafted.set(id, grafted);
    }
    return grafted;
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    if (!this.#grafts.has(id)) return this.#objects.findHeader(this.#read(id));
    const object = this.find(id);
    return object && { type: object.type, size: object.body.length };
  }

  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    if (!this.#grafts.has(id)) return this.#objects.findChunks(this.#read(id));
    const object = this.find(id);
    return object && [object.body];
  }

  /** None for what reads otherwise than it is stored. */
  findEntry(id: ObjectId): PackEntryLocation | undefined {
    return this.#replacements.has(id) || this.#grafts.has(id) ? undefined : this.#objects.findEntry(id);
  }

  ids(): Iterable<ObjectId> {
    return this.#objects.ids();
  }

  idsWithPrefix(prefix: string): Iterable<ObjectId> {
    return this.#objects.idsWithPrefix(prefix);
  }

  #read(id: ObjectId): ObjectId {
    return this.#replacements.has(id) ? replacementOf(this.#replacements, id) : id;
  }
}

/** A commit with other parents; everything else stays byte for byte. @throws {GovcError} object-corrupt */
export function withParents(body: Uint8Array, parents: readonly ObjectId[], algorithm: HashAlgorithm): Uint8Array {
  const commit = parseCommit(body, algorithm);
  const [tree, ...rest] = commit.headers;
  const own = parents.map((parent): Header => ({ key: 'parent', value: new TextEncoder().encode(parent) }));
  const headers = [tree!, ...own, ...rest.slice(commit.parents.length)];
  return serializeHeaderBlock({ headers, message: commit.message, ending: 'empty-line' });
}

/**
 * A snapshot to read through replacements and grafts; the same one where there are none. Objects, packs and young objects of
 * its parts stay as they are: only `objects` reads otherwise.
 */
export function replacedSnapshot(snapshot: Snapshot, grafts: Grafts = NO_GRAFTS): Snapshot {
  const { refs, algorithm } = snapshot;
  const replacements = readReplacements(refs, algorithm);
  if (replacements.size === 0 && grafts.size === 0) return snapshot;
  return { ...snapshot, objects: new ReplacedObjects(snapshot.objects, { algorithm, replacements, grafts }) };
}
