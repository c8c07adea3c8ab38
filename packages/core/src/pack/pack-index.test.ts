import { describe, expect, it } from '@jest/globals';
import { SHA1, SHA256, type HashAlgorithm } from '../hash/algorithm.js';
import { hexFromBytes, writeHex } from '../bytes/hex.js';
import type { ObjectId } from '../hash/object-id.js';
import { PackIndex, sortedOrder } from './pack-index.js';
import { serializeReverseIndex } from './rev-index.js';
import { findDuplicate, orderById, serializeIndexV1, serializeIndexV2, type IndexRows } from './write-index.js';

function rowsOf(entries: readonly (readonly [id: string, offset: number, crc: number])[], algorithm: HashAlgorithm): IndexRows {
  const ids = new Uint8Array(entries.length * algorithm.size);
  entries.forEach(([id], i) => writeHex(id.padEnd(algorithm.hexSize, '0'), ids, i * algorithm.size));
  return {
    count: entries.length,
    ids,
    offsets: Float64Array.from(entries, (entry) => entry[1]),
    crcs: Uint32Array.from(entries, (entry) => entry[2]),
  };
}

const ENTRIES = [
  ['ff01', 12, 1],
  ['00', 300, 2],
  ['ab12cd34ee', 0x7fff_ffff, 3],
  ['ab12cd34ef', 0x8000_0000, 4],
  ['ab12cd35', 0x1_0000_0010, 5],
] as const;

const checksumOf = (algorithm: HashAlgorithm) => new Uint8Array(algorithm.size).fill(7);
const full = (prefix: string, algorithm: HashAlgorithm) => prefix.padEnd(algorithm.hexSize, '0') as ObjectId;

describe.each([['SHA-1', SHA1], ['SHA-256', SHA256]])('a pack index of version 2 with %s', (_, algorithm) => {
  const bytes = serializeIndexV2(rowsOf(ENTRIES, algorithm), { algorithm, packChecksum: checksumOf(algorithm) });
  const index = new PackIndex(bytes, algorithm);

  it('finds what it was made of, also beyond 2 GiB', () => {
    expect(index.count).toBe(5);
    expect(index.version).toBe(2);
    for (const [id, offset, crc] of ENTRIES) {
      expect(index.findOffset(full(id, algorithm))).toBe(offset);
      const position = index.findPosition(full(id, algorithm))!;
      expect(index.crcAt(position)).toBe(crc);
      expect(index.idAt(position)).toBe(full(id, algorithm));
      expect(index.findPositionOfBytes(bytes, index.idBytesAt(position))).toBe(position);
      expect(index.findByOffset(offset)).toBe(position);
    }
    expect([...index.ids()]).toEqual([...ENTRIES].map(([id]) => full(id, algorithm)).sort());
    expect(hexFromBytes(index.packChecksum)).toBe('07'.repeat(algorithm.size));
    index.verifyChecksum();
  });

  it('does not find what is not there', () => {
    for (const id of ['01', 'ab12cd34ed', 'ab12cd34eeff', 'ffff', 'ab12cd36']) {
      expect(index.findOffset(full(id, algorithm))).toBeUndefined();
    }
    expect(index.findByOffset(13)).toBeUndefined();
  });

  it('knows which entry follows which', () => {
    expect(index.nextOffset(12)).toBe(300);
    expect(index.nextOffset(300)).toBe(0x7fff_ffff);
    expect(index.nextOffset(0x8000_0000)).toBe(0x1_0000_0010);
    expect(index.nextOffset(0x1_0000_0010)).toBeUndefined();
  });

  it('lists the ids with a prefix', () => {
    expect([...index.idsWithPrefix('ab12cd34')]).toEqual([full('ab12cd34ee', algorithm), full('ab12cd34ef', algorithm)]);
    expect([...index.idsWithPrefix('a')].length).toBe(3);
    expect([...index.idsWithPrefix('f')]).toEqual([full('ff01', algorithm)]);
    expect([...index.idsWithPrefix('c')]).toEqual([]);
  });

  it('takes the order by offset from a reverse index', () => {
    const other = new PackIndex(bytes, algorithm);
    const rev = serializeReverseIndex(index.positionsByOffset(), index.packChecksum, algorithm);
    other.useReverseIndex(rev);
    expect(other.positionsByOffset()).toEqual(index.positionsByOffset());
    for (let i = 0; i < rev.length; i += 5) {
      const broken = rev.slice();
      broken[i]! ^= 1;
      expect(() => other.useReverseIndex(broken)).toThrow(expect.objectContaining({ code: 'pack-index-corrupt' }));
    }
    expect(() => other.useReverseIndex(rev.subarray(1))).toThrow(expect.objectContaining({ code: 'pack-index-corrupt' }));
  });

  it('notices every changed byte', () => {
    for (let i = 0; i < bytes.length; i += 3) {
      const broken = bytes.slice();
      broken[i]! ^= 0x10;
      expect(() => new PackIndex(broken, algorithm).verifyChecksum()).toThrow(
        expect.objectContaining({ code: 'pack-index-corrupt' }),
      );
    }
  });

  it('is refused when it is cut short or too long', () => {
    for (const size of [0, 7, 1000, 1031, bytes.length - 1]) {
      expect(() => new PackIndex(bytes.subarray(0, size), algorithm)).toThrow(
        expect.objectContaining({ code: 'pack-index-corrupt' }),
      );
    }
  });
});

describe('a pack index', () => {
  it('of version 1 has no CRCs and no offsets over 4 GiB', () => {
    const rows = rowsOf(ENTRIES.slice(0, 4), SHA1);
    const index = new PackIndex(serializeIndexV1(rows, { algorithm: SHA1, packChecksum: checksumOf(SHA1) }), SHA1);
    index.verifyChecksum();
    expect(index.version).toBe(1);
    for (const [id, offset] of ENTRIES.slice(0, 4)) expect(index.findOffset(full(id, SHA1))).toBe(offset);
    expect(index.crcAt(0)).toBeUndefined();
    expect(() => serializeIndexV1(rowsOf(ENTRIES, SHA1), { algorithm: SHA1, packChecksum: checksumOf(SHA1) })).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });

  it('may be empty', () => {
    const index = new PackIndex(serializeIndexV2(rowsOf([], SHA1), { algorithm: SHA1, packChecksum: checksumOf(SHA1) }), SHA1);
    expect(index.findOffset(full('00', SHA1))).toBeUndefined();
    expect([...index.idsWithPrefix('0')]).toEqual([]);
    expect(index.nextOffset(12)).toBeUndefined();
  });

  it('refuses an offset that points to a row which is not there', () => {
    const bytes = serializeIndexV2(rowsOf([['aa', 12, 1]], SHA1), { algorithm: SHA1, packChecksum: checksumOf(SHA1) });
    new DataView(bytes.buffer).setUint32(8 + 1024 + 24, 0x8000_0001);
    expect(() => new PackIndex(bytes, SHA1).offsetAt(0)).toThrow(expect.objectContaining({ code: 'pack-index-corrupt' }));
  });
});

describe('ordering', () => {
  it('keeps rows with one id in their order and tells that there are two', () => {
    const rows = rowsOf([['bb', 1, 0], ['aa', 2, 0], ['bb', 3, 0], ['bb00000001', 4, 0]], SHA1);
    expect([...orderById(rows, 20)]).toEqual([1, 0, 2, 3]);
    expect(findDuplicate(rows, orderById(rows, 20), 20)).toBe(2);
    const single = rowsOf([['bb', 1, 0], ['aa', 2, 0]], SHA1);
    expect(findDuplicate(single, orderById(single, 20), 20)).toBeUndefined();
  });

  it('sorts numbers of any size', () => {
    const values = Float64Array.from([2 ** 52, 3, 70_000, 2 ** 33, 3, 0, 2 ** 52 - 1]);
    expect([...sortedOrder(values)]).toEqual([5, 1, 4, 2, 3, 6, 0]);
  });
});
