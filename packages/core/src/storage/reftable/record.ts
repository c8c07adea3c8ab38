/**
 * What tables of the reftable format hold (Git's Documentation/technical/reftable).
 *
 * Names are keys: one character for each byte of their UTF-8, so that comparing texts compares bytes.
 */
import { findTextFromBytes, bytesFromLatin1, bytesFromText, latin1FromBytes } from '../../bytes/text.js';
import type { ObjectId } from '../../hash/object-id.js';

/** The value of a ref in one table; `deleted` hides what older tables say. */
export type RefCell =
  | { readonly kind: 'direct'; readonly id: ObjectId; /** What a tag leads to. */ readonly peeled: ObjectId | undefined }
  | { readonly kind: 'symbolic'; readonly target: string }
  | { readonly kind: 'deleted' };

/** One ref in one table. */
export interface RefRecord {
  readonly key: string;
  /** When it was written: numbers of transactions, which only grow. */
  readonly updateIndex: number;
  readonly cell: RefCell;
}

/** One line of a reflog in one table. */
export interface LogLine {
  readonly oldId: ObjectId;
  readonly newId: ObjectId;
  readonly name: string;
  readonly email: string;
  /** Seconds since 1970 in UTC. */
  readonly timeSeconds: number;
  /** `+hhmm` as a decimal number: 130 for an hour and a half. */
  readonly zone: number;
  /** With the line feed at its end that Git writes. */
  readonly message: string;
}

/** One line of the log of a ref, or that there is none any more. */
export interface LogRecord {
  readonly key: string;
  readonly updateIndex: number;
  readonly line: LogLine | undefined;
}

/** The key of a text. */
export function keyOfText(text: string): string {
  return latin1FromBytes(bytesFromText(text));
}

/** The text of a key, or `undefined` where its bytes are none. */
export function findTextOfKey(key: string): string | undefined {
  return findTextFromBytes(bytesFromLatin1(key));
}

const INDEX_SIZE = 8;

/** The key of a line: newer ones come first. */
export function logKey(key: string, updateIndex: number): string {
  const high = 0xffff_ffff - Math.floor(updateIndex / 0x1_0000_0000);
  const low = 0xffff_ffff - (updateIndex % 0x1_0000_0000);
  let text = `${key}\0`;
  for (const word of [high, low]) {
    for (let shift = 24; shift >= 0; shift -= 8) text += String.fromCharCode((word >>> shift) & 0xff);
  }
  return text;
}

/** The parts of the key of a line; `undefined` where it is none. */
export function splitLogKey(key: string): { readonly key: string; readonly updateIndex: number } | undefined {
  const at = key.length - INDEX_SIZE;
  if (at < 1 || key.charCodeAt(at - 1) !== 0) return undefined;
  let high = 0;
  let low = 0;
  for (let i = 0; i < 4; i++) {
    high = high * 256 + (0xff - key.charCodeAt(at + i));
    low = low * 256 + (0xff - key.charCodeAt(at + 4 + i));
  }
  const updateIndex = high * 0x1_0000_0000 + low;
  return Number.isSafeInteger(updateIndex) ? { key: key.slice(0, at - 1), updateIndex } : undefined;
}
