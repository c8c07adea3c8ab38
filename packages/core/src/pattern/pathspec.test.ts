import { describe, expect, it } from '@jest/globals';
import { parsePathspec } from './pathspec.js';

const PATHS = ['a', 'sub/a', 'sub/b.c', 'sub/deep/b.c', 'SUB/x', 'z.c', '*'];
const select = (sources: readonly string[], options: Parameters<typeof parsePathspec>[1] = {}): string[] => {
  const pathspec = parsePathspec(sources, options);
  return PATHS.filter((path) => pathspec.matches(path));
};

describe('parsePathspec', () => {
  it('matches equal paths, what is below, and patterns that cross slashes', () => {
    expect(select([])).toEqual(PATHS);
    expect(select(['.'])).toEqual(PATHS);
    expect(select(['sub'])).toEqual(['sub/a', 'sub/b.c', 'sub/deep/b.c']);
    expect(select(['*.c'])).toEqual(['sub/b.c', 'sub/deep/b.c', 'z.c']);
    expect(select([':(glob)*.c'])).toEqual(['z.c']);
    expect(select([':(glob)**/b.c'])).toEqual(['sub/b.c', 'sub/deep/b.c']);
    expect(select([':(literal)*'])).toEqual(['*']);
    expect(select([':(icase)sub/'])).toEqual(['sub/a', 'sub/b.c', 'sub/deep/b.c', 'SUB/x']);
  });

  it('takes away what excluding elements match', () => {
    expect(select(['sub', ':!*.c'])).toEqual(['sub/a']);
    expect(select([':^sub'])).toEqual(['a', 'SUB/x', 'z.c', '*']);
    expect(select([':(exclude,icase)SUB', ':!a'])).toEqual(['z.c', '*']);
  });

  it('counts from the prefix, except with "top"', () => {
    const options = { prefix: 'sub/deep' };
    expect(select(['.'], options)).toEqual(['sub/deep/b.c']);
    expect(select(['../a'], options)).toEqual(['sub/a']);
    expect(select([':/a'], options)).toEqual(['a']);
    expect(select([], { ...options, prefersPrefix: true })).toEqual(['sub/deep/b.c']);
    expect(select([], options)).toEqual(PATHS);
    expect(select(['/w/sub/a'], { root: '/w' })).toEqual(['sub/a']);
    expect(select(['/w'], { root: '/w' })).toEqual(PATHS);
  });

  it('compares the prefix with case', () => {
    expect(select([':(icase)A'], { prefix: 'sub' })).toEqual(['sub/a']);
    expect(select([':(icase)X'], { prefix: 'sub' })).toEqual([]);
  });

  it('asks for attributes', () => {
    const attributesOf = (_path: unknown, names: readonly string[]) => names.map((name) => (name === 't' ? true : name === 'v' ? 'x' : undefined));
    expect(select([':(attr:t v=x !n)z.c'], { attributesOf })).toEqual(['z.c']);
    expect(select([':(attr:-t)'], { attributesOf })).toEqual([]);
    expect(select([':(attr:!t)z.c'])).toEqual(['z.c']);
  });

  it.each(['', ':(bogus)a', ':(top', ':%a', ':(literal,glob)a', '..', '/abs', ':(attr:)', ':(attr:a=b!)', ':(attr:a,attr:b)', ':(prefix:x)a', ':(prefix:9)a', ':(attr:a=b\\)'])('refuses %j', (source) => {
    expect(() => parsePathspec([source])).toThrow(expect.objectContaining({ code: 'pathspec-invalid', data: { source } }));
  });

  it('refuses settings that contradict each other', () => {
    for (const options of [{ isGlob: true, isNoglob: true }, { isLiteral: true, ignoresCase: true }]) {
      expect(() => parsePathspec(['a'], options)).toThrow(expect.objectContaining({ code: 'pathspec-invalid' }));
    }
  });

  it('tells where nothing can match below', () => {
    const can = (sources: readonly string[], directory: string): boolean => parsePathspec(sources).canMatchBelow(directory);
    expect([can(['a/b/c'], ''), can(['a/b/c'], 'a'), can(['a/b/c'], 'a/b'), can(['a/b/c'], 'a/b/c/d')]).toEqual([true, true, true, true]);
    expect([can(['a/b/c'], 'b'), can(['a/b/c'], 'a/bb'), can(['a/b'], 'a/bc'), can(['ab*'], 'a')]).toEqual([false, false, false, false]);
    expect([can(['*.c'], 'x'), can(['a/*.c'], 'a/x'), can(['a*'], 'abc'), can(['a/*'], 'b')]).toEqual([true, true, true, false]);
    expect([can(['.', ':!x'], 'x'), can(['.', ':!x'], 'x/y'), can(['.', ':!x/y'], 'x'), can(['.', ':!*.d'], 'x.d')]).toEqual([false, false, true, true]);
  });

  it('tells which elements a path fits', () => {
    const pathspec = parsePathspec(['sub/', ':!z.c']);
    expect(pathspec.elements).toHaveLength(2);
    expect([pathspec.matchesElement(0, 'sub/a'), pathspec.matchesElement(1, 'z.c'), pathspec.matchesElement(2, 'z.c')]).toEqual([true, true, false]);
    expect([pathspec.matches('sub', true), pathspec.matches('sub')]).toEqual([true, false]);
  });
});
