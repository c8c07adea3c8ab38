import { createDeflate, deflateSync, type Deflate } from 'node:zlib';
import { isCounterPair } from './inflate.js';

/**
 * Deflating what goes into packs and loose objects.
 *
 * Unlike for inflating, no engine is kept and reset between objects: the zlib in Node makes, now and
 * then, another (valid) stream after a reset than a new engine does, so that the bytes of a pack would
 * depend on what was packed before. Same inputs, same bytes; that costs 4 microseconds an object.
 */

const Z_NO_FLUSH = 0;
const Z_FINISH = 4;
const OUTPUT_PIECE_SIZE = 64 * 1024;

/** The level of `core.compression` and `pack.compression` when they are not set: zlib's own default. */
export const DEFLATE_LEVEL_DEFAULT = -1;

/**
 * `bytes` as one zlib stream: new bytes, always the same for the same input and level.
 *
 * @param level 0 to 9, or -1 for the default
 */
export function deflate(bytes: Uint8Array, level: number = DEFLATE_LEVEL_DEFAULT): Uint8Array {
  const deflated = deflateSync(bytes, { level });
  return new Uint8Array(deflated.buffer, deflated.byteOffset, deflated.byteLength);
}

/** The part of Node's zlib binding that is used here; `inflate.ts` says why. */
interface DeflateHandle {
  writeSync(
    flush: number,
    input: Uint8Array, inputStart: number, inputSize: number,
    output: Uint8Array, outputStart: number, outputSize: number,
  ): void;
}

/** A new engine with what it tells after each write: the room left in the output, the bytes left in the input. */
interface DeflateEngine {
  readonly owner: Deflate;
  readonly handle: DeflateHandle;
  readonly state: Uint32Array;
}

/**
 * Deflates bytes that come in pieces, in bounded memory: `push` gives what is ready, `finish` the rest.
 * The stream depends on the bytes, the level, and where the pieces were cut.
 */
export class DeflateStream {
  readonly #engine: DeflateEngine | undefined;
  readonly #level: number;
  readonly #kept: Uint8Array[] = [];

  /** @param level 0 to 9, or -1 for the default */
  constructor(level: number = DEFLATE_LEVEL_DEFAULT) {
    this.#level = level;
    isTrusted ??= isTrustworthy();
    this.#engine = isTrusted ? makeEngine(level) : undefined;
  }

  /** Adds a piece, and gives compressed bytes (new, perhaps none). */
  push(piece: Uint8Array): Uint8Array[] {
    if (this.#engine !== undefined) return run(this.#engine, piece, Z_NO_FLUSH);
    this.#kept.push(piece.slice());
    return [];
  }

  /** The end of the stream. */
  finish(): Uint8Array[] {
    if (this.#engine !== undefined) return run(this.#engine, new Uint8Array(0), Z_FINISH);
    return [deflate(Buffer.concat(this.#kept), this.#level)];
  }

  /** Frees the engine. */
  close(): void {
    this.#engine?.owner.destroy();
  }
}

function run(engine: DeflateEngine, piece: Uint8Array, flush: number): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (let at = 0; ;) {
    const output = new Uint8Array(OUTPUT_PIECE_SIZE);
    engine.handle.writeSync(flush, piece, at, piece.length - at, output, 0, output.length);
    const left = engine.state[0]!;
    at = piece.length - engine.state[1]!;
    if (left < output.length) made.push(output.subarray(0, output.length - left));
    if (left > 0) return made;
  }
}

/** Whether the handle behind a stream behaves; found out once. */
let isTrusted: boolean | undefined;

function isTrustworthy(): boolean {
  const sample = new Uint8Array(300).map((_, i) => i % 7);
  const engine = makeEngine(DEFLATE_LEVEL_DEFAULT);
  if (engine === undefined) return false;
  try {
    const pieces = [...run(engine, sample, Z_NO_FLUSH), ...run(engine, new Uint8Array(0), Z_FINISH)];
    return Buffer.compare(Buffer.concat(pieces), deflateSync(sample)) === 0;
  } catch {
    return false;
  } finally {
    engine.owner.destroy();
  }
}

function makeEngine(level: number): DeflateEngine | undefined {
  const owner = createDeflate({ level });
  const inside = owner as unknown as { _handle?: Partial<DeflateHandle>; _writeState?: unknown };
  const { _handle: handle, _writeState: state } = inside;
  if (typeof handle?.writeSync !== 'function' || !isCounterPair(state)) return undefined;
  return { owner, handle: handle as DeflateHandle, state };
}
