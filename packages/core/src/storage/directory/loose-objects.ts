/**
 * Loose objects: one file each, `objects/<first two hex digits>/<the rest>`, holding the zlib stream of
 * `"<type> <size>\0"` and the body (gitformat-loose; `object-file.c` of Git).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bytesFromText } from '../../bytes/text.js';
import { GovcError } from '../../errors.js';
import type { HashAlgorithm } from '../../hash/algorithm.js';
import type { ObjectType } from '../../hash/hash-object.js';
import { isObjectId, type ObjectId } from '../../hash/object-id.js';
import { LIMITS } from '../../limits.js';
import type { GitObject, ObjectHeader } from '../../object/object.js';
import { bufferSource } from '../../pack/byte-source.js';
import { deflate } from '../../pack/deflate.js';
import { FileSource } from '../../pack/file-source.js';
import { inflateAt, InflateStream, sharedInflater } from '../../pack/inflate.js';
import { findFile, findStat, listNames } from './disk.js';

// The longest header is "commit 9007199254740991\0".
const HEADER_SIZE_MAX = 32;
const HEADER_INPUT_SIZE = 512;

/** The bytes of the file of a loose object. */
export function serializeLooseObject(type: ObjectType, body: Uint8Array, level: number): Uint8Array {
  const header = bytesFromText(`${type} ${body.length}\0`);
  const whole = new Uint8Array(header.length + body.length);
  whole.set(header);
  whole.set(body, header.length);
  return deflate(whole, level);
}

/** The loose objects of one `objects` folder. */
export class LooseObjects {
  readonly #path: string;
  readonly #algorithm: HashAlgorithm;

  constructor(objectsPath: string, algorithm: HashAlgorithm) {
    this.#path = objectsPath;
    this.#algorithm = algorithm;
  }

  has(id: ObjectId): boolean {
    return existsSync(this.#pathOf(id));
  }

  /**
   * The object, or `undefined` where there is no file for it.
   *
   * @throws {GovcError} object-corrupt, limit-exceeded, io-failed
   */
  find(id: ObjectId): GitObject | undefined {
    const path = this.#pathOf(id);
    const size = findStat(path)?.size;
    if (size === undefined) return undefined;
    checkSize(size, id);
    const bytes = findFile(path);
    if (bytes === undefined) return undefined;
    const header = readHeader(bytes, id);
    checkSize(header.size, id);
    const total = header.length + header.size;
    const output = new Uint8Array(Buffer.allocUnsafeSlow(total + 1).buffer, 0, total + 1);
    try {
      inflateAt({ source: bufferSource(bytes), start: 0 }, output, 0, total);
    } catch (error) {
      throw corrupt(id, 'its zlib stream is damaged or not as long as its header says', error);
    }
    return { type: header.type, body: output.subarray(header.length, total) };
  }

  findHeader(id: ObjectId): ObjectHeader | undefined {
    const source = this.#open(id);
    if (source === undefined) return undefined;
    try {
      const { type, size } = readHeader(source.read(0, Math.min(HEADER_INPUT_SIZE, source.size)), id);
      return { type, size };
    } finally {
      source.close();
    }
  }

  /** The body in pieces, for objects of any size. The file is open until the last piece was taken. */
  findChunks(id: ObjectId): Iterable<Uint8Array> | undefined {
    const header = this.findHeader(id);
    if (header === undefined) return undefined;
    if (header.size > LIMITS.objectSizeStreamed.value) return this.#stream(id);
    const object = this.find(id);
    return object === undefined ? undefined : [object.body];
  }

  *#stream(id: ObjectId): Generator<Uint8Array, void, void> {
    const source = this.#open(id);
    if (source === undefined) throw corrupt(id, 'its file was removed while it was read');
    const { length, size } = readHeader(source.read(0, Math.min(HEADER_INPUT_SIZE, source.size)), id);
    const stream = new InflateStream(source, 0, length + size);
    try {
      for (let skip = length; ;) {
        const outcome = stream.next();
        if (outcome === 'done') return;
        if (outcome !== 'piece') throw corrupt(id, 'its zlib stream is damaged');
        const skipped = Math.min(skip, stream.piece.length);
        skip -= skipped;
        if (stream.piece.length > skipped) yield stream.piece.subarray(skipped);
      }
    } finally {
      stream.close();
      source.close();
    }
  }

  *ids(): Generator<ObjectId, void, void> {
    for (let first = 0; first < 256; first++) yield* this.idsWithPrefix(first.toString(16).padStart(2, '0'));
  }

  *idsWithPrefix(prefix: string): Generator<ObjectId, void, void> {
    if (prefix.length < 2) {
      for (const digit of '0123456789abcdef') yield* this.#idsIn(prefix + digit, '');
    } else {
      yield* this.#idsIn(prefix.slice(0, 2), prefix.slice(2));
    }
  }

  *#idsIn(folder: string, rest: string): Generator<ObjectId, void, void> {
    for (const name of listNames(join(this.#path, folder))) {
      const id = folder + name;
      if (name.startsWith(rest) && isObjectId(id, this.#algorithm)) yield id;
    }
  }

  #open(id: ObjectId): FileSource | undefined {
    const path = this.#pathOf(id);
    if (!existsSync(path)) return undefined;
    try {
      return new FileSource(path);
    } catch (error) {
      if (!existsSync(path)) return undefined;
      throw error;
    }
  }

  #pathOf(id: ObjectId): string {
    return `${this.#path}/${id.slice(0, 2)}/${id.slice(2)}`;
  }
}

interface LooseHeader extends ObjectHeader {
  /** Bytes of the header itself, its NUL included. */
  readonly length: number;
}

const HEADER = /^(commit|tree|blob|tag) (0|[1-9][0-9]{0,15})\0/;

function readHeader(compressed: Uint8Array, id: ObjectId): LooseHeader {
  const head = Buffer.alloc(HEADER_SIZE_MAX);
  const inflater = sharedInflater();
  inflater.setInput(compressed, 0);
  const count = compressed.length === 0 ? undefined : inflater.inflatePrefix(head, 0, HEADER_SIZE_MAX);
  if (count === undefined) throw corrupt(id, compressed.length === 0 ? 'its file is empty' : 'it is no zlib stream');
  const match = HEADER.exec(head.toString('latin1', 0, count));
  const size = Number(match?.[2]);
  if (match === null || !Number.isSafeInteger(size)) throw corrupt(id, 'it does not begin with a type and a size');
  return { type: match[1] as ObjectType, size, length: match[0].length };
}

function checkSize(size: number, id: ObjectId): void {
  const max = LIMITS.objectSizeInMemory.value;
  if (size <= max) return;
  throw new GovcError('limit-exceeded', `The object ${id} has ${size} bytes and cannot be held in memory (${max} at most).`, {
    id, size, max,
  });
}

function corrupt(id: ObjectId, reason: string, cause?: unknown): GovcError {
  return new GovcError('object-corrupt', `The loose object ${id} cannot be read: ${reason}.`, { id, reason }, { cause });
}
