import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.js';
import { AttributeRules } from './attributes.js';
import { parseAttributes } from './parse-attributes.js';

const list = (text: string, allowsMacros = true) => parseAttributes(Buffer.from(text), 'file', { allowsMacros });

describe('parseAttributes', () => {
  it('reads settings, macros and quoted patterns', () => {
    const { rules, warnings } = list('# c\n*.c text -diff !merge eol=lf empty=\n[attr]m a -b\n"x\\ty\\303\\251" z\n');
    expect(rules.map(({ macro, line, settings }) => [macro, line, settings.map(({ name, value }) => [name, value])])).toEqual([
      [undefined, 2, [['text', true], ['diff', false], ['merge', undefined], ['eol', 'lf'], ['empty', '']]],
      ['m', 3, [['a', true], ['b', false]]],
      [undefined, 4, [['z', true]]],
    ]);
    expect(Buffer.from(rules[2]!.pattern!.bytes).toString()).toBe('x\tyé');
    expect(warnings).toEqual([]);
  });

  it('passes over what it cannot use, and says so', () => {
    const long = (size: number): string => `a x${' '.repeat(size - 3)}`;
    const text = `!a x\na -\na b!c\n[attr]- x\n${long(2048)}\n${long(2047)}`;
    expect(list(text).warnings).toEqual([
      { line: 1, reason: 'negative-pattern' }, { line: 2, reason: 'name-invalid' }, { line: 3, reason: 'name-invalid' },
      { line: 4, reason: 'name-invalid' }, { line: 5, reason: 'line-too-long' },
    ]);
    expect(list(text).rules).toHaveLength(1);
    expect(list('[attr]m x', false).warnings).toEqual([{ line: 1, reason: 'macro-not-allowed' }]);
    const huge = new Uint8Array(LIMITS.patternFileSize.value);
    expect(parseAttributes(huge, 'x').warnings).toEqual([{ line: 0, reason: 'file-too-large' }]);
  });
});

describe('AttributeRules', () => {
  it('ranks the sources', () => {
    const rules = new AttributeRules({
      system: list('* a=system b=system c=system d=system e=system'),
      global: list('* b=global c=global d=global e=global'),
      inDirectory: (directory) => (directory === '' ? list('f c=root d=root e=root') : directory === 'd' ? list('f d=deep e=deep') : undefined),
      info: list('* e=info'),
    });
    expect(rules.check('d/f', ['a', 'b', 'c', 'd', 'e', 'f'])).toEqual(['system', 'global', 'root', 'deep', 'info', undefined]);
    expect(rules.check('g', ['d', 'e'])).toEqual(['global', 'info']);
  });

  it('lets the last line and the last setting win, and "!" hide weaker ones', () => {
    const rules = new AttributeRules({ info: list('* a b\n*.c -a !b x -x\n') });
    expect(rules.check('f.c', ['a', 'b', 'x'])).toEqual([false, undefined, false]);
    expect(rules.checkAll('f.c')).toEqual(new Map([['a', false], ['x', false]]));
  });

  it('expands macros where they are set, also in macros', () => {
    const rules = new AttributeRules({ info: list('[attr]m binary own\n*.x m -own\n*.y -m\n*.z m=v\n') });
    expect(rules.checkAll('f.x')).toEqual(new Map<string, unknown>([['own', false], ['m', true], ['binary', true], ['text', false], ['merge', false], ['diff', false]]));
    expect(rules.checkAll('f.y')).toEqual(new Map([['m', false]]));
    expect(rules.checkAll('f.z')).toEqual(new Map([['m', 'v']]));
  });

  it('is not overwhelmed by macros that name each other', () => {
    const count = 50_000;
    const lines = Array.from({ length: count }, (_, i) => `[attr]m${i} m${i + 1}`);
    const rules = new AttributeRules({ info: list(`${lines.join('\n')}\n[attr]m${count} m0\n* m0\n`) });
    expect(rules.check('f', [`m${count}`, 'none'])).toEqual([true, undefined]);
  });

  it('knows directories by their trailing slash', () => {
    const rules = new AttributeRules({ info: list('d/ x\n') });
    expect([rules.check('d/', ['x']), rules.check('d', ['x']), rules.check('a/d/', ['x'])]).toEqual([[true], [undefined], [true]]);
  });
});
