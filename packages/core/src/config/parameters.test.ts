import { describe, expect, it } from '@jest/globals';
import { LIMITS } from '../limits.js';
import { parseConfigEnvironment, parseConfigParameter, parseConfigParameters, serializeConfigParameters } from './parameters.js';

describe('configuration of the command line', () => {
  it('splits at the first "="', () => {
    expect(parseConfigParameter('A.x=1.K=v')).toMatchObject({ section: 'a', subsection: undefined, key: 'x', value: '1.K=v', line: 0 });
    expect(parseConfigParameter('a.k')).toMatchObject({ value: undefined });
    expect(parseConfigParameter('a.k=')).toMatchObject({ value: '' });
    expect(() => parseConfigParameter('=x')).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('reads both forms of GIT_CONFIG_PARAMETERS', () => {
    const values = parseConfigParameters("'a.k'='it'\\''s'  'a.l'= 'a.m=v=w'\t' a.n '").map(({ key, value }) => [key, value]);
    expect(values).toEqual([['k', "it's"], ['l', undefined], ['m', 'v=w'], ['n', undefined]]);
    expect(parseConfigParameters('')).toEqual([]);
  });

  it.each(["a.k=v", "'a.k", "'a.k'x", "'a.k'='v'x", "'a.k'=v", " 'a.k'"])('refuses %s', (text) => {
    expect(() => parseConfigParameters(text)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
  });

  it('writes what it reads', () => {
    const entries = ["a.it's!.k=x!'", 'a.b', 'a.c='].map(parseConfigParameter);
    expect(parseConfigParameters(serializeConfigParameters(entries))).toEqual(entries);
  });

  it('reads numbered variables', () => {
    const variables = { GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: '', GIT_CONFIG_KEY_1: 'c.D.e', GIT_CONFIG_VALUE_1: 'v' };
    expect(parseConfigEnvironment(variables).map(({ subsection, value }) => [subsection, value])).toEqual([[undefined, ''], ['D', 'v']]);
    expect(parseConfigEnvironment({})).toEqual([]);
    for (const count of ['3', 'x', '-1', '1x']) {
      expect(() => parseConfigEnvironment({ ...variables, GIT_CONFIG_COUNT: count })).toThrow(expect.objectContaining({ code: 'config-invalid' }));
    }
    const tooMany = String(LIMITS.configParameterCount.value + 1);
    expect(() => parseConfigEnvironment({ GIT_CONFIG_COUNT: tooMany })).toThrow(expect.objectContaining({ code: 'limit-exceeded' }));
  });
});
