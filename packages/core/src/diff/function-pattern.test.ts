import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { driverFunctionPattern, findBuiltInDriver } from './diff-drivers.js';
import { compileFunctionPattern, DEFAULT_FUNCTION_PATTERN, type FunctionPattern } from './function-pattern.js';

function nameOf(pattern: FunctionPattern, line: string): string | undefined {
  const name = pattern.findName(bytesFromText(line));
  return name === undefined ? undefined : textFromBytes(name);
}

describe('function patterns', () => {
  it('take by default what begins with a letter, "_" or "$"', () => {
    expect(nameOf(DEFAULT_FUNCTION_PATTERN, 'int x;\n')).toBe('int x;\n');
    expect(nameOf(DEFAULT_FUNCTION_PATTERN, '_f\n')).toBe('_f\n');
    expect(nameOf(DEFAULT_FUNCTION_PATTERN, '$f\n')).toBe('$f\n');
    expect(nameOf(DEFAULT_FUNCTION_PATTERN, ' f\n')).toBeUndefined();
    expect(nameOf(DEFAULT_FUNCTION_PATTERN, '\n')).toBeUndefined();
  });

  it('let the first expression that matches decide', () => {
    const pattern = compileFunctionPattern('!^label:\n^([a-z]+)\\(\n^[a-z]');
    expect(nameOf(pattern, 'label:(x\n')).toBeUndefined();
    expect(nameOf(pattern, 'call(x)\r\n')).toBe('call');
    expect(nameOf(pattern, 'other\r\n')).toBe('o');
  });

  it('name the whole match where the first group takes no part', () => {
    const pattern = compileFunctionPattern('^a(b)?c|^(d)');
    expect(nameOf(pattern, 'abc\n')).toBe('b');
    expect(nameOf(pattern, 'ac\n')).toBe('ac');
    expect(nameOf(pattern, 'd\n')).toBe('d');
  });

  it('divide a match so that its first parts are longest', () => {
    expect(nameOf(compileFunctionPattern('x*(x*y)'), 'xxy\n')).toBe('y');
    expect(nameOf(compileFunctionPattern('^\\( *\\(.*\\)\\)$', { syntax: 'basic' }), '  ab\n')).toBe('  ab');
  });

  it('refuse what cannot be meant', () => {
    expect(() => compileFunctionPattern('^a\n!^b')).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
    expect(() => compileFunctionPattern('(')).toThrow(expect.objectContaining({ code: 'pattern-invalid' }));
  });

  it('are built in for languages', () => {
    const python = driverFunctionPattern(findBuiltInDriver('python')!);
    expect(nameOf(python, '    async def f(x):\n')).toBe('async def f(x):');
    const perl = driverFunctionPattern(findBuiltInDriver('perl')!);
    expect(nameOf(perl, 'sub f($) {\n')).toBe('($) ');
    expect(nameOf(perl, 'sub f {\n')).toBe('sub f {');
    expect(findBuiltInDriver('default')).toBeUndefined();
  });
});
