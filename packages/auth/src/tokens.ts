import { type KeyObject, createSecretKey } from 'node:crypto';

import jwt from 'jsonwebtoken';

import { signCompact, verifyEdDsaClaims } from './eddsa.js';
import { AuthError } from './errors.js';
import { type Permission, PERMISSIONS } from './permission.js';
import { parseTokenScope, type TokenScope } from './scope.js';
import type { Surroundings } from './surroundings.js';
import { TokenCache } from './token-cache.js';

/**
 * Signed tokens (JWT, RFC 7519). The only file that knows jsonwebtoken, which has everything but EdDSA.
 *
 * The algorithm belongs to the key, never to the token: a token names a key by `kid`, and is verified with that key's algorithm
 * alone, so that neither `none` nor a public key used as a shared secret is ever accepted (RFC 8725).
 */

/**
 * A key that signs or verifies. Rotation: put the new key first and keep the earlier one in the list, with `untilMs`, until the last
 * token that it signed has expired.
 */
export type SigningKey = KeyMaterial & {
  /** From this moment (milliseconds since 1970) on nothing that the key signed is accepted. Default: no end. */
  readonly untilMs?: number | undefined;
};

/** The kinds of keys. */
export type KeyMaterial =
  | { readonly id: string; readonly algorithm: 'HS256'; /** At least 32 bytes. */ readonly secret: Uint8Array }
  | {
      readonly id: string;
      /** RSA of 2,048 bits or more, the P-256 curve, or Ed25519. */
      readonly algorithm: 'RS256' | 'ES256' | 'EdDSA';
      readonly publicKey: KeyObject;
      /** Absent: this key only verifies. */
      readonly privateKey?: KeyObject | undefined;
    };

/** Whom a token speaks for. */
export interface TokenSubject {
  readonly userId: string;
  readonly username: string;
  readonly email: string;
  /** Narrows the user's own permissions; `undefined`: all of them. */
  readonly permissions?: readonly Permission[] | undefined;
  /** Narrows the token to one repository; `undefined`: it is not bound to one. */
  readonly scope?: TokenScope | undefined;
  /** The session that issued it, so that it ends with the session. */
  readonly sessionId?: string | undefined;
  /** Further facts for the application, as JSON; they never decide anything here. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** What a verified token says. Times are milliseconds since 1970. */
export interface TokenClaims extends TokenSubject {
  /** Unique per token (`jti`). */
  readonly tokenId: string;
  readonly issuedMs: number;
  readonly expiresMs: number;
}

/** Makes and checks tokens. */
export interface Tokens {
  /** A token valid from now on, for `ttlSeconds` when given. */
  issue(subject: TokenSubject, options?: { readonly ttlSeconds?: number | undefined }): IssuedToken;
  /**
   * What the token says, if it is valid now.
   *
   * @throws {AuthError} token-invalid, token-expired, token-not-active
   */
  verify(token: string): TokenClaims;
}

/** A token and its last millisecond. */
export interface IssuedToken {
  readonly token: string;
  /** Its `jti`, by which it can be revoked. */
  readonly tokenId: string;
  readonly expiresMs: number;
}

/** How tokens are signed and whom they are for. */
export interface TokensOptions extends Surroundings {
  /** The first signs; all verify. */
  readonly keys: readonly SigningKey[];
  /** Written as `iss` and demanded. */
  readonly issuer: string;
  /** Written as `aud` and demanded. Default: the issuer. */
  readonly audience?: string | undefined;
  /** Lifetime of a token in seconds. Default one day. */
  readonly ttlSeconds?: number | undefined;
  /** Difference of clocks to put up with when verifying, in seconds. Default 0. */
  readonly leewaySeconds?: number | undefined;
}

/** Longest token that is looked at, in characters. */
export const TOKEN_LENGTH_MAX = 8192;

/**
 * Tokens signed with the first of `keys`.
 *
 * @throws {AuthError} signing-key-invalid: no key, an id used twice, a short secret, a wrong kind of key, or a first key that cannot sign.
 */
export function createTokens(options: TokensOptions): Tokens {
  const { clock, random, issuer, audience = issuer, ttlSeconds = 86_400, leewaySeconds = 0 } = options;
  const keys = new Map<string, VerifyKey>();
  for (const key of options.keys) {
    if (keys.has(key.id)) throw new AuthError('signing-key-invalid', `two signing keys are called ${key.id}`, { id: key.id });
    keys.set(key.id, verifyKey(key));
  }
  const signer = signKey(options.keys[0]);
  const cache = new TokenCache();

  return {
    issue(subject, { ttlSeconds: lifetime = ttlSeconds } = {}) {
      const nowMs = clock();
      const issuedSeconds = Math.floor(nowMs / 1000);
      const payload = {
        sub: subject.userId,
        user_id: subject.userId,
        username: subject.username,
        email: subject.email,
        ...(subject.permissions === undefined ? {} : { permissions: subject.permissions }),
        ...(subject.scope === undefined ? {} : { scope: subject.scope }),
        ...(subject.sessionId === undefined ? {} : { sid: subject.sessionId }),
        ...(subject.claims === undefined ? {} : { claims: subject.claims }),
        jti: Buffer.from(random(16)).toString('base64url'),
        iss: issuer,
        aud: audience,
        // To the millisecond, so that what was issued just before a change of password can be told from what came just after it.
        iat: nowMs / 1000,
        nbf: issuedSeconds,
        exp: issuedSeconds + lifetime,
      };
      const token = signer.algorithm === 'EdDSA'
        ? signCompact({ alg: 'EdDSA', typ: 'JWT', kid: signer.id }, Buffer.from(JSON.stringify(payload)), signer.secret)
        : jwt.sign(payload, signer.secret, { algorithm: signer.algorithm, keyid: signer.id });
      return { token, tokenId: payload.jti, expiresMs: payload.exp * 1000 };
    },
    verify(token) {
      const nowMs = clock();
      const known = cache.find(token, nowMs);
      if (known !== undefined) return known;
      const key = keyOf(token);
      const claims = claimsOf(payloadOf(token, key, Math.floor(nowMs / 1000)));
      const endMs = Math.min(claims.expiresMs + leewaySeconds * 1000, key.untilMs ?? Number.POSITIVE_INFINITY);
      cache.add(token, { claims, verifiedMs: nowMs, endMs });
      return claims;
    },
  };

  function payloadOf(token: string, { algorithm, secret }: VerifyKey, nowSeconds: number): jwt.JwtPayload | string {
    if (algorithm === 'EdDSA') return verifyEdDsaClaims(token, secret, { issuer, audience, nowSeconds, leewaySeconds });
    try {
      return jwt.verify(token, secret, { algorithms: [algorithm], issuer, audience, clockTimestamp: nowSeconds, clockTolerance: leewaySeconds });
    } catch (error) {
      throw tokenError(error);
    }
  }

  function keyOf(token: string): VerifyKey {
    if (token.length > TOKEN_LENGTH_MAX) throw invalid('the token is too long');
    const id = readKeyId(token);
    const key = id === undefined ? undefined : keys.get(id);
    if (key === undefined) throw invalid('the token names no key of this server');
    if (key.untilMs !== undefined && key.untilMs <= clock()) throw invalid('the key of the token is no longer in use');
    return key;
  }
}

interface VerifyKey {
  readonly algorithm: SigningKey['algorithm'];
  readonly secret: KeyObject;
  readonly untilMs: number | undefined;
}

function verifyKey(key: SigningKey): VerifyKey {
  if (key.algorithm === 'HS256') {
    if (key.secret.length < 32) {
      throw new AuthError('signing-key-invalid', `the secret ${key.id} has ${key.secret.length} bytes; 32 are the least`, { id: key.id });
    }
    return { algorithm: key.algorithm, secret: createSecretKey(key.secret), untilMs: key.untilMs };
  }
  const { publicKey } = key;
  const details = publicKey.asymmetricKeyDetails;
  const fits = {
    RS256: publicKey.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048,
    ES256: publicKey.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1',
    EdDSA: publicKey.asymmetricKeyType === 'ed25519',
  }[key.algorithm];
  if (publicKey.type === 'public' && fits) return { algorithm: key.algorithm, secret: publicKey, untilMs: key.untilMs };
  throw new AuthError('signing-key-invalid', `the key ${key.id} does not fit ${key.algorithm}`, { id: key.id, algorithm: key.algorithm });
}

function signKey(key: SigningKey | undefined): VerifyKey & { readonly id: string } {
  if (key?.algorithm === 'HS256') return { id: key.id, ...verifyKey(key) };
  if (key?.privateKey?.type === 'private') return { id: key.id, algorithm: key.algorithm, secret: key.privateKey, untilMs: key.untilMs };
  throw new AuthError('signing-key-invalid', 'the first signing key must be able to sign', { id: key?.id });
}

function readKeyId(token: string): string | undefined {
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString('utf8'));
  } catch {
    throw invalid('the token is malformed');
  }
  const id = typeof header === 'object' && header !== null && 'kid' in header ? header.kid : undefined;
  return typeof id === 'string' ? id : undefined;
}

/** The shape is checked although the signature is good: another program may hold the same key and write other claims. */
function claimsOf(payload: jwt.JwtPayload | string): TokenClaims {
  if (typeof payload === 'string') throw invalid('the token holds no claims');
  const { sub, jti, iat, exp } = payload as Record<string, unknown>;
  const { username, email, permissions, scope, sid, claims } = payload as Record<string, unknown>;
  if (typeof sub !== 'string' || typeof jti !== 'string' || typeof iat !== 'number' || typeof exp !== 'number') throw invalid('the token lacks a claim');
  if (typeof username !== 'string' || typeof email !== 'string') throw invalid('the token lacks a claim');
  return {
    userId: sub,
    username,
    email,
    permissions: permissions === undefined ? undefined : PERMISSIONS.filter((known) => Array.isArray(permissions) && permissions.includes(known)),
    scope: scope === undefined ? undefined : mustBeScope(scope),
    sessionId: typeof sid === 'string' ? sid : undefined,
    claims: typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as Record<string, unknown>) : undefined,
    tokenId: jti,
    issuedMs: Math.round(iat * 1000),
    expiresMs: exp * 1000,
  };
}

/** A scope that cannot be read must not become no scope. */
function mustBeScope(value: unknown): TokenScope {
  const scope = parseTokenScope(value);
  if (scope === undefined) throw invalid('the scope of the token cannot be read');
  return scope;
}

function tokenError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    case 'TokenExpiredError':
      return new AuthError('token-expired', 'the token has expired; sign in again or refresh it', {}, { cause: error });
    case 'NotBeforeError':
      return new AuthError('token-not-active', 'the token is not valid yet', {}, { cause: error });
    case 'JsonWebTokenError':
      return invalid(`the token is not valid here: ${error.message}`, error);
    default:
      return error;
  }
}

function invalid(message: string, cause?: Error): AuthError {
  return new AuthError('token-invalid', message, {}, { cause });
}
