/**
 * `chacha20-poly1305@openssh.com` (PROTOCOL.chacha20poly1305 of OpenSSH) as it encrypts private keys: nothing is authenticated beside the
 * content, the sequence number is 0, and of the two keys only the first is used.
 *
 *     encrypted = chacha20(key, block 1 on) of the content   16 bytes poly1305 of it, by a key from block 0
 *
 * Poly1305 is that of RFC 8439, over integers, for the few hundred bytes of a key.
 */
import { createDecipheriv, timingSafeEqual } from 'node:crypto';

const TAG_SIZE = 16;
const BLOCK_SIZE = 16;
const PRIME = (1n << 130n) - 5n;
const MASK_128 = (1n << 128n) - 1n;
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** The content; `undefined` where the tag at its end is not right. @param key 32 bytes, or more whose rest is not used */
export function openChachaPoly(key: Uint8Array, encrypted: Uint8Array): Uint8Array | undefined {
  if (encrypted.length < TAG_SIZE) return undefined;
  const content = encrypted.subarray(0, encrypted.length - TAG_SIZE);
  const tag = encrypted.subarray(content.length);
  const stream = (block: number, bytes: Uint8Array): Uint8Array => {
    const start = new Uint8Array(16);
    start[0] = block;
    return createDecipheriv('chacha20', key.subarray(0, 32), start).update(bytes);
  };
  const expected = poly1305(stream(0, new Uint8Array(32)), content);
  return timingSafeEqual(expected, tag) ? stream(1, content) : undefined;
}

/** The tag of a message by a key of 32 bytes that is used once. */
export function poly1305(key: Uint8Array, message: Uint8Array): Uint8Array {
  const factor = readNumber(key.subarray(0, 16)) & CLAMP;
  let sum = 0n;
  for (let at = 0; at < message.length; at += BLOCK_SIZE) {
    const block = message.subarray(at, at + BLOCK_SIZE);
    sum = ((sum + readNumber(block) + (1n << BigInt(block.length * 8))) * factor) % PRIME;
  }
  let rest = (sum + readNumber(key.subarray(16, 32))) & MASK_128;
  const tag = new Uint8Array(TAG_SIZE);
  for (let i = 0; i < TAG_SIZE; i++, rest >>= 8n) tag[i] = Number(rest & 0xffn);
  return tag;
}

/** The lowest byte first. */
function readNumber(bytes: Uint8Array): bigint {
  let number = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) number = (number << 8n) | BigInt(bytes[i]!);
  return number;
}
