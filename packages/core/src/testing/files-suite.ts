import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { removeAll, removeEmptyFolders, type Files } from '../worktree/files.js';
import { expectEqual, expectTrue, type Check } from './check.js';

/**
 * What every {@link Files} must do, as checks for any test framework.
 *
 * @param make gives files below an empty folder, each time another
 * @example
 * for (const check of filesSuite(() => new MemoryFiles())) it(check.name, () => check.run());
 */
export function filesSuite(make: () => Files): Check[] {
  return Object.entries(CHECKS).map(([name, check]) => ({ name, run: async () => check(make()) }));
}

const text = (value: string): Uint8Array => bytesFromText(value);
const read = (files: Files, path: string): string => textFromBytes(files.read(path));
const names = (files: Files, path: string): string[] | undefined => files.list(path)?.sort();

function expectFailure(action: () => unknown, code: string, what: string): void {
  try {
    action();
  } catch (error) {
    const { code: kind, data } = error as { code?: unknown; data?: { code?: unknown } };
    expectEqual([kind, data?.code], ['io-failed', code], what);
    return;
  }
  throw new Error(`${what}: expected ${code}, but it succeeded`);
}

const CHECKS: Readonly<Record<string, (files: Files) => void>> = {
  'finds nothing where nothing is': (files) => {
    expectEqual([files.find('a'), files.find('a/b'), files.list('a')], [undefined, undefined, undefined], 'absent');
    expectEqual([files.remove('a'), files.removeDirectory('a'), files.remove('a/b')], [false, false, false], 'removing');
    expectFailure(() => files.read('a'), 'ENOENT', 'reading');
    expectFailure(() => files.readLink('a'), 'ENOENT', 'reading a link');
    expectFailure(() => files.rename('a', 'b'), 'ENOENT', 'renaming');
    expectFailure(() => files.setExecutable('a', true), 'ENOENT', 'changing a mode');
  },
  'writes a file with the folders above it': (files) => {
    files.write('a/b/c', text('one'));
    expectEqual(read(files, 'a/b/c'), 'one', 'content');
    expectEqual([names(files, ''), names(files, 'a'), names(files, 'a/b')], [['a'], ['b'], ['c']], 'names');
    const info = files.find('a/b/c');
    expectEqual([info?.kind, info?.isExecutable, info?.sizeBytes, info?.stat.size], ['file', false, 3, 3], 'what it is');
    expectEqual([files.find('a')?.kind, files.find('')?.kind], ['directory', 'directory'], 'folders');
    expectEqual(files.list('a/b/c'), undefined, 'a file has no names');
  },
  'replaces a file and its mode': (files) => {
    files.write('a', text('one'), { isExecutable: true });
    expectEqual(files.find('a')?.isExecutable, true, 'executable');
    files.write('a', text('two'));
    expectEqual([read(files, 'a'), files.find('a')?.isExecutable], ['two', false], 'replaced');
    files.setExecutable('a', true);
    expectEqual([read(files, 'a'), files.find('a')?.isExecutable], ['two', true], 'mode alone');
    files.setExecutable('a', false);
    expectEqual(files.find('a')?.isExecutable, false, 'and back');
  },
  'keeps folders and files apart': (files) => {
    files.write('a', text(''));
    expectFailure(() => files.write('a/b', text('')), 'ENOTDIR', 'a file below a file');
    expectFailure(() => files.makeDirectory('a'), 'ENOTDIR', 'a folder over a file');
    files.makeDirectory('d/e');
    expectFailure(() => files.write('d', text('')), 'EISDIR', 'a file over a folder');
    expectFailure(() => files.read('d'), 'EISDIR', 'reading a folder');
    expectEqual([files.remove('d'), files.removeDirectory('a')], [false, false], 'removing the other kind');
    expectEqual([files.removeDirectory('d'), files.removeDirectory('d/e'), files.removeDirectory('d')], [false, true, true], 'empty only');
  },
  'makes links and does not follow them': (files) => {
    files.write('real/file', text('secret'));
    files.link('link', 'real');
    files.link('to', 'real/file');
    expectEqual([files.readLink('link'), files.find('link')?.kind, files.find('to')?.sizeBytes], ['real', 'symlink', 9], 'links');
    expectEqual([files.find('link/file'), files.list('link')], [undefined, undefined], 'nothing is behind a link');
    expectFailure(() => files.read('to'), 'ELOOP', 'reading a link as a file');
    expectFailure(() => files.readLink('real/file'), 'EINVAL', 'reading a file as a link');
    expectFailure(() => files.write('link/new', text('x')), 'ENOTDIR', 'writing behind a link');
    expectEqual([files.remove('link/file'), files.removeDirectory('link')], [false, false], 'removing behind a link');
    files.write('to', text('own'));
    expectEqual([read(files, 'to'), read(files, 'real/file')], ['own', 'secret'], 'a link is replaced, not followed');
    files.link('to', 'elsewhere');
    expectEqual(files.readLink('to'), 'elsewhere', 'a link replaces a file');
    expectEqual([files.remove('link'), names(files, 'real')], [true, ['file']], 'removing a link');
  },
  'sees at once that a folder became a link': (files) => {
    files.write('a/b', text('x'));
    files.write('c/b', text('y'));
    expectTrue(files.find('a/b') !== undefined, 'there');
    files.remove('a/b');
    files.removeDirectory('a');
    files.link('a', 'c');
    expectEqual(files.find('a/b'), undefined, 'behind a link');
    expectFailure(() => files.write('a/b', text('z')), 'ENOTDIR', 'writing');
    expectEqual(read(files, 'c/b'), 'y', 'untouched');
  },
  'renames files and folders': (files) => {
    files.write('a', text('one'));
    files.write('b/c', text('two'));
    files.rename('a', 'x/y');
    files.rename('b', 'x/z');
    expectEqual([names(files, ''), names(files, 'x'), read(files, 'x/z/c')], [['x'], ['y', 'z'], 'two'], 'moved');
    files.write('over', text('old'));
    files.rename('x/y', 'over');
    expectEqual(read(files, 'over'), 'one', 'replaced');
  },
  'creates a file once': (files) => {
    expectEqual([files.createExclusive('l/ock', text('1')), files.createExclusive('l/ock', text('2'))], [true, false], 'once');
    expectEqual(read(files, 'l/ock'), '1', 'the first');
  },
  'keeps names that are not UTF-8': (files) => {
    files.write('\udcff/é', text('x'));
    files.link('l', 'to\udc80');
    expectEqual([names(files, ''), names(files, '\udcff'), files.readLink('l')], [['l', '\udcff'], ['é'], 'to\udc80'], 'bytes');
  },
  'looks into a folder': (files) => {
    const inner = files.within('a/b');
    expectEqual([inner.find(''), inner.list('')], [undefined, undefined], 'not there yet');
    inner.write('c', text('x'));
    expectEqual([read(files, 'a/b/c'), read(files.within('a').within('b'), 'c')], ['x', 'x'], 'the same file');
  },
  'changes the numbers of a file that changed': (files) => {
    files.write('a', text('1'));
    const before = files.find('a')?.stat;
    expectEqual(files.find('a')?.stat, before, 'unchanged');
    files.write('a', text('22'));
    expectTrue(JSON.stringify(files.find('a')?.stat) !== JSON.stringify(before), 'changed');
  },
  'removes trees and what became empty': (files) => {
    files.write('keep/x', text('x'));
    files.write('a/b/c', text('x'));
    files.write('a/b/d/e', text('x'));
    files.link('a/out', '../keep');
    expectEqual([removeAll(files, 'a'), removeAll(files, 'a')], [true, false], 'a tree');
    expectEqual([names(files, ''), names(files, 'keep')], [['keep'], ['x']], 'links are not followed');
    files.write('t/u/v/w', text('x'));
    files.remove('t/u/v/w');
    removeEmptyFolders(files, 't/u/v/w', 't');
    expectEqual(names(files, 't'), [], 'up to the top');
  },
};
