import { createDecipheriv, createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { equalBytes } from '../bytes/compare.js';
import { GovcError, hasCode } from '../errors.js';
import { bytesFromText, latin1FromBytes } from '../bytes/text.js';
import type { SignedPart } from '../object/signature.js';
import { bcryptPbkdf } from './bcrypt-pbkdf.js';
import { openChachaPoly } from './chacha-poly.js';
import { plainCheck, type ImmediateSigner, type SignatureCheck, type Signer, type Verifier, type VerifyContext } from './sign.js';
import {
  parseAllowedSigners, parseSshPrivateKey, parseSshSignature, readSshString, serializeSshSignature, sshReader, sshSignedBytes, sshStrings,
  type AllowedSigner, type LockedSshKey, type SshPrivateKey, type SshSignature,
} from './sign-ssh-format.js';

/** The namespace of Git's signatures. */
const NAMESPACE = 'git';
const HASH = 'sha512';
const ED25519_PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_PUBLIC = Buffer.from('302a300506032b6570032100', 'hex');
const CURVES: Readonly<Record<string, readonly [curve: string, hash: string]>> = {
  'ecdsa-sha2-nistp256': ['P-256', 'sha256'],
  'ecdsa-sha2-nistp384': ['P-384', 'sha384'],
  'ecdsa-sha2-nistp521': ['P-521', 'sha512'],
};

/** What OpenSSH encrypts private keys with: the name in OpenSSL, and bytes of key, initial value and tag. */
const CIPHERS: Readonly<Record<string, readonly [name: string, keySize: number, ivSize: number, tagSize: number]>> = {
  'aes128-ctr': ['aes-128-ctr', 16, 16, 0],
  'aes192-ctr': ['aes-192-ctr', 24, 16, 0],
  'aes256-ctr': ['aes-256-ctr', 32, 16, 0],
  'aes256-cbc': ['aes-256-cbc', 32, 16, 0],
  'aes128-gcm@openssh.com': ['aes-128-gcm', 16, 12, 16],
  'aes256-gcm@openssh.com': ['aes-256-gcm', 32, 12, 16],
};
const CHACHA_POLY = 'chacha20-poly1305@openssh.com';
const CHACHA_POLY_SIZES = [CHACHA_POLY, 64, 0, 16] as const;
/** ssh-keygen makes 16 or 24 by itself. */
const ROUNDS_MAX = 1000;

/** Signs with an Ed25519 key in memory, without any program. */
export class SshKeySigner implements Signer, ImmediateSigner {
  readonly #key: SshPrivateKey;

  /**
   * @param text a private key file of OpenSSH
   * @param passphrase of an encrypted key, as UTF-8; deriving the key takes half a second of the thread
   * @throws {GovcError} signature-failed: malformed, or the passphrase is wrong
   * @throws {GovcError} unsupported: another kind of key or cipher, or encrypted and no passphrase
   * @throws {GovcError} limit-exceeded: deriving its key takes too long
   */
  constructor(text: string, passphrase?: string) {
    this.#key = parseSshPrivateKey(text, passphrase === undefined ? undefined : (locked) => unlock(locked, passphrase));
  }

  async sign(payload: Uint8Array): Promise<Uint8Array> {
    return this.signNow(payload);
  }

  signNow(payload: Uint8Array): Uint8Array {
    const { publicKey, seed } = this.#key;
    const key = createPrivateKey({ key: Buffer.concat([ED25519_PRIVATE, seed]), format: 'der', type: 'pkcs8' });
    const digest = createHash(HASH).update(payload).digest();
    const bytes = sign(null, sshSignedBytes(NAMESPACE, HASH, digest), key);
    return serializeSshSignature({ publicKey, namespace: NAMESPACE, hash: HASH, kind: 'ssh-ed25519', bytes });
  }
}

/** @throws {GovcError} signature-failed, unsupported, limit-exceeded */
function unlock({ cipher, salt, rounds, encrypted }: LockedSshKey, passphrase: string): Uint8Array {
  const found = cipher === CHACHA_POLY ? CHACHA_POLY_SIZES : CIPHERS[cipher];
  if (found === undefined) throw new GovcError('unsupported', `The private key is encrypted by ${cipher.slice(0, 80)}; let ssh-keygen or its agent sign.`, { cipher });
  if (rounds < 1 || rounds > ROUNDS_MAX) throw new GovcError('limit-exceeded', `The private key asks for ${rounds} rounds of its derivation, and at most ${ROUNDS_MAX} are done.`, { rounds });
  const [name, keySize, ivSize, tagSize] = found;
  const derived = bcryptPbkdf({ passphrase: bytesFromText(passphrase), salt, rounds, size: keySize + ivSize });
  const [key, iv] = [derived.subarray(0, keySize), derived.subarray(keySize)];
  if (cipher === CHACHA_POLY) {
    const content = openChachaPoly(key, encrypted);
    if (content === undefined) throw new GovcError('signature-failed', 'The passphrase of the private key is wrong, or it is damaged.', {});
    return content;
  }
  const end = encrypted.length - tagSize;
  try {
    if (tagSize > 0) {
      const decipher = createDecipheriv(name as 'aes-256-gcm', key, iv, { authTagLength: tagSize });
      decipher.setAuthTag(encrypted.subarray(Math.max(0, end)));
      return Buffer.concat([decipher.update(encrypted.subarray(0, Math.max(0, end))), decipher.final()]);
    }
    const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  } catch (error) {
    throw new GovcError('signature-failed', 'The passphrase of the private key is wrong, or it is damaged.', {}, { cause: error });
  }
}

/** Checks SSH signatures of Ed25519, ECDSA and RSA keys and of hardware keys of the first two against a list of allowed signers, without any program. */
export class SshVerifier implements Verifier {
  readonly #signers: readonly AllowedSigner[];

  /** @param allowedSigners the text of an allowed signers file. @throws {GovcError} signature-failed: it is malformed. */
  constructor(allowedSigners: string) {
    this.#signers = parseAllowedSigners(allowedSigners);
  }

  async verify({ signature, payload }: SignedPart, { timeSeconds }: VerifyContext): Promise<SignatureCheck> {
    let parsed: SshSignature;
    let isRight: boolean;
    try {
      parsed = parseSshSignature(signature);
      if (parsed.namespace !== NAMESPACE) return plainCheck('bad', 'ssh', `The signature is for "${parsed.namespace}", not for Git.`);
      isRight = isSignatureRight(parsed, payload);
    } catch (error) {
      if (hasCode(error, 'signature-failed')) return plainCheck('bad', 'ssh', (error as Error).message);
      throw error;
    }
    const keyKind = latin1FromBytes(readSshString(sshReader(parsed.publicKey, 'SSH key')));
    if (keyKind.endsWith('-cert-v01@openssh.com')) {
      return plainCheck('unknown', 'ssh', 'The signature is of a certificate, which only ssh-keygen can check.');
    }
    const fingerprint = sshFingerprint(parsed.publicKey);
    const common = { ...plainCheck('bad', 'ssh', 'The signature is not over these bytes.'), key: fingerprint, fingerprint };
    if (!isRight) return common;
    return { ...common, ...this.#findSigner(parsed.publicKey, timeSeconds) };
  }

  #findSigner(publicKey: Uint8Array, timeSeconds: number): Pick<SignatureCheck, 'state' | 'signer' | 'trust' | 'output'> {
    const named = this.#signers.filter((signer) => equalBytes(signer.publicKey, publicKey));
    if (named.some(({ isAuthority }) => isAuthority)) {
      return { state: 'unknown', signer: undefined, trust: 'undefined', output: 'The key is an authority for certificates, which are not supported.' };
    }
    const allowed = named.filter(({ namespaces }) => namespaces === undefined || namespaces.includes(NAMESPACE));
    const valid = allowed.find(({ validAfter, validBefore }) =>
      timeSeconds >= (validAfter ?? Number.NEGATIVE_INFINITY) && timeSeconds < (validBefore ?? Number.POSITIVE_INFINITY));
    const signer = (valid ?? allowed[0])?.principals.join(',');
    if (valid !== undefined) return { state: 'good', signer, trust: 'fully', output: `Good signature of ${signer ?? ''}.` };
    if (allowed.length > 0) return { state: 'expired', signer, trust: 'undefined', output: 'The key was not valid at that time.' };
    return { state: 'unknown', signer: undefined, trust: 'undefined', output: 'The signature is right, but the key is not of an allowed signer.' };
  }
}

/** The fingerprint of a public key as ssh-keygen shows it. */
export function sshFingerprint(publicKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`;
}

/** @throws {GovcError} signature-failed: the key or its kind cannot be used. */
function isSignatureRight(signature: SshSignature, payload: Uint8Array): boolean {
  const { hash, namespace, kind, bytes } = signature;
  if (hash !== 'sha512' && hash !== 'sha256') return false;
  const signed = sshSignedBytes(namespace, hash, createHash(hash).update(payload).digest());
  const reader = sshReader(signature.publicKey, 'SSH key');
  const keyKind = latin1FromBytes(readSshString(reader));
  if (keyKind === 'ssh-ed25519' && kind === keyKind) {
    const raw = readSshString(reader);
    if (raw.length !== 32) return false;
    return verify(null, signed, createPublicKey({ key: Buffer.concat([ED25519_PUBLIC, raw]), format: 'der', type: 'spki' }), bytes);
  }
  if (keyKind.startsWith('sk-') && kind === keyKind) return isHardwareSignatureRight({ reader, keyKind, signature, signed });
  const curve = CURVES[keyKind];
  if (curve !== undefined && kind === keyKind) return isCurveSignatureRight({ reader, curve, bytes, signed });
  if (keyKind === 'ssh-rsa' && (kind === 'rsa-sha2-512' || kind === 'rsa-sha2-256')) {
    const [exponent, modulus] = [readSshString(reader), readSshString(reader)];
    const key = findKey({ kty: 'RSA', e: base64Url(exponent), n: base64Url(modulus) });
    return key !== undefined && verify(kind === 'rsa-sha2-512' ? 'sha512' : 'sha256', signed, key, bytes);
  }
  return false;
}

/** Hardware keys sign hashes of the application and the message with their flags and counter between (PROTOCOL.u2f). */
function isHardwareSignatureRight({ reader, keyKind, signature, signed }: {
  reader: ReturnType<typeof sshReader>; keyKind: string; signature: SshSignature; signed: Uint8Array;
}): boolean {
  const { bytes, hardware } = signature;
  if (hardware?.length !== 5) return false;
  const isCurve = keyKind === 'sk-ecdsa-sha2-nistp256@openssh.com';
  if (!isCurve && keyKind !== 'sk-ssh-ed25519@openssh.com') return false;
  const curveName = isCurve ? readSshString(reader) : new Uint8Array(0);
  const point = readSshString(reader);
  const message = Buffer.concat([sha256(readSshString(reader)), hardware, sha256(signed)]);
  if (isCurve) {
    return isCurveSignatureRight({ reader: sshReader(sshStrings(curveName, point), 'SSH key'), curve: ['P-256', 'sha256'], bytes, signed: message });
  }
  if (point.length !== 32) return false;
  return verify(null, message, createPublicKey({ key: Buffer.concat([ED25519_PUBLIC, point]), format: 'der', type: 'spki' }), bytes);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function isCurveSignatureRight({ reader, curve, bytes, signed }: {
  reader: ReturnType<typeof sshReader>; curve: readonly [curve: string, hash: string]; bytes: Uint8Array; signed: Uint8Array;
}): boolean {
  readSshString(reader);
  const point = readSshString(reader);
  const size = (point.length - 1) / 2;
  if (point[0] !== 4 || !Number.isInteger(size)) return false;
  const [crv, hash] = curve;
  const key = findKey({ kty: 'EC', crv, x: base64Url(point.subarray(1, 1 + size), true), y: base64Url(point.subarray(1 + size), true) });
  const numbers = sshReader(bytes, 'SSH signature');
  const [r, s] = [fixedSize(readSshString(numbers), size), fixedSize(readSshString(numbers), size)];
  if (key === undefined || r === undefined || s === undefined) return false;
  return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]));
}

/** A key of numbers, or `undefined` where they are none. */
function findKey(jwk: Record<string, string>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function base64Url(bytes: Uint8Array, isFixed = false): string {
  let start = 0;
  while (!isFixed && start < bytes.length - 1 && bytes[start] === 0) start++;
  return Buffer.from(bytes.subarray(start)).toString('base64url');
}

/** A number with leading zeros taken away or added; `undefined` where it is too large. */
function fixedSize(number: Uint8Array, size: number): Uint8Array | undefined {
  let start = 0;
  while (start < number.length && number[start] === 0) start++;
  const rest = number.subarray(start);
  if (rest.length > size) return undefined;
  const fixed = new Uint8Array(size);
  fixed.set(rest, size - rest.length);
  return fixed;
}
