import { GovcError } from '../errors.js';
import { LIMITS } from '../limits.js';

/**
 * Deltas (gitformat-pack, "Deltified representation"):
 *
 *     varint    size of the base, 7 bits a byte, lowest first
 *     varint    size of the result
 *     then instructions:
 *     1oooosss  copy from the base: the bits say which bytes of offset (4) and size (3) follow;
 *               size 0 means 65,536
 *     0nnnnnnn  the next n bytes are part of the result (n > 0)
 *     00000000  reserved
 */

/** The two sizes at the beginning of a delta. */
export interface DeltaSizes {
  readonly baseSize: number;
  readonly resultSize: number;
  /** Where the instructions begin, from the start of the delta. */
  readonly instructionsAt: number;
}

/**
 * The sizes that a delta promises.
 *
 * @throws {GovcError} delta-invalid: the delta ends inside them, or one exceeds 2^53 - 1.
 */
export function readDeltaSizes(delta: Uint8Array, start = 0, end = delta.length): DeltaSizes {
  let at = start;
  let baseSize = 0;
  let resultSize = 0;
  for (let number = 0; number < 2; number++) {
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      if (at >= end) throw invalidDelta('it ends inside its sizes');
      byte = delta[at++]!;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (value > Number.MAX_SAFE_INTEGER || scale > 2 ** 77) throw invalidDelta('a size exceeds 2^53 - 1');
    } while (byte >= 0x80);
    if (number === 0) baseSize = value;
    else resultSize = value;
  }
  return { baseSize, resultSize, instructionsAt: at - start };
}

/**
 * The result of `delta` on `base`, as new bytes. O(result).
 *
 * @param resultSizeMax bound on the result in bytes. Default: `LIMITS.deltaResultSize`.
 * @throws {GovcError} delta-invalid: the delta is malformed or made for a base of another size.
 * @throws {GovcError} limit-exceeded: the result would be larger than `resultSizeMax`.
 */
export function applyDelta(
  base: Uint8Array,
  delta: Uint8Array,
  resultSizeMax: number = LIMITS.deltaResultSize.value,
): Uint8Array {
  const { baseSize, resultSize, instructionsAt } = readDeltaSizes(delta);
  if (baseSize !== base.length) {
    throw invalidDelta(`it is for a base of ${baseSize} bytes, and the base has ${base.length}`);
  }
  checkDeltaResultSize(resultSize, resultSizeMax);
  const result = new Uint8Array(resultSize);
  let at = instructionsAt;
  let filled = 0;
  while (at < delta.length) {
    const op = delta[at++]!;
    if (op >= 0x80) {
      let offset = 0;
      let size = 0;
      if (op & 0x01) offset = delta[at++]!;
      if (op & 0x02) offset |= delta[at++]! << 8;
      if (op & 0x04) offset |= delta[at++]! << 16;
      if (op & 0x08) offset += delta[at++]! * 0x100_0000;
      if (op & 0x10) size = delta[at++]!;
      if (op & 0x20) size |= delta[at++]! << 8;
      if (op & 0x40) size |= delta[at++]! << 16;
      if (size === 0) size = 0x10000;
      // The bytes of the instruction itself may lie past the end; they then read as NaN or 0.
      if (at > delta.length || !(offset + size <= baseSize) || size > resultSize - filled) throw misfit();
      if (size < COPY_BYTEWISE_MAX) for (let i = 0; i < size; i++) result[filled + i] = base[offset + i]!;
      else result.set(base.subarray(offset, offset + size), filled);
      filled += size;
    } else {
      if (op === 0) throw invalidDelta('it holds the reserved instruction 0');
      if (op > delta.length - at || op > resultSize - filled) throw misfit();
      if (op < COPY_BYTEWISE_MAX) for (let i = 0; i < op; i++) result[filled + i] = delta[at + i]!;
      else result.set(delta.subarray(at, at + op), filled);
      at += op;
      filled += op;
    }
  }
  if (filled !== resultSize) throw invalidDelta(`it gives ${filled} bytes instead of ${resultSize}`);
  return result;
}

// Below this a loop is faster than making a view and calling `set`.
const COPY_BYTEWISE_MAX = 24;

/** @throws {GovcError} limit-exceeded: a delta promises a result over the bound. */
export function checkDeltaResultSize(resultSize: number, resultSizeMax: number): void {
  if (resultSize <= resultSizeMax) return;
  throw new GovcError(
    'limit-exceeded',
    `A delta promises an object of ${resultSize} bytes; at most ${resultSizeMax} are accepted.`,
    { limit: 'deltaResultSize', size: resultSize, max: resultSizeMax },
  );
}

function misfit(): GovcError {
  return invalidDelta('an instruction reaches past the end of the base, the delta or the result');
}

/** The error of a delta that is malformed in the way that `reason` says. */
export function invalidDelta(reason: string): GovcError {
  return new GovcError('delta-invalid', `A delta cannot be applied: ${reason}.`, { reason });
}
