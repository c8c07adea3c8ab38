import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IgnoreRules, parseIgnore, type IgnoreList } from '../../src/pattern/ignore.js';
import { describeWithGit, RealGit } from './real-git.js';

const FOLDERS = ['', 'a', 'a/b', 'a/b/c', 'a/bb', 'd', 'd/a', 'd/a/b', 'A', 'x y'];
const NAMES = ['a', 'b', 'c', 'file', 'file.c', 'x y', 'foo.c', '#x', '!x', 'bar ', 'é', '.hidden', 'A', 'd'];
const LINES = [
  'a', 'b', '/a', '/b', 'a/', 'b/', 'a/b', 'a/b/', '/a/b', '*.c', '!*.c', '!file.c', '!a', '!a/', '!/a/b', '*', '!*', '/*', '!/*', '*/', '!*/', '**', '**/b', 'a/**', 'a/**/c', '**/c/**', '/**/b',
  '#x', '\\#x', '\\!x', '!x', '!!x', 'bar ', 'bar\\ ', 'bar\\  ', 'x y', 'x?y', 'file.[co]', 'f*', '*e', '*e/', 'a*/b', 'a**/c', 'a/b**', '', ' ', '/', '//', '\\', 'b\\', 'é', '?', '??', '[', '[a', '[!a]', '.h*', 'A', 'a/b/c/file', 'file\r', '\ufefffile', 'c\0d', 'b/c', 'b/*', '/d/**', 'a/./b', '.', '..', '*a*b*', '\\a', 'a\\/b',
];

describeWithGit('ignored paths compared with git check-ignore', () => {
  const git = new RealGit();
  beforeAll(() => {
    git.read(['init', '-q']);
    for (const folder of FOLDERS) mkdirSync(join(git.folder, folder), { recursive: true });
  });
  afterAll(() => git.remove());

  const paths = [...new Set([
    ...FOLDERS.filter((folder) => folder !== ''),
    ...FOLDERS.flatMap((folder) => NAMES.map((name) => (folder === '' ? name : `${folder}/${name}`))),
    'no/such/a/b/c', 'no/such/file.c', 'a/b/c/d/e/file',
  ])];

  it.each([false, true])('names the same deciding pattern with core.ignoreCase=%s', (ignoresCase) => {
    const content = fc.array(fc.constantFrom(...LINES), { maxLength: 5 }).map((lines) => lines.join('\n'));
    const worlds = fc.sample(fc.array(content, { minLength: FOLDERS.length + 2, maxLength: FOLDERS.length + 2 }), { numRuns: 60, seed: 3 });
    let decided = 0;
    for (const world of worlds) {
      const lists = new Map<string, IgnoreList>();
      FOLDERS.forEach((folder, i) => {
        const name = folder === '' ? '.gitignore' : `${folder}/.gitignore`;
        // Most folders have none, so that patterns of those above get to decide.
        const text = i % 3 === 0 ? world[i]! : '';
        writeFileSync(join(git.folder, name), text);
        lists.set(folder, parseIgnore(Buffer.from(text), name));
      });
      const [exclude, global] = [world.at(-1)!, world.at(-2)!];
      writeFileSync(join(git.folder, '.git/info/exclude'), exclude);
      writeFileSync(join(git.folder, '.git/global'), global);
      const output = git
        .run(
          ['-c', `core.ignoreCase=${ignoresCase}`, '-c', 'core.excludesFile=.git/global', 'check-ignore', '-v', '-n', '-z', '--stdin'],
          paths.join('\0'),
        )
        .stdout.toString()
        .split('\0');
      const rules = new IgnoreRules({
        inDirectory: (directory) => lists.get(directory),
        files: [parseIgnore(Buffer.from(global), '.git/global'), parseIgnore(Buffer.from(exclude), '.git/info/exclude')],
        ignoresCase,
      });
      paths.forEach((path, i) => {
        const match = rules.findMatch(path, FOLDERS.includes(path));
        if (match !== undefined) decided++;
        const ours = match === undefined ? ['', '', '', path] : [match.source, String(match.line), match.text, path];
        expect(ours).toEqual(output.slice(i * 4, i * 4 + 4));
      });
    }
    expect(decided).toBeGreaterThan(1000);
  });
});
