import { Repository } from '@govc/core';
import { SeededRandom } from '@govc/core/testing';
import { randomEdits, randomMessage, type Edits, type Files } from './edits.js';
import { RealWorktree, WALKER, type WorkFile } from './real-worktree.js';

/** What differs between git and govc after a step. */
export class Divergence extends Error {
  constructor(what: string, readonly theirs: string, readonly ours: string) {
    super(what);
  }
}

/** A path in conflict with what the index holds. */
export interface Conflict {
  readonly path: string;
  readonly stages: { readonly base: Stage | undefined; readonly ours: Stage | undefined; readonly theirs: Stage | undefined };
}

interface Stage {
  readonly mode: number;
  readonly id: string;
}

function print(map: ReadonlyMap<string, string>): string {
  return [...map].toSorted((left, right) => (left[0] < right[0] ? -1 : 1)).map(([path, text]) => `${JSON.stringify(path)} ${text}`).join('\n');
}

function describeFile(file: WorkFile | undefined): string {
  return file === undefined ? '(none)' : `${file.mode.toString(8)}\n${Buffer.from(file.content).toString('latin1')}`;
}

/** One random walk: the same operations done by git in a worktree and by govc in memory. */
export class Lab {
  readonly real = new RealWorktree();
  readonly random: SeededRandom;
  readonly transcript: string[] = [];
  readonly ours: Repository;
  #counter = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.ours = Repository.init({ clock: () => this.real.time * 1000 });
    this.ours.setConfig('user.name', WALKER.name);
    this.ours.setConfig('user.email', WALKER.email);
  }

  /** Begins a step: the clock goes on. */
  tick(): void {
    this.real.time += 1 + this.random.below(100);
  }

  note(text: string): void {
    this.transcript.push(text);
  }

  freshName(prefix: string): string {
    return `${prefix}${++this.#counter}`;
  }

  get head(): string | undefined {
    return this.ours.head().id;
  }

  /** The files of `HEAD`. */
  files(): Files {
    if (this.head === undefined) return new Map();
    const files = new Map<string, WorkFile>();
    for (const { path, mode } of this.ours.list('', { recursive: true })) {
      files.set(path, { mode, content: this.ours.readFile(path).content });
    }
    return files;
  }

  /** Short names of the branches, in order. */
  branches(): string[] {
    return this.ours.branches().map(({ name }) => name);
  }

  /** All commits that refs other than notes reach, newest first. Files of notes are named like commits, which git takes for ambiguous. */
  commits(): string[] {
    return [...this.ours.revList({ revisions: ['--exclude=refs/notes/*', '--all', 'HEAD'] })].map(({ id }) => id);
  }

  /** Random edits in the worktree, staged nowhere yet. */
  editWorktree(countMax?: number): Edits {
    const edits = randomEdits(this.random, this.files(), countMax);
    // What goes away first makes room for what comes.
    for (const [path, file] of edits) if (file === undefined) this.real.write(path, file);
    for (const [path, file] of edits) if (file !== undefined) this.real.write(path, file);
    return edits;
  }

  stage(edits: Edits): void {
    this.real.must(['add', '-A']);
    for (const [path, file] of edits) if (file === undefined) this.#removeStaged(path);
    for (const [path, file] of edits) if (file !== undefined) this.ours.add(path, file.content, { mode: file.mode });
  }

  #removeStaged(path: string): void {
    this.ours.remove(path);
  }

  commit(message = randomMessage(this.random), edits = this.editWorktree()): void {
    this.stage(edits);
    this.real.must(['commit', '-q', '--allow-empty', '-F', '-'], message);
    this.ours.commit(message, { allowEmpty: true });
  }

  /** Compares all refs. */
  compareRefs(): void {
    const theirs = this.real.refs();
    const ours = new Map<string, string>();
    for (const { name, value } of this.ours.refs()) ours.set(name, value.kind === 'direct' ? value.id : value.target);
    for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
      // Labels of a rebase under way are refs of git's, and data of ours.
      if ((name !== 'HEAD' && !name.startsWith('refs/')) || name.startsWith('refs/rewritten/')) continue;
      const [left, right] = [theirs.get(name), ours.get(name)];
      if (left === right) continue;
      throw new Divergence(`the ref ${name}`, this.#describe(left), this.#describeOurs(right));
    }
  }

  #describe(id: string | undefined): string {
    if (id === undefined || id.startsWith('refs/')) return id ?? '(none)';
    return `${id}\n${this.real.run(['cat-file', '-p', id]).stdout.toString()}${this.real.run(['ls-tree', '-r', id]).stdout.toString()}`;
  }

  #describeOurs(id: string | undefined): string {
    if (id === undefined || id.startsWith('refs/')) return id ?? '(none)';
    const object = this.ours.snapshot.objects.find(this.ours.resolve(id));
    if (object === undefined) return id;
    const tree = object.type === 'commit' ? this.ours.list('', { revision: id, recursive: true }).map((entry) => `${entry.mode.toString(8)} ${entry.type} ${entry.id}\t${entry.path}\n`).join('') : '';
    return `${id}\n${Buffer.from(object.body).toString()}${tree}`;
  }

  /**
   * Compares the conflicts of an operation: as stages of the index, and as files.
   *
   * @param fileOf what govc has at a path
   */
  compareConflicts(conflicts: readonly Conflict[], fileOf: (conflict: Conflict) => WorkFile | undefined): void {
    const ours = new Map<string, string>();
    for (const { path, stages } of conflicts) {
      const text = ([['1', stages.base], ['2', stages.ours], ['3', stages.theirs]] as const)
        .map(([stage, entry]) => (entry === undefined ? '' : `${stage}:${entry.mode.toString(8)}:${entry.id} `)).join('');
      if (text !== '') ours.set(path, text);
    }
    const theirs = this.real.unmerged();
    if (print(ours) !== print(theirs)) throw new Divergence('the conflicts', print(theirs), print(ours));
    for (const conflict of conflicts) {
      const left = this.real.read(conflict.path);
      const right = fileOf(conflict);
      if (describeFile(left) !== describeFile(right)) throw new Divergence(`the file ${conflict.path} in conflict`, describeFile(left), describeFile(right));
    }
  }

  /** The file at a path of a tree or commit of govc's. */
  fileAt(path: string, revision: string): WorkFile | undefined {
    const entry = this.ours.list('', { revision, recursive: true }).find((found) => found.path === path);
    return entry === undefined ? undefined : { mode: entry.mode, content: this.ours.readFile(path, revision).content };
  }

  /** Decides about conflicts in the worktree: the file as it was left, other content, or nothing. */
  decide(conflicts: readonly Conflict[], fileOf: (conflict: Conflict) => WorkFile | undefined): Map<string, WorkFile | undefined> {
    const decisions = new Map<string, WorkFile | undefined>();
    for (const conflict of conflicts) {
      const left = fileOf(conflict);
      const choice = this.random.below(4);
      const isFile = left !== undefined && left.mode !== 0o120000;
      decisions.set(conflict.path, left === undefined || choice === 0 ? undefined
        : choice === 1 && isFile ? { mode: left.mode, content: Buffer.from(`decided ${this.random.below(100)}\n`) } : left);
    }
    for (const [path, file] of decisions) if (this.real.read(path) !== undefined || file !== undefined) this.real.write(path, file);
    this.real.must(['add', '-A']);
    return decisions;
  }

  close(): void {
    this.real.remove();
  }
}
