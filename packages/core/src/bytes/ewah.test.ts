import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GovcError } from '../errors.js';
import { bitmapOf, bitPositions, hasBit, readEwah, writeEwah } from './ewah.js';
import { bytesFromHex, hexFromBytes } from './hex.js';
import { ByteReader } from './reader.js';
import { readVarint, writeVarint } from './varint.js';
import { ByteWriter } from './writer.js';

const reader = (bytes: Uint8Array): ByteReader => new ByteReader(bytes, 'test', 'index-file-invalid');

function encoded(positions: readonly number[], bitSize: number): Uint8Array {
  const writer = new ByteWriter();
  writeEwah(writer, bitmapOf(positions, bitSize));
  return writer.finish();
}

describe('EWAH bitmaps', () => {
  it('are empty as one word', () => {
    expect(hexFromBytes(encoded([], 0))).toBe('0000000000000001000000000000000000000000');
  });

  it('have literal words after a marker that counts them', () => {
    // Marker: no run, one literal word; then the word with bits 0 and 33.
    expect(hexFromBytes(encoded([0, 33], 34))).toBe('00000022000000020000000200000000000000020000000100000000');
  });

  it('have runs of ones and zeros', () => {
    const ones = Array.from({ length: 128 }, (_, i) => i);
    expect(hexFromBytes(encoded(ones, 128))).toBe('000000800000000100000000000000' + '0500000000');
    expect([...bitPositions(readEwah(reader(encoded([...ones, 300], 301)), 301)!)]).toEqual([...ones, 300]);
  });

  it('round-trip', () => {
    const runs = fc.array(fc.tuple(fc.nat(300), fc.nat(200)), { maxLength: 6 });
    fc.assert(
      fc.property(runs, (pairs) => {
        const positions: number[] = [];
        let at = 0;
        for (const [gap, size] of pairs) {
          at += gap;
          for (let i = 0; i < size; i++) positions.push(at++);
        }
        const bytes = encoded(positions, at + 1);
        const source = reader(bytes);
        const bitmap = readEwah(source, at + 1)!;
        expect(source.remaining).toBe(0);
        expect([...bitPositions(bitmap)]).toEqual(positions);
        expect(positions.every((position) => hasBit(bitmap, position)) && !hasBit(bitmap, at + 99)).toBe(true);
      }),
    );
  });

  it('are refused when they do not fit their size, before memory is taken', () => {
    const huge = bytesFromHex('00000040' + '00000001' + '00000001fffffffe' + '00000000');
    expect(readEwah(reader(huge), 64)).toBeUndefined();
    expect(readEwah(reader(encoded([99], 100)), 99)).toBeUndefined();
    const missing = bytesFromHex('00000040' + '00000001' + '0000000200000000' + '00000000');
    expect(readEwah(reader(missing), 64)).toBeUndefined();
  });

  it('throw nothing but a GovcError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, small) => {
        if (small) bytes.fill(0, 0, 3);
        try {
          readEwah(reader(bytes), 1 << 20);
        } catch (error) {
          expect(error).toBeInstanceOf(GovcError);
        }
      }),
    );
  });
});

describe('varints', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, '8000'],
    [16_511, 'ff7f'],
    [16_512, '808000'],
  ])('spell %d as %s', (value, hex) => {
    const writer = new ByteWriter();
    writeVarint(writer, value);
    expect(hexFromBytes(writer.finish())).toBe(hex);
    expect(readVarint(reader(bytesFromHex(hex)))).toBe(value);
  });

  it('round-trip up to the largest safe integer, and no further', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const writer = new ByteWriter();
        writeVarint(writer, value);
        expect(readVarint(reader(writer.finish()))).toBe(value);
      }),
    );
    expect(readVarint(reader(new Uint8Array(12).fill(0xff)))).toBeUndefined();
  });
});
