import { inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDelta } from '../pack/apply-delta.js';
import { deflateFast } from './exact-deflate.js';
import { createRabinDelta } from './rabin-delta.js';

/** Bytes with repetitions, as files have. */
const content = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(new Uint8Array(700).fill(7), new Uint8Array(64).map((_, i) => i))), { maxLength: 30 })
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('deflateFast', () => {
  it('makes streams that inflate to what went in', () => {
    fc.assert(fc.property(content, (bytes) => {
      expect(Buffer.compare(inflateSync(deflateFast(bytes)), bytes)).toBe(0);
    }));
  });

  it('writes several blocks, stored ones too', () => {
    let state = 1;
    const noise = new Uint8Array(200_000).map(() => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
    const deflated = deflateFast(noise);
    expect(Buffer.compare(inflateSync(deflated), noise)).toBe(0);
    expect(deflated.length).toBeLessThan(noise.length + 200);
    expect(Buffer.from(deflateFast(new Uint8Array(0))).toString('hex')).toBe('7801030000000001');
  });
});

describe('createRabinDelta', () => {
  it('makes deltas that give the target, or none', () => {
    const filled = content.filter(({ length }) => length > 0);
    fc.assert(fc.property(filled, filled, fc.nat(2000), (source, target, sizeMax) => {
      const whole = createRabinDelta(source, target, 1 << 20)!;
      expect(Buffer.compare(applyDelta(source, whole), target)).toBe(0);
      const limited = createRabinDelta(source, target, sizeMax);
      if (limited !== undefined) expect(limited.length).toBeLessThanOrEqual(sizeMax);
    }));
  });

  it('copies what is long in pieces of 64 KiB', () => {
    const source = new Uint8Array(200_000).map((_, i) => (i * i) >> 5);
    const delta = createRabinDelta(source, source, 1 << 20)!;
    expect(delta.length).toBeLessThan(60);
    expect(Buffer.compare(applyDelta(source, delta), source)).toBe(0);
  });
});
