import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { matchesPattern } from './ref-pattern.js';

describe('patterns', () => {
  it.each([
    ['refs/heads/main', 'refs/heads/main', true], ['refs/heads/main', 'refs/heads/Main', false], ['refs/heads/*', 'refs/heads/a', true],
    ['refs/heads/*', 'refs/heads/a/b', false], ['refs/heads/**', 'refs/heads/a/b', true], ['refs/heads/**', 'refs/tags/a', false],
    ['**', '', true], ['*', 'a/b', false], ['**/x', 'a/b/x', true], ['**/x', 'x', false], ['a*b*c', 'aXbYc', true], ['a*b*c', 'aXbYd', false],
    ['refs/heads/*-x', 'refs/heads/a-x-x', true], ['', '', true], ['', 'a', false], ['a.c', 'abc', false], ['**.md', 'docs/a.md', true],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('agree with a regular expression', () => {
    const word = fc.array(fc.constantFrom('a', '/', '*', '**', 'b'), { maxLength: 7 }).map((parts) => parts.join(''));
    const text = fc.array(fc.constantFrom('a', '/', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(fc.property(word, text, (pattern, value) => {
      const expression = new RegExp(`^${pattern.replace(/\*\*|\*/g, (stars) => (stars === '**' ? '[^]*' : '[^/]*'))}$`);
      expect(matchesPattern(pattern, value)).toBe(expression.test(value));
    }));
  });

  it('take no longer for many stars', () => {
    expect(matchesPattern('*a'.repeat(200), 'a'.repeat(2000) + 'b')).toBe(false);
  });
});
