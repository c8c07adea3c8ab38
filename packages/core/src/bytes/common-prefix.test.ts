import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commonPrefix } from './common-prefix.js';

describe('commonPrefix', () => {
  it('counts the bytes that are the same from two places on', () => {
    const bytes = fc.tuple(fc.nat(3000), fc.uint8Array({ maxLength: 40, max: 2 })).map(([size, end]) => Buffer.concat([Buffer.alloc(size, 1), end]));
    fc.assert(fc.property(bytes, bytes, fc.nat(20), fc.nat(20), (left, right, from, to) => {
      const start = Math.min(from, left.length);
      const other = Math.min(to, right.length);
      let expected = 0;
      while (start + expected < left.length && other + expected < right.length && left[start + expected] === right[other + expected]) expected++;
      expect(commonPrefix(left, start, right, other)).toBe(expected);
    }));
  });
});
