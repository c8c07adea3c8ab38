/** What names stand for in a stream of git-fast-import(1): its branches, tags and marks, and revisions of the repository as it was. */
import { GovcError } from '../errors.js';
import type { ObjectType } from '../hash/hash-object.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { scanCommit } from '../object/commit.js';
import { MODE_GITLINK, MODE_TREE } from '../object/tree.js';
import { losslessFromLatin1 } from './fast-export-format.js';
import type { ImportNotes } from './fast-import-notes.js';
import { ImportTree, type ImportStore } from './fast-import-tree.js';

/** What a stream wants of a ref. */
export interface ImportedRef {
  /** The full name as lossless text, not checked. */
  readonly name: string;
  /** `undefined`: delete it. */
  readonly id: ObjectId | undefined;
  /** Tags replace what is there; branches only move forwards unless forced. */
  readonly kind: 'branch' | 'tag';
}

/** A branch of a stream. */
export interface ImportBranch {
  readonly name: string;
  id: ObjectId | undefined;
  tree: ImportTree | undefined;
  isDeleted: boolean;
  notes: ImportNotes | undefined;
}

/** An object that a mark stands for. */
export interface Marked {
  readonly id: ObjectId;
  readonly type: ObjectType;
}

/** How names are found that the stream itself does not give. */
export interface ImportNamesOptions {
  readonly marks: ReadonlyMap<number, ObjectId> | undefined;
  readonly resolve: ((revision: string) => ObjectId | undefined) | undefined;
  /** An error that says where in the stream it is. */
  readonly invalid: (reason: string) => GovcError;
}

/** So many branches keep their trees open. */
const OPEN_TREES_MAX = 16;

/** See the opening comment of this file. Texts have one character per byte. Throws `GovcError` `import-invalid` and `object-missing`. */
export class ImportNames {
  readonly #store: ImportStore;
  readonly #find: ImportNamesOptions['resolve'];
  readonly #invalid: ImportNamesOptions['invalid'];
  readonly #marks = new Map<number, Marked>();
  readonly #branches = new Map<string, ImportBranch>();
  readonly #tags = new Map<string, ObjectId>();
  readonly #openBranches: ImportBranch[] = [];

  constructor(store: ImportStore, { marks, resolve, invalid }: ImportNamesOptions) {
    this.#store = store;
    this.#find = resolve;
    this.#invalid = invalid;
    for (const [mark, id] of marks ?? []) {
      const type = store.objects.findHeader(id)?.type;
      if (type === undefined) throw new GovcError('object-missing', `The object ${id} of mark :${mark} is missing.`, { id, mark });
      this.#marks.set(mark, { id, type });
    }
  }

  /** The marks that are set. */
  marks(): Map<number, ObjectId> {
    return new Map([...this.#marks].map(([mark, { id }]) => [mark, id]));
  }

  /** Lets a mark stand for an object. */
  mark(number: number, object: Marked): void {
    this.#marks.set(number, object);
  }

  /** Names an annotated tag. */
  tag(name: string, id: ObjectId): void {
    this.#tags.delete(name);
    this.#tags.set(name, id);
  }

  /** Forgets a tag. */
  untag(name: string): void {
    this.#tags.delete(name);
  }

  /** What the stream says of refs so far, in its order: branches, then tags. */
  refs(): ImportedRef[] {
    const refs: ImportedRef[] = [];
    for (const { name, id, isDeleted } of this.#branches.values()) {
      if (id !== undefined) refs.push({ name: losslessFromLatin1(name), id, kind: 'branch' });
      else if (isDeleted) refs.push({ name: losslessFromLatin1(name), id: undefined, kind: 'branch' });
    }
    for (const [name, id] of this.#tags) refs.push({ name: `refs/tags/${losslessFromLatin1(name)}`, id, kind: 'tag' });
    return refs;
  }

  /** The branch of a name, which may be a new one. */
  branchOf(name: string): ImportBranch {
    let branch = this.#branches.get(name);
    if (branch === undefined) {
      branch = { name, id: undefined, tree: undefined, isDeleted: false, notes: undefined };
      this.#branches.set(name, branch);
    }
    return branch;
  }

  /** The same, without commits from here on. */
  resetBranch(name: string): ImportBranch {
    const branch = this.branchOf(name);
    branch.id = undefined;
    branch.tree = undefined;
    branch.notes = undefined;
    return branch;
  }

  /** Lets a branch go on from what a text names. */
  startFrom(branch: ImportBranch, text: string): void {
    if (this.#branches.get(text) === branch) throw this.#invalid(`the branch "${text.slice(0, 80)}" cannot begin at itself`);
    const id = this.findCommittish(text);
    if (id === undefined) {
      branch.isDeleted = true;
      branch.id = undefined;
      branch.tree = undefined;
    } else if (branch.id !== id) {
      branch.id = id;
      branch.tree = undefined;
    }
    branch.notes = undefined;
  }

  /** The files of a branch. The ones that were longest not opened are closed. */
  openTree(branch: ImportBranch): ImportTree {
    if (branch.tree === undefined) {
      const { algorithm, objects } = this.#store;
      let root: ObjectId = algorithm.emptyTreeId;
      if (branch.id !== undefined) {
        const object = objects.find(branch.id);
        if (object?.type !== 'commit') throw new GovcError('object-missing', `The commit ${branch.id} is missing.`, { id: branch.id });
        root = scanCommit(object.body, algorithm).tree;
      }
      branch.tree = new ImportTree(this.#store, root);
      this.#openBranches.push(branch);
      if (this.#openBranches.length > OPEN_TREES_MAX) {
        const oldest = this.#openBranches.shift()!;
        if (oldest !== branch) {
          oldest.tree = undefined;
          oldest.notes = undefined;
        }
      }
    }
    return branch.tree;
  }

  /** The number of a mark such as `:1`. */
  markNumber(text: string): number {
    const number = /^:(\d{1,15})$/.exec(text)?.[1];
    if (number === undefined || Number(number) === 0) throw this.#invalid(`"${text.slice(0, 40)}" is no mark`);
    return Number(number);
  }

  /** What a mark stands for. */
  marked(text: string): Marked {
    const found = this.#marks.get(this.markNumber(text));
    if (found === undefined) throw this.#invalid(`the mark ${text} was not set`);
    return found;
  }

  /** The commit that a text names: a branch of the stream, a mark, an id, or a revision of before. */
  committish(text: string): ObjectId {
    const id = this.findCommittish(text);
    if (id === undefined) throw this.#invalid(`"${text.slice(0, 80)}" is no commit`);
    return id;
  }

  /** `undefined` for a branch without commits, and for the id of zeros. */
  findCommittish(text: string): ObjectId | undefined {
    const branch = this.#branches.get(text);
    if (branch !== undefined) return branch.id;
    if (text.startsWith(':')) {
      const { id, type } = this.marked(text);
      if (type !== 'commit') throw this.#invalid(`the mark ${text} is a ${type}, not a commit`);
      return id;
    }
    const id = this.#resolve(text);
    if (id === undefined) throw this.#invalid(`"${text.slice(0, 80)}" names nothing`);
    return id === this.#store.algorithm.zeroId ? undefined : id;
  }

  /** What a text names, as something to tag. */
  taggable(text: string): Marked {
    if (text.startsWith(':')) return this.marked(text);
    const branch = this.#branches.get(text);
    if (branch?.id !== undefined) return { id: branch.id, type: 'commit' };
    const id = branch === undefined ? this.#resolve(text) : undefined;
    const type = id === undefined ? undefined : this.#store.objects.findHeader(id)?.type;
    if (id === undefined || type === undefined) throw this.#invalid(`"${text.slice(0, 80)}" names nothing that can be tagged`);
    return { id, type };
  }

  /** The object of a change, of the type that its mode asks for. */
  contentId(ref: string, mode: number): ObjectId {
    const expected: ObjectType = mode === MODE_TREE ? 'tree' : mode === MODE_GITLINK ? 'commit' : 'blob';
    if (ref.startsWith(':')) {
      const { id, type } = this.marked(ref);
      if (type !== expected) throw this.#invalid(`the mark ${ref} is a ${type}, not a ${expected}`);
      return id;
    }
    const { algorithm, objects } = this.#store;
    const id = findObjectId(ref, algorithm);
    if (id === undefined) throw this.#invalid(`"${ref.slice(0, 80)}" is neither a mark nor an id`);
    if (mode === MODE_GITLINK || id === algorithm.emptyTreeId) return id;
    const type = objects.findHeader(id)?.type;
    if (type !== expected) throw this.#invalid(`the object ${id} is ${type === undefined ? 'missing' : `a ${type}`}, not a ${expected}`);
    return id;
  }

  /** The files of a tree or commit that a mark or id names. */
  treeOf(ref: string): ImportTree {
    const { algorithm, objects } = this.#store;
    let id = ref.startsWith(':') ? this.marked(ref).id : findObjectId(ref, algorithm);
    for (let depth = 0; id !== undefined && depth < 100; depth++) {
      const object = id === algorithm.emptyTreeId ? undefined : objects.find(id);
      if (id === algorithm.emptyTreeId || object?.type === 'tree') return new ImportTree(this.#store, id);
      if (object?.type === 'commit') id = scanCommit(object.body, algorithm).tree;
      else break;
    }
    throw this.#invalid(`"${ref.slice(0, 80)}" names no tree`);
  }

  #resolve(text: string): ObjectId | undefined {
    return findObjectId(text, this.#store.algorithm) ?? this.#find?.(losslessFromLatin1(text));
  }
}

/** No branch: what stands for one where none is meant. */
export const NO_BRANCH: ImportBranch = { name: '', id: undefined, tree: undefined, isDeleted: false, notes: undefined };
