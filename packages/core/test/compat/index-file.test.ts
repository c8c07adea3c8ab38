import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SHA1, SHA256, type HashAlgorithm } from '../../src/hash/algorithm.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import type { CacheTree } from '../../src/staging/cache-tree.js';
import { IndexEditor } from '../../src/staging/index-editor.js';
import { parseIndexFile, serializeIndexFile, type IndexFileOptions } from '../../src/staging/index-file.js';
import { mergeSplitIndex } from '../../src/staging/split-index.js';
import { emptyIndex, indexEntry, type Stage, type StagingIndex } from '../../src/staging/staging-index.js';
import { treeObjects } from '../../src/staging/write-tree.js';
import { describeWithGit, RealGit } from './real-git.js';

/** A repository with folders, an executable, a link, a submodule, and names of several scripts. */
class Repository extends RealGit {
  constructor(readonly algorithm: HashAlgorithm) {
    super();
    this.read(['init', '-q', `--object-format=${algorithm.name}`]);
    const files = ['a', 'b/c', 'b/d/e', 'b/d/f', 'b-x', 'b.x', 'größe/日本', 'z/'.padEnd(40, 'long/') + 'name', 'zz'];
    for (const file of files) this.write(file, `${file}\n`);
    this.write('run', '#!/bin/sh\n');
    chmodSync(join(this.folder, 'run'), 0o755);
    symlinkSync('a', join(this.folder, 'link'));
    this.read(['add', '.']);
    this.read(['update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(algorithm.hexSize)},module`]);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  bytes(): Uint8Array {
    return new Uint8Array(readFileSync(join(this.folder, '.git/index')));
  }

  index(): StagingIndex {
    return parseIndexFile(this.bytes(), this.algorithm);
  }

  lines(args: readonly string[]): string[] {
    return this.read(args).toString().split('\n').filter((line) => line !== '');
  }

  replace(index: StagingIndex, options: IndexFileOptions = {}): void {
    writeFileSync(join(this.folder, '.git/index'), serializeIndexFile(index, options));
  }
}

/** As `git ls-files --stage` prints entries. */
const listed = (index: StagingIndex): string[] =>
  index.entries.map(({ mode, id, stage, path }) => `${mode.toString(8).padStart(6, '0')} ${id} ${stage}\t${path}`);

function writeTrees(index: StagingIndex): { root: string; cacheTree: CacheTree } {
  const trees = treeObjects(index);
  let root = '';
  for (;;) {
    const step = trees.next();
    if (step.done === true) return { root, cacheTree: step.value };
    root = step.value.id;
  }
}

describeWithGit('the index file of git', () => {
  describe.each([SHA1, SHA256])('with $name', (algorithm) => {
    let git: Repository;
    beforeAll(() => {
      git = new Repository(algorithm);
    });
    afterAll(() => git.remove());

    const ls = () => git.lines(['-c', 'core.quotePath=false', 'ls-files', '--stage']);
    /** Reads what git wrote, compares what it lists, and writes the same bytes. */
    function expectSame(options: IndexFileOptions = {}): StagingIndex {
      const bytes = git.bytes();
      const index = parseIndexFile(bytes, algorithm);
      expect(listed(index)).toEqual(ls());
      expect(Buffer.from(serializeIndexFile(index, options)).equals(bytes)).toBe(true);
      return index;
    }

    it.each([2, 3, 4])('is read and written in version %d', (version) => {
      git.read(['update-index', '--index-version', String(version), '--force-write-index']);
      expect(git.bytes()[7]).toBe(version === 3 ? 2 : version);
      expectSame();
    });

    it('has the stat data that git shows', () => {
      const shown = git.read(['-c', 'core.quotePath=false', 'ls-files', '--debug']).toString();
      const expected = git.index().entries.map(
        ({ path, stat, stage }) =>
          `${path}\n  ctime: ${stat.ctimeSeconds}:${stat.ctimeNanoseconds}\n  mtime: ${stat.mtimeSeconds}:${stat.mtimeNanoseconds}\n` +
          `  dev: ${stat.dev}\tino: ${stat.ino}\n  uid: ${stat.uid}\tgid: ${stat.gid}\n  size: ${stat.size}\tflags: ${stage}\n`,
      );
      expect(expected.join('')).toBe(shown);
    });

    it('makes the trees that git makes, and the same cache tree', () => {
      git.read(['update-index', '--index-version', '2']);
      const root = git.read(['write-tree', '--missing-ok']).toString().trim();
      const index = expectSame();
      expect(index.cacheTree?.id).toBe(root);
      const ours = writeTrees({ ...index, cacheTree: undefined });
      expect(ours.root).toBe(root);
      expect(ours.cacheTree).toEqual(index.cacheTree);
      for (const { id, body } of treeObjects(index)) {
        expect(Buffer.from(body).equals(git.read(['cat-file', 'tree', id]))).toBe(true);
      }
    });

    it('invalidates the cache tree as git does', () => {
      git.write('b/d/new', 'new\n');
      const before = git.index();
      git.read(['add', 'b/d/new']);
      const after = expectSame();
      const added = after.entries.find(({ path }) => path === 'b/d/new')!;
      const editor = new IndexEditor(before);
      editor.set(added);
      expect(Buffer.from(serializeIndexFile(editor.finish())).equals(git.bytes())).toBe(true);
      git.read(['rm', '-q', '--cached', 'b/d/new', 'a']);
      const removed = new IndexEditor(editor.finish());
      removed.remove('b/d/new');
      removed.remove('a');
      expect(Buffer.from(serializeIndexFile(removed.finish())).equals(git.bytes())).toBe(true);
      git.read(['add', 'a']);
    });

    it('has flags of version 3', () => {
      git.write('intended', 'x\n');
      git.read(['add', '-N', 'intended']);
      git.read(['update-index', '--skip-worktree', 'b/c']);
      git.read(['update-index', '--assume-unchanged', 'zz']);
      const index = expectSame();
      expect(index.version).toBe(3);
      const flags = (path: string) => {
        const { assumeValid, skipWorktree, intentToAdd } = index.entries.find((entry) => entry.path === path)!;
        return { assumeValid, skipWorktree, intentToAdd };
      };
      expect(flags('intended')).toEqual({ assumeValid: false, skipWorktree: false, intentToAdd: true });
      expect(flags('b/c')).toEqual({ assumeValid: false, skipWorktree: true, intentToAdd: false });
      expect(flags('zz')).toEqual({ assumeValid: true, skipWorktree: false, intentToAdd: false });
      const root = git.read(['write-tree', '--missing-ok']).toString().trim();
      expect(writeTrees(index).root).toBe(root);
      expect(writeTrees(git.index()).cacheTree).toEqual(git.index().cacheTree);
      git.read(['update-index', '--index-version', '4']);
      expectSame();
      git.read(['update-index', '--index-version', '2', '--no-skip-worktree', 'b/c']);
      git.read(['update-index', '--no-assume-unchanged', 'zz']);
      git.read(['rm', '-q', '--cached', 'intended']);
      rmSync(join(git.folder, 'intended'));
      expectSame();
    });

    it('has conflicts, and remembers them when they are resolved', () => {
      const blob = git.read(['rev-parse', ':zz']).toString().trim() as ObjectId;
      const before = git.index();
      git.read(
        ['update-index', '--index-info'],
        `0 ${'0'.repeat(algorithm.hexSize)}\tzz\n${[1, 2, 3].map((stage) => `100644 ${blob} ${stage}\tzz\n`).join('')}`,
      );
      const conflict = expectSame();
      const editor = new IndexEditor(before);
      for (const stage of [1, 2, 3]) editor.set(indexEntry({ path: 'zz', mode: 0o100644, id: blob, stage: stage as Stage }));
      expect(Buffer.from(serializeIndexFile(editor.finish())).equals(git.bytes())).toBe(true);
      git.read(['add', 'zz']);
      const resolved = expectSame();
      expect(resolved.resolveUndo?.map(({ path }) => path)).toEqual(['zz']);
      const again = new IndexEditor(conflict);
      again.set(resolved.entries.find(({ path }) => path === 'zz')!);
      expect(Buffer.from(serializeIndexFile(again.finish())).equals(git.bytes())).toBe(true);
    });

    it('may tell where entries end and where blocks of them begin', () => {
      for (const version of ['2', '4']) {
        git.read([
          '-c', 'index.threads=3', '-c', 'index.recordEndOfIndexEntries=true', '-c', 'index.recordOffsetTable=true',
          'update-index', '--index-version', version, '--force-write-index',
        ]);
        expect(git.bytes().includes(0x45)).toBe(true);
        expectSame({ endOfEntries: true, offsetTableBlocks: 3 });
      }
      git.read(['update-index', '--index-version', '2', '--force-write-index']);
    });

    it('is what git understands when we made it', () => {
      const expected = ls();
      const rebuilt = new IndexEditor(emptyIndex(algorithm));
      for (const entry of git.index().entries) rebuilt.set(entry);
      for (const version of [2, 4] as const) {
        git.replace(rebuilt.finish(), { version, endOfEntries: true, offsetTableBlocks: 2 });
        expect(ls()).toEqual(expected);
        expect(git.run(['diff-files', '--quiet', '--ignore-submodules']).status).toBe(0);
      }
      git.read(['update-index', '--index-version', '2', '--force-write-index']);
    });

    it('may be split', () => {
      git.read(['-c', 'splitIndex.maxPercentChange=100', 'update-index', '--split-index']);
      git.write('added', 'added\n');
      git.write('zz', 'changed\n');
      git.read(['-c', 'splitIndex.maxPercentChange=100', 'add', 'added', 'zz']);
      git.read(['-c', 'splitIndex.maxPercentChange=100', 'rm', '-q', '--cached', 'b/c']);
      const bytes = git.bytes();
      const split = parseIndexFile(bytes, algorithm);
      expect(Buffer.from(serializeIndexFile(split)).equals(bytes)).toBe(true);
      const shared = readFileSync(join(git.folder, `.git/sharedindex.${split.link!.baseId}`));
      const whole = mergeSplitIndex(split, parseIndexFile(shared, algorithm));
      expect(split.entries.length).toBeLessThan(whole.entries.length);
      expect(listed(whole)).toEqual(ls());
      git.read(['update-index', '--no-split-index']);
      expect(Buffer.from(serializeIndexFile({ ...whole, version: 2 })).equals(git.bytes())).toBe(true);
      git.read(['add', 'b/c']);
    });

    it('may know of untracked files', () => {
      git.write('.gitignore', '*.o\n');
      git.write('untracked/x', 'x');
      git.write('b/other', 'x');
      git.read(['update-index', '--force-untracked-cache']);
      expect(expectSame().untrackedCache?.folders).toEqual([]);
      git.read(['status', '--porcelain']);
      const folders = expectSame().untrackedCache!.folders;
      expect(folders[0]?.untracked).toContain('.gitignore');
      expect(folders.map(({ name }) => name)).toContain('untracked');
      git.read(['update-index', '--no-untracked-cache']);
      expectSame();
    });

    it('may hold what a file system monitor said', () => {
      git.write('.git/monitor', "#!/bin/sh\nprintf 'token\\0/\\0'\n");
      chmodSync(join(git.folder, '.git/monitor'), 0o755);
      const args = ['-c', 'core.fsmonitor=.git/monitor', '-c', 'core.fsmonitorHookVersion=2'];
      git.read([...args, 'update-index', '--fsmonitor']);
      git.read([...args, 'status', '--porcelain']);
      expect(expectSame().fsmonitor).toMatchObject({ version: 2 });
      git.read(['update-index', '--no-fsmonitor']);
    });

    it('may have folders for entries', () => {
      git.read(['rm', '-q', '--cached', 'module']);
      git.read(['commit', '-q', '-m', 'x']);
      const root = git.read(['rev-parse', 'HEAD^{tree}']).toString().trim();
      git.read(['sparse-checkout', 'set', '--cone', '--sparse-index', 'größe']);
      const bytes = git.bytes();
      const sparse = parseIndexFile(bytes, algorithm);
      expect(sparse.isSparse).toBe(true);
      expect(sparse.entries.filter(({ mode }) => mode === 0o040000).map(({ path }) => path)).toEqual(['b/', 'z/']);
      expect(Buffer.from(serializeIndexFile(sparse)).equals(bytes)).toBe(true);
      expect(writeTrees({ ...sparse, cacheTree: undefined })).toEqual({ root, cacheTree: sparse.cacheTree });
    });
  });
});
