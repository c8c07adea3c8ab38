/**
 * The key derivation of encrypted OpenSSH keys: bcrypt_pbkdf of OpenBSD, which is PBKDF2 with a bcrypt of SHA-512 hashes in the
 * place of the HMAC, and the bytes of the key dealt out over the blocks.
 */
import { createHash } from 'node:crypto';

const WORDS = 18 + 4 * 256;
const BLOCK_SIZE = 32;
const MAGIC = Buffer.from('OxychromaticBlowfishSwatDynamite', 'latin1');

/** What a key is derived from. */
export interface BcryptRequest {
  readonly passphrase: Uint8Array;
  readonly salt: Uint8Array;
  /** At least 1; each costs about ten milliseconds for 32 bytes of the key. */
  readonly rounds: number;
  /** Bytes of the key. */
  readonly size: number;
}

/** The derived key. */
export function bcryptPbkdf({ passphrase, salt, rounds, size }: BcryptRequest): Uint8Array {
  const key = new Uint8Array(size);
  const stride = Math.ceil(size / BLOCK_SIZE);
  const amount = Math.ceil(size / stride);
  const hashedPassphrase = sha512(passphrase);
  const initial = initialWords();
  for (let block = 0; block < stride; block++) {
    const numbered = Buffer.concat([salt, Uint8Array.of(0, 0, 0, block + 1)]);
    let made = bcryptHash(initial, hashedPassphrase, sha512(numbered));
    const mixed = new Uint8Array(made);
    for (let round = 1; round < rounds; round++) {
      made = bcryptHash(initial, hashedPassphrase, sha512(made));
      for (let i = 0; i < BLOCK_SIZE; i++) mixed[i]! ^= made[i]!;
    }
    for (let i = 0; i < amount && i * stride + block < size; i++) key[i * stride + block] = mixed[i]!;
  }
  return key;
}

function sha512(bytes: Uint8Array): Uint8Array {
  return createHash('sha512').update(bytes).digest();
}

function bcryptHash(initial: Uint32Array, passphrase: Uint8Array, salt: Uint8Array): Uint8Array {
  const cipher = new Blowfish(initial);
  const keyWords = wordsOf(passphrase);
  const saltWords = wordsOf(salt);
  cipher.expand(keyWords, saltWords);
  for (let i = 0; i < 64; i++) {
    cipher.expand(saltWords, undefined);
    cipher.expand(keyWords, undefined);
  }
  const data = wordsOf(MAGIC);
  for (let i = 0; i < 64; i++) for (let at = 0; at < data.length; at += 2) cipher.encrypt(data, at);
  const bytes = new Uint8Array(BLOCK_SIZE);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of data.entries()) view.setUint32(i * 4, word, true);
  return bytes;
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(i * 4));
}

/** Blowfish (Schneier, 1993) with the key schedule of bcrypt. */
class Blowfish {
  /** The 18 words of the rounds, then four boxes of 256. */
  readonly #words: Uint32Array;
  readonly #pair = new Uint32Array(2);

  constructor(initial: Uint32Array) {
    this.#words = new Uint32Array(initial);
  }

  /** Mixes a key in, and data that is mixed into what is encrypted while the tables are made. */
  expand(key: Uint32Array, data: Uint32Array | undefined): void {
    const words = this.#words;
    const pair = this.#pair.fill(0);
    for (let i = 0; i < 18; i++) words[i]! ^= key[i % key.length]!;
    for (let i = 0, from = 0; i < WORDS; i += 2) {
      if (data !== undefined) {
        pair[0]! ^= data[from]!;
        pair[1]! ^= data[from + 1]!;
        from = (from + 2) % data.length;
      }
      this.encrypt(pair, 0);
      words[i] = pair[0]!;
      words[i + 1] = pair[1]!;
    }
  }

  /** Encrypts the two words at a place. */
  encrypt(data: Uint32Array, at: number): void {
    const words = this.#words;
    let left = data[at]! ^ words[0]!;
    let right = data[at + 1]!;
    for (let round = 1; round <= 16; round += 2) {
      right ^= this.#mix(left) ^ words[round]!;
      left ^= this.#mix(right) ^ words[round + 1]!;
    }
    data[at] = right ^ words[17]!;
    data[at + 1] = left;
  }

  #mix(word: number): number {
    const words = this.#words;
    const sum = (words[18 + (word >>> 24)]! + words[274 + ((word >>> 16) & 0xff)]!) ^ words[530 + ((word >>> 8) & 0xff)]!;
    return (sum + words[786 + (word & 0xff)]!) | 0;
  }
}

/** The first words of Blowfish: the digits of pi behind the point, by Machin's formula. A few milliseconds. */
function initialWords(): Uint32Array {
  const guard = 64n;
  const one = 1n << (BigInt(WORDS) * 32n + guard);
  const digits = (16n * inverseTangent(5n, one) - 4n * inverseTangent(239n, one) - 3n * one) >> guard;
  const words = new Uint32Array(WORDS);
  const hex = digits.toString(16).padStart(WORDS * 8, '0');
  for (let i = 0; i < WORDS; i++) words[i] = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16);
  return words;
}

/** The angle whose tangent is 1/x, as a multiple of 1/one. */
function inverseTangent(x: bigint, one: bigint): bigint {
  const square = x * x;
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= square;
    sum += (sign * power) / n;
  }
  return sum;
}
