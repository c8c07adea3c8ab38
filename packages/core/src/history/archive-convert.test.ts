import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import { findConversion, substituteFormats } from './archive-convert.js';

const NO_CONFIG = Config.from([]);
const ID = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' as ObjectId;

describe('what a checkout changes', () => {
  it('is nothing where no attribute is set', () => {
    expect(findConversion([undefined, undefined, undefined, undefined, undefined], NO_CONFIG)).toBeUndefined();
  });

  it('is the line ends where eol=crlf, and not those that have a carriage return', () => {
    const convert = findConversion([true, undefined, 'crlf', undefined, undefined], NO_CONFIG)!;
    expect(textFromBytes(convert(bytesFromText('a\nb\r\nc'), ID))).toBe('a\r\nb\r\nc');
  });

  it('leaves what only may be text when it looks binary or has carriage returns', () => {
    const convert = findConversion(['auto', undefined, 'crlf', undefined, undefined], NO_CONFIG)!;
    for (const text of ['a\0\n', 'a\r\nb\n', 'a\rb\n']) {
      expect(textFromBytes(convert(bytesFromText(text), ID))).toBe(text);
    }
    expect(textFromBytes(convert(bytesFromText('a\n'), ID))).toBe('a\r\n');
  });
});

describe('substituted formats', () => {
  const shout = (text: string): Uint8Array => bytesFromText(text.toUpperCase());

  it('stand between dollar signs', () => {
    expect(textFromBytes(substituteFormats(bytesFromText('x $Format:a$ y $Format:$ $Format:b'), shout))).toBe('x A y  $Format:b');
  });

  it('gives the same bytes where there are none', () => {
    const content = bytesFromText('$Format: without an end');
    expect(substituteFormats(content, shout)).toBe(content);
  });
});
