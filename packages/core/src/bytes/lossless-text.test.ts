import { describe, expect, it } from '@jest/globals';
import { bytesFromLosslessText, losslessTextFromBytes } from './lossless-text.js';

describe('lossless text', () => {
  it('is ordinary text for UTF-8', () => {
    for (const text of ['', 'abc', 'é', '\u{1f600}', '\ufeffx', '\uffff\ue000']) {
      expect(losslessTextFromBytes(Buffer.from(text))).toBe(text);
      expect(bytesFromLosslessText(text)).toEqual(new Uint8Array(Buffer.from(text)));
    }
  });

  it('keeps bytes that are not UTF-8 as lone surrogates', () => {
    expect(losslessTextFromBytes(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe('a\udcffé\udcc3');
    expect(bytesFromLosslessText('a\udcffé\udcc3')).toEqual(Uint8Array.of(0x61, 0xff, 0xc3, 0xa9, 0xc3));
  });

  it('does not take a pair of surrogates for escapes', () => {
    const text = '\u{1f680}\udc80'; // the second half of the pair is U+DE80
    expect(losslessTextFromBytes(bytesFromLosslessText(text))).toBe(text);
    expect(bytesFromLosslessText('\ud83d\udc80')).toEqual(new Uint8Array(Buffer.from('💀')));
  });
});
