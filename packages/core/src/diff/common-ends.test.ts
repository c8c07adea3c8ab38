import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromText } from '../bytes/text.js';
import { findCommonEnds, splitLinesLike } from './common-ends.js';
import { splitLines } from './lines.js';

function ends(old: string, new_: string): [number, number] {
  const { prefixCount, suffixCount } = findCommonEnds(splitLines(bytesFromText(old)), splitLines(bytesFromText(new_)));
  return [prefixCount, suffixCount];
}

describe('findCommonEnds', () => {
  it('counts whole lines only', () => {
    expect(ends('a\nb\nc\n', 'a\nx\nc\n')).toEqual([1, 1]);
    expect(ends('a\nbc\nd\n', 'a\nxc\nd\n')).toEqual([1, 1]);
    expect(ends('ab', 'abc')).toEqual([0, 0]);
    expect(ends('a\nb', 'a\nb\n')).toEqual([1, 0]);
    expect(ends('', 'a\n')).toEqual([0, 0]);
  });

  it('counts no line twice', () => {
    for (const [old, new_] of [['a\na\n', 'a\na\na\n'], ['a\na\na\n', 'a\n'], ['a\n', 'a\n'], ['x\n'.repeat(3000), 'x\n'.repeat(2999)]] as const) {
      const [prefix, suffix] = ends(old, new_);
      expect(prefix + suffix).toBeLessThanOrEqual(Math.min(old.length, new_.length) / 2);
    }
  });
});

describe('splitLinesLike', () => {
  it('gives the same lines as splitting a text by itself', () => {
    const text = fc.array(fc.constantFrom('\n', '\n', 'a', 'ab', 'a\n', 'x'.repeat(1100)), { maxLength: 12 }).map((parts) => parts.join(''));
    const pair = fc.oneof(fc.tuple(text, text), fc.tuple(text, text, text, text).map(([start, one, other, end]) => [start + one + end, start + other + end] as const));
    fc.assert(fc.property(pair, ([old, new_]) => {
      const bytes = bytesFromText(new_);
      expect(splitLinesLike(bytes, splitLines(bytesFromText(old)))).toEqual(splitLines(bytes));
    }), { numRuns: 2000 });
  });
});
