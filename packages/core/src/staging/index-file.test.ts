import { describe, expect, it } from '@jest/globals';
import { bytesFromHex, hexFromBytes } from '../bytes/hex.js';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromLatin1 } from '../bytes/text.js';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { MODE_BLOB } from '../object/tree.js';
import { parseIndexFile, serializeIndexFile } from './index-file.js';
import { mergeSplitIndex } from './split-index.js';
import { emptyIndex, indexEntry, type StagingIndex } from './staging-index.js';
import { bitmapOf } from '../bytes/ewah.js';

const ONE = '1'.repeat(40) as ObjectId;
const STAT = {
  ctimeSeconds: 1, ctimeNanoseconds: 2, mtimeSeconds: 3, mtimeNanoseconds: 4, dev: 5, ino: 6, uid: 7, gid: 8, size: 9,
};
const INDEX: StagingIndex = {
  ...emptyIndex(SHA1),
  entries: [indexEntry({ path: 'ab', mode: MODE_BLOB, id: ONE, stat: STAT })],
};

/** The bytes before a checksum with one that is right. */
function sealed(...parts: (string | Uint8Array)[]): Uint8Array {
  const body = concatBytes(parts.map((part) => (typeof part === 'string' ? bytesFromHex(part) : part)));
  return concatBytes([body, SHA1.digest(body)]);
}
const extension = (signature: string, data: Uint8Array) =>
  concatBytes([bytesFromLatin1(signature), bytesFromHex(data.length.toString(16).padStart(8, '0')), data]);
const HEADER = '44495243' + '00000002' + '00000000';

describe('the index file', () => {
  it('is laid out as gitformat-index says', () => {
    const stat = '00000001000000020000000300000004' + '0000000500000006' + '000081a4' + '0000000700000008' + '00000009';
    const expected = '44495243' + '00000002' + '00000001' + stat + ONE + '0002' + '6162' + '0000000000000000';
    const bytes = serializeIndexFile(INDEX);
    expect(hexFromBytes(bytes.subarray(0, -20))).toBe(expected);
    expect(hexFromBytes(bytes.subarray(-20))).toBe(SHA1.digestHex(bytes.subarray(0, -20)));
    expect(parseIndexFile(bytes, SHA1)).toEqual(INDEX);
  });

  it('ends a path with one to eight NULs', () => {
    for (let size = 1; size <= 9; size++) {
      const index = { ...INDEX, entries: [indexEntry({ path: 'x'.repeat(size), mode: MODE_BLOB, id: ONE })] };
      const bytes = serializeIndexFile(index);
      expect((bytes.length - 12 - 20) % 8).toBe(0);
      expect(parseIndexFile(bytes, SHA1)).toEqual(index);
    }
  });

  it('takes version 3 only where flags need it, and compresses paths in version 4', () => {
    const flagged = { ...INDEX, entries: [{ ...INDEX.entries[0]!, skipWorktree: true }] };
    expect(serializeIndexFile(flagged)[7]).toBe(3);
    expect(serializeIndexFile({ ...INDEX, version: 3 })[7]).toBe(2);
    expect(parseIndexFile(serializeIndexFile(flagged), SHA1).entries).toEqual(flagged.entries);
    const four = serializeIndexFile({ ...INDEX, entries: ['abc', 'abd/e'].map((path) => indexEntry({ path, mode: MODE_BLOB, id: ONE })) }, { version: 4 });
    expect(hexFromBytes(four.subarray(-20 - 7, -20))).toBe('0005' + '01' + '642f65' + '00');
  });

  it('keeps paths longer than the flags can say', () => {
    for (const version of [2, 4] as const) {
      const entries = ['x'.repeat(4094), 'x'.repeat(4095), 'x'.repeat(5000)].map((path) => indexEntry({ path, mode: MODE_BLOB, id: ONE }));
      const index = { ...INDEX, version, entries };
      expect(parseIndexFile(serializeIndexFile(index), SHA1)).toEqual(index);
    }
  });

  it('may have zeros for a checksum, and is refused with a wrong one', () => {
    const bytes = serializeIndexFile(INDEX, { skipHash: true });
    expect(bytes.subarray(-20).every((byte) => byte === 0)).toBe(true);
    expect(parseIndexFile(bytes, SHA1)).toEqual(INDEX);
    bytes[bytes.length - 1] = 1;
    expect(() => parseIndexFile(bytes, SHA1)).toThrow(expect.objectContaining({ code: 'index-file-invalid' }));
  });

  it('has ids and checksums of SHA-256 where the repository has', () => {
    const index = { ...emptyIndex(SHA256), entries: [indexEntry({ path: 'a', mode: MODE_BLOB, id: '2'.repeat(64) as ObjectId })] };
    expect(parseIndexFile(serializeIndexFile(index), SHA256)).toEqual(index);
  });

  it('keeps extensions that are not known if they may be ignored', () => {
    const bytes = sealed(HEADER, extension('ZZZZ', bytesFromHex('0102')));
    const index = parseIndexFile(bytes, SHA1);
    expect(index.otherExtensions).toEqual([{ signature: 'ZZZZ', data: bytesFromHex('0102') }]);
    expect(hexFromBytes(serializeIndexFile(index))).toBe(hexFromBytes(bytes));
    const mandatory = sealed(HEADER, extension('zzzz', new Uint8Array(0)));
    expect(() => parseIndexFile(mandatory, SHA1)).toThrow(expect.objectContaining({ code: 'index-file-invalid' }));
  });

  const entryHex = (path: string, flags = '') =>
    '0'.repeat(48) + '000081a4' + '0'.repeat(24) + ONE + (flags || path.length.toString(16).padStart(4, '0')) +
    Buffer.from(path).toString('hex') + '00'.repeat(8 - ((62 + path.length) % 8));
  const header = (version: number, count: number) =>
    '44495243' + version.toString(16).padStart(8, '0') + count.toString(16).padStart(8, '0');

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['another file', sealed('00000000' + '00000002' + '00000000')],
    ['another version', sealed(header(5, 0))],
    ['more entries than bytes', sealed(header(2, 0x7fffffff))],
    ['entries out of order', sealed(header(2, 2), entryHex('b'), entryHex('a'))],
    ['an entry twice', sealed(header(2, 2), entryHex('a'), entryHex('a'))],
    ['an entry that is merged and in conflict', sealed(header(2, 2), entryHex('a'), entryHex('a', '1001'))],
    ['a path of another length', sealed(header(2, 1), entryHex('ab', '0001'))],
    ['extended flags in version 2', sealed(header(2, 1), entryHex('ab', '4002'))],
    ['a cut extension', sealed(header(2, 0), extension('TREE', bytesFromHex('00')).subarray(0, -1))],
    ['a broken cache tree', sealed(header(2, 0), extension('TREE', bytesFromLatin1('x')))],
    ['a broken resolve-undo', sealed(header(2, 0), extension('REUC', bytesFromLatin1('x')))],
    ['a broken link', sealed(header(2, 0), extension('link', bytesFromLatin1('x')))],
    ['a broken untracked cache', sealed(header(2, 0), extension('UNTR', bytesFromLatin1('x')))],
    ['broken monitor data', sealed(header(2, 0), extension('FSMN', bytesFromLatin1('x')))],
  ])('is refused with %s', (_, bytes) => {
    expect(() => parseIndexFile(bytes, SHA1)).toThrow(expect.objectContaining({ code: 'index-file-invalid' }));
  });

  it('is not written with an entry that names no object', () => {
    const index = { ...INDEX, entries: [{ ...INDEX.entries[0]!, id: SHA1.zeroId }] };
    expect(() => serializeIndexFile(index)).toThrow(expect.objectContaining({ code: 'index-file-invalid' }));
  });
});

describe('a split index', () => {
  const at = (path: string, size: number) => indexEntry({ path, mode: MODE_BLOB, id: ONE, stat: { ...STAT, size } });
  const shared: StagingIndex = { ...emptyIndex(SHA1), entries: [at('a', 1), at('b', 1), at('c', 1)] };
  const link = { baseId: ONE, deleted: bitmapOf([1], 2), replaced: bitmapOf([2], 3) };

  it('replaces, deletes and adds', () => {
    const index = parseIndexFile(serializeIndexFile({ ...emptyIndex(SHA1), link, entries: [at('', 7), at('aa', 2)] }), SHA1);
    expect(index.link).toEqual(link);
    const merged = mergeSplitIndex(index, shared);
    expect(merged.entries.map(({ path, stat }) => [path, stat.size])).toEqual([['a', 1], ['aa', 2], ['c', 7]]);
    expect(merged.link).toBeUndefined();
    expect(mergeSplitIndex(merged, shared)).toBe(merged);
  });

  it('needs no shared file where it names none', () => {
    const alone = { baseId: SHA1.zeroId, deleted: bitmapOf([], 0), replaced: bitmapOf([], 0) };
    const merged = mergeSplitIndex({ ...emptyIndex(SHA1), link: alone, entries: [at('x', 1)] }, emptyIndex(SHA1));
    expect(merged.entries.map(({ path }) => path)).toEqual(['x']);
  });

  it.each([
    ['an entry that is not there is replaced', { ...link, replaced: bitmapOf([9], 10) }, [at('', 1)]],
    ['an entry that is not there is deleted', { ...link, deleted: bitmapOf([9], 10) }, [at('', 1)]],
    ['an entry is replaced and deleted', { ...link, deleted: bitmapOf([2], 3) }, [at('', 1)]],
    ['a replacement is missing', link, []],
    ['a replacement has a path', link, [at('x', 1)]],
    ['an addition has none', link, [at('', 1), at('', 1)]],
  ])('is refused when %s', (_, broken, entries) => {
    expect(() => mergeSplitIndex({ ...emptyIndex(SHA1), link: broken, entries }, shared)).toThrow(
      expect.objectContaining({ code: 'index-file-invalid' }),
    );
  });
});
