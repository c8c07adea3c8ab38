import { scrypt, timingSafeEqual } from 'node:crypto';

import { AuthError } from './errors.js';
import type { Surroundings } from './surroundings.js';

/**
 * Password hashes with scrypt (RFC 7914), written in the PHC string format:
 *
 *     $scrypt$ln=15,r=8,p=3$<salt, base64 without padding>$<hash, the same>
 *
 * The parameters stand in the hash, so that raising them later keeps old hashes readable; what a hash may ask for is bounded.
 */

/** How much work a hash costs: memory is `128 * r * 2^ln` bytes, time grows with `p` too. */
export interface PasswordCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about a tenth of a second (the OWASP Password Storage Cheat Sheet's second row for scrypt). */
export const DEFAULT_PASSWORD_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

/** Longest password in UTF-8 bytes; longer ones would only make guessing dear for us. */
export const PASSWORD_SIZE_MAX = 1024;

const MEMORY_MAX = 256 * 1024 * 1024;
const SALT_SIZE = 16;
const HASH_SIZE = 32;

/**
 * The hash to store for a password.
 *
 * @throws {AuthError} password-invalid: the password is empty or longer than {@link PASSWORD_SIZE_MAX}.
 */
export async function hashPassword(
  password: string,
  options: { readonly random: Surroundings['random']; readonly cost?: PasswordCost | undefined },
): Promise<string> {
  const { random, cost = DEFAULT_PASSWORD_COST } = options;
  const sizeBytes = Buffer.byteLength(password);
  if (sizeBytes === 0 || sizeBytes > PASSWORD_SIZE_MAX) {
    throw new AuthError('password-invalid', `a password has 1 to ${PASSWORD_SIZE_MAX} bytes, this one ${sizeBytes}`, { sizeBytes });
  }
  const salt = random(SALT_SIZE);
  const hash = await derive(password, { salt, cost, sizeBytes: HASH_SIZE });
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${encode(salt)}$${encode(hash)}`;
}

/**
 * Whether the password belongs to the hash; takes the same time either way.
 *
 * @throws {AuthError} password-hash-invalid: the hash is malformed or too costly.
 */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const { cost, salt, hash } = parseHash(stored);
  if (Buffer.byteLength(password) > PASSWORD_SIZE_MAX) return false;
  return timingSafeEqual(await derive(password, { salt, cost, sizeBytes: hash.length }), hash);
}

/** Whether the hash was made with other parameters than `cost`, so that the next sign-in should store a new one. */
export function isOutdatedHash(stored: string, cost: PasswordCost = DEFAULT_PASSWORD_COST): boolean {
  const parsed = parseHash(stored);
  return parsed.cost.ln !== cost.ln || parsed.cost.r !== cost.r || parsed.cost.p !== cost.p;
}

interface ParsedHash {
  readonly cost: PasswordCost;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

function parseHash(stored: string): ParsedHash {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/.exec(stored);
  if (match !== null) {
    const [, ln, r, p, salt, hash] = match as unknown as [string, string, string, string, string, string];
    const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
    if (cost.ln > 0 && cost.r > 0 && cost.p > 0 && cost.p <= 16 && memoryBytes(cost) <= MEMORY_MAX) {
      return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
    }
  }
  throw new AuthError('password-hash-invalid', 'a stored password hash is malformed or too costly; set the password again');
}

function memoryBytes({ ln, r }: PasswordCost): number {
  return 128 * r * 2 ** ln;
}

function derive(
  password: string,
  { salt, cost, sizeBytes }: { readonly salt: Uint8Array; readonly cost: PasswordCost; readonly sizeBytes: number },
): Promise<Uint8Array> {
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: 2 * MEMORY_MAX };
  return new Promise((resolve, reject) => {
    // The same password typed on two keyboards may be composed differently (RFC 8265).
    scrypt(password.normalize('NFC'), salt, sizeBytes, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64').replace(/=+$/, '');
}
