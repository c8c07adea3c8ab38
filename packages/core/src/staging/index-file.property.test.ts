import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bitmapOf } from '../bytes/ewah.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { GovcError } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK } from '../object/tree.js';
import { compareTreeNames, type CacheTree } from './cache-tree.js';
import { parseIndexFile, serializeIndexFile } from './index-file.js';
import { compareIndexEntries, emptyIndex, type IndexEntry, type Stage, type StagingIndex } from './staging-index.js';
import { treeObjects } from './write-tree.js';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const id = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => {
  bytes[0] = 1;
  return Buffer.from(bytes).toString('hex') as ObjectId;
});
const stat = fc.record({
  ctimeSeconds: u32, ctimeNanoseconds: u32, mtimeSeconds: u32, mtimeNanoseconds: u32, dev: u32, ino: u32, uid: u32, gid: u32, size: u32,
});
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é', '\u{1F600}', '\uffff'), minLength: 1, maxLength: 3 }),
  fc.uint8Array({ min: 0x80, minLength: 1, maxLength: 2 }).map(losslessTextFromBytes),
);
const entry: fc.Arbitrary<IndexEntry> = fc.record({
  path: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  stage: fc.constantFrom<Stage>(1, 2, 3),
  mode: fc.constantFrom(MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK),
  id,
  stat,
  assumeValid: fc.boolean(),
  skipWorktree: fc.boolean(),
  intentToAdd: fc.boolean(),
});
const entries = fc
  .tuple(fc.uniqueArray(entry, { selector: (e) => `${e.path}\0${e.stage}`, maxLength: 20 }), fc.boolean())
  .map(([list, merged]) => {
    const merge = (e: IndexEntry): IndexEntry => ({ ...e, stage: 0 });
    const staged = merged ? [...new Map(list.map((e) => [e.path, merge(e)])).values()] : list;
    return staged.sort(compareIndexEntries);
  });
const cacheTreeOf = (children: fc.Arbitrary<CacheTree[]>): fc.Arbitrary<CacheTree> =>
  fc.record({ name, entryCount: fc.nat(100), id: fc.option(id, { nil: undefined }), children }).map((tree) => ({
    ...tree,
    entryCount: tree.id === undefined ? -1 : tree.entryCount,
    children: tree.children.slice().sort((a, b) => compareTreeNames(a.name, b.name)),
  }));
const leaf = cacheTreeOf(fc.constant([]));
const cacheTree = cacheTreeOf(fc.array(cacheTreeOf(fc.array(leaf, { maxLength: 2 })), { maxLength: 3 }));
const side = fc.option(fc.record({ mode: fc.constant(MODE_BLOB), id }), { nil: undefined });
const positions = fc.uniqueArray(fc.nat(200), { maxLength: 20 }).map((list) => list.sort((a, b) => a - b));
const bitmap = positions.map((list) => bitmapOf(list, (list.at(-1) ?? -1) + 1));
const file = fc.record({ stat, id });

const index: fc.Arbitrary<StagingIndex> = fc
  .record({
    version: fc.constantFrom<2 | 3 | 4>(2, 4),
    entries,
    cacheTree: fc.option(cacheTree, { nil: undefined }),
    resolveUndo: fc.option(fc.array(fc.record({ path: name, sides: fc.tuple(side, side, side) })), { nil: undefined }),
    untrackedCache: fc.option(
      fc
        .record({
          environment: fc.uint8Array(),
          infoExclude: file,
          excludesFile: file,
          flags: u32,
          patternFileName: name,
          folders: fc.array(
            fc.record({
              name,
              untracked: fc.array(name, { maxLength: 3 }),
              folderCount: fc.constant(1),
              stat: fc.option(stat, { nil: undefined }),
              isCheckOnly: fc.boolean(),
              excludeId: fc.option(id, { nil: undefined }),
            }),
            { maxLength: 70 },
          ),
        })
        .map((cache) => ({
          ...cache,
          folders: cache.folders.map((folder, i, all) => ({ ...folder, folderCount: i === all.length - 1 ? 0 : 1 })),
        })),
      { nil: undefined },
    ),
    link: fc.option(fc.record({ baseId: id, deleted: bitmap, replaced: bitmap }), { nil: undefined }),
    isSparse: fc.boolean(),
    otherExtensions: fc.array(
      fc.record({ signature: fc.constantFrom('ABCD', 'Zzzz'), data: fc.uint8Array() }),
      { maxLength: 2 },
    ),
  })
  .map((parts) => ({
    ...emptyIndex(SHA1),
    ...parts,
    version: parts.version === 4 ? 4 : parts.entries.some((e) => e.skipWorktree || e.intentToAdd) ? 3 : 2,
    fsmonitor: { version: 2 as const, token: 'token', dirty: bitmapOf([], parts.entries.length) },
  }));

describe('index files', () => {
  it('give back what was written, in any version and with any extras', () => {
    fc.assert(
      fc.property(index, fc.boolean(), fc.nat(4), (written, endOfEntries, offsetTableBlocks) => {
        const bytes = serializeIndexFile(written, { endOfEntries, offsetTableBlocks });
        const read = parseIndexFile(bytes, SHA1);
        expect(read).toEqual(written);
        expect(Buffer.from(serializeIndexFile(read, { endOfEntries, offsetTableBlocks })).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('throw nothing but a GovcError when they are damaged', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(index, damage, fc.nat(), (written, edits, cut) => {
        const whole = serializeIndexFile(written, { skipHash: true });
        const bytes = cut % 2 === 0 ? whole : whole.slice(0, cut % whole.length);
        for (const [at, byte] of edits) if (bytes.length > 20) bytes[at % (bytes.length - 20)] = byte;
        if (bytes.length > 20) bytes.fill(0, bytes.length - 20);
        try {
          const read = parseIndexFile(bytes, SHA1);
          for (const tree of treeObjects(read, { hasTree: () => true })) expect(tree.id).toHaveLength(40);
        } catch (error) {
          expect(error).toBeInstanceOf(GovcError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
