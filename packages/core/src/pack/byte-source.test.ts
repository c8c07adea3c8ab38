import { describe, expect, it } from '@jest/globals';
import { bufferSource, chunkedSource, MemorySpool, type PackSource } from './byte-source.js';

const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
const pieces = [bytes.subarray(0, 10), bytes.subarray(10, 11), new Uint8Array(0), bytes.subarray(11, 60), bytes.subarray(60)];

function corruption(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe.each<[string, () => PackSource]>([
  ['a source over one buffer', () => bufferSource(bytes)],
  ['a source over pieces', () => chunkedSource(pieces)],
])('%s', (_, make) => {
  it('gives any range', () => {
    const source = make();
    for (let start = 0; start <= 100; start += 3) {
      for (let end = start; end <= 100; end += 7) {
        expect([...source.read(start, end - start)]).toEqual([...bytes.subarray(start, end)]);
      }
    }
  });

  it('refuses to read past its end or before its begin', () => {
    const source = make();
    expect(source.size).toBe(100);
    expect(corruption(() => source.read(99, 2))).toBe('pack-corrupt');
    expect(corruption(() => source.read(-1, 1))).toBe('pack-corrupt');
    expect(corruption(() => source.read(101, 0))).toBe('pack-corrupt');
    expect(source.read(100, 0).length).toBe(0);
  });
});

describe('a spool in memory', () => {
  it('corrects bytes across pieces without touching views that were handed out', () => {
    const spool = new MemorySpool();
    for (const piece of pieces) spool.append(piece);
    const view = spool.read(8, 2);
    spool.overwrite(8, Uint8Array.of(200, 201, 202, 203));
    expect([...view]).toEqual([8, 9]);
    expect([...spool.read(7, 6)]).toEqual([7, 200, 201, 202, 203, 12]);
    expect(bytes[8]).toBe(8);
    expect(corruption(() => spool.overwrite(99, Uint8Array.of(1, 2)))).toBe('pack-corrupt');
  });

  it('can be read while it grows', () => {
    const spool = new MemorySpool();
    spool.append(bytes.subarray(0, 50));
    expect(corruption(() => spool.read(49, 2))).toBe('pack-corrupt');
    spool.append(bytes.subarray(50));
    expect([...spool.read(49, 2)]).toEqual([49, 50]);
  });
});
