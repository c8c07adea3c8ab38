import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countPacksToJoin } from './pack-geometry.js';

describe('countPacksToJoin', () => {
  it('leaves a progression alone', () => {
    expect(countPacksToJoin([], 2)).toBe(0);
    expect(countPacksToJoin([7], 2)).toBe(0);
    expect(countPacksToJoin([1, 2, 4, 9], 2)).toBe(0);
  });

  it('joins what breaks it, and what would break it then', () => {
    expect(countPacksToJoin([1, 1, 100], 2)).toBe(2);
    expect(countPacksToJoin([1, 1, 3, 100], 2)).toBe(3);
    expect(countPacksToJoin([10, 10, 10], 2)).toBe(3);
  });

  it('leaves a progression behind, with as few packs joined as that takes', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 12 }), fc.integer({ min: 2, max: 4 }), (list, factor) => {
      const counts = [...list].sort((left, right) => left - right);
      const joined = countPacksToJoin(counts, factor);
      const total = counts.slice(0, joined).reduce((sum, count) => sum + count, 0);
      const after = joined === 0 ? counts : [total, ...counts.slice(joined)];
      for (let i = 1; i < after.length; i++) expect(after[i]!).toBeGreaterThanOrEqual(factor * after[i - 1]!);
      expect(joined).not.toBe(1);
    }));
  });
});
