import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Repository } from '../../src/repository/repository.js';
import type { BlameOptions } from '../../src/repository/blame.js';
import { SeededRandom } from '../../src/testing/random.js';
import { describeWithGit, RealGit } from './real-git.js';

const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', '}', '', '  return value;', '\treturn value;', 'const name = 1;'];

/** Lines with some that repeat, so that changes can be seen in several ways. */
function freshLines(random: SeededRandom, count: number): string[] {
  return Array.from({ length: count }, () => (random.below(3) === 0 ? random.pick(WORDS) : `${random.pick(WORDS)} ${random.below(400)} ${random.pick(WORDS)}`));
}

function edit(random: SeededRandom, lines: readonly string[], other: readonly string[]): string[] {
  const edited = [...lines];
  for (let i = random.below(4) + 1; i > 0; i--) {
    const at = random.below(edited.length + 1);
    switch (random.below(6)) {
      case 0: edited.splice(at, random.below(4)); break;
      case 1: edited.splice(at, 0, ...freshLines(random, random.below(5) + 1)); break;
      case 2: edited.splice(at, 0, ...edited.splice(random.below(edited.length + 1), random.below(8))); break;
      case 3: edited.splice(at, 0, ...other.slice(0, random.below(10))); break;
      case 4: edited.splice(at, 3, ...edited.slice(at, at + 3).map((line) => `  ${line}`)); break;
      default: edited.splice(at, 1, `${edited[at] ?? ''} more`);
    }
  }
  return edited;
}

describeWithGit('blame traces lines as git blame does', () => {
  const git = new RealGit();
  const files = new Map<string, string[]>();
  let time = 1_700_000_000;

  function write(path: string, lines: readonly string[]): void {
    files.set(path, [...lines]);
    writeFileSync(join(git.folder, path), lines.map((line) => `${line}\n`).join(''));
  }

  function commit(message: string): void {
    time += 60;
    const date = `${time} +0000`;
    git.read(['add', '-A']);
    git.run(['commit', '-q', '--allow-empty', '-m', message], '', { GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date });
  }

  beforeAll(() => {
    const random = new SeededRandom(7);
    git.read(['init', '-q', '-b', 'main']);
    write('one', freshLines(random, 40));
    write('two', freshLines(random, 40));
    commit('begin');
    for (let i = 0; i < 40; i++) {
      const path = random.pick([...files.keys()]);
      const other = files.get(random.pick([...files.keys()]))!;
      if (i % 9 === 4) {
        git.read(['mv', path, `${path}x`]);
        const lines = files.get(path)!;
        files.delete(path);
        write(`${path}x`, edit(random, lines, []));
      } else if (i % 7 === 3) {
        write(`new${i}`, [...other.slice(3, 18), ...freshLines(random, 5)]);
      } else if (i % 8 === 5) {
        const before = files.get(path)!;
        commit('before a branch');
        git.read(['switch', '-q', '-c', `side${i}`]);
        write(path, [...edit(random, before.slice(0, 15), other), ...before.slice(15)]);
        commit(`side ${i}`);
        git.read(['switch', '-q', 'main']);
        write(path, [...before.slice(0, 25), ...edit(random, before.slice(25), other)]);
        commit(`main ${i}`);
        git.run(['merge', '-q', '-X', 'ours', '--no-edit', `side${i}`], '', { GIT_COMMITTER_DATE: `${time + 30} +0000` });
        write(path, git.read(['show', `HEAD:${path}`]).toString().split('\n').slice(0, -1));
      } else {
        write(path, edit(random, files.get(path)!, other));
      }
      commit(`change ${i}`);
    }
  });
  afterAll(() => {
    git.remove();
  });

  const cases: readonly (readonly [string, readonly string[], BlameOptions])[] = [
    ['by default', [], {}],
    ['with moves', ['-M'], { moveScore: 20 }],
    ['with small moves', ['-M1'], { moveScore: 1 }],
    ['with copies', ['-C'], { copyScore: 40 }],
    ['with copies into new files', ['-C', '-C', '-C5'], { copyScore: 5, copySources: 'all' }],
    ['with copies smaller than moves', ['-M30', '-C', '-C10'], { moveScore: 30, copyScore: 10, copySources: 'all-for-new-files' }],
    ['without whitespace', ['-w'], { whitespace: { allSpace: true } }],
    ['along first parents', ['--first-parent'], { firstParent: true }],
    ['since a commit', ['main~12..main'], { exclude: ['main~12'] }],
    ['since a time', ['--since=1700001500'], { sinceSeconds: 1_700_001_500 }],
    ['without following', ['--no-follow'], { followRenames: false }],
    ['in reverse', ['--reverse', 'main~20..main'], { revision: 'main~20', until: ['main'] }],
    ['without some commits', ['--ignore-rev', 'main~3', '--ignore-rev', 'main~4', '--ignore-rev', 'main~9'], { ignoredRevisions: ['main~3', 'main~4', 'main~9'] }],
  ];

  it.each(cases)('%s', async (_name, args, options) => {
    const repository = await Repository.open(git.folder);
    const id = (name: string): string => git.read(['rev-parse', name]).toString().trim();
    const resolved: BlameOptions = {
      ...options,
      ...(options.revision === undefined ? {} : { revision: id(options.revision) }),
      ...(options.exclude === undefined ? {} : { exclude: options.exclude.map(id) }),
      ...(options.ignoredRevisions === undefined ? {} : { ignoredRevisions: options.ignoredRevisions.map(id) }),
    };
    const isReverse = args.includes('--reverse');
    const paths = isReverse ? git.read(['ls-tree', '--name-only', 'main~20']).toString().split('\n') : [...files.keys()];
    for (const path of paths.filter((name) => name !== '')) {
      const lines = new Map<number, string>();
      for (const { line, count, commit: by, originLine, originPath, isBoundary } of repository.blame(path, resolved).ranges) {
        for (let i = 0; i < count; i++) lines.set(line + i + 1, `${isBoundary ? '^' : ''}${by ?? ''} ${originLine + i + 1} ${originPath}`);
      }
      expect({ path, lines: [...lines].toSorted((a, b) => a[0] - b[0]) })
        .toEqual({ path, lines: linesOfGit(git.read(['blame', '--incremental', ...args, ...(args.some((arg) => arg.includes('..')) ? [] : ['main']), '--', path]).toString()) });
    }
    await repository.close();
  });
});

function linesOfGit(output: string): [number, string][] {
  const lines: [number, string][] = [];
  const boundaries = new Set<string>();
  let head: readonly string[] = [];
  for (const line of output.split('\n')) {
    if (/^[0-9a-f]{40} \d+ \d+ \d+$/.test(line)) head = line.split(' ');
    else if (line === 'boundary') boundaries.add(head[0]!);
    else if (line.startsWith('filename ')) {
      for (let i = 0; i < Number(head[3]); i++) {
        lines.push([Number(head[2]) + i, `${boundaries.has(head[0]!) ? '^' : ''}${head[0]!} ${Number(head[1]) + i} ${line.slice(9)}`]);
      }
    }
  }
  return lines.toSorted((a, b) => a[0] - b[0]);
}
