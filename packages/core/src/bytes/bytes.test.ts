import { crc32 as zlibCrc32 } from 'node:zlib';
import * as zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../errors.js';
import { compareBytes, concatBytes, equalBytes, startsWithBytes } from './compare.js';
import { crc32 } from './crc32.js';
import { bytesFromHex, hexFromBytes, writeHex } from './hex.js';
import { ByteReader } from './reader.js';
import { bytesFromLatin1, bytesFromText, findTextFromBytes, latin1FromBytes, textFromBytes } from './text.js';
import { ByteWriter } from './writer.js';

const bytes = fc.uint8Array({ maxLength: 200 });

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
}

describe('comparing bytes', () => {
  it('orders as Buffer.compare does', () => {
    fc.assert(fc.property(bytes, bytes, (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
    }));
  });

  it('joins parts into one', () => {
    fc.assert(fc.property(fc.array(bytes), (parts) => {
      const joined = concatBytes(parts);
      expect(Buffer.compare(joined, Buffer.concat(parts))).toBe(0);
      expect(parts.length === 0 || startsWithBytes(joined, parts[0]!)).toBe(true);
    }));
  });
});

describe('crc32', () => {
  it('knows the check value of its polynomial', () => {
    expect(crc32(bytesFromText('123456789'))).toBe(0xcbf43926);
  });

  it('is the same whether the bytes come at once or in two parts', () => {
    fc.assert(fc.property(bytes, fc.nat(200), (data, cut) => {
      const at = Math.min(cut, data.length);
      const expected = crc32(data);
      expect(crc32(data.subarray(at), crc32(data.subarray(0, at)))).toBe(expected);
      expect(crc32(data, crc32(data, 0, 0, at), at)).toBe(expected);
      if ('crc32' in zlib) expect(zlibCrc32(data)).toBe(expected);
    }));
  });
});

describe('hex', () => {
  it('gives back what it was made from, in either case', () => {
    fc.assert(fc.property(bytes, (data) => {
      const text = hexFromBytes(data);
      expect(text).toBe(Buffer.from(data).toString('hex'));
      expect(equalBytes(bytesFromHex(text.toUpperCase()), data)).toBe(true);
    }));
  });

  it('refuses other characters and odd lengths', () => {
    for (const text of ['0g', '0', ' 0', '\u0660\u0661']) {
      expect(codeOf(() => bytesFromHex(text))).toBe('object-id-invalid');
    }
    expect(codeOf(() => {
      writeHex('zz', new Uint8Array(1), 0);
    })).toBe('object-id-invalid');
  });
});

describe('text', () => {
  it('keeps a byte order mark and replaces what is not UTF-8', () => {
    expect(textFromBytes(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\ufeffa');
    expect(textFromBytes(new Uint8Array([0x61, 0xff]))).toBe('a\ufffd');
    expect(findTextFromBytes(new Uint8Array([0xff]))).toBeUndefined();
  });

  it('holds any bytes as one character each', () => {
    fc.assert(fc.property(bytes, (data) => {
      expect(equalBytes(bytesFromLatin1(latin1FromBytes(data)), data)).toBe(true);
    }));
  });
});

describe('reader and writer', () => {
  it('read back what was written', () => {
    fc.assert(fc.property(fc.nat(255), fc.nat(65535), fc.nat(0xffffffff), fc.maxSafeNat(), bytes, (a, b, c, d, e) => {
      const written = new ByteWriter(1).u8(a).u16(b).u32(c).u64(d).bytes(e).finish();
      const reader = new ByteReader(written, 'test data', 'pack-corrupt');
      expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([a, b, c, d]);
      expect(equalBytes(reader.slice(e.length), e)).toBe(true);
      expect(reader.remaining).toBe(0);
    }));
  });

  it('refuses to read past the end and numbers beyond 2^53', () => {
    expect(codeOf(() => new ByteReader(new Uint8Array(3), 'data', 'pack-corrupt').u32())).toBe('pack-corrupt');
    expect(codeOf(() => new ByteReader(new Uint8Array(8).fill(255), 'data', 'pack-index-corrupt').u64())).toBe('pack-index-corrupt');
    expect(codeOf(() => {
      new ByteReader(new Uint8Array(3), 'data', 'pack-corrupt').skip(-1);
    })).toBe('pack-corrupt');
  });
});

describe('hasCode', () => {
  it('looks at nothing but the code of an error', () => {
    expect(hasCode(Object.assign(new Error('x'), { code: 'aborted' }), 'aborted')).toBe(true);
    expect(hasCode({ code: 'aborted' }, 'aborted')).toBe(false);
    expect(hasCode(new Error('aborted'), 'aborted')).toBe(false);
  });
});
