import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { signCompact, verifyCompact, verifyEdDsaClaims } from './eddsa.js';

/** RFC 8037, appendix A.1 to A.5. */
const JWK = {
  kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
};
const PAYLOAD = 'Example of Ed25519 signing';
const TOKEN = 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';

const privateKey = createPrivateKey({ key: JWK, format: 'jwk' });
const publicKey = createPublicKey(privateKey);
const invalid = expect.objectContaining({ code: 'token-invalid' });

describe('EdDSA', () => {
  it('signs the example of RFC 8037', () => {
    expect(signCompact({ alg: 'EdDSA' }, Buffer.from(PAYLOAD), privateKey)).toBe(TOKEN);
  });

  it('verifies the example of RFC 8037, also by the public key alone', () => {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: JWK.x }, format: 'jwk' });
    expect(verifyCompact(TOKEN, key).toString()).toBe(PAYLOAD);
  });

  it('refuses every change of one character', () => {
    fc.assert(fc.property(fc.nat(TOKEN.length - 1), fc.constantFrom('A', 'b', '7', '-', '_', '.', '='), (at, char) => {
      fc.pre(TOKEN[at] !== char);
      expect(() => verifyCompact(TOKEN.slice(0, at) + char + TOKEN.slice(at + 1), publicKey)).toThrow(invalid);
    }));
  });

  it('refuses other keys, other algorithms, other encodings of a signature, and critical headers', () => {
    const other = generateKeyPairSync('ed25519').publicKey;
    expect(() => verifyCompact(TOKEN, other)).toThrow(invalid);
    const [, payload, signature] = TOKEN.split('.') as [string, string, string];
    for (const header of [{ alg: 'none' }, { alg: 'HS256' }, { alg: 'eddsa' }, { alg: 'EdDSA', crit: ['b64'], b64: false }, [], 'EdDSA', null]) {
      expect(() => verifyCompact(`${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`, publicKey)).toThrow(invalid);
    }
    // The last character of 86 carries four bits that mean nothing.
    expect(() => verifyCompact(`${TOKEN.slice(0, -1)}h`, publicKey)).toThrow(invalid);
    expect(() => verifyCompact(`${TOKEN}==`, publicKey)).toThrow(invalid);
    expect(() => verifyCompact(TOKEN.split('.').slice(0, 2).join('.'), publicKey)).toThrow(invalid);
  });

  const checks = { issuer: 'i', audience: 'a', nowSeconds: 1000, leewaySeconds: 0 };
  const claimsOf = (claims: object, more: object = {}) =>
    verifyEdDsaClaims(signCompact({ alg: 'EdDSA' }, Buffer.from(JSON.stringify(claims)), privateKey), publicKey, { ...checks, ...more });
  const good = { iss: 'i', aud: 'a', exp: 1001, nbf: 1000 };

  it('checks claims as the other algorithms do', () => {
    expect(claimsOf(good)).toEqual(good);
    expect(claimsOf({ ...good, aud: ['b', 'a'] })).toMatchObject({ aud: ['b', 'a'] });
    expect(claimsOf({ ...good, exp: 995, nbf: 1005 }, { leewaySeconds: 10 })).toMatchObject({ exp: 995 });
    expect(() => claimsOf({ ...good, exp: 1000 })).toThrow(expect.objectContaining({ code: 'token-expired' }));
    expect(() => claimsOf({ ...good, nbf: 1001 })).toThrow(expect.objectContaining({ code: 'token-not-active' }));
    for (const wrong of [{ iss: 'x' }, { aud: 'x' }, { aud: [] }, { exp: '9999' }, { nbf: 'soon' }, { exp: undefined }, { iss: undefined }]) {
      expect(() => claimsOf({ ...good, ...wrong })).toThrow(invalid);
    }
    expect(() => verifyEdDsaClaims(TOKEN, publicKey, checks)).toThrow(invalid);
  });
});
