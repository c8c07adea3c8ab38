import { crc32 as nativeCrc32, createInflate, inflateSync, type Inflate } from 'node:zlib';
import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';
import type { PackSource } from './byte-source.js';

/**
 * Inflating the zlib streams of pack entries.
 *
 * A pack holds a stream per object, most of a few hundred bytes. `inflateSync` makes an engine for
 * each, which costs more than the inflating; so one engine is kept and reset. Node has no public
 * way to do that: {@link makeHandle} uses the handle behind a zlib stream, proves on a known stream
 * that it behaves, and where it does not everything falls back to `inflateSync`.
 */

/**
 * How an attempt to inflate ended.
 *
 * - `done`: the stream ended with exactly the promised bytes
 * - `starved`: the input ended before the stream
 * - `corrupt`: this is not a zlib stream, or its checksum is wrong
 * - `mismatch`: the stream holds fewer or more bytes than promised
 */
export type InflateOutcome = 'done' | 'starved' | 'corrupt' | 'mismatch';

const Z_SYNC_FLUSH = 2;
const Z_FINISH = 4;
const Z_BUF_ERROR = -5;

/** The part of Node's zlib binding that is used here. */
interface ZlibHandle {
  reset(): void;
  writeSync(
    flush: number,
    input: Uint8Array, inputStart: number, inputSize: number,
    output: Uint8Array, outputStart: number, outputSize: number,
  ): void;
  onerror: (message: string, errno: number, code: string) => void;
}

/** A handle with what it tells after each write. */
interface Engine {
  readonly handle: ZlibHandle;
  /** After a write: the room left in the output, the bytes left in the input. */
  readonly state: Uint32Array;
  /** The zlib error of the last write, or 0. */
  errno: number;
  /** Keeps the handle alive. */
  readonly owner: Inflate;
}

// "govc" as a zlib stream in one stored block: what a handle must inflate before it is trusted.
const KNOWN_STREAM = Uint8Array.of(
  0x78, 0x01, 0x01, 4, 0, 0xfb, 0xff, 0x67, 0x6f, 0x76, 0x63, 0x04, 0x3c, 0x01, 0xb0, 0xaa,
);

function makeHandle(): Engine | undefined {
  const owner = createInflate();
  const inside = owner as unknown as { _handle?: Partial<ZlibHandle>; _writeState?: unknown };
  const handle = inside._handle;
  const state = inside._writeState;
  if (typeof handle?.reset !== 'function' || typeof handle.writeSync !== 'function') return undefined;
  if (!isCounterPair(state)) return undefined;
  const engine: Engine = { handle: handle as ZlibHandle, state, errno: 0, owner };
  engine.handle.onerror = (_message, errno) => {
    engine.errno = errno;
  };
  return isTrustworthy(engine) ? engine : undefined;
}

/** Whether this is the pair of counters of a handle. (It need not be of this realm.) */
export function isCounterPair(state: unknown): state is Uint32Array {
  return ArrayBuffer.isView(state) && state.byteLength === 8 && (state as Uint32Array).BYTES_PER_ELEMENT === 4;
}

function isTrustworthy(engine: Engine): boolean {
  const output = new Uint8Array(8);
  const input = KNOWN_STREAM;
  // What a write of so much input into so much room leaves of both; the zlib error where there is one.
  const run = (inputSize: number, outputSize: number): string => {
    engine.errno = 0;
    engine.handle.reset();
    engine.handle.writeSync(Z_FINISH, input, 0, inputSize, output, 0, outputSize);
    return engine.errno === 0 ? engine.state.join() : String(engine.errno);
  };
  try {
    if (run(15, 8) !== '4,0' || output[0] !== 0x67 || output[3] !== 0x63) return false;
    if (!run(16, 2).startsWith('0,') || run(9, 8) !== String(Z_BUF_ERROR)) return false;
    return run(16, 5) === '1,1';
  } catch {
    return false;
  }
}

/**
 * Inflates one stream after another with a kept engine. Not to be used by two jobs at once inside
 * one object, which cannot happen: each call begins and ends a stream.
 */
export class Inflater {
  readonly #engine: Engine | undefined;
  #input: Uint8Array = KNOWN_STREAM;
  #inputStart = 0;
  /** Bytes of the input that the last stream took, when its outcome was `done`. */
  consumed = 0;

  /** @param isPlain uses only public interfaces of Node, at about twice the cost. For tests. */
  constructor(isPlain = false) {
    this.#engine = isPlain ? undefined : makeHandle();
  }

  /** Says where the next stream begins; it may be followed by other bytes. */
  setInput(input: Uint8Array, start: number): void {
    this.#input = input;
    this.#inputStart = start;
  }

  /**
   * Inflates the stream that begins at the input position into `output` from `start`.
   *
   * `output` must have room for `size + 1` bytes: the one more tells a stream that is too long.
   */
  inflate(output: Uint8Array, start: number, size: number): InflateOutcome {
    const engine = this.#engine;
    if (engine === undefined) return this.#inflatePlain(output, start, size);
    const inputSize = this.#input.length - this.#inputStart;
    engine.errno = 0;
    engine.handle.reset();
    engine.handle.writeSync(Z_FINISH, this.#input, this.#inputStart, inputSize, output, start, size + 1);
    if (engine.errno !== 0) return engine.errno === Z_BUF_ERROR ? 'starved' : 'corrupt';
    if (engine.state[0] !== 1) return 'mismatch';
    this.consumed = inputSize - engine.state[1]!;
    return 'done';
  }

  /**
   * Inflates at most `size` first bytes of the stream at the input position into `output` from
   * `start`, and gives how many there were; fewer when the input or the stream ends before.
   *
   * @returns `undefined` when this is not a zlib stream.
   */
  inflatePrefix(output: Uint8Array, start: number, size: number): number | undefined {
    const engine = this.#engine ?? makeHandle();
    const inputSize = this.#input.length - this.#inputStart;
    if (engine === undefined) {
      const whole = inflatePlain(this.#input.subarray(this.#inputStart), LIMITS.deltaResultSize.value, true);
      if (whole === 'corrupt' || whole === 'starved' || whole === 'mismatch') return undefined;
      const count = Math.min(size, whole.bytes.length);
      output.set(whole.bytes.subarray(0, count), start);
      return count;
    }
    engine.errno = 0;
    engine.handle.reset();
    engine.handle.writeSync(Z_SYNC_FLUSH, this.#input, this.#inputStart, inputSize, output, start, size);
    return engine.errno === 0 ? size - engine.state[0]! : undefined;
  }

  #inflatePlain(output: Uint8Array, start: number, size: number): InflateOutcome {
    const result = inflatePlain(this.#input.subarray(this.#inputStart), size + 1, false);
    if (typeof result === 'string') return result;
    if (result.bytes.length !== size) return 'mismatch';
    output.set(result.bytes, start);
    this.consumed = result.consumed;
    return 'done';
  }
}

/** The same with public interfaces only. `isCut` accepts a stream that the input does not hold whole. */
function inflatePlain(
  input: Uint8Array,
  sizeMax: number,
  isCut: boolean,
): { bytes: Uint8Array; consumed: number } | Exclude<InflateOutcome, 'done'> {
  try {
    const result = inflateSync(input, {
      info: true,
      maxOutputLength: Math.max(1, sizeMax),
      finishFlush: isCut ? Z_SYNC_FLUSH : Z_FINISH,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return { bytes: result.buffer, consumed: result.engine.bytesWritten };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (code === 'Z_BUF_ERROR') return 'starved';
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'mismatch';
    return 'corrupt';
  }
}

/** CRC-32 of stored bytes, continuing from `seed`: native, for the hot paths (`bytes/crc32.ts` is portable). */
export function entryCrc32(bytes: Uint8Array, seed = 0): number {
  return nativeCrc32(bytes, seed);
}

let shared: Inflater | undefined;

/** The engine that everything in this process shares which inflates whole streams in one call. */
export function sharedInflater(): Inflater {
  shared ??= new Inflater();
  return shared;
}

/** The longest zlib stream that a sane compressor makes of `size` bytes (`compressBound` of zlib). */
export function deflateBound(size: number): number {
  return size + Math.floor(size / 4096) + Math.floor(size / 16384) + Math.floor(size / 33554432) + 13;
}

/** Bytes of one piece of a streamed object. */
export const INFLATE_PIECE_SIZE = 64 * 1024;
const INPUT_PIECE_SIZE = 64 * 1024;
const EMPTY = new Uint8Array(0);

/**
 * Inflates one stream of a source piece by piece in bounded memory, for objects of any size. It has
 * an engine of its own, so that others may work between two pieces.
 */
export class InflateStream {
  readonly #source: PackSource;
  readonly #start: number;
  readonly #size: number;
  readonly #engine: Engine | undefined;
  readonly #buffer = new Uint8Array(INFLATE_PIECE_SIZE);
  #produced = 0;
  #consumed = 0;
  #plain: Uint8Array | undefined;
  /** CRC-32 of the compressed bytes taken so far, continuing what it is set to before the first step. */
  crc = 0;
  /** After `next` told `piece`: the piece, valid until the next call. */
  piece: Uint8Array = this.#buffer;

  /**
   * @param source the pack
   * @param start where the stream begins in it
   * @param size how many bytes the entry header promises
   */
  constructor(source: PackSource, start: number, size: number) {
    this.#source = source;
    this.#start = start;
    this.#size = size;
    this.#engine = makeHandle();
    this.#engine?.handle.reset();
  }

  /** Compressed bytes taken so far; after `done`, the length of the stream. */
  get consumed(): number {
    return this.#consumed;
  }

  /**
   * Takes one step of bounded work: `piece` means that there is a piece, perhaps an empty one, and
   * perhaps more; `starved` that the source ends.
   */
  next(): InflateOutcome | 'piece' {
    const engine = this.#engine;
    if (engine === undefined) return this.#nextPlain();
    const at = this.#start + this.#consumed;
    const available = Math.max(0, Math.min(INPUT_PIECE_SIZE, this.#source.size - at));
    const rest = this.#size - this.#produced;
    // At the end one byte of room is left, so that a stream which goes on betrays itself.
    const isLast = rest === 0;
    if (available === 0 && !isLast) return 'starved';
    const input = available === 0 ? EMPTY : this.#source.read(at, available);
    const room = isLast ? 1 : Math.min(rest, this.#buffer.length);
    engine.errno = 0;
    engine.handle.writeSync(isLast ? Z_FINISH : Z_SYNC_FLUSH, input, 0, available, this.#buffer, 0, room);
    if (engine.errno === Z_BUF_ERROR) {
      if (available === 0) return 'starved';
      this.#take(input, available);
      this.piece = EMPTY;
      return 'piece';
    }
    if (engine.errno !== 0) return 'corrupt';
    const made = room - engine.state[0]!;
    this.#take(input, available - engine.state[1]!);
    if (isLast) return made === 0 ? 'done' : 'mismatch';
    // Input is left, there is room, and nothing came: the stream has ended early.
    if (made === 0 && engine.state[1]! > 0) return 'mismatch';
    this.#produced += made;
    this.piece = this.#buffer.subarray(0, made);
    return 'piece';
  }

  #take(input: Uint8Array, size: number): void {
    this.crc = entryCrc32(size === input.length ? input : input.subarray(0, size), this.crc);
    this.#consumed += size;
  }

  #nextPlain(): InflateOutcome | 'piece' {
    if (this.#plain === undefined) {
      if (this.#size > LIMITS.objectSizeInMemory.value) throw tooLarge(this.#size);
      const available = this.#source.size - this.#start;
      const input = this.#source.read(this.#start, Math.min(available, deflateBound(this.#size) + 65536));
      const result = inflatePlain(input, this.#size + 1, false);
      if (typeof result === 'string') return result;
      if (result.bytes.length !== this.#size) return 'mismatch';
      this.#plain = result.bytes;
      this.#take(input, result.consumed);
    }
    if (this.#produced === this.#size) return 'done';
    this.piece = this.#plain.subarray(this.#produced, this.#produced + INFLATE_PIECE_SIZE);
    this.#produced += this.piece.length;
    return 'piece';
  }

  /** Frees the engine. */
  close(): void {
    this.#engine?.owner.destroy();
  }
}

/**
 * Inflates the whole stream at `start` of a source into `output` from `at`, which must have room for
 * `size + 1` bytes, and gives how many compressed bytes it took.
 *
 * @throws {GovcError} pack-corrupt: the stream is damaged or not of that size.
 */
export function inflateAt(
  place: { readonly source: PackSource; readonly start: number },
  output: Uint8Array,
  at: number,
  size: number,
): number {
  const { source, start } = place;
  const available = source.size - start;
  const inflater = sharedInflater();
  if (available > 0) {
    inflater.setInput(source.read(start, Math.min(available, deflateBound(size))), 0);
    const outcome = inflater.inflate(output, at, size);
    if (outcome === 'done') return inflater.consumed;
    if (outcome !== 'starved') throw inflateError(outcome, start);
  }
  // A stream that is longer than any sane compressor makes it, or one that is cut off.
  const stream = new InflateStream(source, start, size);
  try {
    let filled = at;
    for (;;) {
      const outcome = stream.next();
      if (outcome === 'done') return stream.consumed;
      if (outcome !== 'piece') throw inflateError(outcome, start);
      output.set(stream.piece, filled);
      filled += stream.piece.length;
    }
  } finally {
    stream.close();
  }
}

/** The error for an outcome that is not `done`, of the stream at `offset` of a pack. */
export function inflateError(outcome: Exclude<InflateOutcome, 'done'>, offset: number): GovcError {
  const reasons = {
    starved: 'the pack ends inside its zlib stream',
    corrupt: 'its zlib stream is damaged',
    mismatch: 'its zlib stream does not hold as many bytes as its header says',
  } as const;
  return new GovcError('pack-corrupt', `The pack entry with data at offset ${offset} is bad: ${reasons[outcome]}.`, {
    offset,
    reason: outcome,
  });
}

function tooLarge(size: number): GovcError {
  const max = LIMITS.objectSizeInMemory.value;
  return new GovcError('limit-exceeded', `An object of ${size} bytes cannot be held in memory (${max} at most).`, {
    limit: 'objectSizeInMemory',
    size,
    max,
  });
}
