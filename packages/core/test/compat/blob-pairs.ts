import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealGit } from './real-git.js';

/** Texts before and after. */
export interface TextPair {
  readonly old: string;
  readonly new: string;
}

/** Numbers from 0 up to `end`, the same for the same seed. */
export function randomNumbers(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

const WORDS = ['a', 'b', 'c', 'int x;', '  return 0;', '\treturn 0;', '{', '}', '', '', '   ', 'if (a)  b', 'if (a) b', ' if (a) b ', 'f(void)', '# note', 'x\r', 'a\r', 'static int parse_options(void)', '  static int parse_options(void)', '<<<<<<< ours', '\tlong_name(second_argument);', 'a \tb\t '];

/** A text of `count` lines at most; the last one may lack its LF. */
export function randomText(random: (end: number) => number, countMax: number): string {
  const kinds = 2 + random(WORDS.length - 1);
  const lines = Array.from({ length: random(countMax) }, () => WORDS[random(kinds)]!);
  return lines.join('\n') + (random(4) === 0 ? '' : '\n');
}

/** A text with some lines of it deleted, added, doubled, moved or with other white space. */
export function editText(random: (end: number) => number, text: string): string {
  const lines = text.split('\n');
  for (let edits = random(8); edits >= 0; edits--) {
    const at = random(lines.length + 1);
    const size = 1 + random(4);
    switch (random(6)) {
      case 0: lines.splice(at, size); break;
      case 1: lines.splice(at, 0, ...Array.from({ length: size }, () => WORDS[random(WORDS.length)]!)); break;
      case 2: lines.splice(at, 0, ...lines.slice(at, at + size)); break;
      case 3: lines.splice(random(lines.length + 1), 0, ...lines.splice(at, size)); break;
      case 4: if (at < lines.length) lines[at] = ` ${lines[at]!.replace(' ', '  ')}${random(2) === 0 ? '\r' : ''}`; break;
      default: if (at < lines.length) lines[at] = WORDS[random(WORDS.length)]!;
    }
  }
  return lines.join('\n');
}

/** A repository with two trees that hold the pairs, so that one git compares them all. */
export class PairTrees {
  readonly #git: RealGit;
  readonly #trees: readonly string[];

  constructor(git: RealGit, pairs: readonly TextPair[]) {
    this.#git = git;
    git.read(['init', '-q']);
    this.#trees = (['old', 'new'] as const).map((side) => {
      mkdirSync(join(git.folder, side));
      pairs.forEach((pair, i) => writeFileSync(join(git.folder, side, nameOf(i)), pair[side]));
      git.read(['--work-tree', side, 'add', '-A', '-f', '.']);
      return git.read(['write-tree']).toString().trim();
    });
  }

  /** The text of `git diff-tree -p` after the headers of each file, by index; '' where there is none. Escapes become "^". */
  diff(options: readonly string[], config: readonly string[] = []): (index: number) => string {
    const settings = config.flatMap((setting) => ['-c', setting]);
    const text = this.#git.read([...settings, 'diff-tree', '-p', '-r', ...options, ...this.#trees]).toString('latin1').replaceAll(ESCAPE, '^');
    const bodies = new Map<string, string>();
    for (const part of text.split(/^(?:\^\[1m)?(?=diff --git )/m)) {
      const name = /^diff --git a\/(\S+)/.exec(part)?.[1];
      const at = part.search(/^(?:\^\[36m)?@@/m);
      if (name !== undefined) bodies.set(name, at < 0 ? '' : part.slice(at));
    }
    return (index) => bodies.get(nameOf(index)) ?? '';
  }

  /** Gives each file a driver, the name of which `driver` tells by index. */
  setDrivers(count: number, driver: (index: number) => string): void {
    const lines = Array.from({ length: count }, (_, i) => `${nameOf(i)} diff=${driver(i)}\n`);
    mkdirSync(join(this.#git.folder, '.git/info'), { recursive: true });
    writeFileSync(join(this.#git.folder, '.git/info/attributes'), lines.join(''));
  }

  /** The lines of `git diff --check`, by index. */
  check(config: readonly string[]): (index: number) => string[] {
    const settings = config.flatMap((setting) => ['-c', setting]);
    const { stdout } = this.#git.run([...settings, 'diff-tree', '--check', '-r', ...this.#trees]);
    const found = new Map<string, string[]>();
    for (const line of stdout.toString('latin1').split('\n')) {
      const [, name, rest] = /^(\d{6}):(\d+: .*)$/.exec(line) ?? [];
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), rest!]);
    }
    return (index) => found.get(nameOf(index)) ?? [];
  }
}

const ESCAPE = '\u001B';

function nameOf(index: number): string {
  return String(index).padStart(6, '0');
}
