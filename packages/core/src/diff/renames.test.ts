import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import { MODE_BLOB } from '../object/tree.js';
import { YoungWriter } from '../store/young-objects.js';
import { detectRenames, type RenameOptions } from './renames.js';
import { filterChanges, parseChangeFilter, reverseChange, rotateChanges } from './select-changes.js';
import { countChanges, estimateSimilarity, makeSpans, SIMILARITY_MAX } from './similarity.js';
import { makeChange, type DiffEntry, type FileChange } from './tree-diff.js';

const objects = new YoungWriter(SHA1);
const file = (path: string, content: string): DiffEntry => ({ path, mode: MODE_BLOB, id: objects.write('blob', bytesFromText(content)) });
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => `line ${from + i}\n`).join('');

function found(changes: readonly FileChange[], options: RenameOptions = {}): string[] {
  return detectRenames(changes, { objects, algorithm: SHA1, options }).changes
    .map(({ status, old, new: new_, score }) => `${status} ${old?.path ?? ''} ${new_?.path ?? ''} ${score ?? ''}`.trim());
}

describe('detectRenames', () => {
  it('matches equal files, then those of the same name, then similar ones', () => {
    expect(found([
      makeChange(file('a/x', lines(0, 50)), undefined),
      makeChange(file('a/y', lines(100, 150)), undefined),
      makeChange(undefined, file('b/x', lines(0, 50))),
      makeChange(undefined, file('b/z', lines(100, 148))),
      makeChange(undefined, file('new', 'other\n')),
    ])).toEqual(['renamed a/x b/x 100', 'renamed a/y b/z 96', 'added  new']);
  });

  it('finds copies, and rewrites', () => {
    const changes = [
      makeChange(file('a', lines(0, 80)), file('a', lines(500, 580))),
      makeChange(undefined, file('b', lines(0, 79))),
    ];
    expect(found(changes, { renames: 'copies' })).toEqual(['modified a a', 'copied a b 98']);
    expect(found(changes, { breakRewrites: {} })).toEqual(['modified a a 100', 'copied a b 98']);
  });

  it('stops at the limit and says which would do', () => {
    const changes = [0, 1, 2].flatMap((i) => [
      makeChange(file(`old${i}`, lines(i * 100, i * 100 + 50)), undefined),
      makeChange(undefined, file(`new${i}`, lines(i * 100, i * 100 + 49))),
    ]);
    const result = detectRenames(changes, { objects, algorithm: SHA1, options: { renameLimit: 2 } });
    expect(result).toMatchObject({ limitExceeded: true, limitNeeded: 3 });
    expect(result.changes.every(({ status }) => status !== 'renamed')).toBe(true);
    expect(detectRenames(changes, { objects, algorithm: SHA1, options: { renameLimit: 3 } }).changes.length).toBe(3);
  });

  it('refuses when a file that must be compared is missing', () => {
    const gone: DiffEntry = { path: 'x', mode: MODE_BLOB, id: SHA1.zeroId };
    expect(() => found([makeChange(gone, undefined), makeChange(undefined, file('y', 'y\n'))]))
      .toThrow(expect.objectContaining({ code: 'object-missing' }));
  });
});

describe('similarity', () => {
  it('accounts for every byte that a cut piece has', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), fc.uint8Array({ maxLength: 500 }), (one, two) => {
      const [left, right] = [makeSpans(one, false), makeSpans(two, false)];
      const sum = (sizes: Uint32Array): number => sizes.reduce((total, size) => total + size, 0);
      const { copied, added } = countChanges(left, right);
      expect(copied + added).toBe(sum(right.sizes));
      expect(copied).toBeLessThanOrEqual(sum(left.sizes));
      expect(estimateSimilarity({ old: one, new: two })).toBeLessThanOrEqual(SIMILARITY_MAX);
    }));
    expect(estimateSimilarity({ old: bytesFromText('a\nb\n'), new: bytesFromText('a\nb\n') })).toBe(SIMILARITY_MAX);
    expect(estimateSimilarity({ old: bytesFromText('a\r\n'), new: bytesFromText('a\n') })).toBe(40_000);
  });
});

describe('selecting changes', () => {
  const changes = [makeChange(undefined, file('a', 'a')), makeChange(file('b', 'b'), undefined), makeChange(file('c', '1'), file('c', '2'))];
  const paths = (selected: readonly FileChange[]): string[] => selected.map((change) => (change.new ?? change.old)!.path);

  it('filters by kind, all or none too', () => {
    expect(paths(filterChanges(changes, parseChangeFilter('AM')))).toEqual(['a', 'c']);
    expect(paths(filterChanges(changes, parseChangeFilter('d')))).toEqual(['a', 'c']);
    expect(paths(filterChanges(changes, parseChangeFilter('D*')))).toEqual(['a', 'b', 'c']);
    expect(paths(filterChanges(changes, parseChangeFilter('R*')))).toEqual([]);
    expect(() => parseChangeFilter('Z')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('rotates, skips and reverses', () => {
    expect(paths(rotateChanges(changes, { path: 'b', before: 'rotate', isStrict: true }))).toEqual(['b', 'c', 'a']);
    expect(paths(rotateChanges(changes, { path: 'aa', before: 'skip', isStrict: false }))).toEqual(['b', 'c']);
    expect(() => rotateChanges(changes, { path: 'aa', before: 'skip', isStrict: true })).toThrow(expect.objectContaining({ code: 'path-missing' }));
    expect(changes.map(reverseChange).map(({ status }) => status)).toEqual(['deleted', 'added', 'modified']);
  });
});
