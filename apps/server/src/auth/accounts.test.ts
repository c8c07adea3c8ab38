import { generateKeyPairSync } from 'node:crypto';

import { createTokens } from '@govc/auth';
import { describe, expect, it } from '@jest/globals';

import { signingKeys } from './accounts.js';

const SECRET = 'a secret that is long enough for signing tokens';
const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }): Uint8Array => Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }));
const files: Record<string, Uint8Array> = {
  ec: pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey),
  rsa: pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  ed: pem(generateKeyPairSync('ed25519').privateKey),
  agreement: pem(generateKeyPairSync('x25519').privateKey),
  text: Buffer.from('no key'),
};
const keysOf = (config: Record<string, string>) => signingKeys(config as never, (path) => files[path]);
const tokensOf = (config: Record<string, string>) =>
  createTokens({ clock: () => 1000, random: (size) => new Uint8Array(size), issuer: 'govc', keys: keysOf(config) });
const subject = { userId: 'u', username: 'u', email: 'u@example.com' };

describe('signing keys', () => {
  it.each([['rsa', 'RS256'], ['ec', 'ES256'], ['ed', 'EdDSA']])('of a file of kind %s sign by %s, with an id that stays', (jwtKeyFile, alg) => {
    const { token } = tokensOf({ jwtKeyFile }).issue(subject);
    expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toMatchObject({ alg });
    expect(tokensOf({ jwtKeyFile }).verify(token)).toMatchObject({ userId: 'u' });
  });

  it('that were used before still verify, when they are named', () => {
    const { token } = tokensOf({ jwtSecret: SECRET }).issue(subject);
    const rotated = { jwtSecret: `${SECRET} 2` };
    expect(() => tokensOf(rotated).verify(token)).toThrow(expect.objectContaining({ code: 'token-invalid' }));
    expect(tokensOf({ ...rotated, jwtPreviousSecret: SECRET }).verify(token)).toMatchObject({ userId: 'u' });
    const byFile = tokensOf({ jwtKeyFile: 'ec' }).issue(subject);
    expect(tokensOf({ jwtKeyFile: 'rsa', jwtPreviousKeyFile: 'ec' }).verify(byFile.token)).toMatchObject({ userId: 'u' });
  });

  it('that cannot be used are refused', () => {
    expect(() => keysOf({ jwtKeyFile: 'text' })).toThrow(expect.objectContaining({ code: 'config-value-invalid' }));
    expect(() => keysOf({ jwtKeyFile: 'missing' })).toThrow(expect.objectContaining({ code: 'config-value-invalid' }));
    expect(() => tokensOf({ jwtKeyFile: 'agreement' })).toThrow(expect.objectContaining({ code: 'signing-key-invalid' }));
  });
});
