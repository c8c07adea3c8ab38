import { describe, expect, it } from '@jest/globals';
import { Repository } from './repository.js';

const author = { name: 'A', email: 'a@example.com' };

function sample(): Repository {
  const repository = Repository.init({ clock: () => 1_700_000_000_000 });
  repository.add('a.txt', 'one\ntwo\nthree\n');
  repository.add('bin', 'text\n');
  repository.add('.gitattributes', 'bin -diff\n');
  repository.commit('first', { author });
  repository.add('a.txt', 'one\n2\nthree\n');
  repository.add('bin', 'other\n');
  repository.add('new.txt', 'new\n');
  repository.commit('second', { author });
  return repository;
}

describe('View.diff', () => {
  it('gives files with counts and hunks, by the attributes of the new tree', () => {
    const { files } = sample().diff('HEAD~1', 'HEAD');
    expect(files.map(({ status, path, addedCount, deletedCount, isBinary }) => ({ status, path, addedCount, deletedCount, isBinary }))).toEqual([
      { status: 'modified', path: 'a.txt', addedCount: 1, deletedCount: 1, isBinary: false },
      { status: 'modified', path: 'bin', addedCount: 0, deletedCount: 0, isBinary: true },
      { status: 'added', path: 'new.txt', addedCount: 1, deletedCount: 0, isBinary: false },
    ]);
    const [hunk] = [...files[0]!.hunks()];
    expect(hunk).toMatchObject({ oldStart: 1, oldCount: 3, newStart: 1, newCount: 3 });
    expect(hunk?.lines.map(({ kind, oldLine, newLine }) => [kind, oldLine, newLine])).toEqual([
      ['context', 1, 1], ['deleted', 2, undefined], ['added', undefined, 2], ['context', 3, 3],
    ]);
    expect([...files[1]!.hunks()]).toEqual([]);
  });

  it('keeps to paths and kinds', () => {
    const repository = sample();
    expect(repository.diff('HEAD~1', 'HEAD', { paths: ['*.txt'], filter: 'A' }).files.map(({ path }) => path)).toEqual(['new.txt']);
    expect(repository.diff(undefined, 'HEAD~1').files.map(({ status }) => status)).toEqual(['added', 'added', 'added']);
    expect(() => repository.diff('nothing', 'HEAD')).toThrow(expect.objectContaining({ code: 'revision-invalid' }));
  });
});

describe('View.diffPatch and commitPatch', () => {
  it('give patches', () => {
    const repository = sample();
    const patch = Buffer.from(repository.diffPatch('HEAD~1', 'HEAD')).toString();
    expect(patch).toBe(Buffer.from(repository.commitPatch()).toString());
    expect(patch).toContain('diff --git a/a.txt b/a.txt\n');
    expect(patch).toContain('@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n');
    expect(patch).toContain('Binary files a/bin and b/bin differ\n');
    expect(Buffer.from(repository.commitPatch('HEAD~1')).toString()).toContain('new file mode 100644\n');
    expect(Buffer.from(repository.diffPatch('HEAD~1', 'HEAD', { isReversed: true })).toString()).toContain('diff --git b/a.txt a/a.txt\n');
  });
});

describe('View.diffPatches', () => {
  it('gives the patch file by file', () => {
    const repository = sample();
    const pieces = [...repository.diffPatches('HEAD~1', 'HEAD')];
    expect(pieces).toHaveLength(repository.diff('HEAD~1', 'HEAD').files.length);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(repository.diffPatch('HEAD~1', 'HEAD')));
  });
});
