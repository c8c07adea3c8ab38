import type { SeededRandom } from '@govc/core/testing';
import type { WorkFile } from './real-worktree.js';

/** Files by path; lossless text. */
export type Files = ReadonlyMap<string, WorkFile>;

/** Paths with what they become; `undefined` where they go away. */
export type Edits = Map<string, WorkFile | undefined>;

const FOLDERS = ['', '', 'lib/', 'lib/', 'lib/deep/', 'döc/', 'odd dir/', 'x/y/z/'];
const NAMES = ['a.txt', 'b.c', 'ü.md', 'with space', 'quo"te', 'tab\tx', '-dash', 'bin.dat', 'run.sh', 'back\\slash', 'lib', 'x', 'new\nline', '日本'];
const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'one', 'two', '{', '}', '', '\tindented', '    spaced', 'int main()', 'naïve', 'end'];

/** A message as `git commit` leaves it alone. */
export function randomMessage(random: SeededRandom): string {
  const subject = random.pick(['Add a thing', 'Fix it', 'Änderung', 'Move files about', 'Subject with "quotes" and $x', 'fix: typo']);
  switch (random.below(5)) {
    case 0: return `${subject}\n\nA body with some words\nin two lines.\n`;
    case 1: return `${subject}\n\nReviewed-by: R <r@example.com>\nHelped-by: H <h@example.com>\n`;
    default: return `${subject} ${random.below(1000)}\n`;
  }
}

/** A few random changes of files: new ones, edits, deletions, renames with and without edits, modes, links, kinds. */
export function randomEdits(random: SeededRandom, files: Files, countMax = 4): Edits {
  const edits: Edits = new Map();
  const current = new Map(files);
  const set = (path: string, file: WorkFile | undefined): void => {
    if (file !== undefined) makeRoom(current, edits, path);
    edits.set(path, file);
    if (file === undefined) current.delete(path);
    else current.set(path, file);
  };
  for (let i = random.below(countMax) + 1; i > 0; i--) {
    const paths = [...current.keys()];
    const path = paths.length === 0 ? undefined : random.pick(paths);
    const choice = path === undefined ? 0 : random.below(12);
    const file = path === undefined ? undefined : current.get(path)!;
    if (file === undefined || path === undefined || choice <= 1) set(randomPath(random), newFile(random));
    else if (choice === 2) set(path, undefined);
    else if (choice <= 4) {
      const target = randomPath(random);
      if (target === path) continue;
      set(path, undefined);
      set(target, random.below(2) === 0 ? file : editFile(random, file));
    } else if (choice === 5) set(path, { ...file, mode: file.mode === 0o100644 ? 0o100755 : 0o100644 });
    else if (choice === 6 && random.below(3) === 0) set(path, { mode: 0o120000, content: Buffer.from(random.pick(['a.txt', 'lib/b.c', '../up', 'nowhere'])) });
    else if (choice === 7 && random.below(3) === 0) moveFolder(random, current, set);
    else set(path, editFile(random, file));
  }
  return edits;
}

/** Moves what is in a folder to another one. */
function moveFolder(random: SeededRandom, current: Files, set: (path: string, file: WorkFile | undefined) => void): void {
  const from = random.pick(FOLDERS.filter((folder) => folder !== ''));
  const to = random.pick(['moved/', 'lib2/', 'döc/new/', 'x/']);
  if (from === to || to.startsWith(from)) return;
  for (const [path, file] of current) {
    if (!path.startsWith(from)) continue;
    set(path, undefined);
    set(to + path.slice(from.length), file);
  }
}

/** What stands where a file or one of its folders is to be goes away. */
function makeRoom(current: Map<string, WorkFile>, edits: Edits, path: string): void {
  for (const other of [...current.keys()]) {
    if (!other.startsWith(`${path}/`) && !path.startsWith(`${other}/`)) continue;
    current.delete(other);
    edits.set(other, undefined);
  }
}

function randomPath(random: SeededRandom): string {
  return random.pick(FOLDERS) + random.pick(NAMES);
}

function randomLine(random: SeededRandom): string {
  return random.below(3) === 0 ? random.pick(WORDS) : `${random.pick(WORDS)} ${random.below(60)}`;
}

/** A new file of up to some forty lines, or a binary one, a link or an empty one. */
function newFile(random: SeededRandom): WorkFile {
  const kind = random.below(12);
  if (kind === 0) return { mode: 0o120000, content: Buffer.from(random.pick(['a.txt', 'lib/b.c', 'döc'])) };
  if (kind === 1) return { mode: 0o100644, content: Buffer.from(Array.from({ length: 20 + random.below(300) }, () => random.below(256))) };
  if (kind === 2) return { mode: 0o100644, content: Buffer.alloc(0) };
  const lines = Array.from({ length: 3 + random.below(40) }, () => randomLine(random));
  const end = kind === 3 ? '\r\n' : '\n';
  return { mode: kind === 4 ? 0o100755 : 0o100644, content: Buffer.from(lines.join(end) + (kind === 5 ? '' : end)) };
}

/** The file with a few lines inserted, removed, changed, moved, or all lines ended otherwise. */
function editFile(random: SeededRandom, file: WorkFile): WorkFile {
  if (file.mode === 0o120000) return { ...file, content: Buffer.from(random.pick(['b.c', 'lib/a.txt', 'elsewhere'])) };
  const text = Buffer.from(file.content).toString('latin1');
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  if (random.below(25) === 0) return { ...file, content: Buffer.from(text.replaceAll(end, end === '\n' ? '\r\n' : '\n'), 'latin1') };
  const isComplete = text.endsWith(end) || text === '';
  const lines = text === '' ? [] : (isComplete ? text.slice(0, -end.length) : text).split(end);
  for (let i = random.below(3) + 1; i > 0; i--) {
    const at = random.below(lines.length + 1);
    const fresh = Buffer.from(randomLine(random)).toString('latin1');
    switch (random.below(5)) {
      case 0: lines.splice(at, 0, fresh); break;
      case 1: lines.splice(at, 1 + random.below(2)); break;
      case 2: lines.splice(at, 1, fresh); break;
      case 3: lines.splice(random.below(lines.length + 1), 0, ...lines.splice(at, 1 + random.below(4))); break;
      default: lines.splice(at, 1, `${lines[at] ?? ''} and ${random.below(9)}`);
    }
  }
  const finish = random.below(20) === 0 ? !isComplete : isComplete;
  return { ...file, content: Buffer.from(lines.join(end) + (finish && lines.length > 0 ? end : ''), 'latin1') };
}
