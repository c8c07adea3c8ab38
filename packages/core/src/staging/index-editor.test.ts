import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB, MODE_SYMLINK, MODE_TREE } from '../object/tree.js';
import type { CacheTree } from './cache-tree.js';
import { IndexEditor } from './index-editor.js';
import {
  compareIndexEntries,
  comparePaths,
  emptyIndex,
  entriesUnder,
  findIndexEntry,
  findStages,
  indexConflicts,
  indexEntry,
  type Stage,
  type StagingIndex,
} from './staging-index.js';
import { treeObjects } from './write-tree.js';

const ONE = '1'.repeat(40) as ObjectId;
const TWO = '2'.repeat(40) as ObjectId;
const entry = (path: string, stage: Stage = 0, id = ONE) => indexEntry({ path, mode: MODE_BLOB, id, stage });

function indexOf(...paths: string[]): StagingIndex {
  const editor = new IndexEditor(emptyIndex(SHA1));
  for (const path of paths) editor.set(entry(path));
  return editor.finish();
}
const paths = (index: StagingIndex) => index.entries.map(({ path, stage }) => (stage === 0 ? path : `${path}:${stage}`));

function edited(index: StagingIndex, edit: (editor: IndexEditor) => void): StagingIndex {
  const editor = new IndexEditor(index);
  edit(editor);
  return editor.finish();
}

describe('an index', () => {
  it('is ordered by bytes of the path, then by stage', () => {
    const index = edited(indexOf('b', 'a/b', 'a-b', 'é', '\u{1F600}', '\uffe0', '\udcff'), (editor) => {
      for (const stage of [3, 1, 2] as const) editor.set(entry('c', stage));
    });
    // The last is a byte FF that is not UTF-8; it stands behind every character.
    expect(paths(index)).toEqual(['a-b', 'a/b', 'b', 'c:1', 'c:2', 'c:3', 'é', '\uffe0', '\u{1F600}', '\udcff']);
  });

  it('is searched by path, stage and folder', () => {
    const index = edited(indexOf('a/b', 'a/c/d', 'a0', 'ab'), (editor) => editor.set(entry('z', 2)));
    expect(findIndexEntry(index, 'a/b')?.path).toBe('a/b');
    expect(findIndexEntry(index, 'a')).toBeUndefined();
    expect(findIndexEntry(index, 'z')).toBeUndefined();
    expect(findIndexEntry(index, 'z', 2)?.stage).toBe(2);
    expect(findStages(index, 'z').map(({ stage }) => stage)).toEqual([2]);
    expect(entriesUnder(index, 'a').map(({ path }) => path)).toEqual(['a/b', 'a/c/d']);
    expect(entriesUnder(index, '')).toHaveLength(5);
    expect(indexConflicts(index)).toEqual([{ path: 'z', base: undefined, ours: entry('z', 2), theirs: undefined }]);
  });
});

describe('IndexEditor', () => {
  it('leaves the index alone that it began with, and gives it back unchanged', () => {
    const before = indexOf('a');
    expect(paths(edited(before, (editor) => editor.set(entry('b'))))).toEqual(['a', 'b']);
    expect(paths(before)).toEqual(['a']);
    expect(new IndexEditor(before).finish()).toBe(before);
  });

  it('replaces a file by a folder and a folder by a file', () => {
    expect(paths(edited(indexOf('a', 'a-b'), (editor) => editor.set(entry('a/b/c'))))).toEqual(['a-b', 'a/b/c']);
    expect(paths(edited(indexOf('a-b', 'a/b', 'a/c/d', 'a0'), (editor) => editor.set(entry('a'))))).toEqual(['a', 'a-b', 'a0']);
    expect(paths(edited(indexOf('d/a', 'd/a-b'), (editor) => editor.set(entry('d/a/x'))))).toEqual(['d/a-b', 'd/a/x']);
  });

  it('resolves a conflict by stage 0 and remembers its sides', () => {
    const conflict = edited(indexOf('a', 'x'), (editor) => {
      for (const stage of [1, 2, 3] as const) editor.set(entry('x', stage));
    });
    expect(paths(conflict)).toEqual(['a', 'x:1', 'x:2', 'x:3']);
    const resolved = edited(conflict, (editor) => editor.set(entry('x', 0, TWO)));
    expect(paths(resolved)).toEqual(['a', 'x']);
    const side = { mode: MODE_BLOB, id: ONE };
    expect(resolved.resolveUndo).toEqual([{ path: 'x', sides: [side, side, side] }]);
    expect(edited(resolved, (editor) => editor.clearResolveUndo()).resolveUndo).toBeUndefined();
  });

  it('removes a path, one stage of it, or a folder', () => {
    const index = indexOf('a', 'b/c', 'b/d/e', 'b0');
    const editor = new IndexEditor(index);
    expect(editor.remove('a')).toBe(true);
    expect(editor.remove('a')).toBe(false);
    expect(editor.removeStage('b0', 1)).toBe(false);
    expect(editor.removeUnder('b')).toBe(2);
    expect(paths(editor.finish())).toEqual(['b0']);
  });

  it.each(['', '/a', 'a/', 'a//b', '.', 'a/..', '.git/config', 'a/.GIT', 'a\0'])('refuses the path %j', (path) => {
    expect(() => indexOf(path)).toThrow(expect.objectContaining({ code: 'path-invalid' }));
  });

  it.each(['.gitmodules', 'a/.GITMODULES', 'gitmod~1'])('refuses a symbolic link called %s', (path) => {
    const link = indexEntry({ path, mode: MODE_SYMLINK, id: ONE });
    expect(() => edited(emptyIndex(SHA1), (editor) => editor.set(link))).toThrow(expect.objectContaining({ code: 'path-invalid' }));
    expect(paths(edited(emptyIndex(SHA1), (editor) => editor.set({ ...link, mode: MODE_BLOB })))).toEqual([path]);
  });

  it('forgets what the cache tree knew above a change only', () => {
    const index = indexOf('a/b/c', 'd/e', 'f');
    const trees = treeObjects(index);
    let step = trees.next();
    while (step.done !== true) step = trees.next();
    const known = edited(index, (editor) => editor.setCacheTree(step.value));
    const changed = edited(known, (editor) => editor.set(entry('a/x'))).cacheTree!;
    expect(changed.entryCount).toBe(-1);
    expect(changed.children.map(({ name, entryCount }) => [name, entryCount])).toEqual([['a', -1], ['d', 1]]);
    expect(changed.children[0]!.children[0]).toMatchObject({ name: 'b', entryCount: 1 });
    const dropped = edited(known, (editor) => editor.set(entry('d'))).cacheTree!;
    expect(dropped.children.map(({ name }) => name)).toEqual(['a']);
  });

  it('behaves as a map without files that are folders', () => {
    const path = fc.array(fc.constantFrom('a', 'b', 'a-', 'a0'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const edit = fc.tuple(fc.constantFrom('set', 'set', 'set', 'remove'), path);
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const editor = new IndexEditor(emptyIndex(SHA1));
        const model = new Set<string>();
        for (const [kind, name] of edits) {
          if (kind === 'remove') {
            expect(editor.remove(name)).toBe(model.delete(name));
            continue;
          }
          for (const other of model) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) model.delete(other);
          model.add(name);
          editor.set(entry(name));
        }
        const index = editor.finish();
        expect(paths(index)).toEqual([...model].sort(comparePaths));
        expect(index.entries.slice().sort(compareIndexEntries)).toEqual(index.entries);
      }),
      { numRuns: 500 },
    );
  });
});

describe('treeObjects', () => {
  const made = (index: StagingIndex, hasTree?: (id: ObjectId) => boolean) => [...treeObjects(index, { hasTree })].map(({ path }) => path);

  it('makes folders before what holds them', () => {
    expect(made(indexOf('a/b/c', 'a/d', 'e/f', 'g'))).toEqual(['a/b', 'a', 'e', '']);
    expect([...treeObjects(emptyIndex(SHA1))].map(({ id }) => id)).toEqual([SHA1.emptyTreeId]);
  });

  it('passes over what the cache tree knows and the repository has', () => {
    const index = indexOf('a/b/c', 'd/e', 'f');
    const trees = treeObjects(index);
    const ids = new Set<ObjectId>();
    let step = trees.next();
    for (; step.done !== true; step = trees.next()) ids.add(step.value.id);
    const cacheTree = step.value;
    const known: StagingIndex = { ...index, cacheTree };
    expect(made(known, (id) => ids.has(id))).toEqual([]);
    const changed = edited(known, (editor) => editor.set(entry('d/x')));
    expect(made(changed, (id) => ids.has(id))).toEqual(['d', '']);
    expect([...treeObjects(changed, { hasTree: (id) => ids.has(id) })].at(-1)!.id).toBe([...treeObjects(changed)].at(-1)!.id);
    expect(made(changed, () => false)).toEqual(['a/b', 'a', 'd', '']);
  });

  it('does not believe a cache tree that covers more than its folder', () => {
    const index = indexOf('a/b', 'c');
    const child: CacheTree = { name: 'a', entryCount: 2, id: ONE, children: [] };
    const cacheTree: CacheTree = { name: '', entryCount: -1, id: undefined, children: [child] };
    expect(made({ ...index, cacheTree }, () => true)).toEqual(['a', '']);
  });

  it('leaves out what is only intended to be added, and folders of nothing else', () => {
    const index = edited(indexOf('a/b', 'c'), (editor) => {
      editor.set({ ...entry('d/e/f'), intentToAdd: true });
      editor.set({ ...entry('a/x'), intentToAdd: true });
    });
    expect(made(index)).toEqual(['a', '']);
    expect([...treeObjects(index)].at(-1)!.id).toBe([...treeObjects(indexOf('a/b', 'c'))].at(-1)!.id);
  });

  it('takes folders of a sparse index as they are', () => {
    const whole = indexOf('a/b/c', 'd');
    const folder = [...treeObjects(whole)].find(({ path }) => path === 'a/b')!;
    const sparse = edited(indexOf('d'), (editor) =>
      editor.set(indexEntry({ path: 'a/b/', mode: MODE_TREE, id: folder.id, skipWorktree: true })),
    );
    expect([...treeObjects(sparse)].at(-1)!.id).toBe([...treeObjects(whole)].at(-1)!.id);
  });

  it('refuses conflicts, and files that are folders', () => {
    const conflict = edited(indexOf('a'), (editor) => editor.set(entry('b', 2)));
    expect(() => made(conflict)).toThrow(expect.objectContaining({ code: 'index-unmerged', data: { paths: ['b'] } }));
    const clash: StagingIndex = { ...emptyIndex(SHA1), entries: [entry('a'), entry('a-b'), entry('a/b')] };
    expect(() => made(clash)).toThrow(expect.objectContaining({ code: 'path-invalid', data: { path: 'a' } }));
  });

  it('takes as many levels as trees may have, and no more', () => {
    const deep: StagingIndex = { ...emptyIndex(SHA1), entries: [entry('a/'.repeat(5000) + 'b')] };
    expect(() => made(deep)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});
