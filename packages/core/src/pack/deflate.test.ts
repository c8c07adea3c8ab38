import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deflate, DeflateStream } from './deflate.js';

describe('deflating', () => {
  it.each([-1, 0, 1, 6, 9])('gives the bytes of deflateSync at level %i', (level) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 1, max: 60 }), (piece, times) => {
        const body = new Uint8Array(Buffer.concat(Array.from({ length: times }, () => piece)));
        expect(Buffer.compare(deflate(body, level), deflateSync(body, { level }))).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bytes whatever was deflated before', () => {
    const body = new Uint8Array(1347).map((_, i) => Math.imul(i, i * 2654435761) >>> 24);
    const first = deflate(body);
    for (let size = 0; size < 300; size++) {
      deflate(new Uint8Array(size * 7).fill(size));
      expect(Buffer.compare(deflate(body), first)).toBe(0);
    }
  });
});

describe('deflating in pieces', () => {
  it.each([-1, 0, 9])('gives a stream that inflates to the whole at level %i', (level) => {
    const body = Uint8Array.from({ length: 500_000 }, (_, i) => (i * i) >> 9);
    const stream = new DeflateStream(level);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += 70_001) parts.push(...stream.push(body.subarray(at, at + 70_001)));
    parts.push(...stream.finish());
    stream.close();
    expect(Buffer.compare(inflateSync(Buffer.concat(parts)), body)).toBe(0);
  });
});
