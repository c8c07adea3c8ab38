import { describe, expect, it } from '@jest/globals';

import { compileGrep, type GrepExpression } from './grep-expression.js';

function nest(depth: number): GrepExpression {
  let expression: GrepExpression = 'a';
  for (let level = 0; level < depth; level++) expression = { not: expression };
  return expression;
}

describe('compileGrep', () => {
  it('combines as deep as is allowed', () => {
    const line = Buffer.from('abc');
    expect(compileGrep(nest(250)).matcher.matches(line, 0, 3)).toBe(true);
    expect(compileGrep(nest(249)).matcher.matches(line, 0, 3)).toBe(false);
  });

  it('refuses an expression that would overflow the stack', () => {
    expect(() => compileGrep(nest(100_000))).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});
