import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SHA1, SHA256 } from '../hash/algorithm.js';
import { decodeEntryHeader, ENTRY_CODES, entryBaseId, writeBaseDistance, writeEntryHeader, type EntryCode } from './entry.js';

const decode = (...bytes: number[]) => decodeEntryHeader(Uint8Array.from(bytes), 0, SHA1);

describe('the header of a pack entry', () => {
  it('holds a small size in its first byte', () => {
    expect(decode(0x1f)).toEqual({ code: 1, size: 15, headerSize: 1, baseDistance: 0, baseIdAt: 0 });
    expect(decode(0x30)).toMatchObject({ code: ENTRY_CODES.blob, size: 0 });
  });

  it('goes on while the top bit is set', () => {
    expect(decode(0xb0, 0x01)).toMatchObject({ code: 3, size: 16, headerSize: 2 });
    expect(decode(0xbf, 0xff, 0x01)).toMatchObject({ size: 15 + 16 * 127 + 16 * 128 });
  });

  it('names a base by distance, each continuation adding one', () => {
    expect(decode(0x65, 0x7f)).toMatchObject({ code: 6, size: 5, baseDistance: 127, headerSize: 2 });
    expect(decode(0x65, 0x80, 0x00)).toMatchObject({ baseDistance: 128, headerSize: 3 });
    expect(decode(0x65, 0x80, 0x80, 0x00)).toMatchObject({ baseDistance: 16_512 });
  });

  it('names a base by id, as long as the hash is', () => {
    const bytes = Uint8Array.from([0x75, ...Array.from({ length: 32 }, (_, i) => i)]);
    const short = decodeEntryHeader(bytes, 0, SHA1)!;
    expect(short.headerSize).toBe(21);
    expect(entryBaseId(bytes, short, SHA1)).toBe('000102030405060708090a0b0c0d0e0f10111213');
    expect(decodeEntryHeader(bytes, 0, SHA256)!.headerSize).toBe(33);
  });

  it('is not there yet while bytes are missing', () => {
    for (const bytes of [[], [0xb0], [0x65], [0x65, 0x80], [0x75, 1, 2]]) expect(decode(...bytes)).toBeUndefined();
  });

  it.each([
    ['type 0', [0x0f]],
    ['type 5', [0x5f]],
    ['a size over 2^53', [0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a size without end', Array.from({ length: 30 }, () => 0x80 | 0x30)],
    ['a distance over 2^53', [0x65, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a distance without end', [0x65, ...Array.from({ length: 30 }, () => 0x80)]],
  ])('is refused with %s', (_, bytes) => {
    expect(() => decode(...bytes)).toThrow(expect.objectContaining({ code: 'pack-corrupt' }));
  });

  it('reads back as it was written', () => {
    const sizes = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.nat(70_000));
    fc.assert(
      fc.property(fc.constantFrom<EntryCode>(1, 2, 3, 4), sizes, (code, size) => {
        const bytes = new Uint8Array(20);
        const end = writeEntryHeader(bytes, 3, code, size);
        expect(decodeEntryHeader(bytes, 3, SHA1)).toMatchObject({ code, size, headerSize: end - 3 });
      }),
    );
    fc.assert(
      fc.property(sizes, sizes, (size, distance) => {
        const bytes = new Uint8Array(30);
        const end = writeBaseDistance(bytes, writeEntryHeader(bytes, 0, 6, size), distance);
        expect(decodeEntryHeader(bytes, 0, SHA1)).toMatchObject({ size, baseDistance: distance, headerSize: end });
      }),
    );
  });
});
