import { join } from 'node:path';
import type { Config } from '../../config/config.js';
import { isRefName, WORKTREE_REFS, type RefName } from '../../ref/ref-name.js';
import { directRef, sameRefValue, symbolicRef, type RefValue } from '../../ref/ref-value.js';
import { findNameClash, NO_REFS, type RefMap } from '../../store/ref-map.js';
import type { SortedMapEditor } from '../../store/sorted-map.js';
import type { Table } from '../reftable/read-table.js';
import { findTextOfKey, type RefCell } from '../reftable/record.js';
import type { GitDirectory } from './layout.js';
import type { RefChanges } from './ref-change.js';
import type { RefStorageParts } from './ref-file-storage.js';
import { brokenRefError, isValidRef, type ChangeTerms, type PreparedChange, type RefStorage } from './ref-storage.js';
import { ReftableLogs } from './reftable-logs.js';
import { ReftableStack } from './reftable-stack.js';
import { ReftableTransaction } from './reftable-transaction.js';

/** Refs that each worktree has for itself, so that they are no part of the repository (gitrepository-layout). */
const WORKTREE_REF = /^refs\/(?:bisect|worktree|rewritten)\//;
const LOCK_TIMEOUT_MS = 100;

/**
 * Refs and their logs in tables (`extensions.refStorage = reftable`). A change of any number of refs and logs is one table, so that a
 * crash leaves all of it or nothing.
 *
 * A linked worktree has tables of its own, for its HEAD.
 */
export class ReftableRefs implements RefStorage {
  readonly reflogs: ReftableLogs;
  readonly #parts: RefStorageParts;
  readonly #shared: ReftableView;
  /** Where HEAD is: the same tables except in a linked worktree. */
  readonly #own: ReftableView;
  #config: Config | undefined;
  #broken = new Set<RefName>();
  #current: RefMap = NO_REFS;

  constructor(directory: GitDirectory, parts: RefStorageParts) {
    this.#parts = parts;
    const isLinked = directory.gitPath !== directory.commonPath;
    const view = (path: string): ReftableView => new ReftableView(this.#stack(join(path, 'reftable')), isLinked);
    this.#shared = view(directory.commonPath);
    this.#own = isLinked ? view(directory.gitPath) : this.#shared;
    this.reflogs = new ReftableLogs((name) => this.stackOf(name).read(), parts.algorithm);
  }

  get current(): RefMap {
    return this.#current;
  }

  update(): RefMap {
    const changed = this.#shared.update();
    if (this.#own !== this.#shared) {
      const own = this.#own.update();
      for (const name of WORKTREE_REFS) {
        if (own.has(name)) changed.add(name);
        else changed.delete(name);
      }
    }
    for (const name of this.#broken) changed.add(name);
    let editor: SortedMapEditor<RefValue> | undefined;
    const broken = new Set<RefName>();
    for (const name of changed) {
      const found = this.#viewOf(name).get(name);
      const isValid = found === undefined || isValidRef(this.#parts.objects, name, found);
      if (!isValid) {
        if (!this.#broken.has(name)) this.#parts.onProblem(brokenRefError(name, found));
        broken.add(name);
      }
      const value = isValid ? found : undefined;
      if (sameRefValue(this.#current.get(name), value)) continue;
      editor ??= this.#current.edit();
      if (value === undefined) editor.delete(name);
      else editor.set(name, value);
    }
    this.#broken = broken;
    if (editor !== undefined) this.#current = withoutClashes(editor.finish(), changed);
    return this.#current;
  }

  adopt(refs: RefMap): void {
    // What the tables say is compared with it at the next update, name by name.
    this.#current = refs;
  }

  prepare(plan: RefChanges, terms: ChangeTerms): Promise<PreparedChange> {
    this.#config = terms.config;
    return ReftableTransaction.prepare({
      stackOf: (name) => this.stackOf(name),
      valueOf: (name) => this.#viewOf(name).get(name),
      update: () => {
        this.update();
        return this.#current;
      },
      logs: this.reflogs,
      objects: this.#parts.objects,
      algorithm: this.#parts.algorithm,
      disk: this.#parts.disk,
      onProblem: this.#parts.onProblem,
      policy: terms.reflogPolicy,
      lockTimeoutMs: terms.config.getInt('reftable.locktimeout', LOCK_TIMEOUT_MS),
      messageSizeMax: this.#blockSize() >> 1,
    }, plan);
  }

  reflogPath(name: RefName): string {
    return this.stackOf(name).listPath;
  }

  /** The tables that hold a ref. */
  stackOf(name: RefName): ReftableStack {
    return this.#viewOf(name).stack;
  }

  #viewOf(name: RefName): ReftableView {
    return WORKTREE_REFS.includes(name) ? this.#own : this.#shared;
  }

  #stack(path: string): ReftableStack {
    const { algorithm, disk, owner, syncs, now } = this.#parts;
    return new ReftableStack(path, {
      algorithm, disk, owner, syncs, now,
      factor: () => this.#config?.getInt('reftable.geometricfactor', 2, { min: 2, max: 255 }),
      tableOptions: () => ({
        blockSize: this.#blockSize(),
        restartInterval: this.#config?.getInt('reftable.restartinterval', 16, { min: 1, max: 65_535 }),
        indexesObjects: this.#config?.getBool('reftable.indexobjects', true),
      }),
    });
  }

  #blockSize(): number {
    return this.#config?.getInt('reftable.blocksize', 4096, { min: 512, max: (1 << 24) - 1 }) ?? 4096;
  }
}

/** The refs of one stack of tables, kept up to date by reading only tables that are new. */
class ReftableView {
  readonly stack: ReftableStack;
  #tables: readonly Table[] = [];
  #refs = new Map<RefName, RefValue>();

  readonly #isLinked: boolean;

  constructor(stack: ReftableStack, isLinked: boolean) {
    this.stack = stack;
    this.#isLinked = isLinked;
  }

  get(name: RefName): RefValue | undefined {
    return this.#refs.get(name);
  }

  /** The names whose values may have changed since the last call. */
  update(): Set<RefName> {
    const tables = this.stack.read();
    const changed = new Set<RefName>();
    if (tables === this.#tables) return changed;
    const isLonger = this.#tables.length > 0 && this.#tables.every((table, i) => tables[i] === table);
    const before = this.#refs;
    if (!isLonger) this.#refs = new Map();
    for (const table of isLonger ? tables.slice(this.#tables.length) : tables) {
      for (const { key, cell } of table.refs()) {
        const name = findTextOfKey(key);
        if (name === undefined || !isShown(name, this.#isLinked)) continue;
        const value = valueOf(cell);
        if (value === undefined) this.#refs.delete(name);
        else this.#refs.set(name, value);
        changed.add(name);
      }
    }
    for (const name of before.keys()) if (!this.#refs.has(name)) changed.add(name);
    this.#tables = tables;
    return changed;
  }
}

/** Other names at the top are notes of Git to itself. */
function isShown(name: string, isLinked: boolean): name is RefName {
  if (!isRefName(name) || (isLinked && WORKTREE_REF.test(name))) return false;
  return name.startsWith('refs/') || WORKTREE_REFS.includes(name);
}

function valueOf(cell: RefCell): RefValue | undefined {
  if (cell.kind === 'deleted') return undefined;
  if (cell.kind === 'direct') return directRef(cell.id);
  const target = findTextOfKey(cell.target);
  return target !== undefined && isRefName(target) ? symbolicRef(target) : undefined;
}

/** Git writes no two refs of which one is a folder of the other; where a table has them, the longer is left out. */
function withoutClashes(refs: RefMap, changed: ReadonlySet<RefName>): RefMap {
  let editor: SortedMapEditor<RefValue> | undefined;
  for (const name of changed) {
    const other = refs.has(name) ? findNameClash(refs, name) : undefined;
    if (other !== undefined) (editor ??= refs.edit()).delete(name.length > other.length ? name : other);
  }
  return editor?.finish() ?? refs;
}
