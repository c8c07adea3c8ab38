import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AttributeRules } from '../../src/pattern/attributes.js';
import { parseAttributes, type AttributeList, type AttributeValue } from '../../src/pattern/parse-attributes.js';
import { describeWithGit, RealGit } from './real-git.js';

const FOLDERS = ['', 'a', 'a/b', 'd', 'd/a'];
const NAMES = ['a', 'file', 'file.c', 'x y', 'b/', 'é', '"q"', 'b'];
const PATTERNS = ['a', 'b/', '*.c', 'file*', '/a', 'a/b', 'a/**', '**/file', '*', '"x y"', '"\\303\\251"', '"\\"q\\""', '"bad\\q"', '"open', '!a', '\\!a', '[attr]m1', '[attr]m2', '[attr]m3', '[attr]binary', '[attr]-x', '[attr]', '[attr] m1', '  file.c', '\tb', '#c', 'a#', 'x?y', '"a"b', '"[attr]m4 zz"'];
const SETTINGS = ['text', '-text', '!text', 'text=auto', 'diff', '-diff', 'diff=', 'diff=a=b', 'm1', '-m1', '!m1', 'm2', 'm3', 'm1=v', 'binary', '-binary', '-text=x', '!text=x', 'bad!name', '-', '!', '=v', 'eol=crlf', 'x-y_z.1', 'é', 'u=é', '--x', '\r'];

describeWithGit('attributes compared with git check-attr', () => {
  const git = new RealGit();
  beforeAll(() => {
    git.read(['init', '-q']);
    for (const folder of FOLDERS) mkdirSync(join(git.folder, folder), { recursive: true });
  });
  afterAll(() => git.remove());

  const paths = [...new Set(FOLDERS.flatMap((folder) => NAMES.map((name) => (folder === '' ? name : `${folder}/${name}`))))];
  const show = (value: AttributeValue): string => (value === true ? 'set' : value === false ? 'unset' : (value ?? 'unspecified'));

  it.each([false, true])('gives the same values with core.ignoreCase=%s', (ignoresCase) => {
    const line = fc.tuple(fc.constantFrom(...PATTERNS), fc.array(fc.constantFrom(...SETTINGS), { maxLength: 3 })).map(([pattern, settings]) => [pattern, ...settings].join(' '));
    const content = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));
    const worlds = fc.sample(fc.array(content, { minLength: FOLDERS.length + 2, maxLength: FOLDERS.length + 2 }), { numRuns: 70, seed: 4 });
    const names = ['text', 'diff', 'merge', 'm1', 'm2', 'binary', 'x-y_z.1', 'never'];
    let specified = 0;
    for (const world of worlds) {
      const lists = new Map<string, AttributeList>();
      FOLDERS.forEach((folder, i) => {
        const name = join(folder, '.gitattributes');
        writeFileSync(join(git.folder, name), world[i]!);
        lists.set(folder, parseAttributes(Buffer.from(world[i]!), name, { allowsMacros: folder === '' }));
      });
      const [info, global] = [world.at(-1)!, world.at(-2)!];
      writeFileSync(join(git.folder, '.git/info/attributes'), info);
      writeFileSync(join(git.folder, '.git/global'), global);
      const options = ['-c', `core.ignoreCase=${ignoresCase}`, '-c', 'core.attributesFile=.git/global', 'check-attr', '-z', '--stdin'];
      const rules = new AttributeRules({
        global: parseAttributes(Buffer.from(global), 'global', { allowsMacros: true }),
        inDirectory: (directory) => lists.get(directory),
        info: parseAttributes(Buffer.from(info), 'info', { allowsMacros: true }),
        ignoresCase,
      });
      const all = git.read([...options, '-a'], paths.join('\0')).toString().split('\0');
      const theirs = new Map(paths.map((path) => [path, new Map<string, string>()]));
      for (let i = 0; i + 2 < all.length; i += 3) theirs.get(all[i]!)!.set(all[i + 1]!, all[i + 2]!);
      for (const path of paths) {
        const ours = new Map([...rules.checkAll(path)].map(([name, value]) => [name, show(value)]));
        specified += ours.size;
        expect([path, world, ours]).toEqual([path, world, theirs.get(path)]);
      }
      const named = git.read([...options, ...names], paths.join('\0')).toString().split('\0');
      const ours = paths.flatMap((path) => rules.check(path, names).flatMap((value, i) => [path, names[i]!, show(value)]));
      expect(ours).toEqual(named.slice(0, -1));
    }
    expect(specified).toBeGreaterThan(1000);
  });

  it('passes over lines from 2048 bytes on', () => {
    const lines = [2046, 2047, 2048, 2049].map((size, i) => `file${i} `.padEnd(size - 2, ' ') + `a${i}`.slice(0, 2));
    writeFileSync(join(git.folder, '.git/info/attributes'), lines.join('\n'));
    const rules = new AttributeRules({ info: parseAttributes(Buffer.from(lines.join('\n')), 'info') });
    lines.forEach((_, i) => {
      const theirs = git.read(['check-attr', `a${i}`, `file${i}`]).toString().trim().endsWith(' set');
      expect([i, rules.check(`file${i}`, [`a${i}`])[0] === true]).toEqual([i, theirs]);
    });
  });
});
