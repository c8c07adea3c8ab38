import { describe, expect, it } from '@jest/globals';
import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import { compileTextPattern, type TextPatternOptions } from './text-pattern.js';

function find(pattern: string, text: string, options: TextPatternOptions = {}): string | undefined {
  const bytes = bytesFromLosslessText(text);
  const compiled = compileTextPattern(pattern, options);
  const found = compiled.find(bytes, 0, bytes.length);
  expect(compiled.test(bytes, 0, bytes.length)).toBe(found !== undefined);
  return found === undefined ? undefined : Buffer.from(bytes.subarray(found.start, found.end)).toString();
}

const extended = { syntax: 'extended' } as const;

describe('compileTextPattern', () => {
  it('gives the leftmost match and of those the longest', () => {
    expect(find('a|ab|abc', 'xabcd', extended)).toBe('abc');
    expect(find('(a|ab)(c|bcd)', 'abcd', extended)).toBe('abcd');
    expect(find('x*', 'aaxx', extended)).toBe('');
    expect(find('b+', 'abbcbbb', extended)).toBe('bb');
  });

  it('reads basic expressions as POSIX and GNU have them', () => {
    expect(find('*a', 'b*a')).toBe('*a');
    expect(find('^*a', '*a')).toBe('*a');
    expect(find('a\\{2,3\\}', 'aaaa')).toBe('aaa');
    expect(find('a{2}', 'aa')).toBeUndefined();
    expect(find('\\(ab\\)*c', 'ababc')).toBe('ababc');
    expect(find('a\\|b\\+', 'xbb')).toBe('bb');
    expect(find('a^b$c', 'a^b$c')).toBe('a^b$c');
    expect(find('^$', '')).toBe('');
  });

  it('reads extended expressions as POSIX and GNU have them', () => {
    expect(find('a{,2}b', 'aaab', extended)).toBe('aab');
    for (const text of ['a{x', '*a', '^*', '{1}']) expect(() => find(text, '', extended)).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
    expect(find('()b', 'ab', extended)).toBe('b');
    expect(find('\\<is\\>', 'this is', extended)).toBe('is');
    expect(find('\\bis', 'this is', extended)).toBe('is');
    expect(find('\\w+\\W', 'ab c', extended)).toBe('ab ');
  });

  it('knows brackets, classes and ranges', () => {
    expect(find('[]a]*', ']a]b')).toBe(']a]');
    expect(find('[^]a]', ']ab')).toBe('b');
    expect(find('[[:digit:][:upper:]-]+', 'ab-1Xc', extended)).toBe('-1X');
    expect(find('[a\\]', 'x\\')).toBe('\\');
    expect(find('[[.-.]]', 'a-')).toBe('-');
    expect(() => find('[[:nope:]]', '')).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
    expect(() => find('[b-a]', '')).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
  });

  it('counts characters, not bytes', () => {
    expect(find('^..$', 'äö', extended)).toBe('äö');
    expect(find('[à-ü]', 'xé', extended)).toBe('é');
    expect(find('^.$', '😀', extended)).toBe('😀');
    expect(find('.', '\udcff', extended)).toBeUndefined();
  });

  it('compares without case when asked to', () => {
    expect(find('ÄB[x-z]', 'äbY', { ignoreCase: true })).toBe('äbY');
    expect(find('a.b*', 'xA.B*', { syntax: 'fixed', ignoreCase: true })).toBe('A.B*');
  });

  it('looks at what stands before the place where it begins', () => {
    const bytes = bytesFromLosslessText('ab ab');
    expect(compileTextPattern('^ab').find(bytes, 0, 5, 3)).toBeUndefined();
    expect(compileTextPattern('\\<b', extended).find(bytes, 0, 5, 1)).toBeUndefined();
    expect(compileTextPattern('ab$').find(bytes, 0, 5, 1)).toEqual({ start: 3, end: 5 });
  });

  it('follows back-references', () => {
    expect(find('\\(a*\\)b\\1', 'aabaa')).toBe('aabaa');
    expect(compileTextPattern('\\(a\\)\\1').isBacktracking).toBe(true);
    expect(() => find('\\1', '')).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
  });

  it('stays linear where others do not end', () => {
    expect(find('(a*)*b', 'a'.repeat(50_000), extended)).toBeUndefined();
    expect(find('(a|a)*(a|aa)*c', 'a'.repeat(50_000), extended)).toBeUndefined();
  });

  it('bounds what a pattern makes it build', () => {
    expect(() => find('((a{1,1000}){1,1000}){1,1000}', '', extended)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    expect(() => find('('.repeat(300), '', extended)).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
    expect(find('(x|y|z)*[a-f]{12}(0|1){20}', 'xyz'.repeat(2000), extended)).toBeUndefined();
  });
});
