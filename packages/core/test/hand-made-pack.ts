import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { concatBytes } from '../src/bytes/compare.js';
import { bytesFromHex } from '../src/bytes/hex.js';
import { SHA1, type HashAlgorithm } from '../src/hash/algorithm.js';
import type { ObjectType } from '../src/hash/hash-object.js';
import { ENTRY_CODES, writeBaseDistance, writeEntryHeader, type EntryCode } from '../src/pack/entry.js';

/** Puts a pack together entry by entry, right or wrong as the test wants it. */
export class HandMadePack {
  readonly #algorithm: HashAlgorithm;
  readonly #parts: Uint8Array[] = [];
  #size = 12;
  count = 0;

  constructor(algorithm: HashAlgorithm = SHA1) {
    this.#algorithm = algorithm;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds bytes as they are and gives their offset; counts as one object. */
  raw(bytes: Uint8Array): number {
    const offset = this.#size;
    this.#parts.push(bytes);
    this.#size += bytes.length;
    this.count++;
    return offset;
  }

  object(type: ObjectType, body: Uint8Array, options: { size?: number; level?: number } = {}): number {
    return this.raw(entryBytes(ENTRY_CODES[type], new Uint8Array(0), body, options));
  }

  ofsDelta(baseOffset: number, delta: Uint8Array): number {
    const distance = new Uint8Array(10);
    const size = writeBaseDistance(distance, 0, this.#size - baseOffset);
    return this.raw(entryBytes(ENTRY_CODES['ofs-delta'], distance.subarray(0, size), delta));
  }

  refDelta(baseId: string, delta: Uint8Array): number {
    return this.raw(entryBytes(ENTRY_CODES['ref-delta'], bytesFromHex(baseId), delta));
  }

  /** The pack with header and trailer. */
  finish(options: { count?: number; version?: number } = {}): Uint8Array {
    const header = new Uint8Array(12);
    const view = new DataView(header.buffer);
    view.setUint32(0, 0x5041434b);
    view.setUint32(4, options.version ?? 2);
    view.setUint32(8, options.count ?? this.count);
    return sealPack(concatBytes([header, ...this.#parts]), this.#algorithm);
  }
}

/** `body` with its checksum behind it. */
export function sealPack(body: Uint8Array, algorithm: HashAlgorithm = SHA1): Uint8Array {
  return concatBytes([body, new Uint8Array(createHash(algorithm.name).update(body).digest())]);
}

function entryBytes(
  code: EntryCode,
  base: Uint8Array,
  body: Uint8Array,
  options: { size?: number; level?: number } = {},
): Uint8Array {
  const header = new Uint8Array(16);
  const headerSize = writeEntryHeader(header, 0, code, options.size ?? body.length);
  return concatBytes([header.subarray(0, headerSize), base, new Uint8Array(deflateSync(body, { level: options.level ?? -1 }))]);
}

/** A delta that copies ranges of the base and inserts bytes, with sizes as given. */
export function handMadeDelta(baseSize: number, resultSize: number, steps: readonly (readonly [number, number] | Uint8Array)[]): Uint8Array {
  const bytes: number[] = [...varint(baseSize), ...varint(resultSize)];
  for (const step of steps) {
    if (step instanceof Uint8Array) {
      bytes.push(step.length, ...step);
    } else {
      const [offset, size] = step;
      bytes.push(0xff, offset & 255, (offset >>> 8) & 255, (offset >>> 16) & 255, offset >>> 24);
      bytes.push(size & 255, (size >>> 8) & 255, size >>> 16);
    }
  }
  return Uint8Array.from(bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

/** ASCII text as bytes. */
export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}
