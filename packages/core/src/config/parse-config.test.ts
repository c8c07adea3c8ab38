import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { LIMITS } from '../limits.js';
import { formatConfigName } from './config-name.js';
import { parseConfig } from './parse-config.js';

const read = (text: string): [string, string | undefined][] =>
  parseConfig(bytesFromText(text)).map((entry) => [formatConfigName(entry), entry.value]);

describe('parseConfig', () => {
  it('lowers sections and keys, and keeps subsections', () => {
    expect(read('[Core]\n\tBare = True\n[Branch "Main"]\n\tReMote = Origin\n')).toEqual([
      ['core.bare', 'True'],
      ['branch.Main.remote', 'Origin'],
    ]);
  });

  it('reads the deprecated form of a subsection in lower case', () => {
    expect(parseConfig(bytesFromText('[a.B.C]\nk=v'))).toEqual([
      { section: 'a', subsection: 'b.c', key: 'k', value: 'v', line: 2, origin: undefined },
    ]);
  });

  it('tells no subsection from an empty one, and no value from an empty one', () => {
    expect(parseConfig(bytesFromText('[a]\nk\n[a ""]\nk =\n'), 'here')).toEqual([
      { section: 'a', subsection: undefined, key: 'k', value: undefined, line: 2, origin: 'here' },
      { section: 'a', subsection: '', key: 'k', value: '', line: 4, origin: 'here' },
    ]);
  });

  it('reads quotes, escapes, comments and lines that go on', () => {
    expect(read('[a] k = " x ; y " z # no\n l = a\\\n  b \\"\\\\\\n\\t\\b ; c\n')).toEqual([
      ['a.k', ' x ; y  z'],
      ['a.l', 'a  b "\\\n\t\b'],
    ]);
  });

  it('reads escapes in a subsection as the character behind the backslash', () => {
    expect(read('[a "x\\"y\\\\z\\n"]\nk=v')).toEqual([['a.x"y\\zn.k', 'v']]);
  });

  it('skips a byte order mark and takes CR LF for LF', () => {
    expect(read('\ufeff[a]\r\n k = v\r\n l = "x"\r\n')).toEqual([['a.k', 'v'], ['a.l', 'x']]);
  });

  it('keeps bytes that are not UTF-8', () => {
    const [entry] = parseConfig(Uint8Array.from(Buffer.from('[a "\xff"]\nk = \xe9', 'latin1')));
    expect(entry).toMatchObject({ subsection: '\udcff', value: '\udce9' });
  });

  it.each([
    ['[a]\nk v\n', 2, 3],
    ['[a\n', 1, 3],
    ['[a "b]\nk\n', 1, 7],
    ['[a]\n\nk = "x\ny"\n', 3, 7],
    ['[a]\nk = \\x', 2, 6],
    ['[a]\n1 = 2', 2, 1],
    ['[]', 1, 2],
    ['[a "b\0c"]', 1, 6],
    ['\u00ef', 1, 1],
  ])('names the place of the fault in %j', (text, line, column) => {
    expect(() => parseConfig(bytesFromText(text), 'f')).toThrow(
      expect.objectContaining({ code: 'config-invalid', data: { line, column, origin: 'f' } }),
    );
  });

  it('refuses a file over the limit', () => {
    expect(parseConfig(new Uint8Array(LIMITS.configSize.value).fill(0x0a))).toEqual([]);
    expect(() => parseConfig(new Uint8Array(LIMITS.configSize.value + 1))).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    );
  });
});
