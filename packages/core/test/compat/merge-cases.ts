/** Generated histories for comparing merges with git: small trees, changed on several lines of history in all the ways that conflict. */
import { SeededRandom } from '../../src/testing/random.js';

/** What stands at a path; `data` has one character per byte. */
interface File {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly data: string;
}

type Files = ReadonlyMap<string, File>;

/** A history as input of `git fast-import`, and the branches to merge. */
export interface MergeCase {
  readonly stream: string;
  readonly pairs: readonly (readonly [string, string, ...string[]])[];
}

const FOLDERS = ['', 'a/', 'b/', 'a/in/', 'b/in/', 'c/deep/er/', 'old/', 'new/'];
const NAMES = ['f', 'g', 'h', 'f.txt', 'a', 'caf\u00c3\u00a9', 'raw\u00e9', 'Makefile'];

/** Cases whose names begin with `prefix`, each two branches with one merge base. */
export function treeCases(seed: number, count: number): MergeCase {
  const random = new SeededRandom(seed);
  const writer = new StreamWriter();
  const pairs: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const base = baseFiles(random);
    const root = writer.commit(`base${i}`, base, []);
    const size = 1 + random.below(5);
    writer.commit(`ours${i}`, change(random, base, size), [root]);
    writer.commit(`theirs${i}`, change(random, base, size), [root]);
    pairs.push([`ours${i}`, `theirs${i}`]);
  }
  return { stream: writer.text(), pairs };
}

/** Cases in which folders are renamed on one side and filled on the other. */
export function folderCases(seed: number, count: number): MergeCase {
  const random = new SeededRandom(seed);
  const writer = new StreamWriter();
  const pairs: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const base = new Map(baseFiles(random));
    for (let k = 0; k < 4 + random.below(5); k++) base.set(`${random.pick(['old/', 'old/sub/', 'a/'])}k${k}`, textFile(random));
    const root = writer.commit(`base${i}`, base, []);
    const sides = [moveFolder(random, base), new Map(base)];
    if (random.below(4) === 0) sides[1] = moveFolder(random, base);
    for (let k = 0; k < 3; k++) sides[1]!.set(`${random.pick(['old/', 'old/sub/', 'a/', 'new/'])}n${random.below(3)}`, textFile(random));
    const [ours, theirs] = random.below(2) === 0 ? sides : [sides[1]!, sides[0]!];
    writer.commit(`ours${i}`, change(random, ours!, random.below(3)), [root]);
    writer.commit(`theirs${i}`, change(random, theirs!, random.below(3)), [root]);
    pairs.push([`ours${i}`, `theirs${i}`]);
  }
  return { stream: writer.text(), pairs };
}

/** Cases with several merge bases, whose merges conflict and have merge bases of their own. */
export function crissCrossCases(seed: number, count: number): MergeCase {
  const random = new SeededRandom(seed);
  const writer = new StreamWriter();
  const pairs: [string, string][] = [];
  for (let i = 0; i < count; i++) {
    const base = baseFiles(random);
    let tips = [base, base, base].slice(0, 2 + random.below(2)).map((files, k) => {
      const changed = change(random, files, 2);
      return { files: changed, name: writer.commit(`first${i}-${k}`, changed, []) };
    });
    if (random.below(5) > 0) {
      const root = writer.commit(`base${i}`, base, []);
      tips = tips.map(({ files }, k) => ({ files, name: writer.commit(`second${i}-${k}`, files, [root]) }));
    }
    for (let round = 0; round < 1 + random.below(3); round++) {
      tips = tips.map((tip, k) => {
        const others = tips.filter((other) => other !== tip).map(({ name }) => name);
        const files = change(random, mixed(random, tip.files, random.pick(tips).files), 2);
        return { files, name: writer.commit(`round${i}-${round}-${k}`, files, [tip.name, ...others]) };
      });
    }
    const last = tips.map(({ files, name }, k) => writer.commit(`last${i}-${k}`, change(random, files, 1 + random.below(3)), [name]));
    pairs.push([last[0]!, last[1]!]);
  }
  return { stream: writer.text(), pairs };
}

/** Cases with two to four heads that often do not conflict: the first is merged into. */
export function headCases(seed: number, count: number): MergeCase {
  const random = new SeededRandom(seed);
  const writer = new StreamWriter();
  const pairs: [string, string, ...string[]][] = [];
  for (let i = 0; i < count; i++) {
    const base = new Map(baseFiles(random));
    for (let k = 0; k < 6; k++) base.set(`own${k}`, textFile(random));
    const root = writer.commit(`base${i}`, base, []);
    const heads = Array.from({ length: 2 + random.below(3) }, (_, k) => {
      const files = new Map(random.below(3) === 0 ? change(random, base, 2) : base);
      files.set(`own${k}`, edit(random, files.get(`own${k}`) ?? textFile(random)));
      if (random.below(5) === 0) return root;
      return writer.commit(`head${i}-${k}`, files, [root]);
    });
    if (random.below(4) === 0) heads[0] = root;
    pairs.push(heads as [string, string]);
  }
  return { stream: writer.text(), pairs };
}

function baseFiles(random: SeededRandom): Files {
  const files = new Map<string, File>();
  for (let i = 0; i < 4 + random.below(8); i++) put(files, pathOf(random), anyFile(random));
  return files;
}

function mixed(random: SeededRandom, left: Files, right: Files): Files {
  const files = new Map<string, File>();
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const file = (random.below(2) === 0 ? left : right).get(path) ?? (random.below(2) === 0 ? left.get(path) : undefined);
    if (file !== undefined) put(files, path, file);
  }
  return files;
}

function moveFolder(random: SeededRandom, from: Files): Map<string, File> {
  const files = new Map<string, File>();
  const target = random.pick(['new/', 'moved/', 'a/', '', 'new/in/']);
  const second = random.pick(['new/', 'else/']);
  for (const [path, file] of from) {
    const moves = path.startsWith('old/') && random.below(12) > 0;
    const to = random.below(4) === 0 ? second : target;
    const edited = random.below(3) === 0 ? edit(random, file) : file;
    put(files, moves ? to + path.slice(4) : path, moves ? edited : file);
  }
  return files;
}

/** The files after some random changes. */
function change(random: SeededRandom, from: Files, count: number): Files {
  const files = new Map(from);
  for (let i = 0; i < count; i++) {
    const paths = [...files.keys()];
    const path = paths.length === 0 ? pathOf(random) : random.pick(paths);
    const file = files.get(path) ?? textFile(random);
    switch (random.below(12)) {
      case 0:
      case 1:
      case 2:
        files.set(path, edit(random, file));
        break;
      case 3:
      case 4:
        files.delete(path);
        put(files, pathOf(random), file);
        break;
      case 5:
        files.delete(path);
        put(files, pathOf(random), edit(random, file));
        break;
      case 6:
        files.delete(path);
        break;
      case 7:
        put(files, pathOf(random), anyFile(random));
        break;
      case 8:
        if (file.mode === '100644' || file.mode === '100755') files.set(path, { ...file, mode: file.mode === '100644' ? '100755' : '100644' });
        break;
      case 9:
        files.set(path, anyFile(random));
        break;
      case 10:
        // A file becomes a folder.
        files.delete(path);
        put(files, `${path}/inner`, file);
        break;
      default: {
        const folder = path.slice(0, path.lastIndexOf('/') + 1);
        if (folder === '') break;
        const target = random.pick(['new/', 'zz/', 'b/', 'a/in/']);
        for (const [other, content] of [...files]) {
          if (!other.startsWith(folder)) continue;
          files.delete(other);
          put(files, target + other.slice(folder.length), content);
        }
      }
    }
  }
  return files;
}

/** Puts a file at a path and takes away what is in its way. */
function put(files: Map<string, File>, path: string, file: File): void {
  for (const other of [...files.keys()]) {
    if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  }
  files.set(path, file);
}

function pathOf(random: SeededRandom): string {
  return random.pick(FOLDERS) + random.pick(NAMES);
}

function anyFile(random: SeededRandom): File {
  switch (random.below(12)) {
    case 0:
      return { mode: '120000', data: random.pick(['f', 'a/f', 'nowhere']) };
    case 1:
      return { mode: '160000', data: random.pick(['1', '2', '3']).repeat(40) };
    case 2:
      return { mode: '100644', data: `\0binary ${random.below(4)}\n`.repeat(3) };
    case 3:
      return { mode: '100644', data: '' };
    default:
      return textFile(random);
  }
}

function textFile(random: SeededRandom): File {
  const topic = random.below(6);
  const lines = Array.from({ length: 6 + random.below(12) }, (_, i) => `line ${i} of topic ${topic} with some words\n`);
  const data = lines.join('');
  return { mode: random.below(8) === 0 ? '100755' : '100644', data: random.below(8) === 0 ? data.slice(0, -1) : data };
}

function edit(random: SeededRandom, file: File): File {
  if (file.mode === '160000') return { ...file, data: random.pick(['4', '5', '6']).repeat(40) };
  if (file.mode === '120000') return { ...file, data: `target${random.below(3)}` };
  const lines = file.data.split('\n');
  const at = random.below(lines.length);
  if (random.below(4) === 0) lines.splice(at, 1);
  else if (random.below(3) === 0) lines.splice(at, 0, `inserted ${random.below(3)}`);
  else lines[at] = `changed ${random.below(4)}`;
  return { ...file, data: lines.join('\n') };
}

/** Writes commits in the language of `git fast-import`. */
class StreamWriter {
  readonly #parts: string[] = [];
  #time = 1_600_000_000;

  /** Adds a commit as a branch and gives the branch's name. */
  commit(name: string, files: Files, parents: readonly string[]): string {
    const [first, ...others] = parents;
    this.#parts.push(`commit refs/heads/${name}\ncommitter C O Mitter <committer@example.com> ${this.#time++} +0000\ndata 2\nm\n`);
    if (first !== undefined) this.#parts.push(`from refs/heads/${first}\n`);
    for (const other of others) this.#parts.push(`merge refs/heads/${other}\n`);
    this.#parts.push('deleteall\n');
    for (const [path, { mode, data }] of files) {
      const quoted = `"${path.replace(/[\u0080-\u00ff]/g, (byte) => `\\${byte.charCodeAt(0).toString(8)}`)}"`;
      if (mode === '160000') this.#parts.push(`M 160000 ${data} ${quoted}\n`);
      else this.#parts.push(`M ${mode} inline ${quoted}\ndata ${data.length}\n${data}\n`);
    }
    return name;
  }

  /** The stream so far. */
  text(): string {
    return this.#parts.join('');
  }
}
