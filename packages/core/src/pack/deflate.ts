import { createDeflate, deflateSync, type Deflate } from 'node:zlib';
import { deflateBound, isCounterPair } from './inflate.js';

/**
 * Deflating what goes into packs and loose objects, with an engine per level that is kept and reset
 * (see `inflate.ts` for why and for the fallback). The bytes are those of `deflateSync`.
 */

const Z_FINISH = 4;
/** The level of `core.compression` and `pack.compression` when they are not set: zlib's own default. */
export const DEFLATE_LEVEL_DEFAULT = -1;

interface DeflateHandle {
  reset(): void;
  writeSync(
    flush: number,
    input: Uint8Array, inputStart: number, inputSize: number,
    output: Uint8Array, outputStart: number, outputSize: number,
  ): void;
  onerror: (message: string, errno: number, code: string) => void;
}

interface DeflateEngine {
  readonly handle: DeflateHandle;
  readonly state: Uint32Array;
  readonly owner: Deflate;
  isFailed: boolean;
}

const engines = new Map<number, DeflateEngine | undefined>();

function engineFor(level: number): DeflateEngine | undefined {
  // Level 0 cuts its stored blocks by the room in the output, so its bytes would not be deflateSync's.
  if (level === 0) return undefined;
  if (engines.has(level)) return engines.get(level);
  const engine = makeEngine(level);
  engines.set(level, engine);
  return engine;
}

function makeEngine(level: number): DeflateEngine | undefined {
  const owner = createDeflate({ level });
  const inside = owner as unknown as { _handle?: Partial<DeflateHandle>; _writeState?: unknown };
  const { _handle: handle, _writeState: state } = inside;
  if (typeof handle?.reset !== 'function' || typeof handle.writeSync !== 'function') return undefined;
  if (!isCounterPair(state)) return undefined;
  const engine: DeflateEngine = { handle: handle as DeflateHandle, state, owner, isFailed: false };
  engine.handle.onerror = () => {
    engine.isFailed = true;
  };
  return isTrustworthy(engine, level) ? engine : undefined;
}

function isTrustworthy(engine: DeflateEngine, level: number): boolean {
  const sample = new Uint8Array(300).map((_, i) => i % 7);
  const expected = deflateSync(sample, { level });
  try {
    for (let round = 0; round < 2; round++) {
      const made = run(engine, sample);
      if (made === undefined || Buffer.compare(made, expected) !== 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}

let scratch = new Uint8Array(64 * 1024);
// What does not fit this is deflated into a buffer that is made for it.
const SCRATCH_SIZE_MAX = 1024 * 1024;

function run(engine: DeflateEngine, bytes: Uint8Array): Uint8Array | undefined {
  const bound = deflateBound(bytes.length) + 32;
  let output = scratch;
  if (bound > output.length) {
    output = new Uint8Array(bound);
    if (bound <= SCRATCH_SIZE_MAX) scratch = output;
  }
  engine.isFailed = false;
  engine.handle.reset();
  engine.handle.writeSync(Z_FINISH, bytes, 0, bytes.length, output, 0, output.length);
  const left = engine.state[0]!;
  if (hasFailed(engine) || left === 0 || engine.state[1] !== 0) return undefined;
  return output.slice(0, output.length - left);
}

/** Read through a function because it is set behind the compiler's back, in the middle of a call. */
function hasFailed(engine: DeflateEngine): boolean {
  return engine.isFailed;
}

/**
 * `bytes` as one zlib stream: new bytes, the same as `deflateSync` gives.
 *
 * @param level 0 to 9, or -1 for the default
 */
export function deflate(bytes: Uint8Array, level: number = DEFLATE_LEVEL_DEFAULT): Uint8Array {
  const engine = engineFor(level);
  const made = engine === undefined ? undefined : run(engine, bytes);
  return made ?? new Uint8Array(deflateSync(bytes, { level }));
}

/**
 * Deflates bytes that come in pieces, in bounded memory: `push` gives what is ready, `finish` the rest.
 */
export class DeflateStream {
  readonly #engine: DeflateEngine | undefined;
  readonly #level: number;
  readonly #kept: Uint8Array[] = [];

  constructor(level: number = DEFLATE_LEVEL_DEFAULT) {
    this.#level = level;
    this.#engine = level === 0 ? undefined : makeEngine(level);
    this.#engine?.handle.reset();
  }

  /** Adds a piece, and gives compressed bytes (new, perhaps none). */
  push(piece: Uint8Array): Uint8Array[] {
    if (this.#engine === undefined) {
      this.#kept.push(piece.slice());
      return [];
    }
    return this.#write(this.#engine, piece, 0);
  }

  /** The end of the stream. */
  finish(): Uint8Array[] {
    if (this.#engine === undefined) return [deflateSync(Buffer.concat(this.#kept), { level: this.#level })];
    return this.#write(this.#engine, new Uint8Array(0), Z_FINISH);
  }

  /** Frees the engine. */
  close(): void {
    this.#engine?.owner.destroy();
  }

  #write(engine: DeflateEngine, piece: Uint8Array, flush: number): Uint8Array[] {
    const made: Uint8Array[] = [];
    let at = 0;
    for (;;) {
      const output = new Uint8Array(64 * 1024);
      engine.handle.writeSync(flush, piece, at, piece.length - at, output, 0, output.length);
      const left = engine.state[0]!;
      at = piece.length - engine.state[1]!;
      if (left < output.length) made.push(output.subarray(0, output.length - left));
      if (left > 0) return made;
    }
  }
}
