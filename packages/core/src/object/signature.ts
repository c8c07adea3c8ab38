/**
 * Signatures in commits and tags, and the bytes that they sign (gitformat-signature). Making and checking the
 * signatures themselves is for the caller.
 */
import { bytesFromLatin1 } from '../bytes/text.js';
import type { HashName } from '../hash/algorithm.js';
import type { Commit } from './commit.js';
import { findHeader, serializeHeaderBlock, type Header } from './headers.js';
import type { Tag } from './tag.js';

const KEYS: Readonly<Record<HashName, string>> = { sha1: 'gpgsig', sha256: 'gpgsig-sha256' };

/** A signature and what it signs. */
export interface SignedPart {
  readonly signature: Uint8Array;
  /** The bytes that were signed. */
  readonly payload: Uint8Array;
}

/**
 * The signature of a commit over its form in the given hash, or `undefined`. The payload is the commit without its
 * signatures; the signature ends with a line feed, as it was made.
 */
export function findCommitSignature(commit: Commit, hash: HashName = 'sha1'): SignedPart | undefined {
  const signature = findHeader(commit.headers, KEYS[hash]);
  if (signature === undefined) return undefined;
  return { signature: withLineFeed(signature), payload: commitPayload(commit) };
}

/** The body of a commit without its signatures: what to sign, and what was signed. */
export function commitPayload(commit: Commit): Uint8Array {
  const headers = commit.headers.filter(({ key }) => key !== KEYS.sha1 && key !== KEYS.sha256);
  return serializeHeaderBlock({ headers, message: commit.message, ending: 'empty-line' });
}

/** The header that holds a signature; put it last, where Git puts it. */
export function signatureHeader(signature: Uint8Array, hash: HashName = 'sha1'): Header {
  const end = signature.length;
  return { key: KEYS[hash], value: signature[end - 1] === 0x0a ? signature.subarray(0, end - 1) : signature };
}

/** The signature at the end of a tag and what it signs, or `undefined`. */
export function findTagSignature(tag: Tag): SignedPart | undefined {
  const offset = signatureOffset(tag.message);
  if (offset === tag.message.length) return undefined;
  const headers = tag.headers.filter(({ key }) => key !== KEYS.sha1 && key !== KEYS.sha256);
  const payload = serializeHeaderBlock({ headers, message: tag.message.subarray(0, offset), ending: 'empty-line' });
  return { signature: tag.message.subarray(offset), payload };
}

/** Where the last line stands that begins a signature; the size of the message where none does. O(size). */
export function signatureOffset(message: Uint8Array): number {
  let found = message.length;
  for (let at = 0; at < message.length; ) {
    if (message[at] === DASH && BEGINNINGS.some((beginning) => startsAt(message, at, beginning))) found = at;
    const end = message.indexOf(0x0a, at);
    at = end < 0 ? message.length : end + 1;
  }
  return found;
}

const DASH = 0x2d;

const BEGINNINGS = [
  '-----BEGIN PGP SIGNATURE-----',
  '-----BEGIN PGP MESSAGE-----',
  '-----BEGIN SIGNED MESSAGE-----',
  '-----BEGIN SSH SIGNATURE-----',
].map(bytesFromLatin1);

function startsAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  if (at + wanted.length > bytes.length) return false;
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function withLineFeed(bytes: Uint8Array): Uint8Array {
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  ended[bytes.length] = 0x0a;
  return ended;
}
