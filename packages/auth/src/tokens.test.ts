import { createHmac, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { type SigningKey, TOKEN_LENGTH_MAX, type TokensOptions, createTokens } from './tokens.js';

const SUBJECT = { userId: 'u1', username: 'dev', email: 'dev@example.com' };
const HS: SigningKey = { id: 'k1', algorithm: 'HS256', secret: Buffer.alloc(32, 1) };

function setup(options: Partial<TokensOptions> = {}) {
  const clock = { ms: Date.UTC(2024, 0, 15) };
  let count = 0;
  const tokens = createTokens({
    clock: () => clock.ms,
    random: (size) => new Uint8Array(size).fill(count++),
    keys: [HS],
    issuer: 'govc-server',
    ...options,
  });
  return { tokens, clock };
}

const refused = (code: string) => expect.objectContaining({ code });

/** A token made by hand, to say what the library would not. */
function forge(header: object, payload: object, secret: Uint8Array | string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RS: SigningKey = { id: 'r1', algorithm: 'RS256', ...rsa };
const ES: SigningKey = { id: 'e1', algorithm: 'ES256', ...ec };
const ED: SigningKey = { id: 'd1', algorithm: 'EdDSA', ...generateKeyPairSync('ed25519') };

describe('issue and verify', () => {
  it.each([HS, RS, ES, ED])('gives back what was signed with $algorithm', (key) => {
    const { tokens, clock } = setup({ keys: [key], ttlSeconds: 3600 });
    const { token, expiresMs } = tokens.issue(SUBJECT);
    expect(expiresMs).toBe(clock.ms + 3_600_000);
    expect(tokens.verify(token)).toEqual({ ...SUBJECT, permissions: undefined, tokenId: 'AAAAAAAAAAAAAAAAAAAAAA', issuedMs: clock.ms, expiresMs });
  });

  it.each([HS, RS, ES, ED])('remembers what was verified with $algorithm, and no longer than it holds', (key) => {
    const end = Date.UTC(2024, 0, 15) + 1_800_000;
    const { tokens, clock } = setup({ keys: [{ ...key, untilMs: end }], ttlSeconds: 3600 });
    const { token } = tokens.issue(SUBJECT);
    expect(tokens.verify(token)).toBe(tokens.verify(token));
    clock.ms += 1_799_999;
    expect(tokens.verify(token)).toMatchObject(SUBJECT);
    clock.ms += 1;
    expect(() => tokens.verify(token)).toThrow(refused('token-invalid'));
    const short = setup({ keys: [key], ttlSeconds: 10 });
    const other = short.tokens.issue(SUBJECT).token;
    short.tokens.verify(other);
    short.clock.ms += 10_000;
    expect(() => short.tokens.verify(other)).toThrow(refused('token-expired'));
    short.clock.ms -= 3_600_000;
    expect(() => short.tokens.verify(other)).toThrow(refused('token-not-active'));
  });

  it('pins EdDSA to its key: neither another algorithm nor its public key as a secret passes', () => {
    const { tokens, clock } = setup({ keys: [ED, HS] });
    const payload = { ...SUBJECT, sub: 'u1', jti: 'x', iss: 'govc-server', aud: 'govc-server', iat: clock.ms / 1000, exp: clock.ms / 1000 + 60 };
    const pem = (ED as { publicKey: { export(options: object): string } }).publicKey.export({ type: 'spki', format: 'pem' });
    expect(() => tokens.verify(forge({ alg: 'HS256', kid: 'd1' }, payload, pem))).toThrow(refused('token-invalid'));
    expect(() => tokens.verify(forge({ alg: 'none', kid: 'd1' }, payload, ''))).toThrow(refused('token-invalid'));
    const [, body, signature] = tokens.issue(SUBJECT).token.split('.') as [string, string, string];
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: 'k1' })).toString('base64url');
    expect(() => tokens.verify(`${header}.${body}.${signature}`)).toThrow(refused('token-invalid'));
  });

  it('writes the claims that other programs look for', () => {
    const { tokens } = setup({ audience: 'ci' });
    const { token } = tokens.issue({ ...SUBJECT, permissions: ['repo:read'] });
    const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header!)).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'k1' });
    expect(JSON.parse(payload!)).toMatchObject({
      sub: 'u1',
      user_id: 'u1',
      username: 'dev',
      email: 'dev@example.com',
      permissions: ['repo:read'],
      iss: 'govc-server',
      aud: 'ci',
    });
  });

  it('is valid until the second of its expiry', () => {
    const { tokens, clock } = setup({ ttlSeconds: 10 });
    const { token } = tokens.issue(SUBJECT);
    clock.ms += 9_999;
    expect(tokens.verify(token).userId).toBe('u1');
    clock.ms += 1;
    expect(() => tokens.verify(token)).toThrow(refused('token-expired'));
  });

  it('puts up with a clock that differs by the leeway', () => {
    const { tokens, clock } = setup({ leewaySeconds: 5 });
    const { token } = tokens.issue(SUBJECT);
    clock.ms -= 5_000;
    expect(tokens.verify(token).userId).toBe('u1');
    clock.ms -= 1_000;
    expect(() => tokens.verify(token)).toThrow(refused('token-not-active'));
  });

  it('reads tokens of earlier keys and signs with the first', () => {
    const old = setup().tokens.issue(SUBJECT).token;
    const next: SigningKey = { id: 'k2', algorithm: 'HS256', secret: Buffer.alloc(32, 2) };
    const rotated = setup({ keys: [next, HS] }).tokens;
    expect(rotated.verify(old).userId).toBe('u1');
    expect(rotated.issue(SUBJECT).token.split('.')[0]).toBe(
      Buffer.from('{"alg":"HS256","typ":"JWT","kid":"k2"}').toString('base64url'),
    );
    expect(() => setup({ keys: [next] }).tokens.verify(old)).toThrow(refused('token-invalid'));
  });
});

describe('verify refuses', () => {
  const { tokens, clock } = setup({ keys: [HS, RS] });
  const seconds = Math.floor(clock.ms / 1000);
  const claims = { sub: 'u1', username: 'a', email: 'b', jti: 'j', iat: seconds, exp: seconds + 60, iss: 'govc-server', aud: 'govc-server' };
  const secret = Buffer.alloc(32, 1);

  it('accepts the hand-made token that the refusals below vary', () => {
    expect(tokens.verify(forge({ alg: 'HS256', kid: 'k1' }, claims, secret)).userId).toBe('u1');
  });

  it.each([
    ['another issuer', { alg: 'HS256', kid: 'k1' }, { ...claims, iss: 'other' }],
    ['another audience', { alg: 'HS256', kid: 'k1' }, { ...claims, aud: 'other' }],
    ['no audience', { alg: 'HS256', kid: 'k1' }, { ...claims, aud: undefined }],
    ['no key id', { alg: 'HS256' }, claims],
    ['an unknown key id', { alg: 'HS256', kid: 'k9' }, claims],
    ['a key id of another type', { alg: 'HS256', kid: ['k1'] }, claims],
    ['no subject', { alg: 'HS256', kid: 'k1' }, { ...claims, sub: undefined }],
    ['no expiry', { alg: 'HS256', kid: 'k1' }, { ...claims, exp: undefined }],
    ['a name of another type', { alg: 'HS256', kid: 'k1' }, { ...claims, username: 7 }],
    ['an unsigned token', { alg: 'none', kid: 'k1' }, claims],
    ['an algorithm that is not the key’s', { alg: 'HS512', kid: 'k1' }, claims],
  ])('%s', (_name, header, payload) => {
    expect(() => tokens.verify(forge(header, payload, secret))).toThrow(refused('token-invalid'));
  });

  it('a public key used as a shared secret', () => {
    const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    expect(() => tokens.verify(forge({ alg: 'HS256', kid: 'r1' }, claims, publicPem))).toThrow(refused('token-invalid'));
  });

  it('a signature by another secret', () => {
    expect(() => tokens.verify(forge({ alg: 'HS256', kid: 'k1' }, claims, 'x'))).toThrow(refused('token-invalid'));
  });

  it('a token longer than the bound', () => {
    expect(() => tokens.verify('a'.repeat(TOKEN_LENGTH_MAX + 1))).toThrow(refused('token-invalid'));
  });

  it('any other text, with nothing but its own error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_.-]*$/)), (text) => {
        expect(() => tokens.verify(text)).toThrow(refused('token-invalid'));
      }),
    );
  });
});

describe('createTokens refuses', () => {
  it.each<[string, SigningKey[]]>([
    ['no key at all', []],
    ['a secret of 31 bytes', [{ id: 'k', algorithm: 'HS256', secret: Buffer.alloc(31) }]],
    ['the same id twice', [HS, HS]],
    ['a first key that cannot sign', [{ id: 'r', algorithm: 'RS256', publicKey: rsa.publicKey }]],
    ['a key of another kind', [{ id: 'r', algorithm: 'RS256', publicKey: ec.publicKey, privateKey: ec.privateKey }]],
    ['a private key in the place of a public one', [{ id: 'r', algorithm: 'RS256', publicKey: rsa.privateKey }]],
  ])('%s', (_name, keys) => {
    expect(() => setup({ keys })).toThrow(refused('signing-key-invalid'));
  });
});
