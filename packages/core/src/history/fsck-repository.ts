import { hasCode, type GovcError } from '../errors.js';
import { textFromBytes } from '../bytes/text.js';
import { parseConfig } from '../config/parse-config.js';
import { objectIdAt } from '../hash/algorithm.js';
import { createObjectHasher, hashObject, type ObjectType } from '../hash/hash-object.js';
import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { scanCommit } from '../object/commit.js';
import { FsckSession } from '../object/fsck.js';
import { parseFsckSeverities } from '../object/fsck-message.js';
import type { FsckFinding } from '../object/fsck-report.js';
import { findHeader, parseHeaderBlock } from '../object/headers.js';
import { scanTagTarget } from '../object/tag.js';
import { TreeCursor } from '../object/tree.js';
import { BRANCH_PREFIX, HEAD, type RefName } from '../ref/ref-name.js';
import { findRefId, resolveRef } from '../store/ref-map.js';
import type { ReflogSource } from '../store/reflogs.js';
import type { Snapshot } from '../store/snapshot.js';
import type { StagingIndex } from '../staging/staging-index.js';
import type { ObjectNames } from './fsck-names.js';

/** Something that a check of a whole repository found, in the terms of `git fsck`. */
export type RepositoryFinding =
  | { readonly kind: 'object'; readonly finding: FsckFinding }
  /** The bytes of an object cannot be read, parsed, or do not hash to its id. */
  | { readonly kind: 'corrupt'; readonly id: ObjectId; readonly reason: string }
  | { readonly kind: 'wrong-link-type'; readonly id: ObjectId; readonly type: ObjectType }
  | { readonly kind: 'broken-link'; readonly id: ObjectId; readonly type: ObjectType; readonly target: ObjectId; readonly targetType: ObjectType | undefined }
  /** Something that is reached does not exist. Its type is what names it says, or `undefined`. */
  | { readonly kind: 'missing' | 'unreachable' | 'dangling'; readonly id: ObjectId; readonly type: ObjectType | undefined }
  | { readonly kind: 'root'; readonly id: ObjectId }
  | { readonly kind: 'tagged'; readonly id: ObjectId; readonly target: ObjectId; readonly targetType: ObjectType; readonly name: string }
  | { readonly kind: 'bad-ref' | 'bad-reflog'; readonly name: string; readonly id: ObjectId }
  /** What the index caches or remembers of trees and conflicts names something that is not there. */
  | { readonly kind: 'bad-index'; readonly part: 'cache-tree' | 'resolve-undo'; readonly id: ObjectId }
  | { readonly kind: 'branch-not-commit'; readonly name: string; readonly id: ObjectId }
  | { readonly kind: 'bad-head'; readonly target: string | undefined }
  | { readonly kind: 'unborn-head'; readonly target: string }
  | { readonly kind: 'no-refs' };

/** What is checked and told. */
export interface FsckRepositoryOptions {
  /** Also warnings are errors. Default: false. */
  readonly strict?: boolean | undefined;
  /** Tell all that no ref reaches. Default: false. */
  readonly unreachable?: boolean | undefined;
  /** Tell what nothing at all names. Default: true. */
  readonly dangling?: boolean | undefined;
  /** Tell commits without parents. Default: false. */
  readonly root?: boolean | undefined;
  /** Tell tags. Default: false. */
  readonly tags?: boolean | undefined;
  /** Objects that are known to be bad: those of `fsck.skipList`. Default: none. */
  readonly skipList?: ReadonlySet<ObjectId> | undefined;
  /** Logs whose entries keep objects reachable. Default: none. */
  readonly reflogs?: ReflogSource | undefined;
  /** The index: what it names is reachable. Default: none. */
  readonly index?: StagingIndex | undefined;
  /** Refs that are left out of the snapshot because what they name is missing; a directory tells them to `onProblem`. Default: none. */
  readonly brokenRefs?: readonly { readonly name: string; readonly id: ObjectId }[] | undefined;
  /** Further objects that count as named. Default: none. */
  readonly extraTips?: readonly ObjectId[] | undefined;
  /** What counts as named instead of refs and reflogs, with what it is called. Default: refs and reflogs. */
  readonly heads?: readonly { readonly id: ObjectId; readonly name: string }[] | undefined;
  /** Only whether what is reached is there is looked at; other objects are read no further than dangling ones demand. Default: false. */
  readonly connectivityOnly?: boolean | undefined;
  /** Gets the names by which objects were reached. Default: nobody does. */
  readonly names?: ObjectNames | undefined;
}

const HAS = 1;
const REACHABLE = 2;
const USED = 4;
const PRESENT = 8;
const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const STREAMED_SIZE = 16 * 1024 * 1024;
/** Failures of reading that mean damage, which is what is looked for. */
const DAMAGE = ['pack-corrupt', 'delta-invalid', 'object-corrupt', 'limit-exceeded', 'object-type-mismatch', 'pack-index-corrupt'] as const;

/**
 * Checks every object of a repository, all links from its refs and reflogs, and the refs themselves, as
 * `git fsck --full` does. O(all bytes of all objects); 30 bytes an object.
 *
 * @throws {GovcError} config-invalid: a setting of `fsck.*`; io-failed
 */
export function* fsckRepository(snapshot: Snapshot, options: FsckRepositoryOptions = {}): Job<RepositoryFinding[]> {
  const check = new RepositoryCheck(snapshot, options);
  if (options.connectivityOnly === true) yield* check.listObjects();
  else yield* check.objects();
  yield* check.connectivity();
  return check.findings;
}

class RepositoryCheck {
  readonly findings: RepositoryFinding[] = [];
  readonly #snapshot: Snapshot;
  readonly #options: FsckRepositoryOptions;
  readonly #session: FsckSession;
  readonly #ids: IdTable;
  #flags = new Uint8Array(1024);
  #types = new Uint8Array(1024);
  #refCount = 0;

  constructor(snapshot: Snapshot, options: FsckRepositoryOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#ids = new IdTable(snapshot.algorithm, 1024);
    const entries = snapshot.config.entries('fsck').flatMap(({ section, subsection, key, value }) =>
      section === 'fsck' && subsection === undefined && key !== 'skiplist' ? [[key, value ?? ''] as const] : []);
    this.#session = new FsckSession({
      algorithm: snapshot.algorithm, parseConfig, strict: options.strict, skipList: options.skipList,
      overrides: entries.length === 0 ? undefined : parseFsckSeverities(entries),
    });
  }

  /** Takes everything that is there for sound. */
  *listObjects(): Job<void> {
    let done = 0;
    for (const id of this.#snapshot.objects.ids()) {
      this.#flags[this.#numberOf(id)]! |= PRESENT | HAS;
      if (++done % 1024 === 0) yield { phase: 'Listing objects', done, total: undefined };
    }
  }

  /** Reads and checks each object once. */
  *objects(): Job<void> {
    let done = 0;
    for (const id of this.#snapshot.objects.ids()) {
      const number = this.#numberOf(id);
      if ((this.#flags[number]! & PRESENT) !== 0) continue;
      this.#flags[number]! |= PRESENT;
      try {
        this.#checkObject(id, number);
      } catch (error) {
        if (!DAMAGE.some((code) => hasCode(error, code))) throw error;
        this.findings.push({ kind: 'corrupt', id, reason: (error as GovcError).message });
      }
      if (++done % 64 === 0) yield { phase: 'Checking objects', done, total: undefined };
    }
    for (const finding of this.#session.finish((id) => this.#snapshot.objects.find(id))) {
      this.findings.push({ kind: 'object', finding });
    }
  }

  #checkObject(id: ObjectId, number: number): void {
    const { objects, algorithm } = this.#snapshot;
    const header = objects.findHeader(id);
    if (header === undefined) return;
    const { type } = header;
    let body: Uint8Array | undefined;
    let actual: string;
    if (type === 'blob' && header.size > STREAMED_SIZE) {
      const hasher = createObjectHasher('blob', header.size, algorithm);
      for (const chunk of objects.findChunks(id) ?? []) hasher.update(chunk);
      actual = hasher.digestHex();
    } else {
      body = objects.find(id)!.body;
      actual = hashObject(type, body, algorithm);
    }
    if (actual !== id) {
      this.findings.push({ kind: 'corrupt', id, reason: `It hashes to ${actual}.` });
      return;
    }
    const links = body === undefined ? [] : this.#linksOf(id, type, body);
    this.#types[number] = TYPES.indexOf(type);
    this.#flags[number]! |= HAS;
    for (const { number: linked } of links) this.#flags[linked]! |= USED;
    let isBad = false;
    for (const finding of this.#session.check(id, type, body)) {
      this.findings.push({ kind: 'object', finding });
      isBad ||= finding.severity === 'error' || finding.severity === 'fatal';
    }
    if (!isBad) this.#tell(id, type, body);
  }

  #tell(id: ObjectId, type: ObjectType, body: Uint8Array | undefined): void {
    const { algorithm, shallow } = this.#snapshot;
    if (body === undefined) return;
    if (type === 'commit' && this.#options.root === true) {
      if (shallow.has(id) || scanCommit(body, algorithm).parents.length === 0) this.findings.push({ kind: 'root', id });
    } else if (type === 'tag' && this.#options.tags === true) {
      const target = scanTagTarget(body, algorithm);
      const name = textFromBytes(findHeader(parseHeaderBlock(body).headers, 'tag') ?? new Uint8Array(0));
      this.findings.push({ kind: 'tagged', id, target: target.id, targetType: target.type, name });
    }
  }

  /** What an object names, in Git's order; targets that were not met get the type that they are named with. */
  #linksOf(id: ObjectId, type: ObjectType, body: Uint8Array): { readonly number: number; readonly type: number }[] {
    const { algorithm, shallow } = this.#snapshot;
    const links: { number: number; type: number }[] = [];
    const add = (target: ObjectId, targetType: number): void => {
      const number = this.#numberOf(target);
      if (this.#types[number] === 0) this.#types[number] = targetType;
      links.push({ number, type: targetType });
    };
    if (type === 'commit') {
      const { tree, parents } = scanCommit(body, algorithm);
      add(tree, 2);
      if (!shallow.has(id)) for (const parent of parents) add(parent, 1);
    } else if (type === 'tree') {
      const cursor = new TreeCursor(body, algorithm);
      while (cursor.next()) {
        const kind = cursor.mode & 0o170000;
        if (kind !== 0o160000) add(objectIdAt(body, cursor.idOffset, algorithm), kind === 0o040000 ? 2 : 3);
      }
    } else if (type === 'tag') {
      const target = scanTagTarget(body, algorithm);
      add(target.id, TYPES.indexOf(target.type));
    }
    return links;
  }

  /** Walks from refs and logs, and tells what is missing, and what is there for nothing. */
  *connectivity(): Job<void> {
    const pending: number[] = [];
    this.#startRefs(pending);
    let done = 0;
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      this.#walk(number, pending);
      if (++done % 64 === 0) yield { phase: 'Checking connectivity', done, total: undefined };
    }
    const { unreachable = false, dangling = true, connectivityOnly = false } = this.#options;
    if (connectivityOnly && dangling) yield* this.#useUnreachable();
    for (let number = 0; number < this.#ids.count; number++) {
      const flags = this.#flags[number]!;
      const entry = (kind: 'missing' | 'unreachable' | 'dangling'): void => {
        this.findings.push({ kind, id: this.#ids.idAt(number), type: this.#typeOf(number) });
      };
      if ((flags & REACHABLE) !== 0) {
        if ((flags & HAS) === 0) entry('missing');
      } else if ((flags & HAS) !== 0) {
        if (unreachable && this.#refCount > 0) entry('unreachable');
        else if ((flags & USED) === 0 && dangling) entry('dangling');
      }
    }
  }

  /** Marks what unreachable objects lead to, which is known where every object was read. */
  *#useUnreachable(): Job<void> {
    const { objects } = this.#snapshot;
    const { count } = this.#ids;
    for (let number = 0; number < count; number++) {
      if ((this.#flags[number]! & (REACHABLE | HAS)) !== HAS) continue;
      const type = this.#typeOf(number);
      const object = type === 'blob' ? undefined : objects.find(this.#ids.idAt(number));
      if (object !== undefined) for (const link of this.#linksOf(this.#ids.idAt(number), object.type, object.body)) this.#flags[link.number]! |= USED;
      if (number % 64 === 63) yield { phase: 'Checking connectivity', done: number, total: count };
    }
  }

  /** The type of an object; where it was neither read nor named with one, its header says. */
  #typeOf(number: number): ObjectType | undefined {
    if (this.#types[number] === 0 && (this.#flags[number]! & HAS) !== 0) {
      this.#types[number] = TYPES.indexOf(this.#snapshot.objects.findHeader(this.#ids.idAt(number))?.type);
    }
    return TYPES[this.#types[number]!];
  }

  #walk(number: number, pending: number[]): void {
    const { objects, algorithm } = this.#snapshot;
    const id = this.#ids.idAt(number);
    const type = this.#typeOf(number)!;
    if (type === 'blob') return;
    const object = objects.find(id);
    if (object === undefined) return;
    this.#options.names?.nameLinks(id, { ...object, algorithm });
    for (const link of this.#linksOf(id, type, object.body)) {
      if (this.#types[link.number] !== link.type) this.findings.push({ kind: 'wrong-link-type', id, type });
      const flags = this.#flags[link.number]!;
      if ((flags & REACHABLE) !== 0) continue;
      this.#flags[link.number] = flags | REACHABLE;
      if ((flags & HAS) !== 0) {
        pending.push(link.number);
      } else if ((flags & PRESENT) === 0) {
        const targetType = TYPES[this.#types[link.number]!];
        this.findings.push({ kind: 'broken-link', id, type, target: this.#ids.idAt(link.number), targetType });
      }
    }
  }

  #startRefs(pending: number[]): void {
    const { refs } = this.#snapshot;
    const { heads } = this.#options;
    if (heads !== undefined) {
      for (const { id, name } of heads) this.#start(this.#numberOf(id), pending, name);
      this.#startRest(pending);
      this.#refCount = heads.length;
      return;
    }
    for (const [name] of refs.entries('refs/')) {
      const id = findRefId(refs, name as RefName);
      if (id !== undefined) this.#startRef(name, id, pending);
    }
    const { brokenRefs = [] } = this.#options;
    for (const { name, id } of brokenRefs) if (name !== HEAD) this.findings.push({ kind: 'bad-ref', name, id });
    this.#startHead(pending);
    const { reflogs } = this.#options;
    if (reflogs !== undefined) {
      for (const [name] of refs.entries('')) this.#startReflog(name as RefName, reflogs, pending);
    }
    if (this.#refCount === 0) this.findings.push({ kind: 'no-refs' });
    this.#startRest(pending);
  }

  #startRest(pending: number[]): void {
    const { extraTips = [] } = this.#options;
    for (const id of extraTips) this.#start(this.#numberOf(id), pending);
    if (this.#options.index !== undefined) this.#startIndex(this.#options.index, pending);
  }

  #startIndex(index: StagingIndex, pending: number[]): void {
    for (const { mode, id, path } of index.entries) {
      if ((mode & 0o170000) === 0o160000) continue;
      const number = this.#numberOf(id);
      if (this.#types[number] === 0) this.#types[number] = TYPES.indexOf('blob');
      this.#start(number, pending, `:${path}`);
    }
    const trees = index.cacheTree === undefined ? [] : [index.cacheTree];
    for (let tree = trees.pop(); tree !== undefined; tree = trees.pop()) {
      if (tree.entryCount >= 0 && tree.id !== undefined) this.#startNamed('cache-tree', { id: tree.id, name: ':' }, pending);
      for (let i = tree.children.length - 1; i >= 0; i--) trees.push(tree.children[i]!);
    }
    for (const { sides, path } of index.resolveUndo ?? []) {
      for (const [stage, side] of sides.entries()) {
        if (side === undefined || (side.mode & 0o170000) !== 0o100000) continue;
        this.#startNamed('resolve-undo', { id: side.id, name: `:(${stage}):${path}` }, pending);
      }
    }
  }

  #startNamed(part: 'cache-tree' | 'resolve-undo', { id, name }: { readonly id: ObjectId; readonly name: string }, pending: number[]): void {
    const number = this.#numberOf(id);
    if ((this.#flags[number]! & HAS) === 0) this.findings.push({ kind: 'bad-index', part, id });
    else this.#start(number, pending, name);
  }

  #startRef(name: string, id: ObjectId, pending: number[]): void {
    const number = this.#numberOf(id);
    if ((this.#flags[number]! & HAS) === 0) {
      this.findings.push({ kind: 'bad-ref', name, id });
      return;
    }
    if (name.startsWith(BRANCH_PREFIX) && this.#typeOf(number) !== 'commit') {
      this.findings.push({ kind: 'branch-not-commit', name, id });
    }
    this.#refCount++;
    this.#start(number, pending, name);
  }

  #startHead(pending: number[]): void {
    const { refs } = this.#snapshot;
    const value = refs.get(HEAD);
    const end = value === undefined ? undefined : resolveRef(refs, HEAD);
    if (end === undefined) this.findings.push({ kind: 'bad-head', target: undefined });
    else if (end.name !== HEAD && !end.name.startsWith(BRANCH_PREFIX)) this.findings.push({ kind: 'bad-head', target: end.name });
    else if (end.id === undefined) this.#startUnborn(end.name);
    if (end?.id !== undefined) this.#startRef(HEAD, end.id, pending);
  }

  /** A branch that has no commit yet, or whose commit is missing. */
  #startUnborn(target: string): void {
    const broken = this.#options.brokenRefs?.find(({ name }) => name === target);
    this.findings.push(broken === undefined ? { kind: 'unborn-head', target } : { kind: 'bad-ref', name: HEAD, id: broken.id });
  }

  #startReflog(name: RefName, reflogs: ReflogSource, pending: number[]): void {
    const { zeroId } = this.#snapshot.algorithm;
    for (const entry of reflogs.find(name) ?? []) {
      for (const id of [entry.oldId, entry.newId]) {
        if (id === zeroId) continue;
        const number = this.#numberOf(id);
        if ((this.#flags[number]! & HAS) !== 0) this.#start(number, pending, id === entry.newId ? `${name}@{${entry.timeSeconds}}` : undefined);
        else this.findings.push({ kind: 'bad-reflog', name, id });
      }
    }
  }

  #start(number: number, pending: number[], name?: string): void {
    if (name !== undefined) this.#options.names?.name(this.#ids.idAt(number), name);
    const flags = this.#flags[number]!;
    this.#flags[number] = flags | USED | REACHABLE;
    if ((flags & REACHABLE) === 0 && (flags & HAS) !== 0) pending.push(number);
  }

  #numberOf(id: ObjectId): number {
    const added = this.#ids.addId(id);
    if (added < 0) return -1 - added;
    if (added >= this.#flags.length) {
      const flags = new Uint8Array(this.#flags.length * 2);
      flags.set(this.#flags);
      this.#flags = flags;
      const types = new Uint8Array(this.#types.length * 2);
      types.set(this.#types);
      this.#types = types;
    }
    return added;
  }
}
