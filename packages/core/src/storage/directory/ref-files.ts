import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { GovcError, hasCode } from '../../errors.js';
import type { ObjectSource } from '../../pack/object-source.js';
import { findRefName, HEAD, isWorktreeRef, WORKTREE_REFS, type RefName } from '../../ref/ref-name.js';
import { directRef, sameRefValue, symbolicRef, type RefValue } from '../../ref/ref-value.js';
import { findNameClash, NO_REFS, type RefMap } from '../../store/ref-map.js';
import type { SortedMapEditor } from '../../store/sorted-map.js';
import { attempt } from './disk.js';
import type { GitDirectory } from './layout.js';
import { findLooseRef, isSymbolicLink, LooseRefs, type RefSurroundings } from './loose-refs.js';
import { changedNames, PackedRefsFile, type PackedRefs } from './packed-refs-file.js';
import type { RefChange } from './ref-change.js';
import { brokenRefError, isValidRef } from './ref-storage.js';

/**
 * The refs of a Git directory as one map: HEAD and ORIG_HEAD, and the files under `refs/` over `packed-refs`.
 *
 * Loose files are read before `packed-refs`, because `git pack-refs` writes the latter before it removes the former. A ref
 * that names no object, or no commit where it is a branch, is broken: it is left out with a note, because a snapshot
 * has no such refs, and looked at again at each update. COMPATIBILITY.md names the difference.
 */
export class RefFiles {
  readonly #directory: GitDirectory;
  readonly #surroundings: RefSurroundings;
  readonly #objects: ObjectSource;
  readonly #loose: LooseRefs;
  readonly #packed: PackedRefsFile;
  #packedRefs: PackedRefs = { refs: new Map(), isFullyPeeled: true };
  #broken = new Set<RefName>();
  /** Refs that we changed since the last update: what others make of them is no change to what was read then. */
  #adopted = new Set<RefName>();
  /** The refs of the worktree that there were at the last update. */
  #lastOwn: readonly RefName[] = WORKTREE_REFS;
  #current: RefMap = NO_REFS;

  constructor(directory: GitDirectory, objects: ObjectSource, surroundings: RefSurroundings) {
    this.#directory = directory;
    this.#surroundings = surroundings;
    this.#objects = objects;
    this.#loose = new LooseRefs(directory.commonPath, surroundings, directory.gitPath !== directory.commonPath);
    const packedPath = join(directory.commonPath, 'packed-refs');
    this.#packed = new PackedRefsFile(packedPath, surroundings.algorithm, surroundings.now);
  }

  /** The refs at the last update. */
  get current(): RefMap {
    return this.#current;
  }

  /**
   * Looks for changes and gives the refs: the same map as long as nothing has changed. Everything that others wrote
   * before the call is in it.
   *
   * @throws {GovcError} packed-refs-invalid, io-failed
   */
  update(): RefMap {
    const changed = this.#loose.update();
    const packed = this.#packed.read();
    for (const name of changedNames(this.#packedRefs, packed)) changed.add(name);
    this.#packedRefs = packed;
    for (const name of this.#broken) changed.add(name);
    for (const name of this.#adopted) changed.add(name);
    this.#adopted = new Set();
    // They are read by themselves, each time.
    for (const name of changed) if (isWorktreeRef(name)) changed.delete(name);
    let editor: SortedMapEditor<RefValue> | undefined;
    const set = (name: RefName, value: RefValue | undefined): void => {
      if (sameRefValue(this.#current.get(name), value)) return;
      editor ??= this.#current.edit();
      if (value === undefined) editor.delete(name);
      else editor.set(name, value);
    };
    const broken = new Set<RefName>();
    for (const name of changed) {
      const value = this.#loose.get(name) ?? packedValue(packed, name);
      if (value !== undefined && !this.#isValid(name, value)) broken.add(name);
      set(name, broken.has(name) ? undefined : value);
    }
    const own = this.#ownNames();
    for (const name of [...this.#lastOwn, ...own]) set(name, this.#readOwn(name));
    this.#lastOwn = own;
    this.#broken = broken;
    const next = editor?.finish();
    if (next !== undefined) this.#current = this.#withoutClashes(next, changed);
    return this.#current;
  }

  /**
   * The value of a ref at this moment, for whoever holds its lock.
   *
   * @throws {GovcError} ref-invalid: it is broken. Nothing may be put in its place as if it were not there, because its
   *   object may only be out of sight.
   * @throws {GovcError} packed-refs-invalid, io-failed
   */
  readNow(name: RefName): RefValue | undefined {
    const value = name === HEAD
      ? this.#findHead()
      : findLooseRef(this.pathOf(name), this.#surroundings.algorithm) ?? packedValue(this.#packed.read(), name);
    if (value === undefined || this.#isValid(name, value)) return value;
    throw new GovcError('ref-invalid', `The ref "${name}" is broken; remove it with git before it is set.`, { name });
  }

  /** The content of `packed-refs` at this moment. @throws {GovcError} packed-refs-invalid, io-failed */
  readPacked(): PackedRefs {
    return this.#packed.read();
  }

  /** Whether `packed-refs` has changed since the last update. @throws {GovcError} packed-refs-invalid, io-failed */
  isPackedStale(): boolean {
    return this.#packed.read() !== this.#packedRefs;
  }

  /** Takes the refs after our own change of the files, so that the next update finds nothing new in them. */
  adopt(refs: RefMap, changes: readonly RefChange[]): void {
    this.#current = refs;
    for (const { name } of changes) this.#adopted.add(name);
  }

  /** The file of a ref; those outside of `refs/` belong to the worktree, all others are shared. */
  pathOf(name: RefName): string {
    return join(isWorktreeRef(name) ? this.#directory.gitPath : this.#directory.commonPath, name);
  }

  /** Where `packed-refs` is. */
  get packedPath(): string {
    return this.#packed.path;
  }

  /** Whatever is called a head is one; other names at the top, such as messages, are not even looked at. */
  #ownNames(): RefName[] {
    const { gitPath } = this.#directory;
    const names = attempt('read the folder', gitPath, () => readdirSync(gitPath));
    const others = names.filter((name) => name.endsWith('HEAD') && !WORKTREE_REFS.includes(name as RefName)).map(findRefName);
    return [...WORKTREE_REFS, ...others.filter((name) => name !== undefined)];
  }

  #readOwn(name: RefName): RefValue | undefined {
    try {
      const value = name === HEAD ? this.#findHead() : findLooseRef(this.pathOf(name), this.#surroundings.algorithm);
      return value !== undefined && this.#isValid(name, value) ? value : undefined;
    } catch (error) {
      if (hasCode(error, 'ref-invalid')) return undefined;
      throw error;
    }
  }

  /** @throws {GovcError} ref-invalid, io-failed */
  #findHead(): RefValue | undefined {
    const path = join(this.#directory.gitPath, HEAD);
    if (isSymbolicLink(path)) {
      const target = findRefName(attempt('read the link', path, () => readlinkSync(path)));
      if (target !== undefined) return symbolicRef(target);
    }
    return findLooseRef(path, this.#surroundings.algorithm);
  }

  #isValid(name: RefName, value: RefValue): boolean {
    if (isValidRef(this.#objects, name, value)) return true;
    if (!this.#broken.has(name)) this.#surroundings.onProblem(brokenRefError(name, value));
    return false;
  }

  /** A stale packed ref may clash with a loose one that replaced its folder; Git shows both, a map cannot. */
  #withoutClashes(refs: RefMap, changed: ReadonlySet<RefName>): RefMap {
    let editor: SortedMapEditor<RefValue> | undefined;
    for (const [name, other] of changed.size > CHANGED_MANY ? allClashes(refs) : clashesOf(refs, changed)) {
      const hidden = this.#loose.get(name) === undefined ? name : other;
      (editor ??= refs.edit()).delete(hidden);
    }
    return editor?.finish() ?? refs;
  }
}

// From here on it is faster to look at all refs at once than at each by itself.
const CHANGED_MANY = 1000;

function* clashesOf(refs: RefMap, names: Iterable<RefName>): Generator<[RefName, RefName], void, void> {
  for (const name of names) {
    const other = refs.has(name) ? findNameClash(refs, name) : undefined;
    if (other !== undefined) yield [name, other];
  }
}

/** Every pair of a ref and another that is a folder of it. O(refs). */
function* allClashes(refs: RefMap): Generator<[RefName, RefName], void, void> {
  const names = new Set<string>();
  for (const [name] of refs.entries()) names.add(name);
  for (const name of names) {
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
      const folder = name.slice(0, at);
      if (names.has(folder)) yield [name as RefName, folder as RefName];
    }
  }
}

function packedValue(packed: PackedRefs, name: RefName): RefValue | undefined {
  const ref = packed.refs.get(name);
  return ref === undefined ? undefined : directRef(ref.id);
}
