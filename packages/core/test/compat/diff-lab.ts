import { findChanges, type ChangeOptions } from '../../src/diff/find-changes.js';
import type { FileChange } from '../../src/diff/tree-diff.js';
import { SHA1 } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { abbreviateId } from '../../src/history/abbreviate-id.js';
import type { YoungWriter } from '../../src/store/young-objects.js';
import { loadObjects } from './git-objects.js';
import { RealGit } from './real-git.js';

/** A commit of the history. */
export interface LabCommit {
  readonly id: ObjectId;
  readonly tree: ObjectId;
  readonly parents: readonly ObjectId[];
}

/** A history made to be compared, in a repository of git and in memory. */
export class DiffLab {
  readonly git = new RealGit();
  readonly objects: YoungWriter;
  readonly commits: readonly LabCommit[];
  readonly #trees: ReadonlyMap<ObjectId, ObjectId>;

  constructor(seed: number, count: number) {
    this.git.read(['init', '-q']);
    this.git.read(['fast-import', '--quiet', '--force'], variedHistory(seed, count));
    this.objects = loadObjects(this.git);
    const lines = this.git.read(['log', '--all', '--format=%H %T %P', '--reverse']).toString().trim().split('\n');
    this.commits = lines.map((line) => {
      const [id, tree, ...parents] = line.split(' ').filter((word) => word !== '') as [ObjectId, ObjectId, ...ObjectId[]];
      return { id, tree, parents };
    });
    this.#trees = new Map(this.commits.map(({ id, tree }) => [id, tree]));
  }

  /** The short form of an id as git chooses it here. */
  readonly shorten = (id: ObjectId): string => abbreviateId(this.objects, id, 7);

  treeOf(commit: ObjectId): ObjectId {
    return this.#trees.get(commit)!;
  }

  /** Each commit against its first parent, and commits that are far apart. */
  pairs(): [old: ObjectId, new_: ObjectId][] {
    const near = this.commits.filter(({ parents }) => parents.length > 0)
      .map(({ tree, parents }): [ObjectId, ObjectId] => [this.treeOf(parents[0]!), tree]);
    const far = this.commits.slice(9).filter((_commit, index) => index % 5 === 0)
      .map(({ tree }, index): [ObjectId, ObjectId] => [this.commits[index]!.tree, tree]);
    return [...near, ...far];
  }

  changes(old: ObjectId, new_: ObjectId, options: ChangeOptions): FileChange[] {
    return findChanges({ objects: this.objects, algorithm: SHA1, old, new: new_, options }).changes;
  }

  /** What `git diff-tree --stdin` shows for each line of its input; nothing where it does not even repeat the line. */
  diffTree(args: readonly string[], inputs: readonly string[]): string[] {
    const output = this.git.read(['diff-tree', '--stdin', ...args], inputs.map((line) => `${line}\n`).join('')).toString('latin1');
    const found: { readonly start: number; readonly body: number }[] = [];
    let at = 0;
    for (const input of inputs) {
      const header = output.startsWith(`${input}\n`, at) ? at : output.indexOf(`\n${input}\n`, at) + 1;
      const isThere = header > 0 || output.startsWith(`${input}\n`);
      found.push({ start: isThere ? header : at, body: isThere ? header + input.length + 1 : at });
      if (isThere) at = header + input.length;
    }
    return found.map(({ body }, index) => output.slice(body, Math.max(body, found[index + 1]?.start ?? output.length)));
  }

  /** Compares a format of ours with git's for all pairs. */
  compare(args: readonly string[], options: ChangeOptions, format: (changes: readonly FileChange[]) => Uint8Array): { readonly ours: string[]; readonly theirs: string[] } {
    const pairs = this.pairs();
    return {
      theirs: this.diffTree(args, pairs.map((pair) => pair.join(' '))),
      ours: pairs.map(([old, new_]) => Buffer.from(format(this.changes(old, new_, options))).toString('latin1')),
    };
  }
}

const NAMES = ['a.c', 'lib/b.c', 'lib/a.c', 'with space', 'lib/ä-ö.txt', 'quote"d', 'tab\there', 'deep/er/and/deeper/file.txt', 'b', 'b/x', '日本語/テキスト', 'README'];

/** A stream for `git fast-import`: edits, renames, copies, rewrites, modes, types, binaries, CRLF, odd names, submodules, merges. */
function variedHistory(seed: number, count: number): Uint8Array {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)]!;
  const parts: Buffer[] = [];
  const put = (text: string | Buffer): void => void parts.push(typeof text === 'string' ? Buffer.from(text) : text);
  const file = (path: string, mode: string, content: Buffer): void => {
    put(`M ${mode} inline ${JSON.stringify(path).replaceAll('\\\\', '\\')}\ndata ${content.length}\n`);
    put(content);
    put('\n');
  };
  const lineText = (): string => `${pick(['int main', 'return', '', '  call(x)', '}', 'static void f', 'ü line', 'x = 1'])} ${random(30)}`;
  const text = (lines: number, end = '\n'): string[] => Array.from({ length: lines }, () => lineText() + end);
  const branches: Map<string, string[]>[] = [new Map<string, string[]>()];
  const commits: { readonly mark: number; readonly files: Map<string, string[]> }[] = [];
  for (let mark = 1; mark <= count; mark++) {
    const base = commits.length === 0 ? undefined : commits[Math.max(0, commits.length - 1 - random(3))]!;
    const other = mark > 6 && random(4) === 0 ? commits[Math.max(0, commits.length - 2 - random(4))] : undefined;
    const files = new Map<string, string[]>(base?.files ?? branches[0]);
    put(`commit refs/heads/b${random(3)}\nmark :${mark}\ncommitter C <c@example.com> ${1_600_000_000 + mark * 60} +0000\ndata 1\nm\n`);
    if (base !== undefined) put(`from :${base.mark}\n`);
    if (other !== undefined && other.mark !== base?.mark) put(`merge :${other.mark}\n`);
    const write = (path: string, lines: string[], mode = '100644'): void => {
      for (const name of [...files.keys()]) if (name.startsWith(`${path}/`) || path.startsWith(`${name}/`)) files.delete(name);
      files.set(path, lines);
      file(path, mode, Buffer.from(lines.join('')));
    };
    const remove = (path: string): void => {
      files.delete(path);
      put(`D ${JSON.stringify(path).replaceAll('\\\\', '\\')}\n`);
    };
    const edited = (lines: readonly string[], amount: number): string[] => {
      const result = [...lines];
      for (let i = 0; i < amount; i++) result.splice(random(result.length + 1), random(3), ...text(random(3), pick(['\n', '\n', '\r\n'])));
      return result;
    };
    for (let steps = 1 + random(4); steps > 0; steps--) {
      const existing = [...files.keys()];
      const source = existing.length === 0 ? undefined : pick(existing);
      const lines = source === undefined ? [] : files.get(source)!;
      switch (source === undefined ? 0 : random(13)) {
        case 0: case 1: write(pick(NAMES), text(10 + random(60), pick(['\n', '\n', '\r\n']))); break;
        case 2: case 3: case 4: write(source!, edited(lines, 1 + random(6))); break;
        case 5: { const target = pick(NAMES); remove(source!); write(target, edited(lines, random(4))); break; }
        case 6: write(`${pick(['copy', 'lib/copy'])}${random(5)}`, edited(lines, random(3))); break;
        case 7: write(source!, text(20 + random(60))); break;
        case 8: file(source!, '100755', Buffer.from(lines.join(''))); break;
        case 9: file(source!, '120000', Buffer.from('target/of/link')); break;
        case 10: write(source!, []); break;
        case 11: file(`bin${random(3)}`, '100644', Buffer.from(Array.from({ length: 200 + random(900) }, (_, i) => (i % 37 === 0 ? 0 : (i * 7 + random(3)) & 0xff)))); break;
        default: put(`M 160000 ${String(random(9)).repeat(40)} sub${random(2)}\n`); write('no-newline', ['one\n', `two ${random(5)}`]);
      }
    }
    commits.push({ mark, files });
  }
  return Buffer.concat(parts);
}
