import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deflateExactly, ExactDeflater } from './exact-deflate.js';

const content = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(new Uint8Array(700).fill(7), new Uint8Array(64).map((_, i) => i))), { maxLength: 60 })
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('deflateExactly', () => {
  it('makes streams that inflate to what went in', () => {
    fc.assert(fc.property(content, fc.integer({ min: 1, max: 9 }), (bytes, level) => {
      expect(Buffer.compare(inflateRawSync(deflateExactly(bytes, level)), bytes)).toBe(0);
    }));
  });

  it('writes several blocks, stored ones too', () => {
    let state = 1;
    const noise = new Uint8Array(200_000).map(() => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
    const deflated = deflateExactly(noise, -1);
    expect(Buffer.compare(inflateRawSync(deflated), noise)).toBe(0);
    expect(deflated.length).toBeLessThan(noise.length + 200);
  });

  it('makes the same stream however the bytes are cut, through many windows', () => {
    let state = 7;
    const next = (below: number): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    const words = Array.from({ length: 300 }, () => 'x'.repeat(next(4)) + next(100_000).toString(36));
    const text = new Uint8Array(Buffer.from(Array.from({ length: 60_000 }, () => words[next(words.length)]).join(' ')));
    for (const level of [1, 3, 6, 9]) {
      const whole = deflateExactly(text, level);
      expect(Buffer.compare(inflateRawSync(whole), text)).toBe(0);
      const deflater = new ExactDeflater(level);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < text.length; ) {
        const end = at + 1 + next(20_000);
        deflater.push(text.subarray(at, end));
        pieces.push(deflater.take());
        at = end;
      }
      expect(Buffer.compare(Buffer.concat([...pieces, deflater.finish()]), whole)).toBe(0);
    }
  });
});
