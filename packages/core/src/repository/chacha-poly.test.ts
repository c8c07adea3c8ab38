import { describe, expect, it } from '@jest/globals';
import { openChachaPoly, poly1305 } from './chacha-poly.js';

describe('poly1305', () => {
  it('gives the tag of RFC 8439, 2.5.2', () => {
    const key = Buffer.from('85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b', 'hex');
    expect(Buffer.from(poly1305(key, Buffer.from('Cryptographic Forum Research Group'))).toString('hex')).toBe('a8061dc1305136c6c22b8baf0c0127a9');
  });

  it('carries where the sum wraps around the prime (RFC 8439, A.3, test vector 7)', () => {
    const key = Buffer.from(`01${'00'.repeat(31)}`, 'hex');
    const message = Buffer.from(`${'ff'.repeat(16)}f0${'ff'.repeat(15)}11${'00'.repeat(15)}`, 'hex');
    expect(Buffer.from(poly1305(key, message)).toString('hex')).toBe(`05${'00'.repeat(15)}`);
  });
});

describe('openChachaPoly', () => {
  it('refuses what is too short or has another tag', () => {
    expect(openChachaPoly(new Uint8Array(64), new Uint8Array(15))).toBeUndefined();
    expect(openChachaPoly(new Uint8Array(64), new Uint8Array(40))).toBeUndefined();
  });
});
