import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { findCommonEnds } from './common-ends.js';
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
