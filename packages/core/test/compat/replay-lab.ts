import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectId } from '../../src/hash/object-id.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectType } from '../../src/hash/hash-object.js';
import { Repository } from '../../src/repository/repository.js';
import type { ReplayConflict } from '../../src/repository/replay-state.js';
import { TreeEditor } from '../../src/store/tree-editor.js';
import type { SeededRandom } from '../../src/testing/random.js';
import { RealGit, type GitResult } from './real-git.js';

export const AUTHOR = { name: 'A U Thor', email: 'author@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };
export const COMMITTER = { name: 'C O Mitter', email: 'committer@example.com', timeSeconds: 1_700_000_000, timezone: '+0000' };

/** A worktree of git, and the same objects and refs in a repository of ours. */
export class ReplayLab extends RealGit {
  constructor() {
    super();
    this.read(['init', '-q', '-b', 'main', '.']);
    for (const [name, value] of [['advice.detachedHead', 'false'], ['gc.auto', '0'], ['rerere.enabled', 'false'], ['core.logAllRefUpdates', 'true']]) {
      this.read(['config', name!, value!]);
    }
  }

  git(...args: string[]): string {
    return this.read(args).toString().trimEnd();
  }

  /** A command that may fail. */
  try(args: readonly string[], env: Readonly<Record<string, string>> = {}): GitResult {
    return this.run(args, '', { GIT_EDITOR: ':', GIT_SEQUENCE_EDITOR: ':', ...env });
  }

  /** Puts git at a revision, on the branch `work`, with nothing left of what was done before. */
  reset(revision: string): void {
    for (const name of ['rebase-merge', 'rebase-apply', 'sequencer', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'MERGE_MSG', 'AUTO_MERGE', 'REBASE_HEAD', 'SQUASH_MSG', 'MERGE_HEAD']) {
      rmSync(join(this.folder, '.git', name), { recursive: true, force: true });
    }
    rmSync(join(this.folder, '.git', 'index'), { force: true });
    this.read(['symbolic-ref', 'HEAD', 'refs/heads/elsewhere']);
    this.run(['update-ref', '-d', 'refs/heads/elsewhere']);
    this.read(['clean', '-q', '-f', '-d', '-x']);
    this.read(['checkout', '-q', '-f', '-B', 'work', revision]);
    this.read(['reset', '-q', '--hard']);
    this.read(['clean', '-q', '-f', '-d', '-x']);
  }

  file(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content);
  }

  /** Everything that git has, in a repository in memory. */
  load(config: Readonly<Record<string, string>> = {}): Repository {
    const repository = Repository.init({ clock: () => 1_700_000_000_000 });
    repository.transact((tx) => {
      const output = this.read(['cat-file', '--batch', '--batch-all-objects']);
      for (let at = 0; at < output.length;) {
        const end = output.indexOf(10, at);
        const [, type, size] = output.toString('latin1', at, end).split(' ') as [string, ObjectType, string];
        tx.writeObject(type, output.subarray(end + 1, end + 1 + Number(size)));
        at = end + 2 + Number(size);
      }
      for (const line of this.git('for-each-ref', '--format=%(objectname) %(refname)').split('\n')) {
        const [id, name] = line.split(' ');
        if (id !== undefined && name !== undefined) tx.setRef(name as never, id as ObjectId);
      }
      for (const [name, value] of Object.entries(config)) tx.setConfig(name, value);
    });
    return repository;
  }

  /** Forgets all reflogs. */
  forgetLogs(): void {
    rmSync(join(this.folder, '.git', 'logs'), { recursive: true, force: true });
  }

  /** The lines of a reflog, oldest first. */
  logOf(name: string): string[] {
    const path = join('.git', 'logs', name);
    return this.has(path) ? this.file(path).split('\n').slice(0, -1) : [];
  }

  /** What git has in conflict: the lines of `ls-files -u`, and the files with their markers. */
  conflicts(): string[] {
    const output = this.read(['ls-files', '-u', '-z']).toString();
    return output === '' ? [] : output.split('\0').slice(0, -1);
  }
}

/** Conflicts as `git ls-files -u` shows them. */
export function showConflicts(conflicts: readonly ReplayConflict[]): string[] {
  return conflicts.flatMap(({ path, stages }) => [stages.base, stages.ours, stages.theirs].flatMap((stage, i) =>
    stage === undefined ? [] : [`${stage.mode.toString(8)} ${stage.id} ${i + 1}\t${path}`]));
}

/** The text of a file in a tree, or `undefined`. */
export function readTreeFile(repository: Repository, tree: ObjectId, path: string): string | undefined {
  const { objects } = repository.snapshot;
  const entry = new TreeEditor(objects, tree, SHA1).find(path);
  return entry === undefined ? undefined : Buffer.from(objects.find(entry.id)!.body).toString();
}

/** Texts of messages: ordinary ones and such that replays treat in a special way. */
const MESSAGES = [
  'one\n', 'two lines\n\nand a body\n', 'with trailer\n\nSigned-off-by: A <a@b>\n', 'folded\nsubject\n\nbody\n# comment\n', 'no end', '\n\nblank first\n',
  '# only a comment\n', 'spaces  \n\n\n\nbody  \n\n\n',
];

/**
 * A stream for `git fast-import`: a history on `main` and one on `topic` that change the same few files, so that some
 * changes conflict, some are empty, and some are on both sides.
 */
export function conflictingHistory(random: SeededRandom, options: { readonly commits: number; readonly merges?: boolean }): string {
  const lines: string[] = [];
  let mark = 0;
  const files = new Map<string, string[]>();
  for (const name of ['a', 'b', 'd/c']) files.set(name, Array.from({ length: 12 }, (_, i) => `${name} ${i}`));
  const emit = (branch: string, from: string | undefined, merge: string | undefined, state: Map<string, string[]>): string => {
    mark++;
    const message = random.pick(MESSAGES).replace(/^/, mark % 3 === 0 ? `c${mark} ` : '');
    const time = 1_600_000_000 + mark * 100;
    lines.push(`commit refs/heads/${branch}`, `mark :${mark}`, `author A${mark % 4} <a${mark % 4}@x> ${time} +0${mark % 10}00`, `committer C <c@x> ${time + 5} -0100`);
    lines.push(`data ${Buffer.byteLength(message)}`, message);
    if (from !== undefined) lines.push(`from ${from}`);
    if (merge !== undefined) lines.push(`merge ${merge}`);
    lines.push('deleteall');
    for (const [name, text] of state) lines.push(`M 100644 inline ${name}`, `data ${text.join('\n').length + 1}`, `${text.join('\n')}\n`);
    return `:${mark}`;
  };
  const change = (state: Map<string, string[]>): void => {
    const names = [...state.keys()];
    const kind = random.below(10);
    const name = random.pick(names);
    if (kind === 0 && names.length > 2) {
      state.delete(name);
    } else if (kind === 1) {
      state.set(`n${random.below(4)}`, [`new ${random.below(3)}`]);
    } else if (kind < 9) {
      const text = [...state.get(name)!];
      text[random.below(text.length)] = `changed ${random.below(6)}`;
      state.set(name, text);
    }
  };
  let base = emit('main', undefined, undefined, files);
  change(files);
  base = emit('main', base, undefined, files);
  for (const branch of ['main', 'topic']) {
    const state = new Map(files);
    let at = base;
    for (let i = 0; i < options.commits; i++) {
      if (options.merges === true && branch === 'topic' && i % 4 === 2) {
        const side = new Map(state);
        side.set(`s${i}`, [`side ${i}`]);
        const sideTip = emit('side', at, undefined, side);
        change(state);
        at = emit(branch, at, undefined, state);
        state.set(`s${i}`, [`side ${i}`]);
        at = emit(branch, at, sideTip, state);
      } else {
        change(state);
        at = emit(branch, at, undefined, state);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The lines of a reflog as its file would have them, oldest first. */
export function logLines(repository: Repository, name: string): string[] {
  const entries = repository.snapshot.refs.has(name) ? repository.reflog(name) : [];
  return entries.map(({ oldId, newId, name: who, email, timeSeconds, timezone, message }) =>
    `${oldId} ${newId} ${who} <${email}> ${timeSeconds} ${timezone}\t${message}`).reverse();
}

/** Compares what was logged from some moment on. */
export class LogWatch {
  readonly #before: ReadonlyMap<string, number>;

  /** Forgets the logs of git, and counts the lines of ours. */
  constructor(readonly lab: ReplayLab, readonly repository: Repository, readonly names: readonly string[] = ['HEAD', 'refs/heads/work']) {
    lab.forgetLogs();
    this.#before = new Map(names.map((name) => [name, logLines(repository, name).length]));
  }

  get ours(): readonly string[][] {
    return this.names.map((name) => logLines(this.repository, name).slice(this.#before.get(name)));
  }

  get theirs(): readonly string[][] {
    return this.names.map((name) => this.lab.logOf(name));
  }
}
