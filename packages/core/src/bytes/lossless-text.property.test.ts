import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromLosslessText, losslessTextFromBytes } from './lossless-text.js';

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 3 }).map((text) => new Uint8Array(Buffer.from(text))),
  fc.constantFrom([0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0xaf], [0xe0, 0x80, 0x80], [0xed, 0xb2, 0x80]).map((bytes) => Uint8Array.from(bytes)),
);

describe('lossless text', () => {
  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const bytes = new Uint8Array(Buffer.concat(pieces));
        expect(bytesFromLosslessText(losslessTextFromBytes(bytes))).toEqual(bytes);
      }),
    );
  });
});
