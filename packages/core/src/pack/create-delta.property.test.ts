import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyDelta } from './apply-delta.js';
import { DeltaIndex } from './create-delta.js';

const words = fc
  .array(fc.constantFrom('alpha ', 'beta ', 'gamma\n', 'delta delta delta ', '\0\0\0\0', 'x'), { maxLength: 120 })
  .map((parts) => new Uint8Array(Buffer.from(parts.join(''))));
const anything = fc.oneof(words, fc.uint8Array({ maxLength: 300 }));

describe('a delta that was made', () => {
  it('turns its base into its target', () => {
    fc.assert(
      fc.property(anything, anything, (base, target) => {
        const delta = new DeltaIndex(base).createDelta(target)!;
        expect(Buffer.compare(applyDelta(base, delta), target)).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('is never longer than it may be', () => {
    fc.assert(
      fc.property(words, words, fc.nat(60), (base, target, max) => {
        const index = new DeltaIndex(base);
        const delta = index.createDelta(target, max);
        const whole = index.createDelta(target)!;
        expect(delta === undefined).toBe(whole.length > max);
      }),
    );
  });

  it('is short where base and target share much', () => {
    const base = new Uint8Array(200_000).map((_, i) => (i * 2654435761) >>> 13);
    const target = new Uint8Array(Buffer.concat([base.subarray(150_000), Buffer.from('new'), base.subarray(0, 150_000)]));
    expect(new DeltaIndex(base).createDelta(target)!.length).toBeLessThan(60);
  });

  it('takes bounded time where everything is alike', () => {
    const base = new Uint8Array(1_000_000);
    const target = new Uint8Array(1_000_000).map((_, i) => (i % 1000 === 0 ? 1 : 0));
    const delta = new DeltaIndex(base).createDelta(target)!;
    expect(Buffer.compare(applyDelta(base, delta), target)).toBe(0);
  });
});
