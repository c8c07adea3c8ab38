import { describe, expect, it } from '@jest/globals';
import { SparsePatterns } from './sparse.js';

const parse = (text: string, options = {}) => SparsePatterns.parse(Buffer.from(text), options);

describe('SparsePatterns', () => {
  it('decides about a path alone, the last pattern first', () => {
    const patterns = parse('/*\n!/a\n/a/b\n*.c\n!no.c\n');
    expect([patterns.decide('a', true), patterns.decide('a/b', true), patterns.decide('a/x', false)]).toEqual(['excluded', 'included', 'undecided']);
    expect([patterns.decide('a/x.c', false), patterns.decide('a/no.c', false)]).toEqual(['included', 'excluded']);
  });

  it('takes what is undecided from the directory above', () => {
    const patterns = parse('/*\n!/a\n/a/b\n');
    expect(['f', 'a/x', 'a/b/x', 'c/d/x'].map((path) => patterns.includes(path))).toEqual([true, false, true, true]);
    expect(parse('').includes('f')).toBe(false);
  });

  it('recognises cones', () => {
    const cone = parse('/*\n!/*/\n/a/\n!/a/*/\n/a/b/\n/x\\*y/\n', { prefersCone: true });
    expect(cone.isCone).toBe(true);
    expect(['f', 'a/f', 'a/b/f', 'a/b/c/f', 'a/c/f', 'd/f', 'x*y/z/f'].map((path) => cone.includes(path))).toEqual([true, true, true, true, false, false, true]);
    expect([cone.decide('a', true), cone.decide('a/b', true), cone.decide('a/c', true), cone.decide('d', true)]).toEqual(['included', 'included', 'excluded', 'excluded']);
    expect(parse('/*\n', { prefersCone: true }).includes('any/thing')).toBe(true);
  });

  it.each(['a/', '/a', '/a*/', '!/a/', '/a/*', '!/a/*/', '/a/**/', '/', '/[a]/'])('does not take %s for a cone', (pattern) => {
    expect(parse(`/*\n!/*/\n${pattern}\n`, { prefersCone: true }).isCone).toBe(false);
    expect(parse('/*\n').isCone).toBe(false);
  });
});
