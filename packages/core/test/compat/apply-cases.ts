import { SeededRandom } from '../../src/testing/random.js';
import type { ApplyPatchOptions } from '../../src/merge/apply-patch.js';
import type { ParsePatchOptions } from '../../src/diff/parse-patch.js';

/** Files by path, in lossless text. */
export type Files = Map<string, { readonly mode: number; readonly content: Uint8Array }>;

/** A patch to be made by git, a target to apply it to, and the options in git's words and in ours. */
export interface ApplyCase {
  readonly old: Files;
  readonly new: Files;
  readonly target: Files;
  readonly diffArgs: readonly string[];
  readonly args: readonly string[];
  readonly config: readonly string[];
  readonly options: ApplyPatchOptions & ParsePatchOptions;
  /** What happens to the patch on its way. */
  readonly mutate: (patch: Buffer) => Buffer;
}

const NAMES = ['a', 'b.txt', 'd/a', 'd/b', 'd/e/f', 'sp ace', 'ta\tb', 'q"uote', 'é', 'x', 'd/x y', '\udcff'];
const LINES = ['one', 'two', 'three', '', '\tindented', '    spaces', 'trailing ', ' \tmixed', '}', '{', 'int x;', '\t\t', 'a  b', 'a b', '- minus', '+ plus', '-- ', '@@ -1 +1 @@', 'carriage\r', '\\ slash'];

/** The same cases for the same seed. */
export function applyCases(count: number, seed: number): ApplyCase[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => makeCase(random));
}

function makeCase(random: SeededRandom): ApplyCase {
  const old = makeFiles(random);
  const after = changeFiles(random, old, random.below(3) + 1);
  const target = chance(random, 0.4) ? new Map(old) : changeFiles(random, old, random.below(3));
  const options: { -readonly [Key in keyof (ApplyPatchOptions & ParsePatchOptions)]: (ApplyPatchOptions & ParsePatchOptions)[Key] } = {};
  const args: string[] = [];
  const config: string[] = [];
  const diffArgs = [random.pick(['-U3', '-U3', '-U3', '-U1', '-U0', '-U2', '-U5']), random.pick(['--full-index', '--full-index', '--abbrev=12'])];
  if (chance(random, 0.8)) diffArgs.push('--binary');
  if (chance(random, 0.5)) diffArgs.push(random.pick(['-M', '-C', '-B -M', '-M20% -C20%']));
  if (chance(random, 0.1)) {
    diffArgs.push('--no-prefix');
    args.push('-p0');
    options.strip = 0;
  }
  if (diffArgs.includes('-U0') ? chance(random, 0.8) : chance(random, 0.03)) {
    args.push('--unidiff-zero');
    options.unidiffZero = true;
  }
  if (chance(random, 0.25)) {
    options.contextLines = random.below(3);
    args.push(`-C${options.contextLines}`);
  }
  if (chance(random, 0.15)) {
    args.push('--reverse');
    options.reverse = true;
  }
  if (chance(random, 0.15)) {
    args.push('--ignore-space-change');
    options.ignoreSpaceChange = true;
  }
  if (chance(random, 0.1)) {
    args.push('--recount');
    options.recount = true;
  }
  if (chance(random, 0.05)) {
    args.push('--inaccurate-eof');
    options.inaccurateEof = true;
  }
  if (chance(random, 0.05)) {
    args.push('--allow-overlap');
    options.allowOverlap = true;
  }
  if (chance(random, 0.05)) {
    args.push('--directory=d');
    options.directory = 'd';
  }
  if (chance(random, 0.05)) {
    args.push("--include='d/*'");
    options.filters = [{ kind: 'include', pattern: 'd/*' }];
  }
  if (chance(random, 0.05)) {
    args.push('--exclude=a');
    options.filters = [...(options.filters ?? []), { kind: 'exclude', pattern: 'a' }];
  }
  const whitespace = random.pick(['nowarn', 'warn', 'warn', 'error', 'fix', 'fix'] as const);
  if (chance(random, 0.4)) {
    args.push(`--whitespace=${whitespace}`);
    options.whitespace = whitespace;
  }
  if (chance(random, 0.3)) config.push(`core.whitespace=${random.pick(['tab-in-indent', 'indent-with-non-tab', 'cr-at-eol', '-blank-at-eof', '-trailing-space', 'indent-with-non-tab,tabwidth=4', '-space-before-tab,tab-in-indent,tabwidth=3'])}`);
  if (chance(random, 0.2)) {
    args.push('--3way');
    options.threeWay = true;
  }
  const mutations = chance(random, 0.25) ? random.below(2) + 1 : 0;
  const mutationSeed = random.below(1 << 30);
  return { old, new: after, target, diffArgs, args, config, options, mutate: (patch) => mutatePatch(patch, mutations, new SeededRandom(mutationSeed)) };
}

function makeFiles(random: SeededRandom): Files {
  const files: Files = new Map();
  const count = random.below(4) + 1;
  for (let i = 0; i < count; i++) putFile(files, random.pick(NAMES), makeFile(random));
  return files;
}

function makeFile(random: SeededRandom): { mode: number; content: Uint8Array } {
  const kind = random.below(20);
  if (kind === 0) return { mode: 0o120000, content: Buffer.from(random.pick(NAMES.slice(0, 6))) };
  if (kind === 1) return { mode: 0o160000, content: Buffer.from(`Subproject commit ${random.pick(['1', '2', '3']).repeat(40)}\n`) };
  if (kind === 2) return { mode: 0o100644, content: Buffer.concat([Buffer.from([0, 1, 2, random.below(255)]), Buffer.from(makeLines(random, random.below(30)))]) };
  return { mode: chance(random, 0.15) ? 0o100755 : 0o100644, content: Buffer.from(makeLines(random, random.below(chance(random, 0.3) ? 60 : 14)), 'latin1') };
}

function makeLines(random: SeededRandom, count: number): string {
  const lines = Array.from({ length: count }, () => (chance(random, 0.5) ? `line ${random.below(40)}` : random.pick(LINES)));
  return lines.join('\n') + (chance(random, 0.15) || count === 0 ? '' : '\n');
}

function putFile(files: Files, path: string, file: { mode: number; content: Uint8Array }): void {
  for (const other of [...files.keys()]) if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  files.set(path, file);
}

function changeFiles(random: SeededRandom, from: Files, count: number): Files {
  const files: Files = new Map(from);
  for (let i = 0; i < count; i++) {
    const paths = [...files.keys()];
    const path = paths.length === 0 ? undefined : random.pick(paths);
    const kind = random.below(12);
    if (path === undefined || kind === 0) putFile(files, random.pick(NAMES), makeFile(random));
    else if (kind === 1) files.delete(path);
    else if (kind === 2) moveFile(files, path, random.pick(NAMES));
    else if (kind === 3) putFile(files, random.pick(NAMES), files.get(path)!);
    else if (kind === 4) files.set(path, { ...files.get(path)!, mode: (files.get(path)!.mode & 0o170000) === 0o100000 ? random.pick([0o100644, 0o100755]) : files.get(path)!.mode });
    else if (kind === 5) files.set(path, makeFile(random));
    else files.set(path, editFile(random, files.get(path)!));
  }
  return files;
}

function moveFile(files: Files, path: string, target: string): void {
  const file = files.get(path)!;
  const other = files.get(target);
  files.delete(path);
  putFile(files, target, file);
  if (other !== undefined && target !== path) putFile(files, path, other);
}

function editFile(random: SeededRandom, file: { mode: number; content: Uint8Array }): { mode: number; content: Uint8Array } {
  if (file.mode === 0o160000) return { mode: file.mode, content: Buffer.from(`Subproject commit ${random.pick(['4', '5', '6']).repeat(40)}\n`) };
  if (file.mode === 0o120000) return { mode: file.mode, content: Buffer.from(random.pick(['a', 'b.txt', 'nowhere'])) };
  const lines = Buffer.from(file.content).toString('latin1').split('\n');
  const edits = random.below(4) + 1;
  for (let i = 0; i < edits; i++) {
    const at = random.below(lines.length);
    switch (random.below(6)) {
      case 0: lines.splice(at, 1); break;
      case 1: lines.splice(at, 0, random.pick(LINES)); break;
      case 2: lines.splice(at, 0, ...Array.from({ length: random.below(5) }, () => `new ${random.below(9)}`)); break;
      case 3: lines[at] = `${lines[at] ?? ''}${random.pick([' ', '\t', '\r', '  ', 'x'])}`; break;
      case 4: lines[at] = random.pick([' ', '\t', '        ']) + (lines[at] ?? ''); break;
      default: lines[at] = random.pick(LINES);
    }
    if (lines.length === 0) lines.push('');
  }
  if (chance(random, 0.1)) lines.push('', '');
  return { mode: file.mode, content: Buffer.from(lines.join('\n'), 'latin1') };
}

function mutatePatch(patch: Buffer, count: number, random: SeededRandom): Buffer {
  let lines = patch.toString('latin1').split('\n');
  for (let i = 0; i < count; i++) {
    const at = random.below(lines.length);
    switch (random.below(9)) {
      case 0: lines.splice(at, 1); break;
      case 1: lines.splice(at, 0, lines[at] ?? ''); break;
      case 2: lines = lines.filter((line) => !/^(?:diff --git|index |new file|deleted file|similarity|old mode|new mode)/.test(line)); break;
      case 3: lines = lines.map((line) => line.replace(/^(--- |\+\+\+ )(.*)$/, '$1$2\t2020-01-01 10:20:30.000000000 +0100')); break;
      case 4: lines = lines.map((line) => line.replace(/^@@ -(\d+)/, (_all, number: string) => `@@ -${Number(number) + 1}`)); break;
      case 5: lines = lines.map((line) => line.replace(/^@@ (.*) \+(\d+)/, (_all, before: string, number: string) => `@@ ${before} +${Number(number) + 2}`)); break;
      case 6: lines.splice(0, 0, 'some', 'text before', ''); break;
      case 7: lines = [...lines.slice(0, -1), ...lines]; break;
      default: lines[at] = (lines[at] ?? '').slice(0, random.below(12));
    }
  }
  return Buffer.from(lines.join('\n'), 'latin1');
}

function chance(random: SeededRandom, share: number): boolean {
  return random.next() < share;
}
