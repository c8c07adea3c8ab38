import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { compareTreeEntries, MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE, serializeTree } from '../object/tree.js';
import { parsePathspec } from '../pattern/pathspec.js';
import { TreeEditor } from '../store/tree-editor.js';
import { YoungWriter } from '../store/young-objects.js';
import { diffTrees, type FileChange, type TreeDiffOptions } from './tree-diff.js';

type Files = Record<string, { readonly mode?: number; readonly content: string }>;

function treeOf(writer: YoungWriter, files: Files): ObjectId {
  const editor = new TreeEditor(writer, SHA1.emptyTreeId, SHA1);
  for (const [path, { mode = MODE_BLOB, content }] of Object.entries(files)) {
    editor.set(path, { mode, id: writer.write('blob', bytesFromText(content)) });
  }
  return editor.write((type, body) => writer.write(type, body));
}

function show({ status, old, new: new_ }: FileChange): string {
  const mode = (entry: { readonly mode: number } | undefined): string => (entry?.mode ?? 0).toString(8);
  return `${status} ${mode(old)} ${mode(new_)} ${(new_ ?? old)!.path}`;
}

function differences(before: Files, after: Files, options?: TreeDiffOptions): string[] {
  const writer = new YoungWriter(SHA1);
  return [...diffTrees(writer, SHA1, treeOf(writer, before), treeOf(writer, after), options)].map(show);
}

const a = { content: 'a' };
const b = { content: 'b' };

describe('diffTrees', () => {
  it('gives what was added, deleted and modified, also inside directories, in the order of trees', () => {
    expect(differences(
      { 'a.b': a, 'a/x': a, 'same/deep/file': a, 'z': a },
      { 'a.b': b, 'a/y': a, 'same/deep/file': a, 'new/one': a, 'new/two': b, 'z': { ...a, mode: MODE_EXECUTABLE } },
    )).toEqual([
      'modified 100644 100644 a.b', 'deleted 100644 0 a/x', 'added 0 100644 a/y', 'added 0 100644 new/one', 'added 0 100644 new/two',
      'modified 100644 100755 z',
    ]);
  });

  it('takes another kind of file for a change of type, and a directory in its place for another path', () => {
    expect(differences({ 'f': a, 'g': a, 'h': a }, { 'f': { ...a, mode: MODE_SYMLINK }, 'g/x': a, 'g.a': a, 'h': { ...a, mode: MODE_GITLINK } }))
      .toEqual(['type-changed 100644 120000 f', 'deleted 100644 0 g', 'added 0 100644 g.a', 'added 0 100644 g/x', 'type-changed 100644 160000 h']);
  });

  it('gives directories as entries where asked', () => {
    const before = { 'd/e/f': a, 'k/x': a };
    const after = { 'd/e/f': b, 'n': a };
    expect(differences(before, after, { recursive: false })).toEqual(
      ['modified 40000 40000 d', 'deleted 40000 0 k', 'added 0 100644 n'],
    );
    expect(differences(before, after, { includeTrees: true })).toEqual([
      'modified 40000 40000 d', 'modified 40000 40000 d/e', 'modified 100644 100644 d/e/f', 'deleted 40000 0 k', 'deleted 100644 0 k/x',
      'added 0 100644 n',
    ]);
  });

  it('keeps to a pathspec', () => {
    const before = { 'd/e/f.c': a, 'd/g': a, 'h.c': a, 'x/y.c': a };
    const after = { 'd/e/f.c': b, 'd/g': b, 'h.c': b, 'x/y.c': b };
    const limited = (...elements: string[]): string[] =>
      differences(before, after, { pathspec: parsePathspec(elements) }).map((line) => line.split(' ')[3]!);
    expect(limited('d')).toEqual(['d/e/f.c', 'd/g']);
    expect(limited('*.c', ':!x')).toEqual(['d/e/f.c', 'h.c']);
    expect(limited('d/e/')).toEqual(['d/e/f.c']);
    expect(limited('nothing')).toEqual([]);
    expect(differences(before, after, { pathspec: parsePathspec(['d/g']), recursive: false })).toEqual(['modified 40000 40000 d']);
    expect(differences(before, after, { pathspec: parsePathspec(['*.c']), recursive: false })).toEqual(['modified 100644 100644 h.c']);
  });

  it('gives files that are equal on both sides where asked', () => {
    const files = { 'd/f': a, 'g': a };
    expect(differences(files, files)).toEqual([]);
    expect(differences(files, files, { includeUnmodified: true })).toEqual(['modified 100644 100644 d/f', 'modified 100644 100644 g']);
  });

  it('goes through directories nested 5,000 deep', () => {
    const writer = new YoungWriter(SHA1);
    const nested = (content: string): ObjectId => {
      let id = writer.write('blob', bytesFromText(content));
      for (let i = 0, mode = MODE_BLOB; i < 5001; i++, mode = MODE_TREE) {
        id = writer.write('tree', serializeTree([{ mode, name: bytesFromText('d'), id }]));
      }
      return id;
    };
    const changes = [...diffTrees(writer, SHA1, nested('a'), nested('b'))];
    expect(changes.map(({ new: entry }) => entry?.path.length)).toEqual([5000 * 2 + 1]);
  });

  it('refuses directories nested deeper than the limit, and trees that are missing or no trees', () => {
    const writer = new YoungWriter(SHA1);
    let id = writer.write('blob', bytesFromText('a'));
    const blob = id;
    for (let i = 0, mode = MODE_BLOB; i < 16_400; i++, mode = MODE_TREE) {
      id = writer.write('tree', serializeTree([{ mode, name: bytesFromText('d'), id }]));
    }
    expect(() => [...diffTrees(writer, SHA1, undefined, id)]).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    expect(() => [...diffTrees(writer, SHA1, undefined, blob)]).toThrow(expect.objectContaining({ code: 'object-type-mismatch' }));
    expect(() => [...diffTrees(writer, SHA1, undefined, SHA1.zeroId)]).toThrow(expect.objectContaining({ code: 'object-missing' }));
    const cut = writer.write('tree', bytesFromText('100644 name\0too short'));
    expect(() => [...diffTrees(writer, SHA1, undefined, cut)]).toThrow(expect.objectContaining({ code: 'object-corrupt' }));
  });

  it('finds what comparing flat lists of files finds', () => {
    const name = fc.constantFrom('a', 'a.b', 'ab', 'b', 'a0', '\udc80', 'ä');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const file = fc.record({ mode: fc.constantFrom(MODE_BLOB, MODE_EXECUTABLE, MODE_SYMLINK), content: fc.constantFrom('1', '2') });
    const base = fc.dictionary(path, file, { maxKeys: 30 });
    fc.assert(fc.property(base, fc.dictionary(path, file, { maxKeys: 4 }), fc.array(path, { maxLength: 3 }), (files, edits, removed) => {
      const writer = new YoungWriter(SHA1);
      const editor = new TreeEditor(writer, treeOf(writer, files), SHA1);
      for (const [at, { mode, content }] of Object.entries(edits)) {
        editor.set(at, { mode, id: writer.write('blob', bytesFromText(content)) });
      }
      for (const at of removed) editor.remove(at);
      const [before, after] = [treeOf(writer, files), editor.write((type, body) => writer.write(type, body))];
      const changes = [...diffTrees(writer, SHA1, before, after)];
      const left = flat(writer, before);
      const right = flat(writer, after);
      const expected = [...new Set([...left.keys(), ...right.keys()])].filter((at) => left.get(at) !== right.get(at));
      expect(changes.map((change) => (change.new ?? change.old)!.path).sort()).toEqual(expected.sort());
      for (const { old, new: new_ } of changes) {
        expect(old && `${old.mode} ${old.id}`).toBe(left.get((old ?? new_)!.path));
        expect(new_ && `${new_.mode} ${new_.id}`).toBe(right.get((old ?? new_)!.path));
      }
      const order = changes.map((change) => ({ mode: MODE_BLOB, name: bytesFromLosslessText((change.new ?? change.old)!.path) }));
      for (let i = 1; i < order.length; i++) expect(compareTreeEntries(order[i - 1]!, order[i]!)).toBeLessThan(0);
    }));
  });
});

/** Every file of a tree, as additions to nothing. */
function flat(writer: YoungWriter, tree: ObjectId): Map<string, string> {
  const added = [...diffTrees(writer, SHA1, undefined, tree)].map(({ new: entry }) => entry!);
  return new Map(added.map(({ path, mode, id }) => [path, `${mode} ${id}`]));
}
