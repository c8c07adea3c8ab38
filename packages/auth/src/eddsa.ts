import { sign, verify, type KeyObject } from 'node:crypto';

import { AuthError } from './errors.js';

/**
 * Signatures of Ed25519 in the compact form of JWS (RFC 7515, 7.1; RFC 8037, 3.1), which jsonwebtoken does not offer:
 *
 *     base64url(header) "." base64url(payload) "." base64url(64 bytes of signature)
 */

const SIGNATURE_SIZE = 64;
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)$/;

/** A header, and a payload that may be anything, signed. */
export function signCompact(header: { readonly alg: 'EdDSA'; readonly typ?: 'JWT'; readonly kid?: string }, payload: Uint8Array, privateKey: KeyObject): string {
  const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${sign(null, Buffer.from(signed, 'ascii'), privateKey).toString('base64url')}`;
}

/**
 * The payload, if the key signed it.
 *
 * @throws {AuthError} token-invalid: malformed, of another algorithm, or not signed by the key
 */
export function verifyCompact(token: string, publicKey: KeyObject): Buffer {
  const match = COMPACT.exec(token);
  if (match === null) throw invalid('jwt malformed');
  const [, header, payload, signature] = match as unknown as [string, string, string, string];
  // The key decides about the algorithm; a header that says otherwise was made for another one.
  const { alg, crit } = parseObject(header) as { readonly alg?: unknown; readonly crit?: unknown };
  if (alg !== 'EdDSA' || crit !== undefined) throw invalid('invalid algorithm');
  const bytes = Buffer.from(signature, 'base64url');
  const isCanonical = bytes.length === SIGNATURE_SIZE && bytes.toString('base64url') === signature;
  if (!isCanonical || !verify(null, Buffer.from(`${header}.${payload}`, 'ascii'), publicKey, bytes)) throw invalid('invalid signature');
  return Buffer.from(payload, 'base64url');
}

/** What a claim set is checked against. */
export interface ClaimChecks {
  readonly issuer: string;
  readonly audience: string;
  readonly nowSeconds: number;
  readonly leewaySeconds: number;
}

/**
 * The claims of a token that was signed with Ed25519, checked as jsonwebtoken checks those of the others (RFC 7519, 4.1).
 *
 * @throws {AuthError} token-invalid, token-expired, token-not-active
 */
export function verifyEdDsaClaims(token: string, publicKey: KeyObject, checks: ClaimChecks): Readonly<Record<string, unknown>> {
  const claims = parseObject(verifyCompact(token, publicKey).toString('base64url'));
  const { issuer, audience, nowSeconds, leewaySeconds } = checks;
  const { nbf, exp, iss, aud } = claims;
  if (nbf !== undefined) {
    if (typeof nbf !== 'number') throw invalid('invalid nbf value');
    if (nbf > nowSeconds + leewaySeconds) throw new AuthError('token-not-active', 'the token is not valid yet');
  }
  if (typeof exp !== 'number') throw invalid('invalid exp value');
  if (nowSeconds >= exp + leewaySeconds) throw new AuthError('token-expired', 'the token has expired; sign in again or refresh it');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(audience)) throw invalid('jwt audience invalid');
  if (iss !== issuer) throw invalid('jwt issuer invalid');
  return claims;
}

function parseObject(part: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch (error) {
    throw invalid('jwt malformed', error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalid('jwt malformed');
}

function invalid(reason: string, cause?: unknown): AuthError {
  return new AuthError('token-invalid', `the token is not valid here: ${reason}`, {}, { cause });
}
