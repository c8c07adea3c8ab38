/**
 * The formats of OpenSSH that signatures need: keys (PROTOCOL.key), signatures (PROTOCOL.sshsig) and allowed signers
 * (ssh-keygen(1), "ALLOWED SIGNERS"). Strings have their size before them, as 32 bits.
 *
 *     "SSHSIG" u32 1  string public-key  string namespace  string reserved  string hash  string signature
 */
import { GovcError } from '../errors.js';
import { bytesFromLatin1, latin1FromBytes, textFromBytes } from '../bytes/text.js';
import { ByteReader } from '../bytes/reader.js';
import { ByteWriter } from '../bytes/writer.js';

/** The magic of a signature and of what is signed. */
const MAGIC = bytesFromLatin1('SSHSIG');
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** The parts of a signature. */
export interface SshSignature {
  /** The public key as it is sent: its type and numbers. */
  readonly publicKey: Uint8Array;
  readonly namespace: string;
  readonly hash: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
  /** Of a hardware key: one byte of flags and a counter of 32 bits. */
  readonly hardware: Uint8Array | undefined;
}

/** What a private key that is encrypted is decrypted with, and what. */
export interface LockedSshKey {
  readonly cipher: string;
  readonly salt: Uint8Array;
  readonly rounds: number;
  /** With the tag at its end where the cipher makes one. */
  readonly encrypted: Uint8Array;
}

/** A private key that can be used here. */
export interface SshPrivateKey {
  readonly publicKey: Uint8Array;
  /** The 32 secret bytes of an Ed25519 key. */
  readonly seed: Uint8Array;
}

/** A reader of strings. @param what named in errors */
export function sshReader(bytes: Uint8Array, what: string): ByteReader {
  return new ByteReader(bytes, what, 'signature-failed');
}

/** The next string. @throws {GovcError} signature-failed */
export function readSshString(reader: ByteReader): Uint8Array {
  return reader.slice(reader.u32());
}

/** Strings one behind the other. */
export function sshStrings(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) {
    const bytes = typeof part === 'string' ? bytesFromLatin1(part) : part;
    writer.u32(bytes.length).bytes(bytes);
  }
  return writer.finish();
}

/** The bytes that are signed for a message with the given hash. */
export function sshSignedBytes(namespace: string, hash: string, digest: Uint8Array): Uint8Array {
  return Buffer.concat([MAGIC, sshStrings(namespace, '', hash, digest)]);
}

/** An armored signature, in lines of 70 characters. */
export function serializeSshSignature(signature: Omit<SshSignature, 'hardware'>): Uint8Array {
  const { publicKey, namespace, hash, kind, bytes } = signature;
  const blob = Buffer.concat([MAGIC, Uint8Array.of(0, 0, 0, 1), sshStrings(publicKey, namespace, '', hash, sshStrings(kind, bytes))]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return bytesFromLatin1(`${[BEGIN, ...lines, END].join('\n')}\n`);
}

/** The parts of an armored signature. @throws {GovcError} signature-failed: it is malformed. */
export function parseSshSignature(armored: Uint8Array): SshSignature {
  const text = latin1FromBytes(armored).trim();
  if (!text.startsWith(BEGIN) || !text.endsWith(END)) throw malformed('The signature has no armor of SSH.');
  const blob = Buffer.from(text.slice(BEGIN.length, -END.length), 'base64');
  const reader = sshReader(blob, 'SSH signature');
  if (latin1FromBytes(reader.slice(6)) !== 'SSHSIG' || reader.u32() !== 1) throw malformed('The signature is none of version 1.');
  const publicKey = readSshString(reader);
  const namespace = textFromBytes(readSshString(reader));
  readSshString(reader);
  const hash = latin1FromBytes(readSshString(reader));
  const inner = sshReader(readSshString(reader), 'SSH signature');
  const kind = latin1FromBytes(readSshString(inner));
  const bytes = readSshString(inner);
  const hardware = inner.remaining > 0 ? inner.slice(inner.remaining) : undefined;
  return { publicKey, namespace, hash, kind, bytes, hardware };
}

/** The public key of a line such as `ssh-ed25519 AAAA… comment`. @throws {GovcError} signature-failed */
export function parseSshPublicKey(line: string): Uint8Array {
  const [, kind, data] = /^([a-z0-9@.-]+) ([A-Za-z0-9+/=]+)/.exec(line.trim()) ?? [];
  const blob = Buffer.from(data ?? '', 'base64');
  if (kind === undefined || blob.length === 0 || latin1FromBytes(readSshString(sshReader(blob, 'SSH key'))) !== kind) {
    throw malformed('The public key is no line of OpenSSH.');
  }
  return blob;
}

/**
 * The Ed25519 key in a private key file of OpenSSH.
 *
 * @param unlock decrypts the key; asked where it is encrypted
 * @throws {GovcError} signature-failed: malformed, or decrypted with the wrong passphrase; unsupported: encrypted and no `unlock`, or
 *   another kind of key: let ssh-keygen sign.
 */
export function parseSshPrivateKey(text: string, unlock?: (locked: LockedSshKey) => Uint8Array): SshPrivateKey {
  const match = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----/.exec(text);
  const blob = Buffer.from(match?.[1] ?? '', 'base64');
  const reader = sshReader(blob, 'SSH private key');
  if (blob.length < 16 || latin1FromBytes(reader.slice(15)) !== 'openssh-key-v1\0') throw malformed('The file holds no private key of OpenSSH.');
  const cipher = latin1FromBytes(readSshString(reader));
  const derivation = latin1FromBytes(readSshString(reader));
  const parameters = readSshString(reader);
  if (reader.u32() !== 1) throw malformed('The file does not hold one key.');
  const publicKey = readSshString(reader);
  const content = readSshString(reader);
  const isLocked = cipher !== 'none';
  const open = isLocked ? unlockKey({ cipher, derivation, parameters, encrypted: Buffer.concat([content, reader.slice(reader.remaining)]) }, unlock) : content;
  const inside = sshReader(open, 'SSH private key');
  if (inside.u32() !== inside.u32()) throw malformed(isLocked ? 'The passphrase of the private key is wrong.' : 'The private key is damaged.');
  const kind = latin1FromBytes(readSshString(inside));
  if (kind !== 'ssh-ed25519') throw new GovcError('unsupported', `Keys of the kind ${kind} sign through ssh-keygen only.`, { kind });
  readSshString(inside);
  const secret = readSshString(inside);
  if (secret.length !== 64) throw malformed('The private key has the wrong size.');
  return { publicKey, seed: secret.subarray(0, 32) };
}

function unlockKey(
  { cipher, derivation, parameters, encrypted }: {
    readonly cipher: string; readonly derivation: string; readonly parameters: Uint8Array; readonly encrypted: Uint8Array;
  }, unlock: ((locked: LockedSshKey) => Uint8Array) | undefined,
): Uint8Array {
  if (unlock === undefined) {
    throw new GovcError('unsupported', `The private key is encrypted (${cipher}); give its passphrase, or let ssh-keygen or its agent sign.`, { cipher });
  }
  if (derivation !== 'bcrypt') throw new GovcError('unsupported', `The private key is encrypted by "${derivation.slice(0, 40)}", which is not known.`, { cipher });
  const reader = sshReader(parameters, 'SSH private key');
  return unlock({ cipher, salt: readSshString(reader), rounds: reader.u32(), encrypted });
}

/** One line of an allowed signers file. */
export interface AllowedSigner {
  /** Patterns with `*` and `?`; `!` before one leaves out. */
  readonly principals: readonly string[];
  readonly publicKey: Uint8Array;
  readonly isAuthority: boolean;
  /** `undefined`: all. */
  readonly namespaces: readonly string[] | undefined;
  /** Seconds since 1970. */
  readonly validAfter: number | undefined;
  readonly validBefore: number | undefined;
}

/** The lines of an allowed signers file. Dates without a zone are in UTC. @throws {GovcError} signature-failed: a line is malformed. */
export function parseAllowedSigners(text: string): AllowedSigner[] {
  const signers: AllowedSigner[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^("[^"]*"|\S+)\s+(?:((?:[A-Za-z-]+(?:="[^"]*")?,?)+)\s+)?((?:ssh-|ecdsa-|sk-)\S+\s+\S+)/.exec(trimmed);
    if (match === null) throw malformed(`A line of the allowed signers cannot be read: "${trimmed.slice(0, 80)}".`);
    const options = new Map<string, string>();
    for (const [, name, value] of (match[2] ?? '').matchAll(/([A-Za-z-]+)(?:="([^"]*)")?/g)) options.set(name!.toLowerCase(), value ?? '');
    signers.push({
      principals: match[1]!.replaceAll('"', '').split(','),
      publicKey: parseSshPublicKey(match[3]!),
      isAuthority: options.has('cert-authority'),
      namespaces: options.get('namespaces')?.split(','),
      validAfter: dateOf(options.get('valid-after')),
      validBefore: dateOf(options.get('valid-before')),
    });
  }
  return signers;
}

function dateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?Z?$/.exec(text);
  if (match === null) throw malformed(`"${text.slice(0, 40)}" is no date of an allowed signer.`);
  const [year, month, day, hour, minute, second] = match.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000;
}

function malformed(message: string): GovcError {
  return new GovcError('signature-failed', message, {});
}
