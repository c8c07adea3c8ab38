import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { LIMITS } from '../limits.js';
import { classifyLines } from './line-classes.js';
import { diffLines, type LineDiffOptions } from './line-diff.js';
import type { Lines } from './lines.js';

function changes(old: string, new_: string, options?: LineDiffOptions): string[] {
  return diffLines(bytesFromText(old), bytesFromText(new_), options).changes.map(
    (c) => `${c.oldStart},${c.oldCount} ${c.newStart},${c.newCount}${c.isIgnorable === true ? ' ignorable' : ''}`,
  );
}

describe('diffLines', () => {
  it('finds nothing between equal texts', () => {
    expect(changes('', '')).toEqual([]);
    expect(changes('a\nb', 'a\nb')).toEqual([]);
  });

  it('finds what is added, deleted and replaced', () => {
    expect(changes('', 'a\n')).toEqual(['0,0 0,1']);
    expect(changes('a\nb\nc\n', 'a\nc\n')).toEqual(['1,1 1,0']);
    expect(changes('a\nb\nc\n', 'a\nx\ny\nc\n')).toEqual(['1,1 1,2']);
  });

  it('tells a last line without LF from one with it, unless whitespace is ignored', () => {
    expect(changes('a\n', 'a')).toEqual(['0,1 0,1']);
    expect(changes('a\n', 'a', { whitespace: { crAtEol: true } })).toEqual([]);
  });

  it('ignores whitespace as asked', () => {
    expect(changes('a b\n', 'ab\n', { whitespace: { allSpace: true } })).toEqual([]);
    expect(changes('a  b \n', 'a\tb\n', { whitespace: { spaceChange: true } })).toEqual([]);
    expect(changes('a b\n', 'ab\n', { whitespace: { spaceChange: true } })).toEqual(['0,1 0,1']);
    expect(changes('a\t\n', 'a\n', { whitespace: { spaceAtEol: true } })).toEqual([]);
    expect(changes('a\r\n', 'a\n', { whitespace: { crAtEol: true } })).toEqual([]);
    expect(changes('a\r\r\n', 'a\r\n', { whitespace: { crAtEol: true } })).toEqual(['0,1 0,1']);
  });

  it('says which changes may be ignored', () => {
    expect(changes('a\nb\n', 'a\n\nb\nc\n', { whitespace: { blankLines: true } })).toEqual(['1,0 1,1 ignorable', '2,0 3,1']);
    expect(changes('a\n#1\n', 'a\n#2\n', { ignoreMatching: [/^#/] })).toEqual(['1,1 1,1 ignorable']);
  });

  it('lets indentation decide where a repeated block was added', () => {
    const old = 'if a:\n  x\n\nif b:\n  y\n';
    const new_ = 'if a:\n  x\n\nif a:\n  x\n\nif b:\n  y\n';
    expect(changes(old, new_)).toEqual(['3,0 3,3']);
    expect(changes('{\n  x\n}\nz\n', '{\n  x\n}\n{\n  y\n}\nz\n')).toEqual(['3,0 3,3']);
    expect(changes('f\n  x\n  y\n', 'f\n  x\nf\n  x\n  y\n')).toEqual(['0,0 0,2']);
    expect(changes('f\n  x\n  y\n', 'f\n  x\nf\n  x\n  y\n', { indentHeuristic: false })).toEqual(['2,0 2,2']);
  });

  it('keeps anchored lines in common', () => {
    const old = 'a\nb\nc\n';
    const new_ = 'c\na\nb\n';
    expect(changes(old, new_, { algorithm: 'patience' })).toEqual(['0,0 0,1', '2,1 3,0']);
    expect(changes(old, new_, { algorithm: 'patience', anchors: ['c'] })).toEqual(['0,2 0,0', '3,0 1,2']);
  });

  it('refuses more lines than it has memory for', () => {
    const lines: Lines = { bytes: new Uint8Array(0), starts: new Uint32Array(1), count: LIMITS.diffLineCount.value, isComplete: true };
    expect(() => classifyLines(lines, { ...lines, count: 1 })).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });

  it('is quick on long texts', () => {
    const line = 'the same line\n';
    expect(changes(line.repeat(200_000), line.repeat(200_001))).toEqual(['200000,0 200000,1']);
    const numbers = Array.from({ length: 300_000 }, (_, i) => `${i}\n`);
    const old = numbers.join('');
    numbers[150_000] = 'changed\n';
    expect(changes(old, numbers.join(''))).toEqual(['150000,1 150000,1']);
  });
});
