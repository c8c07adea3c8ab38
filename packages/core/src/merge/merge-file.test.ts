import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { mergeFile, type MergeFileOptions, type MergeFileResult } from './merge-file.js';

function merge(texts: readonly [base: string, ours: string, theirs: string], options?: MergeFileOptions): MergeFileResult {
  return mergeFile(bytesFromText(texts[0]), bytesFromText(texts[1]), bytesFromText(texts[2]), options);
}

const BOTH: [string, string, string] = ['a\nb\nc\n', 'a\nX\nc\n', 'a\nY\nc\n'];
const labels = { base: 'B', ours: 'O', theirs: 'T' };

describe('mergeFile', () => {
  it('takes what only one side changed', () => {
    const { content, conflictCount } = merge(['a\nb\nc\nd\ne\n', 'A\nb\nc\nd\ne\n', 'a\nb\nc\nd\nE\n']);
    expect(textFromBytes(content)).toBe('A\nb\nc\nd\nE\n');
    expect(conflictCount).toBe(0);
  });

  it('takes once what both sides did', () => {
    expect(textFromBytes(merge(['a\n', 'b\n', 'b\n']).content)).toBe('b\n');
    expect(merge(['a\n', 'b\n', 'b\n'], { level: 'minimal' }).conflictCount).toBe(1);
  });

  it('writes a conflict with markers and tells its lines', () => {
    const { content, conflictCount, conflicts } = merge(BOTH, { labels });
    expect(textFromBytes(content)).toBe('a\n<<<<<<< O\nX\n=======\nY\n>>>>>>> T\nc\n');
    expect(conflictCount).toBe(1);
    const second = { start: 1, count: 1 };
    expect(conflicts).toEqual([{ base: second, ours: second, theirs: second }]);
  });

  it('shows the base with diff3 and without common ends with zdiff3', () => {
    expect(textFromBytes(merge(BOTH, { style: 'diff3', labels }).content)).toBe(
      'a\n<<<<<<< O\nX\n||||||| B\nb\n=======\nY\n>>>>>>> T\nc\n',
    );
    const texts: [string, string, string] = ['1\n', 'a\nx\n', 'a\ny\n'];
    expect(textFromBytes(merge(texts, { style: 'zdiff3' }).content)).toBe('a\n<<<<<<<\nx\n|||||||\n1\n=======\ny\n>>>>>>>\n');
  });

  it('takes a side, or both, where it is told to', () => {
    expect(textFromBytes(merge(BOTH, { favor: 'ours' }).content)).toBe('a\nX\nc\n');
    expect(textFromBytes(merge(BOTH, { favor: 'theirs' }).content)).toBe('a\nY\nc\n');
    expect(textFromBytes(merge(BOTH, { favor: 'union' }).content)).toBe('a\nX\nY\nc\n');
    expect(merge(BOTH, { favor: 'union' }).conflictCount).toBe(0);
  });

  it('ends markers as the lines around them', () => {
    expect(textFromBytes(merge(['a\r\nb\r\n', 'a\r\nX\r\n', 'a\r\nY'], { markerSize: 3 }).content)).toBe(
      'a\r\n<<<\r\nX\r\n===\r\nY\r\n>>>\r\n',
    );
  });

  it('gives the other side as it is when one side is the base', () => {
    expect(textFromBytes(merge(['a', 'a', 'b']).content)).toBe('b');
    expect(textFromBytes(merge(['a', 'b', 'a']).content)).toBe('b');
  });
});
