import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deflateLazy } from './deflate-lazy.js';

const content = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(new Uint8Array(700).fill(7), new Uint8Array(64).map((_, i) => i))), { maxLength: 60 })
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('deflateLazy', () => {
  it('makes streams that inflate to what went in', () => {
    fc.assert(fc.property(content, fc.integer({ min: 4, max: 9 }), (bytes, level) => {
      expect(Buffer.compare(inflateRawSync(deflateLazy(bytes, level)!), bytes)).toBe(0);
    }));
  });

  it('writes several blocks, stored ones too, and knows its levels', () => {
    let state = 1;
    const noise = new Uint8Array(200_000).map(() => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
    const deflated = deflateLazy(noise, 6)!;
    expect(Buffer.compare(inflateRawSync(deflated), noise)).toBe(0);
    expect(deflated.length).toBeLessThan(noise.length + 200);
    expect(deflateLazy(noise, 1)).toBeUndefined();
  });
});
