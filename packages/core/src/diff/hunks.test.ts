import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { compileFunctionPattern } from './function-pattern.js';
import { makeHunks, type HunkOptions } from './hunks.js';
import { diffLines, type LineDiffOptions } from './line-diff.js';
import { unifiedHunks } from './unified.js';

function unified(texts: readonly [old: string, new_: string], hunkOptions?: HunkOptions, options?: LineDiffOptions): string {
  const diff = diffLines(bytesFromText(texts[0]), bytesFromText(texts[1]), options);
  return textFromBytes(unifiedHunks(diff, makeHunks(diff, hunkOptions)));
}

const numbers = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

describe('hunks', () => {
  it('show three lines of context', () => {
    expect(unified([numbers(1, 9), numbers(1, 4) + 'x\n' + numbers(6, 9)])).toBe(
      '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n',
    );
  });

  it('name the line before an empty range and leave out a count of one', () => {
    expect(unified(['', 'a\n'])).toBe('@@ -0,0 +1 @@\n+a\n');
    expect(unified([' a\nb\n', ' a\n'], { contextLines: 0 })).toBe('@@ -2 +1,0 @@\n-b\n');
  });

  it('tell of a missing newline on either side', () => {
    expect(unified(['a', 'b\n'])).toBe('@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n');
    expect(unified(['a\nz', 'b\nz'])).toBe('@@ -1,2 +1,2 @@\n-a\n+b\n z\n\\ No newline at end of file\n');
  });

  it('are joined when their contexts touch, or are as near as asked', () => {
    const old = numbers(1, 20);
    const far = 'x\n' + numbers(2, 8) + 'y\n' + numbers(10, 20);
    expect(unified([old, far]).match(/^@@/gm)).toHaveLength(2);
    expect(unified([old, far], { interHunkLines: 1 }).match(/^@@/gm)).toHaveLength(1);
    expect(unified([old, 'x\n' + numbers(2, 7) + 'y\n' + numbers(9, 20)]).match(/^@@/gm)).toHaveLength(1);
  });

  it('leave out ignorable changes that stand alone', () => {
    const old = numbers(1, 20);
    expect(unified([old, '\n' + old], {}, { whitespace: { blankLines: true } })).toBe('');
    expect(unified([old, '\nx\n' + old], {}, { whitespace: { blankLines: true } })).toContain('+\n+x\n');
  });

  it('are headed by the function they stand in', () => {
    const old = 'int f(void)\n{\n' + numbers(1, 9) + '}\n';
    const new_ = old.replace('7\n', 'x\n');
    expect(unified([old, new_])).toContain('@@ -6,7 +6,7 @@ int f(void)\n');
    const functionPattern = compileFunctionPattern('^int (.*)\\(');
    expect(unified([old, new_], { functionPattern })).toContain('@@ f\n');
  });

  it('show whole functions when asked', () => {
    const old = 'int f(void)\n{\n' + numbers(1, 9) + '}\n\nint g(void)\n{\n}\n';
    const text = unified([old, old.replace('5\n', 'x\n')], { functionContext: true });
    expect(text.startsWith('@@ -1,12 +1,12 @@\n int f(void)\n')).toBe(true);
    expect(text.endsWith(' }\n')).toBe(true);
  });

  it('cut headings where they are no UTF-8', () => {
    const old = Uint8Array.of(...bytesFromText('func '), 0xff, ...bytesFromText(' x\n' + numbers(1, 9)));
    const new_ = Uint8Array.of(...old, ...bytesFromText('10\n'));
    const diff = diffLines(old, new_);
    expect(textFromBytes(unifiedHunks(diff, makeHunks(diff))).split('\n')[0]).toBe('@@ -8,3 +8,4 @@ func ');
  });
});
