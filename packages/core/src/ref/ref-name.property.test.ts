import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes } from '../bytes/compare.js';
import { bytesFromText } from '../bytes/text.js';
import { compareRefNames, decodeRefName, encodeRefName } from './ref-name-bytes.js';
import { checkRefFormat, isRefName } from './ref-name.js';

const nameText = fc.string({ unit: fc.constantFrom('a', 'B', '/', '.', '@', '{', '*', '~', 'lock', '.lock', '-', 'é', '\u{1F600}', '\uffff', ' ', '\\') });

/** The rules of git check-ref-format(1), each as its own expression. */
function isValidByRules(name: string): boolean {
  const parts = name.split('/');
  return (
    parts.length > 1 &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock')) &&
    !name.includes('..') &&
    !/[\0-\x20\x7f~^:?*[\\]/.test(name) &&
    !name.endsWith('.') &&
    !name.includes('@{')
  );
}

describe('ref names', () => {
  it('are those that the rules allow one by one', () => {
    fc.assert(
      fc.property(nameText, (name) => {
        expect(checkRefFormat(name).valid).toBe(isValidByRules(name));
      }),
      { numRuns: 2000 },
    );
  });

  it('sort as their bytes', () => {
    const name = fc.string({ unit: 'binary', maxLength: 4 });
    fc.assert(
      fc.property(name, name, (left, right) => {
        const expected = Math.sign(compareBytes(bytesFromText(left), bytesFromText(right)));
        expect(Math.sign(compareRefNames(left, right))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('survive being bytes', () => {
    fc.assert(
      fc.property(nameText.filter(isRefName), (name) => {
        const bytes = Buffer.from(encodeRefName(name), 'latin1');
        expect(Buffer.from(bytesFromText(name)).equals(bytes)).toBe(true);
        expect(decodeRefName(bytes, 0, bytes.length)).toBe(name);
      }),
    );
  });

  it('are not read from bytes that are not UTF-8', () => {
    expect(decodeRefName(Buffer.from('refs/heads/\xff', 'latin1'), 0, 12)).toBeUndefined();
    expect(decodeRefName(Buffer.from('refs/heads/a'), 0, 12)).toBe('refs/heads/a');
  });
});
