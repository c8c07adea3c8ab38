import { describe, expect, it } from '@jest/globals';
import { WM_CASEFOLD, WM_PATHNAME, wildmatch, wildmatchText } from './wildmatch.js';

describe('wildmatch', () => {
  it.each([
    ['foo', 'foo', true], ['foo', 'bar', false], ['', '', true], ['', 'a', false], ['???', 'foo', true], ['??', 'foo', false],
    ['*', 'foo', true], ['f*', 'foo', true], ['*f', 'foo', false], ['*foo*', 'foo', true], ['*ob*a*r*', 'foobar', true], ['*ab', 'aaaaaaabababab', true],
    ['foo\\*', 'foo*', true], ['foo\\*bar', 'foobar', false], ['f\\\\oo', 'f\\oo', true], ['*[al]?', 'ball', true], ['[ten]', 'ten', false], ['**[!te]', 'ten', true],
    ['t[a-g]n', 'ten', true], ['t[!a-g]n', 'ten', false], ['t[^a-g]n', 'ton', true], ['a[]]b', 'a]b', true], ['a[]-]b', 'a-b', true], ['a[]a-]b', 'aab', true],
    [']', ']', true], ['[', '[', false], ['a\\', 'a\\', false], ['[[:digit:][:upper:]]', '5', true], ['[[:digit:][:upper:][:spaci:]]', '1', false], ['[[:xdigit:]]', 'g', false], ['[a-c[:digit:]x-z]', 'y', true],
  ])('matches %s with %s: %s', (pattern, text, expected) => {
    expect(wildmatchText(pattern, text)).toBe(expected);
    expect(wildmatchText(pattern, text, WM_PATHNAME)).toBe(expected);
  });

  it.each([
    ['foo/*/bar', 'foo/baz/bar', true], ['foo/*/bar', 'foo/a/b/bar', false], ['foo**bar', 'foo/baz/bar', false], ['foo/**/bar', 'foo/bar', true], ['foo/**/**/bar', 'foo/b/a/z/bar', true],
    ['**/foo', 'foo', true], ['**/foo', 'XXX/foo', true], ['*/foo', 'a/b/foo', false], ['**/bar*', 'foo/bar/baz', false], ['**/bar/**', 'foo/bar/baz', true], ['foo/**', 'foo', false],
    ['**/*a*b*g*n*t', 'abcd/abcdefg/abcdefghijk/abcdefghijklmnop.txt', true], ['foo[/]bar', 'foo/bar', false], ['f[^eiu][^eiu]bar', 'foo/bar', false], ['*/*/*', 'foo/bb/aa/rr', false], ['**/*/*/*', 'foo/bb/aa/rr', true],
    ['**', 'a/b', true], ['***', 'a/b', true], ['a/***/b', 'a/x/y/b', true], ['*', 'a/b', false], ['**\\/b', 'a/b', true], ['**\\/b', 'b', false], ['a?b', 'a/b', false],
  ])('keeps to components with WM_PATHNAME: %s with %s: %s', (pattern, text, expected) => {
    expect(wildmatchText(pattern, text, WM_PATHNAME)).toBe(expected);
  });

  it('folds letters with WM_CASEFOLD, but neither escaped ones nor sets of single letters', () => {
    expect(wildmatchText('aBc', 'AbC', WM_CASEFOLD)).toBe(true);
    expect(wildmatchText('[A-Z]', 'a', WM_CASEFOLD)).toBe(true);
    expect(wildmatchText('[[:upper:]]', 'a', WM_CASEFOLD)).toBe(true);
    expect(wildmatchText('[A]', 'a', WM_CASEFOLD)).toBe(false);
    expect(wildmatchText('\\A', 'a', WM_CASEFOLD)).toBe(false);
    expect(wildmatchText('É', 'é', WM_CASEFOLD)).toBe(false);
  });

  it('takes "?" for one byte', () => {
    expect(wildmatchText('?', 'é')).toBe(false);
    expect(wildmatchText('??', 'é')).toBe(true);
  });

  it('does work that grows with pattern times text on hostile patterns', () => {
    const text = Buffer.from('a'.repeat(20_000));
    const folders = Buffer.from('a/'.repeat(10_000));
    for (const pattern of ['*a'.repeat(200) + 'b', '*'.repeat(2000) + 'b', '[*a'.repeat(99), '*?'.repeat(300) + 'b']) {
      expect(wildmatch(Buffer.from(pattern), text, 0)).toBe(false);
      expect(wildmatch(Buffer.from(pattern), text, WM_PATHNAME)).toBe(false);
    }
    for (const pattern of ['**/a/'.repeat(200) + 'b', '**/*a/'.repeat(200) + 'b', '*/'.repeat(500) + 'b']) {
      expect(wildmatch(Buffer.from(pattern), folders, WM_PATHNAME)).toBe(false);
    }
  });
});
